/** What the CC2420 knows of frames: whom they are for, and the acknowledgement they ask for.
 *  Source: IEEE 802.15.4-2003, 7.2 "MAC frame formats"; CC2420 data sheet, "Address Recognition".
 *  Leaves out: frames without a destination, which a PAN coordinator takes; reserved types. */

import { frameCheck, IEEE_AT, PANID_AT, SHORT_AT } from './cc2420-registers.ts';

const BROADCAST = 0xffff;
const CRC_OK = 0x80;
const CORRELATION = 0x6a;
const ACK_REQUEST = 0x20;
const FRAME_PENDING = 0x10;
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

/** The last two bytes are the check sequence of those before. */
export const hasGoodCheck = (psdu: Uint8Array): boolean =>
  frameCheck(psdu.subarray(0, -2)) === (psdu.at(-2)! | (psdu.at(-1)! << 8));
/** What RXFIFO shows in place of the check sequence: RSSI, whether it was right, correlation. */
export function withStatus(psdu: Uint8Array, rssi: number, isGood: boolean): Uint8Array {
  const frame = psdu.slice();
  frame[psdu.length - 2] = rssi;
  frame[psdu.length - 1] = isGood ? CRC_OK | CORRELATION : CORRELATION;
  return frame;
}
/** The frame wants to be acknowledged. Nobody acknowledges a broadcast. */
export function asksForAck(psdu: Uint8Array): boolean {
  const isBroadcast =
    ((psdu[1]! >> 2) & 3) === SHORT_ADDRESS && psdu[5] === 0xff && psdu[6] === 0xff;
  return (psdu[0]! & ACK_REQUEST) !== 0 && !isBroadcast;
}
/** PSDU to answer with. */
export function acknowledgement(psdu: Uint8Array, hasPending: boolean): Uint8Array {
  const body = Uint8Array.of(hasPending ? TYPE_ACK | FRAME_PENDING : TYPE_ACK, 0, psdu[2]!);
  const check = frameCheck(body);
  return Uint8Array.of(...body, check, check >>> 8);
}
