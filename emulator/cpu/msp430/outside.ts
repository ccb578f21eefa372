/** Any one instruction, as the manual describes it: what the hot loop leaves to be done here.
 *  Source: SLAU049F, 3.3 "Addressing Modes", 3.4 "Instruction Set"; decode.ts for the fields.
 *  A device sees an operand read in the cycle after the last word it needs was fetched, a destination read in
 *  the last but one cycle, and every store in the last. UNKNOWN: the real order of bus cycles within an
 *  instruction; CALL x(SP) as compilers count on it (they add 2 to x), PUSH taken as the same, @SP+ as not;
 *  and which wins where the destination is SR: taken as the result, not the flags. */

import type { Core } from './core.ts';
import { DESTINATION_IS_MEMORY, IS_BYTE, SOURCE_IS_MEMORY } from './decode.ts';
import { CPUOFF, GIE, operate } from './flags.ts';
import { OPERATION, UNDEFINED_OPERATION } from './instruction-table.ts';
import { HOLD, PC, SP, SR } from './registers.ts';

const NOW = 0;
const TICKS_PER_CYCLE = 2;

/** The fields of a step, taken apart. */
class Execution {
  readonly core: Core;
  readonly operation: number;
  readonly isByte: boolean;
  readonly source: number;
  readonly destination: number;
  readonly cycles: number;
  /** Address of the instruction after this one. */
  readonly next: number;
  readonly start: number;
  readonly #control: number;
  readonly #displacements: number;
  /** Where the single or source operand lies, if in memory. */
  address = 0;

  constructor(core: Core, control: number, displacements: number) {
    this.core = core;
    this.#control = control;
    this.#displacements = displacements;
    this.operation = control >>> 27;
    this.isByte = (control & IS_BYTE) !== 0;
    this.source = (control >>> 8) & 15;
    this.destination = (control >>> 12) & 15;
    this.cycles = (control >>> 18) & 7;
    this.next = (core.words[PC]! + 2 * ((control >>> 21) & 3)) & 0xfffe;
    this.start = core.bus.scheduler.clock[NOW]!;
  }
  get sourceIsMemory(): boolean {
    return (this.#control & SOURCE_IS_MEMORY) !== 0;
  }
  get destinationIsMemory(): boolean {
    return (this.#control & DESTINATION_IS_MEMORY) !== 0;
  }
  /** Move time to the begin of cycle `cycle` (from 0) of the instruction. */
  at(cycle: number): void {
    const { clock } = this.core.bus.scheduler;
    clock[NOW] = this.start + cycle * clock[TICKS_PER_CYCLE]!;
  }
  atLastCycle(): void {
    this.at(this.cycles - 1);
  }
  /** The source or single operand; moves an autoincremented register. */
  readSource(): number {
    const { words } = this.core;
    const sum = (words[this.source]! + this.#displacements - this.#pushed) & 0xffff;
    if (!this.sourceIsMemory) return this.isByte ? sum & 0xff : sum;
    const increment = (this.#control >>> 16) & 3;
    const sourceWords = ((this.#control >>> 21) & 3) - (this.destinationIsMemory ? 1 : 0);
    this.at(Math.min(sourceWords, this.cycles - 1));
    this.address = sum;
    const value = this.core.read(sum, this.isByte);
    if (increment !== 0) this.core.setRegister(this.source, words[this.source]! + increment);
    return value;
  }
  /** PUSH and CALL move SP before they find an operand that lies relative to it. */
  get #pushed(): number {
    if (this.operation !== OPERATION.push && this.operation !== OPERATION.call) return 0;
    const moves = this.source === SP && this.sourceIsMemory && ((this.#control >>> 16) & 3) === 0;
    return moves ? 2 : 0;
  }
  get destinationAddress(): number {
    return (this.core.words[this.destination]! + (this.#displacements >>> 16)) & 0xffff;
  }
  /** @param value of the width of the operation; a byte clears the high byte. */
  writeRegister(slot: number, value: number): void {
    const { core } = this;
    core.words[PC] = this.next;
    if (slot === SR) changeStatus(core, value);
    else core.setRegister(slot, value);
  }
  registerValue(slot: number): number {
    const value = slot === PC ? this.next : this.core.words[slot]!;
    return this.isByte ? value & 0xff : value;
  }
}

/** SR as the destination of an instruction. An instruction that sets GIE is followed by one more before an
 *  interrupt is taken, unless it stops the CPU. */
function changeStatus(core: Core, sr: number): void {
  const rises = (sr & ~core.words[SR]! & GIE) !== 0;
  if (rises && (sr & CPUOFF) === 0) core.words[HOLD] = 1;
  core.setStatus(sr);
}

function double(x: Execution): void {
  const { core, operation, isByte, destination } = x;
  const { words } = core;
  const source = x.readSource();
  const stores = operation !== OPERATION.cmp && operation !== OPERATION.bit;
  if (!x.destinationIsMemory) {
    const both = operate(operation, isByte, source, x.registerValue(destination), words[SR]!);
    x.atLastCycle();
    words[SR] = both >>> 16;
    if (stores) x.writeRegister(destination, both & 0xffff);
    else words[PC] = x.next;
    return;
  }
  const address = x.destinationAddress;
  let before = 0;
  if (operation !== OPERATION.mov) {
    x.at(x.cycles - 2);
    before = core.read(address, isByte);
  }
  const both = operate(operation, isByte, source, before, words[SR]!);
  words[SR] = both >>> 16;
  x.atLastCycle();
  if (stores) core.store(address, both & 0xffff, isByte);
  words[PC] = x.next;
}

/** RRC, RRA, SWPB, SXT: the result goes to where the operand was. */
function change(x: Execution): void {
  const { core, operation, isByte } = x;
  const { words } = core;
  const before = x.readSource();
  const both = operate(operation, isByte, 0, before, words[SR]!);
  x.atLastCycle();
  words[SR] = both >>> 16;
  if (x.sourceIsMemory) {
    core.store(x.address, both & 0xffff, isByte);
    words[PC] = x.next;
  } else {
    x.writeRegister(x.destination, both & 0xffff);
  }
}

/** PUSH SP stores where it stores to: SP has moved by then. A byte leaves the other half of its word. */
function push(x: Execution): void {
  const { core, isByte } = x;
  const { words } = core;
  let value = x.readSource();
  x.atLastCycle();
  const sp = (words[SP]! - 2) & 0xfffe;
  if (!x.sourceIsMemory && x.source === SP) value = isByte ? sp & 0xff : sp;
  words[SP] = sp;
  core.store(sp, value, isByte);
  words[PC] = x.next;
}

function call(x: Execution): void {
  const { core } = x;
  const target = x.readSource();
  x.atLastCycle();
  core.push(x.next);
  core.words[PC] = target & 0xfffe;
}

/** Interrupts are possible at once: what RETI sets GIE for has been interrupted before. */
function returnFromInterrupt(x: Execution): void {
  const { core } = x;
  x.at(1);
  const sr = core.pop();
  const pc = core.pop() & 0xfffe;
  x.atLastCycle();
  core.words[PC] = pc;
  core.setStatus(sr);
}

/** One step, at the program counter, with everything written back. @returns its cycles. */
export function executeOutside(core: Core, control: number, displacements: number): number {
  core.bus.currentPc = core.words[PC]!;
  const { resets } = core;
  const x = new Execution(core, control, displacements);
  const { operation } = x;
  if (operation < OPERATION.rrc) double(x);
  else if (operation < OPERATION.push) change(x);
  else if (operation === OPERATION.push) push(x);
  else if (operation === OPERATION.call) call(x);
  else if (operation === OPERATION.reti) returnFromInterrupt(x);
  else if (operation === UNDEFINED_OPERATION) {
    const opcode = core.fetch(core.words[PC]!);
    core.raiseHere('undefined-instruction', `0x${opcode.toString(16).padStart(4, '0')}`);
    core.words[PC] = x.next;
  } else throw new RangeError(`operation ${operation} never leaves the hot loop`);
  if (core.resets !== resets) core.resetAgain();
  return x.cycles;
}
