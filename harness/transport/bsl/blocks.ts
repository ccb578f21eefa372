/** Segments of an image as the MSP430's boot loader takes them: whole words, ascending, in blocks that fit a frame.
 *  A byte that no segment names is FF, which programs nothing. */

import type { Segment } from '../../image/firmware-image.ts';

export type Placed = Segment;

const SPACE = 0x1_0000;

export function blocksOf(segments: readonly Placed[], maxBytes: number): Placed[] {
  const bytes = new Uint8Array(SPACE).fill(0xff);
  const used = new Uint8Array(SPACE / 2);
  for (const { address, bytes: own } of segments) {
    if (own.length === 0) continue;
    bytes.set(own, address);
    used.fill(1, address >> 1, ((address + own.length - 1) >> 1) + 1);
  }
  const blocks: Placed[] = [];
  for (let word = used.indexOf(1); word >= 0; ) {
    const end = used.indexOf(0, word);
    const limit = Math.min(end < 0 ? used.length : end, word + maxBytes / 2);
    blocks.push({ address: word * 2, bytes: bytes.slice(word * 2, limit * 2) });
    word = used.indexOf(1, limit);
  }
  return blocks;
}
