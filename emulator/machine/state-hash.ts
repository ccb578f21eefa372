/** One hash over a machine's whole memory but for named regions: equal text = equal machine, to the
 *  odds of a 64-bit hash. Serves sweeps that recognise where a run rejoins one already judged.
 *  Leaves out: regions that hash themselves better (a flash array keeps a hash for each page). */

import type { Machine } from './machine.ts';
import type { Region } from './memory.ts';

/** @param skip regions that are not looked at. The state arena is always looked at, whole. */
export function hashMachine(machine: Machine, skip: (region: Region) => boolean): string {
  const { memory } = machine;
  let a = 0x9e3779b9 | 0;
  let b = 0x85ebca6b | 0;
  const mix = (first: number, end: number): void => {
    const words = memory.i32;
    for (let i = first; i < end; i++) {
      const word = words[i]!;
      a = Math.imul(a ^ word, 0x2c1b3c6d);
      a ^= a >>> 15;
      b = (Math.imul(b, 0x297a2d39) + word) | 0;
    }
  };
  mix(0, memory.stateBytes >>> 2);
  for (const region of memory.regions) {
    if (region.offset < memory.stateBytes || skip(region)) continue;
    mix(region.offset >>> 2, (region.offset + region.bytes) >>> 2);
  }
  return hex(a) + hex(b);
}

const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
