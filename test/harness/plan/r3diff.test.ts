import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lengthOf, type Operation } from '../../../harness/plan/operations.ts';
import { commandBytes } from '../../../harness/plan/r3diff/cost.ts';
import { encodeR3, encodeR3OutOfPlace } from '../../../harness/plan/r3diff/encode.ts';
import {
  type Direction,
  matchesInPlace,
  sharedSuffixes,
} from '../../../harness/plan/r3diff/matches.ts';
import { type ImagePair, imagePairs, noise } from '../../helpers/image-pairs.ts';

const ALPHA = 3;
const BETA = 5;

/** Whether a COPY to `to` may start at `from`. */
type Allowed = (from: number, to: number) => boolean;
const anywhere: Allowed = () => true;
const inPlace: Record<Direction, Allowed> = {
  up: (from, to) => from >= to,
  down: (from, to) => from <= to,
};

/** The published recurrence over every k, old offset and length: O(n^3), nothing clever. */
function smallestDelta({ oldImage, newImage }: ImagePair, allowed: Allowed): number {
  const opt0 = [Number.POSITIVE_INFINITY];
  const opt1 = [0];
  for (let i = 1; i <= newImage.length; i++) {
    opt0[i] = Math.min(opt0[i - 1]! + 1, opt1[i - 1]! + ALPHA + 1);
    opt1[i] = Number.POSITIVE_INFINITY;
    for (let k = 0; k < i; k++) {
      if (!occurs(oldImage, newImage, k, i, allowed)) continue;
      opt1[i] = Math.min(opt1[i]!, Math.min(opt0[k]!, opt1[k]!) + BETA);
      break;
    }
  }
  return Math.min(opt0.at(-1)!, opt1.at(-1)!);
}

function occurs(old: Uint8Array, now: Uint8Array, k: number, i: number, allowed: Allowed): boolean {
  for (let from = 0; from + (i - k) <= old.length; from++) {
    if (!allowed(from, k)) continue;
    let length = 0;
    while (length < i - k && old[from + length] === now[k + length]) length++;
    if (length === i - k) return true;
  }
  return false;
}

/** From a whole copy of the old image, in address order. */
function outOfPlace(oldImage: Uint8Array, operations: readonly Operation[]): Uint8Array {
  const parts = operations.map((operation) =>
    operation.kind === 'add'
      ? operation.bytes
      : oldImage.subarray(operation.source, operation.source + operation.length),
  );
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

describe('R3diff', () => {
  test('any small images: as small as the published recurrence says, and the new image', () => {
    fc.assert(
      fc.property(imagePairs(60), (pair) => {
        const operations = encodeR3OutOfPlace(pair.oldImage, pair.newImage);
        expect(commandBytes(operations)).toBe(smallestDelta(pair, anywhere));
        expect(outOfPlace(pair.oldImage, operations)).toEqual(pair.newImage);
      }),
      { seed: 0x3d, numRuns: 150 },
    );
  });

  test.each(['up', 'down'] as const)(
    'in place %s, any small images: the smallest that reads nothing overwritten',
    (direction) => {
      fc.assert(
        fc.property(imagePairs(60), (pair) => {
          const delta = encodeR3(pair.oldImage, pair.newImage, { direction });
          expect(delta.commandBytes).toBe(smallestDelta(pair, inPlace[direction]));
          expect(delta.unconstrainedBytes).toBeLessThanOrEqual(delta.commandBytes);
        }),
        { seed: 0x3e, numRuns: 150 },
      );
    },
  );

  test.each(['up', 'down'] as const)(
    'in place %s, any images: commands lie end to end in that direction',
    (direction) => {
      fc.assert(
        fc.property(imagePairs(), ({ oldImage, newImage }) => {
          const { operations } = encodeR3(oldImage, newImage, { direction });
          let at = direction === 'up' ? 0 : newImage.length;
          for (const operation of operations) {
            const length = lengthOf(operation);
            if (direction === 'down') at -= length;
            expect(operation.destination).toBe(at);
            if (direction === 'up') at += length;
          }
          expect(at).toBe(direction === 'up' ? newImage.length : 0);
        }),
        { seed: 0x3f, numRuns: 100 },
      );
    },
  );

  test('direction: whichever is smaller; code inserted goes down, code deleted goes up', () => {
    const code = noise(3000, 1);
    const shorter = Uint8Array.from([...code.subarray(0, 100), ...code.subarray(110)]);
    const inserted = encodeR3(shorter, code);
    expect(inserted.direction).toBe('down');
    expect(inserted.commandBytes).toBe(inserted.unconstrainedBytes);
    const deleted = encodeR3(code, shorter);
    expect(deleted.direction).toBe('up');
    expect(deleted.commandBytes).toBe(deleted.unconstrainedBytes);
    expect(encodeR3(code, shorter, { direction: 'down' }).commandBytes).toBeGreaterThan(2500);
  });

  test('matches in place: every match is one, and no longer one is allowed', () => {
    fc.assert(
      fc.property(
        imagePairs(80),
        fc.constantFrom('up' as const, 'down' as const),
        (pair, direction) => {
          const { oldImage, newImage } = pair;
          const { length, source } = matchesInPlace(sharedSuffixes(oldImage, newImage), direction);
          const lengths = Array.from(newImage, (_, to) => {
            let best = 0;
            for (let from = 0; from < oldImage.length; from++) {
              if (!inPlace[direction](from, to)) continue;
              let n = 0;
              while (
                from + n < oldImage.length &&
                to + n < newImage.length &&
                oldImage[from + n] === newImage[to + n]
              )
                n++;
              best = Math.max(best, n);
            }
            return best;
          });
          expect([...length]).toEqual(lengths);
          length.forEach((n, to) => {
            const copied = oldImage.subarray(source[to]!, source[to]! + n);
            expect(copied).toEqual(newImage.subarray(to, to + n));
            if (n > 0) expect(inPlace[direction](source[to]!, to)).toBe(true);
          });
        },
      ),
      { seed: 0x40, numRuns: 150 },
    );
  });
});
