/** The envelope of a patch file: which images it joins, how it is to be applied, and a CRC-16 over all.
 *  Layout, little-endian: 'D', scheme byte, old bytes, old CRC-16, new bytes, new CRC-16, body bytes, body,
 *  CRC-16 (all but the first two are 16 bits). Source: firmware-fixtures/atmega32u4, the agent reads the same.
 *  Leaves out: what is in the body (dg/body.ts, r3diff/body.ts). */

import { crc16 } from '../crc16.ts';
import { RigError } from '../errors.ts';

export const ENVELOPE_BYTES = 12;
export const CRC_BYTES = 2;
export const FIELD_LIMIT = 0xffff;

const FORMAT = 0x44;
const BODY_DG = 1;
const BODY_R3 = 2;
const BODY_MASK = 0x0f;
const DESCENDING = 0x40;
const JOURNAL = 0x80;

export interface Patch {
  readonly body: 'dg' | 'r3';
  /** Commands run from the new image's end to its start (r3 only). */
  readonly descending: boolean;
  /** Every page is kept in a journal before it is erased (dg-safe). */
  readonly journal: boolean;
  readonly oldBytes: number;
  readonly oldCrc: number;
  readonly newBytes: number;
  readonly newCrc: number;
  readonly content: Uint8Array;
}

/** The file that is sent: envelope, body, CRC-16. */
export function sealPatch(
  oldImage: Uint8Array,
  newImage: Uint8Array,
  made: Pick<Patch, 'body' | 'descending' | 'journal' | 'content'>,
): Uint8Array {
  const { content } = made;
  checkField('the old image in bytes', oldImage.length);
  checkField('the new image in bytes', newImage.length);
  checkField('the body in bytes', content.length);
  const bytes = new Uint8Array(ENVELOPE_BYTES + content.length + CRC_BYTES);
  const view = new DataView(bytes.buffer);
  bytes[0] = FORMAT;
  bytes[1] =
    (made.body === 'dg' ? BODY_DG : BODY_R3) |
    (made.descending ? DESCENDING : 0) |
    (made.journal ? JOURNAL : 0);
  view.setUint16(2, oldImage.length, true);
  view.setUint16(4, crc16(oldImage), true);
  view.setUint16(6, newImage.length, true);
  view.setUint16(8, crc16(newImage), true);
  view.setUint16(10, content.length, true);
  bytes.set(content, ENVELOPE_BYTES);
  const checked = bytes.subarray(0, bytes.length - CRC_BYTES);
  view.setUint16(bytes.length - CRC_BYTES, crc16(checked), true);
  return bytes;
}

/** @param file name for errors. @throws for anything but a whole, undamaged patch. */
export function openPatch(bytes: Uint8Array, file: string): Patch {
  if (bytes.length === 0) throw new RigError('PATCH_EMPTY', { file });
  if (bytes[0] !== FORMAT) {
    throw new RigError('PATCH_FORMAT', { file, found: hex(bytes[0]!, 2) });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const least = ENVELOPE_BYTES + CRC_BYTES;
  const expected = bytes.length < least ? least : view.getUint16(10, true) + least;
  if (bytes.length !== expected) {
    const atLeast = bytes.length < least ? `at least ${least}` : expected;
    throw new RigError('PATCH_LENGTH', { file, bytes: bytes.length, expected: atLeast });
  }
  const received = view.getUint16(bytes.length - CRC_BYTES, true);
  const computed = crc16(bytes.subarray(0, bytes.length - CRC_BYTES));
  if (received !== computed) {
    throw new RigError('PATCH_CRC', {
      file,
      received: crcText(received),
      computed: crcText(computed),
    });
  }
  return {
    ...schemeOf(bytes[1]!, file),
    oldBytes: view.getUint16(2, true),
    oldCrc: view.getUint16(4, true),
    newBytes: view.getUint16(6, true),
    newCrc: view.getUint16(8, true),
    content: bytes.subarray(ENVELOPE_BYTES, bytes.length - CRC_BYTES),
  };
}

function schemeOf(value: number, file: string): Pick<Patch, 'body' | 'descending' | 'journal'> {
  const body = value & BODY_MASK;
  const flags = value & ~BODY_MASK;
  if (body === BODY_DG && (flags === 0 || flags === JOURNAL)) {
    return { body: 'dg', descending: false, journal: flags === JOURNAL };
  }
  if (body === BODY_R3 && (flags === 0 || flags === DESCENDING)) {
    return { body: 'r3', descending: flags === DESCENDING, journal: false };
  }
  const expected = '01 (dg), 81 (dg-safe), 02 or 42 (r3diff)';
  throw new RigError('PATCH_SCHEME', { file, found: hex(value, 2), expected });
}

/** The scheme that makes such a patch. */
export const schemeOfPatch = ({ body, journal }: Patch): 'dg' | 'dg-safe' | 'r3diff' => {
  if (body === 'r3') return 'r3diff';
  return journal ? 'dg-safe' : 'dg';
};

export function checkBase(patch: Patch, oldImage: Uint8Array, file: string): void {
  const found = crc16(oldImage);
  if (oldImage.length === patch.oldBytes && found === patch.oldCrc) return;
  throw new RigError('PATCH_BASE', {
    file,
    expectedBytes: patch.oldBytes,
    expected: crcText(patch.oldCrc),
    bytes: oldImage.length,
    found: crcText(found),
  });
}

export function checkField(what: string, value: number): void {
  if (value > FIELD_LIMIT) throw new RigError('PATCH_FIELD', { what, value, limit: FIELD_LIMIT });
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
export const crcText = (crc: number): string => `0x${hex(crc, 4)}`;
