import { expect, test } from 'vitest';
import { arm, at, flags, lr, pc, post, reg, sp, thumb } from '../../../helpers/arm-assembler.ts';
import { type ArmMachine, createArmMachine, RAM } from '../../../helpers/arm-machine.ts';

const IRQ = 0;
const FIQ = 1;
const set = (m: ArmMachine, values: Record<string, number>): void => {
  for (const [name, value] of Object.entries(values)) m.cpu.setRegister(name, value);
};
const get = (m: ArmMachine, ...names: string[]): number[] => names.map((n) => m.cpu.getRegister(n));
const kinds = (m: ArmMachine): string[] => m.machine.events.summary().map((e) => e.event.kind);

test('ARM7TDMI reset: supervisor mode, ARM state, IRQ and FIQ masked, at address 0', () => {
  const m = createArmMachine();
  set(m, { cpsr: 0x10, pc: 0x1234 });
  m.cpu.reset();
  expect(get(m, 'cpsr', 'pc')).toEqual([0xd3, 0]);
});

test('ARM7TDMI SWI in user mode: supervisor mode at 8, link to the next instruction, SPSR saved', () => {
  const m = createArmMachine();
  m.load(0x100, [arm.swi(42)]);
  set(m, { cpsr: 0x6000_0010, pc: 0x100 });
  m.steps(1);
  expect(get(m, 'pc', 'cpsr', 'lr', 'spsr')).toEqual([8, 0x6000_0093, 0x104, 0x6000_0010]);
  expect(m.machine.now).toBe(3);
});

test('ARM7TDMI Thumb SWI: the link is the next halfword, the handler runs in ARM state', () => {
  const m = createArmMachine();
  m.loadThumb(0x100, [thumb.swi(1)]);
  set(m, { cpsr: 0x30, pc: 0x100 });
  m.steps(1);
  expect(get(m, 'pc', 'cpsr', 'lr', 'spsr')).toEqual([8, 0x93, 0x102, 0x30]);
});

test('ARM7TDMI undefined instruction: undefined mode at 4, 4 cycles, and an event', () => {
  const m = createArmMachine();
  m.load(0x100, [arm.undefined()]);
  set(m, { pc: 0x100 });
  m.steps(1);
  expect(get(m, 'pc', 'lr', 'spsr')).toEqual([4, 0x104, 0xd3]);
  expect([m.cpu.getRegister('cpsr') & 0x1f, m.machine.now]).toEqual([0x1b, 4]);
  expect(kinds(m)).toEqual(['undefined-instruction']);
});

test('ARM7TDMI coprocessor instructions, no coprocessor there: the undefined trap', () => {
  const mrc = 0xee11_0f10; // mrc p15, 0, r0, c1, c0, 0
  const cdp = 0xee00_0000;
  const ldc = 0xed90_0000;
  for (const opcode of [mrc, cdp, ldc]) {
    const m = createArmMachine();
    m.load(0x100, [opcode]);
    set(m, { pc: 0x100 });
    m.steps(1);
    expect(get(m, 'pc')).toEqual([4]);
  }
});

test('ARM7TDMI data abort on a load: link + 8, base restored, destination kept', () => {
  const m = createArmMachine();
  m.load(0x100, [arm.ldr(0, post(1, 4))]);
  set(m, { pc: 0x100, r0: 7, r1: 0x9000_0000 });
  m.steps(1);
  expect(get(m, 'pc', 'lr', 'r0', 'r1')).toEqual([0x10, 0x108, 7, 0x9000_0000]);
  expect(m.cpu.getRegister('cpsr') & 0x1f).toBe(0x17);
  expect(kinds(m)).toEqual(['unmapped-access']);
});

test('ARM7TDMI data abort in the middle of an LDM: base restored', () => {
  const m = createArmMachine();
  m.load(0x100, [arm.ldm('ia', 1, [2, 3, 4], '!')]);
  set(m, { pc: 0x100, r1: RAM + 0xfffc, r3: 33, r4: 44 });
  m.steps(1);
  expect(get(m, 'pc', 'r1', 'r3', 'r4')).toEqual([0x10, RAM + 0xfffc, 33, 44]);
});

test('ARM7TDMI store to flash with no controller behind it: data abort, nothing changes', () => {
  const m = createArmMachine();
  m.load(0x100, [arm.str(0, at(1))]);
  set(m, { pc: 0x100, r0: 7, r1: 0x200 });
  m.steps(1);
  expect(get(m, 'pc')).toEqual([0x10]);
  expect(m.word(0x200)).toBe(0);
});

test('ARM7TDMI prefetch abort: taken when the instruction would execute, link + 4', () => {
  const m = createArmMachine();
  m.load(0x100, [arm.bx(0)]);
  set(m, { pc: 0x100, r0: 0x9000_0000 });
  m.steps(1);
  expect(get(m, 'pc')).toEqual([0x9000_0000]);
  m.steps(1);
  expect(get(m, 'pc', 'lr')).toEqual([0xc, 0x9000_0004]);
  expect(m.cpu.getRegister('cpsr') & 0x1f).toBe(0x17);
});

test('ARM7TDMI IRQ: taken before the next instruction, link + 4, I masked, F as it was', () => {
  const m = createArmMachine();
  m.load(0x100, [arm.mov(0, 1)]);
  set(m, { cpsr: 0x1f, pc: 0x100 });
  m.cpu.setInterrupt(IRQ, true);
  m.steps(1);
  expect(get(m, 'pc', 'lr', 'cpsr', 'spsr', 'r0')).toEqual([0x18, 0x104, 0x92, 0x1f, 0]);
  expect(m.cpu.instructionCount).toBe(0);
});

test('ARM7TDMI IRQ in Thumb state: link is the next instruction + 4', () => {
  const m = createArmMachine();
  set(m, { cpsr: 0x3f, pc: 0x102 });
  m.cpu.setInterrupt(IRQ, true);
  m.steps(1);
  expect(get(m, 'pc', 'lr', 'cpsr', 'spsr')).toEqual([0x18, 0x106, 0x92, 0x3f]);
});

test('ARM7TDMI IRQ masked: not taken until MSR clears I', () => {
  const m = createArmMachine();
  m.load(0, [arm.mov(0, 1), arm.msr('cpsr', 'c', 0x5f)]);
  m.cpu.setInterrupt(IRQ, true);
  m.steps(2);
  expect(get(m, 'pc', 'r0')).toEqual([8, 1]);
  m.steps(1);
  expect(get(m, 'pc', 'lr')).toEqual([0x18, 0xc]);
});

test('ARM7TDMI IRQ unmasked by MSR within a slice: taken before the next instruction', () => {
  const m = createArmMachine();
  m.load(0, [arm.msr('cpsr', 'c', 0x5f), arm.mov(0, 1), arm.mov(0, 2)]);
  m.load(0x18, [arm.b(0)]);
  m.cpu.setInterrupt(IRQ, true);
  m.machine.runUntil(100);
  expect(get(m, 'pc', 'lr', 'r0')).toEqual([0x18, 8, 0]);
});

test('ARM7TDMI FIQ and IRQ together: FIQ first, its own r8 to r14, both masked', () => {
  const m = createArmMachine();
  set(m, { cpsr: 0x10, pc: 0x100, r8: 8, r13: 13 });
  m.cpu.setInterrupt(IRQ, true);
  m.cpu.setInterrupt(FIQ, true);
  m.steps(1);
  expect(get(m, 'pc', 'cpsr', 'r8', 'r8_usr', 'r13_usr')).toEqual([0x1c, 0xd1, 0, 8, 13]);
});

test('ARM7TDMI SUBS pc, lr, #4 from IRQ: back to the interrupted instruction, mode and flags', () => {
  const m = createArmMachine();
  m.load(0x18, [flags(arm.sub(pc, lr, 4))]);
  m.loadThumb(0x102, [thumb.mov(0, 1)]);
  set(m, { cpsr: 0xa000_003f, pc: 0x102 });
  m.cpu.setInterrupt(IRQ, true);
  m.steps(1);
  m.cpu.setInterrupt(IRQ, false);
  m.steps(1);
  expect(get(m, 'pc', 'cpsr')).toEqual([0x102, 0xa000_003f]);
  m.steps(1);
  expect(get(m, 'r0')).toEqual([1]);
});

test('ARM7TDMI LDM with S and r15: loads the registers and returns from the exception', () => {
  const m = createArmMachine();
  m.load(RAM, [5, 0x200]);
  m.load(0x18, [arm.ldm('ia', sp, [0, pc], '!^')]);
  set(m, { cpsr: 0x92, spsr: 0x6000_0010, sp: RAM, pc: 0x18 });
  m.steps(1);
  expect(get(m, 'pc', 'cpsr', 'r0', 'r13_irq')).toEqual([0x200, 0x6000_0010, 5, RAM + 8]);
});

test('ARM7TDMI STM and LDM with S, no r15: the user bank is transferred', () => {
  const m = createArmMachine();
  m.load(0, [arm.stm('ia', 0, [8, sp, lr], '^'), arm.ldm('ia', 1, [sp, lr], '^')]);
  set(m, { cpsr: 0xd1, r8_usr: 88, r13_usr: 1313, r14_usr: 1414, r8: 1, sp: 2, lr: 3 });
  set(m, { r0: RAM, r1: RAM + 4 });
  m.steps(1);
  expect([m.word(RAM), m.word(RAM + 4), m.word(RAM + 8)]).toEqual([88, 1313, 1414]);
  m.load(RAM + 4, [77, 78]);
  m.steps(1);
  expect(get(m, 'r13_usr', 'r14_usr', 'sp', 'lr')).toEqual([77, 78, 2, 3]);
});

test('ARM7TDMI banked registers: each mode has its r13, r14 and SPSR; FIQ also r8 to r12', () => {
  const m = createArmMachine();
  const modes = { usr: 0x10, fiq: 0x11, irq: 0x12, svc: 0x13, abt: 0x17, und: 0x1b };
  Object.values(modes).forEach((mode, i) => {
    set(m, { cpsr: mode, r12: 12 + 100 * i, sp: 13 + 100 * i, lr: 14 + 100 * i });
    if (mode !== 0x10) set(m, { spsr: 0x10 + i });
  });
  Object.values(modes).forEach((mode, i) => {
    set(m, { cpsr: mode });
    expect(get(m, 'sp', 'lr')).toEqual([13 + 100 * i, 14 + 100 * i]);
    expect(get(m, 'r12')).toEqual([mode === 0x11 ? 112 : 512]);
  });
  set(m, { cpsr: 0x1f });
  expect(get(m, 'sp', 'lr')).toEqual([13, 14]);
});

test('ARM7TDMI MSR in user mode: flags change, control bits do not', () => {
  const m = createArmMachine();
  m.load(0, [arm.msr('cpsr', 'fc', reg(0))]);
  set(m, { cpsr: 0x10, r0: 0xf000_00d3 });
  m.steps(1);
  expect(get(m, 'cpsr')).toEqual([0xf000_0010]);
});

test('ARM7TDMI MRS of the SPSR in user mode: an event, and the CPSR', () => {
  const m = createArmMachine();
  m.load(0, [arm.mrs(0, 'spsr')]);
  set(m, { cpsr: 0x4000_0010 });
  m.steps(1);
  expect(get(m, 'r0')).toEqual([0x4000_0010]);
  expect(kinds(m)).toEqual(['unpredictable-instruction']);
});
