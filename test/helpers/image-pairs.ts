/** Pairs of images as delta encoders meet them: edited, moved, swapped, grown, turned round.
 *  Source: what compilers and linkers do to a program between two versions, and worse.
 *  Leaves out: real firmware (test/speed/delta-pairs.js measures it). */

import fc from 'fast-check';

export interface ImagePair {
  readonly oldImage: Uint8Array;
  readonly newImage: Uint8Array;
}

const KINDS = ['set', 'insert', 'delete', 'move', 'swap', 'reverse', 'fill'] as const;

interface Edit {
  readonly kind: (typeof KINDS)[number];
  readonly at: number;
  readonly to: number;
  readonly length: number;
  readonly value: number;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom(...KINDS),
  at: fc.nat(),
  to: fc.nat(),
  length: fc.integer({ min: 1, max: 200 }),
  value: fc.nat(255),
});

function apply(bytes: number[], { kind, at, to, length, value }: Edit): number[] {
  const from = at % (bytes.length + 1);
  const before = bytes.slice(0, from);
  const cut = bytes.slice(from, from + length);
  const rest = bytes.slice(from + length);
  if (kind === 'set') return [...before, ...cut.map((_, i) => (value + i) & 0xff), ...rest];
  if (kind === 'fill') return [...before, ...cut.map(() => value), ...rest];
  if (kind === 'delete') return [...before, ...rest];
  if (kind === 'reverse') return [...before, ...cut.reverse(), ...rest];
  if (kind === 'insert') {
    const fresh = Array.from({ length: length % 40 }, (_, i) => (value * (i + 3)) & 0xff);
    return [...before, ...fresh, ...cut, ...rest];
  }
  const others = [...before, ...rest];
  const place = to % (others.length + 1);
  if (kind === 'move') return [...others.slice(0, place), ...cut, ...others.slice(place)];
  return [...rest, ...cut, ...before];
}

/** The same bytes for the same seed, no longer repeats in them. */
export function noise(bytes: number, seed: number): Uint8Array {
  let state = seed >>> 0;
  return Uint8Array.from({ length: bytes }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

/** @param maxBytes of the old image. Few byte values: short matches everywhere, as in machine code. */
export const imagePairs = (maxBytes = 700): fc.Arbitrary<ImagePair> =>
  fc
    .record({
      bytes: fc.oneof(
        fc.uint8Array({ maxLength: maxBytes, size: 'max' }),
        fc.array(fc.nat(3), { maxLength: maxBytes, size: 'max' }),
      ),
      edits: fc.array(edit, { maxLength: 8 }),
    })
    .map(({ bytes, edits }) => ({
      oldImage: Uint8Array.from(bytes),
      newImage: Uint8Array.from(edits.reduce(apply, [...bytes])),
    }));
