/** Where mspdebug 0.22's simulator and the MSP430 core may differ, who follows the manual, and in what fields.
 *  A difference that no row covers fails the lock-step test. A row is about one instruction before it is
 *  executed: the lock-step executes such an instruction alone. */

import {
  cyclesOf,
  destinationOf,
  type InstructionName,
  type Operands,
  operandsOf,
  patternOf,
} from '../../emulator/cpu/msp430/instruction-table.ts';

export type Field = 'registers' | 'sr' | 'sp' | 'pc' | 'memory';

/** An instruction about to be executed, seen from outside the core. */
export interface Instruction {
  readonly name: InstructionName;
  readonly opcode: number;
  readonly isByte: boolean;
  readonly operands: Operands | null;
  /** Addresses of operands in memory, or -1. */
  readonly sourceAddress: number;
  readonly destinationAddress: number;
  /** R0 to R15 before it. */
  readonly registers: readonly number[];
  /** Value of the source or single operand. */
  readonly value: number;
}

export interface Reason {
  readonly name: string;
  readonly section: string;
  readonly follows: 'core' | 'mspdebug' | 'neither';
  readonly fields: readonly Field[];
  readonly covers: (instruction: Instruction) => boolean;
}

const isOdd = (address: number): boolean => address > 0 && (address & 1) !== 0;
/** Of the words that the instruction pushes or pops by itself. */
function stackAddresses({ name, registers }: Instruction): number[] {
  const sp = registers[1]!;
  if (name === 'reti') return [sp, (sp + 2) & 0xffff];
  return name === 'push' || name === 'call' ? [(sp - 2) & 0xffff] : [];
}
const isPeripheral = (address: number): boolean => address >= 0 && address < 0x200;
/** Number of the register that the instruction writes to, or -1. */
export function writtenRegister({ name, opcode, operands }: Instruction): number {
  if (operands === null || ['cmp', 'bit', 'push', 'call'].includes(name)) return -1;
  if (operands.destination === 'register') return destinationOf(opcode);
  const isChanged = operands.destination === null && operands.source === 'register';
  return isChanged ? destinationOf(opcode) : -1;
}
const carry = ({ registers }: Instruction): number => registers[2]! & 1;

export const REASONS: readonly Reason[] = [
  {
    name: 'PC is even; mspdebug keeps bit 0 of what is stored in it',
    section: 'SLAU049F, 3.2.1 "Program Counter (PC)"',
    follows: 'core',
    fields: ['pc'],
    covers: (i) =>
      i.name === 'call' || (i.name === 'mov' && !i.isByte && writtenRegister(i) === 0)
        ? isOdd(i.value)
        : writtenRegister(i) === 0 || i.name === 'reti',
  },
  {
    name: 'SP is even; mspdebug keeps bit 0 of what is stored in it',
    section: 'SLAU049F, 3.2.2 "Stack Pointer (SP)", Figure "Stack Pointer"',
    follows: 'core',
    fields: ['sp'],
    covers: (i) =>
      writtenRegister(i) === 1 &&
      (i.isByte || !['mov', 'add', 'sub'].includes(i.name) || isOdd(i.value)),
  },
  {
    name: '@SP+ moves SP by two for a byte, too; mspdebug moves it by one',
    section:
      'SLAU049F, 3.3 "Addressing Modes", "Indirect Autoincrement Mode" and 3.2.2 "Stack Pointer (SP)"',
    follows: 'core',
    fields: ['sp', 'registers', 'sr', 'memory'],
    covers: ({ isByte, operands }) =>
      isByte && operands?.source === 'autoincrement' && operands.sourceRegister === 1,
  },
  {
    name: 'PUSH SP stores SP after it has moved; mspdebug stores it from before',
    section: 'SLAU049F, 3.2.2 "Stack Pointer (SP)", Figure "PUSH SP - POP SP Sequence"',
    follows: 'core',
    fields: ['memory'],
    covers: ({ name, operands }) =>
      name === 'push' && operands?.source === 'register' && operands.sourceRegister === 1,
  },
  {
    name: 'PUSH and CALL move SP before they find x(SP) or @SP; mspdebug finds it from before',
    section: 'SLAU049F, 3.2.2 "Stack Pointer (SP)": predecrement; mspgcc 4.6.3 counts on it',
    follows: 'core',
    fields: ['registers', 'sr', 'sp', 'pc', 'memory'],
    covers: ({ name, operands }) =>
      ['push', 'call'].includes(name) &&
      operands?.sourceRegister === 1 &&
      ['indexed', 'indirect'].includes(operands.source),
  },
  {
    name: 'below 0x0200 there is no memory but what mspdebug and the test each have for peripherals',
    section: 'SLAU049F, 1.4 "Address Space", Figure "Memory Map"',
    follows: 'neither',
    fields: ['registers', 'sr', 'sp', 'pc', 'memory'],
    covers: (i) => [i.sourceAddress, i.destinationAddress, ...stackAddresses(i)].some(isPeripheral),
  },
  {
    name: 'PUSH.B stores a byte; mspdebug stores a zero above it, of which the manual says nothing',
    section: 'SLAU049F, 3.4.6 "PUSH[.W], PUSH.B"',
    follows: 'neither',
    fields: ['memory'],
    covers: ({ name, isByte }) => name === 'push' && isByte,
  },
  {
    name: 'a word access ignores bit 0 of its address; mspdebug accesses the two bytes from there',
    section: 'SLAU049F, 1.4.3 "Memory Organization": words are at even addresses',
    follows: 'core',
    fields: ['registers', 'sr', 'sp', 'pc', 'memory'],
    covers: ({ isByte, sourceAddress, destinationAddress }) =>
      !isByte && (isOdd(sourceAddress) || isOdd(destinationAddress)),
  },
  {
    name: 'RRC sets V where a positive operand meets a carry; mspdebug clears it',
    section: 'SLAU049F, 3.4.6 "RRC[.W], RRC.B", Status Bits',
    follows: 'core',
    fields: ['sr'],
    covers: (i) =>
      i.name === 'rrc' && carry(i) === 1 && (i.value & (i.isByte ? 0x80 : 0x8000)) === 0,
  },
  {
    name: 'DADD leaves V undefined, and takes digits up to 9 only',
    section: 'SLAU049F, 3.4.6 "DADD[.W], DADD.B", Status Bits: "V: Undefined"',
    follows: 'neither',
    fields: ['registers', 'sr', 'sp', 'pc', 'memory'],
    covers: ({ name }) => name === 'dadd',
  },
  {
    name: 'R3 is no storage and reads zero; mspdebug keeps a value there, as operand and as base',
    section: 'SLAU049F, 3.2.4 "Constant Generator Registers CG1 and CG2"',
    follows: 'core',
    fields: ['registers', 'sr', 'sp', 'pc', 'memory'],
    covers: ({ opcode, operands }) => operands?.destination != null && destinationOf(opcode) === 3,
  },
  {
    name: 'an immediate that is changed: forbidden; mspdebug stores nothing, the core to the program',
    section: 'SLAU049F, 3.4.2 "Single-Operand (Format II) Instructions", note on the # mode',
    follows: 'neither',
    fields: ['memory'],
    covers: ({ name, operands }) =>
      ['rrc', 'rra', 'swpb', 'sxt'].includes(name) && operands?.source === 'immediate',
  },
];

export const reasonsFor = (instruction: Instruction): Reason[] =>
  REASONS.filter(({ covers }) => covers(instruction));

export const CONSTANTS_REASON = {
  name: 'a constant of R2 or R3 costs as a register; mspdebug counts the bus cycles of its mode',
  section: 'SLAU049F, 3.2.4 "Constant Generator Registers CG1 and CG2": no code memory access',
};

/** Cycles that mspdebug counts and the manual does not: those of the addressing mode whose bits a constant has. */
export function extraCycles(opcode: number): number {
  const row = patternOf(opcode);
  if (row === null || row.format === 'jump' || row.format === 'none') return 0;
  if (operandsOf(opcode, row.format).source !== 'constant') return 0;
  const other = row.format === 'double' ? (opcode & 0xf0ff) | 0x0500 : (opcode & 0xfff0) | 5;
  return cyclesOf(other) - cyclesOf(opcode);
}
