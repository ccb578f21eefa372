import { expect, test } from 'vitest';
import { assemble } from '../../../helpers/msp430-assembler.ts';
import { createMsp430Machine, type Msp430Machine, TICKS } from '../../../helpers/msp430-machine.ts';

const CODE = 0x4000;
const HANDLER = 0x5000;
const [GIE, CPUOFF, SCG0, SCG1] = [8, 0x10, 0x40, 0x80];

function create(source: string, line = 5): Msp430Machine {
  const m = createMsp430Machine();
  m.load(0xffe0 + 2 * line, [HANDLER]);
  m.load(HANDLER, assemble(HANDLER, 'inc r15\nreti'));
  m.load(CODE, assemble(CODE, source));
  m.set({ pc: CODE, sp: 0x2000 });
  return m;
}

test('entry: PC and SR on the stack, SR cleared but for SCG0, the chip told which line', () => {
  const m = create('nop');
  m.set({ sr: 0x1cf & ~CPUOFF });
  m.cpu.setInterrupt(5, true);
  m.steps(1);
  expect([...m.get('pc', 'sp', 'sr'), m.word(0x1ffe), m.word(0x1ffc)]).toEqual([
    HANDLER,
    0x1ffc,
    SCG0,
    CODE,
    0x1cf & ~CPUOFF,
  ]);
  expect(m.calls).toEqual(['interrupt 5 cycle 5 pc 4000', 'low power 40 cycle 5 pc 4000']);
});

test('RETI: SR and PC back, in that order, low-power bits with them', () => {
  const m = create('reti');
  m.load(0x2000, [0x1d9, 0x6001]);
  m.steps(1);
  expect(m.get('pc', 'sp', 'sr')).toEqual([0x6000, 0x2004, 0x1d9]);
  expect(m.calls).toEqual(['low power 1d9 cycle 4 pc 4000']);
});

test('two lines at once: the higher vector first; without GIE none but NMI', () => {
  const m = create('nop\nnop\nnop');
  m.load(0xffe0 + 2 * 9, [0x6000]);
  m.load(0xffe0 + 2 * 14, [0x7000]);
  for (const line of [5, 9]) m.cpu.setInterrupt(line, true);
  m.steps(1);
  expect(m.cpu.pc).toBe(CODE + 2);
  m.set({ sr: GIE });
  m.steps(1);
  expect([m.cpu.pc, m.cpu.hasInterrupt]).toEqual([0x6000, false]);
  m.cpu.setInterrupt(14, true);
  m.steps(1);
  expect(m.cpu.pc).toBe(0x7000);
});

test.each([-1, 15])('line %i: refused, the reset is no interrupt', (line) => {
  expect(() => createMsp430Machine().cpu.setInterrupt(line, true)).toThrow(
    `no interrupt line ${line}`,
  );
});

test('EINT with an interrupt waiting: one more instruction before it', () => {
  const m = create('eint\ninc r4\ninc r4');
  m.cpu.setInterrupt(5, true);
  m.steps(2);
  expect(m.get('r4', 'pc')).toEqual([1, CODE + 4]);
  m.steps(1);
  expect([...m.get('r4', 'pc'), m.word(0x1ffe)]).toEqual([1, HANDLER, CODE + 4]);
});

test.each(['eint', 'mov #8, sr', 'mov r5, sr', 'bis r5, sr'])(
  '%s as the last of a slice, the interrupt comes then: one more instruction before it',
  (enable) => {
    const m = create(`${enable}\ninc r4\ninc r4`);
    m.set({ r5: GIE });
    m.steps(1);
    m.cpu.setInterrupt(5, true);
    m.steps(2);
    expect(m.get('r4', 'pc')).toEqual([1, HANDLER]);
  },
);

test('DINT with an interrupt that comes during it: not taken; SR saved and restored as it was', () => {
  const m = create('mov sr, r5\ndint\ninc r4\nmov r5, sr\ninc r4\ninc r4');
  m.set({ sr: GIE | 0x105 });
  m.steps(2);
  m.cpu.setInterrupt(5, true);
  m.steps(3);
  expect(m.get('r4', 'r5', 'sr')).toEqual([2, GIE | 0x105, GIE]);
  m.steps(1);
  expect(m.cpu.pc).toBe(HANDLER);
});

test('RETI with an interrupt waiting: taken at once', () => {
  const m = create('nop\nnop');
  m.set({ sr: GIE });
  m.cpu.setInterrupt(5, true);
  m.steps(4); // enter, INC, RETI, enter
  expect([...m.get('r15', 'pc'), m.word(0x1ffe)]).toEqual([1, HANDLER, CODE]);
});

test('low-power mode: the chip is told, time passes, and an interrupt ends it until RETI', () => {
  const m = create('bis #0xd8, sr\ninc r4');
  m.machine.runUntil(1000 * TICKS);
  expect([...m.get('r4', 'pc', 'sr'), m.cpu.isOff]).toEqual([
    0,
    CODE + 4,
    GIE | CPUOFF | SCG0 | SCG1,
    true,
  ]);
  expect(m.machine.now).toBe(1000 * TICKS);
  expect(m.calls).toEqual(['low power d8 cycle 1 pc 4000']);
  m.cpu.setInterrupt(5, true);
  expect(m.cpu.isOff).toBe(false);
  m.onCall = (what) => what.startsWith('interrupt') && m.cpu.setInterrupt(5, false);
  m.machine.runUntil(2000 * TICKS);
  expect([...m.get('r15', 'r4'), m.cpu.isOff]).toEqual([1, 0, true]);
  expect(m.calls.slice(1)).toEqual([
    'interrupt 5 cycle 1005 pc 4004',
    'low power 40 cycle 1005 pc 4004',
    'low power d8 cycle 1011 pc 5002',
  ]);
});

test('low-power mode left by its handler, which changes SR on the stack: goes on behind it', () => {
  const m = create('bis #0x18, sr\ninc r4\njmp 0x4006');
  m.load(HANDLER, assemble(HANDLER, 'bic #0x10, 0(sp)\nreti'));
  m.machine.runUntil(100 * TICKS);
  m.onCall = (what) => what.startsWith('interrupt') && m.cpu.setInterrupt(5, false);
  m.cpu.setInterrupt(5, true);
  m.machine.runUntil(200 * TICKS);
  expect(m.get('r4', 'sr')).toEqual([1, GIE]);
});

test('interrupt that an instruction itself asks for, by a store to a peripheral: after that instruction', () => {
  const m = create('mov #1, &0x60\ninc r4\ninc r4');
  m.set({ sr: GIE });
  m.onWrite = () => m.cpu.setInterrupt(5, true);
  m.machine.runUntil(8 * TICKS);
  expect([...m.get('r4', 'pc'), m.word(0x1ffe)]).toEqual([0, HANDLER, CODE + 4]);
});

test('reset: PC from the vector, SR zero, other registers and lines as they were', () => {
  const m = create('nop');
  m.load(0xfffe, [0x4321]);
  m.set({ sr: 0x1ff, r5: 7 });
  m.cpu.setInterrupt(3, true);
  m.cpu.reset();
  expect(m.get('pc', 'sr', 'r5', 'sp')).toEqual([0x4320, 0, 7, 0x2000]);
  m.set({ sr: GIE });
  expect(m.cpu.hasInterrupt).toBe(true);
});

test('reset by a store to a peripheral: wins over the rest of the instruction', () => {
  const m = create('add #1, &0x60');
  m.load(0xfffe, [0x4400]);
  m.onWrite = () => m.cpu.reset();
  m.onRead = () => 0xffff;
  m.steps(1);
  expect(m.get('pc', 'sr')).toEqual([0x4400, 0]);
});
