/** Every ARM and Thumb instruction, one at a time and straight from the opcode: the reference within
 *  the core. The fast loop in execute.ts covers the common forms and comes here for all else.
 *  Source: ARM7TDMI Technical Reference Manual (DDI 0210), chapter 6 (cycles); ARM Architecture
 *  Reference Manual (DDI 0100), A4 and A7. Leaves out: coprocessors, which are all absent. */

import type { Core } from './core.ts';
import { restoreCpsr, takeException, UNDEFINED_CYCLES } from './exceptions.ts';
import {
  flagsAfterAdd,
  flagsAfterLogic,
  flagsAfterMultiply,
  MODE_BITS,
  passes,
  T_BIT,
} from './flags.ts';
import { type ArmClass, armClass, thumbClass, thumbToArm } from './instruction-table.ts';
import { blockTransfer, extraTransfer, swap, wordOrByteTransfer } from './interpret-memory.ts';
import { multiply, multiplyCycles, multiplyLong } from './multiply.ts';
import { CPSR, isLegalMode } from './registers.ts';
import { immediateOperand, operand, shiftBy, shiftByImmediate } from './shifter.ts';
import { armUnpredictable, thumbUnpredictable } from './unpredictable.ts';

/** Executes and returns the cycles taken, wait states apart. */
type Handler = (core: Core, opcode: number) => number;

/** NZCV, I, F, T and mode: the bits of a PSR that exist on ARMv4T. */
const PSR_BITS = 0xf000_00ff | 0;
const USER_PSR_BITS = 0xf000_0000 | 0;
const BRANCH_CYCLES = 3;

/** Execute the ARM instruction `opcode`, whose condition is checked here. */
export function executeArm(core: Core, opcode: number): number {
  const reason = armUnpredictable(opcode);
  if (reason !== null) core.unpredictable(reason);
  if (!passes(opcode >>> 28, core.r[CPSR]!)) return 1;
  return HANDLERS[armClass(opcode)](core, opcode);
}

/** Execute an unconditional instruction that touches only registers other than r15 and flags. */
export const executePlain = (core: Core, opcode: number): number =>
  HANDLERS[armClass(opcode)](core, opcode);

/** Execute the Thumb instruction `opcode`. Most are ARM instructions in a narrower coat. */
export function executeThumb(core: Core, opcode: number): number {
  const reason = thumbUnpredictable(opcode);
  if (reason !== null) core.unpredictable(reason);
  const arm = thumbToArm(opcode);
  if (arm !== 0) return HANDLERS[armClass(arm)](core, arm);
  const d = (opcode >>> 8) & 7;
  const { r } = core;
  switch (thumbClass(opcode)) {
    case 'ldr-pc': // 0100 1ddd iiii iiii: the pc is word-aligned first
      r[15] = r[15]! & ~3;
      return wordOrByteTransfer(core, 0xe59f_0000 | (d << 12) | ((opcode & 255) << 2));
    case 'add-pc-sp': // 1010 0ddd iiii iiii
      r[d] = (r[15]! & ~3) + ((opcode & 255) << 2);
      return 1;
    case 'b-cond': // 1101 cccc oooo oooo
      if (!passes((opcode >>> 8) & 15, r[CPSR]!)) return 1;
      core.branch(r[15]! + ((opcode << 24) >> 23));
      return BRANCH_CYCLES;
    case 'b': // 1110 0ooo oooo oooo
      core.branch(r[15]! + ((opcode << 21) >> 20));
      return BRANCH_CYCLES;
    case 'bl-prefix': // 1111 0ooo oooo oooo
      r[14] = r[15]! + ((opcode << 21) >> 9);
      return 1;
    case 'bl-suffix': {
      // 1111 1ooo oooo oooo
      const target = r[14]! + ((opcode & 0x7ff) << 1);
      r[14] = core.next | 1;
      core.branch(target);
      return BRANCH_CYCLES;
    }
    case 'swi': // 1101 1111 iiii iiii
      return takeException(core, 'software-interrupt');
    default:
      return undefinedInstruction(core);
  }
}

function undefinedInstruction(core: Core): number {
  const digits = core.thumb ? 4 : 8;
  core.raise(
    'undefined-instruction',
    `0x${(core.opcode >>> 0).toString(16).padStart(digits, '0')}`,
  );
  takeException(core, 'undefined');
  return UNDEFINED_CYCLES;
}

const dataByImmediate: Handler = (core, opcode) => {
  immediateOperand(core, opcode);
  return dataProcess(core, opcode, core.r[(opcode >>> 16) & 15]!, 1);
};
const dataByShift: Handler = (core, opcode) => {
  shiftByImmediate(core, opcode, core.r[opcode & 15]!);
  return dataProcess(core, opcode, core.r[(opcode >>> 16) & 15]!, 1);
};
/** A shift by register takes one cycle more, in which the pc moves on: it reads as address + 12. */
const dataByRegisterShift: Handler = (core, opcode) => {
  const { r } = core;
  r[15] = r[15]! + 4;
  shiftBy(core, (opcode >>> 5) & 3, r[opcode & 15]!, r[(opcode >>> 8) & 15]! & 255);
  return dataProcess(core, opcode, r[(opcode >>> 16) & 15]!, 2);
};

// 00xo ooos nnnn dddd, with the second operand in `operand`
function dataProcess(core: Core, opcode: number, a: number, cycles: number): number {
  const b = operand.value;
  const cpsr = core.r[CPSR]!;
  const carryIn = (cpsr >>> 29) & 1;
  const d = (opcode >>> 12) & 15;
  const setFlags = (opcode & 0x10_0000) !== 0;
  let flags = 0;
  let result = 0;
  const operation = (opcode >>> 21) & 15;
  switch (operation) {
    case 2: // SUB
    case 10: // CMP
      result = (a - b) | 0;
      flags = flagsAfterAdd(cpsr, a, ~b, result);
      break;
    case 3: // RSB
      result = (b - a) | 0;
      flags = flagsAfterAdd(cpsr, b, ~a, result);
      break;
    case 4: // ADD
    case 11: // CMN
      result = (a + b) | 0;
      flags = flagsAfterAdd(cpsr, a, b, result);
      break;
    case 5: // ADC
      result = (a + b + carryIn) | 0;
      flags = flagsAfterAdd(cpsr, a, b, result);
      break;
    case 6: // SBC
      result = (a + ~b + carryIn) | 0;
      flags = flagsAfterAdd(cpsr, a, ~b, result);
      break;
    case 7: // RSC
      result = (b + ~a + carryIn) | 0;
      flags = flagsAfterAdd(cpsr, b, ~a, result);
      break;
    default:
      result = logic(operation, a, b);
      flags = flagsAfterLogic(cpsr, result, operand.carry);
  }
  const isCompare = operation >= 8 && operation <= 11;
  if (d !== 15) {
    if (setFlags) core.r[CPSR] = flags;
    if (!isCompare) core.r[d] = result;
    return cycles;
  }
  // S with r15 returns from an exception; TSTP, TEQP, CMPP and CMNP only bring the CPSR back.
  if (setFlags) restoreCpsr(core);
  if (isCompare) return cycles;
  core.branch(result);
  return cycles + 2;
}

// biome-ignore format: one row an operation reads best in columns
function logic(operation: number, a: number, b: number): number {
  switch (operation) {
    case 0: case 8: return a & b; // AND, TST
    case 1: case 9: return a ^ b; // EOR, TEQ
    case 12: return a | b; // ORR
    case 13: return b; // MOV
    case 14: return a & ~b; // BIC
    default: return ~b; // MVN
  }
}

// 0000 00as dddd nnnn ssss 1001 mmmm
const mul: Handler = (core, opcode) => {
  const { r } = core;
  const accumulate = (opcode & 0x20_0000) !== 0;
  const by = r[(opcode >>> 8) & 15]!;
  const product = Math.imul(r[opcode & 15]!, by);
  const result = accumulate ? (product + r[(opcode >>> 12) & 15]!) | 0 : product;
  if ((opcode & 0x10_0000) !== 0) r[CPSR] = flagsAfterMultiply(r[CPSR]!, result, result);
  setUnlessPc(core, (opcode >>> 16) & 15, result);
  return 1 + multiplyCycles(by, true) + (accumulate ? 1 : 0);
};

// 0000 1uas hhhh llll ssss 1001 mmmm
const mull: Handler = (core, opcode) => {
  const { r } = core;
  const high = (opcode >>> 16) & 15;
  const low = (opcode >>> 12) & 15;
  const signed = (opcode & 0x40_0000) !== 0;
  const accumulate = (opcode & 0x20_0000) !== 0;
  const by = r[(opcode >>> 8) & 15]!;
  multiplyLong(r[opcode & 15]!, by, signed, accumulate ? r[low]! : 0, accumulate ? r[high]! : 0);
  if ((opcode & 0x10_0000) !== 0) {
    r[CPSR] = flagsAfterMultiply(r[CPSR]!, multiply.high, multiply.high | multiply.low);
  }
  setUnlessPc(core, low, multiply.low);
  setUnlessPc(core, high, multiply.high);
  return 2 + multiplyCycles(by, signed) + (accumulate ? 1 : 0);
};

/** The multiplier does not reach r15. */
function setUnlessPc(core: Core, index: number, value: number): void {
  if (index !== 15) core.r[index] = value;
}

// 0001 0p00 xxxx dddd
const mrs: Handler = (core, opcode) => {
  const fromSpsr = (opcode & 0x40_0000) !== 0;
  if (fromSpsr && !core.file.hasSpsr) core.unpredictable('user and system mode have no SPSR');
  const value = fromSpsr && core.file.hasSpsr ? core.file.spsr : core.file.cpsr;
  setUnlessPc(core, (opcode >>> 12) & 15, value);
  return 1;
};

const msrImmediate: Handler = (core, opcode) => {
  immediateOperand(core, opcode);
  return writePsr(core, opcode, operand.value);
};
const msrRegister: Handler = (core, opcode) => writePsr(core, opcode, core.r[opcode & 15]!);

// 00x1 0p10 ffff
function writePsr(core: Core, opcode: number, value: number): number {
  let mask = PSR_BITS;
  if ((opcode & 0x8_0000) === 0) mask &= 0x0fff_ffff;
  if ((opcode & 0x1_0000) === 0) mask &= ~0xff;
  if ((opcode & 0x40_0000) !== 0) {
    if (core.file.hasSpsr) core.file.spsr = (core.file.spsr & ~mask) | (value & mask);
    else core.unpredictable('user and system mode have no SPSR');
    return 1;
  }
  const before = core.file.cpsr;
  if ((before & MODE_BITS) === 0x10) mask &= USER_PSR_BITS;
  if (((before ^ value) & mask & T_BIT) !== 0) {
    core.unpredictable('MSR changes the T bit');
    mask &= ~T_BIT;
  }
  const after = (before & ~mask) | (value & mask);
  if (!isLegalMode(after)) core.unpredictable(`MSR sets the illegal mode ${after & MODE_BITS}`);
  core.file.cpsr = after;
  return 1;
}

const bx: Handler = (core, opcode) => {
  core.branchExchange(core.r[opcode & 15]!);
  return BRANCH_CYCLES;
};
const b: Handler = (core, opcode) => {
  core.branch(core.r[15]! + ((opcode << 8) >> 6));
  return BRANCH_CYCLES;
};
const bl: Handler = (core, opcode) => {
  core.r[14] = core.next;
  return b(core, opcode);
};

const HANDLERS: Record<ArmClass, Handler> = {
  bx,
  mul,
  mull,
  swp: swap,
  'ldrh-reg': extraTransfer,
  'ldrh-imm': extraTransfer,
  'strh-reg': extraTransfer,
  'strh-imm': extraTransfer,
  'ldrs-reg': extraTransfer,
  'ldrs-imm': extraTransfer,
  mrs,
  'msr-reg': msrRegister,
  'msr-imm': msrImmediate,
  undefined: undefinedInstruction,
  'data-reg': dataByShift,
  'data-rsr': dataByRegisterShift,
  'data-imm': dataByImmediate,
  'ldr-imm': wordOrByteTransfer,
  'str-imm': wordOrByteTransfer,
  'ldr-reg': wordOrByteTransfer,
  'str-reg': wordOrByteTransfer,
  ldm: blockTransfer,
  stm: blockTransfer,
  b,
  bl,
  'ldc-stc': undefinedInstruction,
  cdp: undefinedInstruction,
  'mrc-mcr': undefinedInstruction,
  swi: (core) => takeException(core, 'software-interrupt'),
};
