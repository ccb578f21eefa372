/** Images of one chip side by side, each in its own part of the flash.
 *  Source: firmware-fixtures/atmega32u4 (application and boot section). Leaves out: checksums that a loader
 *  in ROM wants (merge.ts sets the LPC2478's). */

import { RigError } from '../errors.ts';
import type { FirmwareImage, Segment } from './firmware-image.ts';
import { makeImage, rangeText } from './segments.ts';

export interface Placed {
  readonly image: FirmwareImage;
  readonly file: string;
  /** Addresses that are the image's own, `end` excluded. */
  readonly first: number;
  readonly end: number;
}

/** @throws {RigError} IMAGE_RANGE where an image leaves its part. */
export function placeImages(parts: readonly Placed[]): readonly Segment[] {
  const segments = parts.flatMap(({ image, file, first, end }) =>
    image.segments.map((segment) => {
      const { address, bytes } = segment;
      if (address < first || address + bytes.length > end) {
        throw new RigError('IMAGE_RANGE', {
          file,
          what: rangeText(address, bytes.length),
          allowed: rangeText(first, end - first),
          step: 'Give the image of the right part, linked there.',
        });
      }
      return { ...segment, what: file };
    }),
  );
  return makeImage('the joined images', 'hex', { segments, entry: null, symbols: [] }).segments;
}
