/** Where what the old program refers to lies in the new one, as a few ranges: with them a node can put right the
 *  addresses in what it copies, and they need not be sent.
 *  Leaves out: variables; they lie where they lie. */

import { keysOf } from './keys.ts';
import { LCS_COSTS, matchItems } from './match.ts';
import { APP_START, AREA_START, putWord, wordOf } from './memory-map.ts';
import { memoryOf, type NodeImage } from './node-image.ts';
import { isJmp, isJn, type Program } from './program.ts';

/** Addresses from `from` up to the next range's lie `add` farther on in the new image, modulo 65,536. */
export interface MapRange {
  readonly from: number;
  readonly add: number;
}

/** As many as the runtime keeps in RAM. */
export const MAP_RANGES_MAX = 96;
const WORD_MASK = 0xffff;

export function translate(ranges: readonly MapRange[], address: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranges[middle]!.from <= address) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? address : (address + ranges[low - 1]!.add) & WORD_MASK;
}

/** The ranges that most references need. */
export function addressMap(old: NodeImage, program: Program): MapRange[] {
  const all = allRanges(old, program);
  const memory = memoryOf(old);
  const uses = new Map<MapRange, number>();
  for (const word of referenceWords(old)) {
    const range = all.findLast(({ from }) => from <= wordOf(memory, word));
    if (range !== undefined) uses.set(range, (uses.get(range) ?? 0) + 1);
  }
  const most = [...uses].sort(([, a], [, b]) => b - a).slice(0, MAP_RANGES_MAX);
  const kept = new Set(most.map(([range]) => range));
  const ranges: MapRange[] = [];
  for (const range of all) {
    if (kept.has(range) && ranges.at(-1)?.add !== range.add) ranges.push(range);
  }
  return ranges;
}

function allRanges(old: NodeImage, program: Program): MapRange[] {
  const [oldKeys, newKeys] = keysOf(old.program, program);
  const { oldOf } = matchItems(oldKeys!, newKeys!, LCS_COSTS);
  const pairs = program.items.flatMap(({ address }, index) =>
    oldOf[index]! < 0 ? [] : [{ from: old.places[oldOf[index]!]!, to: address }],
  );
  pairs.sort((a, b) => a.from - b.from);
  const ranges: MapRange[] = [];
  for (const { from, to } of pairs) {
    const add = (to - from) & WORD_MASK;
    if (ranges.at(-1)?.add !== add) ranges.push({ from, add });
  }
  return ranges;
}

/** Addresses of the words that hold addresses of items. */
function referenceWords({ program, places, isLong }: NodeImage): number[] {
  return program.items.flatMap((item, index) => {
    const place = places[index]!;
    if (item.jump === null) {
      return item.references.filter((one) => !one.isRelative).map(({ at }) => place + at);
    }
    if (!isLong[index]) return [];
    // Behind BR; before that the inverse jump, or JN and JMP.
    return [place + (isJmp(item) ? 2 : isJn(item) ? 6 : 4)];
  });
}

export interface AdjustedBytes {
  readonly flash: Uint8Array;
  readonly area: Uint8Array;
  /** By address: 1 at the first byte of a word that the map changes. */
  readonly isAdjusted: Uint8Array;
}

/** What the node holds, with its references put right. */
export function adjust(old: NodeImage, ranges: readonly MapRange[]): AdjustedBytes {
  const memory = memoryOf(old);
  const isAdjusted = new Uint8Array(memory.length);
  for (const word of referenceWords(old)) {
    const value = wordOf(memory, word);
    const moved = translate(ranges, value);
    if (moved === value || word % 2 !== 0) continue;
    putWord(memory, word, moved);
    isAdjusted[word] = 1;
  }
  return {
    flash: memory.slice(APP_START, APP_START + old.flash.length),
    area: memory.slice(AREA_START, AREA_START + old.area.length),
    isAdjusted,
  };
}
