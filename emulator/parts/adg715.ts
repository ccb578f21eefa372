/** ADG715: eight switches set over I2C, of which a TelosB's USB bridge has only its DTR and RTS to do it with.
 *  Source: ADG714/ADG715 data sheet, "2-Wire Serial Bus"; the board's use of it as TinyOS's tools drive it.
 *  Leaves out: reading back, its acknowledgement (nobody sees it), the other three addresses. */

import type { Machine } from '../machine/machine.ts';

/** With a write. */
const ADDRESS = 0x90;
const BYTE_BITS = 8;

/** Words of the state; SWITCHES is a bit each, 1 = closed. */
const SCL = 0;
const SDA = 1;
const PHASE = 2;
const BITS = 3;
const SHIFT = 4;
const SWITCHES = 5;
/** Phases. */
const IDLE = 0;
const TAKING_ADDRESS = 1;
const TAKING_DATA = 2;

export class Adg715 {
  readonly #s: Int32Array;
  readonly #onSwitches: (closed: number) => void;

  constructor(machine: Machine, onSwitches: (closed: number) => void) {
    this.#s = machine.memory.stateWords('ADG715', 6);
    this.#s.set([1, 1]);
    this.#onSwitches = onSwitches;
  }

  lines(scl: boolean, sda: boolean): void {
    const s = this.#s;
    const wasHigh = s[SCL] === 1;
    const before = s[SDA] === 1;
    s[SCL] = scl ? 1 : 0;
    s[SDA] = sda ? 1 : 0;
    if (wasHigh && scl && before !== sda) this.#condition(sda);
    else if (!wasHigh && scl) this.#bit();
  }

  /** SDA changes while SCL is high: start, or stop. */
  #condition(isStop: boolean): void {
    const s = this.#s;
    s[PHASE] = isStop ? IDLE : TAKING_ADDRESS;
    s[BITS] = 0;
    s[SHIFT] = 0;
  }
  /** The ninth bit of each byte is the acknowledgement. */
  #bit(): void {
    const s = this.#s;
    if (s[PHASE] === IDLE) return;
    const n = s[BITS]!;
    s[BITS] = n + 1;
    if (n < BYTE_BITS) {
      s[SHIFT] = (s[SHIFT]! << 1) | s[SDA]!;
      return;
    }
    if (s[PHASE] === TAKING_ADDRESS) s[PHASE] = s[SHIFT] === ADDRESS ? TAKING_DATA : IDLE;
    else {
      s[SWITCHES] = s[SHIFT]!;
      this.#onSwitches(s[SWITCHES]!);
    }
    s[BITS] = 0;
    s[SHIFT] = 0;
  }
}
