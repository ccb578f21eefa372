/** Who goes to an item, and what it would cost to move it. */

import { type Program, sizeOf } from './program.ts';

export interface Uses {
  /** Items that jump to an item. */
  readonly jumps: readonly (readonly number[])[];
  /** Words that hold its address. */
  readonly references: Int32Array;
}

export function usesOf({ items }: Program): Uses {
  const jumps: number[][] = items.map(() => []);
  const references = new Int32Array(items.length);
  for (const [index, { jump, references: words }] of items.entries()) {
    if (jump !== null) jumps[jump]!.push(index);
    for (const { target } of words) references[target]!++;
  }
  return { jumps, references };
}

/** A word patched: a command's head and the word. */
const PATCH_BYTES = 6;
/** What a short jump grows by, at most, when it or its target moves away. */
const GROWTH_BYTES = 4;

/** Estimate in bytes. Pieces that cannot move cost too much. */
export function costToMove({ items }: Program, uses: Uses, index: number): number {
  const item = items[index]!;
  if (item.kind === 'fixed') return Number.POSITIVE_INFINITY;
  return (
    sizeOf(item, false) +
    (item.jump === null ? 0 : GROWTH_BYTES) +
    uses.jumps[index]!.length * (PATCH_BYTES + GROWTH_BYTES) +
    uses.references[index]! * PATCH_BYTES
  );
}
