/** The flash commands that IAP and ISP of the LPC2000 ROM share: their checks, in the manual's order, and effects.
 *  Source: UM10237 "Flash memory programming firmware", tables of ISP and IAP commands and of status codes.
 *  Leaves out: how a caller passes parameters (lpc2000-iap.ts, lpc2000-isp.ts), code read protection (ISP). */

import type { Machine } from '../machine/machine.ts';
import { LPC2478_USER_FLASH_BYTES } from './lpc2000-sectors.ts';
import type { NorArray } from './nor-array.ts';

/** Status codes of IAP and ISP, as numbered in the manual. */
export const STATUS = {
  CMD_SUCCESS: 0,
  INVALID_COMMAND: 1,
  SRC_ADDR_ERROR: 2,
  DST_ADDR_ERROR: 3,
  SRC_ADDR_NOT_MAPPED: 4,
  DST_ADDR_NOT_MAPPED: 5,
  COUNT_ERROR: 6,
  INVALID_SECTOR: 7,
  SECTOR_NOT_BLANK: 8,
  SECTOR_NOT_PREPARED: 9,
  COMPARE_ERROR: 10,
  BUSY: 11,
  PARAM_ERROR: 12,
  ADDR_ERROR: 13,
  ADDR_NOT_MAPPED: 14,
  CMD_LOCKED: 15,
  INVALID_CODE: 16,
  INVALID_BAUD_RATE: 17,
  INVALID_STOP_BIT: 18,
  CODE_READ_PROTECTION_ENABLED: 19,
} as const;
export type Status = (typeof STATUS)[keyof typeof STATUS];

export interface AddressRange {
  readonly first: number;
  readonly last: number;
}

export interface RomOptions {
  readonly flash: NorArray;
  /** Clock of the CPU now, kHz. */
  readonly cclkKhz: () => number;
  /** On-chip RAM that may be a source of data. The first is the one whose top 32 bytes the ROM uses. */
  readonly ram: readonly AddressRange[];
  /** Word read by "read part identification number". LPC2478: 1701FF35. */
  readonly partId: number;
  /** UNKNOWN: version of the ROM in any one part; read it with ISP command K. */
  readonly bootVersion: { readonly major: number; readonly minor: number };
}

export const LPC2478_ROM = {
  partId: 0x1701ff35,
  bootVersion: { major: 3, minor: 4 },
  ram: [
    { first: 0x4000_0000, last: 0x4000_ffff },
    { first: 0x7fd0_0000, last: 0x7fd0_3fff },
    { first: 0x7fe0_0000, last: 0x7fe0_3fff },
  ],
} as const;

export interface CommandResult {
  readonly status: Status;
  readonly r0: number;
  readonly r1: number;
  /** Core cycles that the command takes beside a flash operation. */
  readonly cycles: number;
}

/** UNKNOWN: the manual gives no times but those of erase and program. A call and its checks, and one word
 *  of a scan or comparison; 512 KB then take about 11 ms at 72 MHz. */
const CALL_CYCLES = 300;
const WORD_CYCLES = 6;
const COUNTS: readonly number[] = [256, 512, 1024, 4096];
/** The ROM uses these bytes at the top of on-chip RAM during flash commands. */
const ROM_RAM_BYTES = 32;

const plain = (status: Status, cycles = CALL_CYCLES): CommandResult => ({
  status,
  r0: 0,
  r1: 0,
  cycles,
});

export class FlashCommands {
  readonly options: RomOptions;
  readonly #machine: Machine;
  /** One word: bit n = sector n is prepared. */
  readonly #prepared: Int32Array;

  constructor(machine: Machine, options: RomOptions) {
    this.#machine = machine;
    this.options = options;
    this.#prepared = machine.memory.stateWords('rom prepared sectors', 1);
  }

  reset(): void {
    this.#prepared[0] = 0;
  }
  isPrepared(sector: number): boolean {
    return ((this.#prepared[0]! >>> sector) & 1) === 1;
  }

  prepare(start: number, end: number): CommandResult {
    if (this.options.flash.busy) return plain(STATUS.BUSY);
    if (!this.#sectorsExist(start, end)) return plain(STATUS.INVALID_SECTOR);
    for (let sector = start; sector <= end; sector++) this.#prepared[0]! |= 1 << sector;
    return plain(STATUS.CMD_SUCCESS);
  }

  /** On CMD_SUCCESS the operation is in flight: the caller waits until the array is no longer busy. */
  copyRamToFlash(destination: number, source: number, count: number): CommandResult {
    const { flash, ram } = this.options;
    const countIsGood = COUNTS.includes(count);
    const length = countIsGood ? count : 1;
    if (source % 4 !== 0) return plain(STATUS.SRC_ADDR_ERROR);
    if (destination % 256 !== 0) return plain(STATUS.DST_ADDR_ERROR);
    if (!isInside(ram, source, length)) return plain(STATUS.SRC_ADDR_NOT_MAPPED);
    if (destination + length > flash.options.bytes) return plain(STATUS.DST_ADDR_NOT_MAPPED);
    if (!countIsGood) return plain(STATUS.COUNT_ERROR);
    if (flash.busy) return plain(STATUS.BUSY);
    const first = flash.sectorAt(destination)?.index ?? -1;
    const last = flash.sectorAt(destination + count - 1)?.index ?? -1;
    if (!this.#allPrepared(first, last)) return this.#notPrepared(destination);
    const bytes = new Uint8Array(count);
    for (let i = 0; i < count; i++) bytes[i] = this.#machine.bus.read(source + i, 1);
    this.#beginFlashUse();
    flash.beginProgram(destination, bytes);
    return plain(STATUS.CMD_SUCCESS);
  }

  /** On CMD_SUCCESS the operation is in flight. */
  erase(start: number, end: number): CommandResult {
    const { flash } = this.options;
    if (flash.busy) return plain(STATUS.BUSY);
    if (!this.#sectorsExist(start, end)) return plain(STATUS.INVALID_SECTOR);
    if (!this.#allPrepared(start, end)) {
      return this.#notPrepared(flash.options.sectors[start]!.address);
    }
    this.#beginFlashUse();
    flash.beginErase(start, end);
    return plain(STATUS.CMD_SUCCESS);
  }

  /** r0 = offset of the first word that is not blank, counted from the start of the first sector. */
  blankCheck(start: number, end: number): CommandResult {
    const { flash } = this.options;
    if (flash.busy) return plain(STATUS.BUSY);
    if (!this.#sectorsExist(start, end)) return plain(STATUS.INVALID_SECTOR);
    const first = flash.options.sectors[start]!.address;
    const last = flash.options.sectors[end]!;
    const bytes = last.address + last.bytes - first;
    for (let offset = 0; offset < bytes; offset += 4) {
      const word = this.#machine.bus.read(first + offset, 4);
      if (word === -1) continue;
      const cycles = CALL_CYCLES + (offset / 4) * WORD_CYCLES;
      return { status: STATUS.SECTOR_NOT_BLANK, r0: offset, r1: word, cycles };
    }
    return plain(STATUS.CMD_SUCCESS, CALL_CYCLES + (bytes / 4) * WORD_CYCLES);
  }

  /** r0 = offset of the first word that differs. */
  compare(destination: number, source: number, count: number): CommandResult {
    if (destination % 4 !== 0 || source % 4 !== 0) return plain(STATUS.ADDR_ERROR);
    if (count % 4 !== 0) return plain(STATUS.COUNT_ERROR);
    if (!this.isReadable(destination, count) || !this.isReadable(source, count)) {
      return plain(STATUS.ADDR_NOT_MAPPED);
    }
    const { bus } = this.#machine;
    for (let offset = 0; offset < count; offset += 4) {
      if (bus.read(destination + offset, 4) === bus.read(source + offset, 4)) continue;
      const cycles = CALL_CYCLES + (offset / 4) * WORD_CYCLES;
      return { status: STATUS.COMPARE_ERROR, r0: offset, r1: 0, cycles };
    }
    return plain(STATUS.CMD_SUCCESS, CALL_CYCLES + (count / 4) * WORD_CYCLES);
  }

  readPartId(): CommandResult {
    return { ...plain(STATUS.CMD_SUCCESS), r0: this.options.partId };
  }
  readBootVersion(): CommandResult {
    const { major, minor } = this.options.bootVersion;
    return { ...plain(STATUS.CMD_SUCCESS), r0: (major << 8) | minor };
  }
  invalidCommand(): CommandResult {
    return plain(STATUS.INVALID_COMMAND);
  }
  busy(): CommandResult {
    return plain(STATUS.BUSY);
  }

  /** Flash or on-chip RAM. */
  isReadable(address: number, count: number): boolean {
    const { flash, ram } = this.options;
    return address + count <= flash.options.bytes || isInside(ram, address, count);
  }
  isRam(address: number, count: number): boolean {
    return isInside(this.options.ram, address, count);
  }

  /** The ROM's own use of RAM: what stood there is gone. */
  scribble(address: number, bytes: number): void {
    const { bus } = this.#machine;
    for (let at = address & ~3; at < address + bytes; at += 4) {
      if (this.isRam(at >>> 0, 4)) bus.write(at, 4, Math.imul(at, 0x9e3779b1) ^ 0x7ffffff0);
    }
  }
  scribbleTopOfRam(): void {
    this.scribble(this.options.ram[0]!.last + 1 - ROM_RAM_BYTES, ROM_RAM_BYTES);
  }

  #beginFlashUse(): void {
    // Whatever was prepared is protected again by a command that is carried out.
    this.#prepared[0] = 0;
    this.scribbleTopOfRam();
  }
  #sectorsExist(start: number, end: number): boolean {
    return start <= end && end < this.options.flash.options.sectors.length;
  }
  #allPrepared(first: number, last: number): boolean {
    if (first < 0 || last < 0) return false;
    for (let sector = first; sector <= last; sector++) {
      if (!this.isPrepared(sector)) return false;
    }
    return true;
  }
  #notPrepared(address: number): CommandResult {
    const { events, bus, now } = this.#machine;
    const what = address >= LPC2478_USER_FLASH_BYTES ? 'boot block' : 'sector not prepared';
    events.raise({
      kind: 'flash-protected',
      at: now,
      pc: bus.currentPc,
      where: `0x${address.toString(16).padStart(8, '0')}`,
      detail: what,
    });
    return plain(STATUS.SECTOR_NOT_PREPARED);
  }
}

const isInside = (ranges: readonly AddressRange[], address: number, count: number): boolean =>
  ranges.some(({ first, last }) => address >= first && address + count - 1 <= last);
