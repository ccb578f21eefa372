/** Basic clock module of the MSP430F1611: DCO, LFXT1 and XT2, the dividers behind them, and what stops in
 *  which low-power mode. Source: MSP430x1xx family user's guide, "Basic Clock Module"; msp430f1611.h.
 *  From memory, so parameters: the DCO's frequencies. Leaves out: start-up of the crystals, drift with supply and
 *  temperature, an external resistor. The modulator's mix of two frequencies is taken as their average. */

import type { ClockId, ClockTree } from '../../machine/clock-tree.ts';
import type { Machine } from '../../machine/machine.ts';
import { bit, bits, fieldOf, gap, type Register, register } from '../../machine/registers.ts';
import type { RegisterSpace } from './register-space.ts';
import { type Msp430Sfr, type ResetKind, SFR } from './sfr.ts';

export const BCS = {
  DCOCTL: register(
    'DCOCTL',
    { at: 0x56, width: 8, reset: 0x60 },
    { DCO: bits(7, 5), MOD: bits(4, 0) },
  ),
  BCSCTL1: register(
    'BCSCTL1',
    { at: 0x57, width: 8, reset: 0x84 },
    { XT2OFF: bit(7), XTS: bit(6), DIVA: bits(5, 4), XT5V: bit(3), RSEL: bits(2, 0) },
  ),
  BCSCTL2: register(
    'BCSCTL2',
    { at: 0x58, width: 8 },
    {
      SELM: bits(7, 6),
      DIVM: bits(5, 4),
      SELS: bit(3),
      DIVS: bits(2, 1),
      DCOR: gap(bit(0), 'an external resistor of the DCO is not modelled'),
    },
  ),
};
export const BCS_REGISTERS: readonly Register[] = Object.values(BCS);

export interface Msp430ClockingOptions {
  /** Crystal at XIN and XOUT. */
  readonly lfxt1Hz: number;
  /** Crystal at XT2IN and XT2OUT; 0 = none. */
  readonly xt2Hz: number;
  /** By RSEL, at DCO = 3. */
  readonly dcoHz: readonly number[];
  /** From one code of DCO to the next. */
  readonly dcoStep: number;
  /** From LPM3 or LPM4 to a running DCO. */
  readonly wakeUs: number;
}
/** Typical at 3 V and 25 degrees. */
export const MSP430F1611_CLOCKING: Msp430ClockingOptions = {
  lfxt1Hz: 32_768,
  xt2Hz: 0,
  dcoHz: [120e3, 190e3, 310e3, 500e3, 800e3, 1.2e6, 1.9e6, 2.9e6],
  dcoStep: 1.14,
  wakeUs: 6,
};

/** Bits of the status register. */
export const CPUOFF = 0x10;
export const OSCOFF = 0x20;
export const SCG0 = 0x40;
export const SCG1 = 0x80;

const NEVER = Number.POSITIVE_INFINITY;
const MAX_WATCH_CRYSTAL_HZ = 100_000;
const MIDDLE_DCO = 3;
const TOP_DCO = 7;
const SELM_XT2 = 2;
const SELM_LFXT1 = 3;

export class Msp430Clocking {
  readonly aclk: ClockId;
  readonly mclk: ClockId;
  readonly smclk: ClockId;
  /** The CPU has another clock now. */
  onChange: ((hz: number) => void) | null = null;
  readonly #machine: Machine;
  readonly #clocks: ClockTree;
  readonly #registers: RegisterSpace;
  readonly #sfr: Msp430Sfr;
  readonly #options: Msp430ClockingOptions;
  /** [low-power bits of the status register] */
  readonly #s: Int32Array;

  constructor(
    machine: Machine,
    clocks: ClockTree,
    registers: RegisterSpace,
    sfr: Msp430Sfr,
    options: Msp430ClockingOptions = MSP430F1611_CLOCKING,
  ) {
    this.#machine = machine;
    this.#clocks = clocks;
    this.#registers = registers;
    this.#sfr = sfr;
    this.#options = options;
    this.#s = machine.memory.stateWords('clocking', 1);
    this.aclk = clocks.declare('ACLK');
    this.mclk = clocks.declare('MCLK');
    this.smclk = clocks.declare('SMCLK');
    registers.declare(BCS_REGISTERS);
    for (const reg of BCS_REGISTERS) registers.hook(reg, { write: () => this.#update() });
    /** A fault that lasts sets its flag again. */
    sfr.onFlags.push(() => this.#flagFault());
    this.#update();
  }

  reset(_cause: ResetKind): void {
    this.#registers.reset(BCS_REGISTERS);
    this.#s[0] = 0;
    this.#update();
  }
  /** The core's status register: CPUOFF, OSCOFF, SCG0 and SCG1 in their places. */
  setStatus(status: number): void {
    const bits = status & (CPUOFF | OSCOFF | SCG0 | SCG1);
    if (bits === this.#s[0]) return;
    this.#s[0] = bits;
    this.#update();
  }
  get mclkHz(): number {
    return this.#machine.rootHz / this.#machine.scheduler.ticksPerCycle;
  }
  /** From the interrupt to the first cycle: the DCO has to start if nothing used it in sleep. */
  get wakeTicks(): number {
    const dcoRan = this.#clocks.ticks[this.smclk] !== NEVER && !this.#smclkIsXt2;
    const dcoStopped = (this.#s[0]! & SCG0) !== 0 && !dcoRan;
    return dcoStopped ? Math.round((this.#options.wakeUs * this.#machine.rootHz) / 1e6) : 0;
  }
  /** Frequency of the DCO by its registers. */
  get dcoHz(): number {
    const { dcoHz, dcoStep } = this.#options;
    const control = this.#registers.value(BCS.DCOCTL);
    const dco = fieldOf(control, BCS.DCOCTL.mask.DCO);
    const base = dcoHz[this.#registers.value(BCS.BCSCTL1) & BCS.BCSCTL1.mask.RSEL]!;
    const hz = base * dcoStep ** (dco - MIDDLE_DCO);
    if (dco === TOP_DCO) return hz;
    /** Of 32 cycles, MOD are of the next code up. */
    const next = fieldOf(control, BCS.DCOCTL.mask.MOD) / 32;
    return hz / (1 - next + next / dcoStep);
  }

  get #smclkIsXt2(): boolean {
    return (this.#registers.value(BCS.BCSCTL2) & BCS.BCSCTL2.mask.SELS) !== 0;
  }
  /** An oscillator that is on does not run, or runs where it cannot. */
  get #fault(): boolean {
    const { xt2Hz, lfxt1Hz } = this.#options;
    const control = this.#registers.value(BCS.BCSCTL1);
    const selectsXt2 =
      fieldOf(this.#registers.value(BCS.BCSCTL2), BCS.BCSCTL2.mask.SELM) === SELM_XT2;
    const xt2On = (control & BCS.BCSCTL1.mask.XT2OFF) === 0 || this.#smclkIsXt2 || selectsXt2;
    const highFrequency = (control & BCS.BCSCTL1.mask.XTS) !== 0;
    return (xt2On && xt2Hz === 0) || (highFrequency && lfxt1Hz < MAX_WATCH_CRYSTAL_HZ);
  }
  #flagFault(): void {
    if (this.#fault) this.#sfr.set(SFR.IFG1, SFR.IFG1.mask.OFIFG, true);
  }

  /** Work out every clock from the registers. */
  #update(): void {
    const clocks = this.#clocks;
    const { scheduler, rootHz } = this.#machine;
    const { lfxt1Hz, xt2Hz } = this.#options;
    const control = this.#registers.value(BCS.BCSCTL2);
    const { DIVM, DIVS, SELM } = BCS.BCSCTL2.mask;
    const status = this.#s[0]!;
    // An analog frequency: the nearest one that the root clock has is as good.
    const dco = Math.max(1, Math.round(rootHz / this.dcoHz));
    const lfxt1 = clocks.ticksFor(lfxt1Hz, 'LFXT1');
    const xt2 = clocks.ticksFor(xt2Hz, 'XT2');
    const select = fieldOf(control, SELM);
    const selected = select === SELM_LFXT1 ? lfxt1 : select === SELM_XT2 ? xt2 : dco;
    // A CPU whose oscillator fails goes on with the DCO.
    const cpu = (selected === NEVER ? dco : selected) * 2 ** fieldOf(control, DIVM);
    const before = scheduler.ticksPerCycle;
    clocks.update(() => {
      const diva = fieldOf(this.#registers.value(BCS.BCSCTL1), BCS.BCSCTL1.mask.DIVA);
      const smclk = (this.#smclkIsXt2 ? xt2 : dco) * 2 ** fieldOf(control, DIVS);
      const crystalNeeded = select === SELM_LFXT1 && (status & CPUOFF) === 0;
      const crystalOff = (status & OSCOFF) !== 0 && !crystalNeeded;
      scheduler.ticksPerCycle = cpu;
      clocks.ticks[this.mclk] = (status & CPUOFF) !== 0 ? NEVER : cpu;
      clocks.ticks[this.smclk] = (status & SCG1) !== 0 ? NEVER : smclk;
      clocks.ticks[this.aclk] = crystalOff ? NEVER : lfxt1 * 2 ** diva;
    });
    this.#flagFault();
    if (scheduler.ticksPerCycle !== before) this.onChange?.(this.mclkHz);
  }
}
