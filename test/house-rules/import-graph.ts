/** Imports as edges between files of the product, read from the text.
 *  Source: ECMAScript import and export declarations as biome formats them.
 *  Leaves out: imports whose module is not a literal (none is allowed). */

import { posix } from 'node:path';
import type { SourceFile } from './sources.ts';

export interface Import {
  /** A path from the package root, a package or `node:` name. */
  readonly target: string;
  readonly kind: 'file' | 'package' | 'node';
  readonly typeOnly: boolean;
  /** Imported names that are values. */
  readonly names: readonly string[];
}

const DECLARATION = /^(?:import|export)\s+(type\s+)?(?:([^;'"]*?)\s+from\s+)?['"]([^'"]+)['"];?/gm;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

export function importsOf(file: SourceFile): Import[] {
  const declared = [...file.text.matchAll(DECLARATION)].map(([, type, what, module]) =>
    edge(file.path, module!, type !== undefined, valueNames(what ?? '')),
  );
  const dynamic = [...file.text.matchAll(DYNAMIC)].map(([, module]) =>
    edge(file.path, module!, false, []),
  );
  return [...declared, ...dynamic];
}

function edge(from: string, module: string, type: boolean, names: readonly string[]): Import {
  const shared = { typeOnly: type, names: type ? [] : names };
  if (module.startsWith('node:')) return { target: module, kind: 'node', ...shared };
  if (!module.startsWith('.')) return { target: module, kind: 'package', ...shared };
  return { target: posix.join(posix.dirname(from), module), kind: 'file', ...shared };
}

/** `{ a, type B, c as d }` is a and c. */
const valueNames = (what: string): string[] =>
  what
    .replace(/[{}]/g, ' ')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '))
    .map((name) => name.split(/\s+as\s+/)[0]!);

/** @returns the files of one cycle, its first again at the end, or nothing. */
export function findCycle(files: readonly SourceFile[]): string[] {
  const edges = new Map(
    files.map((file) => [file.path, importsOf(file).map(({ target }) => target)] as const),
  );
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): string[] => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return [];
    for (const target of edges.get(path) ?? []) {
      const cycle = visit(target, [...trail, path]);
      if (cycle.length > 0) return cycle;
    }
    done.add(path);
    return [];
  };
  for (const path of edges.keys()) {
    const cycle = visit(path, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
