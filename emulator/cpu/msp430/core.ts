/** What executing one instruction needs: registers, the address space, and the world outside the core.
 *  Source: SLAU049F, chapter 3 "RISC 16-Bit CPU" and 2.2 "Interrupts".
 *  Leaves out: what the chip behind the core does: clocks, interrupt flags and enables, wake-up times. */

import { type Bus, SLOW } from '../../machine/bus.ts';
import type { EventKind } from '../../machine/events.ts';
import { AddressMap, BLOCK_BYTES, BLOCK_SHIFT } from './address-map.ts';
import { LOW_POWER_BITS } from './flags.ts';
import { createRegisters, HOLD, kept, PC, SP, SR } from './registers.ts';

export const RESET_VECTOR = 0xfffe;

/** What the core tells the chip. Before each call its state is written back: the program counter is that of
 *  the instruction, and the time is the begin of the cycle in which it happens. */
export interface Msp430System {
  /** CPUOFF, OSCOFF, SCG0 or SCG1 changed to what they are in `sr`. */
  lowPowerChanged(sr: number): void;
  /** The core enters this line's interrupt: single-source flags are cleared by that. */
  interruptTaken(line: number): void;
}

/** A core that nobody has connected. */
const NO_SYSTEM: Msp430System = {
  lowPowerChanged: () => undefined,
  interruptTaken: () => undefined,
};

const hex = (value: number): string => `0x${value.toString(16).padStart(4, '0')}`;

export class Core {
  readonly bus: Bus;
  readonly map: AddressMap;
  readonly words: Int32Array;
  /** Bytes that instructions have read as data, from `countedFrom` on. */
  readonly dataReads: Int32Array;
  countedFrom = Number.POSITIVE_INFINITY;
  system: Msp430System = NO_SYSTEM;
  /** Stores that change something count as side effects, and none is made in the hot loop. */
  isObserved = false;
  #resets = 0;
  #resetPc = 0;

  constructor(bus: Bus) {
    this.bus = bus;
    this.map = new AddressMap(bus);
    this.words = createRegisters(bus.memory);
    this.dataReads = bus.memory.stateWords('tally of data reads', 1);
  }

  /** PC from the reset vector, SR zero; the other registers and the interrupt lines stay as they are. */
  reset(): void {
    if (this.map.isStale) this.map.refresh();
    this.#resetPc = this.load(RESET_VECTOR, false) & 0xfffe;
    this.#resets++;
    this.resetAgain();
  }
  /** Resets so far: whoever calls out while it executes an instruction compares it afterwards, since the
   *  chip may have been reset by what it was told. */
  get resets(): number {
    return this.#resets;
  }
  /** Once more, over what the rest of the instruction has done to the core. */
  resetAgain(): void {
    const { words } = this;
    words[PC] = this.#resetPc;
    words[SR] = 0;
    words[HOLD] = 0;
  }

  /** An instruction reads data. */
  read(address: number, isByte: boolean): number {
    if (address >= this.countedFrom) this.dataReads[0]! += isByte ? 1 : 2;
    return this.load(address, isByte);
  }
  /** A word access ignores bit 0 of its address. */
  load(address: number, isByte: boolean): number {
    const { bus } = this;
    const at = isByte ? address & 0xffff : address & 0xfffe;
    const base = this.map.reads[at >>> BLOCK_SHIFT]!;
    if (base !== SLOW) {
      const offset = base + (at & (BLOCK_BYTES - 1));
      return isByte ? bus.memory.u8[offset]! : bus.memory.u16[offset >>> 1]!;
    }
    const value = isByte ? bus.read(at, 1) & 0xff : bus.read(at, 2) & 0xffff;
    bus.aborted = false;
    return value;
  }
  store(address: number, value: number, isByte: boolean): void {
    const { bus } = this;
    const { memory } = bus;
    const at = isByte ? address & 0xffff : address & 0xfffe;
    const base = this.map.writes[at >>> BLOCK_SHIFT]!;
    if (base === SLOW) {
      bus.write(at, isByte ? 1 : 2, isByte ? value & 0xff : value & 0xffff);
      bus.aborted = false;
      return;
    }
    const offset = base + (at & (BLOCK_BYTES - 1));
    if (this.isObserved && value !== this.load(at, isByte)) bus.sideEffects++;
    if (isByte) memory.u8[offset] = value;
    else memory.u16[offset >>> 1] = value;
    memory.touch(offset, isByte ? 1 : 2);
  }
  push(value: number): void {
    const sp = (this.words[SP]! - 2) & 0xfffe;
    this.words[SP] = sp;
    this.store(sp, value, false);
  }
  pop(): number {
    const sp = this.words[SP]!;
    const value = this.load(sp, false);
    this.words[SP] = (sp + 2) & 0xfffe;
    return value;
  }
  setRegister(slot: number, value: number): void {
    this.words[slot] = kept(slot, value);
  }
  /** By an instruction or an interrupt, which the chip hears of. */
  setStatus(sr: number): void {
    const before = this.words[SR]!;
    this.words[SR] = sr & 0xffff;
    if (((sr ^ before) & LOW_POWER_BITS) === 0) return;
    this.bus.sideEffects++;
    this.system.lowPowerChanged(sr);
  }

  /** An instruction word; a fetch from where no plain memory is may read differently each time. */
  fetch(address: number): number {
    const { bus } = this;
    const at = address & 0xfffe;
    const base = this.map.reads[at >>> BLOCK_SHIFT]!;
    if (base !== SLOW) return bus.memory.u16[(base + (at & (BLOCK_BYTES - 1))) >>> 1]!;
    bus.sideEffects++;
    const word = bus.fetch(at, 2) & 0xffff;
    bus.aborted = false;
    return word;
  }

  /** About the instruction in execution. */
  raiseHere(kind: EventKind, detail: string): void {
    const pc = this.words[PC]!;
    const at = this.bus.scheduler.now;
    this.bus.events.raise({ kind, at, pc, where: hex(pc), detail });
  }
}
