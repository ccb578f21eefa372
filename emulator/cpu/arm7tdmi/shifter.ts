/** The barrel shifter: second operand of data processing, index of loads and stores, shifter carry.
 *  Source: ARM Architecture Reference Manual (DDI 0100), A5.1 "Addressing mode 1", A5.2.
 *  Leaves out: nothing. */

import type { Core } from './core.ts';
import { C_BIT } from './flags.ts';
import { CPSR } from './registers.ts';

/** Second operand of data processing and its shifter carry (0 or not 0). */
export const operand = { value: 0, carry: 0 };

export function immediateOperand(core: Core, opcode: number): void {
  const rotate = (opcode >>> 7) & 30;
  const imm = opcode & 255;
  operand.value = (imm >>> rotate) | (imm << (32 - rotate));
  operand.carry = rotate === 0 ? core.r[CPSR]! & C_BIT : operand.value >>> 31;
  if (rotate === 0) operand.value = imm;
}

/** Shift by an immediate: 0 stands for LSL #0, LSR #32, ASR #32 and RRX. DDI 0100, A5.1. */
export function shiftByImmediate(core: Core, opcode: number, value: number): void {
  const amount = (opcode >>> 7) & 31;
  const type = (opcode >>> 5) & 3;
  if (amount !== 0) {
    shiftBy(core, type, value, amount);
  } else if (type === 0) {
    operand.value = value;
    operand.carry = core.r[CPSR]! & C_BIT;
  } else if (type === 3) {
    operand.value = ((core.r[CPSR]! & C_BIT) << 2) | (value >>> 1);
    operand.carry = value & 1;
  } else {
    shiftBy(core, type, value, 32);
  }
}

/** Shift by 0 to 255 places, as by a register. */
export function shiftBy(core: Core, type: number, value: number, amount: number): void {
  if (amount === 0) {
    operand.value = value;
    operand.carry = core.r[CPSR]! & C_BIT;
  } else if (type === 0) {
    operand.value = amount < 32 ? value << amount : 0;
    operand.carry = amount <= 32 ? (value >>> (32 - amount)) & 1 : 0;
    if (amount === 32) operand.carry = value & 1;
  } else if (type === 1) {
    operand.value = amount < 32 ? value >>> amount : 0;
    operand.carry = amount <= 32 ? (value >>> (amount - 1)) & 1 : 0;
  } else if (type === 2) {
    operand.value = value >> Math.min(amount, 31);
    operand.carry = (value >> Math.min(amount - 1, 31)) & 1;
  } else {
    const turn = amount & 31;
    operand.value = turn === 0 ? value : (value >>> turn) | (value << (32 - turn));
    operand.carry = operand.value >>> 31;
  }
}

/** Offset of a load or store by register: the shifter without its carry. */
export function shiftedIndex(core: Core, opcode: number): number {
  shiftByImmediate(core, opcode, core.r[opcode & 15]!);
  return operand.value;
}
