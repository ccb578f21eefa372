/** A machine: memory, bus, scheduler, CPU and events, run in virtual time.
 *  Knows no chip. Sources: DESIGN.md section 3. Leaves out: more than one CPU. */

import { Bus } from './bus.ts';
import type { Cpu } from './cpu.ts';
import { EventLog, type MachineEvent } from './events.ts';
import { LinearMemory } from './memory.ts';
import { Scheduler } from './scheduler.ts';
import { type Snapshot, SnapshotStore } from './snapshot.ts';

export type StopReason =
  | { why: 'time' }
  | { why: 'breakpoint' }
  | { why: 'event'; event: MachineEvent };

/** What a CPU slice covers, in CPU cycles: bounds the delay of waiting-loop detection. Code that waited
 *  will soon wait again; code that did not is left alone for longer each time. */
const MIN_SLICE_CYCLES = 256;
const MAX_SLICE_CYCLES = 8192;

export interface MachineSizes {
  stateBytes: number;
  bulkBytes: number;
  /** Ticks of virtual time in one second. */
  rootHz: number;
}

export class Machine {
  readonly memory: LinearMemory;
  readonly scheduler: Scheduler;
  readonly events = new EventLog();
  readonly bus: Bus;
  readonly rootHz: number;
  #cpu: Cpu | null = null;
  #snapshots: SnapshotStore | null = null;
  #stopped = false;
  #sliceCycles = MAX_SLICE_CYCLES;
  /** 1 while the CPU clock is stopped (idle, power-down, halted on busy flash). */
  readonly #sleep: Int32Array;
  readonly #skipped: Float64Array;
  /** Derived state (page maps, caches) to rebuild after a restore. */
  readonly afterRestore: (() => void)[] = [];

  constructor(sizes: MachineSizes) {
    this.rootHz = sizes.rootHz;
    this.memory = new LinearMemory(sizes.stateBytes, sizes.bulkBytes);
    this.scheduler = new Scheduler(this.memory);
    this.bus = new Bus(this.memory, this.events, this.scheduler);
    this.#sleep = this.memory.stateWords('sleep', 2);
    this.#skipped = this.memory.stateDoubles('tally of skipped instructions', 1);
  }

  attachCpu(cpu: Cpu): void {
    this.#cpu = cpu;
  }
  get cpu(): Cpu {
    if (this.#cpu === null) throw new Error('machine has no CPU yet');
    return this.#cpu;
  }
  get now(): number {
    return this.scheduler.now;
  }
  get sleeping(): boolean {
    return this.#sleep[0] !== 0;
  }
  set sleeping(on: boolean) {
    this.#sleep[0] = on ? 1 : 0;
    if (on) this.scheduler.sliceEnd = this.scheduler.now;
  }

  /** Instructions that were counted but skipped in time, of those in the CPU's count. */
  get skippedInstructions(): number {
    return this.#skipped[0]!;
  }
  noteSkipped(instructions: number): void {
    this.#skipped[0]! += instructions;
  }

  /** `stop` was called and the run loop has not returned yet. */
  get stopping(): boolean {
    return this.#stopped;
  }
  /** Ask the run loop to return after the current instruction or event. */
  stop(): void {
    this.#stopped = true;
    this.scheduler.sliceEnd = this.scheduler.now;
  }

  /** Run until virtual time reaches `limit` (root ticks), `stop()` is called, or an event's policy stops it. */
  runUntil(limit: number): StopReason {
    const { scheduler, events } = this;
    this.#stopped = false;
    for (;;) {
      scheduler.fireDue();
      if (events.stopRequested !== null) {
        const event = events.stopRequested;
        events.stopRequested = null;
        return { why: 'event', event };
      }
      if (this.#stopped) return { why: 'breakpoint' };
      if (scheduler.now >= limit) return { why: 'time' };
      const next = Math.min(limit, scheduler.nextAt());
      if (this.sleeping) {
        scheduler.now = next;
        continue;
      }
      // A CPU that waits in a ROM service is not looked at in slices: the service says when it is done.
      const inService = this.bus.traps.has(this.cpu.pc >>> 0);
      const cycles = this.#sliceCycles * scheduler.ticksPerCycle;
      const slice = inService ? next : scheduler.now + cycles;
      scheduler.sliceEnd = Math.min(next, slice);
      this.cpu.run();
      if (slice >= next || this.sleeping) continue;
      const skipped = this.skipWaitingLoop?.(next) ?? false;
      const longer = Math.min(2 * this.#sliceCycles, MAX_SLICE_CYCLES);
      this.#sliceCycles = skipped ? MIN_SLICE_CYCLES : longer;
    }
  }

  /** Set by the chip: if the CPU is in a side-effect-free waiting loop, move time to `next`.
   *  @returns whether it was. */
  skipWaitingLoop: ((next: number) => boolean) | null = null;

  takeSnapshot(): Snapshot {
    this.#snapshots ??= new SnapshotStore(this.memory);
    return this.#snapshots.take();
  }
  restoreSnapshot(snapshot: Snapshot): void {
    this.#snapshots ??= new SnapshotStore(this.memory);
    this.#snapshots.restore(snapshot);
    for (const hook of this.afterRestore) hook();
  }
}
