/** Skips waiting loops: code that reads and branches in a circle until an interrupt or a changed register.
 *  Source: DESIGN.md section 3, decision 2. The result is the same, tick for tick, as not skipping.
 *  Leaves out: loops that store, count, or read what depends on time; they are executed. */

import type { Machine } from './machine.ts';

/** Longer circles are executed: looking for them would cost more than it saves. */
const MAX_INSTRUCTIONS = 64;
/** After misses in a row the detector looks only at every 2^n-th slice. */
const MAX_BACKOFF = 4;

/** Sets `machine.skipWaitingLoop`, if the CPU engine can be observed. */
export function installWaitingLoopSkip(machine: Machine): void {
  const { scheduler, bus, events } = machine;
  let before = new Int32Array(0);
  let misses = 0;
  let calls = 0;

  /** Step to the end of one circle. @returns its instructions, or 0 where there is none. */
  const findCircle = (next: number, state: Int32Array, step: () => void): number => {
    const sideEffects = bus.sideEffects;
    for (let instructions = 1; instructions <= MAX_INSTRUCTIONS; instructions++) {
      if (scheduler.now >= next) return 0;
      const sliceEnd = scheduler.now + scheduler.ticksPerCycle;
      step();
      // A device that schedules, stops or sleeps shortens the slice.
      const disturbed = scheduler.sliceEnd !== sliceEnd || scheduler.nextAt() < next;
      if (disturbed || bus.sideEffects !== sideEffects || events.stopRequested !== null) return 0;
      if (equalWords(state, before)) return instructions;
    }
    return 0;
  };

  machine.skipWaitingLoop = (next) => {
    const { cpu } = machine;
    const { state } = cpu;
    if (state === undefined || cpu.stepObserved === undefined) return false;
    if (calls++ % (1 << Math.min(misses, MAX_BACKOFF)) !== 0) return false;
    if (before.length !== state.length) before = new Int32Array(state.length);
    before.set(state);
    const start = scheduler.now;
    const instructions = findCircle(next, state, () => cpu.stepObserved?.());
    if (instructions === 0) {
      misses++;
      return false;
    }
    misses = 0;
    calls = 0;
    const period = scheduler.now - start;
    const circles = Math.floor((next - scheduler.now) / period);
    if (circles <= 0) return true;
    scheduler.now += circles * period;
    cpu.countSkipped?.(circles * instructions);
    machine.noteSkipped(circles * instructions);
    return true;
  };
}

/** Index 15 is the program counter in every core of this project that offers its state: it differs first. */
const equalWords = (a: Int32Array, b: Int32Array): boolean => {
  if (a[15] !== b[15]) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};
