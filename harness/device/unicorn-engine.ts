/** `--engine unicorn`: the `Cpu` contract on native Unicorn, over the memory of the same machine.
 *  Unicorn executes what touches plain memory. Whatever it stops at (peripherals, ROM services, aborts,
 *  SWI, undefined instructions, interrupts) the interpreter executes, one instruction, on the same
 *  registers. Leaves out: cycle counts; one instruction is one cycle, and so are both halves of a
 *  Thumb BL together. */

import { pendingInterrupt } from '../../emulator/cpu/arm7tdmi/exceptions.ts';
import { Arm7tdmi } from '../../emulator/cpu/arm7tdmi/index.ts';
import { CPSR, MODE } from '../../emulator/cpu/arm7tdmi/registers.ts';
import { SLOW } from '../../emulator/machine/bus.ts';
import type { Cpu } from '../../emulator/machine/cpu.ts';
import type { Machine } from '../../emulator/machine/machine.ts';
import { DIRTY, HAS_CODE, PAGE_BYTES, PAGE_SHIFT } from '../../emulator/machine/memory.ts';
import { PROT_ALL, PROT_READ_EXEC, REGISTER_IDS, Unicorn } from './unicorn-library.ts';

const NOW = 0;
const SLICE_END = 1;
const TICKS_PER_CYCLE = 2;
const T_BIT = 0x20;
const MODE_BITS = 0x1f;
const BANKED_MODES = [MODE.sys, MODE.fiq, MODE.irq, MODE.svc, MODE.abt, MODE.und];
/** Longest native run; also unlike any other number in the library, which the counter search relies on. */
const MAX_INSTRUCTIONS = 0x5eed_1234;
/** uc_err of a SWI, as nothing here hooks it. */
const UC_ERR_EXCEPTION = 21;
/** Nothing is mapped there: an exit list must not be empty. */
const NOWHERE = 0xffff_fffe;

interface Range {
  readonly address: number;
  readonly offset: number;
  readonly bytes: number;
  readonly writable: boolean;
}

export class UnicornEngine implements Cpu {
  readonly engine = 'unicorn';
  readonly countsCycles = false;
  readonly registerNames: readonly string[];
  readonly #machine: Machine;
  readonly #interpreter: Arm7tdmi;
  /** Opened at once, so that a missing library shows at once; opened anew when code has changed. */
  #unicorn = new Unicorn();
  readonly #current = this.#unicorn.registers(REGISTER_IDS.slice(0, 17));
  /** To look into a bank: CPSR, then r8 to r14, then the SPSR. */
  readonly #mode = this.#unicorn.registers(REGISTER_IDS.slice(16, 17));
  readonly #banked = this.#unicorn.registers(REGISTER_IDS.slice(8, 15));
  readonly #spsr = this.#unicorn.registers(REGISTER_IDS.slice(17, 18));
  /** The register file as Unicorn has it. */
  readonly #pulled: Int32Array;
  #ranges: Range[] = [];
  #mapVersion = -1;
  #trapCount = -1;
  #codeChanged = true;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#interpreter = new Arm7tdmi(machine);
    this.registerNames = this.#interpreter.registerNames;
    this.#pulled = new Int32Array(this.#interpreter.state.length);
    machine.memory.storeListeners.push(() => {
      this.#codeChanged = true;
    });
    machine.memory.restoreListeners.push(() => {
      this.#codeChanged = true;
    });
  }

  get instructionCount(): number {
    return this.#interpreter.instructionCount;
  }
  get pc(): number {
    return this.#interpreter.pc;
  }
  set pc(address: number) {
    this.#interpreter.pc = address;
  }
  getRegister(name: string): number {
    return this.#interpreter.getRegister(name);
  }
  setRegister(name: string, value: number): void {
    this.#interpreter.setRegister(name, value);
  }
  reset(): void {
    this.#interpreter.reset();
  }
  setInterrupt(line: number, asserted: boolean): void {
    this.#interpreter.setInterrupt(line, asserted);
  }
  /** Call after a change of the memory map that did not go through `bus.mapMemory` and `bus.unmap`. */
  invalidateCode(): void {
    this.#interpreter.invalidateCode();
    this.#mapVersion = -1;
  }
  /** Release the native memory. */
  close(): void {
    this.#unicorn.close();
  }

  step(): void {
    const { clock } = this.#machine.scheduler;
    clock[SLICE_END] = clock[NOW]! + clock[TICKS_PER_CYCLE]!;
    this.run();
  }

  run(): void {
    const { clock } = this.#machine.scheduler;
    while (clock[NOW]! < clock[SLICE_END]!) {
      if (this.#needsInterpreter() || !this.#runNative()) this.#executeOne();
    }
  }

  #needsInterpreter(): boolean {
    const { bus } = this.#machine;
    const { pc } = this.#interpreter;
    if (pendingInterrupt(this.#interpreter.core) !== null) return true;
    return bus.traps.has(pc) || bus.readMap[pc >>> PAGE_SHIFT] === SLOW;
  }

  /** One instruction on the interpreter, as one cycle. */
  #executeOne(): void {
    const { clock } = this.#machine.scheduler;
    const ticks = clock[TICKS_PER_CYCLE]!;
    const cycles = this.#interpreter.executeOne();
    clock[NOW]! -= (cycles - 1) * ticks;
  }

  /** @returns false where the instruction at the pc is for the interpreter. */
  #runNative(): boolean {
    const { clock } = this.#machine.scheduler;
    const { core } = this.#interpreter;
    const ticks = clock[TICKS_PER_CYCLE]!;
    this.#mapMemory();
    this.#push();
    const budget = Math.min(Math.ceil((clock[SLICE_END]! - clock[NOW]!) / ticks), MAX_INSTRUCTIONS);
    const thumb = (core.r[CPSR]! & T_BIT) !== 0;
    const begin = (core.r[15]! & (thumb ? ~1 : ~3)) >>> 0;
    const error = this.#unicorn.start(thumb ? begin | 1 : begin, budget);
    const begun = this.#unicorn.instructionsBegun(budget);
    this.#pull();
    this.#markStores();
    // The counter includes the instruction that stopped it: by a fault, or one past the budget.
    const executed = error === 0 ? Math.min(begun, budget) : begun - 1;
    if (error === UC_ERR_EXCEPTION) this.#stepBackOverSwi();
    clock[NOW]! += executed * ticks;
    this.#interpreter.countSkipped(executed);
    return error === 0;
  }

  /** Unicorn's pc is behind a SWI that it stopped at, but on any other instruction. */
  #stepBackOverSwi(): void {
    const { core } = this.#interpreter;
    const thumb = (core.r[CPSR]! & T_BIT) !== 0;
    const before = (core.r[15]! - (thumb ? 2 : 4)) >>> 0;
    const { bus } = this.#machine;
    if (bus.readMap[before >>> PAGE_SHIFT] === SLOW) return;
    const opcode = thumb ? bus.fetch(before, 2) : bus.fetch(before, 4);
    const isSwi = thumb ? opcode >>> 8 === 0xdf : ((opcode >>> 24) & 15) === 15;
    if (isSwi) core.r[15] = before;
  }

  /** Make Unicorn's map the bus's: plain pages shared, everything else absent. Dropping translated code
   *  takes the library seconds, a fresh engine some 15 ms. */
  #mapMemory(): void {
    const { bus, memory } = this.#machine;
    const { mapVersion, traps } = bus;
    if (this.#mapVersion === mapVersion && this.#trapCount === traps.size && !this.#codeChanged) {
      return;
    }
    if (this.#ranges.length > 0) {
      this.#unicorn.close();
      this.#unicorn = new Unicorn();
    }
    this.#mapVersion = mapVersion;
    this.#trapCount = traps.size;
    this.#ranges = plainRanges(bus.readMap, bus.writeMap);
    for (const { address, offset, bytes, writable } of this.#ranges) {
      const bytesOf = memory.u8.subarray(offset, offset + bytes);
      this.#unicorn.map(address, writable ? PROT_ALL : PROT_READ_EXEC, bytesOf);
      // A store from outside must be reported, as it may change code that Unicorn has translated.
      for (let at = offset; at < offset + bytes; at += PAGE_BYTES) {
        memory.pageState[at >>> PAGE_SHIFT]! |= HAS_CODE;
      }
    }
    this.#unicorn.setExits([...traps.keys(), NOWHERE]);
    this.#pulled.fill(0);
    this.#codeChanged = false;
  }

  /** Unicorn stores past `touch`: every page that it could have stored to counts as changed. */
  #markStores(): void {
    const { pageState } = this.#machine.memory;
    for (const { offset, bytes, writable } of this.#ranges) {
      if (!writable) continue;
      for (let at = offset; at < offset + bytes; at += PAGE_BYTES) {
        pageState[at >>> PAGE_SHIFT]! |= DIRTY;
      }
    }
  }

  #push(): void {
    const { core, state } = this.#interpreter;
    if (equalWords(state, this.#pulled)) return;
    const cpsr = core.file.cpsr;
    for (const mode of BANKED_MODES) {
      core.file.cpsr = (cpsr & ~MODE_BITS) | mode;
      this.#mode.values[0] = core.file.cpsr;
      this.#unicorn.write(this.#mode);
      this.#banked.values.set(state.subarray(8, 15));
      this.#unicorn.write(this.#banked);
      if (!core.file.hasSpsr) continue;
      this.#spsr.values[0] = core.file.spsr;
      this.#unicorn.write(this.#spsr);
    }
    core.file.cpsr = cpsr;
    this.#mode.values[0] = cpsr;
    this.#unicorn.write(this.#mode);
    this.#current.values.set(state.subarray(0, 16));
    this.#current.values[16] = cpsr;
    this.#unicorn.write(this.#current);
    this.#pulled.set(state);
  }

  #pull(): void {
    const { core, state } = this.#interpreter;
    this.#unicorn.read(this.#mode);
    const cpsr = this.#mode.values[0]!;
    for (const mode of BANKED_MODES) {
      this.#mode.values[0] = (cpsr & ~MODE_BITS) | mode;
      this.#unicorn.write(this.#mode);
      core.file.cpsr = this.#mode.values[0]!;
      this.#unicorn.read(this.#banked);
      state.set(this.#banked.values, 8);
      if (!core.file.hasSpsr) continue;
      this.#unicorn.read(this.#spsr);
      core.file.spsr = this.#spsr.values[0]!;
    }
    this.#mode.values[0] = cpsr;
    this.#unicorn.write(this.#mode);
    core.file.cpsr = cpsr;
    this.#unicorn.read(this.#current);
    state.set(this.#current.values.subarray(0, 16));
    this.#pulled.set(state);
  }
}

export const createUnicornEngine = (machine: Machine): UnicornEngine => new UnicornEngine(machine);

/** Runs of pages that lie one after another both in the address space and in the memory. */
function plainRanges(readMap: Int32Array, writeMap: Int32Array): Range[] {
  const ranges: Range[] = [];
  for (let page = 0; page < readMap.length; page++) {
    const offset = readMap[page]!;
    if (offset === SLOW) continue;
    const writable = writeMap[page] === offset;
    const first = page;
    while (
      readMap[page + 1] === readMap[page]! + PAGE_BYTES &&
      (writeMap[page + 1] === readMap[page + 1]) === writable
    ) {
      page++;
    }
    const bytes = (page - first + 1) * PAGE_BYTES;
    ranges.push({ address: first * PAGE_BYTES, offset, bytes, writable });
  }
  return ranges;
}

const equalWords = (a: Int32Array, b: Int32Array): boolean => {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};
