import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Arm7tdmi } from '../../../emulator/cpu/arm7tdmi/index.ts';
import type { Cpu } from '../../../emulator/machine/cpu.ts';
import { Machine } from '../../../emulator/machine/machine.ts';
import { UnicornEngine } from '../../../harness/device/unicorn-engine.ts';
import { arm, at, flags, lr, pc, reg, thumb, when } from '../../helpers/arm-assembler.ts';

const RAM = 0x4000_0000;
const DEVICE = 0xe000_0000;
const BYTES = 0x1_0000;

interface Rig {
  readonly machine: Machine;
  readonly cpu: Cpu;
  readonly log: number[];
  load(address: number, words: readonly number[]): void;
  word(address: number): number;
}

function createRig(engine: 'interpreter' | 'unicorn'): Rig {
  const machine = new Machine({ stateBytes: 8192, bulkBytes: 2 * BYTES, rootHz: 1_000_000 });
  const flash = machine.memory.bulk('flash', BYTES);
  const ram = machine.memory.bulk('ram', BYTES);
  machine.bus.mapMemory(0, flash.offset, BYTES, false);
  machine.bus.mapMemory(RAM, ram.offset, BYTES, true);
  const log: number[] = [];
  machine.bus.attach(DEVICE, DEVICE + 0xfff, {
    name: 'log',
    read: () => 0x55,
    write: (_address, _size, value) => log.push(value),
  });
  const cpu = engine === 'unicorn' ? new UnicornEngine(machine) : new Arm7tdmi(machine);
  machine.attachCpu(cpu);
  cpu.reset();
  const offsetOf = (address: number): number =>
    address >= RAM ? ram.offset + address - RAM : flash.offset + address;
  return {
    machine,
    cpu,
    log,
    load: (address, words) => {
      machine.memory.i32.set(words, offsetOf(address) >> 2);
      machine.memory.touch(offsetOf(address), words.length * 4);
    },
    word: (address) => machine.memory.u32[offsetOf(address) >> 2]!,
  };
}

const registers = (rig: Rig): number[] => rig.cpu.registerNames.map((n) => rig.cpu.getRegister(n));

const ramOf = ({ machine }: Rig): Uint8Array =>
  machine.memory.bytesOf(machine.memory.regions.find((region) => region.name === 'ram')!);

/** Run the same program on both engines to the same instruction, and compare everything. */
function compare(prepare: (rig: Rig) => void, instructions: number): Rig {
  const [interpreter, unicorn] = (['interpreter', 'unicorn'] as const).map((engine) => {
    const rig = createRig(engine);
    prepare(rig);
    return rig;
  }) as [Rig, Rig];
  unicorn.machine.runUntil(instructions);
  while (interpreter.cpu.instructionCount < unicorn.cpu.instructionCount) interpreter.cpu.step();
  expect(registers(unicorn)).toEqual(registers(interpreter));
  expect(unicorn.log).toEqual(interpreter.log);
  expect(ramOf(unicorn)).toEqual(ramOf(interpreter));
  return unicorn;
}

describe('Unicorn engine', () => {
  test.each(['arm', 'thumb'])('compiled workload in %s: the interpreter agrees', (state) => {
    const image = readFileSync(new URL(`../../speed/workload-${state}.bin`, import.meta.url));
    const halt = 0x20;
    const [interpreter, unicorn] = (['interpreter', 'unicorn'] as const).map((engine) => {
      const rig = createRig(engine);
      const words = new Int32Array(BYTES / 4);
      new Uint8Array(words.buffer).set(image);
      rig.load(0, [...words]);
      rig.cpu.setRegister('r0', 1);
      while (rig.cpu.pc !== halt) rig.machine.runUntil(rig.machine.now + 10_000);
      return rig;
    }) as [Rig, Rig];
    expect(registers(unicorn)).toEqual(registers(interpreter));
    expect(unicorn.word(RAM)).toBe(interpreter.word(RAM));
    expect(ramOf(unicorn)).toEqual(ramOf(interpreter));
    expect(unicorn.cpu.instructionCount).toBe(unicorn.machine.now);
    expect(unicorn.cpu.countsCycles).toBe(false);
  });

  test('peripheral accesses: through the bus, each instruction one cycle', () => {
    const unicorn = compare((rig) => {
      rig.load(0, [
        arm.ldr(0, at(1)),
        flags(arm.add(2, 2, reg(0))),
        arm.str(2, at(1, 4)),
        arm.b(-12),
      ]);
      rig.cpu.setRegister('r1', DEVICE);
    }, 40);
    expect(unicorn.log.length).toBe(10);
    expect(unicorn.machine.now).toBe(40);
  });

  test('SWI, undefined instruction and data abort: entered as the manual says', () => {
    compare((rig) => {
      rig.load(0x04, [arm.b(0x1c), flags(arm.mov(pc, reg(lr)))]);
      rig.load(0x10, [flags(arm.sub(pc, lr, 4))]);
      rig.load(0x20, [flags(arm.mov(pc, reg(lr)))]);
      rig.load(0x100, [
        arm.swi(1),
        arm.undefined(),
        arm.ldr(0, at(3)),
        when('ne', arm.add(4, 4, 1)),
        arm.b(-16),
      ]);
      rig.cpu.setRegister('r3', 0x9000_0000);
      rig.cpu.setRegister('cpsr', 0x10);
      rig.cpu.pc = 0x100;
    }, 60);
  });

  test('interrupt: taken between instructions, and returned from', () => {
    const rig = createRig('unicorn');
    rig.load(0x18, [arm.str(0, at(10)), arm.add(9, 9, 1), flags(arm.sub(pc, lr, 4))]);
    rig.load(0x100, [arm.add(0, 0, 1), arm.b(-4)]);
    rig.machine.bus.attach(DEVICE, DEVICE + 0xfff, {
      name: 'timer',
      read: () => 0,
      write: () => rig.cpu.setInterrupt(0, false),
    });
    const slot = rig.machine.scheduler.register('timer', () => rig.cpu.setInterrupt(0, true));
    rig.machine.scheduler.schedule(slot, 1000);
    rig.cpu.setRegister('cpsr', 0x1f);
    rig.cpu.setRegister('r10', DEVICE);
    rig.cpu.pc = 0x100;
    rig.machine.runUntil(2000);
    expect(rig.cpu.getRegister('r9')).toBe(1);
    expect(rig.cpu.getRegister('r0')).toBe((2000 - 4) / 2);
  });

  test('trap: called at its address, in Thumb state, and returned from', () => {
    const rig = createRig('unicorn');
    rig.load(0, [thumb.mov(0, 1) | (thumb.mov(1, 2) << 16), thumb.mov(2, 3) | (thumb.b(0) << 16)]);
    rig.machine.bus.trap(2, () => {
      rig.cpu.setRegister('r5', 5);
      rig.cpu.pc = 4;
      return 'return';
    });
    rig.cpu.setRegister('cpsr', 0xf3);
    rig.machine.runUntil(10);
    expect(['r0', 'r1', 'r2', 'r5'].map((n) => rig.cpu.getRegister(n))).toEqual([1, 0, 3, 5]);
  });

  test('snapshot, other code in its place, restore: the code of the snapshot runs again', () => {
    const rig = createRig('unicorn');
    rig.load(0, [arm.add(0, 0, 1), arm.b(-4)]);
    rig.machine.runUntil(100);
    const snapshot = rig.machine.takeSnapshot();
    rig.load(0, [arm.add(1, 1, 1)]);
    rig.machine.runUntil(200);
    expect(rig.cpu.getRegister('r1')).toBe(50);
    rig.machine.restoreSnapshot(snapshot);
    rig.machine.runUntil(200);
    expect([rig.cpu.getRegister('r0'), rig.cpu.getRegister('r1')]).toEqual([100, 0]);
    expect(rig.cpu.instructionCount).toBe(200);
  });

  test('store to a page after a snapshot: the restore brings the page back', () => {
    const rig = createRig('unicorn');
    const snapshot = rig.machine.takeSnapshot();
    rig.load(0, [arm.str(0, at(1)), arm.b(0)]);
    rig.cpu.setRegister('r0', 7);
    rig.cpu.setRegister('r1', RAM);
    rig.machine.runUntil(10);
    expect(rig.word(RAM)).toBe(7);
    rig.machine.restoreSnapshot(snapshot);
    expect(rig.word(RAM)).toBe(0);
  });
});
