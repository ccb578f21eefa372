/** The saved form of sessions: JSON with its keys in one order, so that equal sessions are equal texts.
 *  Source: session contract, save and restore.
 *  Leaves out: versions of the form; it lives as long as one run. */

import { RigError } from '../../errors.ts';

export function parseSaved<T>(what: string, saved: string): T {
  try {
    return JSON.parse(saved) as T;
  } catch (cause) {
    throw new RigError('TRANSPORT_SAVED', { what, problem: 'it is not JSON' }, cause);
  }
}

/** One bit a flag, low bit first, as hex digits. */
export function packFlags(flags: Uint8Array): string {
  const digits: string[] = [];
  for (let i = 0; i < flags.length; i += 4) {
    let digit = 0;
    for (let bit = 0; bit < 4; bit++) digit |= (flags[i + bit] ?? 0) << bit;
    digits.push(digit.toString(16));
  }
  return digits.join('');
}

export function unpackFlags(packed: string, flags: Uint8Array): void {
  for (let i = 0; i < flags.length; i++) {
    flags[i] = (Number.parseInt(packed[i >>> 2] ?? '0', 16) >>> (i & 3)) & 1;
  }
}

export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export const fromHex = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
