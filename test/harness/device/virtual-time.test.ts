import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ticksOf, usOf } from '../../../harness/device/virtual-time.ts';

/** Ticks a second of the chips; a microsecond of the last is no whole number of them. */
const ROOTS = [12_000_000, 192_000_000, 2 ** 30];
const DAY_US = 24 * 3600 * 1e6;

test('microseconds, to ticks and back: the same, and not one tick too late', () => {
  const us = fc.integer({ min: 0, max: 2 * DAY_US });
  fc.assert(
    fc.property(us, fc.constantFrom(...ROOTS), (time, root) => {
      const ticks = ticksOf(time, root);
      expect(usOf(ticks, root)).toBe(time);
      if (time > 0) expect(usOf(ticks - 1, root)).toBe(time - 1);
    }),
    { numRuns: 2000 },
  );
});

test('a second of 2^30 ticks, exactly; never stays never', () => {
  expect([ticksOf(1e6, 2 ** 30), usOf(2 ** 30 - 1, 2 ** 30)]).toEqual([2 ** 30, 999_999]);
  expect(ticksOf(Number.POSITIVE_INFINITY, 2 ** 30)).toBe(Number.POSITIVE_INFINITY);
});
