/** Loads and stores of one, many and swapped registers, for interpret.ts.
 *  Source: ARM7TDMI Technical Reference Manual (DDI 0210), 2.8.6 "Abort" (base restored), 6.9 to 6.13
 *  (cycles); ARM Architecture Reference Manual (DDI 0100), A2.8 "Unaligned access", A4, A5.
 *  Leaves out: the user-mode signal of LDRT and STRT, which nothing on this bus looks at. */

import type { Core } from './core.ts';
import { restoreCpsr, takeException } from './exceptions.ts';
import { shiftedIndex } from './shifter.ts';

const PC = 15;

/** A word from an unaligned address is the aligned word, rotated so that its byte is in bits 7:0. */
function loadWord(core: Core, address: number): number {
  const turn = (address & 3) << 3;
  const word = core.bus.read((address & ~3) >>> 0, 4);
  if (turn === 0) return word;
  core.unaligned(address, 'word load');
  return (word >>> turn) | (word << (32 - turn));
}
function storeWord(core: Core, address: number, value: number): void {
  if ((address & 3) !== 0) core.unaligned(address, 'word store');
  core.bus.write((address & ~3) >>> 0, 4, value);
}

/** What a store of register `index` puts on the bus: r15 has moved on to address + 12. */
const stored = (core: Core, index: number): number =>
  index === PC ? (core.r[PC]! + 4) | 0 : core.r[index]!;

// 01ip ubwl nnnn dddd
export function wordOrByteTransfer(core: Core, opcode: number): number {
  const { r, bus } = core;
  const byRegister = (opcode & 0x200_0000) !== 0;
  const amount = byRegister ? shiftedIndex(core, opcode) : opcode & 0xfff;
  const n = (opcode >>> 16) & 15;
  const d = (opcode >>> 12) & 15;
  const base = r[n]!;
  const moved = ((opcode & 0x80_0000) !== 0 ? base + amount : base - amount) | 0;
  const preIndexed = (opcode & 0x100_0000) !== 0;
  const address = preIndexed ? moved : base;
  const writeBack = !preIndexed || (opcode & 0x20_0000) !== 0;
  const byte = (opcode & 0x40_0000) !== 0;
  if ((opcode & 0x10_0000) === 0) {
    if (byte) bus.write(address >>> 0, 1, stored(core, d) & 255);
    else storeWord(core, address, stored(core, d));
    if (bus.aborted) return dataAbort(core);
    if (writeBack) setBase(core, n, moved);
    return 2;
  }
  const value = byte ? bus.read(address >>> 0, 1) : loadWord(core, address);
  if (bus.aborted) return dataAbort(core);
  // The loaded value wins where base and destination are the same register.
  if (writeBack) setBase(core, n, moved);
  core.setRegister(d, value);
  return d === PC ? 5 : 3;
}

// 000p uiwl nnnn dddd iiii 1sh1 mmmm
export function extraTransfer(core: Core, opcode: number): number {
  const { r, bus } = core;
  const immediate = (opcode & 0x40_0000) !== 0;
  const amount = immediate ? ((opcode >>> 4) & 0xf0) | (opcode & 15) : r[opcode & 15]!;
  const n = (opcode >>> 16) & 15;
  const d = (opcode >>> 12) & 15;
  const base = r[n]!;
  const moved = ((opcode & 0x80_0000) !== 0 ? base + amount : base - amount) | 0;
  const preIndexed = (opcode & 0x100_0000) !== 0;
  const address = preIndexed ? moved : base;
  const writeBack = !preIndexed || (opcode & 0x20_0000) !== 0;
  if ((opcode & 0x10_0000) === 0) {
    if ((address & 1) !== 0) core.unaligned(address, 'halfword store');
    bus.write((address & ~1) >>> 0, 2, stored(core, d) & 0xffff);
    if (bus.aborted) return dataAbort(core);
    if (writeBack) setBase(core, n, moved);
    return 2;
  }
  const value = loadExtra(core, address, (opcode >>> 5) & 3);
  if (bus.aborted) return dataAbort(core);
  if (writeBack) setBase(core, n, moved);
  core.setRegister(d, value);
  return d === PC ? 5 : 3;
}

/** LDRH (1), LDRSB (2) and LDRSH (3). At an odd address the ARM7TDMI rotates the halfword by a byte,
 *  and LDRSH gives the odd byte, sign-extended. */
function loadExtra(core: Core, address: number, kind: number): number {
  if (kind === 2) return (core.bus.read(address >>> 0, 1) << 24) >> 24;
  const half = core.bus.read((address & ~1) >>> 0, 2);
  if ((address & 1) === 0) return kind === 1 ? half : (half << 16) >> 16;
  core.unaligned(address, 'halfword load');
  return kind === 1 ? (half >>> 8) | (half << 24) : (half << 16) >> 24;
}

// 0001 0b00 nnnn dddd 0000 1001 mmmm
export function swap(core: Core, opcode: number): number {
  const { r, bus } = core;
  const address = r[(opcode >>> 16) & 15]!;
  const source = stored(core, opcode & 15);
  let value: number;
  if ((opcode & 0x40_0000) !== 0) {
    value = bus.read(address >>> 0, 1);
    if (!bus.aborted) bus.write(address >>> 0, 1, source & 255);
  } else {
    value = loadWord(core, address);
    if (!bus.aborted) bus.write((address & ~3) >>> 0, 4, source);
  }
  if (bus.aborted) return dataAbort(core);
  core.setRegister((opcode >>> 12) & 15, value);
  return 4;
}

// 100p uswl nnnn llll llll llll llll
export function blockTransfer(core: Core, opcode: number): number {
  const n = (opcode >>> 16) & 15;
  const load = (opcode & 0x10_0000) !== 0;
  const up = (opcode & 0x80_0000) !== 0;
  const before = (opcode & 0x100_0000) !== 0;
  const empty = (opcode & 0xffff) === 0;
  // An empty list moves r15 and the base by sixteen words.
  const list = empty ? 1 << PC : opcode & 0xffff;
  const bytes = empty ? 64 : 4 * countBits(list);
  const base = core.r[n]!;
  const lowest = up ? base : base - bytes;
  const address = (before === up ? lowest + 4 : lowest) & ~3;
  const moved = (up ? base + bytes : base - bytes) | 0;
  const writeBack = (opcode & 0x20_0000) !== 0;
  if ((base & 3) !== 0) core.unaligned(base, load ? 'LDM' : 'STM');
  const end = load
    ? loadMany(core, opcode, list, address, n, writeBack ? moved : base)
    : storeMany(core, opcode, list, address, n, writeBack ? moved : base);
  return end;
}

function loadMany(
  core: Core,
  opcode: number,
  list: number,
  address: number,
  n: number,
  moved: number,
): number {
  const { r, bus } = core;
  const base = r[n]!;
  const hasPc = (list & 0x8000) !== 0;
  const special = (opcode & 0x40_0000) !== 0;
  const userBank = special && !hasPc;
  if (special && !core.file.hasSpsr) core.unpredictable('LDM with S in user or system mode');
  if (moved !== base && n !== PC) r[n] = moved;
  let at = address;
  for (let index = 0; index < 16; index++) {
    if (((list >>> index) & 1) === 0) continue;
    const value = bus.read(at >>> 0, 4);
    if (bus.aborted) {
      if (n !== PC) r[n] = base;
      return dataAbort(core);
    }
    if (index === PC) {
      if (special) restoreCpsr(core);
      core.branch(value);
    } else if (userBank) core.file.setUserRegister(index, value);
    else r[index] = value;
    at += 4;
  }
  if (n === PC && moved !== base) core.branch(moved);
  return 2 + countBits(list) + (hasPc ? 2 : 0);
}

function storeMany(
  core: Core,
  opcode: number,
  list: number,
  address: number,
  n: number,
  moved: number,
): number {
  const { r, bus } = core;
  const base = r[n]!;
  const userBank = (opcode & 0x40_0000) !== 0;
  if (userBank && !core.file.hasSpsr) core.unpredictable('STM with S in user or system mode');
  let at = address;
  for (let index = 0; index < 16; index++) {
    if (((list >>> index) & 1) === 0) continue;
    const value = userBank && index !== PC ? core.file.userRegister(index) : stored(core, index);
    bus.write(at >>> 0, 4, value);
    if (bus.aborted) {
      if (n !== PC) r[n] = base;
      return dataAbort(core);
    }
    // Write-back happens in the second cycle: only the first register stored sees the old base.
    if (at === address && n !== PC) r[n] = moved;
    at += 4;
  }
  if (n === PC && moved !== base) core.branch(moved);
  return 1 + countBits(list);
}

const countBits = (list: number): number => {
  let count = 0;
  for (let rest = list; rest !== 0; rest &= rest - 1) count++;
  return count;
};

/** Write-back to r15 is a branch on this core. */
function setBase(core: Core, n: number, value: number): void {
  core.setRegister(n, value);
}

/** The base is as it was before the instruction; the access that aborted had no other effect. */
function dataAbort(core: Core): number {
  core.bus.aborted = false;
  return takeException(core, 'data-abort');
}
