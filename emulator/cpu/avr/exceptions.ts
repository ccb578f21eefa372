/** Entering interrupts.
 *  Source: ATmega16U4/32U4 data sheet (7766), "Reset and Interrupt Handling", "Interrupt Response Time":
 *  four cycles, the program counter on the stack, I cleared; lower vectors first.
 *  Leaves out: the wake-up time from sleep, which the chip adds. */

import type { Core } from './core.ts';
import { I_BIT } from './flags.ts';
import { LINES_HIGH, LINES_LOW, PC, SREG, VECTOR_BASE } from './registers.ts';

export const ENTRY_CYCLES = 4;
const WORDS_A_VECTOR = 2;

/** Vector 0 is the reset: no line has that number. */
const lowestBit = (lines: number): number => 31 - Math.clz32(lines & -lines);

/** The vector that the core would enter now; 0 = none. */
export function pendingInterrupt(core: Core): number {
  const { words } = core;
  const low = words[LINES_LOW]!;
  const high = words[LINES_HIGH]!;
  if ((low | high) === 0 || (core.data[SREG]! & I_BIT) === 0) return 0;
  return low !== 0 ? lowestBit(low) : 32 + lowestBit(high);
}

export function enterInterrupt(core: Core, vector: number): void {
  const { words, data } = core;
  core.pushPc(words[PC]!);
  data[SREG] = data[SREG]! & ~I_BIT;
  core.bus.sideEffects++;
  const { resets } = core;
  core.system.interruptTaken(vector);
  if (core.resets !== resets) return;
  words[PC] = (words[VECTOR_BASE]! + WORDS_A_VECTOR * vector) & (core.options.programWords - 1);
}
