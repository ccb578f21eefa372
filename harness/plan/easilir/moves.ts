/** MOVE in place of REPLACE where flash holds the bytes already and it takes fewer to say so.
 *  Source: Qiu et al. 2014, 4.1; firmware-fixtures/msp430f1611/README.md: segments below the one in work are new,
 *  that one and those above old. A MOVE stays within one segment.
 *  Leaves out: sources that are new at one end and old at the other. */

import { FLASH_SEGMENT_BYTES, segmentOf } from './memory-map.ts';
import { type PieceCosts, parseStretch } from './parse-stretch.ts';
import type { Command } from './script.ts';

const COSTS: PieceCosts = { copy: 6, add: 4 };
/** A whole REPLACE of as many bytes is dearer. */
const LEAST_BYTES = 3;
/** Places looked at for each start. */
const MAX_CANDIDATES = 64;

/** @param before @param after memory by address. */
export function withMoves(
  commands: readonly Command[],
  before: Uint8Array,
  after: Uint8Array,
  flash: { readonly start: number; readonly end: number },
): Command[] {
  const sources = [sourceOf(before, flash, true), sourceOf(after, flash, false)];
  return commands.flatMap((command) =>
    command.kind === 'replace' ? replaced(command.at, command.bytes, sources) : [command],
  );
}

interface Source {
  readonly memory: Uint8Array;
  readonly end: number;
  readonly isOld: boolean;
  /** Addresses by the three bytes that begin there. */
  readonly places: ReadonlyMap<number, readonly number[]>;
}

function sourceOf(
  memory: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
  isOld: boolean,
): Source {
  const places = new Map<number, number[]>();
  for (let at = start; at + LEAST_BYTES <= end; at++) {
    const known = places.get(keyAt(memory, at));
    if (known === undefined) places.set(keyAt(memory, at), [at]);
    else if (known.length < MAX_CANDIDATES) known.push(at);
  }
  return { memory, end, isOld, places };
}

const keyAt = (bytes: Uint8Array, at: number): number =>
  bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);

function replaced(at: number, bytes: Uint8Array, sources: readonly Source[]): Command[] {
  const length = new Int32Array(bytes.length);
  const source = new Int32Array(bytes.length);
  for (let i = 0; i + LEAST_BYTES <= bytes.length; i++) {
    const segment = segmentOf(at + i);
    const room = Math.min(bytes.length - i, (segment + 1) * FLASH_SEGMENT_BYTES - at - i);
    for (const { memory, end, isOld, places } of sources) {
      const border = segment * FLASH_SEGMENT_BYTES;
      for (const from of places.get(keyAt(bytes, i)) ?? []) {
        if (isOld ? from < border : from >= border) continue;
        const limit = Math.min(room, (isOld ? end : Math.min(end, border)) - from);
        let same = 0;
        while (same < limit && memory[from + same] === bytes[i + same]) same++;
        if (same <= length[i]!) continue;
        length[i] = same;
        source[i] = from;
      }
    }
  }
  const { pieces } = parseStretch({ length, source }, 0, bytes.length, COSTS);
  return pieces.map(({ start, end, source: from }): Command => {
    if (from === null) return { kind: 'replace', at: at + start, bytes: bytes.slice(start, end) };
    return { kind: 'move', at: at + start, from, length: end - start };
  });
}
