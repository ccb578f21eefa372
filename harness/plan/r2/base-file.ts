/** What an R2 node keeps of a program in its external flash: code whose references are zero, and what belongs into
 *  them. Zeroed code hardly changes where a function merely moves, so its delta is small.
 *  Layout, little-endian: bytes of code, references, symbols (2 each); code; a reference each: words of code skipped
 *  since the one before (1), symbol (2); value of each symbol (2).
 *  Source: Dong, Liu, Chen and Bu, "R2" (INFOCOM 2011): relocation entries travel with the code; symbols keep their
 *  numbers from version to version as in the authors' `gensym`. Ours: entries by symbol, where theirs repeat its value
 *  at each reference, and distances where theirs have addresses: both make R2's deltas smaller.
 *  Leaves out: the delta of two such files (r2/plan.ts). */

import { RigError } from '../../errors.ts';

export const BASE_HEADER_BYTES = 6;
export const REFERENCE_BYTES = 3;
export const SYMBOL_BYTES = 2;
/** A distance that leads to no reference, where the next one is farther than a byte can say. */
const FAR = 0xff;
const NO_SYMBOL = 0xffff;

/** A 16-bit field of the image that holds an address. */
export interface ImageReference {
  /** Even, from the image's first byte. */
  readonly offset: number;
  /** What is referred to, by a name that it keeps from version to version. */
  readonly target: string;
}

export interface R2Base {
  readonly bytes: Uint8Array;
  /** Name of each symbol by its number; null = free. */
  readonly symbols: readonly (string | null)[];
}

/** @param references in any order, each target with one value only. @param before what the node holds now. */
export function makeBase(
  image: Uint8Array,
  references: readonly ImageReference[],
  before: R2Base | null,
): R2Base {
  const sorted = [...references].sort((a, b) => a.offset - b.offset);
  const symbols = numberSymbols(new Set(sorted.map(({ target }) => target)), before?.symbols ?? []);
  const numbers = new Map(symbols.map((name, number) => [name, number]));
  const code = Uint8Array.from(image);
  const view = new DataView(code.buffer);
  const values = new Uint16Array(symbols.length);
  const entries: [skip: number, symbol: number][] = [];
  let at = 0;
  for (const { offset, target } of sorted) {
    const symbol = numbers.get(target)!;
    values[symbol] = view.getUint16(offset, true);
    view.setUint16(offset, 0, true);
    for (; offset - at >= 2 * FAR; at += 2 * FAR) entries.push([FAR, NO_SYMBOL]);
    entries.push([(offset - at) / 2, symbol]);
    at = offset + 2;
  }
  return { bytes: write(code, entries, values), symbols };
}

/** Numbers of names that are still there stay; new names take free numbers first. */
function numberSymbols(names: ReadonlySet<string>, before: R2Base['symbols']): (string | null)[] {
  const symbols = before.map((name) => (name !== null && names.has(name) ? name : null));
  const kept = new Set(symbols);
  let free = 0;
  for (const name of names) {
    if (kept.has(name)) continue;
    while (free < symbols.length && symbols[free] !== null) free++;
    symbols[free] = name;
  }
  return symbols;
}

function write(
  code: Uint8Array,
  entries: readonly (readonly [number, number])[],
  values: Uint16Array,
): Uint8Array {
  const entriesAt = BASE_HEADER_BYTES + code.length;
  const valuesAt = entriesAt + REFERENCE_BYTES * entries.length;
  const bytes = new Uint8Array(valuesAt + SYMBOL_BYTES * values.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, code.length, true);
  view.setUint16(2, entries.length, true);
  view.setUint16(4, values.length, true);
  bytes.set(code, BASE_HEADER_BYTES);
  entries.forEach(([skip, symbol], i) => {
    bytes[entriesAt + REFERENCE_BYTES * i] = skip;
    view.setUint16(entriesAt + REFERENCE_BYTES * i + 1, symbol, true);
  });
  values.forEach((value, i) => {
    view.setUint16(valuesAt + SYMBOL_BYTES * i, value, true);
  });
  return bytes;
}

/** The image that a node's loader makes of it. @throws where an entry leads out of the file. */
export function loadBase(bytes: Uint8Array, file: string): Uint8Array {
  const refuse = (what: string, found: number, expected: number | string): never => {
    throw new RigError('PATCH_BODY', { file, what, found, expected });
  };
  if (bytes.length < BASE_HEADER_BYTES) {
    refuse('the length of the base file', bytes.length, `at least ${BASE_HEADER_BYTES}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [codeBytes, entries, symbols] = [0, 2, 4].map((at) => view.getUint16(at, true)) as [
    number,
    number,
    number,
  ];
  const entriesAt = BASE_HEADER_BYTES + codeBytes;
  const valuesAt = entriesAt + REFERENCE_BYTES * entries;
  const end = valuesAt + SYMBOL_BYTES * symbols;
  if (end !== bytes.length) refuse('the end of its tables', end, bytes.length);
  const image = Uint8Array.from(bytes.subarray(BASE_HEADER_BYTES, entriesAt));
  const out = new DataView(image.buffer);
  let at = 0;
  for (let i = 0; i < entries; i++) {
    const entry = entriesAt + REFERENCE_BYTES * i;
    at += 2 * bytes[entry]!;
    const symbol = view.getUint16(entry + 1, true);
    if (symbol === NO_SYMBOL) continue;
    if (symbol >= symbols) refuse(`the symbol of reference ${i}`, symbol, `less than ${symbols}`);
    if (at + 2 > codeBytes) refuse(`the place of reference ${i}`, at, `at most ${codeBytes - 2}`);
    out.setUint16(at, view.getUint16(valuesAt + SYMBOL_BYTES * symbol, true), true);
    at += 2;
  }
  return image;
}
