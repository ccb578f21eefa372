/** What executing one instruction needs: registers, program memory, and the world outside the core.
 *  Source: ATmega16U4/32U4 data sheet (7766), "AVR CPU Core", "AVR Memories".
 *  Leaves out: external memory and its registers, which this family member does not have. */

import { type Bus, SLOW } from '../../machine/bus.ts';
import type { EventKind } from '../../machine/events.ts';
import { PAGE_BYTES, PAGE_SHIFT } from '../../machine/memory.ts';
import {
  type AvrOptions,
  FIRST_SRAM,
  HOLD,
  PC,
  READ_PAGE_SHIFT,
  RegisterFile,
  SPECIAL_READS,
  SREG,
} from './registers.ts';

/** I/O registers as the core sees them: one byte an address of the data space, 0x00 to 0xff. */
export interface AvrIo {
  /** 0 = plain memory both ways; bit 0: loads go to `read`; bit 1: stores go to `write`. */
  readonly kinds: Uint8Array;
  read(address: number): number;
  /** Bits outside `mask` are not written: SBI and CBI write one bit, everything else all eight. */
  write(address: number, value: number, mask: number): void;
}

/** What the core asks of the chip. Before each call its state is written back: the program counter is that
 *  of the instruction, and the time is the begin of the cycle in which the access happens. */
export interface AvrSystem {
  readonly io: AvrIo;
  /** SPM with Z and r1:r0. */
  spm(z: number, word: number): void;
  /** LPM while `specialProgramReads` is true: fuses, lock bits, signature row. */
  loadSpecial(z: number): number;
  sleep(): void;
  watchdogReset(): void;
  /** The core enters this vector: interrupts whose flag is cleared by that have it cleared. */
  interruptTaken(vector: number): void;
}

/** Bits of `AvrIo.kinds`. */
export const READ_HOOK = 1;
export const WRITE_HOOK = 2;

/** A core that nobody has connected: plain I/O memory, and nothing that listens. */
const NO_SYSTEM: AvrSystem = {
  io: { kinds: new Uint8Array(FIRST_SRAM), read: () => 0, write: () => undefined },
  spm: () => undefined,
  loadSpecial: () => 0xff,
  sleep: () => undefined,
  watchdogReset: () => undefined,
  interruptTaken: () => undefined,
};

const hex = (value: number, digits: number): string =>
  `0x${value.toString(16).padStart(digits, '0')}`;

export class Core {
  readonly bus: Bus;
  readonly options: AvrOptions;
  readonly file: RegisterFile;
  readonly words: Int32Array;
  readonly data: Uint8Array;
  readonly pairs: Uint16Array;
  /** LPMs so far by page of program memory, and the address of the last one: for the cost of an update. */
  readonly reads: Int32Array;
  readonly lastRead: Int32Array;
  system: AvrSystem = NO_SYSTEM;
  #resets = 0;
  #resetWord = 0;

  constructor(bus: Bus, options: AvrOptions) {
    if ((options.programWords & (options.programWords - 1)) !== 0) {
      throw new RangeError(`program memory of ${options.programWords} words is no power of two`);
    }
    this.bus = bus;
    this.options = options;
    this.file = new RegisterFile(bus.memory, options);
    this.words = this.file.words;
    this.data = this.file.data;
    this.pairs = this.file.pairs;
    const pages = (options.programWords * 2) >>> READ_PAGE_SHIFT;
    this.reads = bus.memory.stateWords('tally of program reads', Math.max(1, pages));
    this.lastRead = bus.memory.stateWords('tally of program reads, last', 1);
  }

  /** General registers, interrupt lines and special reads stay as they are: the chip resets what drives them.
   *  @param pcWord where the fuses say that execution begins, a word address. */
  reset(pcWord: number): void {
    const { words, data, file, options } = this;
    data[SREG] = 0;
    file.sp = options.dataBytes - 1;
    words[PC] = pcWord;
    words[HOLD] = 0;
    this.#resets++;
    this.#resetWord = pcWord;
  }
  /** Resets so far: whoever calls out while it executes an instruction compares it afterwards, since the
   *  chip may have been reset by what it was told. */
  get resets(): number {
    return this.#resets;
  }
  /** Once more, over what the rest of the instruction has done to the core. */
  resetAgain(): void {
    this.reset(this.#resetWord);
  }

  /** A load from anywhere in the data space. */
  load(address: number): number {
    address &= 0xffff;
    if (address >= this.options.dataBytes) {
      this.raise('unmapped-access', `data ${hex(address, 4)}`, 'read');
      return 0;
    }
    const { io } = this.system;
    if (address >= FIRST_SRAM || (io.kinds[address]! & READ_HOOK) === 0) return this.data[address]!;
    return io.read(address) & 255;
  }
  store(address: number, value: number, mask = 0xff): void {
    address &= 0xffff;
    if (address >= this.options.dataBytes) {
      this.raise('unmapped-access', `data ${hex(address, 4)}`, 'write');
      return;
    }
    const { io } = this.system;
    if (address < FIRST_SRAM && (io.kinds[address]! & WRITE_HOOK) !== 0) {
      this.bus.sideEffects++;
      io.write(address, value, mask);
    } else {
      this.data[address] = (this.data[address]! & ~mask) | (value & mask);
    }
  }

  push(value: number): void {
    const { sp } = this.file;
    this.store(sp, value);
    this.file.sp = sp - 1;
  }
  pop(): number {
    const sp = (this.file.sp + 1) & 0xffff;
    const value = this.load(sp);
    this.file.sp = sp;
    return value;
  }
  /** The low byte lies at the higher address. */
  pushPc(address: number): void {
    this.push(address & 255);
    this.push(address >>> 8);
  }
  popPc(): number {
    const high = this.pop();
    return ((high << 8) | this.pop()) & (this.options.programWords - 1);
  }

  /** A byte of program memory, as LPM reads it. UNKNOWN: what Z beyond the flash reads; taken to wrap. */
  loadProgram(z: number): number {
    const { bus } = this;
    if (this.words[SPECIAL_READS] !== 0) {
      bus.sideEffects++;
      return this.system.loadSpecial(z) & 255;
    }
    const bytes = this.options.programWords * 2;
    if (z >= bytes) this.raise('unmapped-access', `program ${hex(z, 4)}`, 'read');
    const at = z & (bytes - 1);
    this.reads[at >>> READ_PAGE_SHIFT]!++;
    this.lastRead[0] = at;
    const value = bus.read(at, 1) & 255;
    bus.aborted = false;
    return value;
  }
  /** An instruction word; a fetch from where no plain memory is may read differently each time. */
  fetch(address: number): number {
    const { bus } = this;
    const at = (address & (this.options.programWords - 1)) * 2;
    const base = bus.readMap[at >>> PAGE_SHIFT]!;
    if (base !== SLOW) return bus.memory.u16[(base + (at & (PAGE_BYTES - 1))) >>> 1]!;
    bus.sideEffects++;
    const word = bus.fetch(at, 2) & 0xffff;
    bus.aborted = false;
    return word;
  }

  raise(kind: EventKind, where: string, detail: string): void {
    const pc = this.words[PC]! * 2;
    this.bus.events.raise({ kind, at: this.bus.scheduler.now, pc, where, detail });
  }
  /** About the instruction in execution itself. */
  raiseHere(kind: EventKind, opcode: number, reason: string): void {
    this.raise(kind, hex(this.words[PC]! * 2, 4), `${hex(opcode, 4)}${reason}`);
  }
}
