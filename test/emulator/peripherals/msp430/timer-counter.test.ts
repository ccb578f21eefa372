/** Counting of an MSP430 timer: every place, count and mode of small cycles, against counting one by one. */

import { expect, test } from 'vitest';
import {
  after,
  CONTINUOUS,
  clocksTo,
  placeOf,
  UP,
  UP_DOWN,
} from '../../../../emulator/peripherals/msp430/timer-counter.ts';

/** One clock by the words of the guide. */
function next(mode: number, top: number, count: number, down: boolean): [number, boolean] {
  if (mode !== UP_DOWN) return [count >= top ? 0 : count + 1, false];
  const turns = down ? count === 0 : count >= top;
  const isDown = down !== turns;
  const moved = isDown ? count - 1 : count + 1;
  return [moved, isDown];
}

test.each([
  ['up', UP],
  ['continuous', CONTINUOUS],
  ['up/down', UP_DOWN],
])('%s: counts, and clocks to each count, from every place', (_name, mode) => {
  for (let top = 1; top <= 5; top++) {
    const cycle = { mode, top };
    let count = 0;
    let down = false;
    for (let step = 0; step < 2 * top + 2; step++) {
      const place = placeOf(cycle, count, down);
      const firstAt = new Map<number, number>();
      let [walked, walksDown] = [count, down];
      for (let clocks = 1; clocks <= 2 * top + 2; clocks++) {
        [walked, walksDown] = next(mode, top, walked, walksDown);
        expect(after(cycle, place, clocks)[0]).toBe(walked);
        if (!firstAt.has(walked)) firstAt.set(walked, clocks);
      }
      for (let goal = 0; goal <= top + 1; goal++) {
        expect(clocksTo(cycle, place, goal)).toBe(firstAt.get(goal) ?? Number.POSITIVE_INFINITY);
      }
      [count, down] = next(mode, top, count, down);
    }
  }
});
