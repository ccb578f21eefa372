/** Clocks of a machine as root ticks for each cycle, and who must know when they change.
 *  Source: DESIGN.md 3.2: a clock is a whole number of root ticks; a ratio that is not is rounded
 *  and reported. Leaves out: jitter, drift, and the phase a divider keeps over a change of its ratio. */

import type { Machine } from './machine.ts';

export type ClockId = number;

/** A part that counts cycles of a clock. */
export interface Clocked {
  /** Bring counters up to now, by the old clocks. */
  beforeClockChange(): void;
  /** Plan the next event by the new clocks. */
  afterClockChange(): void;
}

const MAX_CLOCKS = 48;

export class ClockTree {
  /** Root ticks of one cycle; Infinity while the clock stands still. */
  readonly ticks: Float64Array;
  readonly #machine: Machine;
  readonly #names: string[] = [];
  readonly #users: Clocked[] = [];

  constructor(machine: Machine) {
    this.#machine = machine;
    this.ticks = machine.memory.stateDoubles('clock-tree', MAX_CLOCKS);
    this.ticks.fill(Number.POSITIVE_INFINITY);
  }

  declare(name: string): ClockId {
    if (this.#names.length === MAX_CLOCKS) throw new RangeError(`no clock left for ${name}`);
    return this.#names.push(name) - 1;
  }
  use(user: Clocked): void {
    this.#users.push(user);
  }

  /** Change clocks inside `change`, between the two calls to everyone who counts them. */
  update(change: () => void): void {
    for (const user of this.#users) user.beforeClockChange();
    change();
    for (const user of this.#users) user.afterClockChange();
  }

  /** Whole root ticks for a cycle of `hz`; Infinity for a clock that stands still. */
  ticksFor(hz: number, name: string): number {
    if (hz <= 0) return Number.POSITIVE_INFINITY;
    const exact = this.#machine.rootHz / hz;
    const ticks = Math.max(1, Math.round(exact));
    if (ticks !== exact) {
      this.#raise('clock-inexact', name, `${hz} Hz is ${exact} root ticks, taken as ${ticks}`);
    }
    return ticks;
  }
  illegal(name: string, detail: string): void {
    this.#raise('clock-illegal', name, detail);
  }

  /** For dumps. */
  list(): { name: string; hz: number }[] {
    return this.#names.map((name, id) => ({ name, hz: this.#machine.rootHz / this.ticks[id]! }));
  }

  #raise(kind: 'clock-inexact' | 'clock-illegal', where: string, detail: string): void {
    const { bus, events, now } = this.#machine;
    events.raise({ kind, at: now, pc: bus.currentPc, where, detail });
  }
}
