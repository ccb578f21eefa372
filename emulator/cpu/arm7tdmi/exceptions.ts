/** Entering and leaving exceptions.
 *  Source: ARM7TDMI Technical Reference Manual (DDI 0210), 2.8 "Exceptions", table 2-3 (return
 *  addresses) and table 2-4 (vectors), 2.8.10 (priorities). Leaves out: high vectors (HIVECS). */

import type { Core } from './core.ts';
import { F_BIT, I_BIT, MODE_BITS, T_BIT } from './flags.ts';
import { LINES, MODE, type ModeName } from './registers.ts';

interface ExceptionKind {
  readonly vector: number;
  readonly mode: ModeName;
}
export const EXCEPTIONS = {
  reset: { vector: 0x00, mode: 'svc' },
  undefined: { vector: 0x04, mode: 'und' },
  'software-interrupt': { vector: 0x08, mode: 'svc' },
  'prefetch-abort': { vector: 0x0c, mode: 'abt' },
  'data-abort': { vector: 0x10, mode: 'abt' },
  irq: { vector: 0x18, mode: 'irq' },
  fiq: { vector: 0x1c, mode: 'fiq' },
} satisfies Record<string, ExceptionKind>;
export type ExceptionName = keyof typeof EXCEPTIONS;

/** Refilling the pipeline: 2S + 1N. */
export const ENTRY_CYCLES = 3;
/** The undefined trap has one internal cycle more: 2S + 1I + 1N. */
export const UNDEFINED_CYCLES = 4;

/** Enter the mode of an exception, with `link` in its r14 and the old CPSR in its SPSR. */
export function enterException(core: Core, name: ExceptionName, link: number): void {
  const { vector, mode } = EXCEPTIONS[name];
  const before = core.file.cpsr;
  const masked = name === 'fiq' || name === 'reset' ? I_BIT | F_BIT : I_BIT;
  core.file.cpsr = (before & ~(MODE_BITS | T_BIT)) | MODE[mode] | masked;
  core.file.spsr = before;
  core.r[14] = link;
  core.next = vector;
}

/** The exception of the instruction in execution; its link depends on the kind (table 2-3). */
export function takeException(
  core: Core,
  name: 'undefined' | 'software-interrupt' | 'prefetch-abort' | 'data-abort',
): number {
  const size = core.thumb ? 2 : 4;
  const offset = name === 'data-abort' ? 8 : name === 'prefetch-abort' ? 4 : size;
  enterException(core, name, (core.address + offset) | 0);
  return name === 'undefined' ? UNDEFINED_CYCLES : ENTRY_CYCLES;
}

/** Which interrupt the core would take now: FIQ before IRQ. */
export function pendingInterrupt(core: Core): 'irq' | 'fiq' | null {
  const lines = core.r[LINES]!;
  if (lines === 0) return null;
  const cpsr = core.file.cpsr;
  if ((lines & 2) !== 0 && (cpsr & F_BIT) === 0) return 'fiq';
  return (lines & 1) !== 0 && (cpsr & I_BIT) === 0 ? 'irq' : null;
}

/** SPSR to CPSR, as data processing with S and r15 does; the manual leaves user and system mode open. */
export function restoreCpsr(core: Core): void {
  if (core.file.hasSpsr) core.file.cpsr = core.file.spsr;
  else core.unpredictable('user and system mode have no SPSR');
}
