/** LPC24xx watchdog: feed sequence, time-out as reset or interrupt, three clock sources.
 *  Source: UM10237, chapter "WatchDog timer": time-out = (WDTC + 1) x 4 WDCLK, WDTC at least 0xFF.
 *  Leaves out: the 3 WDCLK of synchronisation before a new WDMOD or WDTC takes effect. */

import type { Clocked, ClockId, ClockTree } from '../../machine/clock-tree.ts';
import type { Machine } from '../../machine/machine.ts';
import { RegisterBlock } from '../../machine/register-block.ts';
import {
  bit,
  bits,
  type Register,
  readOnly,
  register,
  reserved,
  wordRegister,
} from '../../machine/registers.ts';
import type { EventSlot } from '../../machine/scheduler.ts';

export const WDT = {
  MOD: register(
    'MOD',
    { at: 0x00 },
    {
      WDEN: bit(0),
      WDRESET: bit(1),
      WDTOF: bit(2),
      WDINT: readOnly(bit(3)),
      RES: reserved(bits(31, 4)),
    },
  ),
  TC: wordRegister('TC', { at: 0x04, reset: 0xff }),
  FEED: register(
    'FEED',
    { at: 0x08, access: 'wo' },
    { Feed: bits(7, 0), RES: reserved(bits(31, 8)) },
  ),
  TV: wordRegister('TV', { at: 0x0c, reset: 0xff, access: 'ro' }),
  CLKSEL: register('CLKSEL', { at: 0x10 }, { WDSEL: bits(1, 0), RES: reserved(bits(31, 2)) }),
};
export const WDT_REGISTERS: readonly Register[] = Object.values(WDT);

const WDEN = 1;
const WDRESET = 2;
const WDTOF = 4;
const WDINT = 8;
const MIN_TC = 0xff;
const NEVER = Number.POSITIVE_INFINITY;

/** Words of the state block. */
const FED_AA = 0;
/** A valid feed has started it. */
const STARTED = 1;
/** A wrong feed: the event slot stands for its consequence, two PCLKs later. */
const WRONG_FEED = 2;

export interface WatchdogOptions {
  readonly base: number;
  /** By WDCLKSEL: 0 IRC, 1 PCLK, 2 RTC oscillator. */
  readonly sources: readonly ClockId[];
  readonly setLine: (asserted: boolean) => void;
  readonly reset: () => void;
}

export class Watchdog implements Clocked {
  readonly block: RegisterBlock;
  readonly #machine: Machine;
  readonly #clocks: ClockTree;
  readonly #options: WatchdogOptions;
  readonly #slot: EventSlot;
  readonly #s: Int32Array;
  /** [WDCLKs left, at the tick] */
  readonly #t: Float64Array;
  readonly #mod: number;
  readonly #tc: number;
  readonly #clksel: number;

  constructor(machine: Machine, clocks: ClockTree, options: WatchdogOptions) {
    this.#machine = machine;
    this.#clocks = clocks;
    this.#options = options;
    this.block = new RegisterBlock(machine, 'WD', options.base, WDT_REGISTERS);
    this.#s = machine.memory.stateWords('WD.state', 3);
    this.#t = machine.memory.stateDoubles('WD.time', 2);
    this.#slot = machine.scheduler.register('WD time-out', () => this.#expire());
    this.#mod = this.block.at(WDT.MOD);
    this.#tc = this.block.at(WDT.TC);
    this.#clksel = this.block.at(WDT.CLKSEL);
    this.#hook();
    clocks.use(this);
  }

  /** WDTOF outlives every reset but power-on and the reset pin. UM10237, "Watchdog Mode Register". */
  reset(keepTimeOutFlag: boolean): void {
    const flag = keepTimeOutFlag ? this.block.values[this.#mod]! & WDTOF : 0;
    this.block.reset();
    this.block.values[this.#mod] = flag;
    this.#s.fill(0);
    this.#t[0] = 4 * (MIN_TC + 1);
    this.#t[1] = this.#machine.now;
    this.#machine.scheduler.cancel(this.#slot);
    this.#options.setLine(false);
  }
  get timedOut(): boolean {
    return (this.block.values[this.#mod]! & WDTOF) !== 0;
  }

  beforeClockChange(): void {
    this.#sync();
  }
  afterClockChange(): void {
    this.#plan();
  }

  #hook(): void {
    const { block } = this;
    const { values } = block;
    block.hook(WDT.MOD, {
      write: (value, mask, previous) => {
        if (this.#feedBroken()) return;
        /** WDEN and WDRESET can be set by software, only a reset clears them; WDTOF only cleared. */
        const keep = previous & (WDEN | WDRESET | WDINT);
        const flag = (mask & WDTOF) === 0 ? previous & WDTOF : previous & value & WDTOF;
        values[this.#mod] = keep | (value & (WDEN | WDRESET)) | flag;
      },
    });
    block.hook(WDT.TC, {
      write: () => {
        if (this.#feedBroken()) return;
        if (values[this.#tc]! >>> 0 < MIN_TC) values[this.#tc] = MIN_TC;
      },
    });
    block.hook(WDT.FEED, { write: (value) => this.#feed(value & 0xff) });
    block.hook(WDT.TV, {
      read: () => {
        if (this.#feedBroken()) return 0;
        return Math.max(0, Math.ceil(this.#remaining() / 4) - 1) | 0;
      },
    });
    block.hook(WDT.CLKSEL, {
      write: (_value, _mask, previous) => {
        const written = values[this.#clksel]!;
        values[this.#clksel] = previous;
        if (this.#feedBroken()) return;
        this.#sync();
        values[this.#clksel] = written;
        this.#plan();
      },
    });
  }

  #tick(): number {
    const source = this.#options.sources[this.block.values[this.#clksel]! & 3];
    return source === undefined ? NEVER : this.#clocks.ticks[source]!;
  }

  #feed(value: number): void {
    const s = this.#s;
    if (s[FED_AA] === 0) {
      s[FED_AA] = value === 0xaa ? 1 : 0;
      return;
    }
    s[FED_AA] = 0;
    if (value !== 0x55) {
      this.#wrongFeed();
      return;
    }
    if ((this.block.values[this.#mod]! & WDEN) !== 0) s[STARTED] = 1;
    this.#t[0] = 4 * ((this.block.values[this.#tc]! >>> 0) + 1);
    this.#t[1] = this.#machine.now;
    this.#plan();
  }

  /** Between AA and 55 no other watchdog register may be accessed. @returns true if that reset the chip. */
  #feedBroken(): boolean {
    if (this.#s[FED_AA] === 0) return false;
    this.#s[FED_AA] = 0;
    return this.#wrongFeed();
  }
  #wrongFeed(): boolean {
    if (this.#s[STARTED] === 0) return false;
    this.#s[WRONG_FEED] = 1;
    this.#plan();
    return true;
  }

  /** WDCLKs left now. */
  #remaining(): number {
    const tick = this.#tick();
    if (this.#s[STARTED] === 0 || tick === NEVER) return this.#t[0]!;
    return Math.max(0, this.#t[0]! - (this.#machine.now - this.#t[1]!) / tick);
  }
  #sync(): void {
    this.#t[0] = this.#remaining();
    this.#t[1] = this.#machine.now;
  }

  #plan(): void {
    const { scheduler } = this.#machine;
    const tick = this.#tick();
    if (this.#s[WRONG_FEED] === 1) {
      const pclk = this.#clocks.ticks[this.#options.sources[1]!]!;
      scheduler.schedule(this.#slot, this.#machine.now + 2 * pclk);
    } else if (this.#s[STARTED] === 0 || tick === NEVER) scheduler.cancel(this.#slot);
    else scheduler.schedule(this.#slot, Math.ceil(this.#t[1]! + this.#t[0]! * tick));
  }

  #expire(): void {
    this.#sync();
    const wrong = this.#s[WRONG_FEED] === 1;
    this.#s[WRONG_FEED] = 0;
    this.#bite(wrong ? 'wrong feed sequence' : 'time-out');
  }

  #bite(why: string): void {
    const { values } = this.block;
    values[this.#mod] = values[this.#mod]! | WDTOF;
    if ((values[this.#mod]! & WDRESET) !== 0) {
      const { events, bus, now } = this.#machine;
      events.raise({
        kind: 'watchdog-reset',
        at: now,
        pc: bus.currentPc,
        where: 'WDT',
        detail: why,
      });
      this.#options.reset();
      return;
    }
    /** UNKNOWN: the counter after a time-out in interrupt mode; taken as stopped until the next feed. */
    values[this.#mod] = values[this.#mod]! | WDINT;
    this.#s[STARTED] = 0;
    this.#machine.scheduler.cancel(this.#slot);
    this.#options.setLine(true);
  }
}
