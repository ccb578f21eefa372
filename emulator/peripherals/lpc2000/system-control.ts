/** LPC24xx system control: memory mapping, MAM, power modes with wake-up, peripheral power, external
 *  interrupts, reset source. Source: UM10237, chapters "System control" and "Clocking and power control".
 *  Leaves out: wake-up by Ethernet, USB, CAN; the exact length of the wake-up timer. */

import type { ClockTree } from '../../machine/clock-tree.ts';
import type { Machine } from '../../machine/machine.ts';
import { RegisterBlock } from '../../machine/register-block.ts';
import type { EventSlot } from '../../machine/scheduler.ts';
import { type ResetCause, rsirAfter } from '../../power/lpc2478-resets.ts';
import { Clocking, type ClockingOptions } from './clocking.ts';
import { SYS, SYSTEM_REGISTERS } from './system-registers.ts';

/** Why the CPU clock stands still, as bits. */
export const HALT_IDLE = 1;
export const HALT_SLEEP = 2;
export const HALT_NO_CLOCK = 4;
export const HALT_RESET = 8;

export type WakeSource = 'EINT0' | 'EINT1' | 'EINT2' | 'EINT3' | 'GPIO' | 'BOD' | 'RTC';
const WAKE_BIT: Record<WakeSource, number> = {
  EINT0: 0,
  EINT1: 1,
  EINT2: 2,
  EINT3: 3,
  GPIO: 7,
  BOD: 14,
  RTC: 15,
};

const PM_IDLE = 1;
const PM_POWER_DOWN = 2;
const PM_SLEEP = 5;
/** Flash start-up after power-down. LPC2478 data sheet, "Power-down mode". */
const FLASH_START_US = 100;

const HALTS = 0;
const EINT_LEVELS = 1;
const EINT_CONNECTED = 2;
const SLEEP_MODE = 3;

export interface SystemHooks {
  /** MEMMAP changed. */
  readonly onMemoryMap: (mode: number) => void;
  /** MAM settings changed. */
  readonly onFlashTiming: (mode: number, cycles: number) => void;
  /** PCONP changed. */
  readonly onPeripheralPower: (pconp: number) => void;
  /** SCS.GPIOM changed. */
  readonly onGpioMode: () => void;
  readonly setEintLine: (n: number, asserted: boolean) => void;
  /** A VIC output is asserted now. */
  readonly interruptPending: () => boolean;
  /** PCON.BOGD or BORD changed. */
  readonly onBrownOutSettings: () => void;
}

export class SystemControl {
  readonly block: RegisterBlock;
  readonly clocking: Clocking;
  readonly #machine: Machine;
  readonly #hooks: SystemHooks;
  readonly #s: Int32Array;
  readonly #wakeSlot: EventSlot;

  constructor(
    machine: Machine,
    clocks: ClockTree,
    base: number,
    options: ClockingOptions,
    hooks: SystemHooks,
  ) {
    this.#machine = machine;
    this.#hooks = hooks;
    this.block = new RegisterBlock(machine, '', base, SYSTEM_REGISTERS);
    this.clocking = new Clocking(machine, clocks, this.block, options);
    this.clocking.onNoClock = (stopped) => this.halt(HALT_NO_CLOCK, stopped);
    this.#s = machine.memory.stateWords('system-control', 4);
    this.#wakeSlot = machine.scheduler.register('wake-up', () => this.#awake());
    this.#hook();
  }

  reset(cause: ResetCause): void {
    const rsir = this.block.at(SYS.RSIR);
    const before = this.block.values[rsir]!;
    this.block.reset();
    this.block.values[rsir] = rsirAfter(cause, before);
    this.#machine.scheduler.cancel(this.#wakeSlot);
    this.#s[HALTS] = this.#s[HALTS]! & HALT_RESET;
    this.clocking.reset();
    this.#applyHalts();
    this.#hooks.onMemoryMap(0);
    this.#hooks.onFlashTiming(0, 7);
    this.#hooks.onPeripheralPower(this.block.values[this.block.at(SYS.PCONP)]!);
    this.#hooks.onGpioMode();
    this.#updateEints(0xf, 0);
  }

  get memoryMapMode(): number {
    return this.block.values[this.block.at(SYS.MEMMAP)]! & 3;
  }
  get pconp(): number {
    return this.block.values[this.block.at(SYS.PCONP)]!;
  }
  get fastGpio(): boolean {
    return (this.block.values[this.block.at(SYS.SCS)]! & 1) !== 0;
  }
  get rsir(): number {
    return this.block.values[this.block.at(SYS.RSIR)]!;
  }
  get brownOutOff(): boolean {
    return (this.block.values[this.block.at(SYS.PCON)]! & SYS.PCON.mask.BOGD) !== 0;
  }
  get brownOutResetOff(): boolean {
    return (this.block.values[this.block.at(SYS.PCON)]! & SYS.PCON.mask.BORD) !== 0;
  }
  get halts(): number {
    return this.#s[HALTS]!;
  }

  halt(reason: number, on: boolean): void {
    this.#s[HALTS] = on ? this.#s[HALTS]! | reason : this.#s[HALTS]! & ~reason;
    this.#applyHalts();
  }
  #applyHalts(): void {
    const sleeping = this.#s[HALTS] !== 0;
    if (this.#machine.sleeping !== sleeping) this.#machine.sleeping = sleeping;
  }

  /** An output of the VIC rose: idle mode ends. */
  interrupt(): void {
    if ((this.#s[HALTS]! & HALT_IDLE) !== 0) this.halt(HALT_IDLE, false);
  }
  /** A source that can end sleep and power-down is active. */
  wake(source: WakeSource): void {
    if ((this.#s[HALTS]! & HALT_SLEEP) === 0) return;
    const enabled = this.block.values[this.block.at(SYS.INTWAKE)]!;
    if (((enabled >>> WAKE_BIT[source]) & 1) === 0) return;
    const { scheduler, now, rootHz } = this.#machine;
    if (scheduler.dueAt(this.#wakeSlot) !== Number.POSITIVE_INFINITY) return;
    const delay =
      this.#s[SLEEP_MODE] !== PM_SLEEP ? Math.round((FLASH_START_US * rootHz) / 1e6) : 0;
    scheduler.schedule(this.#wakeSlot, now + delay);
  }
  #awake(): void {
    this.clocking.setStopped(0);
    this.halt(HALT_SLEEP, false);
  }

  /** Level of a pin that PINSEL gives to EINTn; undefined = the pin is not given to it. */
  setEint(n: number, level: boolean | undefined): void {
    const bit = 1 << n;
    const before = this.#s[EINT_LEVELS]!;
    const wasConnected = (this.#s[EINT_CONNECTED]! & bit) !== 0;
    this.#s[EINT_LEVELS] = level === true ? before | bit : before & ~bit;
    this.#s[EINT_CONNECTED] =
      level === undefined ? this.#s[EINT_CONNECTED]! & ~bit : this.#s[EINT_CONNECTED]! | bit;
    this.#updateEints(bit, wasConnected ? before : this.#s[EINT_LEVELS]!);
  }
  /** @param before levels before the change, for edges. */
  #updateEints(which: number, before: number): void {
    const { values } = this.block;
    const mode = values[this.block.at(SYS.EXTMODE)]!;
    const polarity = values[this.block.at(SYS.EXTPOLAR)]!;
    const active = ~(this.#s[EINT_LEVELS]! ^ polarity);
    const wasActive = ~(before ^ polarity);
    const set = ((~mode & active) | (mode & active & ~wasActive)) & which & 0xf;
    const extint = this.block.at(SYS.EXTINT);
    values[extint] = values[extint]! | (set & this.#s[EINT_CONNECTED]!);
    for (let n = 0; n < 4; n++) {
      const asserted = ((values[extint]! >>> n) & 1) === 1;
      this.#hooks.setEintLine(n, asserted);
      if (asserted) this.wake(`EINT${n}` as WakeSource);
    }
  }

  #hook(): void {
    const { block } = this;
    const eints = () => this.#updateEints(0xf, this.#s[EINT_LEVELS]!);
    block.hook(SYS.MEMMAP, { write: () => this.#hooks.onMemoryMap(this.memoryMapMode) });
    const mam = () => {
      const { values } = block;
      this.#hooks.onFlashTiming(
        values[block.at(SYS.MAMCR)]! & 3,
        values[block.at(SYS.MAMTIM)]! & 7,
      );
    };
    block.hook(SYS.MAMCR, { write: mam });
    block.hook(SYS.MAMTIM, { write: mam });
    block.hook(SYS.PCON, { write: (value) => this.#writePcon(value) });
    block.hook(SYS.PCONP, { write: () => this.#hooks.onPeripheralPower(this.pconp) });
    block.hook(SYS.EXTINT, { write: eints });
    block.hook(SYS.EXTMODE, { write: eints });
    block.hook(SYS.EXTPOLAR, { write: eints });
    this.clocking.onScs = this.#hooks.onGpioMode;
  }

  /** PM2..0: 001 idle, 101 sleep, 010 power-down, 110 deep power-down. UM10237, "Power mode control". */
  #writePcon(value: number): void {
    this.#hooks.onBrownOutSettings();
    const mode = (value & 3) | ((value & 0x80) >> 5);
    if (mode === 0) return;
    /** The mode bits read 0 again after wake-up. */
    const pcon = this.block.at(SYS.PCON);
    this.block.values[pcon] = this.block.values[pcon]! & ~0x83;
    if (mode === PM_IDLE) {
      if (!this.#hooks.interruptPending()) this.halt(HALT_IDLE, true);
      return;
    }
    if (mode !== PM_SLEEP && mode !== PM_POWER_DOWN) {
      const { events, bus, now } = this.#machine;
      const detail = `mode ${mode.toString(2).padStart(3, '0')} is not modelled, taken as power-down`;
      events.raise({ kind: 'gap-register', at: now, pc: bus.currentPc, where: 'PCON', detail });
    }
    this.#s[SLEEP_MODE] = mode;
    this.clocking.setStopped(mode === PM_SLEEP ? 1 : 2);
    this.halt(HALT_SLEEP, true);
    /** A level that is active already ends the mode at once. */
    this.#updateEints(0, this.#s[EINT_LEVELS]!);
  }
}
