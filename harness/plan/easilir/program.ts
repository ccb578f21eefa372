/** A program that can lie anywhere: items in address order, and what in them depends on a place.
 *  An item is an instruction, a data object, or a piece with a fixed place (vectors, header).
 *  Leaves out: RAM. Variables stay where the linker put them, so their addresses are plain words here. */

import {
  destinationOf,
  type InstructionName,
  patternOf,
} from '../../../emulator/cpu/msp430/instruction-table.ts';
import { wordOf } from './memory-map.ts';

/** A 16-bit word that holds the address of another item. */
export interface Reference {
  /** Offset of the word in its item. */
  readonly at: number;
  /** Index of the item. */
  readonly target: number;
  /** Bytes from the start of that item; may lie outside (one past the end of an array). */
  readonly offset: number;
  /** Symbolic mode: the word holds the distance from itself. */
  readonly isRelative: boolean;
}

export interface Item {
  readonly kind: 'instruction' | 'data' | 'fixed';
  /** As linked. */
  readonly address: number;
  /** As linked, long jumps as the linker has them. */
  readonly bytes: Uint8Array;
  readonly references: readonly Reference[];
  /** Index of the item that a jump of 10 bits goes to; null = no such jump. */
  readonly jump: number | null;
  /** The function or object that it belongs to, as matching and errors name it; '' = unknown. */
  readonly name: string;
}

export interface Program {
  /** Name of the file, for errors. */
  readonly file: string;
  readonly items: readonly Item[];
  /** Linked image from 0x4000, gaps FF. */
  readonly image: Uint8Array;
}

export const opcodeOf = (item: Item): number => wordOf(item.bytes, 0);

const nameOf = (item: Item): InstructionName | null =>
  item.kind === 'instruction' ? (patternOf(opcodeOf(item))?.name ?? null) : null;

/** Nothing comes after it: a jump, a branch, a return. */
export function isTerminal(item: Item): boolean {
  const name = nameOf(item);
  if (name === null || name === 'jmp' || name === 'reti') return true;
  const pattern = patternOf(opcodeOf(item))!;
  if (pattern.format !== 'double') return false;
  // Ad = 0 and PC: every branch is a MOV to PC; CMP and BIT leave it alone.
  const toPc = destinationOf(opcodeOf(item)) === 0 && (opcodeOf(item) & 0x80) === 0;
  return toPc && name !== 'cmp' && name !== 'bit';
}

/** Whether the instruction behind an item runs after it. */
export const fallsThrough = (items: readonly Item[], index: number): boolean =>
  !isTerminal(items[index]!) && items[index + 1]?.kind === 'instruction';

const JMP = 0x3c00;
const JN = 0x3000;
const CONDITION = 0xfc00;

export const isJmp = (item: Item): boolean =>
  item.jump !== null && (opcodeOf(item) & CONDITION) === JMP;
export const isJn = (item: Item): boolean =>
  item.jump !== null && (opcodeOf(item) & CONDITION) === JN;

/** Bytes of an item; a jump that no longer reaches is long: BR, or the inverse jump over a BR. JN has no
 *  inverse: JN over a JMP over a BR. */
export function sizeOf(item: Item, isLong: boolean): number {
  if (!isLong) return item.bytes.length;
  if (isJmp(item)) return 4;
  return isJn(item) ? 8 : 6;
}

/** Farthest that a jump reaches, in bytes from the word behind it. */
export const JUMP_AHEAD = 1022;
export const JUMP_BACK = -1024;
export const reaches = (from: number, to: number): boolean => {
  const distance = to - from - 2;
  return distance >= JUMP_BACK && distance <= JUMP_AHEAD;
};
