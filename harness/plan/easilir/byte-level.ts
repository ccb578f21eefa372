/** The literal reading of the paper: LCS over bytes, un-LCS blocks overwritten, jumped over, or followed by a CALL.
 *  Source: Qiu et al. 2014, 4.1. Here to be refused: bytes in common are not instructions in common, and no address
 *  is put right. The check (check.ts) shows where. Leaves out: everything that would mend it. */

import { CALL, JMP, jumpWord, RET } from './glue.ts';
import {
  APP_START,
  AREA_START,
  CRC_OFFSET,
  HEADER_ADDRESS,
  headerCrcOf,
  putWord,
} from './memory-map.ts';

const CALL_BYTES = 4;
const HEADER_END = HEADER_ADDRESS + 16 - APP_START;

/** @param image of the new program as linked. */
export function modifyBytes(
  old: Uint8Array,
  image: Uint8Array,
): { readonly flash: Uint8Array; readonly area: Uint8Array } {
  const flash = old.slice();
  const area: number[] = [];
  flash.set(image.subarray(0, HEADER_END));
  for (const { at, deleted, start, inserted } of unequalBlocks(old, image)) {
    const rest = deleted - inserted;
    if (rest >= 0) {
      flash.set(image.subarray(start, start + inserted), at);
      if (rest >= 2) putWord(flash, at + inserted, jumpWord(JMP, at + inserted, at + deleted));
      continue;
    }
    // What the CALL overwrites behind the block goes along.
    const replaced = Math.max(0, deleted - CALL_BYTES);
    flash.set(image.subarray(start, start + replaced), at);
    const call = at + replaced;
    const there = AREA_START + area.length;
    area.push(...image.subarray(start + replaced, start + inserted));
    area.push(...old.subarray(at + deleted, call + CALL_BYTES), RET & 0xff, RET >>> 8);
    putWord(flash, call, CALL);
    putWord(flash, call + 2, there);
  }
  putWord(flash, HEADER_ADDRESS - APP_START + 2, flash.length);
  putWord(flash, HEADER_ADDRESS - APP_START + CRC_OFFSET, headerCrcOf(flash));
  return { flash, area: Uint8Array.from(area) };
}

interface Block {
  readonly at: number;
  readonly deleted: number;
  readonly start: number;
  readonly inserted: number;
}

/** Between the bytes of a longest common subsequence; lengths of suffixes by plain dynamic programming. */
function unequalBlocks(old: Uint8Array, image: Uint8Array): Block[] {
  const width = image.length + 1;
  const common = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= HEADER_END; i--) {
    for (let j = image.length - 1; j >= HEADER_END; j--) {
      common[i * width + j] =
        old[i] === image[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
    }
  }
  const blocks: Block[] = [];
  for (let i = HEADER_END, j = HEADER_END; i < old.length || j < image.length; i++, j++) {
    const at = i;
    const start = j;
    while (!(i < old.length && j < image.length && old[i] === image[j])) {
      if (i === old.length && j === image.length) break;
      const skipsOld = j === image.length || (i < old.length && below(common, width, i, j));
      if (skipsOld) i++;
      else j++;
    }
    if (i > at || j > start) blocks.push({ at, deleted: i - at, start, inserted: j - start });
  }
  return blocks;
}

const below = (common: Uint16Array, width: number, i: number, j: number): boolean =>
  common[(i + 1) * width + j]! >= common[i * width + j + 1]!;
