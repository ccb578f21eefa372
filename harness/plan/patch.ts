/** Patch files of each delta scheme: what its encoder finds, in the body that its agent reads.
 *  Source: dg/encode.ts and r3diff/encode.ts; envelope.ts.
 *  Leaves out: whether it fits into the device (room.ts) and what it costs there. */

import { writeBody as writeDgBody } from './dg/body.ts';
import { type DgOptions, encodeDg } from './dg/encode.ts';
import { sealPatch } from './envelope.ts';
import { writeBody as writeR3Body } from './r3diff/body.ts';
import { encodeR3, type R3Options } from './r3diff/encode.ts';

export interface MadePatch {
  readonly bytes: Uint8Array;
  /** What application in place added to the delta: cycles broken, or copies left out. */
  readonly growthBytes: number;
}

export function makeDgPatch(
  oldImage: Uint8Array,
  newImage: Uint8Array,
  options: DgOptions & { readonly journal?: boolean } = {},
): MadePatch {
  const { operations, growthBytes } = encodeDg(oldImage, newImage, options);
  const { journal = false } = options;
  const content = writeDgBody(operations);
  const made = { body: 'dg', descending: false, journal, content } as const;
  return { bytes: sealPatch(oldImage, newImage, made), growthBytes };
}

export function makeR3Patch(
  oldImage: Uint8Array,
  newImage: Uint8Array,
  options: R3Options = {},
): MadePatch {
  const delta = encodeR3(oldImage, newImage, options);
  const content = writeR3Body(delta.operations);
  const descending = delta.direction === 'down';
  const bytes = sealPatch(oldImage, newImage, { body: 'r3', descending, journal: false, content });
  return { bytes, growthBytes: delta.commandBytes - delta.unconstrainedBytes };
}
