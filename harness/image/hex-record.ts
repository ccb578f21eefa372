/** One line of an Intel HEX file: `:` LEN ADDR TYPE DATA CS, all in hexadecimal digits.
 *  Source: Intel, Hexadecimal Object File Format Specification, revision A, sections 2 to 7.
 *  Leaves out: what the records mean together (hex.ts). */

import { RigError } from '../errors.ts';

export const DATA = 0;
export const END_OF_FILE = 1;
export const SEGMENT_ADDRESS = 2;
export const START_SEGMENT = 3;
export const LINEAR_ADDRESS = 4;
export const START_LINEAR = 5;

/** Data bytes that a record type must have; null = any number. */
const DATA_BYTES: readonly (number | null)[] = [null, 0, 2, 4, 2, 4];

export interface HexRecord {
  readonly line: number;
  readonly type: number;
  readonly offset: number;
  readonly data: Uint8Array;
}

const MAX_SHOWN_CHARACTERS = 12;

/** @param text the line without its ending and without blanks around it. */
export function parseRecord(file: string, line: number, text: string): HexRecord {
  if (text[0] !== ':') throw new RigError('HEX_START', { file, line, found: shown(text) });
  const bytes = digitsOf(file, line, text);
  const length = bytes[0];
  const expected = (length ?? 0) + 5;
  if (length === undefined || bytes.length !== expected) {
    const facts = { file, line, length: hex8(length ?? 0), expected, found: bytes.length };
    throw new RigError('HEX_LENGTH', facts);
  }
  const received = bytes.at(-1)!;
  const computed = checksumOf(bytes.subarray(0, -1));
  if (received !== computed) {
    const facts = { file, line, received: hex8(received), computed: hex8(computed) };
    throw new RigError('HEX_CHECKSUM', facts);
  }
  const type = bytes[3]!;
  const wanted = DATA_BYTES[type];
  if (wanted === undefined) throw new RigError('HEX_TYPE', { file, line, found: digits8(type) });
  if (wanted !== null && length !== wanted) {
    const facts = { file, line, type: digits8(type), found: length, expected: wanted };
    throw new RigError('HEX_TYPE_LENGTH', facts);
  }
  return { line, type, offset: (bytes[1]! << 8) | bytes[2]!, data: bytes.subarray(4, -1) };
}

/** The line of a record, upper-case, without a line ending. */
export function formatRecord(type: number, offset: number, data: Uint8Array): string {
  const bytes = Uint8Array.of(data.length, offset >>> 8, offset, type, ...data, 0);
  bytes[bytes.length - 1] = checksumOf(bytes.subarray(0, -1));
  let line = ':';
  for (const byte of bytes) line += digits8(byte);
  return line;
}

/** Two's complement of the sum: a whole record, checksum included, sums to zero. */
const checksumOf = (bytes: Uint8Array): number => {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  return -sum & 0xff;
};

function digitsOf(file: string, line: number, text: string): Uint8Array {
  const count = text.length - 1;
  const bytes = new Uint8Array(count >>> 1);
  for (let i = 0; i < count; i++) {
    const digit = digitValue(text.charCodeAt(i + 1));
    if (digit < 0) {
      const facts = { file, line, found: shown(text[i + 1]!), column: i + 2 };
      throw new RigError('HEX_DIGIT', facts);
    }
    if (i >>> 1 < bytes.length) bytes[i >>> 1] = (bytes[i >>> 1]! << 4) | digit;
  }
  if (count % 2 !== 0) throw new RigError('HEX_ODD', { file, line, digits: count });
  return bytes;
}

const digitValue = (code: number): number => {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const upper = code & ~0x20;
  return upper >= 0x41 && upper <= 0x46 ? upper - 0x37 : -1;
};

/** Printable, short, in quotes: a binary file must not upset the terminal that shows the error. */
const shown = (text: string): string => {
  const cut = text.length > MAX_SHOWN_CHARACTERS;
  const start = cut ? text.slice(0, MAX_SHOWN_CHARACTERS) : text;
  const safe = start.replace(/[^\x20-\x7e]/g, (c) => `\\x${hex8(c.charCodeAt(0)).slice(2)}`);
  return cut ? `"${safe}..."` : `"${safe}"`;
};

const hex8 = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`;
const digits8 = (value: number): string => value.toString(16).toUpperCase().padStart(2, '0');
