/** A bare machine for AVR tests: 32 KB of flash at 0, the data space of an ATmega32U4, and doubles of the
 *  chip behind it that note what the core asks, when, and with what registers. */

import { type Avr, type AvrSystem, createAvr } from '../../emulator/cpu/avr/index.ts';
import { Machine } from '../../emulator/machine/machine.ts';
import { installWaitingLoopSkip } from '../../emulator/machine/waiting-loop.ts';

export const PROGRAM_WORDS = 0x4000;
export const DATA_BYTES = 0x0b00;
export const RAMEND = DATA_BYTES - 1;
const FLASH_BYTES = PROGRAM_WORDS * 2;
/** Root ticks of a cycle at 16 MHz. */
export const TICKS = 12;

export interface AvrMachine {
  readonly machine: Machine;
  readonly cpu: Avr;
  /** Offset of the flash in the linear memory. */
  readonly flash: number;
  /** I/O registers with a device behind them; `calls` has what happened. */
  readonly kinds: Uint8Array;
  readonly calls: string[];
  /** What `read` of an I/O register returns; by default the stored byte. */
  onRead: (address: number) => number;
  onWrite: (address: number, value: number, mask: number) => void;
  onCall: (what: string) => void;
  /** Program words from a word address on. */
  load(address: number, words: readonly number[]): void;
  /** Execute so many instructions or interrupt entries. @returns the cycles they took. */
  steps(count: number): number;
  set(values: Readonly<Record<string, number>>): void;
  get(...names: readonly string[]): number[];
}

export function createAvrMachine(options: { skipWaiting?: boolean } = {}): AvrMachine {
  const machine = new Machine({ stateBytes: 8192, bulkBytes: FLASH_BYTES, rootHz: 192_000_000 });
  const flash = machine.memory.bulk('flash', FLASH_BYTES);
  machine.bus.mapMemory(0, flash.offset, FLASH_BYTES, false);
  machine.scheduler.ticksPerCycle = TICKS;
  const cpu = createAvr(machine, { programWords: PROGRAM_WORDS, dataBytes: DATA_BYTES });
  machine.attachCpu(cpu);
  if (options.skipWaiting === true) installWaitingLoopSkip(machine);
  const kinds = new Uint8Array(256);
  const calls: string[] = [];
  /** Begin of the cycle, program counter, SREG and SP as the device finds them. */
  const note = (what: string): void => {
    const { now, bus } = { now: machine.now, bus: machine.bus };
    const [sreg, sp] = [cpu.data[0x5f]!, cpu.data[0x5d]! | (cpu.data[0x5e]! << 8)];
    const state = `pc ${hex(bus.currentPc)} sreg ${hex(sreg)} sp ${hex(sp)}`;
    calls.push(`${what} cycle ${now / machine.scheduler.ticksPerCycle} ${state}`);
    m.onCall(what);
  };
  const system: AvrSystem = {
    io: {
      kinds,
      read: (address) => {
        note(`read ${hex(address)}`);
        return m.onRead(address);
      },
      write: (address, value, mask) => {
        note(`write ${hex(address)} ${hex(value)} mask ${hex(mask)}`);
        m.onWrite(address, value, mask);
      },
    },
    spm: (z, word) => note(`spm ${hex(z)} ${hex(word)}`),
    loadSpecial: (z) => {
      note(`special ${hex(z)}`);
      return 0xa5;
    },
    sleep: () => note('sleep'),
    watchdogReset: () => note('wdr'),
    interruptTaken: (vector) => note(`interrupt ${vector}`),
  };
  const m: AvrMachine = {
    machine,
    cpu,
    flash: flash.offset,
    kinds,
    calls,
    onRead: (address) => cpu.data[address]!,
    onWrite: () => undefined,
    onCall: () => undefined,
    load: (address, words) => {
      machine.memory.u16.set(words, (flash.offset >> 1) + address);
      machine.memory.touch(flash.offset + address * 2, words.length * 2);
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
  };
  cpu.connect(system);
  return m;
}

const hex = (value: number): string => value.toString(16);
