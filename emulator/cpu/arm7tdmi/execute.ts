/** The ARM7TDMI core: time, interrupts, traps.
 *  Source: ARM7TDMI Technical Reference Manual (DDI 0210). */

import type { Trap } from '../../machine/bus.ts';
import { SLOW } from '../../machine/bus.ts';
import type { Cpu } from '../../machine/cpu.ts';
import type { Machine } from '../../machine/machine.ts';
import { PAGE_BYTES, PAGE_SHIFT } from '../../machine/memory.ts';
import { Core } from './core.ts';
import { ENTRY_CYCLES, enterException, pendingInterrupt, takeException } from './exceptions.ts';
import { F_BIT, I_BIT, T_BIT } from './flags.ts';
import { executeArm, executeThumb } from './interpret.ts';
import { FETCH_WAIT, LINES, MODE, REGISTER_NAMES } from './registers.ts';

export class Arm7tdmi implements Cpu {
  readonly engine = 'interpreter';
  readonly countsCycles = true;
  readonly registerNames = REGISTER_NAMES;
  readonly core: Core;
  readonly #machine: Machine;
  readonly #clock: Float64Array;
  readonly #count: Float64Array;
  flashWaitRange: readonly [first: number, last: number] = [0, 0x0007_ffff];
  coverage: Uint8Array | null = null;
  onInstruction: ((pc: number) => void) | null = null;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#clock = machine.scheduler.clock;
    this.core = new Core(machine.bus);
    this.#count = machine.memory.stateDoubles('arm7tdmi instructions', 1);
    this.reset();
  }
  get instructionCount(): number {
    return this.#count[0]!;
  }
  get flashWaitCycles(): number {
    return this.core.r[FETCH_WAIT]!;
  }
  set flashWaitCycles(cycles: number) {
    this.core.r[FETCH_WAIT] = cycles;
  }
  get pc(): number {
    return this.core.r[15]! >>> 0;
  }
  set pc(address: number) {
    this.core.r[15] = address;
    this.core.next = address;
  }
  invalidateCode(): void {}
  reset(): void {
    this.core.file.cpsr = MODE.svc | I_BIT | F_BIT;
    this.pc = 0;
    this.core.r[LINES] = 0;
    this.#count[0] = 0;
  }
  setInterrupt(line: number, asserted: boolean): void {
    const bit = 1 << line;
    this.core.r[LINES] = asserted ? this.core.r[LINES]! | bit : this.core.r[LINES]! & ~bit;
  }
  getRegister(name: string): number {
    const word = this.core.file.wordOf(name);
    if (word < 0) throw new RangeError(`the ARM7TDMI has no register ${name}`);
    return this.core.r[word]! >>> 0;
  }
  setRegister(name: string, value: number): void {
    const word = this.core.file.wordOf(name);
    if (word < 0) throw new RangeError(`the ARM7TDMI has no register ${name}`);
    if (word === 15) this.pc = value;
    else if (name === 'cpsr') this.core.file.cpsr = value;
    else this.core.r[word] = value;
  }
  run(): void {
    const clock = this.#clock;
    while (clock[0]! < clock[1]!) this.#one();
  }
  step(): void {
    this.#clock[1] = this.#clock[0]! + this.#clock[2]!;
    this.#one();
  }

  #one(): void {
    const { core } = this;
    const clock = this.#clock;
    const interrupt = pendingInterrupt(core);
    if (interrupt !== null) {
      enterException(core, interrupt, (core.r[15]! + 4) | 0);
      core.r[15] = core.next;
      clock[0] = clock[0]! + ENTRY_CYCLES * clock[2]!;
      return;
    }
    const { bus } = core;
    const pc = core.r[15]! >>> 0;
    bus.currentPc = pc;
    if (bus.traps.size > 0) {
      const trap = bus.traps.get(pc);
      if (trap !== undefined) {
        this.#trap(trap);
        return;
      }
    }
    this.#count[0] = this.#count[0]! + 1;
    const thumb = (core.file.cpsr & T_BIT) !== 0;
    const size = thumb ? 2 : 4;
    core.address = pc | 0;
    core.next = (pc + size) | 0;
    core.r[15] = pc + 2 * size;
    core.excepted = false;
    const opcode = this.#fetch(pc, thumb);
    core.opcode = opcode;
    let cycles: number;
    const ticks = clock[2]!;
    if (bus.aborted) {
      bus.aborted = false;
      cycles = takeException(core, 'prefetch-abort');
    } else cycles = thumb ? executeThumb(core, opcode) : executeArm(core, opcode);
    core.r[15] = core.next;
    const [first, last] = this.flashWaitRange;
    if (pc >= first && pc <= last) cycles += core.r[FETCH_WAIT]!;
    clock[0] = clock[0]! + cycles * ticks;
  }

  #fetch(pc: number, thumb: boolean): number {
    const { bus } = this.core;
    const base = bus.readMap[pc >>> PAGE_SHIFT]!;
    if (base === SLOW) return bus.fetch(pc, thumb ? 2 : 4);
    const at = base + (pc & (PAGE_BYTES - 1));
    return thumb ? bus.memory.u16[at >>> 1]! : bus.memory.i32[at >>> 2]!;
  }

  #trap(trap: Trap): void {
    const clock = this.#clock;
    if (trap() === 'wait') clock[0] = Math.max(clock[0]!, clock[1]!);
    else clock[0] = clock[0]! + clock[2]!;
    void this.#machine;
  }
}

export const createArm7tdmi = (machine: Machine): Arm7tdmi => new Arm7tdmi(machine);
