/** What a check may look at: the bytes of flash and of the ifunction area in use, nothing beyond.
 *  Leaves out: everything a planner knows. */

import { crc16 } from '../../crc16.ts';
import { APP_START, AREA_START, CRC_OFFSET, HEADER_ADDRESS, wordOf } from './memory-map.ts';
import type { NodeImage } from './node-image.ts';

export class Memory {
  readonly flash: Uint8Array;
  readonly #area: Uint8Array;

  constructor({ flash, area }: Pick<NodeImage, 'flash' | 'area'>) {
    this.flash = flash;
    this.#area = area;
  }
  /** Null where the node has nothing. */
  bytes(at: number, count: number): Uint8Array | null {
    const [part, offset] =
      at >= APP_START ? [this.flash, at - APP_START] : [this.#area, at - AREA_START];
    if (offset < 0 || offset + count > part.length) return null;
    return part.subarray(offset, offset + count);
  }
  /** Null where the node has none, or at an odd address. */
  word(at: number): number | null {
    const bytes = (at & 1) === 0 ? this.bytes(at, 2) : null;
    return bytes === null ? null : wordOf(bytes, 0);
  }
}

/** CRC-16 that the header of an image must hold: over all but the field itself. */
export function headerCrc(flash: Uint8Array): number {
  const field = HEADER_ADDRESS - APP_START + CRC_OFFSET;
  return crc16(flash.subarray(field + 2), crc16(flash.subarray(0, field)));
}
