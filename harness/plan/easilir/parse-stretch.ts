/** The cheapest row of copies and adds for a stretch of the new image, exact for the costs of the format.
 *  Best with a copy at the end: the longest way back is never dearer, but a short copy is a byte cheaper, so
 *  the farthest start of each kind is looked at. Best with an add: a sliding minimum for short ones, a running
 *  one for long ones.
 *  Source: firmware-fixtures/msp430f1611/README.md, "Rebuild"; the recurrences are those of r3diff/parse.ts.
 *  Leaves out: which copies are possible (rebuild-matches.ts). */

import type { Matches } from '../r3diff/matches.ts';

export interface Piece {
  /** Offsets in the new image. */
  readonly start: number;
  readonly end: number;
  /** Null = added. */
  readonly source: number | null;
}

/** Bytes of a command with a short length, those that are added apart. */
export interface PieceCosts {
  readonly copy: number;
  readonly add: number;
}

const REBUILD_COSTS: PieceCosts = { copy: 4, add: 2 };
const SHORT_MAX = 255;
/** The length's second byte. */
const LONG_BYTES = 1;
const NEVER = 0x3fff_ffff;

export function parseStretch(
  matches: Matches,
  start: number,
  end: number,
  costs: PieceCosts = REBUILD_COSTS,
): { readonly pieces: readonly Piece[]; readonly cost: number } {
  const count = end - start;
  const best = new Int32Array(count + 1);
  const from = new Int32Array(count + 1);
  const isCopy = new Uint8Array(count + 1);
  /** Starts of short adds, cheapest first; all of best[i] - i. */
  const window = new Int32Array(count + 1);
  let head = 0;
  let tail = 0;
  let longFrom = 0;
  let copyFrom = 0;
  for (let to = 1; to <= count; to++) {
    const entering = to - 1;
    const weight = best[entering]! - entering;
    while (tail > head && best[window[tail - 1]!]! - window[tail - 1]! >= weight) tail--;
    window[tail++] = entering;
    while (to - window[head]! > SHORT_MAX) head++;
    if (weight < best[longFrom]! - longFrom) longFrom = entering;
    let cost = best[window[head]!]! + costs.add + to - window[head]!;
    let way = window[head]!;
    const long = best[longFrom]! + costs.add + LONG_BYTES + to - longFrom;
    if (long < cost) {
      cost = long;
      way = longFrom;
    }
    let copied = 0;
    const reach = (i: number): boolean => i + matches.length[start + i]! >= to;
    while (copyFrom < to && !reach(copyFrom)) copyFrom++;
    for (const i of [copyFrom, Math.max(copyFrom, to - SHORT_MAX)]) {
      if (i >= to || !reach(i)) continue;
      const price = best[i]! + costs.copy + (to - i > SHORT_MAX ? LONG_BYTES : 0);
      if (price < cost) {
        cost = price;
        way = i;
        copied = 1;
      }
    }
    best[to] = Math.min(cost, NEVER);
    from[to] = way;
    isCopy[to] = copied;
  }
  const pieces: Piece[] = [];
  for (let to = count; to > 0; to = from[to]!) {
    const first = start + from[to]!;
    const source = isCopy[to] === 1 ? matches.source[first]! : null;
    pieces.push({ start: first, end: start + to, source });
  }
  return { pieces: pieces.reverse(), cost: best[count]! };
}
