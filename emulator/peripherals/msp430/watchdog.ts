/** Watchdog timer of the MSP430F1611: password, watchdog and interval mode.
 *  Source: MSP430x1xx family user's guide, "Watchdog Timer"; msp430f1611.h. It runs after every PUC.
 *  Leaves out: the RST/NMI pin as an NMI; the counter itself cannot be read. */

import type { Clocked, ClockId, ClockTree } from '../../machine/clock-tree.ts';
import type { Machine } from '../../machine/machine.ts';
import { bit, bits, gap, readOnly, register } from '../../machine/registers.ts';
import type { EventSlot } from '../../machine/scheduler.ts';
import type { RegisterSpace } from './register-space.ts';
import { type Msp430Sfr, type ResetKind, SFR } from './sfr.ts';

const WRITE_KEY = 0x5a;
const NO_NMI = 'the RST/NMI pin is always a reset';
export const WDTCTL = register(
  'WDTCTL',
  { at: 0x120, width: 16, reset: 0x6900 },
  {
    KEY: readOnly(bits(15, 8)),
    WDTHOLD: bit(7),
    WDTNMIES: gap(bit(6), NO_NMI),
    WDTNMI: gap(bit(5), NO_NMI),
    WDTTMSEL: bit(4),
    WDTCNTCL: bit(3),
    WDTSSEL: bit(2),
    WDTIS: bits(1, 0),
  },
);
const { WDTHOLD, WDTTMSEL, WDTCNTCL, WDTSSEL, WDTIS } = WDTCTL.mask;
const INTERVALS = [32_768, 8192, 512, 64] as const;
const NEVER = Number.POSITIVE_INFINITY;

export interface Msp430WatchdogOptions {
  readonly aclk: ClockId;
  readonly smclk: ClockId;
  /** A power-up clear. */
  readonly puc: () => void;
}

/** Doubles: the counter, the tick at which it had that value, root ticks of a count since then. */
const COUNT = 0;
const AT = 1;
const RATE = 2;

export class Msp430Watchdog implements Clocked {
  readonly #machine: Machine;
  readonly #clocks: ClockTree;
  readonly #registers: RegisterSpace;
  readonly #sfr: Msp430Sfr;
  readonly #options: Msp430WatchdogOptions;
  readonly #t: Float64Array;
  readonly #slot: EventSlot;

  constructor(
    machine: Machine,
    clocks: ClockTree,
    registers: RegisterSpace,
    sfr: Msp430Sfr,
    options: Msp430WatchdogOptions,
  ) {
    this.#machine = machine;
    this.#clocks = clocks;
    this.#registers = registers;
    this.#sfr = sfr;
    this.#options = options;
    this.#t = machine.memory.stateDoubles('watchdog', 3);
    this.#slot = machine.scheduler.register('watchdog', () => this.#expire());
    registers.declare([WDTCTL]);
    registers.hook(WDTCTL, {
      before: () => this.#sync(),
      write: (value, previous) => this.#control(value, previous),
    });
    clocks.use(this);
  }

  reset(_cause: ResetKind): void {
    this.#registers.reset([WDTCTL]);
    this.#t[COUNT] = 0;
    this.#t[AT] = this.#machine.now;
    this.#plan();
  }
  /** No supply: nothing runs until a reset. */
  silence(): void {
    this.#registers.set(WDTCTL, WDTCTL.reset | WDTHOLD);
    this.#plan();
  }
  beforeClockChange(): void {
    this.#sync();
  }
  afterClockChange(): void {
    this.#plan();
  }

  #control(value: number, previous: number): void {
    if (value >>> 8 !== WRITE_KEY) {
      this.#registers.set(WDTCTL, previous);
      this.#bite(`0x${value.toString(16)} written without the password`);
      return;
    }
    this.#registers.setBits(WDTCTL, WDTCNTCL, false);
    if ((value & WDTCNTCL) !== 0) this.#t[COUNT] = 0;
    this.#plan();
  }

  /** Root ticks of a count; Infinity while it stands still. */
  #tick(): number {
    const control = this.#registers.value(WDTCTL);
    if ((control & WDTHOLD) !== 0) return NEVER;
    const { aclk, smclk } = this.#options;
    return this.#clocks.ticks[(control & WDTSSEL) !== 0 ? aclk : smclk]!;
  }
  #sync(): void {
    const { now } = this.#machine;
    const tick = this.#tick();
    const counts = tick === NEVER ? 0 : Math.floor((now - this.#t[AT]!) / tick);
    this.#t[COUNT] = (this.#t[COUNT]! + counts) % INTERVALS[0];
    this.#t[AT] = tick === NEVER ? now : this.#t[AT]! + counts * tick;
  }
  /** A time-out is the fall of one bit of the counter, so intervals end where the count says. */
  #plan(): void {
    const { scheduler } = this.#machine;
    const tick = this.#tick();
    // Part of a count by one clock is none by another.
    if (tick !== this.#t[RATE]) this.#t[AT] = this.#machine.now;
    this.#t[RATE] = tick;
    if (tick === NEVER) {
      scheduler.cancel(this.#slot);
      return;
    }
    const interval = INTERVALS[(this.#registers.value(WDTCTL) & WDTIS) as 0 | 1 | 2 | 3];
    const left = interval - (this.#t[COUNT]! % interval);
    scheduler.schedule(this.#slot, this.#t[AT]! + left * tick);
  }
  #expire(): void {
    this.#sync();
    if ((this.#registers.value(WDTCTL) & WDTTMSEL) === 0) {
      this.#bite('time-out');
      return;
    }
    this.#plan();
    this.#sfr.set(SFR.IFG1, SFR.IFG1.mask.WDTIFG, true);
  }
  #bite(detail: string): void {
    const { events, bus, now } = this.#machine;
    events.raise({ kind: 'watchdog-reset', at: now, pc: bus.currentPc, where: 'WDTCTL', detail });
    this.#sfr.set(SFR.IFG1, SFR.IFG1.mask.WDTIFG, true);
    this.#options.puc();
  }
}
