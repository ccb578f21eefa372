/** Intel HEX in: records 00 to 05, any line ending, blank lines anywhere.
 *  Source: Intel, Hexadecimal Object File Format Specification, revision A. Under record 02 a row
 *  wraps within its 64 KB; under record 04 it runs on and wraps at 4 GB. */

import { RigError } from '../errors.ts';
import type { FirmwareImage } from './firmware-image.ts';
import {
  DATA,
  END_OF_FILE,
  type HexRecord,
  LINEAR_ADDRESS,
  parseRecord,
  SEGMENT_ADDRESS,
  START_LINEAR,
  START_SEGMENT,
} from './hex-record.ts';
import { ADDRESS_SPACE_BYTES, makeImage, type NamedSegment } from './segments.ts';

/** Code points of these bytes are the bytes themselves, so that an error can show any of them. */
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

export function parseHex(bytes: Uint8Array, file: string): FirmwareImage {
  const place = new Place();
  const rows: NamedSegment[] = [];
  let entry: number | null = null;
  for (const record of readRecords(textOf(bytes), file)) {
    if (record.type === DATA) rows.push(...place.rowsOf(record));
    else if (isStart(record)) entry = startAddressOf(record);
    else place.follow(record);
  }
  return makeImage(file, 'hex', { segments: rows, entry });
}

/** Every record up to and with the end record, which must be there and be the last. */
export function readRecords(text: string, file: string): HexRecord[] {
  const records: HexRecord[] = [];
  const lines = text.split(/\r\n|\n|\r/);
  let end = 0;
  let lastLine = 0;
  for (const [index, whole] of lines.entries()) {
    const row = whole.trim();
    const line = index + 1;
    if (row === '') continue;
    lastLine = line;
    if (end !== 0) throw new RigError('HEX_AFTER_END', { file, line, end });
    const record = parseRecord(file, line, row);
    if (record.type === END_OF_FILE) end = line;
    records.push(record);
  }
  if (end === 0) throw new RigError('HEX_TRUNCATED', { file, line: lastLine });
  return records;
}

const bigEndian = (data: Uint8Array): number => data.reduce((value, byte) => value * 256 + byte, 0);

export const isStart = (record: HexRecord): boolean =>
  record.type === START_SEGMENT || record.type === START_LINEAR;

/** Record 03 is CS:IP of a real-mode 8086, record 05 a 32-bit address. */
export const startAddressOf = ({ type, data }: HexRecord): number =>
  type === START_LINEAR
    ? bigEndian(data)
    : bigEndian(data.subarray(0, 2)) * 16 + bigEndian(data.subarray(2, 4));

/** Where data records go: the address that the last record 02 or 04 set, and how rows wrap. */
export class Place {
  #base = 0;
  #wrapBytes = ADDRESS_SPACE_BYTES;

  /** Take note of an address record; others change nothing. */
  follow({ type, data }: HexRecord): void {
    if (type === SEGMENT_ADDRESS) {
      this.#base = bigEndian(data) * 16;
      this.#wrapBytes = 0x10000;
    } else if (type === LINEAR_ADDRESS) {
      this.#base = bigEndian(data) * 0x10000;
      this.#wrapBytes = ADDRESS_SPACE_BYTES;
    }
  }

  /** The row's bytes at their addresses: one piece, or two where it wraps. */
  rowsOf({ line, offset, data }: HexRecord): NamedSegment[] {
    const what = `line ${line}`;
    // In linear mode the sum wraps, in segment mode only the offset does.
    const segmented = this.#wrapBytes === 0x10000;
    const first = segmented ? offset : this.#base + offset;
    const base = segmented ? this.#base : 0;
    const room = this.#wrapBytes - first;
    if (data.length <= room) return [{ what, address: base + first, bytes: data }];
    return [
      { what, address: base + first, bytes: data.subarray(0, room) },
      { what, address: base, bytes: data.subarray(room) },
    ];
  }
}
