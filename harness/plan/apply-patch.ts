/** Applies a patch file in place on one buffer, as the device does: all checks, then page after page.
 *  Source: firmware-fixtures/atmega32u4, the agent does the same in the same order.
 *  Leaves out: the journal of dg-safe, which lies outside the image, and loss of supply (emulator/). */

import { crc16 } from '../crc16.ts';
import { RigError } from '../errors.ts';
import { applyDg } from './dg/apply.ts';
import { readBody as readDgBody } from './dg/body.ts';
import { checkBase, crcText, openPatch, type Patch } from './envelope.ts';
import type { Operation } from './operations.ts';
import { PageWriter, type StepCounts } from './page-writer.ts';
import { applyR3 } from './r3diff/apply.ts';
import { readBody as readR3Body } from './r3diff/body.ts';

const ERASED = 0xff;

export interface Applied extends Readonly<StepCounts> {
  readonly newImage: Uint8Array;
  readonly patch: Patch;
  readonly operations: readonly Operation[];
  /** How often each page was erased and programmed. */
  readonly programsOfPage: Uint16Array;
}

export interface ApplyOptions {
  readonly pageBytes: number;
  /** Name for errors. */
  readonly file: string;
  /** Where the patch lies in flash; only the count of region activations depends on it. */
  readonly patchAddress?: number;
}

/** @throws before a byte is changed for anything but a right patch. */
export function applyPatch(
  oldImage: Uint8Array,
  patchBytes: Uint8Array,
  options: ApplyOptions,
): Applied {
  const { pageBytes, file, patchAddress = 0 } = options;
  const patch = openPatch(patchBytes, file);
  checkBase(patch, oldImage, file);
  const operations = readOperations(patch, file);
  const room = Math.max(patch.oldBytes, patch.newBytes);
  const flash = new Uint8Array(Math.ceil(room / pageBytes) * pageBytes).fill(ERASED);
  flash.set(oldImage);
  const pages = new PageWriter(flash, pageBytes);
  const { descending } = patch;
  if (patch.body === 'dg') applyDg(operations, pages, patchAddress);
  else applyR3(operations, pages, { descending, pageBytes, patchAddress, file });
  const newImage = flash.subarray(0, patch.newBytes);
  const found = crc16(newImage);
  if (found !== patch.newCrc) {
    const facts = { found: crcText(found), expected: crcText(patch.newCrc) };
    throw new RigError('PATCH_RESULT', { file, ...facts });
  }
  return { newImage, patch, operations, ...pages.counts, programsOfPage: pages.programsOfPage };
}

/** In the order of application. */
export const readOperations = (patch: Patch, file: string): Operation[] =>
  patch.body === 'dg' ? readDgBody(patch, file) : readR3Body(patch, file);
