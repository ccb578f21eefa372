/** For every place of the new image, the longest match in the old one: anywhere, or only where an
 *  application in place has not yet overwritten it.
 *  Sources: Kasai et al. 2001 for the LCP array; Dong et al. 2013 (R3diff) for what the lengths are for.
 *  In place, page by page upwards, a byte may come from its own address or above; downwards, from its own
 *  or below. Leaves out: sources in the page in work on the other side of the destination (a few bytes). */

import { suffixArray } from '../suffix-array.ts';
import { RangeMinimum } from './range-minimum.ts';

export interface Matches {
  /** L[i]. */
  readonly length: Int32Array;
  readonly source: Int32Array;
}

export type Direction = 'up' | 'down';

/** Suffixes of a text in order; `common[r]` is what rank r shares with rank r - 1. */
export interface SortedSuffixes {
  readonly order: Int32Array;
  readonly rank: Int32Array;
  readonly common: Int32Array;
}

/** The text is old, separator, new. */
export interface SharedSuffixes extends SortedSuffixes {
  readonly oldBytes: number;
  readonly newBytes: number;
}

const SEPARATOR = 256;
const SYMBOLS = 257;

export function sharedSuffixes(oldImage: Uint8Array, newImage: Uint8Array): SharedSuffixes {
  const oldBytes = oldImage.length;
  const text = new Uint16Array(oldBytes + 1 + newImage.length);
  text.set(oldImage);
  text[oldBytes] = SEPARATOR;
  text.set(newImage, oldBytes + 1);
  return { oldBytes, newBytes: newImage.length, ...sortSuffixes(text, SYMBOLS) };
}

/** @param symbols every symbol is below this. */
export function sortSuffixes(text: Uint16Array, symbols: number): SortedSuffixes {
  const order = suffixArray(text, symbols);
  const rank = new Int32Array(text.length);
  for (let r = 0; r < order.length; r++) rank[order[r]!] = r;
  return { order, rank, common: commonPrefixes(text, order, rank) };
}

function commonPrefixes(text: Uint16Array, order: Int32Array, rank: Int32Array): Int32Array {
  const common = new Int32Array(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const r = rank[i]!;
    if (r === 0) {
      length = 0;
      continue;
    }
    const before = order[r - 1]!;
    const limit = text.length - Math.max(i, before);
    while (length < limit && text[i + length] === text[before + length]) length++;
    common[r] = length;
    if (length > 0) length--;
  }
  return common;
}

/** Longest matches anywhere: one walk up and one down the order, the minimum carried along. */
export function matchesAnywhere(shared: SharedSuffixes): Matches {
  const { oldBytes, newBytes, order, common } = shared;
  const length = new Int32Array(newBytes);
  const source = new Int32Array(newBytes);
  const walk = (first: number, step: 1 | -1) => {
    let old = -1;
    let agree = 0;
    for (let r = first; r >= 0 && r < order.length; r += step) {
      // What this rank shares with the one that the walk has just left.
      if (r !== first) agree = Math.min(agree, common[step === 1 ? r : r + 1]!);
      const at = order[r]!;
      if (at < oldBytes) {
        old = at;
        agree = Number.MAX_SAFE_INTEGER;
      } else if (at > oldBytes && old >= 0) {
        const place = at - oldBytes - 1;
        if (agree > length[place]!) {
          length[place] = agree;
          source[place] = old;
        }
      }
    }
  };
  walk(0, 1);
  walk(order.length - 1, -1);
  return { length, source };
}

/** Longest matches whose every byte is still there when a page-wise application gets to it. */
export function matchesInPlace(shared: SharedSuffixes, direction: Direction): Matches {
  const { oldBytes, newBytes, order, rank, common } = shared;
  const length = new Int32Array(newBytes);
  const source = new Int32Array(newBytes);
  const minimum = new RangeMinimum(common);
  const alive = new AliveRanks(order.length);
  for (let r = 0; r < order.length; r++) if (order[r]! >= oldBytes) alive.remove(r);
  const up = direction === 'up';
  const removeOld = (at: number) => {
    if (at >= 0 && at < oldBytes) alive.remove(rank[at]!);
  };
  if (!up) for (let at = newBytes; at < oldBytes; at++) removeOld(at);
  for (let k = 0; k < newBytes; k++) {
    const place = up ? k : newBytes - 1 - k;
    removeOld(up ? place - 1 : place + 1);
    const r = rank[oldBytes + 1 + place]!;
    const below = alive.below(r);
    const above = alive.above(r);
    const agreeBelow = below < 0 ? 0 : minimum.of(below + 1, r + 1);
    const agreeAbove = above < 0 ? 0 : minimum.of(r + 1, above + 1);
    const best = Math.max(agreeBelow, agreeAbove);
    if (best === 0) continue;
    length[place] = best;
    source[place] = order[agreeBelow >= agreeAbove ? below : above]!;
  }
  return { length, source };
}

/** Ranks that still count; removed ones are skipped by pointers that get shorter with use. */
export class AliveRanks {
  readonly #lower: Int32Array;
  readonly #higher: Int32Array;

  constructor(count: number) {
    // Shifted by one, so that both ends have a place that is never removed.
    this.#lower = Int32Array.from({ length: count + 2 }, (_, i) => i);
    this.#higher = this.#lower.slice();
  }
  remove(r: number): void {
    this.#lower[r + 1] = r;
    this.#higher[r + 1] = r + 2;
  }
  /** Highest alive rank up to r; -1 = none. */
  below(r: number): number {
    return find(this.#lower, r + 1) - 1;
  }
  /** Lowest alive rank from r; -1 = none. */
  above(r: number): number {
    const found = find(this.#higher, r + 1) - 1;
    return found === this.#higher.length - 2 ? -1 : found;
  }
}

function find(next: Int32Array, from: number): number {
  let at = from;
  while (next[at] !== at) {
    next[at] = next[next[at]!]!;
    at = next[at]!;
  }
  return at;
}
