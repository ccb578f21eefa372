import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { suffixArray } from '../../../harness/plan/suffix-array.ts';
import { noise } from '../../helpers/image-pairs.ts';

const SEED = 0x5a;
const textOf = (bytes: ArrayLike<number>) => String.fromCharCode(...Array.from(bytes));
const sorted = (bytes: Uint8Array): number[] => {
  const text = textOf(bytes);
  const starts = Array.from(bytes, (_, i) => i);
  return starts.sort((a, b) => (text.slice(a) < text.slice(b) ? -1 : 1));
};

describe('suffix array', () => {
  test.each([1, 2, 3, 255])('texts over %d + 1 symbols, in the order of their suffixes', (top) => {
    fc.assert(
      fc.property(fc.array(fc.nat(top), { maxLength: 90, size: 'max' }), (values) => {
        const bytes = Uint8Array.from(values);
        expect([...suffixArray(bytes, 256)]).toEqual(sorted(bytes));
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
  test('a long run, the shortest suffix first', () => {
    const order = suffixArray(new Uint8Array(50_000).fill(0xff), 256);
    expect(order.every((start, i) => start === 49_999 - i)).toBe(true);
  });
  test('half a megabyte, every suffix once and neighbours in order', () => {
    const random = noise(0x8_0000, 7);
    const bytes = random.map((value, i) => (i & 64 ? value : i & 7));
    const order = suffixArray(bytes, 256);
    const seen = new Uint8Array(bytes.length);
    let outOfOrder = 0;
    for (let r = 0; r < order.length; r++) {
      seen[order[r]!] = 1;
      if (r > 0 && !isBelow(bytes, order[r - 1]!, order[r]!)) outOfOrder++;
    }
    expect(seen.every((mark) => mark === 1)).toBe(true);
    expect(outOfOrder).toBe(0);
  });
});

function isBelow(bytes: Uint8Array, a: number, b: number): boolean {
  for (let i = 0; ; i++) {
    if (a + i >= bytes.length) return true;
    if (b + i >= bytes.length) return false;
    if (bytes[a + i] !== bytes[b + i]) return bytes[a + i]! < bytes[b + i]!;
  }
}
