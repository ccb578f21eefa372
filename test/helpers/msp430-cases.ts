/** Random programs for the MSP430 lock-step: all registers set, then instructions of every row and every
 *  addressing mode, with operands that mostly point into memory and values at the edges. */

import {
  adOf,
  asOf,
  destinationMode,
  destinationOf,
  operandsOf,
  PATTERNS,
  type Pattern,
  sourceMode,
  sourceOf,
} from '../../emulator/cpu/msp430/instruction-table.ts';

/** A number below the limit. */
export type Random = (limit: number) => number;

/** xorshift32. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

const EDGES = [0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xfffe, 0xffff, 0x9999, 0x00aa];
const FIRST_DATA = 0x1100;
const DATA_BYTES = 0x2800;
/** Registers that stay even pointers for most instructions, a pointer to bytes, and values. */
const WORD_POINTERS = [4, 5, 6];
const BYTE_POINTER = 7;
const FIRST_VALUE = 8;
/** One instruction in so many takes any register. */
const FREE_EVERY = 24;

export const pointer = (random: Random): number => FIRST_DATA + (random(DATA_BYTES) & ~1);
const edge = (random: Random): number =>
  random(3) === 0 ? EDGES[random(EDGES.length)]! : random(0x1_0000);

/** MOV #N, Rn for every register but PC and R3. */
export function setRegisters(random: Random): number[] {
  const move = (register: number, value: number): number[] => [0x4030 | register, value];
  const code = [...move(1, pointer(random)), ...move(2, random(0x200) & 0x10f)];
  for (let register = 4; register < 16; register++) {
    const value = register < FIRST_VALUE ? pointer(random) : edge(random);
    code.push(...move(register, value));
  }
  return code;
}
export const SET_REGISTERS_BYTES = 14 * 4;

/** One instruction with its extension words. */
export function randomInstruction(row: Pattern, random: Random): number[] {
  let opcode = row.value | (random(0x1_0000) & ~row.mask & 0xffff);
  if (row.format === 'jump') {
    // Near, so that the program stays within itself.
    opcode = (opcode & 0xfc00) | ((random(24) - 6) & 0x3ff);
    return [opcode];
  }
  if (row.format === 'none') return [opcode];
  if (random(FREE_EVERY) !== 0) opcode = withUsualRegisters(row, opcode, random);
  const words = [opcode];
  const operands = operandsOf(opcode, row.format);
  if (operands.sourceWords > 0) words.push(extension(operands.source, random));
  if (operands.destinationWords > 0) words.push(extension(operands.destination!, random));
  return words;
}

function withUsualRegisters(row: Pattern, opcode: number, random: Random): number {
  const isByte = (opcode & 0x40) !== 0;
  const base = (): number =>
    isByte && random(2) === 0 ? BYTE_POINTER : WORD_POINTERS[random(WORD_POINTERS.length)]!;
  const value = (): number => FIRST_VALUE + random(16 - FIRST_VALUE);
  const special = random(4) === 0;
  if (row.format === 'single') {
    const as = asOf(opcode);
    if (special && destinationOf(opcode) >= 2) return opcode;
    if (as === 3) return (opcode & ~0x000f) | WORD_POINTERS[random(3)]!;
    return (opcode & ~0x000f) | (as === 0 ? value() : base());
  }
  const as = asOf(opcode);
  const source = sourceOf(opcode);
  let result = opcode;
  const keeps = special && source !== 1 && sourceMode(as, source) !== 'register';
  if (!keeps) {
    // A byte that moves its pointer moves the one that may be odd.
    const moved = isByte && as === 3 ? BYTE_POINTER : base();
    result = (result & ~0x0f00) | ((as === 0 ? value() : moved) << 8);
  }
  const toMemory = adOf(opcode) === 1;
  const mode = destinationMode(adOf(opcode), destinationOf(opcode));
  if (!(special && toMemory && mode === 'absolute')) {
    result = (result & ~0x000f) | (toMemory ? base() : value());
  }
  return result;
}

function extension(mode: string, random: Random): number {
  if (mode === 'immediate') return edge(random);
  if (mode === 'absolute') return pointer(random);
  if (mode === 'symbolic') return (random(0x1000) - 0x800) & 0xfffe;
  return random(8) === 0 ? random(0x1_0000) : (random(0x80) - 0x40) & 0xfffe;
}

/** A program: registers, and then as many instructions, rows taken in turn. */
export function randomProgram(
  rows: readonly Pattern[],
  instructions: number,
  random: Random,
): number[] {
  const code = setRegisters(random);
  for (let i = 0; i < instructions; i++) {
    code.push(...randomInstruction(rows[random(rows.length)]!, random));
  }
  return code;
}

export const ROWS = PATTERNS;
