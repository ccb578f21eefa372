import { expect, test } from 'vitest';
import {
  arm,
  at,
  flags,
  lr,
  pc,
  post,
  pre,
  reg,
  rrx,
  sp,
  thumb,
  when,
} from '../../../helpers/arm-assembler.ts';
import { type ArmMachine, createArmMachine, RAM } from '../../../helpers/arm-machine.ts';

const N = 0x8000_0000;
const Z = 0x4000_0000;
const C = 0x2000_0000;
const V = 0x1000_0000;

/** Every fact is checked on both paths: the fast loop and the reference interpreter. */
const onBothPaths = (name: string, fact: (m: ArmMachine) => void): void => {
  for (const path of ['fast', 'reference'] as const) {
    test(`ARM7TDMI ${name} (${path} path)`, () => {
      const m = createArmMachine();
      if (path === 'reference') m.cpu.onInstruction = () => undefined;
      fact(m);
    });
  }
};
const nzcv = (m: ArmMachine): number => (m.cpu.getRegister('cpsr') & 0xf000_0000) >>> 0;
const set = (m: ArmMachine, values: Record<string, number>): void => {
  for (const [name, value] of Object.entries(values)) m.cpu.setRegister(name, value);
};
const kinds = (m: ArmMachine): string[] => m.machine.events.summary().map((e) => e.event.kind);

onBothPaths('ADDS, 0x7fffffff + 1: N and V set, no carry', (m) => {
  m.load(0, [flags(arm.add(0, 1, 1))]);
  set(m, { r1: 0x7fff_ffff });
  m.steps(1);
  expect(m.r(0)).toBe(0x8000_0000);
  expect(nzcv(m)).toBe((N | V) >>> 0);
});

onBothPaths('ADDS, 0xffffffff + 1: zero with carry', (m) => {
  m.load(0, [flags(arm.add(0, 1, reg(2)))]);
  set(m, { r1: 0xffff_ffff, r2: 1 });
  m.steps(1);
  expect(nzcv(m)).toBe(Z | C);
});

onBothPaths('SUBS, equal operands: carry means no borrow', (m) => {
  m.load(0, [flags(arm.sub(0, 1, reg(1))), flags(arm.sub(0, 0, 1))]);
  set(m, { r1: 5 });
  m.steps(1);
  expect(nzcv(m)).toBe(Z | C);
  m.steps(1);
  expect(nzcv(m)).toBe(N);
});

onBothPaths('ADC, carry set, 0xffffffff + 0: wraps to zero with carry out', (m) => {
  m.load(0, [flags(arm.adc(0, 1, reg(2)))]);
  set(m, { cpsr: 0x2000_00d3, r1: 0xffff_ffff, r2: 0 });
  m.steps(1);
  expect(m.r(0)).toBe(0);
  expect(nzcv(m)).toBe(Z | C);
});

onBothPaths('SBC and RSC, carry clear: one more is subtracted', (m) => {
  m.load(0, [arm.sbc(0, 1, 3), arm.rsc(2, 1, 30)]);
  set(m, { cpsr: 0xd3, r1: 10 });
  m.steps(2);
  expect([m.r(0), m.r(2)]).toEqual([6, 19]);
});

onBothPaths('MOVS with a rotated immediate: the carry is its bit 31', (m) => {
  m.load(0, [flags(arm.mov(0, 0x8000_0000)), flags(arm.mov(0, 0x100))]);
  m.steps(1);
  expect(nzcv(m)).toBe((N | C) >>> 0);
  m.steps(1);
  expect(nzcv(m)).toBe(0);
});

onBothPaths('shifts by register, amounts 0, 32, 33: identity, last bit out, nothing', (m) => {
  const lslBy2 = flags(arm.mov(0, reg(1, 'lsl', reg(2))));
  m.load(0, [lslBy2, lslBy2, lslBy2]);
  set(m, { cpsr: 0x2000_00d3, r1: 0x8000_0001, r2: 0 });
  m.steps(1);
  expect([m.r(0), nzcv(m)]).toEqual([0x8000_0001, (N | C) >>> 0]);
  set(m, { r2: 32 });
  m.steps(1);
  expect([m.r(0), nzcv(m)]).toEqual([0, Z | C]);
  set(m, { r2: 33 });
  m.steps(1);
  expect([m.r(0), nzcv(m)]).toEqual([0, Z]);
});

onBothPaths('LSR #32, ASR #32 and RRX: encoded as amount 0', (m) => {
  m.load(0, [
    flags(arm.mov(0, reg(1, 'lsr', 32))),
    flags(arm.mov(2, reg(1, 'asr', 32))),
    flags(arm.mov(3, rrx(1))),
  ]);
  set(m, { r1: 0x8000_0001 });
  m.steps(1);
  expect([m.r(0), nzcv(m)]).toEqual([0, Z | C]);
  m.steps(1);
  expect([m.r(2), nzcv(m)]).toEqual([0xffff_ffff, (N | C) >>> 0]);
  m.steps(1);
  expect([m.r(3), nzcv(m)]).toEqual([0xc000_0000, (N | C) >>> 0]);
});

onBothPaths('r15 as operand: address + 8, and + 12 with a shift by register', (m) => {
  m.load(0, [arm.add(0, pc, 0), arm.mov(1, reg(pc)), arm.mov(2, reg(pc, 'lsl', reg(3)))]);
  set(m, { r3: 0 });
  m.steps(3);
  expect([m.r(0), m.r(1), m.r(2)]).toEqual([8, 12, 8 + 12]);
});

onBothPaths('a condition that does not hold: one cycle and no effect', (m) => {
  m.load(0, [when('eq', arm.mov(0, 1)), when('ne', arm.mov(0, 2))]);
  set(m, { cpsr: 0xd3, r0: 9 });
  m.steps(1);
  expect([m.r(0), m.machine.now]).toEqual([9, 1]);
  m.steps(1);
  expect([m.r(0), m.machine.now]).toEqual([2, 2]);
});

onBothPaths('cycles by chapter 6: data 1, shift by register 2, LDR 3, STR 2, branch 3', (m) => {
  m.load(0, [
    arm.mov(0, 1),
    arm.mov(0, reg(0, 'lsl', reg(1))),
    arm.ldr(2, at(3)),
    arm.str(2, at(3)),
    arm.ldm('ia', 3, [4, 5, 6]),
    arm.stm('ia', 3, [4, 5, 6]),
    arm.swp(4, 5, 3),
    arm.b(4),
  ]);
  set(m, { r3: RAM, r1: 0 });
  const taken = [];
  for (let i = 0; i < 8; i++) {
    const before = m.machine.now;
    m.steps(1);
    taken.push(m.machine.now - before);
  }
  expect(taken).toEqual([1, 2, 3, 2, 5, 4, 4, 3]);
});

onBothPaths('MUL, multipliers of 1 to 4 significant bytes: 1 + m cycles', (m) => {
  const mul = arm.mul(0, 1, 2);
  m.load(0, [mul, mul, mul, mul, mul, arm.mla(0, 1, 2, 3), arm.umull(4, 5, 1, 2)]);
  const cycles = [0xff, 0xffff, 0xff_ffff, 0x7fff_ffff, 0xffff_ff00, 0xff, 0xffff_ffff].map(
    (by) => {
      set(m, { r1: 3, r2: by });
      const before = m.machine.now;
      m.steps(1);
      return m.machine.now - before;
    },
  );
  expect(cycles).toEqual([2, 3, 4, 5, 2, 3, 6]);
});

onBothPaths('UMULL, SMULL, UMLAL and SMLAL, extremes: 64-bit results', (m) => {
  m.load(0, [
    arm.umull(0, 1, 8, 9),
    arm.smull(2, 3, 8, 9),
    arm.umlal(4, 5, 8, 9),
    arm.smlal(6, 7, 8, 9),
  ]);
  set(m, { r8: 0xffff_ffff, r9: 0xffff_ffff, r4: 0xffff_ffff, r5: 0, r6: 0xffff_ffff, r7: 0 });
  m.steps(4);
  expect([m.r(1), m.r(0)]).toEqual([0xffff_fffe, 1]);
  expect([m.r(3), m.r(2)]).toEqual([0, 1]);
  expect([m.r(5), m.r(4)]).toEqual([0xffff_ffff, 0]);
  expect([m.r(7), m.r(6)]).toEqual([1, 0]);
});

onBothPaths('LDR, unaligned address: the aligned word, rotated, and an event', (m) => {
  m.load(RAM, [0x4433_2211]);
  m.load(0, [arm.ldr(0, at(1)), arm.ldr(2, at(1, 1)), arm.ldr(3, at(1, 2))]);
  set(m, { r1: RAM + 1 });
  m.steps(3);
  expect([m.r(0), m.r(2), m.r(3)]).toEqual([0x1144_3322, 0x2211_4433, 0x3322_1144]);
  expect(kinds(m)).toContain('unaligned-access');
});

onBothPaths(
  'LDRH and LDRSH, odd address: rotated halfword, and the sign-extended odd byte',
  (m) => {
    m.load(RAM, [0x4433_8211]);
    m.load(0, [arm.ldrh(0, at(1)), arm.ldrsh(2, at(1))]);
    set(m, { r1: RAM + 1 });
    m.steps(2);
    expect([m.r(0), m.r(2)]).toEqual([0x1100_0082, 0xffff_ff82]);
  },
);

onBothPaths('STR and STRH, unaligned address: the low bits are ignored', (m) => {
  m.load(0, [arm.str(0, at(1)), arm.strh(2, at(1, 4))]);
  set(m, { r0: 0x1234_5678, r1: RAM + 3, r2: 0xaaaa_bbbb });
  m.steps(2);
  expect([m.word(RAM), m.word(RAM + 4)]).toEqual([0x1234_5678, 0xbbbb_0000]);
});

onBothPaths('LDM and STM, unaligned base: forced aligned, write-back keeps the low bits', (m) => {
  m.load(0, [arm.stm('ia', 1, [2, 3], '!'), arm.ldm('db', 1, [4, 5], '!')]);
  set(m, { r1: RAM + 2, r2: 0x22, r3: 0x33 });
  m.steps(1);
  expect([m.word(RAM), m.word(RAM + 4), m.r(1)]).toEqual([0x22, 0x33, RAM + 10]);
  m.steps(1);
  expect([m.r(4), m.r(5), m.r(1)]).toEqual([0x22, 0x33, RAM + 2]);
});

onBothPaths('STM with the base in the list: old base if first, new base if not', (m) => {
  m.load(0, [arm.stm('ia', 1, [1, 2], '!'), arm.stm('ia', 1, [0, 1], '!')]);
  set(m, { r1: RAM, r2: 7, r0: 9 });
  m.steps(2);
  expect(m.word(RAM)).toBe(RAM);
  expect(m.word(RAM + 12)).toBe(RAM + 16);
  expect(kinds(m)).toContain('unpredictable-instruction');
});

onBothPaths('LDM with the base in the list: the loaded value stays', (m) => {
  m.load(RAM, [11, 22]);
  m.load(0, [arm.ldm('ia', 1, [1, 2], '!')]);
  set(m, { r1: RAM });
  m.steps(1);
  expect([m.r(1), m.r(2)]).toEqual([11, 22]);
});

onBothPaths('LDM with an empty list: r15 is loaded and the base moves by 0x40', (m) => {
  m.load(RAM, [0x100]);
  m.load(0, [arm.ldm('ia', 1, [], '!')]);
  set(m, { r1: RAM });
  m.steps(1);
  expect([m.cpu.pc, m.r(1)]).toEqual([0x100, RAM + 0x40]);
});

onBothPaths('STM and STR of r15: address + 12 is stored', (m) => {
  m.load(0, [arm.nop(), arm.str(pc, at(1)), arm.stm('ia', 1, [2, pc])]);
  set(m, { r1: RAM });
  m.steps(2);
  expect(m.word(RAM)).toBe(4 + 12);
  m.steps(1);
  expect(m.word(RAM + 4)).toBe(8 + 12);
});

onBothPaths('LDR with write-back: pre-indexed moves first, post-indexed last', (m) => {
  m.load(RAM, [1, 2, 3]);
  m.load(0, [arm.ldr(0, pre(1, 4)), arm.ldr(2, post(1, 4)), arm.ldr(3, at(1))]);
  set(m, { r1: RAM });
  m.steps(3);
  expect([m.r(0), m.r(2), m.r(3), m.r(1)]).toEqual([2, 2, 3, RAM + 8]);
});

onBothPaths('SWP, word: memory and register change places', (m) => {
  m.load(RAM, [0x1111_1111]);
  m.load(0, [arm.swp(0, 1, 2)]);
  set(m, { r1: 5, r2: RAM });
  m.steps(1);
  expect([m.r(0), m.word(RAM)]).toEqual([0x1111_1111, 5]);
});

onBothPaths('BX, bit 0 set: Thumb state, and back with it clear', (m) => {
  m.load(0, [arm.bx(0)]);
  m.loadThumb(0x100, [thumb.mov(1, 5), thumb.bx(2)]);
  set(m, { r0: 0x101, r2: 0x40 });
  m.steps(2);
  expect([m.r(1), m.cpu.pc, m.cpu.getRegister('cpsr') & 0x20]).toEqual([5, 0x102, 0x20]);
  m.steps(1);
  expect([m.cpu.pc, m.cpu.getRegister('cpsr') & 0x20]).toEqual([0x40, 0]);
});

onBothPaths('LDR and LDM to r15: a branch that stays in the state', (m) => {
  m.load(RAM, [0x101, 0x203]);
  m.load(0, [arm.ldr(pc, at(0))]);
  m.load(0x100, [arm.ldm('ia', 1, [pc])]);
  set(m, { r0: RAM, r1: RAM + 4 });
  m.steps(1);
  expect(m.cpu.pc).toBe(0x100);
  m.steps(1);
  expect([m.cpu.pc, m.cpu.getRegister('cpsr') & 0x20]).toEqual([0x200, 0]);
});

const enterThumb = (m: ArmMachine, address: number): void =>
  set(m, { cpsr: 0xd3 | 0x20, pc: address });

onBothPaths('Thumb BL: two halves, link with bit 0 set, 4 cycles', (m) => {
  m.loadThumb(0x100, [thumb.blPrefix(0x1000), thumb.blSuffix(0x1000)]);
  enterThumb(m, 0x100);
  m.machine.runUntil(m.machine.now + 2);
  expect([m.cpu.pc, m.r(lr), m.machine.now]).toEqual([0x1100, 0x105, 4]);
  expect(m.cpu.instructionCount).toBe(2);
});

onBothPaths('Thumb BL, the slice ends between the halves: the second half runs later', (m) => {
  m.loadThumb(0x100, [thumb.blPrefix(-0x80), thumb.blSuffix(-0x80)]);
  enterThumb(m, 0x100);
  m.steps(1);
  expect([m.cpu.pc, m.machine.now]).toEqual([0x102, 1]);
  m.steps(1);
  expect([m.cpu.pc, m.r(lr)]).toEqual([0x80, 0x105]);
});

onBothPaths('Thumb LDR of a literal and ADD pc: the pc is word-aligned', (m) => {
  m.loadThumb(0x102, [thumb.ldrLiteral(0, 4), thumb.addPc(1, 8)]);
  m.load(0x108, [0xcafe_f00d]);
  enterThumb(m, 0x102);
  m.steps(2);
  expect([m.r(0), m.r(1)]).toEqual([0xcafe_f00d, 0x108 + 8]);
});

onBothPaths('Thumb PUSH and POP with lr and pc: POP stays in Thumb state', (m) => {
  m.loadThumb(0x100, [thumb.push([0, lr]), thumb.pop([1, pc])]);
  enterThumb(m, 0x100);
  set(m, { sp: RAM + 0x100, lr: 0x201, r0: 7 });
  m.steps(1);
  expect([m.r(sp), m.word(RAM + 0xf8), m.word(RAM + 0xfc)]).toEqual([RAM + 0xf8, 7, 0x201]);
  m.steps(1);
  expect([m.r(1), m.cpu.pc, m.cpu.getRegister('cpsr') & 0x20]).toEqual([7, 0x200, 0x20]);
});

onBothPaths('Thumb NEG and LSR #32: flags as RSBS and LSRS', (m) => {
  m.loadThumb(0x100, [thumb.neg(0, 1), thumb.lsr(2, 3, 32)]);
  enterThumb(m, 0x100);
  set(m, { r1: 1, r3: 0x8000_0000 });
  m.steps(1);
  expect([m.r(0), nzcv(m)]).toEqual([0xffff_ffff, N]);
  m.steps(1);
  expect([m.r(2), nzcv(m)]).toEqual([0, Z | C]);
});

onBothPaths('the condition NV: no effect, and an event', (m) => {
  m.load(0, [when('nv', arm.mov(0, 1))]);
  m.steps(1);
  expect([m.r(0), m.cpu.pc]).toEqual([0, 4]);
  expect(kinds(m)).toEqual(['unpredictable-instruction']);
});

onBothPaths('MUL with Rd = Rm: an event, and the product all the same', (m) => {
  m.load(0, [arm.mul(1, 1, 2)]);
  set(m, { r1: 6, r2: 7 });
  m.steps(1);
  expect(m.r(1)).toBe(42);
  expect(kinds(m)).toEqual(['unpredictable-instruction']);
});
