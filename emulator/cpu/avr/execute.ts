/** The hot loop: decoded steps through one dense switch, flags kept apart, time counted down.
 *  Source: AVR Instruction Set Manual (Atmel-0856), operations, flags and cycles of the AVRe+ column;
 *  decode.ts for the fields. Leaves to outside.ts (leaving the switch by `break`, with nothing of the
 *  instruction done): devices behind I/O registers, a pointer or stack outside the SRAM, and what lets
 *  interrupts in where one waits or the slice ends, so that one more instruction comes before it. */

import { SLOW } from '../../machine/bus.ts';
import type { CodeCache } from './code-cache.ts';
import { type Core, READ_HOOK, WRITE_HOOK } from './core.ts';
import {
  carryOf,
  halfCarryOf,
  I_BIT,
  IT_BITS,
  negativeOf,
  overflowOf,
  packFlags,
  sign,
  T_BIT,
  zeroOf,
} from './flags.ts';
import { executeOutside } from './outside.ts';
import {
  FIRST_SRAM,
  HOLD,
  LINES_HIGH,
  LINES_LOW,
  PC,
  READ_PAGE_SHIFT,
  SPECIAL_READS,
  SPH,
  SPL,
  SREG,
  X,
  Y,
  Z,
} from './registers.ts';

const NOW = 0;
const SLICE_END = 1;
const TICKS_PER_CYCLE = 2;
/** A slice may be endless; the cycle counter is 32 bits wide. */
const MAX_CYCLES = 1 << 30;

/** Run until the slice is over, an interrupt may have to be taken, or a word has to be fetched each time.
 *  @param single one instruction only.
 *  @returns instructions executed; negative (~count) when the one at the program counter is to be fetched. */
export function execute(core: Core, cache: CodeCache, single: boolean): number {
  const { words, data, pairs, bus } = core;
  const { clock } = bus.scheduler;
  const { readMap } = bus;
  const { u8 } = bus.memory;
  const { code } = cache;
  const { kinds } = core.system.io;
  const { dataBytes } = core.options;
  const { reads, lastRead } = core;
  const pcMask = core.options.programWords - 1;
  const programBytes = core.options.programWords * 2;
  const ticks = clock[TICKS_PER_CYCLE]!;
  const start = clock[NOW]!;
  const sliceEnd = clock[SLICE_END]!;
  const slice = Math.min(Math.ceil((sliceEnd - start) / ticks), MAX_CYCLES) | 0;
  const cycles = single ? 1 : slice;
  let left = cycles;
  let count = 0;
  let fetched = false;
  let pc = words[PC]!;
  let sp = data[SPL]! | (data[SPH]! << 8);
  let sreg = data[SREG]!;
  let it = sreg & IT_BITS;
  let cf = carryOf(sreg);
  let zf = zeroOf(sreg);
  let nf = negativeOf(sreg);
  let vf = overflowOf(sreg);
  let hf = halfCarryOf(sreg);

  loop: while (left > 0) {
    const w = code[pc]!;
    left--;
    count++;
    switch (w & 255) {
      case 0: // UNDECODED
        left++;
        count--;
        if (cache.decode(pc)) continue;
        fetched = true;
        break loop;
      case 1: // WRAP
        left++;
        count--;
        pc &= pcMask;
        continue;
      case 2: // NOP
        pc++;
        continue;
      case 3: // BRCS
        if (cf !== 0) {
          left--;
          pc = w >>> 16;
        } else pc++;
        continue;
      case 4: // BREQ
        if (zf === 0) {
          left--;
          pc = w >>> 16;
        } else pc++;
        continue;
      case 5: // BRMI
        if ((nf & 128) !== 0) {
          left--;
          pc = w >>> 16;
        } else pc++;
        continue;
      case 6: // BRVS
        if ((vf & 128) !== 0) {
          left--;
          pc = w >>> 16;
        } else pc++;
        continue;
      case 7: // BRLT
        if ((sign(nf, vf) & 128) !== 0) {
          left--;
          pc = w >>> 16;
        } else pc++;
        continue;
      case 8: // BRHS
        if ((hf & 16) !== 0) {
          left--;
          pc = w >>> 16;
        } else pc++;
        continue;
      case 9: // BRTS
        if ((it & T_BIT) !== 0) {
          left--;
          pc = w >>> 16;
        } else pc++;
        continue;
      case 10: // BRIE
        if ((it & I_BIT) !== 0) {
          left--;
          pc = w >>> 16;
        } else pc++;
        continue;
      case 11: // BRCC
        if (cf === 0) {
          left--;
          pc = w >>> 16;
        } else pc++;
        continue;
      case 12: // BRNE
        if (zf !== 0) {
          left--;
          pc = w >>> 16;
        } else pc++;
        continue;
      case 13: // BRPL
        if ((nf & 128) === 0) {
          left--;
          pc = w >>> 16;
        } else pc++;
        continue;
      case 14: // BRVC
        if ((vf & 128) === 0) {
          left--;
          pc = w >>> 16;
        } else pc++;
        continue;
      case 15: // BRGE
        if ((sign(nf, vf) & 128) === 0) {
          left--;
          pc = w >>> 16;
        } else pc++;
        continue;
      case 16: // BRHC
        if ((hf & 16) === 0) {
          left--;
          pc = w >>> 16;
        } else pc++;
        continue;
      case 17: // BRTC
        if ((it & T_BIT) === 0) {
          left--;
          pc = w >>> 16;
        } else pc++;
        continue;
      case 18: // BRID
        if ((it & I_BIT) === 0) {
          left--;
          pc = w >>> 16;
        } else pc++;
        continue;
      case 19: // RJMP
        left--;
        pc = w >>> 16;
        continue;
      case 20: // JMP
        left -= 2;
        pc = w >>> 16;
        continue;
      case 21: // IJMP
        left--;
        pc = pairs[Z]! & pcMask;
        continue;
      case 22: // RCALL
        {
          if (sp <= FIRST_SRAM || sp >= dataBytes) break;
          const from = (pc + 1) & pcMask;
          data[sp] = from;
          data[sp - 1] = from >>> 8;
          sp -= 2;
          left -= 2;
          pc = w >>> 16;
          continue;
        }
      case 23: // CALL
        {
          if (sp <= FIRST_SRAM || sp >= dataBytes) break;
          const from = (pc + 2) & pcMask;
          data[sp] = from;
          data[sp - 1] = from >>> 8;
          sp -= 2;
          left -= 3;
          pc = w >>> 16;
          continue;
        }
      case 24: // ICALL
        {
          if (sp <= FIRST_SRAM || sp >= dataBytes) break;
          const from = (pc + 1) & pcMask;
          data[sp] = from;
          data[sp - 1] = from >>> 8;
          sp -= 2;
          left -= 2;
          pc = pairs[Z]! & pcMask;
          continue;
        }
      case 25: // RET
        if (sp < FIRST_SRAM - 1 || sp + 2 >= dataBytes) break;
        pc = ((data[sp + 1]! << 8) | data[sp + 2]!) & pcMask;
        sp += 2;
        left -= 3;
        continue;
      case 26: // CPSE
        if (data[(w >>> 8) & 255]! === data[(w >>> 16) & 31]!) {
          const over = 1 + (w >>> 24);
          left -= over;
          pc += 1 + over;
        } else pc++;
        continue;
      case 27: // SBRC
        if ((data[(w >>> 8) & 255]! & (w >>> 16) & 255) === 0) {
          const over = 1 + (w >>> 24);
          left -= over;
          pc += 1 + over;
        } else pc++;
        continue;
      case 28: // SBRS
        if ((data[(w >>> 8) & 255]! & (w >>> 16) & 255) !== 0) {
          const over = 1 + (w >>> 24);
          left -= over;
          pc += 1 + over;
        } else pc++;
        continue;
      case 29: // SBIC
        {
          const a = (w >>> 8) & 255;
          if ((kinds[a]! & READ_HOOK) !== 0) break;
          if ((data[a]! & (w >>> 16) & 255) === 0) {
            const over = 1 + (w >>> 24);
            left -= over;
            pc += 1 + over;
          } else pc++;
          continue;
        }
      case 30: // SBIS
        {
          const a = (w >>> 8) & 255;
          if ((kinds[a]! & READ_HOOK) !== 0) break;
          if ((data[a]! & (w >>> 16) & 255) !== 0) {
            const over = 1 + (w >>> 24);
            left -= over;
            pc += 1 + over;
          } else pc++;
          continue;
        }
      case 31: // ADD
        {
          const d = (w >>> 8) & 255;
          const a = data[d]!;
          const b = data[w >>> 16]!;
          const s = a + b;
          data[d] = s;
          cf = s >>> 8;
          hf = a ^ b ^ s;
          vf = (a ^ s) & (b ^ s);
          zf = s & 255;
          nf = zf;
          pc++;
          continue;
        }
      case 32: // ADC
        {
          const d = (w >>> 8) & 255;
          const a = data[d]!;
          const b = data[w >>> 16]!;
          const s = a + b + cf;
          data[d] = s;
          cf = s >>> 8;
          hf = a ^ b ^ s;
          vf = (a ^ s) & (b ^ s);
          zf = s & 255;
          nf = zf;
          pc++;
          continue;
        }
      case 33: // SUB
        {
          const d = (w >>> 8) & 255;
          const a = data[d]!;
          const b = data[w >>> 16]!;
          const s = a - b;
          data[d] = s;
          cf = s >>> 31;
          hf = a ^ b ^ s;
          vf = (a ^ b) & (a ^ s);
          zf = s & 255;
          nf = zf;
          pc++;
          continue;
        }
      case 34: // SBC
        {
          const d = (w >>> 8) & 255;
          const a = data[d]!;
          const b = data[w >>> 16]!;
          const s = a - b - cf;
          data[d] = s;
          cf = s >>> 31;
          hf = a ^ b ^ s;
          vf = (a ^ b) & (a ^ s);
          nf = s & 255;
          zf |= nf;
          pc++;
          continue;
        }
      case 35: // CP
        {
          const d = (w >>> 8) & 255;
          const a = data[d]!;
          const b = data[w >>> 16]!;
          const s = a - b;
          cf = s >>> 31;
          hf = a ^ b ^ s;
          vf = (a ^ b) & (a ^ s);
          zf = s & 255;
          nf = zf;
          pc++;
          continue;
        }
      case 36: // CPC
        {
          const d = (w >>> 8) & 255;
          const a = data[d]!;
          const b = data[w >>> 16]!;
          const s = a - b - cf;
          cf = s >>> 31;
          hf = a ^ b ^ s;
          vf = (a ^ b) & (a ^ s);
          nf = s & 255;
          zf |= nf;
          pc++;
          continue;
        }
      case 37: // AND
        {
          const d = (w >>> 8) & 255;
          const a = data[d]!;
          const b = data[w >>> 16]!;
          const s = a & b;
          data[d] = s;
          vf = 0;
          zf = s;
          nf = s;
          pc++;
          continue;
        }
      case 38: // OR
        {
          const d = (w >>> 8) & 255;
          const a = data[d]!;
          const b = data[w >>> 16]!;
          const s = a | b;
          data[d] = s;
          vf = 0;
          zf = s;
          nf = s;
          pc++;
          continue;
        }
      case 39: // EOR
        {
          const d = (w >>> 8) & 255;
          const a = data[d]!;
          const b = data[w >>> 16]!;
          const s = a ^ b;
          data[d] = s;
          vf = 0;
          zf = s;
          nf = s;
          pc++;
          continue;
        }
      case 40: // MOV
        data[(w >>> 8) & 255] = data[w >>> 16]!;
        pc++;
        continue;
      case 41: // MOVW
        pairs[(w >>> 8) & 255] = pairs[w >>> 16]!;
        pc++;
        continue;
      case 42: // SUBI
        {
          const d = (w >>> 8) & 255;
          const a = data[d]!;
          const b = w >>> 16;
          const s = a - b;
          data[d] = s;
          cf = s >>> 31;
          hf = a ^ b ^ s;
          vf = (a ^ b) & (a ^ s);
          zf = s & 255;
          nf = zf;
          pc++;
          continue;
        }
      case 43: // SBCI
        {
          const d = (w >>> 8) & 255;
          const a = data[d]!;
          const b = w >>> 16;
          const s = a - b - cf;
          data[d] = s;
          cf = s >>> 31;
          hf = a ^ b ^ s;
          vf = (a ^ b) & (a ^ s);
          nf = s & 255;
          zf |= nf;
          pc++;
          continue;
        }
      case 44: // CPI
        {
          const d = (w >>> 8) & 255;
          const a = data[d]!;
          const b = w >>> 16;
          const s = a - b;
          cf = s >>> 31;
          hf = a ^ b ^ s;
          vf = (a ^ b) & (a ^ s);
          zf = s & 255;
          nf = zf;
          pc++;
          continue;
        }
      case 45: // ANDI
        {
          const d = (w >>> 8) & 255;
          const a = data[d]!;
          const b = w >>> 16;
          const s = a & b;
          data[d] = s;
          vf = 0;
          zf = s;
          nf = s;
          pc++;
          continue;
        }
      case 46: // ORI
        {
          const d = (w >>> 8) & 255;
          const a = data[d]!;
          const b = w >>> 16;
          const s = a | b;
          data[d] = s;
          vf = 0;
          zf = s;
          nf = s;
          pc++;
          continue;
        }
      case 47: // LDI
        data[(w >>> 8) & 255] = w >>> 16;
        pc++;
        continue;
      case 48: // ADIW
        {
          const d = (w >>> 8) & 255;
          const a = pairs[d]!;
          const s = a + (w >>> 16);
          pairs[d] = s;
          cf = s >>> 16;
          vf = (~a & s) >>> 8;
          nf = s >>> 8;
          zf = s & 0xffff;
          left--;
          pc++;
          continue;
        }
      case 49: // SBIW
        {
          const d = (w >>> 8) & 255;
          const a = pairs[d]!;
          const s = a - (w >>> 16);
          pairs[d] = s;
          cf = s >>> 31;
          vf = (a & ~s) >>> 8;
          nf = (s >>> 8) & 255;
          zf = s & 0xffff;
          left--;
          pc++;
          continue;
        }
      case 50: // MUL
        {
          const s = data[(w >>> 8) & 255]! * data[w >>> 16]!;
          cf = (s >>> 15) & 1;
          pairs[0] = s;
          zf = s & 0xffff;
          left--;
          pc++;
          continue;
        }
      case 51: // MULS
        {
          const s = ((data[(w >>> 8) & 255]! << 24) >> 24) * ((data[w >>> 16]! << 24) >> 24);
          cf = (s >>> 15) & 1;
          pairs[0] = s;
          zf = s & 0xffff;
          left--;
          pc++;
          continue;
        }
      case 52: // MULSU
        {
          const s = ((data[(w >>> 8) & 255]! << 24) >> 24) * data[w >>> 16]!;
          cf = (s >>> 15) & 1;
          pairs[0] = s;
          zf = s & 0xffff;
          left--;
          pc++;
          continue;
        }
      case 53: // FMUL
        {
          const s = data[(w >>> 8) & 255]! * data[w >>> 16]!;
          cf = (s >>> 15) & 1;
          pairs[0] = s << 1;
          zf = (s << 1) & 0xffff;
          left--;
          pc++;
          continue;
        }
      case 54: // FMULS
        {
          const s = ((data[(w >>> 8) & 255]! << 24) >> 24) * ((data[w >>> 16]! << 24) >> 24);
          cf = (s >>> 15) & 1;
          pairs[0] = s << 1;
          zf = (s << 1) & 0xffff;
          left--;
          pc++;
          continue;
        }
      case 55: // FMULSU
        {
          const s = ((data[(w >>> 8) & 255]! << 24) >> 24) * data[w >>> 16]!;
          cf = (s >>> 15) & 1;
          pairs[0] = s << 1;
          zf = (s << 1) & 0xffff;
          left--;
          pc++;
          continue;
        }
      case 56: // COM
        {
          const d = (w >>> 8) & 255;
          const a = data[d]!;
          const s = 255 - a;
          data[d] = s;
          cf = 1;
          vf = 0;
          zf = s;
          nf = s;
          pc++;
          continue;
        }
      case 57: // NEG
        {
          const d = (w >>> 8) & 255;
          const a = data[d]!;
          const s = -a & 255;
          data[d] = s;
          cf = s === 0 ? 0 : 1;
          hf = a ^ s;
          vf = a & s;
          zf = s;
          nf = s;
          pc++;
          continue;
        }
      case 58: // SWAP
        {
          const d = (w >>> 8) & 255;
          const a = data[d]!;
          data[d] = (a << 4) | (a >>> 4);
          pc++;
          continue;
        }
      case 59: // INC
        {
          const d = (w >>> 8) & 255;
          const a = data[d]!;
          const s = (a + 1) & 255;
          data[d] = s;
          vf = ~a & s;
          zf = s;
          nf = s;
          pc++;
          continue;
        }
      case 60: // DEC
        {
          const d = (w >>> 8) & 255;
          const a = data[d]!;
          const s = (a - 1) & 255;
          data[d] = s;
          vf = a & ~s;
          zf = s;
          nf = s;
          pc++;
          continue;
        }
      case 61: // ASR
        {
          const d = (w >>> 8) & 255;
          const a = data[d]!;
          const s = (a >>> 1) | (a & 128);
          data[d] = s;
          cf = a & 1;
          vf = s ^ (cf << 7);
          zf = s;
          nf = s;
          pc++;
          continue;
        }
      case 62: // LSR
        {
          const d = (w >>> 8) & 255;
          const a = data[d]!;
          const s = a >>> 1;
          data[d] = s;
          cf = a & 1;
          vf = cf << 7;
          zf = s;
          nf = s;
          pc++;
          continue;
        }
      case 63: // ROR
        {
          const d = (w >>> 8) & 255;
          const a = data[d]!;
          const s = (a >>> 1) | (cf << 7);
          data[d] = s;
          cf = a & 1;
          vf = s ^ (cf << 7);
          zf = s;
          nf = s;
          pc++;
          continue;
        }
      case 64: // BST
        it = (it & I_BIT) | (((data[(w >>> 8) & 255]! >>> (w >>> 16)) & 1) << 6);
        pc++;
        continue;
      case 65: // BLD
        {
          const d = (w >>> 8) & 255;
          const bit = w >>> 16;
          data[d] = (data[d]! & ~(1 << bit)) | (((it >>> 6) & 1) << bit);
          pc++;
          continue;
        }
      case 66: // SEC
        cf = 1;
        pc++;
        continue;
      case 67: // CLC
        cf = 0;
        pc++;
        continue;
      case 68: // SET
        it |= T_BIT;
        pc++;
        continue;
      case 69: // CLT
        it &= I_BIT;
        pc++;
        continue;
      case 70: // CLI
        it &= T_BIT;
        pc++;
        continue;
      case 71: // BSET
        sreg = packFlags(it, cf, zf, nf, vf, hf) | ((w >>> 8) & 255);
        it = sreg & IT_BITS;
        cf = carryOf(sreg);
        zf = zeroOf(sreg);
        nf = negativeOf(sreg);
        vf = overflowOf(sreg);
        hf = halfCarryOf(sreg);
        pc++;
        continue;
      case 72: // BCLR
        sreg = packFlags(it, cf, zf, nf, vf, hf) & ~((w >>> 8) & 255);
        it = sreg & IT_BITS;
        cf = carryOf(sreg);
        zf = zeroOf(sreg);
        nf = negativeOf(sreg);
        vf = overflowOf(sreg);
        hf = halfCarryOf(sreg);
        pc++;
        continue;
      case 73: // LDS
        data[(w >>> 8) & 255] = data[w >>> 16]!;
        left--;
        pc += 2;
        continue;
      case 74: // LD_X
        {
          const a = pairs[X]!;
          if (a < FIRST_SRAM || a >= dataBytes) break;
          data[(w >>> 8) & 255] = data[a]!;
          left--;
          pc++;
          continue;
        }
      case 75: // LD_XP
        {
          const a = pairs[X]!;
          if (a < FIRST_SRAM || a >= dataBytes) break;
          pairs[X] = a + 1;
          data[(w >>> 8) & 255] = data[a]!;
          left--;
          pc++;
          continue;
        }
      case 76: // LD_MX
        {
          const a = pairs[X]! - 1;
          if (a < FIRST_SRAM || a >= dataBytes) break;
          pairs[X] = a;
          data[(w >>> 8) & 255] = data[a]!;
          left--;
          pc++;
          continue;
        }
      case 77: // LDD_Y
        {
          const a = pairs[Y]! + (w >>> 16);
          if (a < FIRST_SRAM || a >= dataBytes) break;
          data[(w >>> 8) & 255] = data[a]!;
          left--;
          pc++;
          continue;
        }
      case 78: // LD_YP
        {
          const a = pairs[Y]!;
          if (a < FIRST_SRAM || a >= dataBytes) break;
          pairs[Y] = a + 1;
          data[(w >>> 8) & 255] = data[a]!;
          left--;
          pc++;
          continue;
        }
      case 79: // LD_MY
        {
          const a = pairs[Y]! - 1;
          if (a < FIRST_SRAM || a >= dataBytes) break;
          pairs[Y] = a;
          data[(w >>> 8) & 255] = data[a]!;
          left--;
          pc++;
          continue;
        }
      case 80: // LDD_Z
        {
          const a = pairs[Z]! + (w >>> 16);
          if (a < FIRST_SRAM || a >= dataBytes) break;
          data[(w >>> 8) & 255] = data[a]!;
          left--;
          pc++;
          continue;
        }
      case 81: // LD_ZP
        {
          const a = pairs[Z]!;
          if (a < FIRST_SRAM || a >= dataBytes) break;
          pairs[Z] = a + 1;
          data[(w >>> 8) & 255] = data[a]!;
          left--;
          pc++;
          continue;
        }
      case 82: // LD_MZ
        {
          const a = pairs[Z]! - 1;
          if (a < FIRST_SRAM || a >= dataBytes) break;
          pairs[Z] = a;
          data[(w >>> 8) & 255] = data[a]!;
          left--;
          pc++;
          continue;
        }
      case 83: // STS
        data[w >>> 16] = data[(w >>> 8) & 255]!;
        left--;
        pc += 2;
        continue;
      case 84: // ST_X
        {
          const a = pairs[X]!;
          if (a < FIRST_SRAM || a >= dataBytes) break;
          data[a] = data[(w >>> 8) & 255]!;
          left--;
          pc++;
          continue;
        }
      case 85: // ST_XP
        {
          const a = pairs[X]!;
          if (a < FIRST_SRAM || a >= dataBytes) break;
          pairs[X] = a + 1;
          data[a] = data[(w >>> 8) & 255]!;
          left--;
          pc++;
          continue;
        }
      case 86: // ST_MX
        {
          const a = pairs[X]! - 1;
          if (a < FIRST_SRAM || a >= dataBytes) break;
          pairs[X] = a;
          data[a] = data[(w >>> 8) & 255]!;
          left--;
          pc++;
          continue;
        }
      case 87: // STD_Y
        {
          const a = pairs[Y]! + (w >>> 16);
          if (a < FIRST_SRAM || a >= dataBytes) break;
          data[a] = data[(w >>> 8) & 255]!;
          left--;
          pc++;
          continue;
        }
      case 88: // ST_YP
        {
          const a = pairs[Y]!;
          if (a < FIRST_SRAM || a >= dataBytes) break;
          pairs[Y] = a + 1;
          data[a] = data[(w >>> 8) & 255]!;
          left--;
          pc++;
          continue;
        }
      case 89: // ST_MY
        {
          const a = pairs[Y]! - 1;
          if (a < FIRST_SRAM || a >= dataBytes) break;
          pairs[Y] = a;
          data[a] = data[(w >>> 8) & 255]!;
          left--;
          pc++;
          continue;
        }
      case 90: // STD_Z
        {
          const a = pairs[Z]! + (w >>> 16);
          if (a < FIRST_SRAM || a >= dataBytes) break;
          data[a] = data[(w >>> 8) & 255]!;
          left--;
          pc++;
          continue;
        }
      case 91: // ST_ZP
        {
          const a = pairs[Z]!;
          if (a < FIRST_SRAM || a >= dataBytes) break;
          pairs[Z] = a + 1;
          data[a] = data[(w >>> 8) & 255]!;
          left--;
          pc++;
          continue;
        }
      case 92: // ST_MZ
        {
          const a = pairs[Z]! - 1;
          if (a < FIRST_SRAM || a >= dataBytes) break;
          pairs[Z] = a;
          data[a] = data[(w >>> 8) & 255]!;
          left--;
          pc++;
          continue;
        }
      case 93: // PUSH
        if (sp < FIRST_SRAM || sp >= dataBytes) break;
        data[sp] = data[(w >>> 8) & 255]!;
        sp--;
        left--;
        pc++;
        continue;
      case 94: // POP
        if (sp < FIRST_SRAM - 1 || sp + 1 >= dataBytes) break;
        sp++;
        data[(w >>> 8) & 255] = data[sp]!;
        left--;
        pc++;
        continue;
      case 95: // LPM
        {
          const a = pairs[Z]!;
          const base = readMap[a >>> 12]!;
          if (a >= programBytes || base === SLOW || words[SPECIAL_READS] !== 0) break;
          reads[a >>> READ_PAGE_SHIFT]!++;
          lastRead[0] = a;
          data[(w >>> 8) & 255] = u8[base + (a & 0xfff)]!;
          left -= 2;
          pc++;
          continue;
        }
      case 96: // LPM_ZP
        {
          const a = pairs[Z]!;
          const base = readMap[a >>> 12]!;
          if (a >= programBytes || base === SLOW || words[SPECIAL_READS] !== 0) break;
          reads[a >>> READ_PAGE_SHIFT]!++;
          lastRead[0] = a;
          pairs[Z] = a + 1;
          data[(w >>> 8) & 255] = u8[base + (a & 0xfff)]!;
          left -= 2;
          pc++;
          continue;
        }
      case 97: // SEI
        if (left <= 0 || (words[LINES_LOW]! | words[LINES_HIGH]!) !== 0) break;
        it |= I_BIT;
        pc++;
        continue;
      case 98: // RETI
        if (left <= 3 || (words[LINES_LOW]! | words[LINES_HIGH]!) !== 0) break;
        if (sp < FIRST_SRAM - 1 || sp + 2 >= dataBytes) break;
        pc = ((data[sp + 1]! << 8) | data[sp + 2]!) & pcMask;
        sp += 2;
        it |= I_BIT;
        left -= 3;
        continue;
      case 99: // IN
        {
          const a = w >>> 16;
          if ((kinds[a]! & READ_HOOK) !== 0) break;
          data[(w >>> 8) & 255] = data[a]!;
          pc++;
          continue;
        }
      case 100: // IN_SPL
        data[(w >>> 8) & 255] = sp;
        pc++;
        continue;
      case 101: // IN_SPH
        data[(w >>> 8) & 255] = sp >>> 8;
        pc++;
        continue;
      case 102: // IN_SREG
        data[(w >>> 8) & 255] = packFlags(it, cf, zf, nf, vf, hf);
        pc++;
        continue;
      case 103: // OUT
        {
          const a = w >>> 16;
          if ((kinds[a]! & WRITE_HOOK) !== 0) break;
          data[a] = data[(w >>> 8) & 255]!;
          pc++;
          continue;
        }
      case 104: // OUT_SPL
        sp = (sp & 0xff00) | data[(w >>> 8) & 255]!;
        pc++;
        continue;
      case 105: // OUT_SPH
        sp = (sp & 0x00ff) | (data[(w >>> 8) & 255]! << 8);
        pc++;
        continue;
      case 106: // OUT_SREG
        sreg = data[(w >>> 8) & 255]!;
        if (
          (sreg & ~it & I_BIT) !== 0 &&
          (left <= 0 || (words[LINES_LOW]! | words[LINES_HIGH]!) !== 0)
        )
          break;
        it = sreg & IT_BITS;
        cf = carryOf(sreg);
        zf = zeroOf(sreg);
        nf = negativeOf(sreg);
        vf = overflowOf(sreg);
        hf = halfCarryOf(sreg);
        pc++;
        continue;
      case 107: // SBI
        {
          const a = (w >>> 8) & 255;
          if ((kinds[a]! & WRITE_HOOK) !== 0) break;
          data[a] = data[a]! | (w >>> 16);
          left--;
          pc++;
          continue;
        }
      case 108: // CBI
        {
          const a = (w >>> 8) & 255;
          if ((kinds[a]! & WRITE_HOOK) !== 0) break;
          data[a] = data[a]! & ~(w >>> 16);
          left--;
          pc++;
          continue;
        }
      case 109: // LDS_OUT
      case 110: // STS_OUT
      case 111: // SLEEP
      case 112: // BREAK
      case 113: // WDR
      case 114: // SPM
      case 115: // OPEN
      case 116: // UNDEFINED
        break;
    }
    // The step was left by `break`: nothing of it has happened yet, and its cycles are counted below.
    left++;
    words[PC] = pc;
    data[SPL] = sp;
    data[SPH] = sp >>> 8;
    data[SREG] = packFlags(it, cf, zf, nf, vf, hf);
    clock[NOW] = start + (cycles - left) * ticks;
    left -= executeOutside(core, w);
    pc = words[PC]!;
    sp = data[SPL]! | (data[SPH]! << 8);
    sreg = data[SREG]!;
    it = sreg & IT_BITS;
    cf = carryOf(sreg);
    zf = zeroOf(sreg);
    nf = negativeOf(sreg);
    vf = overflowOf(sreg);
    hf = halfCarryOf(sreg);

    const asked = (words[LINES_LOW]! | words[LINES_HIGH]!) !== 0 && (it & I_BIT) !== 0;
    const moved = clock[SLICE_END] !== sliceEnd || clock[TICKS_PER_CYCLE] !== ticks;
    if (asked || moved || words[HOLD] !== 0 || cache.isStale) break;
  }
  words[PC] = pc & pcMask;
  data[SPL] = sp;
  data[SPH] = sp >>> 8;
  data[SREG] = packFlags(it, cf, zf, nf, vf, hf);
  clock[NOW] = start + (cycles - left) * ticks;
  return fetched ? ~count : count;
}
