/** Where the bytes from some place of the new image occur longest in the old one.
 *  Source: Manber and Myers, "Suffix Arrays" (1993), the search without its LCP tables: extra memory is the
 *  suffix array of the old image alone, which is what DG's O(n + k) allows.
 *  Leaves out: matches inside the new image (a delta cannot copy from there). */

import { suffixArray } from '../suffix-array.ts';

export interface Match {
  readonly source: number;
  readonly length: number;
}

/** Among equally long matches the nearest is taken; no more than this many are looked at. */
const CANDIDATES_EACH_WAY = 16;
const BYTE_VALUES = 256;

export type FindLongest = (from: number) => Match;

export function longestMatches(oldImage: Uint8Array, newImage: Uint8Array): FindLongest {
  const order = suffixArray(oldImage, BYTE_VALUES);
  const common = (source: number, from: number, known: number): number => {
    let length = known;
    const limit = Math.min(oldImage.length - source, newImage.length - from);
    while (length < limit && oldImage[source + length] === newImage[from + length]) length++;
    return length;
  };
  /** The old suffix is smaller than the new one, given how far they agree. */
  const isBelow = (source: number, from: number, agree: number): boolean => {
    if (source + agree >= oldImage.length) return true;
    return from + agree < newImage.length && oldImage[source + agree]! < newImage[from + agree]!;
  };
  return (from) => {
    // Of the suffixes around the border, both share at least min(lowAgree, highAgree) bytes with ours.
    let low = -1;
    let high = order.length;
    let lowAgree = 0;
    let highAgree = 0;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      const source = order[middle]!;
      const agree = common(source, from, Math.min(lowAgree, highAgree));
      if (isBelow(source, from, agree)) {
        low = middle;
        lowAgree = agree;
      } else {
        high = middle;
        highAgree = agree;
      }
    }
    const length = Math.max(lowAgree, highAgree);
    if (length === 0) return { source: 0, length: 0 };
    const start = lowAgree >= highAgree ? low : high;
    return { source: nearest(order, start, from, length, common), length };
  };
}

function nearest(
  order: Int32Array,
  start: number,
  from: number,
  length: number,
  common: (source: number, from: number, known: number) => number,
): number {
  let best = order[start]!;
  for (const step of [-1, 1]) {
    for (let i = 1; i <= CANDIDATES_EACH_WAY; i++) {
      const source = order[start + step * i];
      if (source === undefined || common(source, from, 0) < length) break;
      if (Math.abs(source - from) < Math.abs(best - from)) best = source;
    }
  }
  return best;
}
