/** The ARM7TDMI core as chips and tools see it: registers by name, time, interrupts, traps.
 *  Source: ARM7TDMI Technical Reference Manual (DDI 0210), 2.8 "Exceptions", chapter 6 (cycles).
 *  Leaves out: the debug unit (EmbeddedICE), the coprocessor interface, big-endian operation. */

import { SLOW, type Trap } from '../../machine/bus.ts';
import type { Cpu } from '../../machine/cpu.ts';
import type { Machine } from '../../machine/machine.ts';
import { PAGE_BYTES, PAGE_SHIFT } from '../../machine/memory.ts';
import { CodeCache } from './code-cache.ts';
import { Core } from './core.ts';
import { ENTRY_CYCLES, enterException, pendingInterrupt, takeException } from './exceptions.ts';
import { execute } from './execute.ts';
import { executeArm, executeThumb } from './interpret.ts';
import { CPSR, FETCH_WAIT, LINES, MODE, REGISTER_NAMES } from './registers.ts';

export { MODE, REGISTER_NAMES };

const NOW = 0;
const SLICE_END = 1;
const TICKS_PER_CYCLE = 2;

export class Arm7tdmi implements Cpu {
  readonly engine = 'interpreter';
  readonly countsCycles = true;
  readonly registerNames = REGISTER_NAMES;
  readonly core: Core;
  /** Code whose fetches take `flashWaitCycles` more; set by the chip. */
  flashWaitRange = { first: 0, last: 0x0007_ffff };
  /** Called before each instruction, which then takes the reference path; null costs nothing. */
  onInstruction: ((pc: number) => void) | null = null;
  readonly #cache: CodeCache;
  readonly #clock: Float64Array;
  /** Instructions executed since the machine was made; state, so that a restore brings it back. */
  readonly #count: Float64Array;

  constructor(machine: Machine) {
    this.#clock = machine.scheduler.clock;
    this.core = new Core(machine.bus);
    this.#cache = new CodeCache(machine.bus);
    this.#count = machine.memory.stateDoubles('tally of arm7tdmi instructions', 1);
    this.reset();
  }

  get instructionCount(): number {
    return this.#count[0]!;
  }
  /** Cycles that each instruction fetched from `flashWaitRange` takes more. */
  get flashWaitCycles(): number {
    return this.core.r[FETCH_WAIT]!;
  }
  set flashWaitCycles(cycles: number) {
    this.core.r[FETCH_WAIT] = cycles;
  }
  /** One byte for each halfword from address 0, set when it is first executed; null = off. */
  get coverage(): Uint8Array | null {
    return this.#cache.coverage;
  }
  set coverage(map: Uint8Array | null) {
    this.#cache.coverage = map;
    this.#cache.clear();
  }
  get pc(): number {
    return this.core.r[15]! >>> 0;
  }
  set pc(address: number) {
    this.core.r[15] = address;
  }

  /** Forget decoded code: call after a change of what `bus.readMap` maps, or of `bus.traps`. */
  invalidateCode(): void {
    this.#cache.clear();
  }

  /** Supervisor mode, ARM state, interrupts off, at the reset vector; other registers keep their values. */
  reset(): void {
    enterException(this.core, 'reset', this.core.r[15]!);
    this.core.r[15] = this.core.next;
  }

  setInterrupt(line: number, asserted: boolean): void {
    const bit = 1 << line;
    const lines = this.core.r[LINES]!;
    this.core.r[LINES] = asserted ? lines | bit : lines & ~bit;
  }

  getRegister(name: string): number {
    return this.core.r[this.#wordOf(name)]! >>> 0;
  }
  /** `cpsr` switches banks with its mode; `pc` keeps the state (ARM or Thumb) that `cpsr` says. */
  setRegister(name: string, value: number): void {
    const word = this.#wordOf(name);
    if (word === CPSR) this.core.file.cpsr = value;
    else this.core.r[word] = value;
  }
  #wordOf(name: string): number {
    const word = this.core.file.wordOf(name);
    if (word < 0) throw new RangeError(`the ARM7TDMI has no register ${name}`);
    return word;
  }

  run(): void {
    const clock = this.#clock;
    const { r } = this.core;
    while (clock[NOW]! < clock[SLICE_END]!) {
      if (this.onInstruction === null && (r[LINES] === 0 || pendingInterrupt(this.core) === null)) {
        const count = execute(this.core, this.#cache, this.flashWaitRange);
        this.#count[0]! += count < 0 ? ~count : count;
        if (count >= 0) continue;
      }
      this.executeOne();
    }
  }

  step(): void {
    this.#clock[SLICE_END] = this.#clock[NOW]! + this.#clock[TICKS_PER_CYCLE]!;
    this.run();
  }

  stepObserved(): void {
    this.#clock[SLICE_END] = this.#clock[NOW]! + this.#clock[TICKS_PER_CYCLE]!;
    this.executeOne();
  }
  get state(): Int32Array {
    return this.core.r;
  }
  countSkipped(instructions: number): void {
    this.#count[0]! += instructions;
  }

  /** The reference path: one interrupt entry, trap or instruction, through the bus where need be.
   *  @returns the cycles it took, wait states apart; a trap has one. */
  executeOne(): number {
    const { core } = this;
    const { bus } = core;
    const interrupt = pendingInterrupt(core);
    if (interrupt !== null) {
      enterException(core, interrupt, (core.r[15]! + 4) | 0);
      core.r[15] = core.next;
      this.#advance(ENTRY_CYCLES);
      return ENTRY_CYCLES;
    }
    const pc = core.r[15]! >>> 0;
    bus.currentPc = pc;
    const trap = bus.traps.size > 0 ? bus.traps.get(pc) : undefined;
    return trap !== undefined ? this.#runTrap(trap) : this.#interpret(pc);
  }

  #interpret(address: number): number {
    const { core } = this;
    const { bus } = core;
    const thumb = core.thumb;
    const size = thumb ? 2 : 4;
    const pc = (address & -size) >>> 0;
    this.onInstruction?.(pc);
    const ticks = this.#clock[TICKS_PER_CYCLE]!;
    core.address = pc | 0;
    core.next = (pc + size) | 0;
    core.r[15] = pc + 2 * size;
    core.opcode = this.#fetch(pc, size);
    let cycles: number;
    if (bus.aborted) {
      bus.aborted = false;
      cycles = takeException(core, 'prefetch-abort');
    } else {
      cycles = thumb ? executeThumb(core, core.opcode) : executeArm(core, core.opcode);
    }
    core.r[15] = core.next;
    const { first, last } = this.flashWaitRange;
    if (pc >= first && pc <= last) cycles += core.r[FETCH_WAIT]!;
    this.#count[0]!++;
    this.#clock[NOW]! += cycles * ticks;
    return cycles;
  }

  #fetch(pc: number, size: 2 | 4): number {
    const { bus } = this.core;
    const base = bus.readMap[pc >>> PAGE_SHIFT]!;
    if (base === SLOW) return bus.fetch(pc, size);
    const at = base + (pc & (PAGE_BYTES - 1));
    return size === 2 ? bus.memory.u16[at >>> 1]! : bus.memory.i32[at >>> 2]!;
  }

  /** A trap that returns takes one cycle, so that time always moves on. */
  #runTrap(trap: Trap): number {
    const clock = this.#clock;
    this.core.bus.sideEffects++;
    if (trap() === 'return') this.#advance(1);
    else clock[NOW] = Math.max(clock[NOW]!, clock[SLICE_END]!);
    return 1;
  }

  #advance(cycles: number): void {
    this.#clock[NOW]! += cycles * this.#clock[TICKS_PER_CYCLE]!;
  }
}

export const createArm7tdmi = (machine: Machine): Arm7tdmi => new Arm7tdmi(machine);
