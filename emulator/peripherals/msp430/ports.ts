/** Ports P1 to P6 of the MSP430F1611: direction, levels, alternate functions, and interrupts of P1 and P2.
 *  Source: MSP430x1xx family user's guide, "Digital I/O"; msp430f1611.h. Writing PxIES sets a flag where the
 *  guide says it may. UNKNOWN: an input that nothing drives; taken as low. Leaves out: two drivers on one pin
 *  (the chip's output wins). */

import type { Machine } from '../../machine/machine.ts';
import { byteRegister, type Register } from '../../machine/registers.ts';
import { type Msp430Interrupts, VECTORS } from './interrupts.ts';
import type { RegisterSpace } from './register-space.ts';
import type { ResetKind } from './sfr.ts';

interface PortRegisters {
  readonly IN: Register;
  readonly OUT: Register;
  readonly DIR: Register;
  readonly SEL: Register;
  readonly interrupt: { IFG: Register; IES: Register; IE: Register; vector: number } | null;
}
const plain = (n: number, at: number): PortRegisters => ({
  IN: byteRegister(`P${n}IN`, at, { access: 'ro' }),
  OUT: byteRegister(`P${n}OUT`, at + 1),
  DIR: byteRegister(`P${n}DIR`, at + 2),
  SEL: byteRegister(`P${n}SEL`, at + 3),
  interrupt: null,
});
const interrupting = (n: number, at: number, vector: number): PortRegisters => ({
  ...plain(n, at),
  SEL: byteRegister(`P${n}SEL`, at + 6),
  interrupt: {
    IFG: byteRegister(`P${n}IFG`, at + 3),
    IES: byteRegister(`P${n}IES`, at + 4),
    IE: byteRegister(`P${n}IE`, at + 5),
    vector,
  },
});
const PORTS: readonly PortRegisters[] = [
  interrupting(1, 0x20, VECTORS.PORT1),
  interrupting(2, 0x28, VECTORS.PORT2),
  plain(3, 0x18),
  plain(4, 0x1c),
  plain(5, 0x30),
  plain(6, 0x34),
];
export const PORT_REGISTERS: readonly Register[] = PORTS.flatMap(
  ({ IN, OUT, DIR, SEL, interrupt }) =>
    interrupt === null
      ? [IN, OUT, DIR, SEL]
      : [IN, OUT, DIR, interrupt.IFG, interrupt.IES, interrupt.IE, SEL],
);

/** 1 to 6. */
export type PortNumber = 1 | 2 | 3 | 4 | 5 | 6;

export interface PortChange {
  readonly port: PortNumber;
  /** Mask of the pins that are high, before and after. */
  readonly before: number;
  readonly after: number;
}

/** Words of a port in the state block. */
const DRIVEN = 0;
const VALUE = 1;
const LEVELS = 2;
/** Pins that a module drives when SEL gives them to it, and how. */
const MODULE = 3;
const MODULE_VALUE = 4;
const WORDS = 5;

export class Msp430Ports {
  /** Levels at the pins changed; called for each port, in order of registration. */
  readonly onLevels: ((change: PortChange) => void)[] = [];
  /** PxSEL was written: pins belong to modules or not. */
  readonly onSelect: (() => void)[] = [];
  readonly #registers: RegisterSpace;
  readonly #interrupts: Msp430Interrupts;
  readonly #s: Int32Array;

  constructor(machine: Machine, registers: RegisterSpace, interrupts: Msp430Interrupts) {
    this.#registers = registers;
    this.#interrupts = interrupts;
    this.#s = machine.memory.stateWords('ports', PORTS.length * WORDS);
    registers.declare(PORT_REGISTERS);
    PORTS.forEach(({ OUT, DIR, SEL, interrupt }, n) => {
      const write = () => this.#update(n);
      registers.hook(OUT, { write });
      registers.hook(DIR, { write });
      registers.hook(SEL, {
        write: () => {
          this.#update(n);
          for (const listener of this.onSelect) listener();
        },
      });
      if (interrupt === null) return;
      const line = () => this.#line(n);
      registers.hook(interrupt.IFG, { write: line });
      registers.hook(interrupt.IE, { write: line });
      registers.hook(interrupt.IES, {
        write: (value, previous) => this.#edgesChanged(n, value, previous),
      });
    });
  }

  /** Every pin is an input again; a PUC leaves PxOUT and PxIES. What the board drives, it drives on. */
  reset(cause: ResetKind): void {
    PORTS.forEach(({ OUT, DIR, SEL, interrupt }, n) => {
      this.#registers.reset([DIR, SEL]);
      if (cause === 'por') this.#registers.reset([OUT]);
      if (interrupt !== null) {
        this.#registers.reset([interrupt.IFG, interrupt.IE]);
        if (cause === 'por') this.#registers.reset([interrupt.IES]);
      }
      this.#s.fill(0, n * WORDS + MODULE, (n + 1) * WORDS);
      this.#update(n);
      // A level that changes with the reset sets no flag that outlives it.
      if (interrupt !== null) this.#registers.reset([interrupt.IFG]);
      this.#line(n);
    });
  }
  /** Level that the board puts on a pin; null = nothing drives it. */
  drive(port: PortNumber, pin: number, level: boolean | null): void {
    const at = (port - 1) * WORDS;
    this.#setBits(at + DRIVEN, 1 << pin, level !== null);
    this.#setBits(at + VALUE, 1 << pin, level === true);
    this.#update(port - 1);
  }
  /** What a module puts on a pin that PxSEL and PxDIR give to it; null = PxOUT stays. */
  setModule(port: PortNumber, pin: number, level: boolean | null): void {
    const at = (port - 1) * WORDS;
    this.#setBits(at + MODULE, 1 << pin, level !== null);
    this.#setBits(at + MODULE_VALUE, 1 << pin, level === true);
    this.#update(port - 1);
  }
  levels(port: PortNumber): number {
    return this.#s[(port - 1) * WORDS + LEVELS]!;
  }
  level(port: PortNumber, pin: number): boolean {
    return ((this.levels(port) >> pin) & 1) === 1;
  }
  /** PxSEL gives the pin to its module. */
  isSelected(port: PortNumber, pin: number): boolean {
    return ((this.#registers.value(PORTS[port - 1]!.SEL) >> pin) & 1) === 1;
  }

  #setBits(at: number, mask: number, on: boolean): void {
    this.#s[at] = on ? this.#s[at]! | mask : this.#s[at]! & ~mask;
  }
  #update(n: number): void {
    const s = this.#s;
    const at = n * WORDS;
    const { IN, OUT, DIR, SEL } = PORTS[n]!;
    const outputs = this.#registers.value(DIR);
    const byModule = s[at + MODULE]! & this.#registers.value(SEL);
    const out = (this.#registers.value(OUT) & ~byModule) | (s[at + MODULE_VALUE]! & byModule);
    const driven = s[at + DRIVEN]! & s[at + VALUE]!;
    const levels = (out & outputs) | (driven & ~outputs);
    const before = s[at + LEVELS]!;
    s[at + LEVELS] = levels;
    this.#registers.set(IN, levels);
    if (levels === before) return;
    this.#edges(n, before, levels);
    const change = { port: (n + 1) as PortNumber, before, after: levels };
    for (const listener of this.onLevels) listener(change);
  }
  #edges(n: number, before: number, after: number): void {
    const { interrupt } = PORTS[n]!;
    if (interrupt === null) return;
    const falling = this.#registers.value(interrupt.IES);
    const hits = (~before & after & ~falling) | (before & ~after & falling);
    this.#registers.setBits(interrupt.IFG, hits & 0xff, true);
    this.#line(n);
  }
  /** Choosing the edge that leads to the present level is one. */
  #edgesChanged(n: number, value: number, previous: number): void {
    const { interrupt, IN } = PORTS[n]!;
    const levels = this.#registers.value(IN);
    const hits = (value & ~previous & ~levels) | (~value & previous & levels);
    this.#registers.setBits(interrupt!.IFG, hits & 0xff, true);
    this.#line(n);
  }
  #line(n: number): void {
    const { interrupt } = PORTS[n]!;
    if (interrupt === null) return;
    const { IFG, IE, vector } = interrupt;
    const on = (this.#registers.value(IFG) & this.#registers.value(IE)) !== 0;
    this.#interrupts.set(vector, on);
  }
}

/** `P5.4` → port and pin. */
export function parseMsp430Pin(name: string): [port: PortNumber, pin: number] {
  const match = /^P([1-6])\.([0-7])$/.exec(name);
  if (match === null) throw new RangeError(`no pin ${name}: expected P1.0 to P6.7`);
  return [Number(match[1]) as PortNumber, Number(match[2])];
}
