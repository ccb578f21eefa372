/** Skipping of waiting loops: a loop that comes back to the very same machine state, with no side effect on
 *  the way, will do so until the next event; time then moves there by whole rounds. The result is exact.
 *  Source: DESIGN.md 3.2. Leaves out: loops whose state differs in each round (counters). */

import type { Machine } from './machine.ts';
import type { Region } from './memory.ts';

/** Instructions in one round at most. */
const MAX_INSTRUCTIONS = 256;
/** Index of the program counter among the core's registers. */
const PC = 15;
/** Comparisons of the whole state in one attempt. */
const MAX_COMPARISONS = 8;
/** Slices to let pass after attempts that failed: doubles up to this. */
const MAX_PAUSE = 64;

/** Less than this to skip, in CPU cycles, is cheaper run than compared. */
const MIN_CYCLES = 8192;

/** Regions of the state arena that every instruction changes. */
const ALWAYS_CHANGING = ['clock', 'arm7tdmi instructions'];

/** @param ram plain memory that the CPU can store to. */
export function skipWaitingLoops(machine: Machine, ram: readonly Region[]): void {
  const { memory, scheduler, bus, events } = machine;
  let pause = 0;
  let waited = 0;
  let saved: Int32Array | null = null;
  const ranges: { first: number; words: number }[] = [];

  /** Word ranges of everything that must be equal. */
  const plan = (): void => {
    const skipped = memory.regions.filter((region) => ALWAYS_CHANGING.includes(region.name));
    let from = 0;
    for (const region of [...skipped].sort((a, b) => a.offset - b.offset)) {
      ranges.push({ first: from >> 2, words: (region.offset - from) >> 2 });
      from = region.offset + Math.ceil(region.bytes / 8) * 8;
    }
    ranges.push({ first: from >> 2, words: (memory.stateBytes - from) >> 2 });
    for (const region of ram) ranges.push({ first: region.offset >> 2, words: region.bytes >> 2 });
    saved = new Int32Array(ranges.reduce((sum, range) => sum + range.words, 0));
  };
  const save = (): void => {
    let at = 0;
    for (const { first, words } of ranges) {
      saved!.set(memory.i32.subarray(first, first + words), at);
      at += words;
    }
  };
  const isSame = (): boolean => {
    const { i32 } = memory;
    let at = 0;
    for (const { first, words } of ranges) {
      for (let i = 0; i < words; i++) if (i32[first + i] !== saved![at + i]) return false;
      at += words;
    }
    return true;
  };

  /** Step until the core's registers are what they are now, with nothing done on the way.
   *  @returns the instructions it took, 0 = they do not come back. */
  const findRound = (next: number): number => {
    const { cpu } = machine;
    const registers = cpu.registerWords!;
    const before = registers.slice();
    const effects = bus.sideEffects;
    let comparisons = 0;
    for (let step = 1; step <= MAX_INSTRUCTIONS && comparisons < MAX_COMPARISONS; step++) {
      cpu.step();
      if (scheduler.now >= next || machine.sleeping || bus.sideEffects !== effects) return 0;
      if (events.stopRequested !== null || machine.stopping) return 0;
      if (registers[PC] !== before[PC]) continue;
      comparisons++;
      if (registers.every((word, i) => word === before[i])) return step;
    }
    return 0;
  };

  machine.skipWaitingLoop = (next) => {
    const { cpu } = machine;
    if (cpu.countSkipped === undefined || cpu.registerWords === undefined) return;
    if (next - scheduler.now < MIN_CYCLES * scheduler.ticksPerCycle) return;
    if (waited < pause) {
      waited++;
      return;
    }
    waited = 0;
    pause = Math.min(MAX_PAUSE, Math.max(1, pause * 2));
    // Cheap first: a loop that computes changes registers. Only then look at memory, in a second round.
    const steps = findRound(next);
    if (steps === 0) return;
    if (saved === null) plan();
    save();
    const start = scheduler.now;
    const instructions = cpu.instructionCount;
    if (findRound(next) !== steps || !isSame()) return;
    pause = 0;
    const round = scheduler.now - start;
    const rounds = Math.floor((Math.min(next, scheduler.nextAt()) - scheduler.now) / round);
    if (rounds <= 0) return;
    scheduler.now += rounds * round;
    cpu.countSkipped(rounds * (cpu.instructionCount - instructions));
  };
}
