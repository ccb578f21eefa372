/** Hardware multiplier of the MSP430F1611: the address of the first operand chooses what a write of OP2 does.
 *  Source: MSP430x1xx family user's guide, "Hardware Multiplier". Byte operands are not sign-extended.
 *  Leaves out: the cycle until the result stands, which an instruction that reads it at once would miss. */

import type { Machine } from '../../machine/machine.ts';
import { type Register, wordRegister } from '../../machine/registers.ts';
import type { RegisterSpace } from './register-space.ts';

const word = (name: string, at: number, access: 'rw' | 'ro' = 'rw'): Register =>
  wordRegister(name, { at, width: 16, access });
const FIRST = [
  word('MPY', 0x130),
  word('MPYS', 0x132),
  word('MAC', 0x134),
  word('MACS', 0x136),
] as const;
const OP2 = word('OP2', 0x138);
const RESLO = word('RESLO', 0x13a);
const RESHI = word('RESHI', 0x13c);
const SUMEXT = word('SUMEXT', 0x13e, 'ro');
export const MULTIPLIER_REGISTERS: readonly Register[] = [...FIRST, OP2, RESLO, RESHI, SUMEXT];

/** Index of the first operand's register: bit 0 signed, bit 1 accumulating. */
const SIGNED = 1;
const ACCUMULATE = 2;

const signed = (value: number): number => (value << 16) >> 16;

export class Msp430Multiplier {
  readonly #registers: RegisterSpace;
  /** [mode] */
  readonly #s: Int32Array;

  constructor(machine: Machine, registers: RegisterSpace) {
    this.#registers = registers;
    this.#s = machine.memory.stateWords('multiplier', 1);
    registers.declare(MULTIPLIER_REGISTERS);
    FIRST.forEach((reg, mode) => {
      registers.hook(reg, {
        takesBytes: true,
        write: (value) => {
          this.#s[0] = mode;
          for (const other of FIRST) registers.set(other, value);
        },
      });
    });
    registers.hook(OP2, { takesBytes: true, write: (value) => this.#multiply(value) });
    for (const reg of [RESLO, RESHI]) registers.hook(reg, { takesBytes: true });
  }

  #multiply(second: number): void {
    const registers = this.#registers;
    const mode = this.#s[0]!;
    const first = registers.value(FIRST[0]);
    const isSigned = (mode & SIGNED) !== 0;
    const product = isSigned ? signed(first) * signed(second) : first * second;
    const before =
      (mode & ACCUMULATE) === 0 ? 0 : registers.value(RESHI) * 0x10000 + registers.value(RESLO);
    const sum = before + product;
    const low = sum & 0xffff;
    const high = Math.floor(sum / 0x10000) & 0xffff;
    registers.set(RESLO, low);
    registers.set(RESHI, high);
    /** Unsigned the carry, signed the sign of what stands in RESHI. */
    const sign = (high & 0x8000) !== 0 ? 0xffff : 0;
    registers.set(SUMEXT, isSigned ? sign : sum >= 2 ** 32 ? 1 : 0);
  }
}
