/** For every byte of a new image, the longest run of bytes that is still in the node when it is needed: in the
 *  ifunction area always, in flash from its own address up (a group that fills upwards) or down.
 *  Leaves out: sources on the other side inside the segment in work (a few bytes). */

import { AliveRanks, type Matches, type SortedSuffixes, sortSuffixes } from '../r3diff/matches.ts';
import { RangeMinimum } from '../r3diff/range-minimum.ts';

export type Direction = 'up' | 'down';

/** Flash, area and new image as one text. */
export interface RebuildText extends SortedSuffixes {
  readonly flashBytes: number;
  readonly areaBytes: number;
  readonly newBytes: number;
  readonly minimum: RangeMinimum;
}

const FLASH_END = 256;
const AREA_END = 257;
const SYMBOLS = 258;

export function rebuildText(flash: Uint8Array, area: Uint8Array, image: Uint8Array): RebuildText {
  const text = new Uint16Array(flash.length + area.length + image.length + 2);
  text.set(flash);
  text[flash.length] = FLASH_END;
  text.set(area, flash.length + 1);
  text[flash.length + 1 + area.length] = AREA_END;
  text.set(image, flash.length + area.length + 2);
  const sorted = sortSuffixes(text, SYMBOLS);
  return {
    ...sorted,
    flashBytes: flash.length,
    areaBytes: area.length,
    newBytes: image.length,
    minimum: new RangeMinimum(sorted.common),
  };
}

/** Sources are offsets in flash, then, from `flashBytes` + 1, in the area.
 *  @param isGone segments by number whose old bytes others have overwritten before. */
export function matchesOf(
  text: RebuildText,
  direction: Direction,
  segmentBytes: number,
  isGone: (segment: number) => boolean,
): Matches {
  const { flashBytes, areaBytes, newBytes, order, rank, minimum } = text;
  const length = new Int32Array(newBytes);
  const source = new Int32Array(newBytes);
  const alive = new AliveRanks(order.length);
  const oldBytes = flashBytes + 1 + areaBytes;
  for (let at = oldBytes; at < order.length; at++) alive.remove(rank[at]!);
  alive.remove(rank[flashBytes]!);
  const isUp = direction === 'up';
  /** First gone byte from each offset on. */
  const limit = new Int32Array(flashBytes + 1).fill(flashBytes);
  for (let at = flashBytes - 1; at >= 0; at--) {
    const gone = isGone(Math.floor(at / segmentBytes));
    limit[at] = gone ? at : limit[at + 1]!;
    if (gone || (!isUp && at >= newBytes)) alive.remove(rank[at]!);
  }
  for (let k = 0; k < newBytes; k++) {
    const place = isUp ? k : newBytes - 1 - k;
    const passed = isUp ? place - 1 : place + 1;
    if (passed >= 0 && passed < flashBytes) alive.remove(rank[passed]!);
    const r = rank[oldBytes + 1 + place]!;
    const below = alive.below(r);
    const above = alive.above(r);
    const agreeBelow = below < 0 ? 0 : minimum.of(below + 1, r + 1);
    const agreeAbove = above < 0 ? 0 : minimum.of(r + 1, above + 1);
    const best = Math.max(agreeBelow, agreeAbove);
    if (best === 0) continue;
    const from = order[agreeBelow >= agreeAbove ? below : above]!;
    length[place] = from < flashBytes ? Math.min(best, limit[from]! - from) : best;
    source[place] = from;
  }
  return { length, source };
}
