/** A bare machine for CPU tests: 64 KB of flash at 0, 64 KB of RAM at 0x40000000, nothing else. */

import { Arm7tdmi } from '../../emulator/cpu/arm7tdmi/index.ts';
import { Machine } from '../../emulator/machine/machine.ts';
import { installWaitingLoopSkip } from '../../emulator/machine/waiting-loop.ts';

export const RAM = 0x4000_0000;
const BYTES = 0x1_0000;

export interface ArmMachine {
  readonly machine: Machine;
  readonly cpu: Arm7tdmi;
  /** Words (or Thumb halfwords) into memory, as an image would be loaded. */
  load(address: number, words: readonly number[]): void;
  loadThumb(address: number, halfwords: readonly number[]): void;
  word(address: number): number;
  /** Execute so many instructions or exception entries. */
  steps(count: number): void;
  r(index: number): number;
}

export function createArmMachine(options: { skipWaiting?: boolean } = {}): ArmMachine {
  const machine = new Machine({ stateBytes: 8192, bulkBytes: 2 * BYTES, rootHz: 1_000_000 });
  const flash = machine.memory.bulk('flash', BYTES);
  const ram = machine.memory.bulk('ram', BYTES);
  machine.bus.mapMemory(0, flash.offset, BYTES, false);
  machine.bus.mapMemory(RAM, ram.offset, BYTES, true);
  const cpu = new Arm7tdmi(machine);
  machine.attachCpu(cpu);
  if (options.skipWaiting === true) installWaitingLoopSkip(machine);
  const offsetOf = (address: number): number =>
    address >= RAM ? ram.offset + address - RAM : flash.offset + address;
  return {
    machine,
    cpu,
    load: (address, words) => {
      machine.memory.i32.set(words, offsetOf(address) >> 2);
      machine.memory.touch(offsetOf(address), words.length * 4);
    },
    loadThumb: (address, halfwords) => {
      machine.memory.u16.set(halfwords, offsetOf(address) >> 1);
      machine.memory.touch(offsetOf(address), halfwords.length * 2);
    },
    word: (address) => machine.memory.u32[offsetOf(address) >> 2]!,
    steps: (count) => {
      for (let i = 0; i < count; i++) cpu.step();
    },
    r: (index) => cpu.core.r[index]! >>> 0,
  };
}
