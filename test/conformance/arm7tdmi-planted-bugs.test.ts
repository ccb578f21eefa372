/** The lock-step test must see a bug in any class of instruction: each row plants one and expects red. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { armClass, thumbToArm } from '../../emulator/cpu/arm7tdmi/instruction-table.ts';
import { CPSR, MODE } from '../../emulator/cpu/arm7tdmi/registers.ts';
import { TEMPLATES } from '../helpers/arm-cases.ts';
import { type Mutation, runLockstep } from '../helpers/lockstep.ts';
import { buildOracle } from '../helpers/lockstep-oracle.ts';

const CASES = 4_000;
const C_BIT = 0x2000_0000;
const V_BIT = 0x1000_0000;
const T_BIT = 0x20;

let oracle: ReturnType<typeof buildOracle>;
beforeAll(() => {
  oracle = buildOracle();
});
afterAll(() => oracle.remove());

const armOf = (opcode: number, before: Int32Array): number =>
  (before[CPSR]! & T_BIT) !== 0 ? thumbToArm(opcode) : opcode;
const field = (opcode: number, at: number): number => (opcode >>> at) & 15;

/** Applies a change only where the instruction did something: its condition held, it did not trap. */
const whenDone =
  (change: (r: Int32Array, opcode: number, before: Int32Array) => void): Mutation =>
  ({ cpu }, opcode, before) => {
    const { r } = cpu.core;
    const trapped = r[15] === 4 || r[15] === 8 || r[15] === 16;
    if (!trapped) change(r, armOf(opcode, before), before);
  };
const changed = (r: Int32Array, before: Int32Array, index: number): boolean =>
  index !== 15 && r[index] !== before[index];
/** Change the destination (bits 15:12) where the instruction changed it. */
const destination = (to: (value: number, opcode: number, before: Int32Array) => number): Mutation =>
  whenDone((r, opcode, before) => {
    const d = field(opcode, 12);
    if (changed(r, before, d)) r[d] = to(r[d]!, opcode, before);
  });
const keepBase = whenDone((r, opcode, before) => {
  const n = field(opcode, 16);
  if (n !== 15 && n !== field(opcode, 12)) r[n] = before[n]!;
});
const toggleFlag = (bit: number): Mutation =>
  whenDone((r, opcode, before) => {
    const setsFlags = (opcode & 0x10_0000) !== 0 && field(opcode, 12) !== 15;
    if (setsFlags && ((r[CPSR]! ^ before[CPSR]!) & bit) !== 0) r[CPSR]! ^= bit;
  });
const keepCarry = toggleFlag(C_BIT);
const keepOverflow = toggleFlag(V_BIT);
/** The first word stored gets one bit wrong: a row for every class of store. */
const damageStore: Mutation = ({ cpu, ramWords }, opcode, before) => {
  const n = field(armOf(opcode, before), 16);
  const address = before[n]! & 0x3ffc;
  if (n !== 15 && cpu.core.r[15] !== 16)
    ramWords[Math.min(address >> 2, ramWords.length - 1)]! ^= 1;
};
const nextInstruction = (before: Int32Array): number =>
  before[15]! + ((before[CPSR]! & T_BIT) !== 0 ? 2 : 4);
/** A trap that is not taken. */
const ignoreTrap =
  (vector: number): Mutation =>
  ({ cpu }, _opcode, before) => {
    const { r } = cpu.core;
    if (r[15] !== vector) return;
    cpu.core.file.cpsr = before[CPSR]!;
    r.set(before);
    r[15] = nextInstruction(before);
  };
const branchTooFar = whenDone((r, _opcode, before) => {
  if (r[15] !== nextInstruction(before)) r[15]! += 4;
});
const linkWrong = whenDone((r, _opcode, before) => {
  if (changed(r, before, 14)) r[14]! += 4;
});

// biome-ignore format: one row a bug
const BUGS: readonly [bug: string, keys: RegExp, mutation: Mutation][] = [
  ['ADC forgets the carry out', /^arm data-imm o0o1o0o1s1/, keepCarry],
  ['SUB forgets the overflow', /^arm data-imm o0o0o1o0s1/, keepOverflow],
  ['SBC subtracts one too much', /^arm data-reg o0o1o1o0s0/, destination((v) => v - 1)],
  ['RSB has its operands the wrong way round', /^arm data-imm o0o0o1o1s0/, destination((v) => -v)],
  ['BIC leaves bit 0', /^arm data-reg o1o1o1o0/, destination((v) => v ^ 1)],
  ['a logical operation forgets the shifter carry', /^arm data-reg o1o1o0o1s1/, keepCarry],
  ['a shift by register takes five bits of the amount', /^arm data-rsr o1o1o0o1s0/,
    destination((v, op, before) => {
      const amount = before[field(op, 8)]! & 255;
      return ((op >>> 5) & 3) === 0 && amount >= 32 ? before[field(op, 0)]! << (amount & 31) : v; })],
  ['TST forgets the carry', /^arm data-imm o1o0o0o0s1/, keepCarry],
  ['MLA does not accumulate', /^arm mul a1/, whenDone((r, op, before) => {
    const d = field(op, 16);
    if (changed(r, before, d)) r[d]! -= before[field(op, 12)]!; })],
  ['SMULL multiplies unsigned', /^arm mull u1a0/, whenDone((r, op, before) => {
    const high = field(op, 16);
    if (changed(r, before, high) && before[field(op, 0)]! < 0) r[high]! += before[field(op, 8)]!; })],
  ['SWPB does not clear bits 31:8', /^arm swp b1/, destination((v) => v | 0x100)],
  ['LDR loses the write-back', /^arm ldr-imm b0/, keepBase],
  ['LDR by register adds the unshifted index', /^arm ldr-reg b1/, destination((v) => v ^ 0x80)],
  ['LDRB extends the sign', /^arm ldr-imm b1/, destination((v) => (v << 24) >> 24)],
  ['STR loses the write-back', /^arm str-imm b0/, keepBase],
  ['STR by register stores a wrong bit', /^arm str-reg b0/, damageStore],
  ['STRB stores a wrong bit', /^arm str-imm b1/, damageStore],
  ['LDRH extends the sign', /^arm ldrh-imm/, destination((v) => (v << 16) >> 16)],
  ['LDRH by register extends the sign', /^arm ldrh-reg/, destination((v) => (v << 16) >> 16)],
  ['STRH loses the write-back', /^arm strh-imm/, keepBase],
  ['STRH by register stores a wrong bit', /^arm strh-reg/, damageStore],
  ['LDRSB does not extend the sign', /^arm ldrs-imm h0/, destination((v) => v & 0xff)],
  ['LDRSH does not extend the sign', /^arm ldrs-reg h1/, destination((v) => v & 0xffff)],
  ['LDM loses the write-back', /^arm ldm s0/, keepBase],
  ['LDM with S loads the current bank', /^arm ldm s1/, ({ cpu }, opcode, before) => {
    const { r } = cpu.core;
    if ((opcode & 0xc000) === 0x4000 && r[15] !== 16) r[14] = before[14]! + 4; }],
  ['STM loses the write-back', /^arm stm s0/, keepBase],
  ['STM with S stores a wrong bit', /^arm stm s1/, damageStore],
  ['B goes four bytes too far', /^arm b$/, branchTooFar],
  ['BL links to the branch itself', /^arm bl$/, linkWrong],
  ['BX stays in ARM state', /^arm bx$/, whenDone((r) => { r[CPSR]! &= ~T_BIT; })],
  ['MRS reads the flags as zero', /^arm mrs p0/, destination((v) => v & 0x0fff_ffff)],
  ['MRS of the SPSR reads the CPSR', /^arm mrs p1/, destination((_v, _op, before) => before[CPSR]!)],
  ['MSR ignores the flags field', /^arm msr-reg p0/, whenDone((r, _op, before) => {
    r[CPSR] = (r[CPSR]! & 0x0fff_ffff) | (before[CPSR]! & 0xf000_0000); })],
  ['MSR writes I in user mode', /^arm msr-imm p0/, ({ cpu }, opcode, before) => {
    const isUser = (before[CPSR]! & 31) === MODE.usr;
    if (isUser && (opcode & 0x1_0000) !== 0) cpu.core.r[CPSR]! ^= 0x80; }],
  ['MSR to the SPSR is lost', /^arm msr-reg p1/, ({ cpu }, _opcode, before) => {
    if (!cpu.core.file.hasSpsr) return;
    const word = cpu.core.file.wordOf('spsr');
    cpu.core.r[word] = before[word]!; }],
  ['SWI is a NOP', /^arm swi/, ignoreTrap(8)],
  ['the undefined space is a NOP', /^arm undefined/, ignoreTrap(4)],
  ['coprocessor data operations are NOPs', /^arm cdp/, ignoreTrap(4)],
  ['coprocessor register transfers are NOPs', /^arm mrc-mcr/, ignoreTrap(4)],
  ['coprocessor memory transfers are NOPs', /^arm ldc-stc/, ignoreTrap(4)],
  ['Thumb ADD forgets the carry', /^thumb add-sub/, keepCarry],
  ['Thumb LSR #0 shifts by nothing', /^thumb shift-imm o0o1/, ({ cpu }, opcode, before) => {
    if ((opcode & 0x7c0) === 0) cpu.core.r[opcode & 7] = before[(opcode >>> 3) & 7]!; }],
  ['Thumb CMP with an immediate forgets the overflow', /^thumb immediate o0o1/, keepOverflow],
  ['Thumb NEG does nothing', /^thumb alu o1o0o0o1/, ({ cpu }, opcode, before) => {
    cpu.core.r[opcode & 7] = before[opcode & 7]!; }],
  ['Thumb MUL forgets a bit', /^thumb alu o1o1o0o1/, ({ cpu }, opcode) => {
    cpu.core.r[opcode & 7]! &= ~1; }],
  ['Thumb MOV of high registers sets Z', /^thumb hi-reg o1o0/, ({ cpu }) => {
    cpu.core.r[CPSR]! |= 0x4000_0000; }],
  ['Thumb BX stays in Thumb state', /^thumb bx/, whenDone((r) => { r[CPSR]! |= T_BIT; })],
  ['Thumb LDR of a literal does not align the pc', /^thumb ldr-pc/, ({ cpu }, opcode) => {
    cpu.core.r[(opcode >>> 8) & 7]! ^= 1; }],
  ['Thumb LDRSB by register does not extend the sign', /^thumb ldst-reg o0o1o1/,
    destination((v) => v & 0xff)],
  ['Thumb STR with an immediate stores a wrong bit', /^thumb ldst-imm b0l0/, damageStore],
  ['Thumb LDRH extends the sign', /^thumb ldsth-imm l1/, destination((v) => (v << 16) >> 16)],
  ['Thumb LDR from the stack is off by a word', /^thumb ldst-sp l1/, destination((v) => v ^ 4)],
  ['Thumb ADD of the pc does not align it', /^thumb add-pc-sp s0/, ({ cpu }, opcode) => {
    cpu.core.r[(opcode >>> 8) & 7]! |= 2; }],
  ['Thumb ADD to sp subtracts', /^thumb adjust-sp s0/, ({ cpu }, _opcode, before) => {
    cpu.core.r[13] = 2 * before[13]! - cpu.core.r[13]!; }],
  ['Thumb PUSH moves sp by a word too much', /^thumb push-pop l0/, ({ cpu }) => {
    if (cpu.core.r[15] !== 16) cpu.core.r[13]! -= 4; }],
  ['Thumb POP leaves sp', /^thumb push-pop l1/, ({ cpu }, _opcode, before) => {
    if (cpu.core.r[15] !== 16) cpu.core.r[13] = before[13]!; }],
  ['Thumb LDMIA leaves its base', /^thumb ldm-stm l1/, keepBase],
  ['Thumb SWI is a NOP', /^thumb swi/, ignoreTrap(8)],
  ['Thumb branches go four bytes too far', /^thumb b-cond/, branchTooFar],
  ['Thumb B goes four bytes too far', /^thumb b$/, branchTooFar],
  ['Thumb BL links without the Thumb bit', /^thumb bl-prefix/, whenDone((r) => { r[14]! &= ~1; })],
  ['Thumb BL suffix links to itself', /^thumb bl-suffix/, linkWrong],
  ['Thumb undefined space is a NOP', /^thumb undefined/, ignoreTrap(4)],
];

test.each(BUGS)('planted bug "%s": the lock-step turns red', async (_bug, keys, mutation) => {
  const templates = TEMPLATES.filter((template) => keys.test(template.key));
  expect(templates.length).toBeGreaterThan(0);
  const { failures } = await runLockstep({
    program: oracle.program,
    cases: CASES,
    seed: 7,
    templates,
    mutation,
  });
  expect(failures.length).toBeGreaterThan(0);
});

test('planted bugs: every class of both instruction sets has one', () => {
  const withoutBug = TEMPLATES.filter(
    (template) => !BUGS.some(([, keys]) => keys.test(template.key)),
  ).map((template) => `${template.thumb ? 'thumb' : 'arm'} ${template.className}`);
  const covered = new Set(
    TEMPLATES.filter((template) => BUGS.some(([, keys]) => keys.test(template.key))).map(
      (template) => `${template.thumb ? 'thumb' : 'arm'} ${template.className}`,
    ),
  );
  expect([...new Set(withoutBug)].filter((name) => !covered.has(name))).toEqual([]);
  expect(armClass(0xe120_0070 | 0)).toBe('undefined');
});
