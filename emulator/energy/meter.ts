/** How long a part has been in each of its power states, in virtual time, and the energy that took.
 *  Source: DESIGN.md section 2 ("charge per state, integrated over virtual time"); currents: currents.ts and
 *  ez240-currents.ts. Leaves out: the edges between two states, which no data sheet gives. */

import type { Machine } from '../machine/machine.ts';

export interface StateEnergy {
  readonly state: string;
  readonly timeUs: number;
  readonly millijoules: number;
}

export class EnergyMeter<State extends string> {
  readonly #machine: Machine;
  readonly #states: readonly State[];
  /** Ticks in each state, then the tick since which the present one holds. */
  readonly #ticks: Float64Array;
  readonly #state: Int32Array;

  /** @param what is measured, of all meters of the machine. @param states the one at the beginning first. */
  constructor(machine: Machine, what: string, states: readonly State[]) {
    this.#machine = machine;
    this.#states = states;
    this.#ticks = machine.memory.stateDoubles(`tally of ${what}`, states.length + 1);
    this.#state = machine.memory.stateWords(`tally of ${what}, now`, 1);
  }

  /** The part goes over into a state now. */
  enter(state: State): void {
    const { now } = this.#machine;
    const since = this.#states.length;
    this.#ticks[this.#state[0]!]! += now - this.#ticks[since]!;
    this.#ticks[since] = now;
    this.#state[0] = this.#states.indexOf(state);
  }

  /** States that took any time, up to now. @param currents milliamperes. @param millivolts supply of the part. */
  read(currents: Readonly<Record<State, number>>, millivolts: number): StateEnergy[] {
    this.enter(this.#states[this.#state[0]!]!);
    return this.#states.flatMap((state, i) => {
      const ticks = this.#ticks[i]!;
      const seconds = ticks / this.#machine.rootHz;
      const millijoules = seconds * currents[state] * (millivolts / 1000);
      return ticks === 0 || state === 'off' ? [] : [{ state, timeUs: seconds * 1e6, millijoules }];
    });
  }
}
