import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  correctLine,
  eccOf,
  LINE_BYTES,
  LINE_CORRECTED,
  LINE_GOOD,
  LINE_UNCORRECTABLE,
  verdictOf,
} from '../../../emulator/flash/ecc.ts';

const line = () => fc.uint8Array({ minLength: LINE_BYTES, maxLength: LINE_BYTES });

test('LPC2000 flash ECC: an erased line and its check byte FF agree', () => {
  expect(eccOf(new Uint8Array(LINE_BYTES).fill(0xff), 0)).toBe(0xff);
});

test('LPC2000 flash ECC: any single wrong data bit is corrected', () => {
  fc.assert(
    fc.property(line(), fc.nat(127), (good, bit) => {
      const bad = good.slice();
      bad[bit >> 3]! ^= 1 << (bit & 7);
      expect(correctLine(bad, 0, eccOf(good, 0))).toBe(LINE_CORRECTED);
      expect(bad).toEqual(good);
    }),
    { seed: 1 },
  );
});

test('LPC2000 flash ECC: a wrong check bit leaves the data as they are', () => {
  for (let bit = 0; bit < 8; bit++) {
    const data = new Uint8Array(LINE_BYTES).fill(0x5a);
    expect(correctLine(data, 0, eccOf(data, 0) ^ (1 << bit))).toBe(LINE_CORRECTED);
    expect(data).toEqual(new Uint8Array(LINE_BYTES).fill(0x5a));
  }
});

test('LPC2000 flash ECC: of 256 syndromes 1 is good, 136 point at a bit, 119 at nothing', () => {
  const verdicts = Array.from({ length: 256 }, (_, syndrome) => verdictOf(syndrome));
  const count = (verdict: number) => verdicts.filter((v) => v === verdict).length;
  expect([LINE_GOOD, LINE_CORRECTED, LINE_UNCORRECTABLE].map(count)).toEqual([1, 136, 119]);
});
