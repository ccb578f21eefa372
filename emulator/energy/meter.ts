/** How long a chip has been in each of its power states, in virtual time, and the charge that took.
 *  Source: DESIGN.md section 2 ("charge per state, integrated over virtual time"); currents: currents.ts.
 *  Leaves out: the edges between two states, which no data sheet gives. */

import type { Machine } from '../machine/machine.ts';
import type { CurrentTable, PowerState } from './currents.ts';

export const POWER_STATES: readonly PowerState[] = [
  'off',
  'active',
  'idle',
  'adc-noise-reduction',
  'standby',
  'power-down',
];

export interface StateEnergy {
  readonly state: PowerState;
  readonly timeUs: number;
  readonly millijoules: number;
}

export class EnergyMeter {
  readonly #machine: Machine;
  /** Ticks in each state, then the tick since which the present one holds. */
  readonly #ticks: Float64Array;
  readonly #state: Int32Array;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#ticks = machine.memory.stateDoubles('tally of power states', POWER_STATES.length + 1);
    this.#state = machine.memory.stateWords('tally of power states, now', 1);
  }

  /** The chip goes over into a state now. */
  enter(state: PowerState): void {
    const { now } = this.#machine;
    const since = POWER_STATES.length;
    this.#ticks[this.#state[0]!]! += now - this.#ticks[since]!;
    this.#ticks[since] = now;
    this.#state[0] = POWER_STATES.indexOf(state);
  }

  /** States that took any time, up to now. @param millivolts supply of the chip. */
  read(currents: CurrentTable, millivolts: number): StateEnergy[] {
    this.enter(POWER_STATES[this.#state[0]!]!);
    return POWER_STATES.flatMap((state, i) => {
      const ticks = this.#ticks[i]!;
      const seconds = ticks / this.#machine.rootHz;
      const millijoules = seconds * currents[state] * (millivolts / 1000);
      return ticks === 0 || state === 'off' ? [] : [{ state, timeUs: seconds * 1e6, millijoules }];
    });
  }
}
