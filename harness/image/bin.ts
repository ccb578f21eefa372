/** Raw images: the bytes and nothing else. In, they need a base address; out, gaps are filled.
 *  Source: what a flash reads when erased (FF).
 *  Leaves out: entry and symbols, which the format cannot carry. */

import { RigError } from '../errors.ts';
import type { FirmwareImage, Segment } from './firmware-image.ts';
import { endAddress, firstAddress, hex32, makeImage } from './segments.ts';

export const ERASED = 0xff;

/** Above this, a gap is most likely a mistake: the largest flash here has 504 KB. */
export const DEFAULT_LIMIT_BYTES = 16 * 1024 * 1024;

export function parseBin(bytes: Uint8Array, file: string, base: number | null): FirmwareImage {
  if (base === null) throw new RigError('BIN_NO_BASE', { file });
  return makeImage(file, 'bin', {
    segments: [{ what: 'the image', address: base, bytes: bytes.slice() }],
  });
}

export interface BinOptions {
  /** Value of the bytes in gaps; default FF. */
  readonly fill?: number;
  readonly limitBytes?: number;
  /** Address of the first byte; default the image's first. */
  readonly from?: number;
}

export function writeBin(image: FirmwareImage, file: string, options: BinOptions = {}): Uint8Array {
  const from = options.from ?? firstAddress(image);
  const limit = options.limitBytes ?? DEFAULT_LIMIT_BYTES;
  const bytes = endAddress(image) - from;
  if (bytes > limit) {
    const facts = { file, bytes, from: hex32(from), to: hex32(endAddress(image) - 1), limit };
    throw new RigError('IMAGE_TOO_BIG', { ...facts, step: 'Use HEX, or raise the limit.' });
  }
  return flatten(image.segments, from, bytes, options.fill ?? ERASED);
}

/** Segments laid into one block; what lies before or behind it is left out. */
export function flatten(
  segments: readonly Segment[],
  from: number,
  bytes: number,
  fill: number,
): Uint8Array {
  const block = new Uint8Array(bytes).fill(fill);
  for (const segment of segments) {
    const skip = Math.max(0, from - segment.address);
    const at = segment.address + skip - from;
    if (at < bytes) block.set(segment.bytes.subarray(skip, skip + bytes - at), at);
  }
  return block;
}
