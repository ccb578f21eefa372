/** The fast loop: decoded steps through one dense switch, flags kept apart, time counted down.
 *  Source: ARM7TDMI Technical Reference Manual (DDI 0210), chapter 6 (cycles); decode.ts for the fields.
 *  Leaves to the reference path (leaving the switch by `break`): accesses that are not plain memory or
 *  not aligned, and every BAIL step; it then executes the whole instruction from its opcode. */

import { SLOW } from '../../machine/bus.ts';
import { DIRTY } from '../../machine/memory.ts';
import { type CodeCache, VIRTUAL_PAGE } from './code-cache.ts';
import type { Core } from './core.ts';
import { OP } from './decode.ts';
import { takeException } from './exceptions.ts';
import { packFlags, T_BIT, Z_BIT } from './flags.ts';
import { executePlain } from './interpret.ts';
import { highSigned, highUnsigned, multiplyCycles } from './multiply.ts';
import { CPSR, FETCH_WAIT, LINES } from './registers.ts';

const NOW = 0;
const SLICE_END = 1;
const TICKS_PER_CYCLE = 2;
const CARRY_KNOWN = 1 << 29;
const ALWAYS = 14;
const { LDR_I, LDRB_I } = OP;
/** A slice may be endless; the cycle counter is 32 bits wide. */
const MAX_CYCLES = 1 << 30;

/** Addresses whose fetches take the wait states of the flash. */
export interface WaitRange {
  readonly first: number;
  readonly last: number;
}

/** Lazy flags: N and V are sign bits, Z is "is zero", C is 0 or 1. */
const holds = (condition: number, n: number, z: number, c: number, v: number): boolean => {
  switch (condition) {
    case 0:
      return z === 0;
    case 1:
      return z !== 0;
    case 2:
      return c !== 0;
    case 3:
      return c === 0;
    case 4:
      return n < 0;
    case 5:
      return n >= 0;
    case 6:
      return v < 0;
    case 7:
      return v >= 0;
    case 8:
      return c !== 0 && z !== 0;
    case 9:
      return c === 0 || z === 0;
    case 10:
      return (n ^ v) >= 0;
    case 11:
      return (n ^ v) < 0;
    case 12:
      return z !== 0 && (n ^ v) >= 0;
    case 13:
      return z === 0 || (n ^ v) < 0;
    default:
      return condition === ALWAYS;
  }
};

/** Run from r15 until the slice is over or the reference path is needed.
 *  @returns instructions executed; negative (~count) when the one at r15 is for the reference path. */
export function execute(core: Core, cache: CodeCache, waitRange: WaitRange): number {
  const { r, bus } = core;
  const { memory, readMap, writeMap } = bus;
  const { clock } = bus.scheduler;
  const { i32, u16, u8, pageState } = memory;
  const { slots } = cache;
  const waitFirst = waitRange.first;
  const waitLast = waitRange.last;
  const flashWait = r[FETCH_WAIT]!;
  const ticks = clock[TICKS_PER_CYCLE]!;
  const start = clock[NOW]!;
  const sliceEnd = clock[SLICE_END]!;
  const lines = r[LINES]!;
  const cycles = Math.min(Math.ceil((sliceEnd - start) / ticks), MAX_CYCLES) | 0;
  let left = cycles;
  let count = 0;
  let cpsr = r[CPSR]!;
  let nf = cpsr;
  let zf = ~cpsr & Z_BIT;
  let cf = (cpsr >>> 29) & 1;
  let vf = cpsr << 3;
  let thumb = (cpsr >>> 5) & 1;
  let step = 4 - 2 * thumb;
  let target = r[15]! & -step;
  let done = false;

  pages: for (;;) {
    const linear = readMap[target >>> 12]!;
    if (linear === SLOW) {
      done = left <= 0;
      break;
    }
    let k = slots[(linear >>> 11) | thumb]!;
    let code = cache.code;
    if (k === 0 || code[k + VIRTUAL_PAGE] !== target >>> 12) {
      k = cache.open(linear, target, thumb);
      code = cache.code;
    }
    k += target & 0xfff;
    /** Address of the step at k is k + bias. */
    const bias = (target - k) | 0;
    const address = target >>> 0;
    const wait = address >= waitFirst && address <= waitLast ? 1 + flashWait : 1;
    while (left > 0) {
      const d = code[k]!;
      const imm = code[k + 1]!;
      left -= wait;
      count++;
      if (d < 0) {
        const condition = (d >>> 25) & 15;
        if (condition !== ALWAYS && !holds(condition, nf, zf, cf, vf)) {
          k += step;
          continue;
        }
        r[15] = k + bias + step + step;
      }
      switch (d & 255) {
        case 0: // UNDECODED
          left += wait;
          count--;
          cache.decode(k, k + bias, linear | ((k + bias) & 0xfff), thumb !== 0);
          continue;
        case 1: // PAGE_END
          left += wait;
          count--;
          target = k + bias;
          continue pages;
        case 2: // BAIL
          break;
        case 3: // EXEC
          r[CPSR] = packFlags(r[CPSR]!, nf, zf, cf, vf);
          left -= executePlain(core, imm) - 1;
          cpsr = r[CPSR]!;
          nf = cpsr;
          zf = ~cpsr & Z_BIT;
          cf = (cpsr >>> 29) & 1;
          vf = cpsr << 3;
          k += step;
          continue;
        case 4: // B_EQ
          if (zf === 0) {
            left -= 2;
            k += imm;
          } else k += step;
          continue;
        case 5: // B_NE
          if (zf !== 0) {
            left -= 2;
            k += imm;
          } else k += step;
          continue;
        case 6: // B_CS
          if (cf !== 0) {
            left -= 2;
            k += imm;
          } else k += step;
          continue;
        case 7: // B_CC
          if (cf === 0) {
            left -= 2;
            k += imm;
          } else k += step;
          continue;
        case 8: // B_MI
          if (nf < 0) {
            left -= 2;
            k += imm;
          } else k += step;
          continue;
        case 9: // B_PL
          if (nf >= 0) {
            left -= 2;
            k += imm;
          } else k += step;
          continue;
        case 10: // B_VS
          if (vf < 0) {
            left -= 2;
            k += imm;
          } else k += step;
          continue;
        case 11: // B_VC
          if (vf >= 0) {
            left -= 2;
            k += imm;
          } else k += step;
          continue;
        case 12: // B_HI
          if (cf !== 0 && zf !== 0) {
            left -= 2;
            k += imm;
          } else k += step;
          continue;
        case 13: // B_LS
          if (cf === 0 || zf === 0) {
            left -= 2;
            k += imm;
          } else k += step;
          continue;
        case 14: // B_GE
          if ((nf ^ vf) >= 0) {
            left -= 2;
            k += imm;
          } else k += step;
          continue;
        case 15: // B_LT
          if ((nf ^ vf) < 0) {
            left -= 2;
            k += imm;
          } else k += step;
          continue;
        case 16: // B_GT
          if (zf !== 0 && (nf ^ vf) >= 0) {
            left -= 2;
            k += imm;
          } else k += step;
          continue;
        case 17: // B_LE
          if (zf === 0 || (nf ^ vf) < 0) {
            left -= 2;
            k += imm;
          } else k += step;
          continue;
        case 18: // B_AL
          left -= 2;
          k += imm;
          continue;
        case 19: // B_FAR
          left -= 2;
          target = imm;
          continue pages;
        case 20: // BL
          left -= 2;
          r[14] = k + bias + 4;
          target = imm;
          continue pages;
        case 21: // BX
          {
            const to = r[(d >>> 16) & 15]!;
            if ((to & 3) === 2) break;
            left -= 2;
            thumb = to & 1;
            step = 4 - 2 * thumb;
            target = to & ~1;
            continue pages;
          }
        case 22: // MOV_PC
          left -= 2;
          target = r[(d >>> 16) & 15]! & -step;
          continue pages;
        case 23: // BL_PREFIX
          r[14] = imm;
          k += step;
          continue;
        case 24: // BL_SUFFIX
          left -= 2;
          target = (r[14]! + imm) & ~1;
          r[14] = (k + bias + 2) | 1;
          continue pages;
        case 25: // BL_PAIR
          if (left <= 0) break; // the slice ends between the halves
          left -= wait + 2;
          count++;
          r[14] = (k + bias + 4) | 1;
          target = imm;
          continue pages;
        case 26: // MOV_I
          r[(d >>> 8) & 15] = imm;
          k += step;
          continue;
        case 27: // AND_I
          r[(d >>> 8) & 15] = r[(d >>> 12) & 15]! & imm;
          k += step;
          continue;
        case 28: // EOR_I
          r[(d >>> 8) & 15] = r[(d >>> 12) & 15]! ^ imm;
          k += step;
          continue;
        case 29: // RSB_I
          r[(d >>> 8) & 15] = (imm - r[(d >>> 12) & 15]!) | 0;
          k += step;
          continue;
        case 30: // ADD_I
          r[(d >>> 8) & 15] = (r[(d >>> 12) & 15]! + imm) | 0;
          k += step;
          continue;
        case 31: // ORR_I
          r[(d >>> 8) & 15] = r[(d >>> 12) & 15]! | imm;
          k += step;
          continue;
        case 32: // ADC_I
          r[(d >>> 8) & 15] = (r[(d >>> 12) & 15]! + imm + cf) | 0;
          k += step;
          continue;
        case 33: // SBC_I
          r[(d >>> 8) & 15] = (r[(d >>> 12) & 15]! + ~imm + cf) | 0;
          k += step;
          continue;
        case 34: // MOV_R
          r[(d >>> 8) & 15] = r[(d >>> 16) & 15]!;
          k += step;
          continue;
        case 35: // AND_R
          r[(d >>> 8) & 15] = r[(d >>> 12) & 15]! & r[(d >>> 16) & 15]!;
          k += step;
          continue;
        case 36: // EOR_R
          r[(d >>> 8) & 15] = r[(d >>> 12) & 15]! ^ r[(d >>> 16) & 15]!;
          k += step;
          continue;
        case 37: // RSB_R
          r[(d >>> 8) & 15] = (r[(d >>> 16) & 15]! - r[(d >>> 12) & 15]!) | 0;
          k += step;
          continue;
        case 38: // ADD_R
          r[(d >>> 8) & 15] = (r[(d >>> 12) & 15]! + r[(d >>> 16) & 15]!) | 0;
          k += step;
          continue;
        case 39: // ORR_R
          r[(d >>> 8) & 15] = r[(d >>> 12) & 15]! | r[(d >>> 16) & 15]!;
          k += step;
          continue;
        case 40: // ADC_R
          r[(d >>> 8) & 15] = (r[(d >>> 12) & 15]! + r[(d >>> 16) & 15]! + cf) | 0;
          k += step;
          continue;
        case 41: // SBC_R
          r[(d >>> 8) & 15] = (r[(d >>> 12) & 15]! + ~r[(d >>> 16) & 15]! + cf) | 0;
          k += step;
          continue;
        case 42: // SUB_R
          r[(d >>> 8) & 15] = (r[(d >>> 12) & 15]! - r[(d >>> 16) & 15]!) | 0;
          k += step;
          continue;
        case 43: // BIC_R
          r[(d >>> 8) & 15] = r[(d >>> 12) & 15]! & ~r[(d >>> 16) & 15]!;
          k += step;
          continue;
        case 44: // MVN_R
          r[(d >>> 8) & 15] = ~r[(d >>> 16) & 15]!;
          k += step;
          continue;
        case 45: // MOV_L
          r[(d >>> 8) & 15] = r[(d >>> 16) & 15]! << ((d >>> 20) & 31);
          k += step;
          continue;
        case 46: // AND_L
          r[(d >>> 8) & 15] = r[(d >>> 12) & 15]! & (r[(d >>> 16) & 15]! << ((d >>> 20) & 31));
          k += step;
          continue;
        case 47: // EOR_L
          r[(d >>> 8) & 15] = r[(d >>> 12) & 15]! ^ (r[(d >>> 16) & 15]! << ((d >>> 20) & 31));
          k += step;
          continue;
        case 48: // RSB_L
          r[(d >>> 8) & 15] =
            ((r[(d >>> 16) & 15]! << ((d >>> 20) & 31)) - r[(d >>> 12) & 15]!) | 0;
          k += step;
          continue;
        case 49: // ADD_L
          r[(d >>> 8) & 15] =
            (r[(d >>> 12) & 15]! + (r[(d >>> 16) & 15]! << ((d >>> 20) & 31))) | 0;
          k += step;
          continue;
        case 50: // ORR_L
          r[(d >>> 8) & 15] = r[(d >>> 12) & 15]! | (r[(d >>> 16) & 15]! << ((d >>> 20) & 31));
          k += step;
          continue;
        case 51: // SUB_L
          r[(d >>> 8) & 15] =
            (r[(d >>> 12) & 15]! - (r[(d >>> 16) & 15]! << ((d >>> 20) & 31))) | 0;
          k += step;
          continue;
        case 52: // BIC_L
          r[(d >>> 8) & 15] = r[(d >>> 12) & 15]! & ~(r[(d >>> 16) & 15]! << ((d >>> 20) & 31));
          k += step;
          continue;
        case 53: // MOV_S
          r[(d >>> 8) & 15] = r[(d >>> 16) & 15]! >>> ((d >>> 20) & 31);
          k += step;
          continue;
        case 54: // AND_S
          r[(d >>> 8) & 15] = r[(d >>> 12) & 15]! & (r[(d >>> 16) & 15]! >>> ((d >>> 20) & 31));
          k += step;
          continue;
        case 55: // EOR_S
          r[(d >>> 8) & 15] = r[(d >>> 12) & 15]! ^ (r[(d >>> 16) & 15]! >>> ((d >>> 20) & 31));
          k += step;
          continue;
        case 56: // ADD_S
          r[(d >>> 8) & 15] =
            (r[(d >>> 12) & 15]! + (r[(d >>> 16) & 15]! >>> ((d >>> 20) & 31))) | 0;
          k += step;
          continue;
        case 57: // ORR_S
          r[(d >>> 8) & 15] = r[(d >>> 12) & 15]! | (r[(d >>> 16) & 15]! >>> ((d >>> 20) & 31));
          k += step;
          continue;
        case 58: // SUB_S
          r[(d >>> 8) & 15] =
            (r[(d >>> 12) & 15]! - (r[(d >>> 16) & 15]! >>> ((d >>> 20) & 31))) | 0;
          k += step;
          continue;
        case 59: // MOV_A
          r[(d >>> 8) & 15] = r[(d >>> 16) & 15]! >> ((d >>> 20) & 31);
          k += step;
          continue;
        case 60: // ADD_A
          r[(d >>> 8) & 15] =
            (r[(d >>> 12) & 15]! + (r[(d >>> 16) & 15]! >> ((d >>> 20) & 31))) | 0;
          k += step;
          continue;
        case 61: // SUB_A
          r[(d >>> 8) & 15] =
            (r[(d >>> 12) & 15]! - (r[(d >>> 16) & 15]! >> ((d >>> 20) & 31))) | 0;
          k += step;
          continue;
        case 62: // RSB_A
          r[(d >>> 8) & 15] =
            ((r[(d >>> 16) & 15]! >> ((d >>> 20) & 31)) - r[(d >>> 12) & 15]!) | 0;
          k += step;
          continue;
        case 63: // EOR_A
          r[(d >>> 8) & 15] = r[(d >>> 12) & 15]! ^ (r[(d >>> 16) & 15]! >> ((d >>> 20) & 31));
          k += step;
          continue;
        case 64: // MOV_VL
          {
            const amount = r[(d >>> 20) & 15]! & 255;
            const value = r[(d >>> 16) & 15]!;
            left--;
            r[(d >>> 8) & 15] = amount < 32 ? value << amount : 0;
            k += step;
            continue;
          }
        case 65: // MOV_VS
          {
            const amount = r[(d >>> 20) & 15]! & 255;
            const value = r[(d >>> 16) & 15]!;
            left--;
            r[(d >>> 8) & 15] = amount < 32 ? value >>> amount : 0;
            k += step;
            continue;
          }
        case 66: // MOV_VA
          {
            const amount = r[(d >>> 20) & 15]! & 255;
            const value = r[(d >>> 16) & 15]!;
            left--;
            r[(d >>> 8) & 15] = amount < 32 ? value >> amount : value >> 31;
            k += step;
            continue;
          }
        case 67: // ORR_VL
          {
            const amount = r[(d >>> 20) & 15]! & 255;
            const value = r[(d >>> 16) & 15]!;
            left--;
            r[(d >>> 8) & 15] = r[(d >>> 12) & 15]! | (amount < 32 ? value << amount : 0);
            k += step;
            continue;
          }
        case 68: // SUBS_I
          {
            const a = r[(d >>> 12) & 15]!;
            const b = imm;
            zf = nf = (a - b) | 0;
            cf = +(a >>> 0 >= b >>> 0);
            vf = (a ^ b) & (a ^ nf);
            r[(d >>> 8) & 15] = nf;
            k += step;
            continue;
          }
        case 69: // CMP_I
          {
            const a = r[(d >>> 12) & 15]!;
            const b = imm;
            zf = nf = (a - b) | 0;
            cf = +(a >>> 0 >= b >>> 0);
            vf = (a ^ b) & (a ^ nf);
            k += step;
            continue;
          }
        case 70: // ADDS_I
          {
            const a = r[(d >>> 12) & 15]!;
            const b = imm;
            zf = nf = (a + b) | 0;
            cf = +(nf >>> 0 < a >>> 0);
            vf = (a ^ nf) & (b ^ nf);
            r[(d >>> 8) & 15] = nf;
            k += step;
            continue;
          }
        case 71: // CMN_I
          {
            const a = r[(d >>> 12) & 15]!;
            const b = imm;
            zf = nf = (a + b) | 0;
            cf = +(nf >>> 0 < a >>> 0);
            vf = (a ^ nf) & (b ^ nf);
            k += step;
            continue;
          }
        case 72: // RSBS_I
          {
            const a = imm;
            const b = r[(d >>> 12) & 15]!;
            zf = nf = (a - b) | 0;
            cf = +(a >>> 0 >= b >>> 0);
            vf = (a ^ b) & (a ^ nf);
            r[(d >>> 8) & 15] = nf;
            k += step;
            continue;
          }
        case 73: // SUBS_R
          {
            const a = r[(d >>> 12) & 15]!;
            const b = r[(d >>> 16) & 15]!;
            zf = nf = (a - b) | 0;
            cf = +(a >>> 0 >= b >>> 0);
            vf = (a ^ b) & (a ^ nf);
            r[(d >>> 8) & 15] = nf;
            k += step;
            continue;
          }
        case 74: // CMP_R
          {
            const a = r[(d >>> 12) & 15]!;
            const b = r[(d >>> 16) & 15]!;
            zf = nf = (a - b) | 0;
            cf = +(a >>> 0 >= b >>> 0);
            vf = (a ^ b) & (a ^ nf);
            k += step;
            continue;
          }
        case 75: // ADDS_R
          {
            const a = r[(d >>> 12) & 15]!;
            const b = r[(d >>> 16) & 15]!;
            zf = nf = (a + b) | 0;
            cf = +(nf >>> 0 < a >>> 0);
            vf = (a ^ nf) & (b ^ nf);
            r[(d >>> 8) & 15] = nf;
            k += step;
            continue;
          }
        case 76: // CMN_R
          {
            const a = r[(d >>> 12) & 15]!;
            const b = r[(d >>> 16) & 15]!;
            zf = nf = (a + b) | 0;
            cf = +(nf >>> 0 < a >>> 0);
            vf = (a ^ nf) & (b ^ nf);
            k += step;
            continue;
          }
        case 77: // ADCS_R
          {
            const a = r[(d >>> 12) & 15]!;
            const b = r[(d >>> 16) & 15]!;
            zf = nf = (a + b + cf) | 0;
            cf = ((a & b) | ((a | b) & ~nf)) >>> 31;
            vf = (a ^ nf) & (b ^ nf);
            r[(d >>> 8) & 15] = nf;
            k += step;
            continue;
          }
        case 78: // SBCS_R
          {
            const a = r[(d >>> 12) & 15]!;
            const b = ~r[(d >>> 16) & 15]!;
            zf = nf = (a + b + cf) | 0;
            cf = ((a & b) | ((a | b) & ~nf)) >>> 31;
            vf = (a ^ nf) & (b ^ nf);
            r[(d >>> 8) & 15] = nf;
            k += step;
            continue;
          }
        case 79: // ANDS_I
          zf = nf = r[(d >>> 12) & 15]! & imm;
          r[(d >>> 8) & 15] = nf;
          if ((d & CARRY_KNOWN) !== 0) cf = (d >>> 30) & 1;
          k += step;
          continue;
        case 80: // TST_I
          zf = nf = r[(d >>> 12) & 15]! & imm;
          if ((d & CARRY_KNOWN) !== 0) cf = (d >>> 30) & 1;
          k += step;
          continue;
        case 81: // MOVS_I
          zf = nf = imm;
          r[(d >>> 8) & 15] = nf;
          if ((d & CARRY_KNOWN) !== 0) cf = (d >>> 30) & 1;
          k += step;
          continue;
        case 82: // EORS_I
          zf = nf = r[(d >>> 12) & 15]! ^ imm;
          r[(d >>> 8) & 15] = nf;
          if ((d & CARRY_KNOWN) !== 0) cf = (d >>> 30) & 1;
          k += step;
          continue;
        case 83: // ORRS_I
          zf = nf = r[(d >>> 12) & 15]! | imm;
          r[(d >>> 8) & 15] = nf;
          if ((d & CARRY_KNOWN) !== 0) cf = (d >>> 30) & 1;
          k += step;
          continue;
        case 84: // TEQ_I
          zf = nf = r[(d >>> 12) & 15]! ^ imm;
          if ((d & CARRY_KNOWN) !== 0) cf = (d >>> 30) & 1;
          k += step;
          continue;
        case 85: // ANDS_R
          zf = nf = r[(d >>> 12) & 15]! & r[(d >>> 16) & 15]!;
          r[(d >>> 8) & 15] = nf;
          k += step;
          continue;
        case 86: // TST_R
          zf = nf = r[(d >>> 12) & 15]! & r[(d >>> 16) & 15]!;
          k += step;
          continue;
        case 87: // MOVS_R
          zf = nf = r[(d >>> 16) & 15]!;
          r[(d >>> 8) & 15] = nf;
          k += step;
          continue;
        case 88: // EORS_R
          zf = nf = r[(d >>> 12) & 15]! ^ r[(d >>> 16) & 15]!;
          r[(d >>> 8) & 15] = nf;
          k += step;
          continue;
        case 89: // ORRS_R
          zf = nf = r[(d >>> 12) & 15]! | r[(d >>> 16) & 15]!;
          r[(d >>> 8) & 15] = nf;
          k += step;
          continue;
        case 90: // TEQ_R
          zf = nf = r[(d >>> 12) & 15]! ^ r[(d >>> 16) & 15]!;
          k += step;
          continue;
        case 91: // BICS_R
          zf = nf = r[(d >>> 12) & 15]! & ~r[(d >>> 16) & 15]!;
          r[(d >>> 8) & 15] = nf;
          k += step;
          continue;
        case 92: // MVNS_R
          zf = nf = ~r[(d >>> 16) & 15]!;
          r[(d >>> 8) & 15] = nf;
          k += step;
          continue;
        case 93: // MOVS_L
          {
            const value = r[(d >>> 16) & 15]!;
            cf = (value >>> (32 - ((d >>> 20) & 31))) & 1;
            zf = nf = value << ((d >>> 20) & 31);
            r[(d >>> 8) & 15] = nf;
            k += step;
            continue;
          }
        case 94: // MOVS_S
          {
            const value = r[(d >>> 16) & 15]!;
            cf = (value >>> (((d >>> 20) & 31) - 1)) & 1;
            zf = nf = (value >>> ((d >>> 20) & 31)) | 0;
            r[(d >>> 8) & 15] = nf;
            k += step;
            continue;
          }
        case 95: // MOVS_A
          {
            const value = r[(d >>> 16) & 15]!;
            cf = (value >> (((d >>> 20) & 31) - 1)) & 1;
            zf = nf = value >> ((d >>> 20) & 31);
            r[(d >>> 8) & 15] = nf;
            k += step;
            continue;
          }
        case 96: // MOVS_VL
          {
            const amount = r[(d >>> 20) & 15]! & 255;
            if (amount >= 32) break;
            const value = r[(d >>> 16) & 15]!;
            left--;
            if (amount !== 0) cf = (value >>> (32 - amount)) & 1;
            zf = nf = value << amount;
            r[(d >>> 8) & 15] = nf;
            k += step;
            continue;
          }
        case 97: // MOVS_VS
          {
            const amount = r[(d >>> 20) & 15]! & 255;
            if (amount >= 32) break;
            const value = r[(d >>> 16) & 15]!;
            left--;
            if (amount !== 0) cf = (value >>> (amount - 1)) & 1;
            zf = nf = (value >>> amount) | 0;
            r[(d >>> 8) & 15] = nf;
            k += step;
            continue;
          }
        case 98: // CMP_L
          {
            const a = r[(d >>> 12) & 15]!;
            const b = r[(d >>> 16) & 15]! << ((d >>> 20) & 31);
            zf = nf = (a - b) | 0;
            cf = +(a >>> 0 >= b >>> 0);
            vf = (a ^ b) & (a ^ nf);
            k += step;
            continue;
          }
        case 99: // CMP_S
          {
            const a = r[(d >>> 12) & 15]!;
            const b = (r[(d >>> 16) & 15]! >>> ((d >>> 20) & 31)) | 0;
            zf = nf = (a - b) | 0;
            cf = +(a >>> 0 >= b >>> 0);
            vf = (a ^ b) & (a ^ nf);
            k += step;
            continue;
          }
        case 100: // TST_S
          {
            const value = r[(d >>> 16) & 15]!;
            cf = (value >>> (((d >>> 20) & 31) - 1)) & 1;
            zf = nf = r[(d >>> 12) & 15]! & (value >>> ((d >>> 20) & 31));
            k += step;
            continue;
          }
        case 101: // MUL
          {
            const by = r[(d >>> 20) & 15]!;
            left -= multiplyCycles(by, true);
            r[(d >>> 8) & 15] = Math.imul(r[(d >>> 16) & 15]!, by);
            k += step;
            continue;
          }
        case 102: // MULS
          {
            const by = r[(d >>> 20) & 15]!;
            left -= multiplyCycles(by, true);
            zf = nf = Math.imul(r[(d >>> 16) & 15]!, by);
            r[(d >>> 8) & 15] = nf;
            k += step;
            continue;
          }
        case 103: // MLA
          {
            const by = r[(d >>> 20) & 15]!;
            left -= multiplyCycles(by, true) + 1;
            r[(d >>> 8) & 15] = (Math.imul(r[(d >>> 16) & 15]!, by) + r[(d >>> 12) & 15]!) | 0;
            k += step;
            continue;
          }
        case 104: // UMULL
          {
            const a = r[(d >>> 16) & 15]!;
            const by = r[(d >>> 20) & 15]!;
            left -= multiplyCycles(by, false) + 1;
            r[(d >>> 12) & 15] = Math.imul(a, by);
            r[(d >>> 8) & 15] = highUnsigned(a, by);
            k += step;
            continue;
          }
        case 105: // SMULL
          {
            const a = r[(d >>> 16) & 15]!;
            const by = r[(d >>> 20) & 15]!;
            left -= multiplyCycles(by, true) + 1;
            r[(d >>> 12) & 15] = Math.imul(a, by);
            r[(d >>> 8) & 15] = highSigned(a, by);
            k += step;
            continue;
          }
        case 106: // LDR_I
          {
            const a = (r[(d >>> 12) & 15]! + imm) | 0;
            const base = readMap[a >>> 12]!;
            if (base === SLOW || (a & 3) !== 0) break;
            left -= 2;
            r[(d >>> 8) & 15] = i32[(base + (a & 0xfff)) >> 2]!;
            k += step;
            continue;
          }
        case 107: // LDR_R
          {
            const a = (r[(d >>> 12) & 15]! + (r[(d >>> 16) & 15]! << ((d >>> 20) & 31))) | 0;
            const base = readMap[a >>> 12]!;
            if (base === SLOW || (a & 3) !== 0) break;
            left -= 2;
            r[(d >>> 8) & 15] = i32[(base + (a & 0xfff)) >> 2]!;
            k += step;
            continue;
          }
        case 108: // LDR_S
          {
            const a = (r[(d >>> 12) & 15]! + (r[(d >>> 16) & 15]! >>> ((d >>> 20) & 31))) | 0;
            const base = readMap[a >>> 12]!;
            if (base === SLOW || (a & 3) !== 0) break;
            left -= 2;
            r[(d >>> 8) & 15] = i32[(base + (a & 0xfff)) >> 2]!;
            k += step;
            continue;
          }
        case 109: // LDR_PRE
          {
            const a = (r[(d >>> 12) & 15]! + imm) | 0;
            const base = readMap[a >>> 12]!;
            if (base === SLOW || (a & 3) !== 0) break;
            left -= 2;
            r[(d >>> 12) & 15] = a;
            r[(d >>> 8) & 15] = i32[(base + (a & 0xfff)) >> 2]!;
            k += step;
            continue;
          }
        case 110: // LDR_POST
          {
            const a = r[(d >>> 12) & 15]!;
            const base = readMap[a >>> 12]!;
            if (base === SLOW || (a & 3) !== 0) break;
            left -= 2;
            r[(d >>> 12) & 15] = a + imm;
            r[(d >>> 8) & 15] = i32[(base + (a & 0xfff)) >> 2]!;
            k += step;
            continue;
          }
        case 111: // LDR_LIT
          left -= 2;
          r[(d >>> 8) & 15] = i32[imm]!;
          k += step;
          continue;
        case 112: // LDR_PC
          {
            const base = readMap[imm >>> 12]!;
            if (base === SLOW) break;
            left -= 2;
            r[(d >>> 8) & 15] = i32[(base + (imm & 0xfff)) >> 2]!;
            k += step;
            continue;
          }
        case 113: // LDRB_I
          {
            const a = (r[(d >>> 12) & 15]! + imm) | 0;
            const base = readMap[a >>> 12]!;
            if (base === SLOW) break;
            left -= 2;
            r[(d >>> 8) & 15] = u8[base + (a & 0xfff)]!;
            k += step;
            continue;
          }
        case 114: // LDRB_R
          {
            const a = (r[(d >>> 12) & 15]! + (r[(d >>> 16) & 15]! << ((d >>> 20) & 31))) | 0;
            const base = readMap[a >>> 12]!;
            if (base === SLOW) break;
            left -= 2;
            r[(d >>> 8) & 15] = u8[base + (a & 0xfff)]!;
            k += step;
            continue;
          }
        case 115: // LDRB_PRE
          {
            const a = (r[(d >>> 12) & 15]! + imm) | 0;
            const base = readMap[a >>> 12]!;
            if (base === SLOW) break;
            left -= 2;
            r[(d >>> 12) & 15] = a;
            r[(d >>> 8) & 15] = u8[base + (a & 0xfff)]!;
            k += step;
            continue;
          }
        case 116: // LDRB_POST
          {
            const a = r[(d >>> 12) & 15]!;
            const base = readMap[a >>> 12]!;
            if (base === SLOW) break;
            left -= 2;
            r[(d >>> 12) & 15] = a + imm;
            r[(d >>> 8) & 15] = u8[base + (a & 0xfff)]!;
            k += step;
            continue;
          }
        case 117: // LDRH_I
          {
            const a = (r[(d >>> 12) & 15]! + imm) | 0;
            const base = readMap[a >>> 12]!;
            if (base === SLOW || (a & 1) !== 0) break;
            left -= 2;
            r[(d >>> 8) & 15] = u16[(base + (a & 0xfff)) >> 1]!;
            k += step;
            continue;
          }
        case 118: // LDRH_R
          {
            const a = (r[(d >>> 12) & 15]! + r[(d >>> 16) & 15]!) | 0;
            const base = readMap[a >>> 12]!;
            if (base === SLOW || (a & 1) !== 0) break;
            left -= 2;
            r[(d >>> 8) & 15] = u16[(base + (a & 0xfff)) >> 1]!;
            k += step;
            continue;
          }
        case 119: // LDRH_POST
          {
            const a = r[(d >>> 12) & 15]!;
            const base = readMap[a >>> 12]!;
            if (base === SLOW || (a & 1) !== 0) break;
            left -= 2;
            r[(d >>> 12) & 15] = a + imm;
            r[(d >>> 8) & 15] = u16[(base + (a & 0xfff)) >> 1]!;
            k += step;
            continue;
          }
        case 120: // LDRSB_I
          {
            const a = (r[(d >>> 12) & 15]! + imm) | 0;
            const base = readMap[a >>> 12]!;
            if (base === SLOW) break;
            left -= 2;
            r[(d >>> 8) & 15] = (u8[base + (a & 0xfff)]! << 24) >> 24;
            k += step;
            continue;
          }
        case 121: // LDRSB_R
          {
            const a = (r[(d >>> 12) & 15]! + r[(d >>> 16) & 15]!) | 0;
            const base = readMap[a >>> 12]!;
            if (base === SLOW) break;
            left -= 2;
            r[(d >>> 8) & 15] = (u8[base + (a & 0xfff)]! << 24) >> 24;
            k += step;
            continue;
          }
        case 122: // LDRSH_I
          {
            const a = (r[(d >>> 12) & 15]! + imm) | 0;
            const base = readMap[a >>> 12]!;
            if (base === SLOW || (a & 1) !== 0) break;
            left -= 2;
            r[(d >>> 8) & 15] = (u16[(base + (a & 0xfff)) >> 1]! << 16) >> 16;
            k += step;
            continue;
          }
        case 123: // LDRSH_R
          {
            const a = (r[(d >>> 12) & 15]! + r[(d >>> 16) & 15]!) | 0;
            const base = readMap[a >>> 12]!;
            if (base === SLOW || (a & 1) !== 0) break;
            left -= 2;
            r[(d >>> 8) & 15] = (u16[(base + (a & 0xfff)) >> 1]! << 16) >> 16;
            k += step;
            continue;
          }
        case 124: // STR_I
          {
            const a = (r[(d >>> 12) & 15]! + imm) | 0;
            const base = writeMap[a >>> 12]!;
            if (base === SLOW || (a & 3) !== 0) break;
            const at = base + (a & 0xfff);
            left--;
            i32[at >> 2] = r[(d >>> 8) & 15]!;
            if (pageState[at >>> 12] !== DIRTY) memory.touch(at, 4);
            k += step;
            continue;
          }
        case 125: // STR_R
          {
            const a = (r[(d >>> 12) & 15]! + (r[(d >>> 16) & 15]! << ((d >>> 20) & 31))) | 0;
            const base = writeMap[a >>> 12]!;
            if (base === SLOW || (a & 3) !== 0) break;
            const at = base + (a & 0xfff);
            left--;
            i32[at >> 2] = r[(d >>> 8) & 15]!;
            if (pageState[at >>> 12] !== DIRTY) memory.touch(at, 4);
            k += step;
            continue;
          }
        case 126: // STR_PRE
          {
            const a = (r[(d >>> 12) & 15]! + imm) | 0;
            const base = writeMap[a >>> 12]!;
            if (base === SLOW || (a & 3) !== 0) break;
            const at = base + (a & 0xfff);
            left--;
            i32[at >> 2] = r[(d >>> 8) & 15]!;
            r[(d >>> 12) & 15] = a;
            if (pageState[at >>> 12] !== DIRTY) memory.touch(at, 4);
            k += step;
            continue;
          }
        case 127: // STR_POST
          {
            const a = r[(d >>> 12) & 15]!;
            const base = writeMap[a >>> 12]!;
            if (base === SLOW || (a & 3) !== 0) break;
            const at = base + (a & 0xfff);
            left--;
            i32[at >> 2] = r[(d >>> 8) & 15]!;
            r[(d >>> 12) & 15] = a + imm;
            if (pageState[at >>> 12] !== DIRTY) memory.touch(at, 4);
            k += step;
            continue;
          }
        case 128: // STRB_I
          {
            const a = (r[(d >>> 12) & 15]! + imm) | 0;
            const base = writeMap[a >>> 12]!;
            if (base === SLOW) break;
            const at = base + (a & 0xfff);
            left--;
            u8[at] = r[(d >>> 8) & 15]!;
            if (pageState[at >>> 12] !== DIRTY) memory.touch(at, 1);
            k += step;
            continue;
          }
        case 129: // STRB_R
          {
            const a = (r[(d >>> 12) & 15]! + (r[(d >>> 16) & 15]! << ((d >>> 20) & 31))) | 0;
            const base = writeMap[a >>> 12]!;
            if (base === SLOW) break;
            const at = base + (a & 0xfff);
            left--;
            u8[at] = r[(d >>> 8) & 15]!;
            if (pageState[at >>> 12] !== DIRTY) memory.touch(at, 1);
            k += step;
            continue;
          }
        case 130: // STRB_PRE
          {
            const a = (r[(d >>> 12) & 15]! + imm) | 0;
            const base = writeMap[a >>> 12]!;
            if (base === SLOW) break;
            const at = base + (a & 0xfff);
            left--;
            u8[at] = r[(d >>> 8) & 15]!;
            r[(d >>> 12) & 15] = a;
            if (pageState[at >>> 12] !== DIRTY) memory.touch(at, 1);
            k += step;
            continue;
          }
        case 131: // STRB_POST
          {
            const a = r[(d >>> 12) & 15]!;
            const base = writeMap[a >>> 12]!;
            if (base === SLOW) break;
            const at = base + (a & 0xfff);
            left--;
            u8[at] = r[(d >>> 8) & 15]!;
            r[(d >>> 12) & 15] = a + imm;
            if (pageState[at >>> 12] !== DIRTY) memory.touch(at, 1);
            k += step;
            continue;
          }
        case 132: // STRH_I
          {
            const a = (r[(d >>> 12) & 15]! + imm) | 0;
            const base = writeMap[a >>> 12]!;
            if (base === SLOW || (a & 1) !== 0) break;
            const at = base + (a & 0xfff);
            left--;
            u16[at >> 1] = r[(d >>> 8) & 15]!;
            if (pageState[at >>> 12] !== DIRTY) memory.touch(at, 2);
            k += step;
            continue;
          }
        case 133: // STRH_R
          {
            const a = (r[(d >>> 12) & 15]! + r[(d >>> 16) & 15]!) | 0;
            const base = writeMap[a >>> 12]!;
            if (base === SLOW || (a & 1) !== 0) break;
            const at = base + (a & 0xfff);
            left--;
            u16[at >> 1] = r[(d >>> 8) & 15]!;
            if (pageState[at >>> 12] !== DIRTY) memory.touch(at, 2);
            k += step;
            continue;
          }
        case 134: // STRH_POST
          {
            const a = r[(d >>> 12) & 15]!;
            const base = writeMap[a >>> 12]!;
            if (base === SLOW || (a & 1) !== 0) break;
            const at = base + (a & 0xfff);
            left--;
            u16[at >> 1] = r[(d >>> 8) & 15]!;
            r[(d >>> 12) & 15] = a + imm;
            if (pageState[at >>> 12] !== DIRTY) memory.touch(at, 2);
            k += step;
            continue;
          }
        case 135: // LDM
          {
            const a = (r[(d >>> 12) & 15]! + ((imm << 8) >> 24)) | 0;
            const base = readMap[a >>> 12]!;
            const words = (d >>> 20) & 31;
            if (base === SLOW || (a & 3) !== 0 || (a & 0xfff) + 4 * words > 4096) break;
            let at = (base + (a & 0xfff)) >> 2;
            r[(d >>> 12) & 15] = r[(d >>> 12) & 15]! + (imm >> 24);
            for (let list = imm & 0xffff; list !== 0; list &= list - 1) {
              r[31 - Math.clz32(list & -list)] = i32[at++]!;
            }
            left -= words + 1;
            k += step;
            continue;
          }
        case 136: // LDM_PC
          {
            const a = (r[(d >>> 12) & 15]! + ((imm << 8) >> 24)) | 0;
            const base = readMap[a >>> 12]!;
            const words = (d >>> 20) & 31;
            if (base === SLOW || (a & 3) !== 0 || (a & 0xfff) + 4 * words > 4096) break;
            let at = (base + (a & 0xfff)) >> 2;
            r[(d >>> 12) & 15] = r[(d >>> 12) & 15]! + (imm >> 24);
            for (let list = imm & 0x7fff; list !== 0; list &= list - 1) {
              r[31 - Math.clz32(list & -list)] = i32[at++]!;
            }
            left -= words + 3;
            target = i32[at]! & -step;
            continue pages;
          }
        case 137: // STM
          {
            const a = (r[(d >>> 12) & 15]! + ((imm << 8) >> 24)) | 0;
            const base = writeMap[a >>> 12]!;
            const words = (d >>> 20) & 31;
            if (base === SLOW || (a & 3) !== 0 || (a & 0xfff) + 4 * words > 4096) break;
            const first = base + (a & 0xfff);
            let at = first >> 2;
            for (let list = imm & 0xffff; list !== 0; list &= list - 1) {
              i32[at++] = r[31 - Math.clz32(list & -list)]!;
            }
            r[(d >>> 12) & 15] = r[(d >>> 12) & 15]! + (imm >> 24);
            left -= words;
            if (pageState[first >>> 12] !== DIRTY) memory.touch(first, 4 * words);
            k += step;
            continue;
          }
      }
      // The step was left by `break`: nothing of it has happened yet. Registers of a peripheral are the
      // usual reason. A load from one goes on here, unless it changed what this loop goes by.
      const byte = (d & 255) === LDRB_I;
      const a = (r[(d >>> 12) & 15]! + imm) | 0;
      if ((byte || (d & 255) === LDR_I) && (byte || (a & 3) === 0) && bus.deviceAt(a) !== null) {
        clock[NOW] = start + (cycles - left - wait) * ticks;
        bus.currentPc = (k + bias) >>> 0;
        const value = bus.read(a, byte ? 1 : 4);
        left -= 2;
        if (bus.aborted) {
          bus.aborted = false;
          r[CPSR] = (packFlags(r[CPSR]!, nf, zf, cf, vf) & ~T_BIT) | (thumb << 5);
          core.address = (k + bias) | 0;
          takeException(core, 'data-abort');
          thumb = 0;
          target = core.next;
          done = true;
          break pages;
        }
        r[(d >>> 8) & 15] = value;
        k += step;
        if (clock[SLICE_END]! === sliceEnd && r[LINES]! === lines) continue;
        target = k + bias;
        done = true;
        break pages;
      }
      left += wait;
      count--;
      target = k + bias;
      break pages;
    }
    target = k + bias;
    done = true;
    break;
  }
  r[15] = target;
  r[CPSR] = (packFlags(r[CPSR]!, nf, zf, cf, vf) & ~T_BIT) | (thumb << 5);
  clock[NOW] = start + (cycles - left) * ticks;
  return done ? count : ~count;
}
