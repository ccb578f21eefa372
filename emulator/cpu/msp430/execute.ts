/** The hot loop: decoded steps through one dense switch, flags kept apart, time counted down.
 *  Source: SLAU049F, 3.4 "Instruction Set", and its tables of cycles; decode.ts for the fields.
 *  Leaves to outside.ts (leaving the switch by `break`, with nothing of the instruction done): whatever is not
 *  plain memory, most of SR and PC as operands, what lets interrupts in where one waits or the slice ends, so
 *  that one more instruction comes before it, DADD, byte forms of one operand, and everything rare. */

import { SLOW } from '../../machine/bus.ts';
import { DIRTY, PAGE_SHIFT } from '../../machine/memory.ts';
import type { CodeCache } from './code-cache.ts';
import type { Core } from './core.ts';
import { DESTINATION_IS_MEMORY, IS_BYTE, SOURCE_IS_MEMORY } from './decode.ts';
import { pendingInterrupt } from './exceptions.ts';
import {
  CPUOFF,
  carryOf,
  GIE,
  LOW_POWER_BITS,
  negativeOf,
  OTHER_BITS,
  overflowOf,
  packFlags,
  zeroOf,
} from './flags.ts';
import { executeOutside } from './outside.ts';
import { HOLD, LINES, PC, SP, SR } from './registers.ts';

const NOW = 0;
const SLICE_END = 1;
const TICKS_PER_CYCLE = 2;
/** A slice may be endless; the cycle counter is 32 bits wide. */
const MAX_CYCLES = 1 << 30;
const LAST_WORD = 0x7fff;
const ADDRESSES = 0x1_0000;

// Operations of GENERAL; the numbers are the rows of instruction-table.ts (a test compares them).
const [MOV, ADD, ADDC, SUBC, CMP, BIT, BIC, BIS, XOR] = [0, 1, 2, 3, 5, 7, 8, 9, 10] as const;

/** Run until the slice is over, an interrupt may have to be taken, or a word has to be fetched each time.
 *  @param single one instruction only.
 *  @returns instructions executed; negative (~count) when the one at the program counter is to be fetched. */
export function execute(core: Core, cache: CodeCache, single: boolean): number {
  const { words: r, bus, map } = core;
  const { clock } = bus.scheduler;
  const { memory } = bus;
  const { u8, u16, pageState } = memory;
  const { control, displacements } = cache;
  const { reads } = map;
  const countedFrom = Math.min(core.countedFrom, ADDRESSES);
  const writes = core.isObserved ? map.noWrites : map.writes;
  const ticks = clock[TICKS_PER_CYCLE]!;
  const start = clock[NOW]!;
  const sliceEnd = clock[SLICE_END]!;
  const slice = Math.min(Math.ceil((sliceEnd - start) / ticks), MAX_CYCLES) | 0;
  const cycles = single ? 1 : slice;
  let left = cycles;
  let count = 0;
  let dataRead = 0;
  let fetched = false;
  let pc = r[PC]! >>> 1;
  let sr = r[SR]!;
  let other = sr & OTHER_BITS;
  let cf = carryOf(sr);
  let zf = zeroOf(sr);
  let nf = negativeOf(sr);
  let vf = overflowOf(sr);

  loop: while (left > 0) {
    const w = control[pc]!;
    count++;
    switch (w & 255) {
      case 0: // UNDECODED
        count--;
        if (cache.decode(pc)) continue;
        fetched = true;
        break loop;
      case 1: // WRAP
        count--;
        pc &= LAST_WORD;
        continue;
      case 2: // OUTSIDE
        break;
      case 3: // NOP
        left -= (w >>> 18) & 7;
        pc += (w >>> 21) & 3;
        continue;
      case 4: // JNE
        left -= 2;
        if (zf !== 0) pc = displacements[pc]!;
        else pc++;
        continue;
      case 5: // JEQ
        left -= 2;
        if (zf === 0) pc = displacements[pc]!;
        else pc++;
        continue;
      case 6: // JNC
        left -= 2;
        if (cf === 0) pc = displacements[pc]!;
        else pc++;
        continue;
      case 7: // JC
        left -= 2;
        if (cf !== 0) pc = displacements[pc]!;
        else pc++;
        continue;
      case 8: // JN
        left -= 2;
        if ((nf & 0x8000) !== 0) pc = displacements[pc]!;
        else pc++;
        continue;
      case 9: // JGE
        left -= 2;
        if (((nf ^ vf) & 0x8000) === 0) pc = displacements[pc]!;
        else pc++;
        continue;
      case 10: // JL
        left -= 2;
        if (((nf ^ vf) & 0x8000) !== 0) pc = displacements[pc]!;
        else pc++;
        continue;
      case 11: // JMP
        left -= 2;
        pc = displacements[pc]!;
        continue;
      case 12: // MOV
        r[(w >>> 12) & 15] = (r[(w >>> 8) & 15]! + displacements[pc]!) & 0xffff;
        left -= (w >>> 18) & 7;
        pc += (w >>> 21) & 3;
        continue;
      case 13: // ADD
        {
          const a = (r[(w >>> 8) & 15]! + displacements[pc]!) & 0xffff;
          const d = (w >>> 12) & 15;
          const b = r[d]!;
          const s = a + b;
          r[d] = s & 0xffff;
          cf = s >>> 16;
          vf = (a ^ s) & (b ^ s);
          zf = s & 0xffff;
          nf = s;
          left -= (w >>> 18) & 7;
          pc += (w >>> 21) & 3;
          continue;
        }
      case 14: // ADDC
        {
          const a = (r[(w >>> 8) & 15]! + displacements[pc]!) & 0xffff;
          const d = (w >>> 12) & 15;
          const b = r[d]!;
          const s = a + b + cf;
          r[d] = s & 0xffff;
          cf = s >>> 16;
          vf = (a ^ s) & (b ^ s);
          zf = s & 0xffff;
          nf = s;
          left -= (w >>> 18) & 7;
          pc += (w >>> 21) & 3;
          continue;
        }
      case 15: // SUBC
        {
          const a = ~(r[(w >>> 8) & 15]! + displacements[pc]!) & 0xffff;
          const d = (w >>> 12) & 15;
          const b = r[d]!;
          const s = a + b + cf;
          r[d] = s & 0xffff;
          cf = s >>> 16;
          vf = (a ^ s) & (b ^ s);
          zf = s & 0xffff;
          nf = s;
          left -= (w >>> 18) & 7;
          pc += (w >>> 21) & 3;
          continue;
        }
      case 16: // SUB
        {
          const a = ~(r[(w >>> 8) & 15]! + displacements[pc]!) & 0xffff;
          const d = (w >>> 12) & 15;
          const b = r[d]!;
          const s = a + b + 1;
          r[d] = s & 0xffff;
          cf = s >>> 16;
          vf = (a ^ s) & (b ^ s);
          zf = s & 0xffff;
          nf = s;
          left -= (w >>> 18) & 7;
          pc += (w >>> 21) & 3;
          continue;
        }
      case 17: // CMP
        {
          const a = ~(r[(w >>> 8) & 15]! + displacements[pc]!) & 0xffff;
          const b = r[(w >>> 12) & 15]!;
          const s = a + b + 1;
          cf = s >>> 16;
          vf = (a ^ s) & (b ^ s);
          zf = s & 0xffff;
          nf = s;
          left -= (w >>> 18) & 7;
          pc += (w >>> 21) & 3;
          continue;
        }
      case 18: // BIT
        {
          const s = (r[(w >>> 8) & 15]! + displacements[pc]!) & r[(w >>> 12) & 15]!;
          cf = s === 0 ? 0 : 1;
          vf = 0;
          zf = s;
          nf = s;
          left -= (w >>> 18) & 7;
          pc += (w >>> 21) & 3;
          continue;
        }
      case 19: // BIC
        r[(w >>> 12) & 15]! &= ~(r[(w >>> 8) & 15]! + displacements[pc]!);
        left -= (w >>> 18) & 7;
        pc += (w >>> 21) & 3;
        continue;
      case 20: // BIS
        r[(w >>> 12) & 15]! |= (r[(w >>> 8) & 15]! + displacements[pc]!) & 0xffff;
        left -= (w >>> 18) & 7;
        pc += (w >>> 21) & 3;
        continue;
      case 21: // XOR
        {
          const a = (r[(w >>> 8) & 15]! + displacements[pc]!) & 0xffff;
          const d = (w >>> 12) & 15;
          const b = r[d]!;
          const s = a ^ b;
          r[d] = s;
          cf = s === 0 ? 0 : 1;
          vf = a & b;
          zf = s;
          nf = s;
          left -= (w >>> 18) & 7;
          pc += (w >>> 21) & 3;
          continue;
        }
      case 22: // AND
        {
          const d = (w >>> 12) & 15;
          const s = (r[(w >>> 8) & 15]! + displacements[pc]!) & r[d]!;
          r[d] = s;
          cf = s === 0 ? 0 : 1;
          vf = 0;
          zf = s;
          nf = s;
          left -= (w >>> 18) & 7;
          pc += (w >>> 21) & 3;
          continue;
        }
      case 23: // RRC
        {
          const d = (w >>> 12) & 15;
          const a = r[d]!;
          const s = (a >>> 1) | (cf << 15);
          r[d] = s;
          vf = s & ~a;
          cf = a & 1;
          zf = s;
          nf = s;
          left--;
          pc++;
          continue;
        }
      case 24: // RRA
        {
          const d = (w >>> 12) & 15;
          const a = r[d]!;
          const s = (a >>> 1) | (a & 0x8000);
          r[d] = s;
          vf = 0;
          cf = a & 1;
          zf = s;
          nf = s;
          left--;
          pc++;
          continue;
        }
      case 25: // SWPB
        {
          const d = (w >>> 12) & 15;
          const a = r[d]!;
          r[d] = ((a & 255) << 8) | (a >>> 8);
          left--;
          pc++;
          continue;
        }
      case 26: // SXT
        {
          const d = (w >>> 12) & 15;
          const s = ((r[d]! << 24) >> 24) & 0xffff;
          r[d] = s;
          cf = s === 0 ? 0 : 1;
          vf = 0;
          zf = s;
          nf = s;
          left--;
          pc++;
          continue;
        }
      case 27: // LOAD
        {
          const n = (w >>> 8) & 15;
          const a = (r[n]! + displacements[pc]!) & 0xfffe;
          const base = reads[a >>> 8]!;
          if (base === SLOW) break;
          if (a >= countedFrom) dataRead += 2;
          r[n] = (r[n]! + ((w >>> 16) & 3)) & 0xffff;
          r[(w >>> 12) & 15] = u16[(base + (a & 255)) >>> 1]!;
          left -= (w >>> 18) & 7;
          pc += (w >>> 21) & 3;
          continue;
        }
      case 28: // LOAD_B
        {
          const n = (w >>> 8) & 15;
          const a = (r[n]! + displacements[pc]!) & 0xffff;
          const base = reads[a >>> 8]!;
          if (base === SLOW) break;
          if (a >= countedFrom) dataRead++;
          r[n] = (r[n]! + ((w >>> 16) & 3)) & 0xffff;
          r[(w >>> 12) & 15] = u8[base + (a & 255)]!;
          left -= (w >>> 18) & 7;
          pc += (w >>> 21) & 3;
          continue;
        }
      case 29: // STORE
        {
          const x = displacements[pc]!;
          const a = (r[(w >>> 12) & 15]! + (x >>> 16)) & 0xfffe;
          const base = writes[a >>> 8]!;
          if (base === SLOW) break;
          const at = base + (a & 255);
          u16[at >>> 1] = r[(w >>> 8) & 15]! + x;
          if (pageState[at >>> PAGE_SHIFT] !== DIRTY) memory.touch(at, 2);
          left -= (w >>> 18) & 7;
          pc += (w >>> 21) & 3;
          continue;
        }
      case 30: // STORE_B
        {
          const x = displacements[pc]!;
          const a = (r[(w >>> 12) & 15]! + (x >>> 16)) & 0xffff;
          const base = writes[a >>> 8]!;
          if (base === SLOW) break;
          const at = base + (a & 255);
          u8[at] = r[(w >>> 8) & 15]! + x;
          if (pageState[at >>> PAGE_SHIFT] !== DIRTY) memory.touch(at, 1);
          left -= (w >>> 18) & 7;
          pc += (w >>> 21) & 3;
          continue;
        }
      case 31: // PUSH
        {
          const a = (r[SP]! - 2) & 0xfffe;
          const base = writes[a >>> 8]!;
          if (base === SLOW) break;
          const at = base + (a & 255);
          u16[at >>> 1] = r[(w >>> 8) & 15]! + displacements[pc]!;
          r[SP] = a;
          if (pageState[at >>> PAGE_SHIFT] !== DIRTY) memory.touch(at, 2);
          left -= (w >>> 18) & 7;
          pc += (w >>> 21) & 3;
          continue;
        }
      case 32: // CALL
        {
          const a = (r[SP]! - 2) & 0xfffe;
          const base = writes[a >>> 8]!;
          if (base === SLOW) break;
          const at = base + (a & 255);
          u16[at >>> 1] = (pc + ((w >>> 21) & 3)) << 1;
          r[SP] = a;
          left -= (w >>> 18) & 7;
          pc = ((r[(w >>> 8) & 15]! + displacements[pc]!) & 0xfffe) >>> 1;
          if (pageState[at >>> PAGE_SHIFT] !== DIRTY) memory.touch(at, 2);
          continue;
        }
      case 33: // BR
        left -= (w >>> 18) & 7;
        pc = ((r[(w >>> 8) & 15]! + displacements[pc]!) & 0xfffe) >>> 1;
        continue;
      case 34: // RET
        {
          const a = r[SP]!;
          const base = reads[a >>> 8]!;
          if (base === SLOW) break;
          r[SP] = (a + 2) & 0xffff;
          pc = u16[(base + (a & 255)) >>> 1]! >>> 1;
          left -= 3;
          continue;
        }
      case 35: // GENERAL
        {
          const x = displacements[pc]!;
          const n = (w >>> 8) & 15;
          const d = (w >>> 12) & 15;
          const wide = (w & IS_BYTE) === 0;
          const mask = wide ? 0xffff : 0xff;
          const increment = (w >>> 16) & 3;
          const operation = w >>> 27;
          let a = (r[n]! + x) & mask;
          let from = -1;
          if ((w & SOURCE_IS_MEMORY) !== 0) {
            from = (r[n]! + x) & 0xffff;
            const base = reads[from >>> 8]!;
            if (base === SLOW) break;
            const offset = base + (from & 255);
            a = wide ? u16[offset >>> 1]! : u8[offset]!;
          }
          const register = d === n ? (r[d]! + increment) & 0xffff : r[d]!;
          const toMemory = (w & DESTINATION_IS_MEMORY) !== 0;
          let at = 0;
          let b = register & mask;
          if (toMemory) {
            const to = (register + (x >>> 16)) & 0xffff;
            const looks = operation === CMP || operation === BIT;
            const base = (looks ? reads : writes)[to >>> 8]!;
            if (base === SLOW) break;
            if (looks && to >= countedFrom) dataRead += wide ? 2 : 1;
            at = base + (to & 255);
            b = wide ? u16[at >>> 1]! : u8[at]!;
          }
          if (from >= countedFrom) dataRead += wide ? 2 : 1;
          if (increment !== 0) r[n] = (r[n]! + increment) & 0xffff;
          left -= (w >>> 18) & 7;
          pc += (w >>> 21) & 3;
          let s = a;
          if (operation === BIC) s = b & ~a;
          else if (operation === BIS) s = a | b;
          else if (operation !== MOV) {
            if (operation <= CMP) {
              const plus = operation <= ADDC;
              if (!plus) a = ~a & mask;
              if (operation === ADD) s = a + b;
              else s = a + b + (operation === ADDC || operation === SUBC ? cf : 1);
              cf = s > mask ? 1 : 0;
              vf = (a ^ s) & (b ^ s);
              s &= mask;
            } else {
              s = operation === XOR ? a ^ b : a & b;
              cf = s === 0 ? 0 : 1;
              vf = operation === XOR ? a & b : 0;
            }
            zf = s;
            nf = s;
            if (!wide) {
              nf <<= 8;
              vf <<= 8;
            }
            if (operation === CMP || operation === BIT) continue;
          }
          if (!toMemory) {
            r[d] = s;
            continue;
          }
          if (wide) u16[at >>> 1] = s;
          else u8[at] = s;
          if (pageState[at >>> PAGE_SHIFT] !== DIRTY) memory.touch(at, wide ? 2 : 1);
          continue;
        }
      case 36: // DINT
        other &= ~GIE;
        left--;
        pc++;
        continue;
      case 37: // EINT
        if (left <= 1 || r[LINES] !== 0) break;
        other |= GIE;
        left--;
        pc++;
        continue;
      case 38: // GET_SR
        r[(w >>> 12) & 15] = packFlags(other, cf, zf, nf, vf);
        left--;
        pc++;
        continue;
      case 39: // SET_SR
        sr = (r[(w >>> 8) & 15]! + displacements[pc]!) & 0xffff;
        if (((sr ^ other) & LOW_POWER_BITS) !== 0) break;
        if ((sr & ~other & GIE) !== 0 && (left <= 2 || r[LINES] !== 0)) break;
        other = sr & OTHER_BITS;
        cf = carryOf(sr);
        zf = zeroOf(sr);
        nf = negativeOf(sr);
        vf = overflowOf(sr);
        left -= (w >>> 18) & 7;
        pc += (w >>> 21) & 3;
        continue;
    }
    // The step was left by `break`: nothing of it has happened yet, and its cycles are counted below.
    r[PC] = pc << 1;
    r[SR] = packFlags(other, cf, zf, nf, vf);
    clock[NOW] = start + (cycles - left) * ticks;
    const { sideEffects } = bus;
    left -= executeOutside(core, w, displacements[pc]!);
    pc = r[PC]! >>> 1;
    sr = r[SR]!;
    other = sr & OTHER_BITS;
    cf = carryOf(sr);
    zf = zeroOf(sr);
    nf = negativeOf(sr);
    vf = overflowOf(sr);

    const moved = clock[SLICE_END] !== sliceEnd || clock[TICKS_PER_CYCLE] !== ticks;
    const stops = (sr & CPUOFF) !== 0 || r[HOLD] !== 0 || pendingInterrupt(core) >= 0;
    // What has no side effect leaves the memory map as it is.
    if (moved || stops || (bus.sideEffects !== sideEffects && map.isStale)) break;
  }
  r[PC] = (pc & LAST_WORD) << 1;
  r[SR] = packFlags(other, cf, zf, nf, vf);
  core.dataReads[0]! += dataRead;
  clock[NOW] = start + (cycles - left) * ticks;
  return fetched ? ~count : count;
}
