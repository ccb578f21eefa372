import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyDg } from '../../../harness/plan/dg/apply.ts';
import { encodeDg } from '../../../harness/plan/dg/encode.ts';
import { orderCopies } from '../../../harness/plan/dg/order.ts';
import { type Copy, isCopy, type Operation } from '../../../harness/plan/operations.ts';
import { PageWriter } from '../../../harness/plan/page-writer.ts';
import { imagePairs } from '../../helpers/image-pairs.ts';

const PAGE = 128;
const copy = (source: number, destination: number, length: number): Copy => ({
  kind: 'copy',
  source,
  destination,
  length,
});

/** COPY a must run before COPY b: b overwrites what a reads. */
const before = (a: Copy, b: Copy): boolean =>
  a !== b && b.destination < a.source + a.length && a.source < b.destination + b.length;

/** Byte after byte on one buffer; a COPY that overlaps itself moves as memmove does. */
function inPlace(
  oldImage: Uint8Array,
  operations: readonly Operation[],
  bytes: number,
): Uint8Array {
  const buffer = new Uint8Array(Math.max(oldImage.length, bytes));
  buffer.set(oldImage);
  for (const operation of operations) {
    if (isCopy(operation)) {
      const { source, destination, length } = operation;
      buffer.copyWithin(destination, source, source + length);
    } else buffer.set(operation.bytes, operation.destination);
  }
  return buffer.subarray(0, bytes);
}

describe('DG order of COPYs', () => {
  test('two COPYs, the reader before the writer in either order of addresses', () => {
    const down = [copy(200, 0, 50), copy(300, 200, 50)];
    expect(orderCopies(down, PAGE)).toEqual({ order: [0, 1], broken: [] });
    const up = [copy(500, 100, 50), copy(100, 400, 50)];
    expect(orderCopies(up, PAGE)).toEqual({ order: [1, 0], broken: [] });
  });
  test('a COPY that overlaps its own destination, no conflict', () => {
    expect(orderCopies([copy(0, 10, 100)], PAGE)).toEqual({ order: [0], broken: [] });
  });
  test('two sections change places: the shorter COPY becomes an ADD', () => {
    expect(orderCopies([copy(500, 0, 80), copy(0, 500, 60)], PAGE).broken).toEqual([1]);
    expect(orderCopies([copy(500, 0, 60), copy(0, 500, 80)], PAGE).broken).toEqual([0]);
  });
  test('a circle of three, one COPY taken out of it', () => {
    const circle = [copy(100, 0, 50), copy(200, 100, 40), copy(0, 200, 60)];
    const { order, broken } = orderCopies(circle, PAGE);
    expect(broken).toEqual([1]);
    expect([...order].sort()).toEqual([0, 2]);
  });
  test('any COPYs: those that are left are in a right order, and one is broken only in a circle', () => {
    const anyCopies = fc
      .array(
        fc.record({ gap: fc.nat(30), length: fc.integer({ min: 1, max: 60 }), source: fc.nat() }),
        { size: 'max', maxLength: 14 },
      )
      .map((rows) => {
        let at = 0;
        return rows.map(({ gap, length, source }) => {
          const destination = at + gap;
          at = destination + length;
          return copy(source % 600, destination, length);
        });
      });
    let circles = 0;
    fc.assert(
      fc.property(anyCopies, (copies) => {
        const { order, broken } = orderCopies(copies, PAGE);
        expect([...order, ...broken].sort((a, b) => a - b)).toEqual(copies.map((_, i) => i));
        order.forEach((index, place) => {
          const late = order.slice(0, place).find((i) => before(copies[index]!, copies[i]!));
          expect(late).toBe(undefined);
        });
        if (broken.length > 0) circles++;
        expect(broken.length > 0).toBe(hasCircle(copies));
      }),
      { seed: 0xb5, numRuns: 400 },
    );
    expect(circles).toBeGreaterThan(50);
  });
});

/** Takes away what nothing must precede, as long as there is such a COPY. */
function hasCircle(copies: readonly Copy[]): boolean {
  let rest = [...copies];
  for (;;) {
    const free = rest.filter((b) => !rest.some((a) => before(a, b)));
    if (free.length === 0) return rest.length > 0;
    rest = rest.filter((one) => !free.includes(one));
  }
}

describe('DG in place', () => {
  test.each(['not-larger', 'literal'] as const)('rules %s, any images: the new image', (rules) => {
    let broken = 0;
    let copies = 0;
    fc.assert(
      fc.property(imagePairs(), ({ oldImage, newImage }) => {
        const { operations, cyclesBroken } = encodeDg(oldImage, newImage, { rules });
        expect(inPlace(oldImage, operations, newImage.length)).toEqual(newImage);
        broken += cyclesBroken;
        copies += operations.filter(isCopy).length;
      }),
      { seed: 0xd9, numRuns: 400 },
    );
    expect(broken).toBeGreaterThan(20);
    expect(copies).toBeGreaterThan(500);
  });
  test('all COPYs come before all ADDs', () => {
    fc.assert(
      fc.property(imagePairs(), ({ oldImage, newImage }) => {
        const kinds = encodeDg(oldImage, newImage).operations.map(({ kind }) => kind);
        expect(kinds.lastIndexOf('copy')).toBeLessThanOrEqual(
          kinds.filter((k) => k === 'copy').length - 1,
        );
      }),
      { seed: 0xda, numRuns: 100 },
    );
  });
  test.each([8, 128])(
    'pages of %d bytes: one page in RAM gives what byte after byte gives',
    (page) => {
      fc.assert(
        fc.property(imagePairs(), ({ oldImage, newImage }) => {
          const { operations } = encodeDg(oldImage, newImage, { pageBytes: page });
          const room = Math.max(oldImage.length, newImage.length);
          const flash = new Uint8Array(Math.ceil(room / page) * page).fill(0xff);
          flash.set(oldImage);
          applyDg(operations, new PageWriter(flash, page), 0);
          expect(flash.subarray(0, newImage.length)).toEqual(newImage);
        }),
        { seed: 0xdb, numRuns: 200 },
      );
    },
  );
});
