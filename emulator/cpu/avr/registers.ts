/** Where the state of the AVR core lies: one block of the state arena, control words and then data space.
 *  Source: ATmega16U4/32U4 data sheet (7766), "AVR CPU Core" and "AVR Memories".
 *  The register file, I/O and SRAM are one address space, so stores to any need no dirty tracking. */

import type { LinearMemory } from '../../machine/memory.ts';

/** Words of `state`. The program counter is a word address and has the index that every core gives it. */
export const LINES_LOW = 0;
export const LINES_HIGH = 1;
/** Word address of the interrupt vectors: 0, or the start of the boot section. */
export const VECTOR_BASE = 2;
/** 1 = the next instruction is executed before any interrupt is taken. */
export const HOLD = 3;
/** 1 = LPM reads fuses, lock bits or the signature row. */
export const SPECIAL_READS = 4;
export const PC = 15;
const CONTROL_WORDS = 16;

/** Reads of program memory are counted by pages of so many bytes, as a power of two. */
export const READ_PAGE_SHIFT = 7;

/** Addresses in the data space. */
export const SPL = 0x5d;
export const SPH = 0x5e;
export const SREG = 0x5f;
export const FIRST_SRAM = 0x100;

/** Pointer registers as indices of `pairs`. */
export const X = 13;
export const Y = 14;
export const Z = 15;

export interface AvrOptions {
  /** A power of two. */
  readonly programWords: number;
  /** Registers, I/O and SRAM; one more than the last address. */
  readonly dataBytes: number;
}

export class RegisterFile {
  /** All of it as words: equal words = equal core state, SRAM included. */
  readonly words: Int32Array;
  readonly data: Uint8Array;
  /** The data space as little-endian pairs: r1:r0 is pair 0. */
  readonly pairs: Uint16Array;

  constructor(memory: LinearMemory, options: AvrOptions) {
    const bytes = CONTROL_WORDS * 4 + ((options.dataBytes + 3) & ~3);
    const { offset } = memory.state('avr', bytes);
    this.words = new Int32Array(memory.buffer, offset, bytes >>> 2);
    this.data = new Uint8Array(memory.buffer, offset + CONTROL_WORDS * 4, options.dataBytes);
    this.pairs = new Uint16Array(
      memory.buffer,
      offset + CONTROL_WORDS * 4,
      options.dataBytes >>> 1,
    );
  }

  get sp(): number {
    return this.data[SPL]! | (this.data[SPH]! << 8);
  }
  set sp(value: number) {
    this.data[SPL] = value;
    this.data[SPH] = value >>> 8;
  }
}

const POINTERS: Readonly<Record<string, number>> = { x: X, y: Y, z: Z };

export const REGISTER_NAMES: readonly string[] = [
  ...Array.from({ length: 32 }, (_, i) => `r${i}`),
  'pc',
  'sp',
  'sreg',
  'x',
  'y',
  'z',
];

/** Index in `data` of a register of eight bits, or -1. */
export const byteRegister = (name: string): number => {
  if (name === 'sreg') return SREG;
  const index = /^r(\d|[12]\d|3[01])$/.exec(name)?.[1];
  return index === undefined ? -1 : Number(index);
};
/** Index in `pairs` of a pointer register, or -1. */
export const pointerRegister = (name: string): number => POINTERS[name] ?? -1;
