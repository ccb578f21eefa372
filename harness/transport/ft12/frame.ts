/** FT1.2 variable frames with the power-load address field: 68 L L 68 C A1 A2 A3 AFN SEQ data CS 16.
 *  Source: GB/T 18657.1 (IEC 60870-5-1) FT1.2; Q/GDW 376.1-2009, frame format, as in the reference sheet.
 *  Leaves out: fixed frames (10H) and single characters; no power-load message uses them. */

import type { Dialect } from '../dialects.ts';

export interface Address {
  /** A1, region code, BCD as printed: 0x0171. */
  readonly region: number;
  /** A2, terminal address, 1-65535. */
  readonly terminal: number;
  /** A3: bit 0 group flag, bits 7:1 master station address. */
  readonly a3: number;
}

export interface Frame {
  readonly control: number;
  readonly address: Address;
  readonly afn: number;
  readonly seq: number;
  /** Everything between SEQ and CS: data units, then AUX. */
  readonly data: Uint8Array;
}

export const START = 0x68;
export const END = 0x16;
/** 68 Llo Lhi Llo Lhi 68. */
export const HEADER_BYTES = 6;
/** Header, CS and 16H. */
export const OVERHEAD_BYTES = 8;
/** C, A1, A2, A3, AFN, SEQ. */
export const MIN_USER_BYTES = 8;
/** Bits 15:2 of L. */
export const MAX_USER_BYTES = 0x3fff;

/** Bits of C. */
export const DIR = 0x80;
export const PRM = 0x40;
export const ACD = 0x20;
/** Bits of SEQ. */
export const TPV = 0x80;
export const FIR_FIN = 0x60;
export const CON = 0x10;

export function encodeFrame(frame: Frame, dialect: Dialect): Uint8Array {
  const userBytes = MIN_USER_BYTES + frame.data.length;
  if (userBytes > MAX_USER_BYTES)
    throw new RangeError(`frame data has ${frame.data.length} bytes, L holds ${MAX_USER_BYTES}`);
  const bytes = new Uint8Array(userBytes + OVERHEAD_BYTES);
  const length = (userBytes << 2) | dialect.protocolId;
  const { region, terminal, a3 } = frame.address;
  bytes.set([START, length & 0xff, length >>> 8, length & 0xff, length >>> 8, START]);
  bytes.set([frame.control, region & 0xff, region >>> 8, terminal & 0xff, terminal >>> 8, a3], 6);
  bytes.set([frame.afn, frame.seq], 12);
  bytes.set(frame.data, 14);
  bytes[bytes.length - 2] = checksum(bytes, bytes.length - 2, dialect);
  bytes[bytes.length - 1] = END;
  return bytes;
}

/** Sum modulo 256 of the bytes before CS, from C or from the first 68H. */
function checksum(bytes: Uint8Array, end: number, dialect: Dialect): number {
  let sum = 0;
  for (let i = dialect.checksumFrom === 'control' ? HEADER_BYTES : 0; i < end; i++)
    sum += bytes[i]!;
  return sum & 0xff;
}

/** Why bytes are not a frame; the first reason met, in the order in which a receiver sees the bytes. */
export type FrameFault =
  | 'start'
  | 'lengths-differ'
  | 'protocol-id'
  | 'too-short'
  | 'too-long'
  | 'incomplete'
  | 'checksum'
  | 'end';

export type Decoded = { readonly frame: Frame } | { readonly fault: FrameFault };

/** Bytes of the whole frame that the header at the start of `bytes` announces, or why it is none.
 *  Judges only what is there: a wrong byte is found as soon as it has arrived. */
export function announcedBytes(
  bytes: Uint8Array,
  dialect: Dialect,
  maxUserBytes: number = MAX_USER_BYTES,
): number | FrameFault {
  if (bytes.length > 0 && bytes[0] !== START) return 'start';
  if (bytes.length > 1 && (bytes[1]! & 3) !== dialect.protocolId) return 'protocol-id';
  if (bytes.length > 3 && bytes[1] !== bytes[3]) return 'lengths-differ';
  if (bytes.length > 4 && bytes[2] !== bytes[4]) return 'lengths-differ';
  if (bytes.length > 5 && bytes[5] !== START) return 'start';
  if (bytes.length < 3) return 'incomplete';
  const userBytes = (bytes[1]! | (bytes[2]! << 8)) >>> 2;
  if (userBytes < MIN_USER_BYTES) return 'too-short';
  if (userBytes > maxUserBytes) return 'too-long';
  return bytes.length < HEADER_BYTES ? 'incomplete' : userBytes + OVERHEAD_BYTES;
}

/** Decode the frame at the start of `bytes`; further bytes are left alone. */
export function decodeFrame(bytes: Uint8Array, dialect: Dialect): Decoded {
  const total = announcedBytes(bytes, dialect);
  if (typeof total !== 'number') return { fault: total };
  if (bytes.length < total) return { fault: 'incomplete' };
  if (bytes[total - 2] !== checksum(bytes, total - 2, dialect)) return { fault: 'checksum' };
  if (bytes[total - 1] !== END) return { fault: 'end' };
  const word = (at: number) => bytes[at]! | (bytes[at + 1]! << 8);
  return {
    frame: {
      control: bytes[6]!,
      address: { region: word(7), terminal: word(9), a3: bytes[11]! },
      afn: bytes[12]!,
      seq: bytes[13]!,
      data: bytes.slice(14, total - 2),
    },
  };
}
