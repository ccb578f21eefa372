/** Scheme `r2`: an R3diff script from the base file that the node keeps in external flash to that of the new version;
 *  the node makes the new one there, puts the references in and copies the image to program flash.
 *  Source: Dong, Liu, Chen and Bu, "R2" (INFOCOM 2011); Qiu et al. 2014, section 3 (steps 1 to 4);
 *  firmware-fixtures/msp430f1611/README.md, "R2" (body, slots).
 *  Leaves out: RMTD, whose scripts differ from R3diff's by less than 0.4 % (Dong et al. 2013). */

import { crc16 } from '../../crc16.ts';
import { RigError } from '../../errors.ts';
import { openLinked } from '../../image/arrange/linked.ts';
import type { Segment } from '../../image/firmware-image.ts';
import { sealNodeFile } from '../node-file.ts';
import type { LinkedProgram, PlanInput, UpdatePlan } from '../plan.ts';
import { writeBody } from '../r3diff/body.ts';
import { encodeR3OutOfPlace } from '../r3diff/encode.ts';
import { checkRoom } from '../room.ts';
import { makeBase, type R2Base } from './base-file.ts';
import { predictR2Cost } from './cost.ts';
import { imageReferences } from './references.ts';

const NOTHING = new Uint8Array();
/** Before the script: bytes of the new base file, CRC-16 over them. */
const BODY_HEADER_BYTES = 4;
/** Header of a slot: magic, sequence number; bytes and CRC-16 of the base file; bytes and CRC-16 of its image. */
const SLOT_HEADER_BYTES = 12;
const SLOT_MAGIC = 0x3252;
/** Sector of the first slot in external flash; the second one follows it. */
const FIRST_SLOT = 0xe0000;

export function planR2(input: PlanInput): UpdatePlan {
  const { target, oldBytes, newBytes, newVersion, node } = input;
  checkRoom(target, 'r2', { imageBytes: newBytes.length, patchBytes: 0, journal: false });
  const base = target.applicationAddress;
  const referencesOf = (program: LinkedProgram | null, which: string) => {
    if (program === null) throw new RigError('R2_NEEDS_ELF', { which });
    return imageReferences(openLinked(program.elf, program.file), base);
  };
  const before = node?.earlier.at(-1)?.carry as R2Base | undefined;
  const old =
    before ?? makeBase(oldBytes, referencesOf(node?.oldProgram ?? null, 'the old image'), null);
  const fresh = makeBase(newBytes, referencesOf(node?.newProgram ?? null, 'the new image'), old);
  const script = writeBody(encodeR3OutOfPlace(old.bytes, fresh.bytes));
  const body = new Uint8Array(BODY_HEADER_BYTES + script.length);
  const view = new DataView(body.buffer);
  view.setUint16(0, fresh.bytes.length, true);
  view.setUint16(2, crc16(fresh.bytes), true);
  body.set(script, BODY_HEADER_BYTES);
  const file = sealNodeFile({
    kind: 'r2',
    base: oldBytes,
    after: newBytes,
    areaBefore: NOTHING,
    areaAfter: NOTHING,
    body,
  });
  return {
    scheme: 'r2',
    file,
    segmentBytes: target.segmentBytes,
    applicationAddress: base,
    expectedBytes: newBytes,
    expectedVersion: newVersion,
    predicted: predictR2Cost(file.length, fresh.bytes.length, newBytes.length, target),
    carry: fresh,
    factory: before === undefined ? [slotOf(old, oldBytes, target.externalFlashAddress ?? 0)] : [],
  };
}

/** The first slot as the factory fills it. */
function slotOf({ bytes }: R2Base, image: Uint8Array, externalFlash: number): Segment {
  const slot = new Uint8Array(SLOT_HEADER_BYTES + bytes.length);
  const view = new DataView(slot.buffer);
  const header = [SLOT_MAGIC, 1, bytes.length, crc16(bytes), image.length, crc16(image)];
  header.forEach((value, i) => {
    view.setUint16(2 * i, value, true);
  });
  slot.set(bytes, SLOT_HEADER_BYTES);
  return { address: externalFlash + FIRST_SLOT, bytes: slot };
}
