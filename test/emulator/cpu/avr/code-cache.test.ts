import { expect, test } from 'vitest';
import type { BusDevice } from '../../../../emulator/machine/bus.ts';
import { avr } from '../../../helpers/avr-assembler.ts';
import { createAvrMachine, TICKS } from '../../../helpers/avr-machine.ts';

const PAGE_BYTES = 4096;
const PAGE_WORDS = PAGE_BYTES / 2;

test('stored word: the next execution has the new instruction', () => {
  const m = createAvrMachine();
  m.load(0, [avr.ldi(16, 1), avr.rjmp(-2)]);
  m.machine.runUntil(30 * TICKS);
  m.load(0, [avr.ldi(16, 2)]);
  m.machine.runUntil(60 * TICKS);
  expect(m.get('r16')).toEqual([2]);
});

test.each([0, PAGE_WORDS - 1])(
  'second word, or word behind a skip, stored at the edge of a page: word %i decodes anew',
  (at) => {
    const m = createAvrMachine();
    const target = (): number => m.cpu.pc / 2;
    m.load(at, avr.jmp(0x100));
    m.set({ pc: at * 2 });
    m.steps(1);
    m.load(at + 1, [0x200]);
    m.set({ pc: at * 2 });
    m.steps(1);
    expect(target()).toBe(0x200);
    m.load(at, [avr.sbrc(1, 0), avr.nop]);
    m.set({ pc: at * 2 });
    m.steps(1);
    expect(target()).toBe(at + 2);
    m.load(at + 1, avr.jmp(0));
    m.set({ pc: at * 2 });
    m.steps(1);
    expect(target()).toBe(at + 3);
  },
);

test('restored snapshot: the code is that of the snapshot', () => {
  const m = createAvrMachine();
  m.load(0, [avr.ldi(16, 1)]);
  const snapshot = m.machine.takeSnapshot();
  m.load(0, [avr.ldi(16, 2)]);
  m.steps(1);
  expect(m.get('r16')).toEqual([2]);
  m.machine.restoreSnapshot(snapshot);
  m.steps(1);
  expect(m.get('r16', 'pc')).toEqual([1, 2]);
});

/** Flash that is not plain memory: every fetch asks. */
const deviceOf = (words: () => number, fetches: number[]): BusDevice => ({
  name: 'busy flash',
  read: (address) => address & 255,
  write: () => undefined,
  fetch: (address) => {
    fetches.push(address);
    return words();
  },
});

test('page that stops being plain memory: each word is fetched, as it is then', () => {
  const m = createAvrMachine();
  const { bus } = m.machine;
  const fetches: number[] = [];
  let word = avr.inc(16);
  bus.attach(
    0,
    0x7fff,
    deviceOf(() => word, fetches),
  );
  m.load(0, [avr.nop, avr.nop, avr.nop, avr.nop]);
  m.steps(1);
  bus.readMap[0] = -1; // as a flash array does when an operation begins
  m.steps(2);
  word = avr.dec(16);
  m.steps(1);
  expect([m.get('r16'), fetches]).toEqual([[1], [2, 4, 6]]);
  bus.readMap[0] = m.flash;
  m.set({ pc: 0 });
  m.steps(1);
  expect([m.get('r16'), fetches.length]).toEqual([[1], 3]);
});

test('page that stops being plain memory during a store to a register: from the next instruction on', () => {
  const m = createAvrMachine();
  const { bus } = m.machine;
  bus.attach(
    0,
    0x7fff,
    deviceOf(() => avr.ldi(16, 9), []),
  );
  m.kinds[0x57] = 2;
  m.onWrite = () => {
    bus.readMap[0] = -1;
  };
  m.load(0, [avr.out(0x37, 0), avr.ldi(16, 1), avr.ldi(16, 2)]);
  m.machine.runUntil(3 * TICKS);
  expect(m.get('r16')).toEqual([9]);
});

test('last word of a plain page before one that is not: looks at it only for a skip or a long instruction', () => {
  const m = createAvrMachine();
  const fetches: number[] = [];
  m.machine.bus.attach(
    PAGE_BYTES,
    0x7fff,
    deviceOf(() => avr.nop, fetches),
  );
  m.machine.bus.unmap(PAGE_BYTES, PAGE_BYTES);
  for (const [code, looked] of [
    [avr.nop, 0],
    [avr.sbrs(1, 0), 1],
    [avr.jmp(0)[0]!, 1],
  ] as const) {
    m.load(PAGE_WORDS - 1, [code]);
    m.set({ pc: PAGE_BYTES - 2 });
    fetches.length = 0;
    m.steps(1);
    expect(fetches.length).toBe(looked);
  }
});

test('LPM from a page that is not plain memory: the device answers', () => {
  const m = createAvrMachine();
  m.machine.bus.attach(
    PAGE_BYTES,
    0x7fff,
    deviceOf(() => 0, []),
  );
  m.machine.bus.unmap(PAGE_BYTES, PAGE_BYTES);
  m.load(0, [avr.lpm(1, 'z')]);
  m.set({ z: PAGE_BYTES + 0x42 });
  expect([m.steps(1), m.get('r1')]).toEqual([3, [0x42]]);
});

test('trap at an address: runs in place of the instruction, before each instruction its observer', () => {
  const m = createAvrMachine();
  const seen: number[] = [];
  m.cpu.onInstruction = (pc) => seen.push(pc);
  m.machine.bus.trap(4, () => {
    m.cpu.pc = 8;
    return 'return';
  });
  m.load(0, [avr.nop, avr.nop, avr.inc(1), avr.inc(1), avr.inc(2)]);
  expect(m.steps(4)).toBe(4);
  expect([seen, m.get('r1', 'r2')]).toEqual([
    [0, 2, 4, 8],
    [0, 1],
  ]);
});

test('coverage: every word executed, both words of a long instruction, nothing else', () => {
  const m = createAvrMachine();
  m.cpu.coverage = new Uint8Array(16);
  m.load(0, [...avr.jmp(4), avr.nop, avr.nop, avr.sbrs(1, 0), avr.rjmp(-1)]);
  m.steps(4);
  expect([...m.cpu.coverage]).toEqual([1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
});
