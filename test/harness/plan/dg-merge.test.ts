import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MergeRules } from '../../../harness/plan/dg/cost.ts';
import { mergePieces, piecesCost } from '../../../harness/plan/dg/merge.ts';
import { findPieces, type Piece } from '../../../harness/plan/dg/pieces.ts';
import { imagePairs } from '../../helpers/image-pairs.ts';

/** `A3 C5 .2 A1`: an ADD of 3, a COPY of 5, 2 bytes that stay, an ADD of 1. */
function pieces(text: string): Piece[] {
  const list: Piece[] = [];
  let at = 100;
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const length = Number(word.slice(1));
    if (word[0] !== '.')
      list.push({ destination: at, length, source: word[0] === 'C' ? 900 : null });
    at += length;
  }
  return list;
}

function shown(list: readonly Piece[]): string {
  let at = 100;
  const words = list.map(({ destination, length, source }) => {
    const gap = destination === at ? '' : `.${destination - at} `;
    at = destination + length;
    return `${gap}${source === null ? 'A' : 'C'}${length}`;
  });
  return words.join(' ');
}

const merged = (text: string, rules: MergeRules) => shown(mergePieces(pieces(text), rules));

describe('DG merge rules as printed', () => {
  test.each([
    ['rule 1: COPY of y bytes behind an ADD, one ADD', 'A3 C6', 'A9'],
    ['rule 1: COPY of y + 1 bytes, left', 'A3 C7', 'A3 C7'],
    ['rule 1: COPY in front of an ADD, left', 'C5 A3', 'C5 A3'],
    ['rule 2: two COPYs of 2x - 1 bytes, one ADD', 'C4 C3', 'A7'],
    ['rule 2: two COPYs of 2x bytes, left', 'C4 C4', 'C4 C4'],
    ['rule 3: an ADD that rule 2 makes behind an ADD, one ADD', 'A2 C7 C1 C1', 'A2 C7 A2'],
    ['rule 3: two ADDs, one', 'A2 A5', 'A7'],
    ['bytes that stay between them, no neighbours', 'A2 .1 A5', 'A2 .1 A5'],
  ])('%s', (_, before, after) => {
    expect(merged(before, 'literal')).toBe(after);
  });
});

describe('DG merges whenever the delta is not larger', () => {
  test.each([
    ['rule 1: a tie at y bytes, merged', 'A3 C6', 'A9'],
    ['rule 1: y + 1 bytes cost one more, left', 'A3 C7', 'A3 C7'],
    ['rule 1, to the ADD behind it', 'C5 A3', 'A8'],
    ['rule 2: a tie at 2y - x bytes, merged', 'C4 C4', 'A8'],
    ['rule 2: one byte more, left', 'C4 C5', 'C4 C5'],
    ['rule 3: over x bytes that stay, a tie, merged', 'A2 .4 A5', 'A11'],
    ['rule 3: over x + 1 bytes that stay, left', 'A2 .5 A5', 'A2 .5 A5'],
    ['all at once: a COPY of y + x bytes between two ADDs', 'A1 C10 A1', 'A12'],
    ['all at once: a COPY of y + x + 1 bytes between two ADDs, left', 'A1 C11 A1', 'A1 C11 A1'],
    ['a COPY alone, y - x bytes: an ADD has no source to lose', 'C2', 'A2'],
    ['a COPY alone, y - x + 1 bytes, left', 'C3', 'C3'],
  ])('%s', (_, before, after) => {
    expect(merged(before, 'not-larger')).toBe(after);
  });

  test('any pieces: the smallest of all ways to merge them', () => {
    const word = fc.tuple(fc.constantFrom('A', 'C', 'C', '.'), fc.integer({ min: 1, max: 12 }));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 9 }), (words) => {
        const list = pieces(words.map(([kind, length]) => `${kind}${length}`).join(' '));
        expect(piecesCost(mergePieces(list, 'not-larger'))).toBe(smallest(list));
      }),
      { seed: 0xd6, numRuns: 500 },
    );
  });

  test('any images: never larger than with the rules as printed', () => {
    fc.assert(
      fc.property(imagePairs(400), ({ oldImage, newImage }) => {
        const found = findPieces(oldImage, newImage);
        const [best, literal] = [mergePieces(found, 'not-larger'), mergePieces(found, 'literal')];
        expect(piecesCost(best)).toBeLessThanOrEqual(piecesCost(literal));
      }),
      { seed: 0xd7, numRuns: 200 },
    );
  });
});

/** Every COPY as it is or as bytes, every two ADDs in a row joined or not. */
function smallest(list: readonly Piece[]): number {
  let best = Number.POSITIVE_INFINITY;
  const copies = list.filter(({ source }) => source !== null).length;
  for (let mask = 0; mask < 1 << copies; mask++) {
    let copy = 0;
    let total = 0;
    let addEnd: number | null = null;
    for (const { destination, length, source } of list) {
      if (source !== null && (mask >> copy++) & 1) {
        total += 6;
        addEnd = null;
        continue;
      }
      // Joining carries the bytes between along, a new ADD pays x: whichever is less.
      total += length + (addEnd === null ? 4 : Math.min(4, destination - addEnd));
      addEnd = destination + length;
    }
    best = Math.min(best, total);
  }
  return best;
}
