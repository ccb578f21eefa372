/** The change-enable bits of an AVR: a bit that, once written, opens a register for four clock cycles.
 *  Source: ATmega16U4/32U4 datasheet, "Clock Prescale Register", "Watchdog Timer", "MCU Control Register".
 *  UNKNOWN: whether a store in the fourth cycle after still counts; taken as yes. */

import type { Machine } from '../../machine/machine.ts';

const WINDOW_CYCLES = 4;

export class TimedSequence {
  readonly #machine: Machine;
  /** [tick up to which the register is open] */
  readonly #until: Float64Array;

  constructor(machine: Machine, name: string) {
    this.#machine = machine;
    this.#until = machine.memory.stateDoubles(`${name} open until`, 1);
    this.close();
  }
  open(): void {
    const { scheduler } = this.#machine;
    this.#until[0] = scheduler.now + WINDOW_CYCLES * scheduler.ticksPerCycle;
  }
  close(): void {
    this.#until[0] = -1;
  }
  get isOpen(): boolean {
    return this.#machine.now <= this.#until[0]!;
  }
  /** Reading the enable bit depends on time while it stands. */
  readBit(mask: number): number {
    if (!this.isOpen) return 0;
    this.#machine.bus.sideEffects++;
    return mask;
  }
}
