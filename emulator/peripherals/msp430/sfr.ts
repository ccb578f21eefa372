/** Special function registers of the MSP430F1611: interrupt enables and flags, and module enables.
 *  Source: msp430f1611.h; MSP430x1xx family user's guide, "Special Function Registers", "(Non)-Maskable
 *  Interrupts". From memory: the reset values, and that entering the NMI clears its three enables.
 *  Leaves out: the RST/NMI pin as an NMI (its flag is there, nothing sets it). */

import type { Machine } from '../../machine/machine.ts';
import { bit, bits, type Register, register, reserved } from '../../machine/registers.ts';
import { type Msp430Interrupts, VECTORS } from './interrupts.ts';
import type { RegisterSpace } from './register-space.ts';

export type ResetKind = 'por' | 'puc';

export const SFR = {
  IE1: register(
    'IE1',
    { at: 0x00, width: 8 },
    {
      UTXIE0: bit(7),
      URXIE0: bit(6),
      ACCVIE: bit(5),
      NMIIE: bit(4),
      RES: reserved(bits(3, 2)),
      OFIE: bit(1),
      WDTIE: bit(0),
    },
  ),
  IE2: register(
    'IE2',
    { at: 0x01, width: 8 },
    { RES: reserved(bits(7, 6), bits(3, 0)), UTXIE1: bit(5), URXIE1: bit(4) },
  ),
  IFG1: register(
    'IFG1',
    { at: 0x02, width: 8, reset: 0x82 },
    {
      UTXIFG0: bit(7),
      URXIFG0: bit(6),
      RES: reserved(bit(5), bits(3, 2)),
      NMIIFG: bit(4),
      OFIFG: bit(1),
      WDTIFG: bit(0),
    },
  ),
  IFG2: register(
    'IFG2',
    { at: 0x03, width: 8, reset: 0x20 },
    { RES: reserved(bits(7, 6), bits(3, 0)), UTXIFG1: bit(5), URXIFG1: bit(4) },
  ),
  ME1: register(
    'ME1',
    { at: 0x04, width: 8 },
    { UTXE0: bit(7), URXE0: bit(6), RES: reserved(bits(5, 0)) },
  ),
  ME2: register(
    'ME2',
    { at: 0x05, width: 8 },
    { RES: reserved(bits(7, 6), bits(3, 0)), UTXE1: bit(5), URXE1: bit(4) },
  ),
};
export const SFR_REGISTERS: readonly Register[] = Object.values(SFR);

/** Flag and enable stand at the same bit of their registers. */
interface Source {
  readonly vector: number;
  readonly enable: Register;
  readonly flag: Register;
  readonly mask: number;
}
const source = (vector: number, n: 1 | 2, mask: number): Source => ({
  vector,
  enable: n === 1 ? SFR.IE1 : SFR.IE2,
  flag: n === 1 ? SFR.IFG1 : SFR.IFG2,
  mask,
});
const SOURCES: readonly Source[] = [
  source(VECTORS.WDT, 1, SFR.IFG1.mask.WDTIFG),
  source(VECTORS.USART0RX, 1, SFR.IFG1.mask.URXIFG0),
  source(VECTORS.USART0TX, 1, SFR.IFG1.mask.UTXIFG0),
  source(VECTORS.USART1RX, 2, SFR.IFG2.mask.URXIFG1),
  source(VECTORS.USART1TX, 2, SFR.IFG2.mask.UTXIFG1),
];
/** They set off the NMI together with ACCVIFG, which stands in FCTL3. */
const { OFIE, NMIIE, ACCVIE } = SFR.IE1.mask;

export class Msp430Sfr {
  /** ME1 or ME2 was written. */
  readonly onModules: (() => void)[] = [];
  /** Software wrote to IFG1 or IFG2: a part may hold its flag up. */
  readonly onFlags: (() => void)[] = [];
  readonly #registers: RegisterSpace;
  readonly #interrupts: Msp430Interrupts;
  /** [ACCVIFG] */
  readonly #s: Int32Array;

  constructor(machine: Machine, registers: RegisterSpace, interrupts: Msp430Interrupts) {
    this.#registers = registers;
    this.#interrupts = interrupts;
    this.#s = machine.memory.stateWords('SFR', 1);
    registers.declare(SFR_REGISTERS);
    for (const reg of [SFR.IE1, SFR.IE2]) registers.hook(reg, { write: () => this.#update() });
    for (const reg of [SFR.IFG1, SFR.IFG2]) {
      registers.hook(reg, { write: () => this.#written(this.onFlags) });
    }
    for (const reg of [SFR.ME1, SFR.ME2]) {
      registers.hook(reg, { write: () => this.#written(this.onModules) });
    }
    for (const { vector, flag, mask } of SOURCES) {
      interrupts.onTaken(vector, () => this.set(flag, mask, false));
    }
    interrupts.onTaken(VECTORS.NMI, () => this.set(SFR.IE1, OFIE | NMIIE | ACCVIE, false));
  }

  /** A PUC keeps WDTIFG and NMIIFG, so that firmware can tell why it starts. */
  reset(cause: ResetKind): void {
    const registers = this.#registers;
    const { WDTIFG, NMIIFG } = SFR.IFG1.mask;
    const kept = cause === 'por' ? 0 : registers.value(SFR.IFG1) & (WDTIFG | NMIIFG);
    registers.reset(SFR_REGISTERS);
    registers.setBits(SFR.IFG1, kept, true);
    this.#s[0] = 0;
    this.#update();
  }
  isSet(reg: Register, mask: number): boolean {
    return (this.#registers.value(reg) & mask) !== 0;
  }
  set(reg: Register, mask: number, on: boolean): void {
    this.#registers.setBits(reg, mask, on);
    this.#update();
  }
  /** ACCVIFG of the flash controller. */
  readonly setViolation = (on: boolean): void => {
    this.#s[0] = on ? 1 : 0;
    this.#update();
  };

  #written(listeners: readonly (() => void)[]): void {
    for (const listener of listeners) listener();
    this.#update();
  }
  #update(): void {
    const registers = this.#registers;
    for (const { vector, enable, flag, mask } of SOURCES) {
      const on = registers.value(enable) & registers.value(flag) & mask;
      this.#interrupts.set(vector, on !== 0);
    }
    const enabled = registers.value(SFR.IE1);
    const flags = registers.value(SFR.IFG1) & (OFIE | NMIIE);
    const violation = this.#s[0] === 0 ? 0 : ACCVIE;
    this.#interrupts.set(VECTORS.NMI, (enabled & (flags | violation)) !== 0);
  }
}
