import { describe, expect, test } from 'vitest';
import { regionTerms } from '../../../emulator/energy/flash-traffic.ts';
import {
  ATMEGA32U4_ENERGY_SOURCES,
  atmega32u4Energy,
} from '../../../emulator/energy/parameters.ts';
import { predictDeltaCost } from '../../../harness/plan/delta-cost.ts';
import { schemes } from '../../../harness/plan/index.ts';
import { countAsPaper, pagesAsPrinted, pagesCorrected } from '../../../harness/plan/paper-model.ts';
import { makeDgPatch } from '../../../harness/plan/patch.ts';
import { patchAddressOf } from '../../../harness/plan/room.ts';
import { checkScheme, targets } from '../../../harness/plan/targets.ts';
import { noise } from '../../helpers/image-pairs.ts';

const target = targets.atmega32u4;
const input = (oldBytes: Uint8Array, newBytes: Uint8Array) => ({
  target,
  oldBytes,
  newBytes,
  newVersion: null,
});
const changed = (image: Uint8Array, ...places: readonly number[]): Uint8Array => {
  const copy = image.slice();
  for (const at of places) copy[at]! ^= 0x5a;
  return copy;
};

describe("the paper's equations", () => {
  test('equation 1: N + 1 terms, none for a jump to the same address', () => {
    expect([0, 1, 2, 3, 4, 0x2000].map((x) => regionTerms(0, x))).toEqual([0, 1, 2, 2, 3, 14]);
    expect(regionTerms(0x6f00, 0x6f01)).toBe(1);
  });
  test('equation 3: as printed a page too many where the bytes end a page', () => {
    expect([127, 128, 129].map((n) => pagesAsPrinted(0, n, 128))).toEqual([1, 2, 2]);
    expect([127, 128, 129].map((n) => pagesCorrected(0, n, 128))).toEqual([1, 1, 2]);
    expect(pagesCorrected(127, 2, 128)).toBe(2);
  });
  test('Table 1, case 1: one page and 28 regions, with the patch in the upper half of the flash', () => {
    const image = noise(0x1800, 5);
    const made = makeDgPatch(image, changed(image, 0x800, 0x801));
    const { device } = predictDeltaCost(image, made, target, target.delta);
    expect(device?.pages).toMatchObject({ asPrinted: 1, corrected: 1, programmed: 1 });
    // From 0x6e90 to 0x0800: bit 14 is the highest that differs. With bit 13 it is the paper's 28.
    expect(device?.regions).toEqual({ asPrinted: 30, corrected: 30, programmed: 30 });
    const add = { kind: 'add', destination: 0x2800, bytes: Uint8Array.of(1, 2) } as const;
    expect(countAsPaper([add], 128, 0x800).regions.asPrinted).toBe(28);
  });
  test('a COPY over a page border: each page by itself', () => {
    const copy = { kind: 'copy', source: 0x1000, destination: 0x7c, length: 8 } as const;
    const { pages, regions } = countAsPaper([copy], 128, 0);
    expect(pages).toEqual({ asPrinted: 2, corrected: 2 });
    expect(regions.corrected).toBe(2 * 13 + 2 * regionTerms(0x1004, 0x80));
  });
  test('an operation that copies bytes onto themselves writes nothing', () => {
    const copy = { kind: 'copy', source: 64, destination: 64, length: 640 } as const;
    expect(countAsPaper([copy], 128, 0).pages).toEqual({ asPrinted: 0, corrected: 0 });
  });
});

describe('predicted cost', () => {
  const image = noise(0x4000, 9);
  const next = changed(image, 5, 6, 700, 5000, 5001, 5130);

  test('dg: pages really programmed, and those of the staged patch', () => {
    const { predicted } = schemes.dg.plan(input(image, next));
    // Bytes 5 and 6; 700; 5000, 5001; 5130 lie in four pages.
    expect(predicted.device?.pages).toMatchObject({ programmed: 4, staging: 1 });
    expect(predicted.device?.journal).toEqual({ sparePages: 0, records: 1, logErases: 1 });
    expect(predicted).toMatchObject({ flashErases: 6, flashPrograms: 6, frames: 1 });
  });
  test('dg-safe: every page twice and a record for each, its wear spread over the free pages', () => {
    const { predicted } = schemes['dg-safe'].plan(input(image, next));
    const { device } = predicted;
    expect(device?.pages).toMatchObject({ programmed: 4, staging: 1 });
    expect(device?.journal).toEqual({ sparePages: 4, records: 7, logErases: 1 });
    expect(device).toMatchObject({ pageErases: 10, pagePrograms: 16, mostErasesOfOnePage: 1 });
    expect(device!.ramBytes).toBeGreaterThan(
      schemes.dg.plan(input(image, next)).predicted.device!.ramBytes,
    );
  });
  test('full: every page once', () => {
    const { predicted } = schemes.full.plan(input(image, next));
    expect(predicted).toMatchObject({ frames: 128, flashErases: 128, flashPrograms: 128 });
    expect(predicted.device?.pages.programmed).toBe(128);
  });
  test('full, LPC2478: what its agent programs, and no figure of the AVR model', () => {
    const plan = schemes.full.plan({ ...input(image, next), target: targets.lpc2478 });
    expect(plan).toMatchObject({ segmentBytes: 256, applicationAddress: 0x2000 });
    expect(plan.predicted).toMatchObject({
      frames: 64,
      flashPrograms: 192,
      flashErases: 4,
      device: null,
    });
  });
  test('energy: the sum of its shares, proportional to what is counted', () => {
    const { energyNanojoules, pageErases } = schemes.dg.plan(input(image, next)).predicted.device!;
    const { total, ...shares } = energyNanojoules;
    expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(total, 3);
    expect(shares.erase).toBe(pageErases * atmega32u4Energy().pageEraseNanojoules);
    expect(Object.values(shares).every((share) => share > 0)).toBe(true);
  });
  test('energy parameters: each has its source, the supply is a parameter', () => {
    const names = ATMEGA32U4_ENERGY_SOURCES.map(({ name }) => name).sort();
    expect(names).toEqual(Object.keys(atmega32u4Energy()).sort());
    // 27 mA x 5 V x 4.5 ms.
    expect(atmega32u4Energy().pageEraseNanojoules).toBe(607_500);
    expect(atmega32u4Energy(3000).pageEraseNanojoules).toBe(364_500);
  });
});

describe('growth', () => {
  // No byte of one block occurs in another.
  const blocks = [0, 1, 2, 3].map((i) => noise(300, i + 1).map((v) => (v & 0x3f) | (i << 6)));
  const joined = (...order: readonly number[]) =>
    Uint8Array.from(order.flatMap((i) => [...blocks[i]!]));

  test.each([
    ['dg', 0],
    ['r3diff', 0],
    ['full', 0],
  ] as const)('%s, two bytes changed: %d bytes', (scheme, growth) => {
    const image = joined(0, 1, 2, 3);
    const plan = schemes[scheme].plan(input(image, changed(image, 9, 10)));
    expect(plan.predicted.growthBytes).toBe(growth);
  });
  test('two blocks of 300 bytes change places: dg sends one, r3diff what lies on the wrong side', () => {
    const [from, to] = [joined(0, 1, 2, 3), joined(0, 2, 1, 3)];
    // A COPY of 6 bytes becomes an ADD of 4 and 300.
    expect(schemes.dg.plan(input(from, to)).predicted.growthBytes).toBe(298);
    // A COPY of 5 bytes becomes an ADD of 3 and 300.
    expect(schemes.r3diff.plan(input(from, to)).predicted.growthBytes).toBe(298);
  });
});

describe('room in the application space', () => {
  test('the patch is staged in whole pages below the log', () => {
    expect(patchAddressOf(target, 1)).toBe(221 * 128);
    expect(patchAddressOf(target, 128)).toBe(221 * 128);
    expect(patchAddressOf(target, 129)).toBe(220 * 128);
  });
  test.each([
    ['dg', 221],
    ['r3diff', 221],
    ['dg-safe', 217],
  ] as const)(
    '%s: an image of %d pages fits beside a small patch, one byte more does not',
    (scheme, pages) => {
      const image = noise(pages * 128, 4);
      expect(schemes[scheme].plan(input(image, changed(image, 9))).file.length).toBeLessThan(128);
      const longer = Uint8Array.from([...image, 1]);
      const run = () => schemes[scheme].plan(input(image, longer));
      expect(run).toThrow(/application space has 28672: 128 bytes are missing/);
    },
  );
  test('full: 222 pages fit, one byte more does not', () => {
    const image = noise(222 * 128, 4);
    expect(schemes.full.plan(input(image, image)).file).toBe(image);
    const longer = Uint8Array.from([...image, 1]);
    expect(() => schemes.full.plan(input(image, longer))).toThrow('128 bytes are missing');
  });
  test('an image far beyond 16 bits: refused with the missing bytes, not by a field', () => {
    const run = () => schemes.dg.plan(input(noise(100, 1), new Uint8Array(0x2_0000)));
    expect(run).toThrow('102656 bytes are missing');
  });
  test('a scheme that the agent does not know, refused by name', () => {
    const run = () => checkScheme(targets.lpc2478, 'dg', 'lpc2478-terminal');
    expect(run).toThrow('scheme dg: lpc2478-terminal does not know it. Give one of full');
  });
});
