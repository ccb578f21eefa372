/** What the MSP430's boot loader does to memory: stores, word programs and erases through the flash controller's
 *  own registers, from ROM, waiting for BUSY; each verified afterwards.
 *  Source: SLAU319Z, "BSL commands"; SLAU320 on the cumulative time of mass erase.
 *  UNKNOWN: how the ROM counts its mass erases; it goes on until 200 ms are reached, 13 at 333 kHz, as the
 *  206.4 ms of SLAU319 have it. Leaves out: block write, which this loader does not use. */

import type { Machine } from '../machine/machine.ts';
import type { EventSlot } from '../machine/scheduler.ts';
import { FCTL1, FCTL2, FCTL3 } from './msp430-flash-registers.ts';
import { INFO_BYTES, INFO_START, isFlash, MAIN_START, SEGMENT_BYTES } from './msp430-nvm.ts';

const KEY = 0xa500;
const { WRT, MERAS, ERASE } = FCTL1.mask;
const { LOCK, BUSY } = FCTL3.mask;
/** FCTL2.FSSEL: MCLK. */
const FROM_MCLK = 0x40;
const TARGET_HZ = 333_000;
const MAX_DIVIDER = 64;
const MASS_ERASE_CYCLES = 5297;
const MASS_ERASE_IN_ALL_S = 0.2;
const POLL_US = 20;
/** Below it, memory is accessed by bytes, and stores are not verified. */
const FIRST_WORD = 0x100;
const FIRST_VERIFIED = 0x200;

/** Work in progress. */
const IDLE = 0;
const PROGRAM = 1;
const ERASING = 2;
/** Words of the state block. */
const WORK = 0;
const ADDRESS = 1;
const VALUE = 2;
const MODE = 3;
const TIMES = 4;
const DIVIDER = 5;
const WORDS = 6;

export interface BslFlashUser {
  /** @param badAddress of the first word that is not as it should be; -1 = all is well. */
  done(badAddress: number): void;
}

export class BslFlash {
  readonly #machine: Machine;
  readonly #user: BslFlashUser;
  readonly #s: Int32Array;
  readonly #slot: EventSlot;

  constructor(machine: Machine, user: BslFlashUser) {
    this.#machine = machine;
    this.#user = user;
    this.#s = machine.memory.stateWords('BSL flash', WORDS);
    this.#slot = machine.scheduler.register('BSL flash', () => this.#poll());
  }

  get isBusy(): boolean {
    return this.#s[WORK] !== IDLE;
  }
  stop(): void {
    this.#machine.scheduler.cancel(this.#slot);
    this.#s.fill(0);
  }
  /** @param mclkHz as the loader believes it to be. */
  setClock(mclkHz: number): void {
    this.#s[DIVIDER] = Math.min(MAX_DIVIDER, Math.max(1, Math.round(mclkHz / TARGET_HZ)));
  }

  /** One word, or below 0100 one byte. @returns the address where it is not as stored, -1 = well, or null:
   *  flash takes its time, and `done` is called. */
  store(address: number, value: number): number | null {
    const { bus } = this.#machine;
    if (isFlash(address)) {
      this.#s[ADDRESS] = address;
      this.#s[VALUE] = value;
      this.#begin(PROGRAM, WRT, value);
      return null;
    }
    bus.write(address, address < FIRST_WORD ? 1 : 2, value);
    if (address < FIRST_VERIFIED) return -1;
    return (bus.read(address, 2) & 0xffff) === value ? -1 : address;
  }
  /** @param mode what goes to the low byte of FCTL1. @param isLong mass erases until 200 ms are reached. */
  erase(address: number, mode: number, isLong: boolean): void {
    const s = this.#s;
    s[ADDRESS] = address & ~1;
    s[MODE] = mode & (MERAS | ERASE);
    const { rootHz, scheduler } = this.#machine;
    const onceS = (MASS_ERASE_CYCLES * s[DIVIDER]! * scheduler.ticksPerCycle) / rootHz;
    s[TIMES] = isLong ? Math.ceil(MASS_ERASE_IN_ALL_S / onceS) : 1;
    this.#begin(ERASING, s[MODE]!, 0);
  }
  /** First address that is not FF, or -1. */
  notErased(from: number, bytes: number): number {
    const { bus } = this.#machine;
    for (let at = from; at < from + bytes; at++) if (bus.read(at, 1) !== 0xff) return at;
    return -1;
  }

  #begin(work: number, mode: number, value: number): void {
    const { bus } = this.#machine;
    const s = this.#s;
    s[WORK] = work;
    bus.write(FCTL2.offset, 2, KEY | FROM_MCLK | (s[DIVIDER]! - 1));
    bus.write(FCTL3.offset, 2, KEY);
    bus.write(FCTL1.offset, 2, KEY | mode);
    bus.write(s[ADDRESS]!, 2, value);
    this.#later();
  }
  #later(): void {
    const { scheduler, now, rootHz } = this.#machine;
    scheduler.schedule(this.#slot, now + Math.round((POLL_US * rootHz) / 1e6));
  }
  #poll(): void {
    const { bus } = this.#machine;
    const s = this.#s;
    if ((bus.read(FCTL3.offset, 2) & BUSY) !== 0) {
      this.#later();
      return;
    }
    s[TIMES] = s[TIMES]! - 1;
    if (s[WORK] === ERASING && s[TIMES]! > 0) {
      this.#begin(ERASING, s[MODE]!, 0);
      return;
    }
    bus.write(FCTL1.offset, 2, KEY);
    bus.write(FCTL3.offset, 2, KEY | LOCK);
    const bad = this.#verify();
    s[WORK] = IDLE;
    this.#user.done(bad);
  }
  /** Both information segments are looked at after an erase of either; mass erases are not verified. */
  #verify(): number {
    const s = this.#s;
    const at = s[ADDRESS]!;
    if (s[WORK] === PROGRAM) {
      return (this.#machine.bus.read(at, 2) & 0xffff) === s[VALUE] ? -1 : at;
    }
    if ((s[MODE]! & MERAS) !== 0) return -1;
    if (at < MAIN_START) return this.notErased(INFO_START, INFO_BYTES);
    return this.notErased(at - (at % SEGMENT_BYTES), SEGMENT_BYTES);
  }
}
