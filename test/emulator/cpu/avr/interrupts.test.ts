import { expect, test } from 'vitest';
import { avr } from '../../../helpers/avr-assembler.ts';
import { type AvrMachine, createAvrMachine, RAMEND, TICKS } from '../../../helpers/avr-machine.ts';

const I = 0x80;
const count = avr.inc(20);
/** Vector n at word 2n, each with an instruction that tells it apart. */
const withVectors = (code: readonly number[]): AvrMachine => {
  const m = createAvrMachine();
  m.load(0x100, code);
  for (let vector = 1; vector <= 42; vector++) m.load(2 * vector, [avr.ldi(16, vector), avr.reti]);
  m.set({ pc: 0x200 });
  return m;
};

test('interrupt entry: four cycles, the word address on the stack, I cleared, the chip told its vector', () => {
  const m = withVectors([count, count]);
  m.set({ sreg: I | 0x01 });
  m.steps(1);
  m.cpu.setInterrupt(20, true);
  expect(m.steps(1)).toBe(4);
  expect(m.get('pc', 'sp', 'sreg')).toEqual([80, RAMEND - 2, 0x01]);
  expect([m.cpu.data[RAMEND - 1], m.cpu.data[RAMEND]]).toEqual([0x01, 0x01]);
  expect(m.calls).toEqual(['interrupt 20 cycle 4 pc 202 sreg 1 sp afd']);
  expect(m.cpu.instructionCount).toBe(1);
});

test('interrupt entry with vectors in the boot section', () => {
  const m = withVectors([count]);
  m.cpu.vectorBase = 0x3800;
  m.set({ sreg: I });
  m.cpu.setInterrupt(42, true);
  m.steps(1);
  expect(m.get('pc')).toEqual([(0x3800 + 84) * 2]);
});

test('several lines: the lowest vector first, over both words of lines', () => {
  const m = withVectors([count]);
  const taken: number[] = [];
  for (const vector of [42, 33, 31, 7]) m.cpu.setInterrupt(vector, true);
  for (let i = 0; i < 4; i++) {
    m.set({ sreg: I });
    m.steps(2);
    const [vector] = m.get('r16');
    taken.push(vector!);
    m.cpu.setInterrupt(vector!, false);
  }
  expect(taken).toEqual([7, 31, 33, 42]);
});

test('I clear: lines wait; a line taken back before I is set is never seen', () => {
  const m = withVectors([count, count, avr.sei, count, count]);
  m.cpu.setInterrupt(3, true);
  m.steps(2);
  m.cpu.setInterrupt(3, false);
  m.steps(3);
  expect([m.calls, m.get('r20')]).toEqual([[], [4]]);
});

test.each([
  ['SEI', avr.sei],
  ['BSET 7 by OUT to SREG', avr.out(0x3f, 21)],
])('%s with a line waiting: one more instruction, then the interrupt', (_name, enable) => {
  const m = withVectors([enable, count, count, count]);
  m.set({ r21: I });
  m.cpu.setInterrupt(3, true);
  m.machine.runUntil(6 * TICKS);
  expect(m.calls).toEqual(['interrupt 3 cycle 5 pc 204 sreg 0 sp afd']);
  expect(m.get('r20')).toEqual([1]);
});

test('STS and ST to SREG that set I: one more instruction, then the interrupt', () => {
  for (const enable of [avr.sts(0x5f, 21), [avr.st('x', 21), avr.nop]]) {
    const m = withVectors([...enable, count, count]);
    m.set({ r21: I, x: 0x5f });
    m.cpu.setInterrupt(3, true);
    m.steps(2);
    expect(m.calls).toEqual([]);
    m.steps(1);
    expect(m.calls.length).toBe(1);
  }
});

test('SEI, CLI: the line is not seen between them', () => {
  const m = withVectors([avr.sei, avr.cli, count, count]);
  m.cpu.setInterrupt(3, true);
  m.machine.runUntil(4 * TICKS);
  expect(m.calls).toEqual([]);
});

test('SEI, SLEEP: the part sleeps before the interrupt is taken', () => {
  const m = withVectors([avr.sei, avr.sleep, count]);
  m.cpu.setInterrupt(3, true);
  m.steps(3);
  expect(m.calls.map((call) => call.split(' ')[0])).toEqual(['sleep', 'interrupt']);
});

test('RETI with a line still waiting: one instruction of the program runs between two handlers', () => {
  const m = withVectors(new Array<number>(20).fill(count));
  m.set({ sreg: I });
  m.cpu.setInterrupt(5, true);
  // Entry 4, LDI 1, RETI 4, one INC: ten cycles a round.
  m.machine.runUntil(50 * TICKS);
  expect(m.get('r20')).toEqual([5]);
  expect(m.calls.length).toBe(5);
});

test('line that an event raises: taken at the end of the instruction that crosses its time', () => {
  const m = withVectors(new Array<number>(20).fill(avr.push(1)));
  m.set({ sreg: I });
  const slot = m.machine.scheduler.register('line', () => m.cpu.setInterrupt(9, true));
  m.machine.scheduler.schedule(slot, 5 * TICKS);
  m.machine.runUntil(12 * TICKS);
  expect(m.calls).toEqual(['interrupt 9 cycle 9 pc 206 sreg 0 sp afa']);
});

test('line that a register access raises: taken before the next instruction', () => {
  const m = withVectors([avr.out(0x1e, 1), count]);
  m.kinds[0x3e] = 2;
  m.onWrite = () => m.cpu.setInterrupt(9, true);
  m.set({ sreg: I });
  m.machine.runUntil(5 * TICKS);
  expect([m.get('r20'), m.calls.length]).toEqual([[0], 2]);
});

test('interrupt that the chip acknowledges on entry: not taken again', () => {
  const m = withVectors(new Array<number>(20).fill(count));
  m.onCall = () => m.cpu.setInterrupt(5, false);
  m.set({ sreg: I });
  m.cpu.setInterrupt(5, true);
  m.machine.runUntil(20 * TICKS);
  expect(m.calls.length).toBe(1);
  expect(m.get('r20', 'sreg')).toEqual([11, I]);
});

test('vectors there are not: refused', () => {
  const m = createAvrMachine();
  expect(() => m.cpu.setInterrupt(0, true)).toThrow('no interrupt vector 0');
  expect(() => m.cpu.setInterrupt(64, true)).toThrow('no interrupt vector 64');
});

/** Lines raised at odd times over a program that turns I off and on in every way there is. */
function manyInterrupts(stepCycles: number): readonly unknown[] {
  const loop = [
    count,
    avr.in(0, 0x3f),
    avr.cli,
    avr.push(20),
    avr.out(0x3f, 0),
    avr.pop(21),
    avr.bclr(7),
    ...avr.call(0x180),
    avr.sei,
    avr.adiw(26, 1),
    avr.rjmp(-13),
  ];
  const m = withVectors(loop);
  m.load(0x180, [avr.mul(20, 21), avr.ret]);
  m.set({ sreg: I });
  let seed = 1;
  const slot = m.machine.scheduler.register('line', (due) => {
    seed = (seed * 1103515245 + 12345) & 0x7fff_ffff;
    m.cpu.setInterrupt(1 + ((seed >> 8) % 42), true);
    m.machine.scheduler.schedule(slot, due + (1 + ((seed >> 16) % 60)) * TICKS);
  });
  m.onCall = (what) => m.cpu.setInterrupt(Number(what.split(' ')[1]), false);
  m.machine.scheduler.schedule(slot, 5 * TICKS);
  const end = 20_000 * TICKS;
  while (m.machine.now < end) m.machine.runUntil(Math.min(end, m.machine.now + stepCycles * TICKS));
  return [m.machine.now, m.cpu.instructionCount, m.calls, ...m.cpu.state];
}

test('many interrupts: the same, cycle for cycle, in one run and an instruction at a time', () => {
  const whole = manyInterrupts(20_000);
  expect((whole[2] as string[]).length).toBeGreaterThan(400);
  expect(manyInterrupts(1)).toEqual(whole);
  expect(manyInterrupts(7)).toEqual(whole);
});
