/** RXFIFO of the CC2420: frames one after the other, each with its length in front.
 *  Source: CC2420 data sheet SWRS041, "RXFIFO access", "RXFIFO overflow".
 *  Leaves out: bytes of a frame that is still on the air; reads through RAM see the oldest byte at 0x080. */

import type { Machine } from '../machine/machine.ts';

const COUNT = 0;
const FRAMES = 1;
const OVERFLOW = 2;
/** Bytes left of the frame that is being read. */
const LEFT = 3;

export class Cc2420RxFifo {
  readonly #bytes: Uint8Array;
  readonly #s: Int32Array;

  constructor(machine: Machine, bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#s = machine.memory.stateWords('CC2420 RXFIFO', 4);
  }

  get count(): number {
    return this.#s[COUNT]!;
  }
  /** Whole frames that have not been read to their end. */
  get frames(): number {
    return this.#s[FRAMES]!;
  }
  /** Nothing more is received until a flush. */
  get hasOverflowed(): boolean {
    return this.#s[OVERFLOW] === 1;
  }
  flush(): void {
    this.#s.fill(0);
  }
  /** @returns whether there was room. */
  push(psdu: Uint8Array): boolean {
    const s = this.#s;
    const at = s[COUNT]!;
    if (at + 1 + psdu.length > this.#bytes.length) {
      s[OVERFLOW] = 1;
      return false;
    }
    this.#bytes[at] = psdu.length;
    this.#bytes.set(psdu, at + 1);
    s[COUNT] = at + 1 + psdu.length;
    s[FRAMES] = s[FRAMES]! + 1;
    return true;
  }
  read(): number {
    const s = this.#s;
    if (s[COUNT] === 0) return 0;
    const byte = this.#bytes[0]!;
    if (s[LEFT] === 0) s[LEFT] = byte;
    else {
      s[LEFT] = s[LEFT]! - 1;
      if (s[LEFT] === 0) s[FRAMES] = s[FRAMES]! - 1;
    }
    this.#bytes.copyWithin(0, 1, s[COUNT]);
    s[COUNT] = s[COUNT]! - 1;
    return byte;
  }
}
