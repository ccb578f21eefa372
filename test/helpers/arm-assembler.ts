/** A tiny assembler for tests: functions that give opcodes, so that a test shows instructions, not hex.
 *  Source: ARM7TDMI Technical Reference Manual (DDI 0210), 1.4. Leaves out: labels, directives. */

export interface Shifted {
  readonly register: number;
  readonly bits: number;
}
/** Second operand: a number is an immediate, `reg(3)`, `reg(3, 'lsl', 4)` or `reg(3, 'lsr', reg(2))`. */
export type Operand = number | Shifted;
export type ShiftName = 'lsl' | 'lsr' | 'asr' | 'ror';
const SHIFTS: Record<ShiftName, number> = { lsl: 0, lsr: 1, asr: 2, ror: 3 };
// biome-ignore format: in the order of their numbers
const CONDITIONS = ['eq', 'ne', 'cs', 'cc', 'mi', 'pl', 'vs', 'vc', 'hi', 'ls', 'ge', 'lt', 'gt',
  'le', 'al', 'nv'] as const;
export type ConditionName = (typeof CONDITIONS)[number];

export const [sp, lr, pc] = [13, 14, 15] as const;

export function reg(register: number, shift?: ShiftName, by: number | Shifted = 0): Shifted {
  if (shift === undefined) return { register, bits: register };
  const type = SHIFTS[shift] << 5;
  if (typeof by !== 'number')
    return { register, bits: register | type | 0x10 | (by.register << 8) };
  return { register, bits: register | type | ((by & 31) << 7) };
}
/** Rotate right by one place through the carry. */
export const rrx = (register: number): Shifted => ({ register, bits: register | 0x60 });

function immediate(value: number): number {
  for (let rotate = 0; rotate < 32; rotate += 2) {
    const turned = ((value << rotate) | (rotate === 0 ? 0 : value >>> (32 - rotate))) >>> 0;
    if (turned < 256) return (rotate << 7) | turned;
  }
  throw new RangeError(`${value} is no ARM immediate`);
}
const operand = (value: Operand): number =>
  typeof value === 'number' ? 0x0200_0000 | immediate(value) : value.bits;

const data = (operation: number, d: number, n: number, value: Operand): number =>
  (0xe000_0000 | (operation << 21) | (n << 16) | (d << 12) | operand(value)) >>> 0;
const compare = (operation: number, n: number, value: Operand): number =>
  (data(operation, 0, n, value) | 0x10_0000) >>> 0;

/** The same instruction, setting flags. */
export const flags = (opcode: number): number => (opcode | 0x10_0000) >>> 0;
/** The same instruction under a condition. */
export const when = (condition: ConditionName, opcode: number): number =>
  ((opcode & 0x0fff_ffff) | (CONDITIONS.indexOf(condition) << 28)) >>> 0;

export interface Place {
  readonly base: number;
  readonly offset: number | Shifted;
  readonly mode: 'offset' | 'pre' | 'post';
}
/** [base, offset] */
export const at = (base: number, offset: number | Shifted = 0): Place => ({
  base,
  offset,
  mode: 'offset',
});
/** [base, offset]! */
export const pre = (base: number, offset: number | Shifted): Place => ({
  base,
  offset,
  mode: 'pre',
});
/** [base], offset */
export const post = (base: number, offset: number | Shifted): Place => ({
  base,
  offset,
  mode: 'post',
});

const placeBits = ({ base, offset, mode }: Place): number => {
  const up = typeof offset !== 'number' || offset >= 0 ? 0x80_0000 : 0;
  const index = mode === 'post' ? 0 : mode === 'pre' ? 0x120_0000 : 0x100_0000;
  return up | index | (base << 16);
};
const transfer = (bits: number, d: number, place: Place): number => {
  const { offset } = place;
  const amount = typeof offset === 'number' ? Math.abs(offset) : 0x0200_0000 | offset.bits;
  return (0xe400_0000 | bits | placeBits(place) | (d << 12) | amount) >>> 0;
};
const extra = (bits: number, d: number, place: Place): number => {
  const { offset } = place;
  const size = typeof offset === 'number' ? Math.abs(offset) : -1;
  const amount =
    typeof offset === 'number' ? 0x40_0000 | ((size & 0xf0) << 4) | (size & 15) : offset.bits;
  return (0xe000_0000 | bits | placeBits(place) | (d << 12) | amount) >>> 0;
};
const listBits = (registers: readonly number[]): number =>
  registers.reduce((bits, register) => bits | (1 << register), 0);
export type BlockMode = 'ia' | 'ib' | 'da' | 'db';
const BLOCKS: Record<BlockMode, number> = { da: 0, ia: 0x80_0000, db: 0x100_0000, ib: 0x180_0000 };
/** `!` writes the base back, `^` is the S bit. */
const block =
  (bits: number) =>
  (mode: BlockMode, n: number, registers: readonly number[], suffix: '' | '!' | '^' | '!^' = '') =>
    (0xe800_0000 |
      bits |
      BLOCKS[mode] |
      (suffix.includes('!') ? 0x20_0000 : 0) |
      (suffix.includes('^') ? 0x40_0000 : 0) |
      (n << 16) |
      listBits(registers)) >>>
    0;
type Psr = 'cpsr' | 'spsr';
const psrBit = (psr: Psr): number => (psr === 'spsr' ? 0x40_0000 : 0);

// biome-ignore format: one row an instruction
export const arm = {
  and: (d: number, n: number, value: Operand) => data(0, d, n, value),
  eor: (d: number, n: number, value: Operand) => data(1, d, n, value),
  sub: (d: number, n: number, value: Operand) => data(2, d, n, value),
  rsb: (d: number, n: number, value: Operand) => data(3, d, n, value),
  add: (d: number, n: number, value: Operand) => data(4, d, n, value),
  adc: (d: number, n: number, value: Operand) => data(5, d, n, value),
  sbc: (d: number, n: number, value: Operand) => data(6, d, n, value),
  rsc: (d: number, n: number, value: Operand) => data(7, d, n, value),
  tst: (n: number, value: Operand) => compare(8, n, value),
  teq: (n: number, value: Operand) => compare(9, n, value),
  cmp: (n: number, value: Operand) => compare(10, n, value),
  cmn: (n: number, value: Operand) => compare(11, n, value),
  orr: (d: number, n: number, value: Operand) => data(12, d, n, value),
  mov: (d: number, value: Operand) => data(13, d, 0, value),
  bic: (d: number, n: number, value: Operand) => data(14, d, n, value),
  mvn: (d: number, value: Operand) => data(15, d, 0, value),
  mul: (d: number, m: number, s: number) => (0xe000_0090 | (d << 16) | (s << 8) | m) >>> 0,
  mla: (d: number, m: number, s: number, n: number) =>
    (0xe020_0090 | (d << 16) | (n << 12) | (s << 8) | m) >>> 0,
  umull: (low: number, high: number, m: number, s: number) =>
    (0xe080_0090 | (high << 16) | (low << 12) | (s << 8) | m) >>> 0,
  umlal: (low: number, high: number, m: number, s: number) =>
    (0xe0a0_0090 | (high << 16) | (low << 12) | (s << 8) | m) >>> 0,
  smull: (low: number, high: number, m: number, s: number) =>
    (0xe0c0_0090 | (high << 16) | (low << 12) | (s << 8) | m) >>> 0,
  smlal: (low: number, high: number, m: number, s: number) =>
    (0xe0e0_0090 | (high << 16) | (low << 12) | (s << 8) | m) >>> 0,
  ldr: (d: number, place: Place) => transfer(0x10_0000, d, place),
  ldrb: (d: number, place: Place) => transfer(0x50_0000, d, place),
  str: (d: number, place: Place) => transfer(0, d, place),
  strb: (d: number, place: Place) => transfer(0x40_0000, d, place),
  ldrh: (d: number, place: Place) => extra(0x10_00b0, d, place),
  ldrsb: (d: number, place: Place) => extra(0x10_00d0, d, place),
  ldrsh: (d: number, place: Place) => extra(0x10_00f0, d, place),
  strh: (d: number, place: Place) => extra(0xb0, d, place),
  ldm: block(0x10_0000),
  stm: block(0),
  swp: (d: number, m: number, n: number) => (0xe100_0090 | (n << 16) | (d << 12) | m) >>> 0,
  swpb: (d: number, m: number, n: number) => (0xe140_0090 | (n << 16) | (d << 12) | m) >>> 0,
  /** Branches take the distance from the instruction itself, in bytes. */
  b: (distance: number) => (0xea00_0000 | (((distance - 8) >> 2) & 0xff_ffff)) >>> 0,
  bl: (distance: number) => (0xeb00_0000 | (((distance - 8) >> 2) & 0xff_ffff)) >>> 0,
  bx: (m: number) => (0xe12f_ff10 | m) >>> 0,
  mrs: (d: number, psr: Psr) => (0xe10f_0000 | psrBit(psr) | (d << 12)) >>> 0,
  msr: (psr: Psr, fields: 'c' | 'f' | 'fc', value: Operand) =>
    (0xe120_f000 | psrBit(psr) | (fields.includes('c') ? 0x1_0000 : 0) |
      (fields.includes('f') ? 0x8_0000 : 0) | operand(value)) >>> 0,
  swi: (comment: number) => (0xef00_0000 | comment) >>> 0,
  undefined: () => 0xe7f0_00f0,
  nop: () => 0xe1a0_0000,
} as const;

// biome-ignore format: one row an instruction
export const thumb = {
  mov: (d: number, imm: number) => 0x2000 | (d << 8) | imm,
  cmp: (d: number, imm: number) => 0x2800 | (d << 8) | imm,
  add: (d: number, imm: number) => 0x3000 | (d << 8) | imm,
  sub: (d: number, imm: number) => 0x3800 | (d << 8) | imm,
  addReg: (d: number, n: number, m: number) => 0x1800 | (m << 6) | (n << 3) | d,
  subReg: (d: number, n: number, m: number) => 0x1a00 | (m << 6) | (n << 3) | d,
  lsl: (d: number, m: number, amount: number) => (amount << 6) | (m << 3) | d,
  lsr: (d: number, m: number, amount: number) => 0x0800 | ((amount & 31) << 6) | (m << 3) | d,
  neg: (d: number, m: number) => 0x4240 | (m << 3) | d,
  mul: (d: number, m: number) => 0x4340 | (m << 3) | d,
  movHigh: (d: number, m: number) => 0x4600 | ((d & 8) << 4) | (m << 3) | (d & 7),
  addHigh: (d: number, m: number) => 0x4400 | ((d & 8) << 4) | (m << 3) | (d & 7),
  bx: (m: number) => 0x4700 | (m << 3),
  ldrLiteral: (d: number, offset: number) => 0x4800 | (d << 8) | (offset >> 2),
  ldr: (d: number, n: number, offset: number) => 0x6800 | ((offset >> 2) << 6) | (n << 3) | d,
  str: (d: number, n: number, offset: number) => 0x6000 | ((offset >> 2) << 6) | (n << 3) | d,
  addPc: (d: number, offset: number) => 0xa000 | (d << 8) | (offset >> 2),
  push: (registers: readonly number[]) =>
    0xb400 | (listBits(registers) & 255) | (registers.includes(lr) ? 0x100 : 0),
  pop: (registers: readonly number[]) =>
    0xbc00 | (listBits(registers) & 255) | (registers.includes(pc) ? 0x100 : 0),
  ldmia: (n: number, registers: readonly number[]) => 0xc800 | (n << 8) | listBits(registers),
  stmia: (n: number, registers: readonly number[]) => 0xc000 | (n << 8) | listBits(registers),
  b: (distance: number) => 0xe000 | (((distance - 4) >> 1) & 0x7ff),
  bIf: (condition: ConditionName, distance: number) =>
    0xd000 | (CONDITIONS.indexOf(condition) << 8) | (((distance - 4) >> 1) & 0xff),
  blPrefix: (distance: number) => 0xf000 | (((distance - 4) >> 12) & 0x7ff),
  blSuffix: (distance: number) => 0xf800 | (((distance - 4) >> 1) & 0x7ff),
  swi: (comment: number) => 0xdf00 | comment,
  undefined: () => 0xde00,
  nop: () => 0x46c0,
} as const;
