import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearest } from '../../harness/suggest.ts';

test('edit distance, known pairs', () => {
  expect(editDistance('kitten', 'sitting')).toBe(3);
  expect(editDistance('', 'abc')).toBe(3);
  expect(editDistance('same', 'same')).toBe(0);
});

test('edit distance, is symmetric and never more than the longer word', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
    { seed: 1, numRuns: 200 },
  );
});

test('nearest name, a slip is corrected, another word is not', () => {
  expect(nearest('verfy', ['verify', 'replay'])).toBe('verify');
  expect(nearest('LINEAR', ['linear'])).toBe('linear');
  expect(nearest('banana', ['verify', 'replay'])).toBe(null);
});
