import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MICRO_OPS } from '../../../../emulator/cpu/avr/decode.ts';
import { avr } from '../../../helpers/avr-assembler.ts';
import { createAvrMachine, DATA_BYTES, RAMEND, TICKS } from '../../../helpers/avr-machine.ts';

test('hot loop: every case has the number that decode.ts gives its name, and none is missing', () => {
  const source = readFileSync(
    new URL('../../../../emulator/cpu/avr/execute.ts', import.meta.url),
    'utf8',
  );
  const cases = [...source.matchAll(/case (\d+): \/\/ ([A-Z]\w+)/g)];
  expect(cases.map(([, number, name]) => `${number} ${name}`)).toEqual(
    MICRO_OPS.map((name, number) => `${number} ${name}`),
  );
});

test('reset: SREG 0, SP at RAMEND, program counter as given; general registers keep their values', () => {
  const m = createAvrMachine();
  m.set({ r5: 7, sreg: 0xff, sp: 0x200, pc: 0x100 });
  m.cpu.reset(0x3800);
  expect(m.get('r5', 'sreg', 'sp', 'pc')).toEqual([7, 0, RAMEND, 0x7000]);
  expect(() => m.cpu.getRegister('r32')).toThrow('the AVR has no register r32');
});

// biome-ignore format: one row an instruction
test.each<readonly [string, readonly number[], Record<string, number>, string]>([
  ['IN', [avr.in(1, 0x1e)], {}, 'read 3e cycle 100 pc 0 sreg ff sp aff'],
  ['OUT', [avr.out(0x1e, 16)], {}, 'write 3e 5a mask ff cycle 100 pc 0 sreg ff sp aff'],
  ['SBI', [avr.sbi(0x1e, 3)], {}, 'write 3e 8 mask 8 cycle 101 pc 0 sreg ff sp aff'],
  ['CBI', [avr.cbi(0x1e, 3)], {}, 'write 3e 0 mask 8 cycle 101 pc 0 sreg ff sp aff'],
  ['SBIC', [avr.sbic(0x1e, 3)], {}, 'read 3e cycle 100 pc 0 sreg ff sp aff'],
  ['SBIS', [avr.sbis(0x1e, 3)], {}, 'read 3e cycle 100 pc 0 sreg ff sp aff'],
  ['LDS', avr.lds(1, 0x3e), {}, 'read 3e cycle 101 pc 0 sreg ff sp aff'],
  ['STS', avr.sts(0xce, 16), {}, 'write ce 5a mask ff cycle 101 pc 0 sreg ff sp aff'],
  ['LD X+', [avr.ld(1, 'x+')], { x: 0xce }, 'read ce cycle 101 pc 0 sreg ff sp aff'],
  ['LD -Y', [avr.ld(1, '-y')], { y: 0xcf }, 'read ce cycle 101 pc 0 sreg ff sp aff'],
  ['ST Z+', [avr.st('z+', 16)], { z: 0xce }, 'write ce 5a mask ff cycle 101 pc 0 sreg ff sp aff'],
  ['STD Y+q', [avr.std('y', 2, 16)], { y: 0xcc }, 'write ce 5a mask ff cycle 101 pc 0 sreg ff sp aff'],
  ['PUSH', [avr.push(16)], { sp: 0xce }, 'write ce 5a mask ff cycle 101 pc 0 sreg ff sp ce'],
  ['SPM', [avr.spm], { r0: 0x34, r1: 0x12, z: 0x4000 }, 'spm 4000 1234 cycle 100 pc 0 sreg ff sp aff'],
  ['SLEEP', [avr.sleep], {}, 'sleep cycle 100 pc 0 sreg ff sp aff'],
  ['WDR', [avr.wdr], {}, 'wdr cycle 100 pc 0 sreg ff sp aff'],
])('%s: the device sees the last cycle, the instruction, SREG and SP', (_name, code, registers, call) => {
  const m = createAvrMachine();
  m.kinds[0x3e] = 3;
  m.kinds[0xce] = 3;
  m.load(0, code);
  m.machine.scheduler.now = 100 * TICKS;
  m.set({ r16: 0x5a, sreg: 0xff, ...registers });
  m.steps(1);
  expect(m.calls).toEqual([call]);
});

test('LPM while the chip asks for it: the chip answers, three cycles', () => {
  const m = createAvrMachine();
  m.load(0, [avr.lpm(4, 'z')]);
  m.set({ z: 1 });
  m.cpu.specialProgramReads = true;
  expect(m.steps(1)).toBe(3);
  expect([m.get('r4'), m.calls]).toEqual([[0xa5], ['special 1 cycle 2 pc 0 sreg 0 sp aff']]);
});

test('write that schedules an event: it fires after that instruction, at its own time', () => {
  const m = createAvrMachine();
  const fired: number[] = [];
  const { scheduler } = m.machine;
  const slot = scheduler.register('test', () => fired.push(m.cpu.getRegister('r16')));
  m.kinds[0x3e] = 2;
  m.onWrite = () => scheduler.schedule(slot, scheduler.now + 4 * TICKS);
  m.load(0, [avr.out(0x1e, 16), ...new Array<number>(20).fill(avr.inc(16))]);
  m.machine.runUntil(20 * TICKS);
  expect(fired).toEqual([3]);
});

test('write that changes the length of a cycle: the next instruction has the new one', () => {
  const m = createAvrMachine();
  m.kinds[0x61] = 2;
  m.onWrite = () => {
    m.machine.scheduler.ticksPerCycle = 24;
  };
  m.load(0, [...avr.sts(0x61, 0), avr.nop, avr.nop, avr.nop, avr.nop]);
  m.machine.runUntil(2 * 12 + 3 * 24);
  expect(m.get('pc')).toEqual([10]);
});

test('SLEEP that halts the machine: the next instruction waits for the wake-up', () => {
  const m = createAvrMachine();
  const { machine } = m;
  const slot = machine.scheduler.register('wake', () => {
    machine.sleeping = false;
  });
  m.onCall = () => {
    machine.scheduler.schedule(slot, machine.now + 100 * TICKS);
    machine.sleeping = true;
  };
  m.load(0, [avr.sleep, avr.ldi(16, 7)]);
  machine.runUntil(99 * TICKS);
  expect(m.get('r16')).toEqual([0]);
  machine.runUntil(102 * TICKS);
  expect(m.get('r16')).toEqual([7]);
});

test.each([
  ['SPM', [avr.spm], 0],
  ['STS', avr.sts(0x60, 16), 0],
  ['PUSH into a register', [avr.push(16)], 0x60],
  ['interrupt entry', [avr.nop], 0],
])('chip that is reset by what %s tells it: the reset wins over the rest', (name, code, sp) => {
  const m = createAvrMachine();
  m.kinds[0x60] = 2;
  m.onCall = () => m.cpu.reset(0x3800);
  m.load(0x10, code);
  m.set({ pc: 0x20, sreg: 0x8f, ...(sp === 0 ? {} : { sp }) });
  if (name === 'interrupt entry') m.cpu.setInterrupt(3, true);
  m.steps(1);
  expect(m.get('pc', 'sp', 'sreg')).toEqual([0x7000, RAMEND, 0]);
  expect(m.calls.length).toBe(1);
});

test.each([
  ['SPH, SPL by OUT', [avr.out(0x3e, 17), avr.out(0x3d, 16), avr.push(0)], 0x1233],
  ['SPH, SPL by STS', [...avr.sts(0x5e, 17), ...avr.sts(0x5d, 16), avr.push(0)], 0x1233],
])('%s: the stack moves there', (_name, code, sp) => {
  const m = createAvrMachine();
  m.load(0, code);
  m.set({ r16: 0x34, r17: 0x12 });
  m.machine.runUntil(6 * TICKS);
  expect(m.get('sp')).toEqual([sp]);
});

test('SREG by LDS, LD, IN and back by STS, ST, OUT: every value, all eight bits', () => {
  const m = createAvrMachine();
  m.load(0, [
    avr.out(0x3f, 16),
    ...avr.lds(1, 0x5f),
    avr.ld(2, 'x'),
    avr.in(3, 0x3f),
    avr.bclr(0),
    avr.bclr(4),
    ...avr.sts(0x5f, 1),
    avr.in(4, 0x3f),
    avr.st('x', 17),
    avr.in(5, 0x3f),
  ]);
  for (let value = 0; value < 256; value++) {
    m.set({ r16: value, r17: value ^ 0xff, x: 0x5f, pc: 0 });
    m.machine.scheduler.sliceEnd = m.machine.now + 14 * TICKS;
    m.cpu.run();
    expect(m.get('r1', 'r2', 'r3', 'r4', 'r5')).toEqual([value, value, value, value, value ^ 0xff]);
  }
});

test('BSET and BCLR, each bit of every SREG value: that bit alone', () => {
  const m = createAvrMachine();
  for (let bit = 0; bit < 8; bit++) {
    m.load(0, [avr.bset(bit), avr.bclr(bit)]);
    for (let value = 0; value < 256; value++) {
      m.set({ sreg: value, pc: 0 });
      m.steps(1);
      expect(m.get('sreg')).toEqual([value | (1 << bit)]);
      m.steps(1);
      expect(m.get('sreg')).toEqual([value & ~(1 << bit)]);
    }
  }
});

test('load and store outside the data space: an event each, zero read, nothing stored', () => {
  const m = createAvrMachine();
  m.load(0, [avr.ld(1, 'x'), avr.st('x', 1), avr.push(1)]);
  m.set({ x: DATA_BYTES, r1: 9, sp: DATA_BYTES });
  m.steps(3);
  expect(m.get('r1', 'sp')).toEqual([0, DATA_BYTES - 1]);
  expect(
    m.machine.events.summary().map(({ event, count }) => [event.kind, event.where, count]),
  ).toEqual([['unmapped-access', 'data 0x0b00', 3]]);
});

test.each([
  ['reserved opcode', 0xffff, 'undefined-instruction', '0xffff'],
  ['ELPM, not of this part', 0x95d8, 'undefined-instruction', '0x95d8'],
  ['BREAK', avr.break, 'undefined-instruction', '0x9598: BREAK without a debugger acts as NOP'],
  [
    'LD r26, X+',
    0x91ad,
    'unpredictable-instruction',
    '0x91ad: the pointer it moves is its operand',
  ],
])('%s: an event', (_name, opcode, kind, detail) => {
  const m = createAvrMachine();
  m.load(0x10, [opcode]);
  m.set({ pc: 0x20, x: 0x100 });
  m.steps(1);
  const [first] = m.machine.events.summary();
  expect(first?.event).toMatchObject({ kind, detail, pc: 0x20, where: '0x0020' });
  expect(m.get('pc')).toEqual([0x22]);
});
