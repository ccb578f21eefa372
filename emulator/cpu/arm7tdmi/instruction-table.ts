/** The instruction classes of ARMv4T, one bit picture a row: the one table behind decoder, interpreter
 *  and disassembler. Source: ARM7TDMI Technical Reference Manual (DDI 0210), 1.4 "Instruction set
 *  summary", figures 1-5 and 1-6. Letters are operand fields; 0 and 1 are fixed; x is not decoded.
 *  Leaves out: should-be-zero bits, which the ARM7TDMI does not decode; see unpredictable.ts. */

// biome-ignore format: one row a class reads best in columns
const ARM_ROWS = [
  ['bx',        'cccc 0001 0010 xxxx xxxx xxxx 0001 mmmm'],
  ['mul',       'cccc 0000 00as dddd nnnn eeee 1001 mmmm'],
  ['mull',      'cccc 0000 1uas hhhh llll eeee 1001 mmmm'],
  ['swp',       'cccc 0001 0b00 nnnn dddd xxxx 1001 mmmm'],
  ['ldrh-reg',  'cccc 000p u0w1 nnnn dddd xxxx 1011 mmmm'],
  ['ldrh-imm',  'cccc 000p u1w1 nnnn dddd iiii 1011 iiii'],
  ['strh-reg',  'cccc 000p u0w0 nnnn dddd xxxx 1011 mmmm'],
  ['strh-imm',  'cccc 000p u1w0 nnnn dddd iiii 1011 iiii'],
  ['ldrs-reg',  'cccc 000p u0w1 nnnn dddd xxxx 11h1 mmmm'],
  ['ldrs-imm',  'cccc 000p u1w1 nnnn dddd iiii 11h1 iiii'],
  ['mrs',       'cccc 0001 0p00 xxxx dddd xxxx 0000 xxxx'],
  ['msr-reg',   'cccc 0001 0p10 ffff xxxx xxxx 0000 mmmm'],
  ['undefined', 'cccc 0001 0xx0 xxxx xxxx xxxx xxxx xxxx'],
  ['undefined', 'cccc 0011 0x00 xxxx xxxx xxxx xxxx xxxx'],
  ['undefined', 'cccc 000x xxxx xxxx xxxx xxxx 1xx1 xxxx'],
  ['msr-imm',   'cccc 0011 0p10 ffff xxxx rrrr iiii iiii'],
  ['data-reg',  'cccc 000o ooos nnnn dddd aaaa att0 mmmm'],
  ['data-rsr',  'cccc 000o ooos nnnn dddd eeee 0tt1 mmmm'],
  ['data-imm',  'cccc 001o ooos nnnn dddd rrrr iiii iiii'],
  ['ldr-imm',   'cccc 010p ubw1 nnnn dddd iiii iiii iiii'],
  ['str-imm',   'cccc 010p ubw0 nnnn dddd iiii iiii iiii'],
  ['undefined', 'cccc 011x xxxx xxxx xxxx xxxx xxx1 xxxx'],
  ['ldr-reg',   'cccc 011p ubw1 nnnn dddd aaaa att0 mmmm'],
  ['str-reg',   'cccc 011p ubw0 nnnn dddd aaaa att0 mmmm'],
  ['ldm',       'cccc 100p usw1 nnnn llll llll llll llll'],
  ['stm',       'cccc 100p usw0 nnnn llll llll llll llll'],
  ['b',         'cccc 1010 oooo oooo oooo oooo oooo oooo'],
  ['bl',        'cccc 1011 oooo oooo oooo oooo oooo oooo'],
  ['ldc-stc',   'cccc 110p unwl nnnn dddd kkkk iiii iiii'],
  ['cdp',       'cccc 1110 oooo nnnn dddd kkkk qqq0 mmmm'],
  ['mrc-mcr',   'cccc 1110 oool nnnn dddd kkkk qqq1 mmmm'],
  ['swi',       'cccc 1111 iiii iiii iiii iiii iiii iiii'],
] as const;

// biome-ignore format: one row a class reads best in columns
const THUMB_ROWS = [
  ['add-sub',    '0001 1iom mmnn nddd'],
  ['shift-imm',  '000o oaaa aamm mddd'],
  ['immediate',  '001o oddd iiii iiii'],
  ['alu',        '0100 00oo oomm mddd'],
  ['bx',         '0100 0111 hmmm mxxx'],
  ['hi-reg',     '0100 01oo hgmm mddd'],
  ['ldr-pc',     '0100 1ddd iiii iiii'],
  ['ldst-reg',   '0101 ooom mmnn nddd'],
  ['ldst-imm',   '011b liii iinn nddd'],
  ['ldsth-imm',  '1000 liii iinn nddd'],
  ['ldst-sp',    '1001 lddd iiii iiii'],
  ['add-pc-sp',  '1010 sddd iiii iiii'],
  ['adjust-sp',  '1011 0000 siii iiii'],
  ['push-pop',   '1011 l10r iiii iiii'],
  ['undefined',  '1011 xxxx xxxx xxxx'],
  ['ldm-stm',    '1100 lnnn iiii iiii'],
  ['undefined',  '1101 1110 xxxx xxxx'],
  ['swi',        '1101 1111 iiii iiii'],
  ['b-cond',     '1101 cccc oooo oooo'],
  ['b',          '1110 0ooo oooo oooo'],
  ['undefined',  '1110 1xxx xxxx xxxx'],
  ['bl-prefix',  '1111 0ooo oooo oooo'],
  ['bl-suffix',  '1111 1ooo oooo oooo'],
] as const;

export type ArmClass = (typeof ARM_ROWS)[number][0];
export type ThumbClass = (typeof THUMB_ROWS)[number][0];

interface Pattern<Name> {
  readonly name: Name;
  readonly picture: string;
  readonly mask: number;
  readonly value: number;
}
const pattern = <Name>([name, picture]: readonly [Name, string]): Pattern<Name> => {
  const bits = picture.replaceAll(' ', '');
  return {
    name,
    picture,
    mask: Number.parseInt(bits.replace(/[01]/g, '1').replace(/[^01]/g, '0'), 2) | 0,
    value: Number.parseInt(bits.replace(/[^1]/g, '0'), 2) | 0,
  };
};
export const ARM_PATTERNS: readonly Pattern<ArmClass>[] = ARM_ROWS.map((row) => pattern(row));
export const THUMB_PATTERNS: readonly Pattern<ThumbClass>[] = THUMB_ROWS.map((row) => pattern(row));

const firstMatch = <Name>(rows: readonly Pattern<Name>[], opcode: number): Name =>
  rows.find((row) => (opcode & row.mask) === row.value)!.name;

/** Bits 27:20 and 7:4 decide the class of an ARM instruction, bits 15:8 that of a Thumb one. */
const ARM_CLASSES: readonly ArmClass[] = Array.from({ length: 4096 }, (_, i) =>
  firstMatch(ARM_PATTERNS, ((i >>> 4) << 20) | ((i & 15) << 4)),
);
const THUMB_CLASSES: readonly ThumbClass[] = Array.from({ length: 256 }, (_, i) =>
  firstMatch(THUMB_PATTERNS, i << 8),
);

export const armClass = (opcode: number): ArmClass =>
  ARM_CLASSES[((opcode >>> 16) & 0xff0) | ((opcode >>> 4) & 15)]!;
export const thumbClass = (opcode: number): ThumbClass => THUMB_CLASSES[(opcode >>> 8) & 255]!;

/** The ARM instruction with the same effect, where there is one; 0 where there is not: the classes
 *  ldr-pc, add-pc-sp with pc, branches, swi and undefined. Source: DDI 0210, 1.4.3. */
export function thumbToArm(op: number): number {
  const d = op & 7;
  const n = (op >>> 3) & 7;
  const m = (op >>> 6) & 7;
  const high = (op >>> 8) & 7;
  const imm8 = op & 255;
  const imm5 = (op >>> 6) & 31;
  switch (thumbClass(op)) {
    case 'add-sub': {
      const operation = (op & 0x200) === 0 ? 0xe090_0000 : 0xe050_0000; // ADDS, SUBS
      return operation | ((op & 0x400) << 15) | (n << 16) | (d << 12) | m | 0;
    }
    case 'shift-imm': // MOVS d, n, LSL/LSR/ASR #imm5
      return 0xe1b0_0000 | (d << 12) | (imm5 << 7) | (((op >>> 11) & 3) << 5) | n | 0;
    case 'immediate': {
      const operation = [0xe3b0_0000, 0xe350_0000, 0xe290_0000, 0xe250_0000][(op >>> 11) & 3]!;
      const isMove = (op & 0x1800) === 0;
      const isCompare = (op & 0x1800) === 0x0800;
      return operation | (isMove ? 0 : high << 16) | (isCompare ? 0 : high << 12) | imm8 | 0;
    }
    case 'alu':
      return thumbAlu((op >>> 6) & 15, d, n);
    case 'bx':
      return 0xe12f_ff10 | ((op >>> 3) & 15) | 0;
    case 'hi-reg': {
      const to = d | ((op >>> 4) & 8);
      const from = (op >>> 3) & 15;
      const kind = (op >>> 8) & 3;
      if (kind === 0) return 0xe080_0000 | (to << 16) | (to << 12) | from | 0; // ADD
      if (kind === 1) return 0xe150_0000 | (to << 16) | from | 0; // CMP
      return 0xe1a0_0000 | (to << 12) | from | 0; // MOV
    }
    case 'ldst-reg': {
      // STR STRH STRB LDRSB LDR LDRH LDRB LDRSH d, [n, m]
      const operation = [
        0xe780_0000, 0xe180_00b0, 0xe7c0_0000, 0xe190_00d0, 0xe790_0000, 0xe190_00b0, 0xe7d0_0000,
        0xe190_00f0,
      ][(op >>> 9) & 7]!;
      return operation | (n << 16) | (d << 12) | m | 0;
    }
    case 'ldst-imm': {
      const byte = (op & 0x1000) !== 0;
      const load = (op & 0x800) << 9;
      const offset = byte ? imm5 : imm5 << 2;
      return (byte ? 0xe5c0_0000 : 0xe580_0000) | load | (n << 16) | (d << 12) | offset | 0;
    }
    case 'ldsth-imm': {
      const offset = imm5 << 1;
      const split = ((offset & 0xf0) << 4) | (offset & 15);
      return 0xe1c0_00b0 | ((op & 0x800) << 9) | (n << 16) | (d << 12) | split | 0;
    }
    case 'ldst-sp':
      return 0xe58d_0000 | ((op & 0x800) << 9) | (high << 12) | (imm8 << 2) | 0;
    case 'add-pc-sp': // ADD d, sp, #imm8 * 4; the pc form has an aligned pc
      return (op & 0x800) === 0 ? 0 : 0xe28d_0f00 | (high << 12) | imm8 | 0;
    case 'adjust-sp':
      return ((op & 0x80) === 0 ? 0xe28d_df00 : 0xe24d_df00) | (op & 0x7f) | 0;
    case 'push-pop': // STMDB sp!, LDMIA sp!
      return (op & 0x800) === 0
        ? 0xe92d_0000 | imm8 | ((op & 0x100) << 6) | 0
        : 0xe8bd_0000 | imm8 | ((op & 0x100) << 7) | 0;
    case 'ldm-stm':
      return 0xe8a0_0000 | ((op & 0x800) << 9) | (high << 16) | imm8 | 0;
    default:
      return 0;
  }
}

// biome-ignore format: one row an operation reads best in columns
function thumbAlu(operation: number, d: number, m: number): number {
  switch (operation) {
    case 2: case 3: // LSL, LSR: MOVS d, d, LSL/LSR m
      return 0xe1b0_0010 | (d << 12) | (m << 8) | ((operation - 2) << 5) | d | 0;
    case 4: return 0xe1b0_0050 | (d << 12) | (m << 8) | d | 0; // ASR
    case 7: return 0xe1b0_0070 | (d << 12) | (m << 8) | d | 0; // ROR
    case 9: return 0xe270_0000 | (m << 16) | (d << 12) | 0; // NEG: RSBS d, m, #0
    case 13: return 0xe010_0090 | (d << 16) | (d << 8) | m | 0; // MULS d, m, d
    case 8: case 10: case 11: // TST, CMP, CMN
      return 0xe010_0000 | (operation << 21) | (d << 16) | m | 0;
    case 15: return 0xe1f0_0000 | (d << 12) | m | 0; // MVNS
    default: // AND EOR ADC SBC ORR BIC have the same number in both instruction sets
      return 0xe010_0000 | (operation << 21) | (d << 16) | (d << 12) | m | 0;
  }
}
