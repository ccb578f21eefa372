/** Numbers of requests on a link: PSEQ, the optional FCB, and the rule for repeated requests.
 *  Source: decision 0001, rows C, SEQ and "repeat rule"; IEC 60870-5-2, frame count bit.
 *  Leaves out: link reset (function 1) and replies of several frames. */

import { CON, FIR_FIN, type Frame, PRM } from './frame.ts';

const FCB = 0x20;
const FCV = 0x10;

/** Function codes of a station's frames (bits 3:0 of C). */
export const FUNCTION_DATA = 10;
export const FUNCTION_READ = 11;

/** Control of a terminal's frames: a reply, and a frame of its own accord. */
export const CONTROL_REPLY = 0x88;
export const CONTROL_SPONTANEOUS = 0xc9;
/** Control of the station's confirmation of a spontaneous frame. */
export const CONTROL_CONFIRM = 0x00;

/** The numbers of the newest request; plain data. `pseq` is -1 before the first one. */
export interface LinkNumbers {
  pseq: number;
  fcb: 0 | 1;
}

export const freshNumbers = (): LinkNumbers => ({ pseq: -1, fcb: 0 });

/** A new request takes the next numbers; a repeat keeps them. */
export function advance(numbers: LinkNumbers): void {
  numbers.pseq = (numbers.pseq + 1) & 0xf;
  numbers.fcb = numbers.fcb === 0 ? 1 : 0;
}

export const requestControl = (
  functionCode: number,
  numbers: LinkNumbers,
  frameCountBit: boolean,
): number => PRM | functionCode | (frameCountBit ? FCV | (numbers.fcb === 1 ? FCB : 0) : 0);

/** SEQ of a single frame that demands a reply, and of that reply. */
export const requestSeq = (pseq: number): number => FIR_FIN | CON | pseq;
export const replySeq = (seq: number): number => FIR_FIN | (seq & 0xf);

/** The terminal's side of the repeat rule: the last request that was executed, and its reply. */
export class RepeatFilter {
  #request: Frame | null = null;
  #reply: Uint8Array | null = null;

  /** @returns the stored reply if `request` is the last one again; it must not be executed then. */
  storedReply(request: Frame): Uint8Array | null {
    return this.#request !== null && sameRequest(this.#request, request) ? this.#reply : null;
  }
  executed(request: Frame, reply: Uint8Array): void {
    this.#request = request;
    this.#reply = reply;
  }
  /** After a reset nothing is remembered. */
  clear(): void {
    this.#request = null;
    this.#reply = null;
  }
}

const sameRequest = (a: Frame, b: Frame): boolean =>
  a.seq === b.seq &&
  a.control === b.control &&
  a.afn === b.afn &&
  a.address.a3 === b.address.a3 &&
  a.data.length === b.data.length &&
  a.data.every((byte, i) => byte === b.data[i]);
