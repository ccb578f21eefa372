/** Where the state of the MSP430 core lies: sixteen registers and two control words in the state arena.
 *  Source: SLAU049F, 3.2 "CPU Registers". R0 is PC, R1 SP, R2 SR and first constant generator, R3 the second.
 *  Leaves out: the 20-bit registers of the MSP430X. */

import type { LinearMemory } from '../../machine/memory.ts';

/** Registers lie the other way round, so that the program counter has the index that every core gives it. */
export const PC = 15;
export const SP = 14;
export const SR = 13;
/** R3 reads zero and keeps nothing, so it is also the base of an operand without register. */
export const CG2 = 12;
/** Bit n = interrupt line n, the vector at 0xffe0 + 2n. */
export const LINES = 16;
/** 1 = the next instruction is executed before any interrupt is taken. */
export const HOLD = 17;
export const STATE_WORDS = 18;

export const slotOf = (register: number): number => 15 - register;

export const createRegisters = (memory: LinearMemory): Int32Array =>
  memory.stateWords('msp430', STATE_WORDS);

const ALIASES: Readonly<Record<string, number>> = { pc: PC, sp: SP, sr: SR };

export const REGISTER_NAMES: readonly string[] = [
  ...Array.from({ length: 16 }, (_, i) => `r${i}`),
  'pc',
  'sp',
  'sr',
];

/** Index in the state, or -1. */
export function registerSlot(name: string): number {
  const index = /^r(\d|1[0-5])$/.exec(name)?.[1];
  return index === undefined ? (ALIASES[name] ?? -1) : slotOf(Number(index));
}

/** What of a value each register keeps: PC and SP are even, R3 stays zero. */
export const kept = (slot: number, value: number): number => {
  if (slot === PC || slot === SP) return value & 0xfffe;
  return slot === CG2 ? 0 : value & 0xffff;
};
