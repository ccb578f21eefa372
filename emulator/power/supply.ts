/** Supply voltage of a chip, its power-on level and the stages of its brown-out detector.
 *  Source: DESIGN.md 3.4; the levels are in the chip's own file here. Leaves out: the slope between two
 *  settings, which the bench draws; the time for which a dip must last to be noticed. */

import type { Machine } from '../machine/machine.ts';

export interface SupplyLevels {
  /** Warning stage; equal to the reset level where the part has none. */
  readonly interruptMillivolts: number;
  /** Brown-out reset; equal to the power-on level where the detector is off. */
  readonly resetMillivolts: number;
  readonly powerOnMillivolts: number;
  /** A stage is left upwards only this far above its level. */
  readonly hysteresisMillivolts: number;
}

/** off: below the power-on level. reset: held by the brown-out detector. low: the warning stage. */
export type SupplyState = 'off' | 'reset' | 'low' | 'good';
const STATES: readonly SupplyState[] = ['off', 'reset', 'low', 'good'];

export class Supply {
  readonly levels: SupplyLevels;
  readonly #s: Int32Array;

  constructor(machine: Machine, levels: SupplyLevels) {
    this.levels = levels;
    this.#s = machine.memory.stateWords('supply', 2);
  }
  get millivolts(): number {
    return this.#s[0]!;
  }
  get state(): SupplyState {
    return STATES[this.#s[1]!]!;
  }
  /** @returns the state after the change. A stage is left upwards only past the hysteresis. */
  set(millivolts: number): SupplyState {
    const { interruptMillivolts, resetMillivolts, powerOnMillivolts, hysteresisMillivolts } =
      this.levels;
    const before = this.#s[1]!;
    const limits = [powerOnMillivolts, resetMillivolts, interruptMillivolts];
    let state = 0;
    limits.forEach((limit, stage) => {
      const rising = before <= stage && before > 0 && stage > 0;
      if (millivolts >= limit + (rising ? hysteresisMillivolts : 0)) state = stage + 1;
    });
    this.#s[0] = millivolts;
    this.#s[1] = state;
    return STATES[state]!;
  }
}
