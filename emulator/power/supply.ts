/** Supply voltage of a chip and the two stages of its brown-out detector.
 *  Source: LPC2478 data sheet Rev 3 and UM10237, "Brown-out detection": interrupt below 2.95 V, reset below
 *  2.65 V, power-on reset near 1 V. Leaves out: the slope between two settings, which the bench draws. */

import type { Machine } from '../machine/machine.ts';

export interface SupplyLevels {
  readonly interruptMillivolts: number;
  readonly resetMillivolts: number;
  readonly powerOnMillivolts: number;
  /** "Some hysteresis" in the manual. UNKNOWN: how much; the data sheet of a part would say. */
  readonly hysteresisMillivolts: number;
}
export const LPC2478_SUPPLY: SupplyLevels = {
  interruptMillivolts: 2950,
  resetMillivolts: 2650,
  powerOnMillivolts: 1000,
  hysteresisMillivolts: 50,
};

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
