/** One hash over a machine's whole memory but for named regions: equal text = equal machine, to the
 *  odds of a 64-bit hash. Serves sweeps that recognise where a run rejoins one already judged.
 *  Leaves out: regions that hash themselves better (a flash array keeps a hash for each page). */

import type { Machine } from './machine.ts';
import type { Region } from './memory.ts';

/** @param skip regions that are not looked at, of either arena. */
export function hashMachine(machine: Machine, skip: (region: Region) => boolean): string {
  const words = machine.memory.i32;
  let a = 0x9e3779b9 | 0;
  let b = 0x85ebca6b | 0;
  for (const region of machine.memory.regions) {
    if (skip(region)) continue;
    const end = (region.offset + region.bytes) >>> 2;
    for (let i = region.offset >>> 2; i < end; i++) {
      const word = words[i]!;
      a = Math.imul(a ^ word, 0x2c1b3c6d);
      a ^= a >>> 15;
      b = (Math.imul(b, 0x297a2d39) + word) | 0;
    }
  }
  return hex(a) + hex(b);
}

const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
