/** From an opcode to one step of the fast loop: a word of handler number and operand fields, and a word
 *  of constants. Thumb goes through its ARM equivalent, so both states share the handlers.
 *  Source: ARM7TDMI Technical Reference Manual (DDI 0210), 1.4. Leaves to the reference path (BAIL):
 *  what is rare, what changes mode or state apart from BX, and what the manual leaves open. */

import { armClass, thumbClass, thumbToArm } from './instruction-table.ts';
import { armUnpredictable, thumbUnpredictable } from './unpredictable.ts';

/** Handlers in numeric order; the cases in execute.ts carry number and name (a test compares them).
 *  Suffixes: I immediate, R register, L/S/A register shifted by an immediate LSL/LSR/ASR, V by register.
 *  A final S before them sets flags. */
// biome-ignore format: families read best one a row
export const MICRO_OPS = [
  'UNDECODED', 'PAGE_END', 'BAIL', 'EXEC',
  'B_EQ', 'B_NE', 'B_CS', 'B_CC', 'B_MI', 'B_PL', 'B_VS', 'B_VC',
  'B_HI', 'B_LS', 'B_GE', 'B_LT', 'B_GT', 'B_LE', 'B_AL',
  'B_FAR', 'BL', 'BX', 'MOV_PC', 'BL_PREFIX', 'BL_SUFFIX', 'BL_PAIR',
  'MOV_I', 'AND_I', 'EOR_I', 'RSB_I', 'ADD_I', 'ORR_I', 'ADC_I', 'SBC_I',
  'MOV_R', 'AND_R', 'EOR_R', 'RSB_R', 'ADD_R', 'ORR_R', 'ADC_R', 'SBC_R', 'SUB_R', 'BIC_R', 'MVN_R',
  'MOV_L', 'AND_L', 'EOR_L', 'RSB_L', 'ADD_L', 'ORR_L', 'SUB_L', 'BIC_L',
  'MOV_S', 'AND_S', 'EOR_S', 'ADD_S', 'ORR_S', 'SUB_S',
  'MOV_A', 'ADD_A', 'SUB_A', 'RSB_A', 'EOR_A',
  'MOV_VL', 'MOV_VS', 'MOV_VA', 'ORR_VL',
  'SUBS_I', 'CMP_I', 'ADDS_I', 'CMN_I', 'RSBS_I',
  'SUBS_R', 'CMP_R', 'ADDS_R', 'CMN_R', 'ADCS_R', 'SBCS_R',
  'ANDS_I', 'TST_I', 'MOVS_I', 'EORS_I', 'ORRS_I', 'TEQ_I',
  'ANDS_R', 'TST_R', 'MOVS_R', 'EORS_R', 'ORRS_R', 'TEQ_R', 'BICS_R', 'MVNS_R',
  'MOVS_L', 'MOVS_S', 'MOVS_A', 'MOVS_VL', 'MOVS_VS',
  'CMP_L', 'CMP_S', 'TST_S',
  'MUL', 'MULS', 'MLA', 'UMULL', 'SMULL',
  'LDR_I', 'LDR_R', 'LDR_S', 'LDR_PRE', 'LDR_POST', 'LDR_LIT', 'LDR_PC',
  'LDRB_I', 'LDRB_R', 'LDRB_PRE', 'LDRB_POST',
  'LDRH_I', 'LDRH_R', 'LDRH_POST', 'LDRSB_I', 'LDRSB_R', 'LDRSH_I', 'LDRSH_R',
  'STR_I', 'STR_R', 'STR_PRE', 'STR_POST',
  'STRB_I', 'STRB_R', 'STRB_PRE', 'STRB_POST',
  'STRH_I', 'STRH_R', 'STRH_POST',
  'LDM', 'LDM_PC', 'STM',
] as const;
export type MicroOp = (typeof MICRO_OPS)[number];
export const OP = Object.fromEntries(MICRO_OPS.map((name, i) => [name, i])) as Record<
  MicroOp,
  number
>;

// handler 7:0, Rd 11:8, Rn 15:12, Rm 19:16, Rs or amount 24:20, condition 28:25,
// 29 shifter carry is known, 30 its value, 31 look at the condition and set up r15
const RD = 8;
const RN = 12;
const RM = 16;
const AMOUNT = 20;
const CONDITION = 25;
const CARRY_KNOWN = 1 << 29;
const CARRY_VALUE = 1 << 30;
const SPECIAL = 1 << 31;
const ALWAYS = 14;
const PAGE = ~0xfff;

/** The step just decoded. A constant object: decoding allocates nothing. */
const step = { word: 0, constant: 0 };
export type Step = Readonly<typeof step>;

const set = (op: number, fields: number, constant: number): Step => {
  step.word = op | fields;
  step.constant = constant | 0;
  return step;
};
const bail = (): Step => set(OP.BAIL, 0, 0);

/** Decode the ARM instruction at virtual `address`, which lies at byte `linear` of the memory. */
export function decodeArm(opcode: number, address: number, linear: number): Step {
  if (armUnpredictable(opcode) !== null) return bail();
  decodeEquivalent(opcode, address, linear, address + 8);
  const condition = opcode >>> 28;
  const hasCondition = step.word >= OP.B_EQ && step.word <= OP.B_AL;
  if (condition !== ALWAYS && !hasCondition && (step.word & 255) !== OP.BAIL) {
    step.word = (step.word & ~(15 << CONDITION)) | SPECIAL | (condition << CONDITION);
  }
  return step;
}

/** Decode the Thumb instruction at `address`; `following` is the halfword after it, -1 = not known. */
export function decodeThumb(
  opcode: number,
  address: number,
  linear: number,
  following: number,
): Step {
  if (thumbUnpredictable(opcode) !== null) return bail();
  const arm = thumbToArm(opcode);
  const pc = address + 4;
  if (arm !== 0) return decodeEquivalent(arm, address, linear, pc);
  const d = (opcode >>> 8) & 7;
  switch (thumbClass(opcode)) {
    case 'ldr-pc':
      return decodeLiteral(d, (pc & ~3) + ((opcode & 255) << 2), address, linear);
    case 'add-pc-sp':
      return set(OP.MOV_I, d << RD, (pc & ~3) + ((opcode & 255) << 2));
    case 'b-cond':
      return decodeBranch((opcode >>> 8) & 15, pc + ((opcode << 24) >> 23), address);
    case 'b':
      return decodeBranch(ALWAYS, pc + ((opcode << 21) >> 20), address);
    case 'bl-prefix': {
      const prefix = pc + ((opcode << 21) >> 9);
      if (following >>> 11 === 0b11111)
        return set(OP.BL_PAIR, 0, prefix + ((following & 0x7ff) << 1));
      return set(OP.BL_PREFIX, 0, prefix);
    }
    case 'bl-suffix':
      return set(OP.BL_SUFFIX, 0, (opcode & 0x7ff) << 1);
    default:
      return bail();
  }
}

function decodeEquivalent(opcode: number, address: number, linear: number, pc: number): Step {
  switch (armClass(opcode)) {
    case 'data-imm':
      return decodeDataImmediate(opcode, pc);
    case 'data-reg':
      return decodeDataShift(opcode);
    case 'data-rsr':
      return decodeDataByRegister(opcode);
    case 'mul':
    case 'mull':
      return decodeMultiply(opcode);
    case 'ldr-imm':
    case 'ldr-reg':
    case 'str-imm':
    case 'str-reg':
      return decodeTransfer(opcode, address, linear, pc);
    case 'ldrh-reg':
    case 'ldrh-imm':
    case 'strh-reg':
    case 'strh-imm':
    case 'ldrs-reg':
    case 'ldrs-imm':
      return decodeExtraTransfer(opcode);
    case 'ldm':
    case 'stm':
      return decodeBlock(opcode);
    case 'b':
      return decodeBranch(opcode >>> 28, pc + ((opcode << 8) >> 6), address);
    case 'bl':
      return set(OP.BL, 0, pc + ((opcode << 8) >> 6));
    case 'bx':
      return set(OP.BX, ((opcode & 15) << RM) | readsPc((opcode & 15) === 15), 0);
    default:
      return bail();
  }
}

/** r15 is set up by the loop only for instructions marked so. */
const readsPc = (yes: boolean): number => (yes ? SPECIAL | (ALWAYS << CONDITION) : 0);

/** A branch within its page moves the loop's index; any other looks its page up. */
function decodeBranch(condition: number, target: number, address: number): Step {
  if (((target ^ address) & PAGE) === 0) {
    return set(OP.B_EQ + condition, 0, target - address);
  }
  if (condition === ALWAYS) {
    return set(OP.B_FAR, 0, target);
  } else {
    return set(OP.B_FAR, SPECIAL | (condition << CONDITION), target);
  }
}

/** A literal in the same page as its instruction has a known place in memory. */
function decodeLiteral(d: number, from: number, address: number, linear: number): Step {
  if (((from ^ address) & PAGE) === 0 && (from & 3) === 0) {
    return set(OP.LDR_LIT, d << RD, ((linear & PAGE) | (from & 0xfff)) >> 2);
  }
  if ((from & 3) === 0) {
    // r15 & ~3 as base is only right where the pc is aligned, so the address is a constant.
    return set(OP.LDR_PC, d << RD, from);
  }
  return bail();
}

type Forms = readonly (MicroOp | null)[];
// Operation number to handler. AND EOR SUB RSB ADD ADC SBC RSC TST TEQ CMP CMN ORR MOV BIC MVN
// biome-ignore format: one row a form
const IMMEDIATE: Forms = ['AND_I', 'EOR_I', null, 'RSB_I', 'ADD_I', 'ADC_I', 'SBC_I', null,
  null, null, null, null, 'ORR_I', 'MOV_I', null, null];
// biome-ignore format: one row a form
const IMMEDIATE_FLAGS: Forms = ['ANDS_I', 'EORS_I', 'SUBS_I', 'RSBS_I', 'ADDS_I', null, null, null,
  'TST_I', 'TEQ_I', 'CMP_I', 'CMN_I', 'ORRS_I', 'MOVS_I', null, null];
// biome-ignore format: one row a form
const REGISTER: Forms = ['AND_R', 'EOR_R', 'SUB_R', 'RSB_R', 'ADD_R', 'ADC_R', 'SBC_R', null,
  null, null, null, null, 'ORR_R', 'MOV_R', 'BIC_R', 'MVN_R'];
// biome-ignore format: one row a form
const REGISTER_FLAGS: Forms = ['ANDS_R', 'EORS_R', 'SUBS_R', null, 'ADDS_R', 'ADCS_R', 'SBCS_R', null,
  'TST_R', 'TEQ_R', 'CMP_R', 'CMN_R', 'ORRS_R', 'MOVS_R', 'BICS_R', 'MVNS_R'];
// biome-ignore format: one row a form
const LSL: Forms = ['AND_L', 'EOR_L', 'SUB_L', 'RSB_L', 'ADD_L', null, null, null,
  null, null, null, null, 'ORR_L', 'MOV_L', 'BIC_L', null];
// biome-ignore format: one row a form
const LSR: Forms = ['AND_S', 'EOR_S', 'SUB_S', null, 'ADD_S', null, null, null,
  null, null, null, null, 'ORR_S', 'MOV_S', null, null];
// biome-ignore format: one row a form
const ASR: Forms = [null, 'EOR_A', 'SUB_A', 'RSB_A', 'ADD_A', null, null, null,
  null, null, null, null, null, 'MOV_A', null, null];
const LSL_FLAGS: Partial<Record<number, MicroOp>> = { 10: 'CMP_L', 13: 'MOVS_L' };
const LSR_FLAGS: Partial<Record<number, MicroOp>> = { 8: 'TST_S', 10: 'CMP_S', 13: 'MOVS_S' };
const ASR_FLAGS: Partial<Record<number, MicroOp>> = { 13: 'MOVS_A' };

const operation = (opcode: number): number => (opcode >>> 21) & 15;
const setsFlags = (opcode: number): boolean => (opcode & 0x10_0000) !== 0;
/** 1101 and 1111 have no first operand. */
const hasRn = (opcode: number): boolean => (operation(opcode) & 13) !== 13;
const usesPc = (opcode: number, withRm: boolean): boolean =>
  (hasRn(opcode) && ((opcode >>> 16) & 15) === 15) || (withRm && (opcode & 15) === 15);
const dataFields = (opcode: number, withRm: boolean): number =>
  (((opcode >>> 12) & 15) << RD) |
  (((opcode >>> 16) & 15) << RN) |
  (withRm ? (opcode & 15) << RM : 0) |
  readsPc(usesPc(opcode, withRm));

const exec = (opcode: number, withRm: boolean): Step =>
  set(OP.EXEC, readsPc(usesPc(opcode, withRm)), opcode);

// cccc 001o ooos nnnn dddd rrrr iiii iiii
function decodeDataImmediate(opcode: number, pc: number): Step {
  const rotate = (opcode >>> 7) & 30;
  let value = opcode & 255;
  if (rotate !== 0) value = (value >>> rotate) | (value << (32 - rotate));
  if (((opcode >>> 12) & 15) === 15) return bail();
  const op = operation(opcode);
  const fields = dataFields(opcode, false);
  if (setsFlags(opcode)) {
    const handler = IMMEDIATE_FLAGS[op];
    if (!handler) return exec(opcode, false);
    const carry = rotate === 0 ? 0 : CARRY_KNOWN | (value < 0 ? CARRY_VALUE : 0);
    return set(OP[handler], fields | carry, value);
  }
  const d = ((opcode >>> 12) & 15) << RD;
  if (op === 4 && ((opcode >>> 16) & 15) === 15) return set(OP.MOV_I, d, pc + value);
  if (op === 2 && ((opcode >>> 16) & 15) === 15) return set(OP.MOV_I, d, pc - value);
  if (op === 2) return set(OP.ADD_I, fields, -value);
  if (op === 14) return set(OP.AND_I, fields, ~value);
  if (op === 15) return set(OP.MOV_I, fields, ~value);
  const handler = IMMEDIATE[op];
  if (handler) return set(OP[handler], fields, value);
  return exec(opcode, false);
}

// cccc 000o ooos nnnn dddd aaaa att0 mmmm
function decodeDataShift(opcode: number): Step {
  const amount = (opcode >>> 7) & 31;
  const type = (opcode >>> 5) & 3;
  const op = operation(opcode);
  const plain = amount === 0 && type === 0;
  if (((opcode >>> 12) & 15) === 15) {
    const isMove = op === 13 && plain && !setsFlags(opcode) && (opcode & 15) !== 15;
    return isMove ? set(OP.MOV_PC, (opcode & 15) << RM, 0) : bail();
  }
  const handler = setsFlags(opcode)
    ? plain
      ? REGISTER_FLAGS[op]
      : amount === 0
        ? null
        : [LSL_FLAGS, LSR_FLAGS, ASR_FLAGS][type]?.[op]
    : plain
      ? REGISTER[op]
      : amount === 0
        ? null
        : [LSL, LSR, ASR][type]?.[op];
  if (handler) return set(OP[handler], dataFields(opcode, true) | (amount << AMOUNT), 0);
  return exec(opcode, true);
}

// cccc 000o ooos nnnn dddd ssss 0tt1 mmmm
function decodeDataByRegister(opcode: number): Step {
  const type = (opcode >>> 5) & 3;
  const op = operation(opcode);
  const fields = dataFields(opcode, true) | (((opcode >>> 8) & 15) << AMOUNT);
  if (op === 13 && !setsFlags(opcode) && type !== 3) {
    return set([OP.MOV_VL, OP.MOV_VS, OP.MOV_VA][type]!, fields, 0);
  }
  if (op === 13 && setsFlags(opcode) && type < 2) {
    return set([OP.MOVS_VL, OP.MOVS_VS][type]!, fields, 0);
  }
  if (op === 12 && !setsFlags(opcode) && type === 0) return set(OP.ORR_VL, fields, 0);
  return exec(opcode, true);
}

// cccc 0000 0uas dddd nnnn ssss 1001 mmmm
function decodeMultiply(opcode: number): Step {
  const fields =
    (((opcode >>> 16) & 15) << RD) |
    (((opcode >>> 12) & 15) << RN) |
    ((opcode & 15) << RM) |
    (((opcode >>> 8) & 15) << AMOUNT);
  // L, U, A, S
  switch ((opcode >>> 20) & 15) {
    case 0b0000:
      return set(OP.MUL, fields, 0);
    case 0b0001:
      return set(OP.MULS, fields, 0);
    case 0b0010:
      return set(OP.MLA, fields, 0);
    case 0b1000:
      return set(OP.UMULL, fields, 0);
    case 0b1100:
      return set(OP.SMULL, fields, 0);
    default:
      return exec(opcode, false);
  }
}

const LOAD = 1;
const BYTE = 4;
// Index: byte << 1 | load. Columns: offset, pre-indexed with write-back, post-indexed, by register.
const TRANSFERS: readonly (readonly MicroOp[])[] = [
  ['STR_I', 'STR_PRE', 'STR_POST', 'STR_R'],
  ['LDR_I', 'LDR_PRE', 'LDR_POST', 'LDR_R'],
  ['STRB_I', 'STRB_PRE', 'STRB_POST', 'STRB_R'],
  ['LDRB_I', 'LDRB_PRE', 'LDRB_POST', 'LDRB_R'],
];

// cccc 01ip ubwl nnnn dddd
function decodeTransfer(opcode: number, address: number, linear: number, pc: number): Step {
  const bits = opcode >>> 20;
  const d = (opcode >>> 12) & 15;
  const n = (opcode >>> 16) & 15;
  const up = (bits & 8) !== 0;
  const preIndexed = (bits & 16) !== 0;
  const writeBack = !preIndexed || (bits & 2) !== 0;
  const row = TRANSFERS[((bits & BYTE) >> 1) | (bits & LOAD)]!;
  if (d === 15) return bail();
  const fields = (d << RD) | (n << RN) | readsPc(n === 15);
  if ((bits & 32) === 0) {
    const offset = up ? opcode & 0xfff : -(opcode & 0xfff);
    if (n === 15 && row[0] === 'LDR_I') return decodeLiteral(d, pc + offset, address, linear);
    return set(OP[row[!preIndexed ? 2 : writeBack ? 1 : 0]!], fields, offset);
  }
  const type = (opcode >>> 5) & 3;
  const amount = (opcode >>> 7) & 31;
  if (writeBack || !up) return bail();
  const withIndex = fields | ((opcode & 15) << RM) | (amount << AMOUNT);
  if (type === 0) return set(OP[row[3]!], withIndex, 0);
  if (type === 1 && amount !== 0 && row[3] === 'LDR_R') return set(OP.LDR_S, withIndex, 0);
  return bail();
}

// Kind (bits 6:5), load and immediate to handler; null where only the reference path has it.
const EXTRA_STORE: readonly MicroOp[] = ['STRH_I', 'STRH_R', 'STRH_POST'];
const EXTRA_LOADS: readonly (readonly (MicroOp | null)[])[] = [
  [],
  ['LDRH_I', 'LDRH_R', 'LDRH_POST'],
  ['LDRSB_I', 'LDRSB_R', null],
  ['LDRSH_I', 'LDRSH_R', null],
];

// cccc 000p uiwl nnnn dddd iiii 1sh1 mmmm
function decodeExtraTransfer(opcode: number): Step {
  const bits = opcode >>> 20;
  const d = (opcode >>> 12) & 15;
  const n = (opcode >>> 16) & 15;
  const up = (bits & 8) !== 0;
  const preIndexed = (bits & 16) !== 0;
  const row = (bits & LOAD) === 0 ? EXTRA_STORE : EXTRA_LOADS[(opcode >>> 5) & 3]!;
  const fields = (d << RD) | (n << RN) | readsPc(n === 15);
  const amount = ((opcode >>> 4) & 0xf0) | (opcode & 15);
  if ((bits & 4) !== 0) {
    if (preIndexed && (bits & 2) !== 0) return bail();
    const handler = row[preIndexed ? 0 : 2];
    return handler ? set(OP[handler], fields, up ? amount : -amount) : bail();
  }
  if (!preIndexed || (bits & 2) !== 0 || !up) return bail();
  return set(OP[row[1]!], fields | ((opcode & 15) << RM), 0);
}

// cccc 100p uswl nnnn llll llll llll llll
// Constant: register list 15:0, offset of the lowest word 23:16, change of the base 31:24.
function decodeBlock(opcode: number): Step {
  const list = opcode & 0xffff;
  const load = (opcode & 0x10_0000) !== 0;
  const hasPc = (list & 0x8000) !== 0;
  if ((opcode & 0x40_0000) !== 0 || (hasPc && !load)) return bail();
  let count = 0;
  for (let rest = list; rest !== 0; rest &= rest - 1) count++;
  const up = (opcode & 0x80_0000) !== 0;
  const before = (opcode & 0x100_0000) !== 0;
  const lowest = (up ? 0 : -4 * count) + (before === up ? 4 : 0);
  const change = (opcode & 0x20_0000) === 0 ? 0 : up ? 4 * count : -4 * count;
  // LDMIA with the base in the list (Thumb has it with write-back on): the loaded value stays.
  const n = (opcode >>> 16) & 15;
  const kept = load && ((list >>> n) & 1) !== 0 ? 0 : change;
  const handler = load ? (hasPc ? OP.LDM_PC : OP.LDM) : OP.STM;
  const constant = list | ((lowest & 255) << 16) | (kept << 24);
  return set(handler, (n << RN) | (count << AMOUNT), constant);
}
