/** From an opcode to one step of the hot loop: a word of handler number and operand fields.
 *  Source: AVR Instruction Set Manual (Atmel-0856). Steps need nothing but themselves: absolute targets,
 *  the address of LDS and STS, and whether a skip passes over one word or two, are in the word. */

import {
  branch7,
  d4,
  d5,
  far22,
  hasSecondWord,
  type InstructionName,
  io5,
  io6,
  k6,
  k8,
  near12,
  patternOf,
  q6,
  r5,
} from './instruction-table.ts';
import { type AvrOptions, FIRST_SRAM, SPH, SPL, SREG } from './registers.ts';

/** Handlers in numeric order; the cases in execute.ts carry number and name (a test compares them).
 *  Those of the last rows always leave the loop; executeOutside in outside.ts has them. */
// biome-ignore format: families read best one a row
export const MICRO_OPS = [
  'UNDECODED', 'WRAP', 'NOP',
  'BRCS', 'BREQ', 'BRMI', 'BRVS', 'BRLT', 'BRHS', 'BRTS', 'BRIE',
  'BRCC', 'BRNE', 'BRPL', 'BRVC', 'BRGE', 'BRHC', 'BRTC', 'BRID',
  'RJMP', 'JMP', 'IJMP', 'RCALL', 'CALL', 'ICALL', 'RET',
  'CPSE', 'SBRC', 'SBRS', 'SBIC', 'SBIS',
  'ADD', 'ADC', 'SUB', 'SBC', 'CP', 'CPC', 'AND', 'OR', 'EOR', 'MOV', 'MOVW',
  'SUBI', 'SBCI', 'CPI', 'ANDI', 'ORI', 'LDI', 'ADIW', 'SBIW',
  'MUL', 'MULS', 'MULSU', 'FMUL', 'FMULS', 'FMULSU',
  'COM', 'NEG', 'SWAP', 'INC', 'DEC', 'ASR', 'LSR', 'ROR',
  'BST', 'BLD', 'SEC', 'CLC', 'SET', 'CLT', 'CLI', 'BSET', 'BCLR',
  'LDS', 'LD_X', 'LD_XP', 'LD_MX', 'LDD_Y', 'LD_YP', 'LD_MY', 'LDD_Z', 'LD_ZP', 'LD_MZ',
  'STS', 'ST_X', 'ST_XP', 'ST_MX', 'STD_Y', 'ST_YP', 'ST_MY', 'STD_Z', 'ST_ZP', 'ST_MZ',
  'PUSH', 'POP', 'LPM', 'LPM_ZP', 'SEI', 'RETI',
  'IN', 'IN_SPL', 'IN_SPH', 'IN_SREG', 'OUT', 'OUT_SPL', 'OUT_SPH', 'OUT_SREG', 'SBI', 'CBI',
  'LDS_OUT', 'STS_OUT', 'SLEEP', 'BREAK', 'WDR', 'SPM', 'OPEN', 'UNDEFINED',
] as const;
export type MicroOp = (typeof MICRO_OPS)[number];
export const OP = Object.fromEntries(MICRO_OPS.map((name, i) => [name, i])) as Record<
  MicroOp,
  number
>;

// handler 7:0, first operand 15:8, second operand or address 31:16; for skips also 24 = over two words
const FIRST = 8;
const SECOND = 16;
const TWO_WORDS = 1 << 24;

const step = (op: number, first = 0, second = 0): number =>
  op | (first << FIRST) | (second << SECOND);

type Simple = Partial<Record<InstructionName, MicroOp>>;
// biome-ignore format: families read best one a row
const TWO_REGISTERS: Simple = {
  add: 'ADD', adc: 'ADC', sub: 'SUB', sbc: 'SBC', cp: 'CP', cpc: 'CPC', and: 'AND', or: 'OR',
  eor: 'EOR', mov: 'MOV', mul: 'MUL',
};
// biome-ignore format: families read best one a row
const IMMEDIATE: Simple = {
  subi: 'SUBI', sbci: 'SBCI', cpi: 'CPI', andi: 'ANDI', ori: 'ORI', ldi: 'LDI',
};
// biome-ignore format: families read best one a row
const ONE_REGISTER: Simple = {
  com: 'COM', neg: 'NEG', swap: 'SWAP', inc: 'INC', dec: 'DEC', asr: 'ASR', lsr: 'LSR', ror: 'ROR',
  push: 'PUSH', pop: 'POP', 'lpm-z': 'LPM', 'lpm-z+': 'LPM_ZP',
  'ld-x': 'LD_X', 'ld-x+': 'LD_XP', 'ld--x': 'LD_MX', 'ld-y': 'LDD_Y', 'ld-y+': 'LD_YP',
  'ld--y': 'LD_MY', 'ld-z': 'LDD_Z', 'ld-z+': 'LD_ZP', 'ld--z': 'LD_MZ',
  'st-x': 'ST_X', 'st-x+': 'ST_XP', 'st--x': 'ST_MX', 'st-y': 'STD_Y', 'st-y+': 'ST_YP',
  'st--y': 'ST_MY', 'st-z': 'STD_Z', 'st-z+': 'ST_ZP', 'st--z': 'ST_MZ',
};
const WITHOUT: Simple = {
  nop: 'NOP',
  ijmp: 'IJMP',
  icall: 'ICALL',
  ret: 'RET',
  reti: 'RETI',
  sleep: 'SLEEP',
  break: 'BREAK',
  wdr: 'WDR',
  lpm: 'LPM',
  spm: 'SPM',
};

/** Number of the pointer whose change and use as operand at once the manual leaves open; -1 = none. */
export function openPointer(name: string): number {
  const match = /^(?:ld|st|lpm)-(?:([xyz])\+|-([xyz]))$/.exec(name);
  return match === null ? -1 : 26 + 2 * 'xyz'.indexOf(match[1] ?? match[2]!);
}

/** @param address word address of the opcode; @param following the word after it. */
export function decode(
  opcode: number,
  following: number,
  address: number,
  options: AvrOptions,
): number {
  const row = patternOf(opcode);
  if (row === null || row.absent) return step(OP.UNDEFINED, 0, opcode);
  const name = row.name as InstructionName;
  const d = d5(opcode);
  if ((d & ~1) === openPointer(name)) return step(OP.OPEN, 0, opcode);
  const simple = ONE_REGISTER[name] ?? WITHOUT[name];
  if (simple !== undefined) return step(OP[simple], ONE_REGISTER[name] === undefined ? 0 : d);
  const twoRegisters = TWO_REGISTERS[name];
  if (twoRegisters !== undefined) return step(OP[twoRegisters], d, r5(opcode));
  const immediate = IMMEDIATE[name];
  if (immediate !== undefined) return step(OP[immediate], d4(opcode), k8(opcode));
  const mask = 1 << (opcode & 7);
  const over = hasSecondWord(following) ? TWO_WORDS : 0;
  const wrap = (target: number): number => target & (options.programWords - 1);
  switch (name) {
    case 'movw': // pair numbers
      return step(OP.MOVW, (opcode >>> 4) & 15, opcode & 15);
    case 'muls':
      return step(OP.MULS, d4(opcode), 16 | (opcode & 15));
    case 'mulsu':
    case 'fmul':
    case 'fmuls':
    case 'fmulsu':
      return step(OP[name.toUpperCase() as MicroOp], 16 | ((opcode >>> 4) & 7), 16 | (opcode & 7));
    case 'adiw': // pair number
    case 'sbiw':
      return step(name === 'adiw' ? OP.ADIW : OP.SBIW, 12 + ((opcode >>> 4) & 3), k6(opcode));
    case 'cpse':
      return step(OP.CPSE, d, r5(opcode)) | over;
    case 'sbrc':
      return step(OP.SBRC, d, mask) | over;
    case 'sbrs':
      return step(OP.SBRS, d, mask) | over;
    case 'sbic':
      return step(OP.SBIC, 0x20 + io5(opcode), mask) | over;
    case 'sbis':
      return step(OP.SBIS, 0x20 + io5(opcode), mask) | over;
    case 'sbi':
      return step(OP.SBI, 0x20 + io5(opcode), mask);
    case 'cbi':
      return step(OP.CBI, 0x20 + io5(opcode), mask);
    case 'bst':
      return step(OP.BST, d, opcode & 7);
    case 'bld':
      return step(OP.BLD, d, opcode & 7);
    case 'in':
      return step(readOp(0x20 + io6(opcode)), d, 0x20 + io6(opcode));
    case 'out':
      return step(writeOp(0x20 + io6(opcode)), d, 0x20 + io6(opcode));
    case 'lds':
      return step(isSram(following, options) ? OP.LDS : OP.LDS_OUT, d, following);
    case 'sts':
      return step(isSram(following, options) ? OP.STS : OP.STS_OUT, d, following);
    case 'ldd-y':
      return step(OP.LDD_Y, d, q6(opcode));
    case 'ldd-z':
      return step(OP.LDD_Z, d, q6(opcode));
    case 'std-y':
      return step(OP.STD_Y, d, q6(opcode));
    case 'std-z':
      return step(OP.STD_Z, d, q6(opcode));
    case 'bset':
      return changeFlag((opcode >>> 4) & 7, ['SEC', 'SET', 'SEI', 'BSET']);
    case 'bclr':
      return changeFlag((opcode >>> 4) & 7, ['CLC', 'CLT', 'CLI', 'BCLR']);
    case 'brbs':
      return step(OP.BRCS + (opcode & 7), 0, wrap(address + 1 + branch7(opcode)));
    case 'brbc':
      return step(OP.BRCC + (opcode & 7), 0, wrap(address + 1 + branch7(opcode)));
    case 'rjmp':
      return step(OP.RJMP, 0, wrap(address + 1 + near12(opcode)));
    case 'rcall':
      return step(OP.RCALL, 0, wrap(address + 1 + near12(opcode)));
    case 'jmp':
      return step(OP.JMP, 0, wrap(far22(opcode, following)));
    case 'call':
      return step(OP.CALL, 0, wrap(far22(opcode, following)));
    default:
      return step(OP.UNDEFINED, 0, opcode);
  }
}

const isSram = (address: number, { dataBytes }: AvrOptions): boolean =>
  address >= FIRST_SRAM && address < dataBytes;

/** The core's own registers are in locals of the hot loop. */
function readOp(address: number): number {
  if (address === SPL) return OP.IN_SPL;
  if (address === SPH) return OP.IN_SPH;
  return address === SREG ? OP.IN_SREG : OP.IN;
}
function writeOp(address: number): number {
  if (address === SPL) return OP.OUT_SPL;
  if (address === SPH) return OP.OUT_SPH;
  return address === SREG ? OP.OUT_SREG : OP.OUT;
}

function changeFlag(
  bit: number,
  [carry, t, i, other]: readonly [MicroOp, MicroOp, MicroOp, MicroOp],
): number {
  if (bit === 0) return step(OP[carry]);
  if (bit === 6) return step(OP[t]);
  return bit === 7 ? step(OP[i]) : step(OP[other], 1 << bit);
}
