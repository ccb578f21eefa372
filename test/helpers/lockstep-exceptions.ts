/** Exception entries in lock-step: Unicorn stops before entering one, the interpreter enters.
 *  Source: ARM7TDMI Technical Reference Manual (DDI 0210), tables 2-3 and 2-4. */

import type { Core } from '../../emulator/cpu/arm7tdmi/core.ts';
import { MODE } from '../../emulator/cpu/arm7tdmi/registers.ts';
import { type Case, MODES } from './arm-cases.ts';

export type Ending = 'done' | 'undefined' | 'swi' | 'data-abort';

const ENTRIES = [
  { outcome: 'undefined', name: 'und', vector: 0x04, mode: MODE.und, link: null },
  { outcome: 'swi', name: 'svc', vector: 0x08, mode: MODE.svc, link: null },
  { outcome: 'data-abort', name: 'abt', vector: 0x10, mode: MODE.abt, link: 8 },
] as const;

/** Check an exception entry by the manual's table, then undo it.
 *  @param before registers as they were before the instruction. */
export function leaveException(
  core: Core,
  test: Case,
  address: number,
  before: Int32Array,
): Ending {
  const entry = ENTRIES.find(({ vector }) => core.r[15] === vector);
  if (entry === undefined) return 'done';
  const link = entry.link ?? (test.template.thumb ? 2 : 4);
  const mask = 0xf000_0040 | 0;
  const wantedCpsr = (test.cpsr & mask) | 0x80 | entry.mode;
  const right =
    core.file.cpsr === (wantedCpsr | 0) &&
    core.file.spsr === (test.cpsr | 0) &&
    core.r[14] === ((address + link) | 0);
  if (!right) return 'done';
  // Registers of the interrupted mode, with the entered mode's link and SPSR as they were.
  core.file.cpsr = test.cpsr;
  const current = MODES.find((name) => MODE[name] === entry.mode) === test.mode;
  for (const name of ['r13', 'r14', 'spsr']) {
    const word = core.file.wordOf(`${name}_${entry.name}`);
    if (!current || name === 'spsr') core.r[word] = before[word]!;
  }
  if (current) core.r[14] = before[14]!;
  return entry.outcome;
}
