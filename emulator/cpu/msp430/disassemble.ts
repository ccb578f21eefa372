/** Instructions as text, by the rows of instruction-table.ts, in TI's syntax as GNU tools print and read it.
 *  Source: SLAU049F, 3.3 "Addressing Modes" and Table "Emulated Instructions".
 *  Leaves out: symbols; symbolic operands and jump targets are absolute addresses. */

import {
  asOf,
  constantOf,
  destinationOf,
  extensionWords,
  isByteForm,
  jumpWords,
  type Mode,
  operandsOf,
  type Pattern,
  patternOf,
} from './instruction-table.ts';

export interface Disassembled {
  readonly text: string;
  /** Words of the instruction. */
  readonly length: number;
}

const hex = (value: number): string => `0x${(value & 0xffff).toString(16).padStart(4, '0')}`;
const NAMES = ['pc', 'sp', 'sr'];
const registerName = (register: number): string => NAMES[register] ?? `r${register}`;
const signed = (value: number): number => (value << 16) >> 16;

/** One instruction; `first` and `second` are the words after the opcode, which is at `address`. */
export function disassemble(
  opcode: number,
  first: number,
  second: number,
  address: number,
): Disassembled {
  const row = patternOf(opcode);
  if (row === null) return { text: `.word ${hex(opcode)}`, length: 1 };
  const length = 1 + extensionWords(opcode);
  return { text: textOf(row, opcode, first, second, address), length };
}

function textOf(
  row: Pattern,
  opcode: number,
  first: number,
  second: number,
  address: number,
): string {
  if (row.format === 'none') return row.name;
  if (row.format === 'jump') return `${row.name} ${hex(address + 2 + 2 * jumpWords(opcode))}`;
  const operands = operandsOf(opcode, row.format);
  const isByte = isByteForm(opcode) && !['swpb', 'sxt', 'call'].includes(row.name);
  const size = isByte ? '.b' : '';
  const source = operand(
    operands.source,
    operands.sourceRegister,
    asOf(opcode),
    first,
    address + 2,
  );
  if (operands.destination === null) return `${row.name}${size} ${source}`;
  const to = destinationOf(opcode);
  const [word, at] = operands.sourceWords === 0 ? [first, address + 2] : [second, address + 4];
  const destination = operand(operands.destination, to, 0, word, at);
  const emulated = emulatedForm(row, opcode, isByte, source, destination, size);
  return emulated ?? `${row.name}${size} ${source}, ${destination}`;
}

/** @param at where the extension word is. */
function operand(mode: Mode, register: number, as: number, word: number, at: number): string {
  const name = registerName(register);
  switch (mode) {
    case 'register':
      return name;
    case 'constant':
      return `#${signed(constantOf(as, register))}`;
    case 'immediate':
      return `#${hex(word)}`;
    case 'absolute':
      return `&${hex(word)}`;
    case 'symbolic':
      return hex(at + word);
    case 'indexed':
      return `${signed(word)}(${name})`;
    case 'indirect':
      return `@${name}`;
    default:
      return `@${name}+`;
  }
}

// biome-ignore format: one row a source
const BY_CONSTANT: Readonly<Record<string, string>> = {
  'mov #0': 'clr', 'add #1': 'inc', 'add #2': 'incd', 'addc #0': 'adc', 'sub #1': 'dec',
  'sub #2': 'decd', 'subc #0': 'sbc', 'cmp #0': 'tst', 'dadd #0': 'dadc', 'xor #-1': 'inv',
};
const STATUS: Readonly<Record<string, string>> = {
  'bic #1': 'clrc',
  'bic #2': 'clrz',
  'bic #4': 'clrn',
  'bic #8': 'dint',
  'bis #1': 'setc',
  'bis #2': 'setz',
  'bis #4': 'setn',
  'bis #8': 'eint',
};

/** SLAU049F, Table "Emulated Instructions": what the assembler has a shorter name for. */
function emulatedForm(
  { name }: Pattern,
  opcode: number,
  isByte: boolean,
  source: string,
  destination: string,
  size: string,
): string | null {
  if (opcode === 0x4303) return 'nop';
  const key = `${name} ${source}`;
  if (destination === 'sr' && !isByte && STATUS[key] !== undefined) return STATUS[key];
  if (name === 'mov' && destination === 'pc' && !isByte) {
    return source === '@sp+' ? 'ret' : `br ${source}`;
  }
  if (name === 'mov' && source === '@sp+') return `pop${size} ${destination}`;
  if (destination === 'r3') return null;
  if (BY_CONSTANT[key] !== undefined) return `${BY_CONSTANT[key]}${size} ${destination}`;
  if (source === destination && (name === 'add' || name === 'addc')) {
    return `${name === 'add' ? 'rla' : 'rlc'}${size} ${destination}`;
  }
  return null;
}
