/** Frames of the MSP430 boot loader (BSL), as a host writes and reads them.
 *  Source: SLAU319Z, "BSL protocol", "Checksum". Leaves out: frames of the flash-based loaders of later families. */

import { RigError } from '../../errors.ts';

export const SYNC = 0x80;
export const ACK = 0x90;
export const NAK = 0xa0;
/** Even, and no more than the loader's length byte can say with the four bytes of address and length. */
export const MAX_DATA_BYTES = 240;

export const BSL_COMMANDS = {
  rxPassword: 0x10,
  rxDataBlock: 0x12,
  txDataBlock: 0x14,
  eraseSegment: 0x16,
  massErase: 0x18,
  loadPc: 0x1a,
  eraseCheck: 0x1c,
  txVersion: 0x1e,
  changeBaud: 0x20,
} as const;
export type BslCommandName = keyof typeof BSL_COMMANDS;

export interface BslCommand {
  readonly name: BslCommandName;
  readonly address?: number;
  /** LL and LH. */
  readonly length?: number;
  readonly data?: Uint8Array;
}

/** Two bytes, each the inverted exclusive-or of every second byte. */
export function bslSum(bytes: Uint8Array): [even: number, odd: number] {
  const sum: [number, number] = [0xff, 0xff];
  bytes.forEach((byte, i) => {
    sum[(i % 2) as 0 | 1] ^= byte;
  });
  return sum;
}

export function encodeCommand({ name, address = 0, length = 0, data }: BslCommand): Uint8Array {
  const rest = [address, address >> 8, length, length >> 8, ...(data ?? [])].map((b) => b & 0xff);
  const body = Uint8Array.of(SYNC, BSL_COMMANDS[name], rest.length, rest.length, ...rest);
  return Uint8Array.of(...body, ...bslSum(body));
}

/** One byte, or 80, a free byte, the length twice, so many bytes, the sum. */
export const isWholeAnswer = (bytes: Uint8Array): boolean =>
  bytes.length > 0 && (bytes[0] !== SYNC || (bytes.length >= 4 && bytes.length >= bytes[2]! + 6));

/** @returns the data of an answer that carries some; nothing for an ACK.
 *  @throws {RigError} BSL_REFUSED for a NAK, BSL_ANSWER for anything that is none. */
export function decodeAnswer(command: BslCommandName, bytes: Uint8Array): Uint8Array {
  const shown = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  if (bytes[0] === ACK) return new Uint8Array(0);
  if (bytes[0] === NAK) throw new RigError('BSL_REFUSED', { command });
  if (bytes[0] !== SYNC) throw new RigError('BSL_ANSWER', { command, bytes: shown });
  const end = 4 + bytes[2]!;
  const [even, odd] = bslSum(bytes.subarray(0, end));
  const isWhole = bytes[2] === bytes[3] && bytes[end] === even && bytes[end + 1] === odd;
  if (!isWhole) throw new RigError('BSL_ANSWER', { command, bytes: shown });
  return bytes.slice(4, end);
}
