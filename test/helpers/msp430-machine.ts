/** A bare machine for MSP430 tests: plain memory from 0x0200 to 0xffff, a device below that notes what it is
 *  asked and when, and doubles of the chip behind the core. */

import { createMsp430, type Msp430 } from '../../emulator/cpu/msp430/index.ts';
import type { BusDevice } from '../../emulator/machine/bus.ts';
import { Machine } from '../../emulator/machine/machine.ts';
import { installWaitingLoopSkip } from '../../emulator/machine/waiting-loop.ts';

export const SPACE_BYTES = 0x1_0000;
export const FIRST_MEMORY = 0x0200;
const PAGE_BYTES = 0x1000;
/** Root ticks of a cycle at 4 MHz. */
export const TICKS = 8;

export interface Msp430Machine {
  readonly machine: Machine;
  readonly cpu: Msp430;
  /** The address space; what lies below FIRST_MEMORY is not used. */
  readonly memory: Uint8Array;
  readonly calls: string[];
  onRead: (address: number) => number;
  onWrite: (address: number, value: number) => void;
  onCall: (what: string) => void;
  /** Words from an address on. */
  load(address: number, words: readonly number[]): void;
  /** Execute so many instructions or interrupt entries. @returns the cycles they took. */
  steps(count: number): number;
  set(values: Readonly<Record<string, number>>): void;
  get(...names: readonly string[]): number[];
  word(address: number): number;
}

interface Options {
  readonly skipWaiting?: boolean;
  /** False: every access and every fetch goes to a device. */
  readonly plain?: boolean;
}

export function createMsp430Machine({ skipWaiting, plain = true }: Options = {}): Msp430Machine {
  const machine = new Machine({ stateBytes: 4096, bulkBytes: SPACE_BYTES, rootHz: 32_000_000 });
  const { offset } = machine.memory.bulk('memory', SPACE_BYTES);
  const memory = new Uint8Array(machine.memory.buffer, offset, SPACE_BYTES);
  machine.scheduler.ticksPerCycle = TICKS;
  const cpu = createMsp430(machine);
  machine.attachCpu(cpu);
  if (skipWaiting === true) installWaitingLoopSkip(machine);
  const calls: string[] = [];
  const note = (what: string): void => {
    const { now, bus } = machine;
    calls.push(`${what} cycle ${now / machine.scheduler.ticksPerCycle} pc ${hex(bus.currentPc)}`);
    m.onCall(what);
  };
  const size = (bytes: number): string => (bytes === 1 ? '.b' : '');
  const peripherals: BusDevice = {
    name: 'peripherals',
    pureReads: true,
    read: (address, bytes) => {
      note(`read${size(bytes)} ${hex(address)}`);
      return m.onRead(address);
    },
    write: (address, bytes, value) => {
      note(`write${size(bytes)} ${hex(address)} ${hex(value)}`);
      m.onWrite(address, value);
    },
    fetch: () => 0x4303,
  };
  machine.bus.attach(0, FIRST_MEMORY - 1, peripherals);
  if (plain) {
    cpu.mapPlain(FIRST_MEMORY, offset + FIRST_MEMORY, PAGE_BYTES - FIRST_MEMORY, true);
    machine.bus.mapMemory(PAGE_BYTES, offset + PAGE_BYTES, SPACE_BYTES - PAGE_BYTES, true);
  } else {
    machine.bus.attach(FIRST_MEMORY, SPACE_BYTES - 1, behindDevice(memory));
  }
  const m: Msp430Machine = {
    machine,
    cpu,
    memory,
    calls,
    onRead: () => 0,
    onWrite: () => undefined,
    onCall: () => undefined,
    load: (address, words) => {
      machine.memory.u16.set(words, (offset + address) >> 1);
      machine.memory.touch(offset + address, words.length * 2);
    },
    steps: (count) => {
      const start = machine.now;
      for (let i = 0; i < count; i++) cpu.step();
      return (machine.now - start) / machine.scheduler.ticksPerCycle;
    },
    set: (values) => {
      for (const [name, value] of Object.entries(values)) cpu.setRegister(name, value);
    },
    get: (...names) => names.map((name) => cpu.getRegister(name)),
    word: (address) => memory[address]! | (memory[address + 1]! << 8),
  };
  cpu.connect({
    lowPowerChanged: (sr) => note(`low power ${hex(sr)}`),
    interruptTaken: (line) => note(`interrupt ${line}`),
  });
  return m;
}

function behindDevice(memory: Uint8Array): BusDevice {
  const read = (address: number, bytes: number): number =>
    bytes === 1 ? memory[address]! : memory[address]! | (memory[address + 1]! << 8);
  return {
    name: 'memory behind a device',
    read,
    fetch: read,
    write: (address, bytes, value) => {
      memory[address] = value;
      if (bytes === 2) memory[address + 1] = value >>> 8;
    },
  };
}

const hex = (value: number): string => value.toString(16);
