/** LPC24xx clock generation: sources, PLL with its feed sequence and lock, CCLK and PCLK dividers.
 *  Source: UM10237, chapter "Clocking and power control": FCCO = 2 M Fin / N, 275 to 550 MHz; CCLK at most
 *  72 MHz. Leaves out: the loss of lock when the source drifts, and clock glitches while switching. */

import type { ClockId, ClockTree } from '../../machine/clock-tree.ts';
import type { Machine } from '../../machine/machine.ts';
import type { RegisterBlock } from '../../machine/register-block.ts';
import type { EventSlot } from '../../machine/scheduler.ts';
import { PCLK_DIVIDERS, PCLK_FIELD, type PclkName, SYS } from './system-registers.ts';

export const IRC_HZ = 4_000_000;
export const RTC_HZ = 32_768;
const FCCO_MIN_HZ = 275_000_000;
const FCCO_MAX_HZ = 550_000_000;
const CCLK_MAX_HZ = 72_000_000;
const NEVER = Number.POSITIVE_INFINITY;

export interface ClockingOptions {
  /** Crystal at the main oscillator; 0 = none. */
  readonly oscillatorHz: number;
  /** Until PLOCK. The manual gives no figure for all settings; UNKNOWN: the real time of a part. */
  readonly pllLockUs: number;
  /** From OSCEN to OSCSTAT. */
  readonly oscillatorStartUs: number;
}
export const CLOCKING_DEFAULTS: ClockingOptions = {
  oscillatorHz: 12_000_000,
  pllLockUs: 200,
  oscillatorStartUs: 500,
};

/** Words of the state block: what the PLL does, as opposed to what is written for it. */
const FED_AA = 0;
const PLL_ON = 1;
const PLL_CONNECTED = 2;
const PLL_LOCKED = 3;
const PLL_CONFIG = 4;
const OSC_READY = 5;
/** 0 all run, 1 only IRC and RTC (sleep), 2 only RTC (power-down). */
const STOPPED = 6;
const WORDS = 7;

const PCLK_NAMES = Object.keys(PCLK_FIELD) as PclkName[];

export class Clocking {
  readonly clocks: ClockTree;
  readonly irc: ClockId;
  readonly rtc: ClockId;
  readonly pclk: Readonly<Record<PclkName, ClockId>>;
  /** The CPU clock stands still because its source does. */
  onNoClock: ((stopped: boolean) => void) | null = null;
  /** SCS was written. */
  onScs: (() => void) | null = null;
  /** Address of the peripheral bus access before the running one; set by the chip. */
  previousAccess: (() => number) | null = null;
  readonly #machine: Machine;
  readonly #block: RegisterBlock;
  readonly #options: ClockingOptions;
  readonly #s: Int32Array;
  readonly #lockSlot: EventSlot;
  readonly #oscSlot: EventSlot;

  constructor(machine: Machine, clocks: ClockTree, block: RegisterBlock, options: ClockingOptions) {
    this.#machine = machine;
    this.clocks = clocks;
    this.#block = block;
    this.#options = options;
    this.#s = machine.memory.stateWords('clocking', WORDS);
    this.irc = clocks.declare('IRC');
    this.rtc = clocks.declare('RTC');
    this.pclk = Object.fromEntries(
      PCLK_NAMES.map((name) => [name, clocks.declare(`PCLK_${name}`)]),
    ) as Record<PclkName, ClockId>;
    this.#lockSlot = machine.scheduler.register('PLL lock', () => {
      this.#s[PLL_LOCKED] = 1;
    });
    this.#oscSlot = machine.scheduler.register('oscillator start', () => {
      this.#s[OSC_READY] = 1;
      this.recompute();
    });
    this.#hook();
  }

  reset(): void {
    this.#s.fill(0);
    this.#machine.scheduler.cancel(this.#lockSlot);
    this.#machine.scheduler.cancel(this.#oscSlot);
    this.recompute();
  }
  /** Enter or leave a mode in which clocks stand still; see STOPPED. */
  setStopped(level: 0 | 1 | 2): void {
    this.#s[STOPPED] = level;
    if (level > 0) {
      /** The PLL is off after wake-up; software connects it again. UM10237, "Power control". */
      this.#setPll(0, this.#s[PLL_CONFIG]!);
      this.#machine.scheduler.cancel(this.#oscSlot);
      this.#s[OSC_READY] = 0;
    } else if (this.#oscillatorWanted()) {
      this.#startOscillator();
    }
    this.recompute();
  }
  get cclkHz(): number {
    return this.#machine.rootHz / this.#machine.scheduler.ticksPerCycle;
  }

  #hook(): void {
    const block = this.#block;
    const recompute = () => this.recompute();
    block.hook(SYS.PLLSTAT, { read: () => this.#status(), pure: true });
    block.hook(SYS.PLLFEED, { write: (value) => this.#feed(value & 0xff) });
    block.hook(SYS.CCLKCFG, { write: recompute });
    block.hook(SYS.CLKSRCSEL, {
      write: (_value, _mask, previous) => {
        const same = previous === block.values[block.at(SYS.CLKSRCSEL)]!;
        if (!same && this.#s[PLL_CONNECTED] === 1) {
          this.clocks.illegal('CLKSRCSEL', 'source changed while the PLL is connected');
        }
        this.recompute();
      },
    });
    block.hook(SYS.PCLKSEL0, { write: recompute });
    block.hook(SYS.PCLKSEL1, { write: recompute });
    block.hook(SYS.SCS, {
      read: (stored) => (stored & ~SYS.SCS.mask.OSCSTAT) | (this.#s[OSC_READY]! << 6),
      pure: true,
      write: () => {
        this.#oscillatorEnable();
        this.onScs?.();
      },
    });
  }

  #oscillatorWanted(): boolean {
    return (this.#block.values[this.#block.at(SYS.SCS)]! & SYS.SCS.mask.OSCEN) !== 0;
  }
  #startOscillator(): void {
    if (this.#options.oscillatorHz <= 0) return;
    const ticks = Math.round((this.#options.oscillatorStartUs * this.#machine.rootHz) / 1e6);
    this.#machine.scheduler.schedule(this.#oscSlot, this.#machine.now + ticks);
  }
  #oscillatorEnable(): void {
    const { scheduler } = this.#machine;
    if (!this.#oscillatorWanted()) {
      scheduler.cancel(this.#oscSlot);
      if (this.#s[OSC_READY] === 0) return;
      this.#s[OSC_READY] = 0;
      this.recompute();
    } else if (this.#s[OSC_READY] === 0 && scheduler.dueAt(this.#oscSlot) === NEVER) {
      this.#startOscillator();
    }
  }

  #feed(value: number): void {
    const fed = this.#s[FED_AA] === 1;
    this.#s[FED_AA] = value === 0xaa ? 1 : 0;
    if (!fed || value !== 0x55) return;
    /** No other access to the peripheral bus may lie between AA and 55. */
    const expected = this.#block.base + SYS.PLLFEED.offset;
    if (this.previousAccess !== null && this.previousAccess() !== expected) return;
    const { values } = this.#block;
    this.#setPll(values[this.#block.at(SYS.PLLCON)]!, values[this.#block.at(SYS.PLLCFG)]!);
    this.recompute();
  }
  #setPll(control: number, config: number): void {
    const s = this.#s;
    const { scheduler } = this.#machine;
    const on = control & 1;
    const restarted = on === 1 && (s[PLL_ON] === 0 || s[PLL_CONFIG] !== config);
    if (restarted && s[PLL_CONNECTED] === 1) {
      this.clocks.illegal('PLLCFG', 'PLL set anew while it is connected');
    }
    s[PLL_CONFIG] = config;
    s[PLL_ON] = on;
    if (on === 0) {
      s[PLL_LOCKED] = 0;
      scheduler.cancel(this.#lockSlot);
    } else if (restarted) {
      s[PLL_LOCKED] = 0;
      const ticks = Math.round((this.#options.pllLockUs * this.#machine.rootHz) / 1e6);
      scheduler.schedule(this.#lockSlot, this.#machine.now + ticks);
      this.#checkFcco();
    }
    const connected = on === 1 ? (control >> 1) & 1 : 0;
    if (connected === 1 && s[PLL_CONNECTED] === 0 && s[PLL_LOCKED] === 0) {
      this.clocks.illegal('PLLCON', 'PLL connected before PLOCK');
    }
    s[PLL_CONNECTED] = connected;
  }
  #status(): number {
    const s = this.#s;
    return s[PLL_CONFIG]! | (s[PLL_ON]! << 24) | (s[PLL_CONNECTED]! << 25) | (s[PLL_LOCKED]! << 26);
  }

  #sourceHz(): number {
    switch (this.#block.values[this.#block.at(SYS.CLKSRCSEL)]! & 3) {
      case 0:
        return IRC_HZ;
      case 1:
        return this.#s[OSC_READY] === 1 ? this.#options.oscillatorHz : 0;
      case 2:
        return RTC_HZ;
      default:
        this.clocks.illegal('CLKSRCSEL', 'code 3 is reserved; taken as the IRC');
        return IRC_HZ;
    }
  }
  #fccoHz(): number {
    const config = this.#s[PLL_CONFIG]!;
    return (2 * ((config & 0x7fff) + 1) * this.#sourceHz()) / (((config >>> 16) & 0xff) + 1);
  }
  #checkFcco(): void {
    const hz = this.#fccoHz();
    if (hz < FCCO_MIN_HZ || hz > FCCO_MAX_HZ) {
      this.clocks.illegal('PLLCFG', `FCCO ${hz} Hz is outside 275 to 550 MHz`);
    }
  }

  /** Work out every clock from the registers. */
  recompute(): void {
    const { values } = this.#block;
    const { clocks } = this;
    const { scheduler, rootHz } = this.#machine;
    const stopped = this.#s[STOPPED]!;
    const divider = (values[this.#block.at(SYS.CCLKCFG)]! & 0xff) + 1;
    const pll = this.#s[PLL_CONNECTED] === 1;
    const cclkHz = (pll ? this.#fccoHz() : this.#sourceHz()) / divider;
    if (cclkHz > CCLK_MAX_HZ) clocks.illegal('CCLK', `${cclkHz} Hz is above 72 MHz`);
    if (pll && divider % 2 === 1) {
      clocks.illegal('CCLKCFG', `divider ${divider}: the PLL needs an even one`);
    }
    clocks.update(() => {
      const noClock = cclkHz === 0 && stopped === 0;
      const cclkTicks = clocks.ticksFor(cclkHz, 'CCLK');
      if (cclkTicks !== NEVER) scheduler.ticksPerCycle = cclkTicks;
      for (const name of PCLK_NAMES) {
        const field = PCLK_FIELD[name];
        const select = values[this.#block.at(field < 32 ? SYS.PCLKSEL0 : SYS.PCLKSEL1)]!;
        const ratio = PCLK_DIVIDERS[(select >>> (field & 31)) & 3]!;
        clocks.ticks[this.pclk[name]] = stopped === 0 ? cclkTicks * ratio : NEVER;
      }
      clocks.ticks[this.irc] = stopped < 2 ? rootHz / IRC_HZ : NEVER;
      clocks.ticks[this.rtc] = rootHz / RTC_HZ;
      this.onNoClock?.(noClock);
    });
  }
}
