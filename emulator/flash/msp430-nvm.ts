/** Non-volatile memory of the MSP430F1611 as one array of cells: main memory, then the two information segments.
 *  One array, because one operation runs at a time and a mass erase takes both.
 *  Source: msp430f1611.h and memory.x (addresses, sizes); SLAS648E for the same flash module (times, endurance).
 *  Leaves out: the boot loader's ROM. */

import type { FlashSector, NorOptions } from './nor-options.ts';

export const MAIN_START = 0x4000;
const MAIN_BYTES = 0xc000;
export const SEGMENT_BYTES = 512;
/** Addresses on the bus: information memory B, then A. */
export const INFO_START = 0x1000;
export const INFO_BYTES = 0x100;
const INFO_SEGMENT_BYTES = 128;
/** Address of information memory in the array: behind the main memory, where no bus address is. */
const INFO_IN_ARRAY = MAIN_START + MAIN_BYTES;
/** What one block write can fill. */
export const BLOCK_BYTES = 64;

const segments = (from: number, at: number, bytes: number, count: number): FlashSector[] =>
  Array.from({ length: count }, (_, i) => ({
    index: from + i,
    address: at + i * bytes,
    bytes,
  }));

const MAIN_SEGMENTS = MAIN_BYTES / SEGMENT_BYTES;
export const INFO_B = MAIN_SEGMENTS;
export const INFO_A = MAIN_SEGMENTS + 1;

/** Erase and program times follow the timing generator; these hold at 333 kHz. */
const SEGMENT_ERASE_US = 14_472;
const WORD_PROGRAM_US = 105;

export const MSP430F1611_NVM: NorOptions = {
  name: 'flash',
  address: MAIN_START,
  /** Whole 4 KB pages: cells behind the information segments are not used. */
  bytes: MAIN_BYTES + 0x1000,
  busBytes: MAIN_BYTES,
  ecc: false,
  /** Ascending; TI numbers the segments from the top: its segment n is number 95 - n here. */
  sectors: [
    ...segments(0, 0, SEGMENT_BYTES, MAIN_SEGMENTS),
    ...segments(MAIN_SEGMENTS, MAIN_BYTES, INFO_SEGMENT_BYTES, INFO_BYTES / INFO_SEGMENT_BYTES),
  ],
  rowBytes: 2,
  maxProgramBytes: 2,
  timing: { eraseTimeUs: SEGMENT_ERASE_US, programTimeUs: WORD_PROGRAM_US },
  endurance: 10_000,
  seed: 0x5eed,
  // A PUC resets the controller, so the operation ends wherever it stands.
  tornByReset: 'random-bits',
};

/** Address in the array of a byte of flash on the bus; -1 where no flash is. */
export function arrayAddressOf(address: number): number {
  if (address >= MAIN_START) return address <= 0xffff ? address : -1;
  const at = address - INFO_START;
  return at >= 0 && at < INFO_BYTES ? INFO_IN_ARRAY + at : -1;
}
/** The other way round, for reports. */
export const busAddressOf = (address: number): number =>
  address >= INFO_IN_ARRAY ? address - INFO_IN_ARRAY + INFO_START : address;
/** All of main memory, with or without information memory behind it. */
export const massEraseBytes = (withInfo: boolean): number =>
  MAIN_BYTES + (withInfo ? INFO_BYTES : 0);
export const isFlash = (address: number): boolean => arrayAddressOf(address) >= 0;
