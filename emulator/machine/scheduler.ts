/** Virtual time and the events in it. Time is an integer number of ticks of the chip's root clock.
 *  Each event is a fixed slot registered when the machine is built, so its due time is plain state
 *  in the linear memory and a reset or a restore can leave no stale closure behind.
 *  Events due at the same tick fire in slot order. */

import type { LinearMemory } from './memory.ts';

export type EventHandler = (dueAt: number) => void;
export type EventSlot = number;

const MAX_SLOTS = 64;
/** Indices in the clock block. */
const NOW = 0;
const SLICE_END = 1;
const TICKS_PER_CYCLE = 2;

export class Scheduler {
  /** [now, end of the running CPU slice, ticks per CPU cycle]; a CPU core works on it directly. */
  readonly clock: Float64Array;
  readonly #due: Float64Array;
  readonly #handlers: EventHandler[] = [];
  readonly #names: string[] = [];

  constructor(memory: LinearMemory) {
    this.clock = memory.stateDoubles('clock', 4);
    this.clock[TICKS_PER_CYCLE] = 1;
    this.#due = memory.stateDoubles('events', MAX_SLOTS);
    this.#due.fill(Number.POSITIVE_INFINITY);
  }

  get now(): number {
    return this.clock[NOW]!;
  }
  set now(ticks: number) {
    this.clock[NOW] = ticks;
  }
  get ticksPerCycle(): number {
    return this.clock[TICKS_PER_CYCLE]!;
  }
  set ticksPerCycle(ticks: number) {
    this.clock[TICKS_PER_CYCLE] = ticks;
  }
  get sliceEnd(): number {
    return this.clock[SLICE_END]!;
  }
  set sliceEnd(ticks: number) {
    this.clock[SLICE_END] = ticks;
  }

  register(name: string, handler: EventHandler): EventSlot {
    if (this.#handlers.length === MAX_SLOTS) throw new RangeError(`no event slot left for ${name}`);
    this.#names.push(name);
    return this.#handlers.push(handler) - 1;
  }

  /** Due at an absolute tick; replaces the slot's earlier due time. A CPU slice in progress is shortened. */
  schedule(slot: EventSlot, at: number): void {
    this.#due[slot] = at;
    if (at < this.clock[SLICE_END]!) this.clock[SLICE_END] = at;
  }
  /** Due at a tick, or, with Infinity, never. */
  plan(slot: EventSlot, at: number): void {
    if (at === Number.POSITIVE_INFINITY) this.cancel(slot);
    else this.schedule(slot, at);
  }
  cancel(slot: EventSlot): void {
    this.#due[slot] = Number.POSITIVE_INFINITY;
  }
  dueAt(slot: EventSlot): number {
    return this.#due[slot]!;
  }
  cancelAll(): void {
    this.#due.fill(Number.POSITIVE_INFINITY);
  }

  nextAt(): number {
    let next = Number.POSITIVE_INFINITY;
    for (let slot = 0; slot < this.#handlers.length; slot++) {
      if (this.#due[slot]! < next) next = this.#due[slot]!;
    }
    return next;
  }

  /** Fire everything due at or before now, earliest first. A handler may schedule, cancel or reset. */
  fireDue(): void {
    for (;;) {
      let first = -1;
      let at = this.clock[NOW]!;
      for (let slot = this.#handlers.length - 1; slot >= 0; slot--) {
        if (this.#due[slot]! <= at) {
          first = slot;
          at = this.#due[slot]!;
        }
      }
      if (first < 0) return;
      this.#due[first] = Number.POSITIVE_INFINITY;
      this.#handlers[first]!(at);
    }
  }

  /** For dumps: what is due when. */
  pending(): { name: string; at: number }[] {
    return this.#names
      .map((name, slot) => ({ name, at: this.#due[slot]! }))
      .filter((event) => event.at !== Number.POSITIVE_INFINITY);
  }
}
