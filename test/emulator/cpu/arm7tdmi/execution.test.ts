import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MICRO_OPS } from '../../../../emulator/cpu/arm7tdmi/decode.ts';
import type { BusDevice } from '../../../../emulator/machine/bus.ts';
import { HAS_CODE, PAGE_SHIFT } from '../../../../emulator/machine/memory.ts';
import { arm, at, flags, lr, post, reg, thumb, when } from '../../../helpers/arm-assembler.ts';
import { type ArmMachine, createArmMachine, RAM } from '../../../helpers/arm-machine.ts';

const set = (m: ArmMachine, values: Record<string, number>): void => {
  for (const [name, value] of Object.entries(values)) m.cpu.setRegister(name, value);
};
/** A peripheral that remembers when it was touched. */
const recorder = (log: number[], m: ArmMachine, onWrite?: (value: number) => void): BusDevice => ({
  name: 'recorder',
  read: () => {
    log.push(m.machine.now);
    return 0x55;
  },
  write: (_address, _size, value) => {
    log.push(m.machine.now);
    onWrite?.(value);
  },
});
const DEVICE = 0xe000_0000;

test('fast loop: every case has the number that decode.ts gives its name, and none is missing', () => {
  const source = readFileSync(
    new URL('../../../../emulator/cpu/arm7tdmi/execute.ts', import.meta.url),
    'utf8',
  );
  const cases = [...source.matchAll(/case (\d+): \/\/ ([A-Z]\w+)/g)];
  expect(cases.map(([, number, name]) => `${number} ${name}`)).toEqual(
    MICRO_OPS.map((name, number) => `${number} ${name}`),
  );
});

test('slow access: the device sees the time at the start of the instruction, and its pc', () => {
  const m = createArmMachine();
  const log: number[] = [];
  m.machine.bus.attach(DEVICE, DEVICE + 0xfff, recorder(log, m));
  m.load(0, [arm.mov(0, 1), arm.mov(0, 2), arm.ldr(2, at(1)), arm.str(2, at(1))]);
  set(m, { r1: DEVICE });
  m.machine.runUntil(7);
  expect(log).toEqual([2, 5]);
  expect([m.r(2), m.machine.now, m.machine.bus.currentPc]).toEqual([0x55, 7, 12]);
});

test('slow access that schedules an event: the slice ends there, not a cycle later', () => {
  const m = createArmMachine();
  const fired: number[] = [];
  const slot = m.machine.scheduler.register('test', () => fired.push(m.r(0)));
  m.machine.bus.attach(
    DEVICE,
    DEVICE + 0xfff,
    recorder([], m, () => m.machine.scheduler.schedule(slot, m.machine.now + 4)),
  );
  const count = arm.add(0, 0, 1);
  m.load(0, [arm.str(0, at(1)), count, count, count, count, count]);
  set(m, { r1: DEVICE });
  m.machine.runUntil(50);
  expect(fired).toEqual([2]);
});

test('slow access that puts the machine to sleep: the next instruction waits', () => {
  const m = createArmMachine();
  const slot = m.machine.scheduler.register('wake', () => {
    m.machine.sleeping = false;
  });
  const sleep = (): void => {
    m.machine.scheduler.schedule(slot, m.machine.now + 1000);
    m.machine.sleeping = true;
  };
  m.machine.bus.attach(DEVICE, DEVICE + 0xfff, recorder([], m, sleep));
  m.load(0, [arm.str(0, at(1)), arm.mov(0, 7)]);
  set(m, { r1: DEVICE });
  m.machine.runUntil(999);
  expect(m.r(0)).toBe(0);
  m.machine.runUntil(1001);
  expect(m.r(0)).toBe(7);
});

test('slow access that raises an interrupt line: taken before the next instruction', () => {
  const m = createArmMachine();
  m.machine.bus.attach(
    DEVICE,
    DEVICE + 0xfff,
    recorder([], m, () => m.cpu.setInterrupt(0, true)),
  );
  m.load(0x100, [arm.str(0, at(1)), arm.mov(0, 7)]);
  m.load(0x18, [arm.b(0)]);
  set(m, { cpsr: 0x1f, pc: 0x100, r1: DEVICE });
  m.machine.runUntil(100);
  expect([m.r(0), m.cpu.getRegister('lr')]).toEqual([0, 0x108]);
});

test('ticks per cycle: time advances by cycles times ticks', () => {
  const m = createArmMachine();
  m.machine.scheduler.ticksPerCycle = 6;
  m.load(0, [arm.mov(0, 1), arm.ldr(0, at(1))]);
  set(m, { r1: RAM });
  m.steps(2);
  expect(m.machine.now).toBe(24);
});

test('flash wait cycles: each instruction from the range takes them, code in RAM does not', () => {
  const m = createArmMachine();
  m.cpu.flashWaitCycles = 3;
  m.load(0, [arm.mov(0, 1), arm.bx(1)]);
  m.load(RAM, [arm.mov(0, 2), arm.mov(0, 3)]);
  set(m, { r1: RAM });
  m.steps(1);
  expect(m.machine.now).toBe(4);
  m.steps(1);
  expect(m.machine.now).toBe(4 + 6);
  m.steps(2);
  expect(m.machine.now).toBe(12);
  m.cpu.onInstruction = () => undefined;
  set(m, { pc: 0 });
  m.steps(1);
  expect(m.machine.now).toBe(16);
});

test('self-modifying code: a stored instruction is executed, not the one decoded before', () => {
  const m = createArmMachine();
  m.load(RAM, [arm.mov(0, 1), arm.str(2, at(1)), arm.b(-8)]);
  set(m, { pc: RAM, r1: RAM, r2: arm.mov(0, 2) });
  m.steps(3);
  expect(m.r(0)).toBe(1);
  m.machine.runUntil(m.machine.now + 1);
  expect(m.r(0)).toBe(2);
});

test('self-modifying Thumb code: storing the suffix of a BL changes where it goes', () => {
  const m = createArmMachine();
  m.loadThumb(RAM + 0x100, [thumb.blPrefix(0x40), thumb.blSuffix(0x40)]);
  m.loadThumb(RAM + 0x140, [thumb.bx(lr)]);
  m.loadThumb(RAM + 0x180, [thumb.bx(lr)]);
  set(m, { cpsr: 0xf3, pc: RAM + 0x100 });
  m.machine.runUntil(2);
  expect(m.cpu.pc).toBe(RAM + 0x140);
  m.loadThumb(RAM + 0x102, [thumb.blSuffix(0x80)]);
  set(m, { pc: RAM + 0x100 });
  m.machine.runUntil(m.machine.now + 2);
  expect(m.cpu.pc).toBe(RAM + 0x180);
});

test('a page stored to over and over: it loses its decoded code and becomes plain data', () => {
  const m = createArmMachine();
  m.load(RAM, [arm.mov(0, 1)]);
  set(m, { pc: RAM });
  m.steps(1);
  const page =
    m.machine.memory.regions.find((region) => region.name === 'ram')!.offset >>> PAGE_SHIFT;
  expect(m.machine.memory.pageState[page]! & HAS_CODE).toBe(HAS_CODE);
  m.load(0, [arm.str(0, post(1, 0)), arm.b(-4)]);
  set(m, { pc: 0, r1: RAM + 0x800 });
  m.machine.runUntil(m.machine.now + 5 * 5000);
  expect(m.machine.memory.pageState[page]! & HAS_CODE).toBe(0);
});

test('restored snapshot: code of the snapshot is executed, not the code after it', () => {
  const m = createArmMachine();
  m.load(RAM, [arm.mov(0, 1), arm.b(-4)]);
  set(m, { pc: RAM });
  m.machine.runUntil(100);
  const snapshot = m.machine.takeSnapshot();
  m.load(RAM, [arm.mov(0, 2)]);
  m.machine.runUntil(200);
  expect(m.r(0)).toBe(2);
  m.machine.restoreSnapshot(snapshot);
  expect(m.r(0)).toBe(1);
  m.machine.runUntil(200);
  expect(m.r(0)).toBe(1);
});

test('snapshot of a running core, restore, continue: the same registers, time and count', () => {
  const run = (withRestore: boolean): unknown => {
    const m = createArmMachine();
    m.load(0, [
      flags(arm.add(0, 0, 3)),
      arm.eor(1, 1, reg(0, 'lsl', 5)),
      arm.str(1, at(2, 8)),
      when('vc', arm.add(3, 3, 1)),
      arm.b(-16),
    ]);
    set(m, { r2: RAM });
    m.machine.runUntil(12_345);
    if (withRestore) {
      const snapshot = m.machine.takeSnapshot();
      m.machine.runUntil(20_000);
      m.machine.restoreSnapshot(snapshot);
    }
    m.machine.runUntil(30_000);
    return [...m.cpu.core.r, m.machine.now, m.cpu.instructionCount, m.word(RAM + 8)];
  };
  expect(run(true)).toEqual(run(false));
});

test('remapped page 0: other memory is executed after invalidateCode, at the same address', () => {
  const m = createArmMachine();
  const { bus, memory } = m.machine;
  m.load(0, [arm.mov(0, 1), arm.b(-4)]);
  m.load(RAM, [arm.mov(0, 2), arm.b(-4)]);
  m.machine.runUntil(100);
  const ram = memory.regions.find((region) => region.name === 'ram')!;
  bus.mapMemory(0, ram.offset, 0x1000, false);
  m.cpu.invalidateCode();
  m.machine.runUntil(200);
  expect(m.r(0)).toBe(2);
});

test('trap in plain memory: called instead of the instruction, goes on where it left the pc', () => {
  const m = createArmMachine();
  m.load(0, [arm.mov(0, 1), arm.mov(0, 2), arm.mov(3, 3)]);
  m.machine.bus.trap(4, () => {
    m.cpu.setRegister('r5', 5);
    m.cpu.pc = 8;
    return 'return';
  });
  m.machine.runUntil(3);
  expect([m.r(0), m.r(5), m.r(3), m.cpu.pc]).toEqual([1, 5, 3, 12]);
});

test('trap that waits: time goes to the end of the slice, and it is called again there', () => {
  const m = createArmMachine();
  let calls = 0;
  let ready = false;
  const slot = m.machine.scheduler.register('done', () => {
    ready = true;
  });
  m.machine.scheduler.schedule(slot, 500);
  m.machine.bus.trap(0x7fff_fff0, () => {
    calls++;
    if (!ready) return 'wait';
    m.cpu.pc = 0x40;
    return 'return';
  });
  m.load(0x40, [arm.mov(0, 9)]);
  set(m, { cpsr: 0xf3, pc: 0x7fff_fff0 });
  m.machine.runUntil(500);
  expect(calls).toBe(1);
  set(m, { cpsr: 0xd3 });
  m.machine.runUntil(502);
  expect([calls, m.r(0)]).toEqual([2, 9]);
});

test('trap that waits: an interrupt is taken meanwhile, with the trap as return address', () => {
  const m = createArmMachine();
  m.machine.bus.trap(0x80, () => 'wait');
  m.load(0x18, [arm.b(0)]);
  const slot = m.machine.scheduler.register('irq', () => m.cpu.setInterrupt(0, true));
  m.machine.scheduler.schedule(slot, 100);
  set(m, { cpsr: 0x1f, pc: 0x80 });
  m.machine.runUntil(200);
  expect(m.cpu.getRegister('lr') - 4).toBe(0x80);
});

test('code in a slow page: fetched through the device, instruction by instruction', () => {
  const m = createArmMachine();
  const code = [arm.mov(0, 1), arm.add(0, 0, 1), arm.b(-4)];
  m.machine.bus.attach(DEVICE, DEVICE + 0xfff, {
    name: 'rom',
    read: () => 0,
    write: () => undefined,
    fetch: (address) => code[(address - DEVICE) >> 2]!,
  });
  set(m, { pc: DEVICE });
  m.machine.runUntil(1 + 4 * 3);
  expect(m.r(0)).toBe(4);
});

test('coverage: set at the first execution of each halfword, both for an ARM instruction', () => {
  const m = createArmMachine();
  m.cpu.coverage = new Uint8Array(0x100);
  m.load(0, [arm.mov(0, 1), arm.b(8), arm.mov(0, 2), arm.b(0)]);
  m.machine.runUntil(50);
  expect([...m.cpu.coverage.subarray(0, 8)]).toEqual([1, 1, 1, 1, 0, 0, 1, 1]);
});

test('trace hook: one call an instruction, and the same registers and time as without', () => {
  const run = (traced: boolean): { pcs: number[]; end: number[] } => {
    const m = createArmMachine();
    const pcs: number[] = [];
    m.load(0, [flags(arm.add(0, 0, 1)), arm.cmp(0, 3), when('ne', arm.b(-8)), arm.b(0)]);
    if (traced) m.cpu.onInstruction = (address) => pcs.push(address);
    m.machine.runUntil(30);
    return { pcs, end: [...m.cpu.core.r, m.machine.now, m.cpu.instructionCount] };
  };
  const traced = run(true);
  expect(traced.pcs.slice(0, 9)).toEqual([0, 4, 8, 0, 4, 8, 0, 4, 8]);
  expect(traced.end).toEqual(run(false).end);
  expect(traced.pcs.length).toBe(traced.end.at(-1));
});
