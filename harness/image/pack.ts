/** An image as the station sends it: one block from 0x2000, gaps filled, in segments of 256 bytes.
 *  Source: the paper, section 3.4.1 (16 rows of 16 bytes a message); decision 0001 (segment i lies
 *  at 0x2000 + 256 i). Leaves out: frames and the file check (transport). */

import { RigError } from '../errors.ts';
import { ERASED, flatten } from './bin.ts';
import type { FirmwareImage } from './firmware-image.ts';
import { APPLICATION_ADDRESS, USER_FLASH_END } from './layout.ts';
import { endAddress, firstAddress, hex32 } from './segments.ts';

export const SEGMENT_BYTES = 256;

export interface PackOptions {
  readonly from?: number;
  /** Address that the packed image must not reach. */
  readonly to?: number;
  readonly fill?: number;
  /** Name for errors. */
  readonly file?: string;
}

/** Packed bytes from `from` (0x2000) up to the image's last byte; the last segment may be short. */
export function packImage(image: FirmwareImage, options: PackOptions = {}): Uint8Array {
  const { from = APPLICATION_ADDRESS, to = USER_FLASH_END, file = 'the image' } = options;
  const first = firstAddress(image);
  const end = endAddress(image);
  if (first < from || end > to) {
    throw new RigError('IMAGE_RANGE', {
      file,
      what: `${hex32(first)}..${hex32(end - 1)}`,
      allowed: `${hex32(from)}..${hex32(to - 1)}`,
      step: 'Only the application is sent: link it there, and leave the loader out.',
    });
  }
  return flatten(image.segments, from, end - from, options.fill ?? ERASED);
}

export const segmentCount = (packed: Uint8Array): number =>
  Math.ceil(packed.length / SEGMENT_BYTES);

export const packedSegment = (packed: Uint8Array, index: number): Uint8Array =>
  packed.subarray(index * SEGMENT_BYTES, (index + 1) * SEGMENT_BYTES);
