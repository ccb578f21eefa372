/** STYLE.md rule 7: one catalogue, every code used, every message whole, and its table in the docs. */

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ERRORS, type ErrorCode, RigError } from '../../harness/errors.ts';
import { PACKAGE_ROOT } from '../../harness/package.ts';
import { type SourceFile, scripts } from './sources.ts';

const CATALOGUE = 'harness/errors.ts';
const codes = Object.keys(ERRORS) as ErrorCode[];

/** Codes that no file throws: a code is thrown where its quoted name stands in code. */
const neverThrown = (names: readonly string[], files: readonly SourceFile[]): string[] =>
  names.filter((name) => !files.some(({ text }) => text.includes(`'${name}'`)));

/** What is wrong with a message as a sentence for a user. A slot at the end holds a sentence. */
function flaws(message: string): string[] {
  const problems: string[] = [];
  if (/[{}]/.test(message.replace(/\{[a-zA-Z]\w*\}/g, ''))) problems.push('a broken slot');
  if (!/([.?)}]|--help)$/.test(message)) problems.push('no end');
  if (/\s{2}|^\s|\s$/.test(message)) problems.push('stray blanks');
  if (/\b(oops|sorry|error occurred|something went wrong|invalid input)\b/i.test(message)) {
    problems.push('says nothing');
  }
  return problems;
}

describe('error catalogue', () => {
  test('every code is thrown somewhere in harness/', () => {
    const files = scripts('harness').filter(({ path }) => path !== CATALOGUE);
    expect(neverThrown(codes, files)).toEqual([]);
  });
  test('a code that nobody throws, found', () => {
    const files = [{ path: 'harness/a.ts', text: "throw new RigError('USED', {});" }];
    expect(neverThrown(['USED', 'UNUSED'], files)).toEqual(['UNUSED']);
  });

  test.each(codes)('%s, its message is whole', (code) => {
    expect(flaws(ERRORS[code].message)).toEqual([]);
  });
  test.each([
    ['{path: no such file.', 'a broken slot'],
    ['{1}: no such file.', 'a broken slot'],
    ['no such file', 'no end'],
    ['no such  file.', 'stray blanks'],
    ['Something went wrong.', 'says nothing'],
  ])('"%s", refused', (message, flaw) => {
    expect(flaws(message)).toEqual([flaw]);
  });

  test.each(codes)('%s, all facts given, no slot is left', (code) => {
    const slots = [...ERRORS[code].message.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
    const facts = Object.fromEntries(slots.map((slot) => [slot, `<${slot}>`]));
    const { message } = new RigError(code, facts as never);
    expect(message).not.toMatch(/[{}]/);
    for (const slot of slots) expect(message).toContain(`<${slot}>`);
  });
  test('a fact left out does not compile, and the slot stays visible', () => {
    // @ts-expect-error `path` is missing
    const { message } = new RigError('IMAGE_NOT_FOUND', {});
    expect(message).toContain('{path}');
  });
});

test('harness/docs/errors.md is the catalogue; accept a change with `npm run accept`', async () => {
  const rows = codes.map((code) => {
    const { exitCode, message } = ERRORS[code];
    return `| \`${code}\` | ${exitCode} | ${message.replaceAll('|', '\\|')} |`;
  });
  const table = [
    '# Errors',
    '',
    'Every error of the harness: its code, the exit code of `flashrig`, and its message; words in',
    'braces are filled with the facts. Made from `harness/errors.ts` by `npm run accept`.',
    '',
    '| code | exit | message |',
    '|---|---|---|',
    ...rows,
    '',
  ];
  const path = join(PACKAGE_ROOT, 'harness', 'docs', 'errors.md');
  await expect(table.join('\n')).toMatchFileSnapshot(path);
});
