/** Clock system of the ATmega32U4: RC oscillator and crystal, prescaler, PLL, and what stops in sleep.
 *  Source: ATmega16U4/32U4 datasheet, "System Clock and Clock Options", "PLL". From memory, so parameters:
 *  times until an oscillator or the PLL is ready. Leaves out: drift of the oscillators, CKOUT, clock
 *  glitches while switching, the 32 kHz crystal. */

import type { ClockId, ClockTree } from '../../machine/clock-tree.ts';
import type { Machine } from '../../machine/machine.ts';
import { fieldOf } from '../../machine/registers.ts';
import type { EventSlot } from '../../machine/scheduler.ts';
import {
  CKSEL_RC,
  CLK,
  CLOCK_REGISTERS,
  isRc,
  PLL_MHZ,
  type StartUp,
  startUpOf,
} from './clock-registers.ts';
import type { IoSpace } from './io-space.ts';
import { TimedSequence } from './timed-sequence.ts';

export interface AvrClockingOptions {
  /** At XTAL1 and XTAL2, or fed into XTAL1; 0 = nothing there. */
  readonly crystalHz: number;
  readonly rcHz: number;
  readonly watchdogHz: number;
  /** From PLLE to PLOCK. UNKNOWN: the time of a part. */
  readonly pllLockUs: number;
}
export const AVR_CLOCKING_DEFAULTS: AvrClockingOptions = {
  crystalHz: 16_000_000,
  rcHz: 8_000_000,
  watchdogHz: 128_000,
  pllLockUs: 100,
};

/** What stands still: 0 nothing but the CPU, 1 clkIO (ADC noise reduction), 2 all but the watchdog's. */
export type Stopped = 0 | 1 | 2;

const NEVER = Number.POSITIVE_INFINITY;
const MAX_PRESCALE = 8;
const PLL_INPUT_HZ = 8_000_000;
/** PLLFRQ.PLLTM → divider of the PLL clock for timer 4. */
const TIMER_DIVIDERS = [NEVER, 1, 1.5, 2] as const;

/** Words of the state block. */
const CRYSTAL_READY = 0;
const STOPPED = 1;
const LOCKED = 2;
const WORDS = 3;

export class AvrClocking {
  readonly clocks: ClockTree;
  readonly ioClock: ClockId;
  readonly adcClock: ClockId;
  readonly watchdogClock: ClockId;
  /** Asynchronous clock of timer 4. */
  readonly pllClock: ClockId;
  /** The CPU has another clock now. */
  onChange: ((hz: number) => void) | null = null;
  readonly #machine: Machine;
  readonly #io: IoSpace;
  readonly #options: AvrClockingOptions;
  readonly #lowFuse: number;
  readonly #s: Int32Array;
  readonly #prescale: TimedSequence;
  readonly #lockSlot: EventSlot;
  readonly #crystalSlot: EventSlot;

  constructor(
    machine: Machine,
    clocks: ClockTree,
    io: IoSpace,
    options: AvrClockingOptions & { readonly lowFuse: number },
  ) {
    this.#machine = machine;
    this.clocks = clocks;
    this.#io = io;
    this.#options = options;
    this.#lowFuse = options.lowFuse;
    io.declare('clocks', CLOCK_REGISTERS);
    this.#s = machine.memory.stateWords('clocking', WORDS);
    this.#prescale = new TimedSequence(machine, 'CLKPR');
    this.ioClock = clocks.declare('clkIO');
    this.adcClock = clocks.declare('clkADC');
    this.watchdogClock = clocks.declare('watchdog oscillator');
    this.pllClock = clocks.declare('clkPLL of timer 4');
    this.#lockSlot = machine.scheduler.register('PLL lock', () => {
      this.#s[LOCKED] = 1;
      this.#update();
    });
    this.#crystalSlot = machine.scheduler.register('crystal start', () => {
      this.#s[CRYSTAL_READY] = 1;
      this.#update();
    });
    this.#hook();
  }

  /** After the I/O space has its reset values: what the fuses put into the registers instead. */
  reset(): void {
    const { scheduler } = this.#machine;
    scheduler.cancel(this.#lockSlot);
    scheduler.cancel(this.#crystalSlot);
    this.#prescale.close();
    this.#s.fill(0);
    const cksel = this.#lowFuse & 15;
    const sut = (this.#lowFuse >> 4) & 3;
    const external = !isRc(cksel);
    if (cksel === 1 || (cksel >= 3 && cksel < 8)) {
      this.clocks.illegal('CKSEL', `code ${cksel} is reserved or a 32 kHz crystal; taken as XTAL1`);
    }
    /** UNKNOWN: the initial values of CLKSEL0 and CLKSEL1 beyond CLKS; taken as the fuses say. */
    this.#io.set(
      CLK.CLKSEL0,
      external ? CLK.CLKSEL0.mask.CLKS | CLK.CLKSEL0.mask.EXTE | (sut << 4) : 8 | (sut << 6),
    );
    this.#io.set(CLK.CLKSEL1, external ? cksel | (CKSEL_RC << 4) : CKSEL_RC << 4);
    this.#io.set(CLK.CLKPR, (this.#lowFuse & 0x80) === 0 ? 3 : 0);
    this.#s[CRYSTAL_READY] = external ? 1 : 0;
    this.#update();
  }

  /** From the end of a reset to the first instruction, by the fuses. */
  get resetTicks(): number {
    const { oscillatorCycles, delayUs } = startUpOf(this.#lowFuse & 15, (this.#lowFuse >> 4) & 3);
    const { rootHz } = this.#machine;
    const cycles = 14 + oscillatorCycles;
    return Math.round((cycles * rootHz) / this.sourceHz + (delayUs * rootHz) / 1e6);
  }
  /** From the wake-up of a stopped oscillator until it runs. */
  get wakeTicks(): number {
    return Math.round((this.#startUp().oscillatorCycles * this.#machine.rootHz) / this.sourceHz);
  }
  get cpuHz(): number {
    return this.#machine.rootHz / this.#machine.scheduler.ticksPerCycle;
  }
  get sourceHz(): number {
    return this.#isExternal ? this.#options.crystalHz : this.#options.rcHz;
  }
  setStopped(level: Stopped): void {
    this.#s[STOPPED] = level;
    this.#update();
  }
  get stopped(): Stopped {
    return this.#s[STOPPED] as Stopped;
  }

  get #isExternal(): boolean {
    return (this.#io.value(CLK.CLKSEL0) & CLK.CLKSEL0.mask.CLKS) !== 0;
  }
  #startUp(): StartUp {
    const select = this.#io.value(CLK.CLKSEL0);
    const codes = this.#io.value(CLK.CLKSEL1);
    const { EXSUT, RCSUT } = CLK.CLKSEL0.mask;
    return this.#isExternal
      ? startUpOf(codes & 15, fieldOf(select, EXSUT))
      : startUpOf(codes >> 4, fieldOf(select, RCSUT));
  }

  #hook(): void {
    const io = this.#io;
    const { CLKPCE, CLKPS } = CLK.CLKPR.mask;
    io.hook(CLK.CLKPR, {
      read: (stored) => (stored & CLKPS) | this.#prescale.readBit(CLKPCE),
      pure: true,
      write: (value, _mask, previous) => {
        const open = this.#prescale.isOpen;
        this.#prescale.close();
        io.set(CLK.CLKPR, previous & CLKPS);
        if (value === CLKPCE) this.#prescale.open();
        else if (open && (value & CLKPCE) === 0) {
          io.set(CLK.CLKPR, value & CLKPS);
          this.#update();
        }
      },
    });
    io.hook(CLK.CLKSEL0, { write: (_value, _mask, previous) => this.#select(previous) });
    io.hook(CLK.PLLCSR, { write: (_value, _mask, previous) => this.#pll(previous) });
    io.hook(CLK.PLLFRQ, { write: () => this.#update() });
  }

  /** A source that does not run cannot be selected, and the selected one cannot be turned off. */
  #select(previous: number): void {
    const io = this.#io;
    const { scheduler } = this.#machine;
    const { CLKS, EXTE, RCE } = CLK.CLKSEL0.mask;
    const wanted = io.value(CLK.CLKSEL0);
    const used = (wanted & CLKS) !== 0 ? EXTE : RCE;
    if ((wanted & EXTE) === 0) {
      this.#s[CRYSTAL_READY] = 0;
      scheduler.cancel(this.#crystalSlot);
    } else if ((previous & EXTE) === 0 && this.#options.crystalHz > 0) {
      const { oscillatorCycles } = startUpOf(io.value(CLK.CLKSEL1) & 15, (wanted >> 4) & 3);
      const ticks = (oscillatorCycles * this.#machine.rootHz) / this.#options.crystalHz;
      scheduler.schedule(this.#crystalSlot, this.#machine.now + Math.round(ticks));
    }
    const runs = used === RCE || this.#s[CRYSTAL_READY] === 1;
    if ((wanted & used) === 0 || !runs) {
      this.clocks.illegal('CLKSEL0', 'the selected source does not run; the old one stays');
      io.set(CLK.CLKSEL0, (wanted & ~CLKS) | (previous & (CLKS | EXTE | RCE)));
      if ((previous & CLKS) !== 0) this.#s[CRYSTAL_READY] = 1;
    }
    this.#update();
  }

  #pll(previous: number): void {
    const { scheduler, rootHz, now } = this.#machine;
    const { PLLE } = CLK.PLLCSR.mask;
    const on = (this.#io.value(CLK.PLLCSR) & PLLE) !== 0;
    if (on && (previous & PLLE) === 0) {
      scheduler.schedule(
        this.#lockSlot,
        now + Math.round((this.#options.pllLockUs * rootHz) / 1e6),
      );
      this.#checkPllInput();
    } else if (!on) {
      scheduler.cancel(this.#lockSlot);
      this.#s[LOCKED] = 0;
    }
    this.#update();
  }
  #checkPllInput(): void {
    const mux = (this.#io.value(CLK.PLLFRQ) & CLK.PLLFRQ.mask.PINMUX) !== 0;
    const halved = (this.#io.value(CLK.PLLCSR) & CLK.PLLCSR.mask.PINDIV) !== 0;
    const hz = mux ? this.#options.rcHz : this.sourceHz / (halved ? 2 : 1);
    if (hz !== PLL_INPUT_HZ) this.clocks.illegal('PLLCSR', `PLL input ${hz} Hz: needs 8 MHz`);
  }
  #pllHz(): number {
    const mhz = PLL_MHZ[this.#io.value(CLK.PLLFRQ) & 15];
    if (mhz === undefined) this.clocks.illegal('PLLFRQ', 'reserved code of PDIV');
    return (mhz ?? 0) * 1e6;
  }

  /** Work out every clock from the registers. */
  #update(): void {
    const { clocks } = this;
    const { scheduler } = this.#machine;
    const io = this.#io;
    const stopped = this.#s[STOPPED]!;
    const select = io.value(CLK.CLKSEL0);
    const rcOn = (select & CLK.CLKSEL0.mask.RCE) !== 0;
    io.set(CLK.CLKSTA, this.#s[CRYSTAL_READY]! | (rcOn ? 2 : 0));
    io.set(CLK.PLLCSR, (io.value(CLK.PLLCSR) & ~1) | this.#s[LOCKED]!);
    const prescale = io.value(CLK.CLKPR) & 15;
    if (prescale > MAX_PRESCALE) clocks.illegal('CLKPR', 'reserved division factor');
    const hz = this.sourceHz / 2 ** Math.min(prescale, MAX_PRESCALE);
    const before = scheduler.ticksPerCycle;
    clocks.update(() => {
      const ticks = clocks.ticksFor(hz, 'clkCPU');
      if (ticks !== NEVER) scheduler.ticksPerCycle = ticks;
      clocks.ticks[this.ioClock] = stopped === 0 ? ticks : NEVER;
      clocks.ticks[this.adcClock] = stopped < 2 ? ticks : NEVER;
      clocks.ticks[this.watchdogClock] = clocks.ticksFor(this.#options.watchdogHz, 'watchdog');
      clocks.ticks[this.pllClock] = stopped < 2 ? this.#timerPllTicks() : NEVER;
    });
    if (scheduler.ticksPerCycle !== before) this.onChange?.(this.cpuHz);
  }
  #timerPllTicks(): number {
    if (this.#s[LOCKED] === 0) return NEVER;
    const divider = TIMER_DIVIDERS[fieldOf(this.#io.value(CLK.PLLFRQ), CLK.PLLFRQ.mask.PLLTM)]!;
    return divider === NEVER ? NEVER : this.clocks.ticksFor(this.#pllHz() / divider, 'clkPLL');
  }
}
