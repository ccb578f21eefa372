/** The MSP430 core as chips and tools see it: registers by name, time, interrupts, the chip behind it.
 *  Source: SLAU049F, chapters 2 "System Resets, Interrupts, and Operating Modes" and 3 "RISC 16-Bit CPU".
 *  Leaves out: the MSP430X; the debug unit; errata of single parts (CPU4: PUSH #4 and PUSH #8). */

import type { Trap } from '../../machine/bus.ts';
import type { Cpu } from '../../machine/cpu.ts';
import type { Machine } from '../../machine/machine.ts';
import { CodeCache } from './code-cache.ts';
import { Core, type Msp430System } from './core.ts';
import { ENTRY_CYCLES, enterInterrupt, NMI_LINE, pendingInterrupt } from './exceptions.ts';
import { execute } from './execute.ts';
import { CPUOFF } from './flags.ts';
import { HOLD, LINES, PC, REGISTER_NAMES, registerSlot, SR } from './registers.ts';

export type { Msp430System } from './core.ts';
export { NMI_LINE } from './exceptions.ts';

const NOW = 0;
const SLICE_END = 1;
const TICKS_PER_CYCLE = 2;

export class Msp430 implements Cpu {
  readonly engine = 'interpreter';
  readonly countsCycles = true;
  readonly registerNames = REGISTER_NAMES;
  readonly core: Core;
  /** Called with the address of each instruction before it; null costs nothing. */
  onInstruction: ((pc: number) => void) | null = null;
  readonly #cache: CodeCache;
  readonly #clock: Float64Array;
  /** Instructions executed since the machine was made; state, so that a restore brings it back. */
  readonly #count: Float64Array;

  /** PC and SR are zero until the chip, with its memory in place, calls `reset`. */
  constructor(machine: Machine) {
    this.#clock = machine.scheduler.clock;
    this.core = new Core(machine.bus);
    this.#cache = new CodeCache(this.core);
    this.#count = machine.memory.stateDoubles('tally of msp430 instructions', 1);
  }

  connect(system: Msp430System): void {
    this.core.system = system;
  }
  /** Plain memory in blocks of 256 bytes, for pages of the bus that hold more than one kind of memory. The bus
   *  gets a device for what is writable; for what is not, the caller attaches one that takes the stores. */
  mapPlain(address: number, offset: number, bytes: number, writable: boolean): void {
    this.core.map.mapPlain(address, offset, bytes, writable);
  }
  unmapPlain(address: number, bytes: number): void {
    this.core.map.unmapPlain(address, bytes);
  }
  /** Bytes that instructions have read as data so far, at addresses from `from` on. */
  countDataReads(from: number): void {
    this.core.countedFrom = from;
  }
  get dataBytesRead(): number {
    return this.core.dataReads[0]!;
  }
  get instructionCount(): number {
    return this.#count[0]!;
  }
  /** One byte for each word from address 0, set when it is first executed; null = off. */
  get coverage(): Uint8Array | null {
    return this.#cache.coverage;
  }
  set coverage(map: Uint8Array | null) {
    this.#cache.coverage = map;
    this.#cache.clear();
  }
  get pc(): number {
    return this.core.words[PC]!;
  }
  set pc(address: number) {
    this.core.setRegister(PC, address);
  }
  /** The CPU waits for an interrupt: CPUOFF is set and none is to be taken. */
  get isOff(): boolean {
    return (this.core.words[SR]! & CPUOFF) !== 0 && !this.hasInterrupt;
  }
  /** A line is asserted that the core would take now: NMI, or any while GIE is set. */
  get hasInterrupt(): boolean {
    return pendingInterrupt(this.core) >= 0;
  }

  invalidateCode(): void {
    this.#cache.clear();
  }

  /** PUC: PC from the vector at 0xfffe, SR zero. General registers and interrupt lines stay as they are. */
  reset(): void {
    this.core.reset();
  }

  /** Level of interrupt line n, whose vector is at 0xffe0 + 2n: 14 is NMI, 13 and below need GIE. */
  setInterrupt(line: number, asserted: boolean): void {
    if (line < 0 || line > NMI_LINE) throw new RangeError(`no interrupt line ${line}`);
    const bit = 1 << line;
    const lines = this.core.words[LINES]!;
    this.core.words[LINES] = asserted ? lines | bit : lines & ~bit;
  }

  getRegister(name: string): number {
    return this.core.words[this.#slot(name)]!;
  }
  setRegister(name: string, value: number): void {
    this.core.setRegister(this.#slot(name), value);
  }
  #slot(name: string): number {
    const slot = registerSlot(name);
    if (slot < 0) throw new RangeError(`the MSP430 has no register ${name}`);
    return slot;
  }

  run(): void {
    const clock = this.#clock;
    while (clock[NOW]! < clock[SLICE_END]!) this.#advance();
  }
  step(): void {
    this.#clock[SLICE_END] = this.#clock[NOW]! + this.#clock[TICKS_PER_CYCLE]!;
    this.run();
  }
  /** A store of what is there already changes nothing: a loop that only makes such stores goes on the same. */
  stepObserved(): void {
    this.core.isObserved = true;
    this.step();
    this.core.isObserved = false;
  }
  get state(): Int32Array {
    return this.core.words;
  }
  countSkipped(instructions: number): void {
    this.#count[0]! += instructions;
  }

  /** One interrupt entry, or instructions up to the end of the slice or the next chance of an interrupt. */
  #advance(): void {
    const { core } = this;
    const { words } = core;
    if (core.map.isStale) core.map.refresh();
    const line = pendingInterrupt(core);
    if (line >= 0 && words[HOLD] === 0) {
      this.#enter(line);
      return;
    }
    words[HOLD] = 0;
    if ((words[SR]! & CPUOFF) !== 0) {
      this.#clock[NOW] = this.#clock[SLICE_END]!;
      return;
    }
    this.onInstruction?.(this.pc);
    const single = line >= 0 || this.onInstruction !== null;
    const count = execute(core, this.#cache, single);
    this.#count[0]! += count < 0 ? ~count : count;
    if (count < 0) this.#executeFetched();
  }

  /** Devices see the last cycle of the entry. */
  #enter(line: number): void {
    const clock = this.#clock;
    const start = clock[NOW]!;
    const ticks = clock[TICKS_PER_CYCLE]!;
    clock[NOW] = start + (ENTRY_CYCLES - 1) * ticks;
    this.core.bus.currentPc = this.pc;
    enterInterrupt(this.core, line);
    clock[NOW] = start + ENTRY_CYCLES * ticks;
  }

  /** An instruction that may read differently the next time, or a trap. */
  #executeFetched(): void {
    const { bus } = this.core;
    const { pc } = this;
    bus.currentPc = pc;
    const trap = bus.traps.size > 0 ? bus.traps.get(pc) : undefined;
    if (trap !== undefined) {
      this.#runTrap(trap);
      return;
    }
    this.#cache.decodeFetched(pc >>> 1);
    this.#count[0]! += execute(this.core, this.#cache, true);
    this.#cache.drop(pc >>> 1);
  }

  /** A trap that returns takes one cycle, so that time always moves on. */
  #runTrap(trap: Trap): void {
    const clock = this.#clock;
    this.core.bus.sideEffects++;
    if (trap() === 'return') clock[NOW] = clock[NOW]! + clock[TICKS_PER_CYCLE]!;
    else clock[NOW] = Math.max(clock[NOW]!, clock[SLICE_END]!);
  }
}

export const createMsp430 = (machine: Machine): Msp430 => new Msp430(machine);
