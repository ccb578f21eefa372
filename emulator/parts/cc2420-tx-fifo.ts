/** TXFIFO of the CC2420: a length and what the host has written of the frame; the check sequence is added.
 *  Source: CC2420 data sheet SWRS041, "TXFIFO access". Leaves out: bytes written while the frame is on the air. */

import type { Machine } from '../machine/machine.ts';
import { AUTOCRC, frameCheck } from './cc2420-registers.ts';

const COUNT = 0;
const UNDERFLOW = 1;
const CHECK_BYTES = 2;

export class Cc2420TxFifo {
  readonly #bytes: Uint8Array;
  readonly #s: Int32Array;

  constructor(machine: Machine, bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#s = machine.memory.stateWords('CC2420 TXFIFO', 2);
  }

  get hasUnderflowed(): boolean {
    return this.#s[UNDERFLOW] === 1;
  }
  flush(): void {
    this.#s.fill(0);
  }
  push(byte: number): void {
    const s = this.#s;
    if (s[COUNT]! >= this.#bytes.length) return;
    this.#bytes[s[COUNT]!] = byte;
    s[COUNT] = s[COUNT]! + 1;
  }
  /** The frame that is to be sent, its length first. @param control MDMCTRL0.
   *  @returns null, and the flag of an underflow, where too little has been written. */
  take(control: number): Uint8Array | null {
    const length = this.#bytes[0]! & 0x7f;
    const addsCheck = (control & AUTOCRC) !== 0;
    const written = addsCheck ? length - CHECK_BYTES : length;
    if (this.#s[COUNT]! < 1 + written || length < CHECK_BYTES) {
      this.#s[UNDERFLOW] = 1;
      return null;
    }
    const frame = this.#bytes.slice(0, 1 + length);
    if (addsCheck) {
      const check = frameCheck(frame.subarray(1, 1 + written));
      frame.set([check, check >>> 8], 1 + written);
    }
    this.#s[COUNT] = 0;
    return frame;
  }
}
