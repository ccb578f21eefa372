/** The AVR core (AVRe+, 16-bit program counter) as chips and tools see it: registers by name, time,
 *  interrupts, the chip behind it. Source: ATmega16U4/32U4 data sheet (7766), "AVR CPU Core"; AVR
 *  Instruction Set Manual (Atmel-0856). Leaves out: the debug unit, program memory above 64 KB (EIND, RAMPZ). */

import type { Trap } from '../../machine/bus.ts';
import type { Cpu } from '../../machine/cpu.ts';
import type { Machine } from '../../machine/machine.ts';
import { CodeCache } from './code-cache.ts';
import { type AvrSystem, Core } from './core.ts';
import { decode } from './decode.ts';
import { ENTRY_CYCLES, enterInterrupt, pendingInterrupt } from './exceptions.ts';
import { execute } from './execute.ts';
import { hasSecondWord, patternOf } from './instruction-table.ts';
import {
  type AvrOptions,
  byteRegister,
  HOLD,
  LINES_HIGH,
  LINES_LOW,
  PC,
  pointerRegister,
  REGISTER_NAMES,
  SPECIAL_READS,
  VECTOR_BASE,
} from './registers.ts';

export type { AvrIo, AvrSystem } from './core.ts';
export type { AvrOptions } from './registers.ts';

const NOW = 0;
const SLICE_END = 1;
const TICKS_PER_CYCLE = 2;
const LAST_VECTOR = 63;
const SKIPS: ReadonlySet<string> = new Set(['cpse', 'sbrc', 'sbrs', 'sbic', 'sbis']);

export class Avr implements Cpu {
  readonly engine = 'interpreter';
  readonly countsCycles = true;
  readonly registerNames = REGISTER_NAMES;
  readonly core: Core;
  /** Called with the byte address of each instruction before it; null costs nothing. */
  onInstruction: ((pc: number) => void) | null = null;
  readonly #cache: CodeCache;
  readonly #clock: Float64Array;
  /** Instructions executed since the machine was made; state, so that a restore brings it back. */
  readonly #count: Float64Array;

  constructor(machine: Machine, options: AvrOptions) {
    this.#clock = machine.scheduler.clock;
    this.core = new Core(machine.bus, options);
    this.#cache = new CodeCache(this.core);
    this.#count = machine.memory.stateDoubles('tally of avr instructions', 1);
    this.reset();
  }

  connect(system: AvrSystem): void {
    this.core.system = system;
  }
  /** The data space: registers, I/O, SRAM. */
  get data(): Uint8Array {
    return this.core.data;
  }
  /** LPMs so far by page of 128 bytes; the last one's address. */
  get programReads(): Int32Array {
    return this.core.reads;
  }
  get lastProgramRead(): number {
    return this.core.lastRead[0]!;
  }
  get instructionCount(): number {
    return this.#count[0]!;
  }
  /** Word address of the interrupt vectors. */
  get vectorBase(): number {
    return this.core.words[VECTOR_BASE]!;
  }
  set vectorBase(address: number) {
    this.core.words[VECTOR_BASE] = address;
  }
  /** LPM asks the chip: fuses, lock bits or the signature row. */
  get specialProgramReads(): boolean {
    return this.core.words[SPECIAL_READS] !== 0;
  }
  set specialProgramReads(on: boolean) {
    this.core.words[SPECIAL_READS] = on ? 1 : 0;
  }
  /** One byte for each word from address 0, set when it is first executed; null = off. */
  get coverage(): Uint8Array | null {
    return this.#cache.coverage;
  }
  set coverage(map: Uint8Array | null) {
    this.#cache.coverage = map;
    this.#cache.clear();
  }
  /** A byte address, as in every core; the stack and the state hold word addresses. */
  get pc(): number {
    return this.core.words[PC]! * 2;
  }
  set pc(address: number) {
    this.core.words[PC] = (address >>> 1) & (this.core.options.programWords - 1);
  }

  invalidateCode(): void {
    this.#cache.clear();
  }

  /** General registers and interrupt lines stay as they are: the chip resets what drives the lines.
   *  @param pcWord where the fuses say that execution begins, a word address. */
  reset(pcWord = 0): void {
    this.core.reset(pcWord);
  }

  /** Level of interrupt `vector`, 1 to 63. */
  setInterrupt(vector: number, asserted: boolean): void {
    if (vector < 1 || vector > LAST_VECTOR) throw new RangeError(`no interrupt vector ${vector}`);
    const word = vector < 32 ? LINES_LOW : LINES_HIGH;
    const bit = 1 << (vector & 31);
    const lines = this.core.words[word]!;
    this.core.words[word] = asserted ? lines | bit : lines & ~bit;
  }

  getRegister(name: string): number {
    const { data, pairs, file } = this.core;
    const byte = byteRegister(name);
    if (byte >= 0) return data[byte]!;
    const pointer = pointerRegister(name);
    if (pointer >= 0) return pairs[pointer]!;
    if (name === 'sp') return file.sp;
    if (name === 'pc') return this.pc;
    throw new RangeError(`the AVR has no register ${name}`);
  }
  setRegister(name: string, value: number): void {
    const { data, pairs, file } = this.core;
    const byte = byteRegister(name);
    const pointer = pointerRegister(name);
    if (byte >= 0) data[byte] = value;
    else if (pointer >= 0) pairs[pointer] = value;
    else if (name === 'sp') file.sp = value;
    else if (name === 'pc') this.pc = value;
    else throw new RangeError(`the AVR has no register ${name}`);
  }

  run(): void {
    const clock = this.#clock;
    while (clock[NOW]! < clock[SLICE_END]!) this.#advance();
  }
  step(): void {
    this.#clock[SLICE_END] = this.#clock[NOW]! + this.#clock[TICKS_PER_CYCLE]!;
    this.run();
  }
  /** No store escapes the detector: `state` holds the data space, and all else counts side effects itself. */
  stepObserved(): void {
    this.step();
  }
  get state(): Int32Array {
    return this.core.words;
  }
  countSkipped(instructions: number): void {
    this.#count[0]! += instructions;
  }

  /** One interrupt entry, or instructions up to the end of the slice or the next chance of an interrupt. */
  #advance(): void {
    const { words } = this.core;
    const vector = pendingInterrupt(this.core);
    if (vector !== 0 && words[HOLD] === 0) {
      this.#enter(vector);
      return;
    }
    words[HOLD] = 0;
    if (this.#cache.isStale) this.#cache.refresh();
    this.onInstruction?.(this.pc);
    const single = vector !== 0 || this.onInstruction !== null;
    const count = execute(this.core, this.#cache, single);
    this.#count[0]! += count < 0 ? ~count : count;
    if (count < 0) this.#executeFetched();
  }

  /** Devices see the last cycle of the entry. */
  #enter(vector: number): void {
    const clock = this.#clock;
    const start = clock[NOW]!;
    const ticks = clock[TICKS_PER_CYCLE]!;
    clock[NOW] = start + (ENTRY_CYCLES - 1) * ticks;
    this.core.bus.currentPc = this.pc;
    enterInterrupt(this.core, vector);
    clock[NOW] = start + ENTRY_CYCLES * ticks;
  }

  /** An instruction that may read differently the next time, or a trap. */
  #executeFetched(): void {
    const { core } = this;
    const { bus, words, options } = core;
    const address = words[PC]!;
    bus.currentPc = address * 2;
    const trap = bus.traps.size > 0 ? bus.traps.get(address * 2) : undefined;
    if (trap !== undefined) {
      this.#runTrap(trap);
      return;
    }
    const opcode = core.fetch(address);
    const name = patternOf(opcode)?.name ?? '';
    const needsNext = hasSecondWord(opcode) || SKIPS.has(name);
    const following = needsNext ? core.fetch(address + 1) : 0;
    const { code } = this.#cache;
    code[address] = decode(opcode, following, address, options);
    this.#cache.cover(address, opcode);
    this.#count[0]! += execute(core, this.#cache, true);
    code[address] = 0;
  }

  /** A trap that returns takes one cycle, so that time always moves on. */
  #runTrap(trap: Trap): void {
    const clock = this.#clock;
    this.core.bus.sideEffects++;
    if (trap() === 'return') clock[NOW] = clock[NOW]! + clock[TICKS_PER_CYCLE]!;
    else clock[NOW] = Math.max(clock[NOW]!, clock[SLICE_END]!);
  }
}

export const createAvr = (machine: Machine, options: AvrOptions): Avr => new Avr(machine, options);
