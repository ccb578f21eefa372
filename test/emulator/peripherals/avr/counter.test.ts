import { expect, test } from 'vitest';
import {
  advance,
  type Counting,
  clocksToLeave,
  periodOf,
  type Slope,
} from '../../../../emulator/peripherals/avr/counter.ts';

const MAX = 9;

/** One clock, as the datasheet's timing diagrams have it. */
function step([count, down]: [number, number], { slope, top }: Counting): [number, number] {
  if (slope === 'single') {
    if (count === top || count === MAX) return [0, 0];
    return [count + 1, 0];
  }
  if (top === 0) return [0, 0];
  const goesDown = count >= top || (down === 1 && count > 0);
  const next = goesDown ? Math.min(count, top) - 1 : count + 1;
  const turned = next === 0 ? 0 : next === top ? 1 : goesDown ? 1 : 0;
  return [next, turned];
}

/** Every counter of one digit in every mode. */
function everyStart(): { counting: Counting; start: [number, number] }[] {
  const all = [];
  for (const slope of ['single', 'dual'] as Slope[]) {
    for (let top = 0; top <= MAX; top++) {
      for (let count = 0; count <= (slope === 'dual' ? top : MAX); count++) {
        for (const down of slope === 'dual' && count > 0 && count < top ? [0, 1] : [0]) {
          all.push({
            counting: { slope, top, max: MAX },
            start: [count, down] as [number, number],
          });
        }
      }
    }
  }
  return all;
}

test('counter, advanced by n clocks, is where n single clocks bring it', () => {
  for (const { counting, start } of everyStart()) {
    let expected = start;
    for (let n = 0; n <= 40; n++) {
      const state = Int32Array.of(...start);
      advance(state, counting, n);
      expect(state[0], `${JSON.stringify(counting)} from ${start} after ${n}`).toBe(expected[0]);
      expected = step(expected, counting);
    }
  }
});

test('counter, clocks until it leaves a value, are those that single clocks take', () => {
  for (const { counting, start } of everyStart()) {
    for (let value = 0; value <= MAX; value++) {
      let at = start;
      let clocks = Number.POSITIVE_INFINITY;
      for (let n = 1; n <= 40; n++) {
        if (at[0] === value && clocks === Number.POSITIVE_INFINITY) clocks = n;
        at = step(at, counting);
      }
      if (counting.slope === 'dual' && counting.top === 0) clocks = Number.POSITIVE_INFINITY;
      const text = `${JSON.stringify(counting)} from ${start} to ${value}`;
      expect(clocksToLeave(Int32Array.of(...start), counting, value), text).toBe(clocks);
    }
  }
});

test('counter, one period on, is where it was', () => {
  for (const { counting, start } of everyStart()) {
    if (counting.slope === 'single' && start[0] > counting.top) continue;
    const state = Int32Array.of(...start);
    advance(state, counting, periodOf(counting));
    expect(state[0]).toBe(start[0]);
  }
});
