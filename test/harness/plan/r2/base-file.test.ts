import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ImageReference, loadBase, makeBase } from '../../../../harness/plan/r2/base-file.ts';

/** An image whose field for target i holds the value of that target. */
const withReferences = fc
  .record({
    words: fc.integer({ min: 1, max: 2000 }),
    seed: fc.integer(),
    picks: fc.uniqueArray(fc.integer({ min: 0, max: 1999 }), { maxLength: 60 }),
    targets: fc.integer({ min: 1, max: 20 }),
  })
  .map(({ words, seed, picks, targets }) => {
    const image = Uint8Array.from(
      { length: 2 * words + (seed & 1) },
      (_, i) => (seed >> (i % 24)) ^ i,
    );
    const view = new DataView(image.buffer);
    const references: ImageReference[] = picks
      .filter((word) => word < words)
      .map((word, i) => ({ offset: 2 * word, target: `f${i % targets}` }));
    for (const { offset, target } of references)
      view.setUint16(offset, 0x4000 + 6 * Number(target.slice(1)), true);
    return { image, references };
  });

test('the loader makes of a base file the image that it was made from', () => {
  fc.assert(
    fc.property(withReferences, withReferences, (first, second) => {
      const base = makeBase(first.image, first.references, null);
      expect(loadBase(base.bytes, 'base')).toEqual(first.image);
      const next = makeBase(second.image, second.references, base);
      expect(loadBase(next.bytes, 'base')).toEqual(second.image);
      for (const [number, name] of next.symbols.entries()) {
        const old = base.symbols.indexOf(name);
        if (name !== null && old >= 0) expect(number).toBe(old);
      }
    }),
  );
});

test('code that moves leaves the zeroed code alone: only values differ', () => {
  const image = (function1: number) =>
    Uint8Array.of(0xb0, 0x12, function1 & 0xff, function1 >> 8, 0x30, 0x41, 0xb0, 0x12, 0x10, 0x40);
  const references = [
    { offset: 2, target: 'f1' },
    { offset: 8, target: 'f2' },
  ];
  const old = makeBase(image(0x5000), references, null);
  const moved = makeBase(image(0x5034), references, old);
  const differing = [...moved.bytes.keys()].filter((i) => moved.bytes[i] !== old.bytes[i]);
  expect(differing).toHaveLength(1);
  expect(differing[0]).toBeGreaterThanOrEqual(moved.bytes.length - 4);
});

test('a name that is gone leaves its number to the next new one', () => {
  const image = new Uint8Array(8);
  const at = (target: string, offset: number) => ({ offset, target });
  const old = makeBase(image, [at('a', 0), at('b', 2), at('c', 4)], null);
  const next = makeBase(image, [at('a', 0), at('d', 2), at('c', 4), at('e', 6)], old);
  expect(next.symbols).toEqual(['a', 'd', 'c', 'e']);
});

test('damaged tables are refused', () => {
  const { bytes } = makeBase(new Uint8Array(8), [{ offset: 4, target: 'a' }], null);
  expect(() => loadBase(bytes.subarray(0, 3), 'b')).toThrow(/length of the base file/);
  expect(() => loadBase(bytes.subarray(0, bytes.length - 1), 'b')).toThrow(/end of its tables/);
  const far = bytes.slice();
  far[14] = 9;
  expect(() => loadBase(far, 'b')).toThrow(/place of reference 0/);
  const symbol = bytes.slice();
  symbol[15] = 7;
  expect(() => loadBase(symbol, 'b')).toThrow(/symbol of reference 0/);
});
