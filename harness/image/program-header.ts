/** The header at 0x2020 of an application: what loader, agent and judge read.
 *  Source: decision 0001: magic TRM1, length from 0x2000, CRC-32 with this field as zero, version.
 *  Leaves out: the 16 free bytes behind it. */

import { crc32 } from '../crc32.ts';
import { APPLICATION_ADDRESS } from './layout.ts';

export const PROGRAM_HEADER_ADDRESS = 0x2020;
const MAGIC = 'TRM1';
const HEADER_BYTES = 16;
const LENGTH_OFFSET = 4;
const CRC_OFFSET = 8;
const VERSION_OFFSET = 12;
const CRC_BYTES = 4;

export interface ProgramHeader {
  /** Bytes from 0x2000. */
  readonly length: number;
  readonly crc32: number;
  /** Four ASCII characters. */
  readonly version: string;
}

/** @param base address of `bytes[0]`. @returns null where there is no header. */
export function readProgramHeader(bytes: Uint8Array, base: number): ProgramHeader | null {
  const at = PROGRAM_HEADER_ADDRESS - base;
  if (at < 0 || at + HEADER_BYTES > bytes.length) return null;
  if (ascii(bytes, at, MAGIC.length) !== MAGIC) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, HEADER_BYTES);
  return {
    length: view.getUint32(LENGTH_OFFSET, true),
    crc32: view.getUint32(CRC_OFFSET, true),
    version: ascii(bytes, at + VERSION_OFFSET, 4),
  };
}

/** CRC-32 that the header should hold, over `length` bytes from 0x2000; null = not all there. */
export function programCrc32(bytes: Uint8Array, base: number): number | null {
  const header = readProgramHeader(bytes, base);
  const start = APPLICATION_ADDRESS - base;
  if (header === null || start < 0 || start + header.length > bytes.length) return null;
  const field = PROGRAM_HEADER_ADDRESS - base + CRC_OFFSET;
  if (start + header.length < field + CRC_BYTES) return null;
  const front = crc32(bytes.subarray(start, field));
  const zeros = crc32(new Uint8Array(CRC_BYTES), front);
  return crc32(bytes.subarray(field + CRC_BYTES, start + header.length), zeros);
}

const ascii = (bytes: Uint8Array, at: number, count: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + count));
