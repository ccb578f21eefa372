/** What a check may look at: the bytes of flash and of the ifunction area in use, nothing beyond.
 *  Leaves out: everything a planner knows. */

import { APP_START, AREA_START, wordOf } from './memory-map.ts';
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
