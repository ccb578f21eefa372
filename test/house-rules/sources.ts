/** The files that house rules read: everything tracked, and everything new that is not ignored.
 *  Source: git. Leaves out: dist/, node_modules/ and whatever else .gitignore names. */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../harness/package.ts';

export interface SourceFile {
  /** Relative to the package root, with forward slashes. */
  readonly path: string;
  /** One character a byte, so that binaries can be searched too. */
  readonly text: string;
}

const listed = (): string[] => {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const out = execFileSync('git', args, { cwd: PACKAGE_ROOT, encoding: 'utf8' });
  const paths = new Set(out.split('\0').filter((path) => path !== '' && path !== 'node_modules'));
  return [...paths].filter((path) => existsSync(join(PACKAGE_ROOT, path))).sort();
};

const read = (path: string): SourceFile => ({
  path,
  text: readFileSync(join(PACKAGE_ROOT, path), 'latin1'),
});

export const allFiles = (): SourceFile[] => listed().map(read);

/** TypeScript and JavaScript below the given folders. */
export const scripts = (...folders: readonly string[]): SourceFile[] =>
  listed()
    .filter((path) => /\.(ts|js)$/.test(path))
    .filter((path) => folders.some((folder) => path.startsWith(`${folder}/`)))
    .map(read);

const isRegexStart = (before: string): boolean =>
  /(^|[(,=:[!&|?{};+]|\breturn|=>)\s*$/.test(before.slice(-40));

/** Where a string, comment or regular expression that starts at `at` ends; null = none starts there. */
function skipped(text: string, at: number): number | null {
  const two = text.slice(at, at + 2);
  if (two === '//') return lineEnd(text, at);
  if (two === '/*') return after(text, '*/', at + 2);
  const quote = text[at]!;
  if (quote === '/' && isRegexStart(text.slice(0, at))) return quoted(text, at, '/');
  return quote === "'" || quote === '"' || quote === '`' ? quoted(text, at, quote) : null;
}

const lineEnd = (text: string, at: number): number => {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
};
const after = (text: string, mark: string, at: number): number => {
  const found = text.indexOf(mark, at);
  return found < 0 ? text.length : found + mark.length;
};
const quoted = (text: string, at: number, quote: string): number => {
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === quote) return i + 1;
  }
  return text.length;
};

/** The text with comments, strings and regular expressions blanked, line numbers kept.
 *  Code inside `${}` of a template is blanked with it. */
export function codeOnly(text: string): string {
  let out = '';
  for (let at = 0; at < text.length; ) {
    const end = skipped(text, at);
    out += end === null ? text[at] : text.slice(at, end).replace(/[^\n]/g, ' ');
    at = end ?? at + 1;
  }
  return out;
}

/** `path:line: what` for each match of a pattern. */
export const found = (file: SourceFile, text: string, pattern: RegExp, what: string): string[] =>
  [...text.matchAll(new RegExp(pattern, `${pattern.flags.replace('g', '')}g`))].map(
    (match) => `${file.path}:${text.slice(0, match.index).split('\n').length}: ${what}`,
  );
