/** Entering interrupts.
 *  Source: SLAU049F, 2.2 "System Reset and Initialization", "Interrupt Processing": six cycles; PC and SR on
 *  the stack; SR cleared but for SCG0, which ends low-power modes; higher vectors first; NMI without GIE.
 *  Leaves out: the time to wake up, which the chip adds. */

import type { Core } from './core.ts';
import { GIE, SCG0 } from './flags.ts';
import { LINES, PC, SR } from './registers.ts';

export const ENTRY_CYCLES = 6;
export const NMI_LINE = 14;
const FIRST_VECTOR = 0xffe0;

/** The line whose interrupt the core would enter now; -1 = none. */
export function pendingInterrupt(core: Core): number {
  const lines = core.words[LINES]!;
  if (lines === 0) return -1;
  const allowed = (core.words[SR]! & GIE) !== 0 ? lines : lines & (1 << NMI_LINE);
  return 31 - Math.clz32(allowed);
}

export function enterInterrupt(core: Core, line: number): void {
  const { words, resets } = core;
  core.push(words[PC]!);
  core.push(words[SR]!);
  core.bus.sideEffects++;
  core.system.interruptTaken(line);
  if (core.resets === resets) core.setStatus(words[SR]! & SCG0);
  if (core.resets === resets) words[PC] = core.load(FIRST_VECTOR + 2 * line, false) & 0xfffe;
}
