/** What a loss of supply in a block write may do beyond the word in flight: the programming voltage is on for the
 *  whole row. Source: none is published; the conservative reading. Leaves out: cells that hold a 1. */

import { BLOCK_BYTES } from './msp430-nvm.ts';
import { noiseAt } from './noise.ts';
import type { NorArray } from './nor-array.ts';

/** A quarter of the row's cells that hold a 0 become weak. @param row address in the array. */
export function weakenRow(flash: NorArray, row: number): void {
  const data = flash.readView(row, BLOCK_BYTES);
  const count = flash.operationsTotal;
  const noise = (i: number) => noiseAt(flash.options.seed, row + i, count);
  // Two noise bits have to agree.
  flash.weaken(
    row,
    data.map((byte, i) => ~byte & noise(i) & (noise(i) >>> 8)),
  );
}
