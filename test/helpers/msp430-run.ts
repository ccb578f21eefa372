/** What a program does to ports when it runs from its entry: an outside view of whether two builds behave alike.
 *  Ports read as the seed says, in turn. Leaves out: interrupts and time. */

import type { NodeBytes } from '../../harness/plan/easilir/index.ts';
import { AREA_START } from '../../harness/plan/easilir/memory-map.ts';
import { Prng } from '../../harness/prng.ts';
import { createMsp430Machine } from './msp430-machine.ts';

/** @returns the first accesses, as the bus sees them, without time. */
export function portAccesses(node: NodeBytes, count: number, seed: number): string[] {
  const m = createMsp430Machine();
  const prng = new Prng(seed);
  m.onRead = () => prng.below(256);
  m.load(0x4000, wordsOf(node.flash));
  m.load(AREA_START, wordsOf(node.area));
  m.set({ pc: node.flash[0x1e]! | (node.flash[0x1f]! << 8) });
  const limit = count * 400;
  for (let steps = 0; m.calls.length < count && steps < limit; steps += 100) m.steps(100);
  return m.calls.slice(0, count).map((call) => call.replace(/ cycle .*$/, ''));
}

const wordsOf = (bytes: Uint8Array): number[] =>
  Array.from({ length: Math.ceil(bytes.length / 2) }, (_, i) => {
    return bytes[2 * i]! | ((bytes[2 * i + 1] ?? 0xff) << 8);
  });
