/** Instructions that an update puts between those of the program: JMP, BR, CALL and RET.
 *  Source: SLAU049F, 3.4; Qiu et al. 2014, 4.1.
 *  BR is MOV #N, PC; RET is MOV @SP+, PC: neither touches a flag. */

import {
  destinationOf,
  operandsOf,
  patternOf,
} from '../../../emulator/cpu/msp430/instruction-table.ts';
import { type Item, opcodeOf, type Program, reaches } from './program.ts';
import type { Uses } from './uses.ts';

export const JMP = 0x3c00;
export const BR = 0x4030;
export const CALL = 0x12b0;
export const RET = 0x4130;

/** A jump of 10 bits. */
export const jumpWord = (condition: number, from: number, to: number): number =>
  condition | (((to - from - 2) >> 1) & 0x3ff);

/** Of the jump that leads from one address to another; none where they are the same. */
export function bytesFor(from: number, to: number): number {
  if (from === to) return 0;
  return reaches(from, to) ? 2 : 4;
}

/** Items that may run between CALL and RET: they neither touch the stack nor leave, and nothing comes in. */
export function runsAsFunction(
  { items }: Program,
  uses: Uses,
  first: number,
  last: number,
): boolean {
  const isInside = (index: number): boolean => first <= index && index <= last;
  for (let index = first; index <= last; index++) {
    const item = items[index]!;
    if (item.kind !== 'instruction' || touchesStack(item)) return false;
    if (item.jump !== null && !isInside(item.jump)) return false;
    if (uses.references[index]! > 0 || !uses.jumps[index]!.every(isInside)) return false;
  }
  return true;
}

const SP = 1;
const PC = 0;

/** Uses SP in any way, or leaves by PC. */
export function touchesStack(item: Item): boolean {
  const opcode = opcodeOf(item);
  const pattern = patternOf(opcode)!;
  if (pattern.format === 'jump') return false;
  if (pattern.format === 'none' || pattern.name === 'call' || pattern.name === 'push') return true;
  const { sourceRegister, source } = operandsOf(opcode, pattern.format);
  const reads = sourceRegister === SP || (sourceRegister === PC && source === 'register');
  if (pattern.format === 'single') return reads;
  const to = destinationOf(opcode);
  return reads || to === SP || (to === PC && (opcode & 0x80) === 0);
}
