/** What the CC2420 knows of frames: whom they are for, and the acknowledgement they ask for.
 *  Source: IEEE 802.15.4-2003, 7.2 "MAC frame formats"; CC2420 data sheet, "Address Recognition".
 *  Leaves out: frames without a destination, which a PAN coordinator takes; reserved types. */

import { frameCheck, IEEE_AT, PANID_AT, SHORT_AT } from './cc2420-registers.ts';

const BROADCAST = 0xffff;
const ACK_REQUEST = 0x20;
const TYPE = 0x07;
const TYPE_BEACON = 0;
const TYPE_ACK = 2;
const SHORT_ADDRESS = 2;
const LONG_ADDRESS = 3;

export function acceptsFrame(psdu: Uint8Array, ram: Uint8Array): boolean {
  const type = psdu[0]! & TYPE;
  if (type === TYPE_ACK || type === TYPE_BEACON) return true;
  const word = (bytes: Uint8Array, at: number): number => bytes[at]! | (bytes[at + 1]! << 8);
  const mode = (psdu[1]! >> 2) & 3;
  if (mode !== SHORT_ADDRESS && mode !== LONG_ADDRESS) return false;
  const pan = word(psdu, 3);
  if (pan !== BROADCAST && pan !== word(ram, PANID_AT)) return false;
  if (mode === SHORT_ADDRESS) {
    const to = word(psdu, 5);
    return to === BROADCAST || to === word(ram, SHORT_AT);
  }
  return psdu.subarray(5, 13).every((byte, i) => byte === ram[IEEE_AT + i]);
}

/** PSDU to answer with, or null. Nobody acknowledges a broadcast. */
export function acknowledgement(psdu: Uint8Array): Uint8Array | null {
  const isBroadcast =
    ((psdu[1]! >> 2) & 3) === SHORT_ADDRESS && psdu[5] === 0xff && psdu[6] === 0xff;
  if ((psdu[0]! & ACK_REQUEST) === 0 || isBroadcast) return null;
  const body = Uint8Array.of(TYPE_ACK, 0, psdu[2]!);
  const check = frameCheck(body);
  return Uint8Array.of(...body, check, check >>> 8);
}
