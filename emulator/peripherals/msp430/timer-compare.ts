/** Compare side of an MSP430 timer: which counts matter, and what happens at them: flags and output units.
 *  Source: MSP430x1xx family user's guide, "Compare Mode", "Output Unit". Leaves out: nothing. */

import type { Machine } from '../../machine/machine.ts';
import type { RegisterSpace } from './register-space.ts';
import { type Cycle, clocksTo } from './timer-counter.ts';
import { resets, TimerOutputs } from './timer-outputs.ts';
import type { TimerRegisters } from './timer-table.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** Of TxCTL. */
const IFG = 0x01;
/** Of TxCCTLn. */
const CAP = 0x100;
const CCIE = 0x10;
const OUT = 0x04;
const CCIFG = 0x01;

export interface TimerCompareOptions {
  readonly onOutput?: (channel: number, high: boolean) => void;
  readonly isOutputUsed?: (channel: number) => boolean;
  readonly onFlag?: (channel: number) => void;
}

export class TimerCompare {
  readonly #registers: RegisterSpace;
  readonly #regs: TimerRegisters;
  readonly #options: TimerCompareOptions;
  readonly #outputs: TimerOutputs;

  constructor(
    machine: Machine,
    name: string,
    registers: RegisterSpace,
    regs: TimerRegisters,
    options: TimerCompareOptions,
  ) {
    this.#registers = registers;
    this.#regs = regs;
    this.#options = options;
    this.#outputs = new TimerOutputs(machine, name, options.onOutput);
  }

  reset(): void {
    this.#outputs.reset();
  }
  /** OUTMOD 0: the output is the bit OUT. */
  controlChanged(n: number): void {
    const control = this.#registers.value(this.#regs.CCTL[n]!);
    if (outputMode(control) === 0) this.#outputs.set(n, (control & OUT) !== 0);
  }
  /** Clocks until something changes that anybody can see. A flag that is up already does not. */
  clocksToEffect(cycle: Cycle, place: number): number {
    const registers = this.#registers;
    const { CTL, CCTL, CCR } = this.#regs;
    let next = (registers.value(CTL) & IFG) === 0 ? clocksTo(cycle, place, 0) : NEVER;
    let anyReset = false;
    for (let n = 0; n < CCTL.length; n++) {
      const control = registers.value(CCTL[n]!);
      if ((control & CAP) !== 0) continue;
      const mode = this.#watchedMode(n, control);
      if (resets(mode)) anyReset = true;
      if ((control & CCIFG) === 0 || mode !== 0) {
        next = Math.min(next, clocksTo(cycle, place, registers.value(CCR[n]!)));
      }
    }
    if (anyReset) next = Math.min(next, clocksTo(cycle, place, registers.value(CCR[0]!)));
    return next;
  }
  /** The counter has just got to a count at which something happens: do all of it. */
  effects(): void {
    const registers = this.#registers;
    const { CTL, R, CCTL, CCR } = this.#regs;
    const count = registers.value(R);
    const isEqu0 = count === registers.value(CCR[0]!);
    if (count === 0) registers.setBits(CTL, IFG, true);
    for (let n = 0; n < CCTL.length; n++) {
      if ((registers.value(CCTL[n]!) & CAP) !== 0) continue;
      const isEqu = count === registers.value(CCR[n]!);
      if (isEqu) this.flag(n);
      const mode = this.#watchedMode(n, registers.value(CCTL[n]!));
      this.#outputs.compare(n, mode, isEqu, isEqu0);
    }
  }
  /** A compare or a capture sets CCIFGn. */
  flag(n: number): void {
    const reg = this.#regs.CCTL[n]!;
    const control = this.#registers.value(reg);
    if ((control & CCIFG) !== 0) return;
    this.#registers.setBits(reg, CCIFG, true);
    if ((control & CCIE) === 0) this.#options.onFlag?.(n);
  }

  /** Nobody who looks at an output means that its edges are no events. */
  #watchedMode(n: number, control: number): number {
    return this.#options.isOutputUsed?.(n) === true ? outputMode(control) : 0;
  }
}

const outputMode = (control: number): number => (control >>> 5) & 7;
