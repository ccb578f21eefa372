/** From an opcode and the words after it to one step of the hot loop: a word of handler and operand fields,
 *  and a word of two displacements. Source: SLAU049F, 3.3 "Addressing Modes"; instruction-table.ts.
 *  Whatever of an operand is known here is a displacement from R3, which is zero: constants, immediates,
 *  absolute and symbolic addresses, and the program counter as a source. So a source is a value or memory at
 *  register + displacement, and nothing else. */

import { GIE } from './flags.ts';
import {
  constantOf,
  cyclesOf,
  destinationOf,
  extensionWords,
  isByteForm,
  jumpWords,
  type Mode,
  OPERATION,
  operandsOf,
  type Pattern,
  patternOf,
  UNDEFINED_OPERATION,
} from './instruction-table.ts';
import { CG2, PC, SP, SR, slotOf } from './registers.ts';

/** Handlers in numeric order; the cases in execute.ts carry number and name (a test compares them).
 *  GENERAL has every double operand on plain memory and general registers; OUTSIDE is in outside.ts. */
// biome-ignore format: families read best one a row
export const MICRO_OPS = [
  'UNDECODED', 'WRAP', 'OUTSIDE', 'NOP',
  'JNE', 'JEQ', 'JNC', 'JC', 'JN', 'JGE', 'JL', 'JMP',
  'MOV', 'ADD', 'ADDC', 'SUBC', 'SUB', 'CMP', 'BIT', 'BIC', 'BIS', 'XOR', 'AND',
  'RRC', 'RRA', 'SWPB', 'SXT',
  'LOAD', 'LOAD_B', 'STORE', 'STORE_B', 'PUSH', 'CALL', 'BR', 'RET', 'GENERAL',
  'DINT', 'EINT', 'GET_SR', 'SET_SR',
] as const;
export type MicroOp = (typeof MICRO_OPS)[number];
export const OP = Object.fromEntries(MICRO_OPS.map((name, i) => [name, i])) as Record<
  MicroOp,
  number
>;

// handler 7:0, source register 11:8, destination register 15:12, autoincrement 17:16, cycles 20:18,
// words 22:21, source is memory 23, destination is memory 24, byte 25, operation 31:27
export const SOURCE_IS_MEMORY = 1 << 23;
export const DESTINATION_IS_MEMORY = 1 << 24;
export const IS_BYTE = 1 << 25;

export interface Step {
  readonly control: number;
  /** Displacement of the source 15:0, of the destination 31:16; the target of a jump, a word address. */
  readonly displacements: number;
}

/** A source: slot of its register, displacement, what the register moves by, whether it is memory. */
interface Source {
  readonly slot: number;
  readonly displacement: number;
  readonly increment: number;
  readonly isMemory: boolean;
}

/** @param word the word after the opcode, at `address + 2`. */
function sourceFields(
  mode: Mode,
  register: number,
  opcode: number,
  word: number,
  address: number,
): Source {
  const value = (displacement: number): Source => ({
    slot: CG2,
    displacement: displacement & 0xffff,
    increment: 0,
    isMemory: false,
  });
  const at = (displacement: number): Source => ({ ...value(displacement), isMemory: true });
  const slot = slotOf(register);
  switch (mode) {
    case 'constant':
      return value(constantOf((opcode >>> 4) & 3, register));
    case 'immediate':
      return value(word);
    case 'absolute':
      return at(word);
    case 'symbolic':
      return at(address + 2 + word);
    case 'indexed':
      return { slot, displacement: word, increment: 0, isMemory: true };
    case 'register':
      return slot === PC ? value(address + 2) : { ...value(0), slot };
    default: {
      // What PC points at is the word after the opcode, which is then no part of the instruction.
      if (slot === PC) return at(address + 2);
      const size = isByteForm(opcode) && slot !== SP ? 1 : 2;
      const increment = mode === 'autoincrement' ? size : 0;
      return { slot, displacement: 0, increment, isMemory: true };
    }
  }
}

/** Decode the opcode at byte address `address`, followed by `first` and `second`. */
export function decode(opcode: number, first: number, second: number, address: number): Step {
  const row = patternOf(opcode);
  if (row === null)
    return { control: pack(OP.OUTSIDE, opcode, UNDEFINED_OPERATION), displacements: 0 };
  if (row.format === 'jump') {
    const handler = OP.JNE + row.operation - OPERATION.jne;
    const target = ((address >>> 1) + 1 + jumpWords(opcode)) & 0x7fff;
    return { control: pack(handler, opcode, row.operation), displacements: target };
  }
  if (row.format === 'none') {
    return { control: pack(OP.OUTSIDE, opcode, row.operation), displacements: 0 };
  }
  return row.format === 'double'
    ? decodeDouble(row, opcode, first, second, address)
    : decodeSingle(row, opcode, first, address);
}

const pack = (handler: number, opcode: number, operation: number): number =>
  handler | (cyclesOf(opcode) << 18) | ((1 + extensionWords(opcode)) << 21) | (operation << 27);

const packSource = ({ slot, increment, isMemory }: Source): number =>
  (slot << 8) | (increment << 16) | (isMemory ? SOURCE_IS_MEMORY : 0);

function decodeDouble(
  row: Pattern,
  opcode: number,
  first: number,
  second: number,
  address: number,
): Step {
  const operands = operandsOf(opcode, 'double');
  const source = sourceFields(operands.source, operands.sourceRegister, opcode, first, address);
  const toMemory = operands.destination !== 'register';
  const word = operands.sourceWords === 0 ? first : second;
  let slot = slotOf(destinationOf(opcode));
  let displacement = toMemory ? word : 0;
  if (operands.destination === 'symbolic') {
    displacement = (address + 2 + 2 * operands.sourceWords + word) & 0xffff;
  }
  if (toMemory && (slot === PC || slot === SR)) slot = CG2;
  const isByte = isByteForm(opcode);
  return {
    control:
      pack(doubleHandler(row, source, slot, toMemory, isByte), opcode, row.operation) |
      packSource(source) |
      (slot << 12) |
      (toMemory ? DESTINATION_IS_MEMORY : 0) |
      (isByte ? IS_BYTE : 0),
    displacements: source.displacement | (displacement << 16),
  };
}

function doubleHandler(
  { name }: Pattern,
  source: Source,
  slot: number,
  toMemory: boolean,
  isByte: boolean,
): number {
  const isMov = name === 'mov';
  const isGeneral = !toMemory && slot <= slotOf(4);
  if (source.slot === SR) return isMov && isGeneral && !isByte ? OP.GET_SR : OP.OUTSIDE;
  if (toMemory) {
    if (!isMov || source.isMemory) return name === 'dadd' ? OP.OUTSIDE : OP.GENERAL;
    return isByte ? OP.STORE_B : OP.STORE;
  }
  if (slot === PC) {
    if (!isMov || isByte) return OP.OUTSIDE;
    if (!source.isMemory) return OP.BR;
    return source.slot === SP && source.increment === 2 ? OP.RET : OP.OUTSIDE;
  }
  if (slot === CG2) return isMov && !source.isMemory ? OP.NOP : OP.OUTSIDE;
  if (slot === SR) return isByte || source.isMemory ? OP.OUTSIDE : statusHandler(name, source);
  if (name === 'dadd') return OP.OUTSIDE;
  if (slot === SP && !keepsStackEven(name, source, isByte)) return OP.OUTSIDE;
  if (source.isMemory && isMov) return isByte ? OP.LOAD_B : OP.LOAD;
  return source.isMemory || isByte ? OP.GENERAL : OP[name.toUpperCase() as MicroOp];
}

/** What atomic sections are made of. */
function statusHandler(name: string, { slot, displacement }: Source): number {
  if (name === 'mov') return OP.SET_SR;
  if (slot !== CG2 || displacement !== GIE) return OP.OUTSIDE;
  if (name === 'bic') return OP.DINT;
  return name === 'bis' ? OP.EINT : OP.OUTSIDE;
}

/** Without a look at the result: it is not stored, or even and even make even. */
function keepsStackEven(name: string, source: Source, isByte: boolean): boolean {
  if (name === 'cmp' || name === 'bit') return true;
  const isEvenConstant = source.slot === CG2 && !source.isMemory && (source.displacement & 1) === 0;
  return !isByte && isEvenConstant && ['mov', 'add', 'sub'].includes(name);
}

/** A single operand is a source that may be stored to; the register to store to is the destination. */
function decodeSingle(row: Pattern, opcode: number, first: number, address: number): Step {
  const { source: mode, sourceRegister } = operandsOf(opcode, 'single');
  const { name } = row;
  const changes = name !== 'push' && name !== 'call';
  // UNKNOWN: an immediate that is changed; taken as the word of memory that it is.
  const source =
    changes && mode === 'immediate'
      ? sourceFields('indirect', 0, opcode, first, address)
      : sourceFields(mode, sourceRegister, opcode, first, address);
  const slot = mode === 'register' ? slotOf(sourceRegister) : CG2;
  const isByte = isByteForm(opcode) && name !== 'swpb' && name !== 'sxt' && name !== 'call';
  return {
    control:
      pack(singleHandler(name, source, slot, isByte), opcode, row.operation) |
      packSource(source) |
      (slot << 12) |
      (isByte ? IS_BYTE : 0),
    displacements: source.displacement,
  };
}

function singleHandler(name: string, source: Source, slot: number, isByte: boolean): number {
  if (source.isMemory || source.slot === SR || source.slot === SP || isByte) return OP.OUTSIDE;
  if (name === 'push') return OP.PUSH;
  if (name === 'call') return OP.CALL;
  return slot <= slotOf(4) ? OP[name.toUpperCase() as MicroOp] : OP.OUTSIDE;
}
