/** Non-volatile memory of an ATmega as one array of cells: flash, EEPROM behind it, then fuse and lock bytes.
 *  One array, because one operation runs at a time: SPM and EEPROM writes lock each other out.
 *  Source: ATmega16U4/32U4 data sheet, "Memories" (endurance), "Self-programming" and "EEPROM" (times: from
 *  memory, hence parameters). Leaves out: the signature row's cells, which nothing can write. */

import type { FlashSector, NorOptions } from './nor-array.ts';

const FLASH_BYTES = 0x8000;
export const FLASH_PAGE_BYTES = 128;
/** First byte of the no-read-while-write section, whatever the boot size. */
export const NRWW_START = 0x7000;
/** Addresses in the array; none of them is on the bus. */
export const EEPROM_START = 0x8000;
const EEPROM_BYTES = 1024;
const EEPROM_PAGE_BYTES = 4;
export const FUSES_START = 0x8400;
/** Order of the bytes there: what LPM reads at Z = 0 to 3. */
export const FUSE_LOW = 0;
export const LOCK_BITS = 1;
export const FUSE_EXTENDED = 2;
export const FUSE_HIGH = 3;

export interface AvrNvmTiming {
  /** One page erase or page write. The sheet gives 3.7 to 4.5 ms: the longer is the wider window for a cut. */
  readonly pageTimeUs: number;
  readonly eepromEraseTimeUs: number;
  /** A byte written alone, and as the second half of erase-and-write (3.4 ms in all). */
  readonly eepromProgramTimeUs: number;
  readonly eepromRewriteTimeUs: number;
}
export const ATMEGA32U4_NVM_TIMING: AvrNvmTiming = {
  pageTimeUs: 4500,
  eepromEraseTimeUs: 1800,
  eepromProgramTimeUs: 1800,
  eepromRewriteTimeUs: 1600,
};

const FLASH_ENDURANCE = 10_000;
const EEPROM_ENDURANCE = 100_000;

const sectors: readonly FlashSector[] = [
  ...Array.from({ length: FLASH_BYTES / FLASH_PAGE_BYTES }, (_, index) => ({
    index,
    address: index * FLASH_PAGE_BYTES,
    bytes: FLASH_PAGE_BYTES,
  })),
  // Bytes are erased one by one; wear is counted for the four of a page together.
  ...Array.from({ length: EEPROM_BYTES / EEPROM_PAGE_BYTES }, (_, i) => ({
    index: FLASH_BYTES / FLASH_PAGE_BYTES + i,
    address: EEPROM_START + i * EEPROM_PAGE_BYTES,
    bytes: EEPROM_PAGE_BYTES,
    endurance: EEPROM_ENDURANCE,
  })),
];

export const ATMEGA32U4_NVM: NorOptions = {
  name: 'nvm',
  address: 0,
  /** Whole 4 KB pages: cells behind the lock bits are not used. */
  bytes: 0x9000,
  busBytes: FLASH_BYTES,
  ecc: false,
  sectors,
  rowBytes: FLASH_PAGE_BYTES,
  maxProgramBytes: FLASH_PAGE_BYTES,
  timing: {
    eraseTimeUs: ATMEGA32U4_NVM_TIMING.pageTimeUs,
    programTimeUs: ATMEGA32U4_NVM_TIMING.pageTimeUs,
  },
  endurance: FLASH_ENDURANCE,
  seed: 0x5eed,
  // "If a reset occurs while a write is in progress the write is completed, provided the supply is sufficient."
  tornByReset: null,
};
