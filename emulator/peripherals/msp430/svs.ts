/** Supply voltage supervisor of the MSP430F1611: compares AVcc with a level, flags it, and can hold the chip in reset.
 *  Source: MSP430x1xx family user's guide, "Supply Voltage Supervisor"; typical levels of SLAS368. UNKNOWN: how long
 *  its reset lasts; for as long as the supply is below the level here. Leaves out: SVSIN and SVSOUT at pins, the
 *  time it takes to settle, hysteresis. */

import type { Machine } from '../../machine/machine.ts';
import { bit, bits, fieldOf, readOnly, register } from '../../machine/registers.ts';
import type { RegisterSpace } from './register-space.ts';

export const SVSCTL = register(
  'SVSCTL',
  { at: 0x55, width: 8 },
  {
    VLD: bits(7, 4),
    PORON: bit(3),
    SVSON: readOnly(bit(2)),
    SVSOP: readOnly(bit(1)),
    SVSFG: bit(0),
  },
);
const { VLD, PORON, SVSON, SVSOP, SVSFG } = SVSCTL.mask;
/** Millivolts by VLD; 0 is off, 15 compares SVSIN. */
const LEVELS = [
  0, 1900, 2100, 2200, 2300, 2400, 2500, 2650, 2800, 2900, 3050, 3200, 3350, 3500, 3700,
];

export interface SvsOptions {
  readonly supplyMillivolts: () => number;
  /** PORON: the chip is held in a power-on reset, or let go. */
  readonly hold: (on: boolean) => void;
}

export class Msp430Svs {
  readonly #registers: RegisterSpace;
  readonly #options: SvsOptions;
  /** [the chip is held] */
  readonly #s: Int32Array;
  readonly #machine: Machine;

  constructor(machine: Machine, registers: RegisterSpace, options: SvsOptions) {
    this.#machine = machine;
    this.#registers = registers;
    this.#options = options;
    this.#s = machine.memory.stateWords('SVS', 1);
    registers.declare([SVSCTL]);
    registers.hook(SVSCTL, { write: () => this.update() });
  }

  get holds(): boolean {
    return this.#s[0] === 1;
  }
  /** Only the brown-out reset clears it: after its own reset, firmware can see why. */
  brownOut(): void {
    this.#registers.reset([SVSCTL]);
    this.#s[0] = 0;
  }
  /** The supply has changed, or the register. */
  update(): void {
    const registers = this.#registers;
    const control = registers.value(SVSCTL);
    const select = fieldOf(control, VLD);
    if (select >= LEVELS.length) this.#raiseNoPin();
    const isLow = this.#options.supplyMillivolts() < (LEVELS[select] ?? 0);
    registers.setBits(SVSCTL, SVSON, select !== 0);
    registers.setBits(SVSCTL, SVSOP, isLow);
    if (isLow) registers.setBits(SVSCTL, SVSFG, true);
    const holds = isLow && (control & PORON) !== 0;
    if (holds === this.holds) return;
    this.#s[0] = holds ? 1 : 0;
    this.#options.hold(holds);
  }

  #raiseNoPin(): void {
    const { bus, events, now } = this.#machine;
    const detail = 'nothing is connected to SVSIN: never low';
    events.raise({ kind: 'gap-register', at: now, pc: bus.currentPc, where: 'SVSCTL', detail });
  }
}
