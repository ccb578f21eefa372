import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MICRO_OPS } from '../../../../emulator/cpu/msp430/decode.ts';
import { OPERATION } from '../../../../emulator/cpu/msp430/instruction-table.ts';
import type { BusDevice } from '../../../../emulator/machine/bus.ts';
import { assemble } from '../../../helpers/msp430-assembler.ts';
import { createMsp430Machine, type Msp430Machine, TICKS } from '../../../helpers/msp430-machine.ts';

const CODE = 0x4000;
const RAM_CODE = 0x1200;
const url = new URL('../../../../emulator/cpu/msp430/execute.ts', import.meta.url);

function create(source: string, origin = CODE): Msp430Machine {
  const m = createMsp430Machine();
  m.load(origin, assemble(origin, source));
  m.set({ pc: origin, sp: 0x2000 });
  return m;
}

test('hot loop: its cases are the handlers of decode.ts, in order and without a gap', () => {
  const source = readFileSync(url, 'utf8');
  const cases = [...source.matchAll(/^ {6}case (\d+): \/\/ (\w+)$/gm)].map(
    ([, n, name]) => `${n} ${name}`,
  );
  expect(cases).toEqual(MICRO_OPS.map((name, number) => `${number} ${name}`));
  const { mov, add, addc, subc, cmp, bit, bic, bis, xor } = OPERATION;
  expect(source).toContain(
    `= [${[mov, add, addc, subc, cmp, bit, bic, bis, xor].join(', ')}] as const`,
  );
});

test('peripheral: byte and word accesses with their size, each at its cycle', () => {
  const m = create(
    'mov.b &0x28, r6\nadd &0x13a, &0x172\nbis.b #4, &0x21\nbit.b #1, &0x3\npush &0x12a',
  );
  m.onRead = (address) => address;
  m.steps(5);
  expect(m.calls).toEqual([
    'read.b 28 cycle 2 pc 4000',
    'read 13a cycle 5 pc 4004',
    'read 172 cycle 7 pc 4004',
    'write 172 2ac cycle 8 pc 4004',
    'read.b 21 cycle 11 pc 400a',
    'write.b 21 25 cycle 12 pc 400a',
    'read.b 3 cycle 15 pc 400e',
    'read 12a cycle 19 pc 4012',
  ]);
  expect([m.get('r6'), m.word(0x1ffe)]).toEqual([[0x28], 0x12a]);
});

test('peripheral, MOV to it: it is not read; word access: bit 0 of the address is ignored', () => {
  const m = create('mov #0x1234, &0x173\nmov &0x173, r5');
  m.steps(2);
  expect(m.calls).toEqual(['write 172 1234 cycle 4 pc 4000', 'read 172 cycle 7 pc 4006']);
});

test('store to a peripheral that brings an event nearer: it fires at its time', () => {
  const m = create(`mov #1, &0x60\n${'inc r4\n'.repeat(20)}`);
  const fired: number[] = [];
  const { scheduler } = m.machine;
  const slot = scheduler.register('test', () => fired.push(m.cpu.getRegister('r4')));
  m.onWrite = () => scheduler.schedule(slot, scheduler.now + 4 * TICKS);
  m.machine.runUntil(20 * TICKS);
  expect(fired).toEqual([3]);
});

test('code in RAM, copied there and changed: every execution has what is there', () => {
  const m = create(
    `mov #0x4102, &${RAM_CODE}   ; ignored: overwritten below
     mov #0x5314, &${RAM_CODE}   ; inc r4
     mov #0x4130, &${RAM_CODE + 2} ; ret
     call #${RAM_CODE}
     mov #0x5324, &${RAM_CODE}   ; incd r4
     call #${RAM_CODE}
     mov.b #0x05, &${RAM_CODE + 1} ; another opcode by its high byte
     jmp 0x5000`,
  );
  m.steps(10);
  expect(m.get('r4')).toEqual([3]);
  m.steps(1);
  m.set({ pc: RAM_CODE });
  m.steps(1);
  expect(m.machine.events.summary().at(-1)?.event.kind).toBe('undefined-instruction');
});

test.each([1, 2])(
  'extension word %i stored in another block than the opcode: decodes anew',
  (word) => {
    const at = 0x1300 - 2 * word;
    const m = create('mov #0x2100, &0x2200', at);
    m.steps(1);
    m.load(at + 2 * word, [0x2300]);
    m.set({ pc: at });
    m.steps(1);
    expect(word === 1 ? m.word(0x2200) : m.word(0x2300)).toBe(word === 1 ? 0x2300 : 0x2100);
  },
);

test('instruction that overwrites the next one, in one slice: the new one is executed', () => {
  const m = create(`mov #0x5324, &${RAM_CODE + 6}\ninc r4\njmp ${RAM_CODE + 8}`, RAM_CODE);
  m.machine.runUntil(20 * TICKS);
  expect(m.get('r4')).toEqual([2]);
});

test('PUSH onto the next instruction: the new one is executed', () => {
  const m = create(`mov #0x5324, r5\npush r5\ninc r4\njmp ${RAM_CODE + 8}`, RAM_CODE);
  m.set({ sp: RAM_CODE + 8 });
  m.machine.runUntil(20 * TICKS);
  expect(m.get('r4')).toEqual([2]);
});

test('memory at two addresses: a store at one changes the code at the other', () => {
  const m = createMsp430Machine();
  const { offset } = m.machine.memory.regions.find(({ name }) => name === 'memory')!;
  m.cpu.mapPlain(0x0200, offset + 0x1100, 0x800, true);
  m.load(0x1100, assemble(0x1100, 'inc r4\nmov #0x5324, &0x1100\njmp 0x1100'));
  m.set({ pc: 0x200 });
  m.steps(4);
  expect(m.get('r4')).toEqual([3]);
  expect(m.machine.bus.read(0x200, 2)).toBe(0x5324);
  m.machine.bus.write(0x0200, 2, 0x8314);
  m.set({ pc: 0x1100 });
  m.steps(1);
  expect(m.get('r4')).toEqual([2]);
});

test('blocks: not made of 256 bytes, refused; taken away, the device answers', () => {
  const m = createMsp430Machine();
  expect(() => m.cpu.mapPlain(0x200, 0x40, 0x100, true)).toThrow('not made of blocks of 256');
  m.load(0x200, [0x1234]);
  const device: BusDevice = { name: 'info', read: () => 0x5555, write: () => undefined };
  m.machine.bus.attach(0x200, 0x2ff, device);
  expect(m.cpu.core.load(0x200, false)).toBe(0x1234);
  m.cpu.unmapPlain(0x200, 0x100);
  expect(m.cpu.core.load(0x200, false)).toBe(0x5555);
});

test('page that stops being plain memory while code runs there: each word is fetched, as it is then', () => {
  const m = create('nop\nnop\nnop');
  const { bus } = m.machine;
  const fetches: number[] = [];
  const fetch = (address: number): number => {
    fetches.push(address);
    return 0x3fff;
  };
  bus.attach(CODE, CODE + 0xfff, { name: 'busy', read: () => 0, write: () => undefined, fetch });
  m.steps(1);
  const base = bus.readMap[CODE >> 12]!;
  bus.readMap[CODE >> 12] = -1; // as a flash array does when an operation begins
  m.steps(3);
  expect([m.cpu.pc, fetches.length >= 3]).toEqual([CODE + 2, true]);
  bus.readMap[CODE >> 12] = base;
  m.steps(1);
  expect(m.cpu.pc).toBe(CODE + 4);
});

test('snapshot: registers, lines, memory and the count come back, and the code of the snapshot', () => {
  const m = create('inc r4\ninc r4\ninc r4');
  m.steps(1);
  m.cpu.setInterrupt(3, true);
  const snapshot = m.machine.takeSnapshot();
  const state = [...m.cpu.state];
  m.cpu.setInterrupt(3, false);
  m.load(CODE + 2, assemble(CODE + 2, 'dec r4\ndec r4'));
  m.steps(2);
  expect(m.get('r4')).toEqual([0xffff]);
  m.machine.restoreSnapshot(snapshot);
  expect([[...m.cpu.state], m.cpu.instructionCount]).toEqual([state, 1]);
  m.steps(2);
  expect(m.get('r4', 'pc')).toEqual([3, CODE + 6]);
});

test('end of the address space: the program counter wraps, an instruction across it is whole', () => {
  const m = createMsp430Machine();
  m.load(0xfffc, assemble(0xfffc, 'inc r4\ninc r4'));
  m.set({ pc: 0xfffc });
  m.steps(3);
  expect(m.get('r4', 'pc')).toEqual([2, 2]);
  expect(m.cpu.instructionCount).toBe(3);
});

test('trap at an address: runs in place of the instruction; the observer is called before each', () => {
  const m = create('nop\nnop\ninc r4');
  const seen: number[] = [];
  m.cpu.onInstruction = (pc) => seen.push(pc);
  m.machine.bus.trap(CODE + 2, () => {
    m.cpu.pc = CODE + 4;
    return 'return';
  });
  expect(m.steps(3)).toBe(3);
  expect([seen, m.get('r4')]).toEqual([[CODE, CODE + 2, CODE + 4], [1]]);
});

test('coverage: every word executed, with its extension words, nothing else', () => {
  const m = create('jmp 0x206\nnop\nnop\nmov #0x1234, &0x2000\nnop', 0x200);
  m.cpu.coverage = new Uint8Array(0x110);
  m.steps(2);
  expect([...m.cpu.coverage.subarray(0x100, 0x108)]).toEqual([1, 0, 0, 1, 1, 1, 0, 0]);
});

test('page that stops being plain memory by a store to a peripheral: from the next instruction on', () => {
  const m = create('mov #1, &0x128\ninc r4\ninc r4');
  const { bus } = m.machine;
  const fetch = (): number => 0x3fff;
  bus.attach(CODE, CODE + 0xfff, { name: 'busy', read: fetch, write: () => undefined, fetch });
  m.onWrite = () => {
    bus.readMap[CODE >> 12] = -1;
  };
  m.machine.runUntil(30 * TICKS);
  expect(m.get('r4', 'pc')).toEqual([0, CODE + 4]);
});
