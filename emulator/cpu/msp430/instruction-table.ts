/** The 27 instructions of the MSP430, one bit picture a row: the one table behind decoder and disassembler.
 *  Source: SLAU049F, 3.4 "Instruction Set", Figures "Double Operand", "Single Operand" and "Jump Instruction
 *  Format", and the tables of addressing modes (3.3) and of cycles and lengths (3.4.4).
 *  Letters are fields: s source register, d destination register, D Ad, m As, b B/W, k offset. SWPB, SXT and
 *  CALL have no byte form. Leaves out: the MSP430X, whose opcodes are reserved here. */

export type Format = 'double' | 'single' | 'jump' | 'none';

// biome-ignore format: one row an instruction reads best in columns
const ROWS = [
  ['mov',  'double', '0100 ssss Dbmm dddd'],
  ['add',  'double', '0101 ssss Dbmm dddd'],
  ['addc', 'double', '0110 ssss Dbmm dddd'],
  ['subc', 'double', '0111 ssss Dbmm dddd'],
  ['sub',  'double', '1000 ssss Dbmm dddd'],
  ['cmp',  'double', '1001 ssss Dbmm dddd'],
  ['dadd', 'double', '1010 ssss Dbmm dddd'],
  ['bit',  'double', '1011 ssss Dbmm dddd'],
  ['bic',  'double', '1100 ssss Dbmm dddd'],
  ['bis',  'double', '1101 ssss Dbmm dddd'],
  ['xor',  'double', '1110 ssss Dbmm dddd'],
  ['and',  'double', '1111 ssss Dbmm dddd'],
  ['rrc',  'single', '0001 0000 0bmm dddd'],
  ['swpb', 'single', '0001 0000 10mm dddd'],
  ['rra',  'single', '0001 0001 0bmm dddd'],
  ['sxt',  'single', '0001 0001 10mm dddd'],
  ['push', 'single', '0001 0010 0bmm dddd'],
  ['call', 'single', '0001 0010 10mm dddd'],
  ['reti', 'none',   '0001 0011 0000 0000'],
  ['jne',  'jump',   '0010 00kk kkkk kkkk'],
  ['jeq',  'jump',   '0010 01kk kkkk kkkk'],
  ['jnc',  'jump',   '0010 10kk kkkk kkkk'],
  ['jc',   'jump',   '0010 11kk kkkk kkkk'],
  ['jn',   'jump',   '0011 00kk kkkk kkkk'],
  ['jge',  'jump',   '0011 01kk kkkk kkkk'],
  ['jl',   'jump',   '0011 10kk kkkk kkkk'],
  ['jmp',  'jump',   '0011 11kk kkkk kkkk'],
] as const;

export type InstructionName = (typeof ROWS)[number][0];

export interface Pattern {
  readonly name: InstructionName;
  readonly format: Format;
  readonly picture: string;
  readonly mask: number;
  readonly value: number;
  /** Index of the row. */
  readonly operation: number;
}

export const PATTERNS: readonly Pattern[] = ROWS.map(([name, format, picture], operation) => {
  const bits = picture.replaceAll(' ', '');
  return {
    name,
    format,
    picture,
    mask: Number.parseInt(bits.replace(/[01]/g, '1').replace(/[^01]/g, '0'), 2),
    value: Number.parseInt(bits.replace(/[^1]/g, '0'), 2),
    operation,
  };
});

/** Number of an operation: the row of its instruction, then what is no instruction. */
export const OPERATION = Object.fromEntries(
  ROWS.map(([name], operation) => [name, operation]),
) as Record<InstructionName, number>;
export const UNDEFINED_OPERATION = ROWS.length;

/** Opcode to 1 + index in PATTERNS; 0 = reserved. */
const ROW_OF = new Uint8Array(0x1_0000);
for (const { mask, value, operation } of PATTERNS) {
  const free = ~mask & 0xffff;
  for (let bits = free; ; bits = (bits - 1) & free) {
    ROW_OF[value | bits] = operation + 1;
    if (bits === 0) break;
  }
}

/** The row of an opcode; null = reserved. */
export const patternOf = (opcode: number): Pattern | null =>
  PATTERNS[ROW_OF[opcode & 0xffff]! - 1] ?? null;

// The fields of the pictures above.
export const isByteForm = (opcode: number): boolean => (opcode & 0x40) !== 0;
export const asOf = (opcode: number): number => (opcode >>> 4) & 3;
export const adOf = (opcode: number): number => (opcode >>> 7) & 1;
export const sourceOf = (opcode: number): number => (opcode >>> 8) & 15;
export const destinationOf = (opcode: number): number => opcode & 15;
/** Signed distance in words from the word after the jump. */
export const jumpWords = (opcode: number): number => (opcode << 22) >> 22;

/** Addressing modes of a source or single operand, by As and register. */
export type Mode =
  | 'register'
  | 'indexed'
  | 'symbolic'
  | 'absolute'
  | 'indirect'
  | 'autoincrement'
  | 'immediate'
  | 'constant';

const MODES = ['register', 'indexed', 'indirect', 'autoincrement'] as const;

export function sourceMode(as: number, register: number): Mode {
  if (register === 3) return 'constant';
  if (register === 2 && as >= 2) return 'constant';
  if (register === 2 && as === 1) return 'absolute';
  if (register === 0 && as === 1) return 'symbolic';
  if (register === 0 && as === 3) return 'immediate';
  return MODES[as & 3]!;
}
/** A destination has Ad in place of As, and no constants. */
export function destinationMode(ad: number, register: number): Mode {
  if (ad === 0) return 'register';
  if (register === 0) return 'symbolic';
  return register === 2 ? 'absolute' : 'indexed';
}

/** SLAU049F, Table "Values of Constant Generators CG1, CG2". */
export const constantOf = (as: number, register: number): number => {
  if (register === 2) return as === 2 ? 4 : 8;
  return [0, 1, 2, 0xffff][as & 3]!;
};

const hasExtension = (mode: Mode): boolean =>
  mode === 'indexed' || mode === 'symbolic' || mode === 'absolute' || mode === 'immediate';

export interface Operands {
  readonly source: Mode;
  readonly sourceRegister: number;
  /** Null in the single operand format. */
  readonly destination: Mode | null;
  /** Words after the opcode. */
  readonly sourceWords: number;
  readonly destinationWords: number;
}

/** Operands of an opcode of the single or double operand format. */
export function operandsOf(opcode: number, format: Format): Operands {
  const isDouble = format === 'double';
  const sourceRegister = isDouble ? sourceOf(opcode) : destinationOf(opcode);
  const source = sourceMode(asOf(opcode), sourceRegister);
  const destination = isDouble ? destinationMode(adOf(opcode), destinationOf(opcode)) : null;
  return {
    source,
    sourceRegister,
    destination,
    sourceWords: hasExtension(source) ? 1 : 0,
    destinationWords: destination !== null && hasExtension(destination) ? 1 : 0,
  };
}

/** Words after the opcode. */
export function extensionWords(opcode: number): number {
  const row = patternOf(opcode);
  if (row === null || row.format === 'jump' || row.format === 'none') return 0;
  const { sourceWords, destinationWords } = operandsOf(opcode, row.format);
  return sourceWords + destinationWords;
}

/** Columns of the tables of cycles: register or constant, indirect, autoincrement, immediate, indexed. */
const COLUMN: Readonly<Record<Mode, number>> = {
  register: 0,
  constant: 0,
  indirect: 1,
  autoincrement: 2,
  immediate: 3,
  indexed: 4,
  symbolic: 4,
  absolute: 4,
};
/** SLAU049F, Table "Format-I Instructions Cycles and Lengths". */
const TO_REGISTER = [1, 2, 2, 2, 3] as const;
const TO_PC = [2, 2, 3, 3, 3] as const;
const TO_MEMORY = [4, 5, 5, 5, 6] as const;
/** Table "Format-II Instruction Cycles and Lengths". UNKNOWN: an immediate operand of RRA, RRC, SWPB and SXT,
 *  which the manual forbids; taken as autoincrement of PC. */
const CHANGE_CYCLES = [1, 3, 3, 3, 4] as const;
const PUSH_CYCLES = [3, 4, 5, 4, 5] as const;
const CALL_CYCLES = [4, 4, 5, 5, 5] as const;
const JUMP_CYCLES = 2;
const RETI_CYCLES = 5;
const UNDEFINED_CYCLES = 1;

export function cyclesOf(opcode: number): number {
  const row = patternOf(opcode);
  if (row === null) return UNDEFINED_CYCLES;
  if (row.format === 'jump') return JUMP_CYCLES;
  if (row.format === 'none') return RETI_CYCLES;
  const { source, destination } = operandsOf(opcode, row.format);
  const column = COLUMN[source];
  if (row.format === 'double') {
    if (destination !== 'register') return TO_MEMORY[column]!;
    return (destinationOf(opcode) === 0 ? TO_PC : TO_REGISTER)[column]!;
  }
  if (row.name === 'push') return PUSH_CYCLES[column]!;
  return (row.name === 'call' ? CALL_CYCLES : CHANGE_CYCLES)[column]!;
}
