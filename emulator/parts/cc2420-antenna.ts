/** What is on the air at a CC2420's antenna: at most one frame, from its SFD to its end; a second one damages it.
 *  Source: CC2420 data sheet SWRS041, "Frame format" (32 us a byte). Leaves out: how strong a frame is. */

import type { Machine } from '../machine/machine.ts';
import type { EventSlot } from '../machine/scheduler.ts';

const BYTE_US = 32;
const MAX_FRAME = 127;
/** Words. */
const LENGTH = 0;
const DAMAGED = 1;

export interface Cc2420AntennaUser {
  /** The air is taken from here on: CCA may fall. */
  readonly taken: () => void;
  readonly sfd: () => void;
  /** The frame is over. @param isDamaged another frame, or noise, was in it. */
  readonly ended: (psdu: Uint8Array, isDamaged: boolean, tick: number) => void;
}

export class Cc2420Antenna {
  readonly #machine: Machine;
  readonly #user: Cc2420AntennaUser;
  readonly #s: Int32Array;
  readonly #frame: Uint8Array;
  readonly #sfdTick: Float64Array;
  readonly #slot: EventSlot;

  constructor(machine: Machine, user: Cc2420AntennaUser) {
    this.#machine = machine;
    this.#user = user;
    this.#s = machine.memory.stateWords('CC2420 antenna', 2);
    this.#frame = machine.memory.stateU8('CC2420 air', 128);
    this.#sfdTick = machine.memory.stateDoubles('CC2420 air time', 1);
    this.#slot = machine.scheduler.register('CC2420 air', (at) => this.#due(at));
  }

  get isTaken(): boolean {
    return this.#s[LENGTH] !== 0;
  }
  hear(psdu: Uint8Array, sfdTick: number, isDamaged: boolean): void {
    const s = this.#s;
    if (this.isTaken) {
      s[DAMAGED] = 1;
      return;
    }
    this.#frame.set(psdu.subarray(0, MAX_FRAME));
    s[LENGTH] = Math.min(psdu.length, MAX_FRAME);
    s[DAMAGED] = isDamaged ? 1 : 0;
    this.#sfdTick[0] = sfdTick;
    this.#machine.scheduler.schedule(this.#slot, sfdTick);
    this.#user.taken();
  }

  #due(at: number): void {
    const s = this.#s;
    if (at === this.#sfdTick[0]) {
      const { scheduler, rootHz } = this.#machine;
      const us = BYTE_US * (1 + s[LENGTH]!);
      scheduler.schedule(this.#slot, at + Math.round((us * rootHz) / 1e6));
      this.#user.sfd();
      return;
    }
    const psdu = this.#frame.slice(0, s[LENGTH]);
    s[LENGTH] = 0;
    this.#user.ended(psdu, s[DAMAGED] === 1, at);
  }
}
