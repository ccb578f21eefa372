/** Profile `datasheet`: current times voltage times time, each from its data sheet. 3 V, 4 MHz.
 *  Sources: beside each figure. Leaves out: idle listening, which depends on the network and not on the update. */

import type { EnergyProfile } from './profile.ts';

const VOLTS = 3;
/** Milliamperes x volts x microseconds are nanojoules. */
const nanojoules = (milliamps: number, us: number): number => milliamps * VOLTS * us;

const CPU_MILLIAMPS = 1.8;
const RADIO_BYTE_US = 32;
const WORD_PROGRAM_US = 105;
const SEGMENT_ERASE_US = 14_472;
/** A byte load and its share of the loop around it, at 4 MHz. */
const FLASH_READ_US = 0.75;
const SPI_BYTE_US = 16;
const PAGE_BYTES = 256;
const PAGE_PROGRAM_US = 640;
const SECTOR_ERASE_US = 600_000;

export const datasheetProfile: EnergyProfile = {
  name: 'datasheet',
  communication: {
    updateByte: nanojoules(18.8, RADIO_BYTE_US),
    byteSent: nanojoules(17.4, RADIO_BYTE_US),
  },
  rebuilding: {
    flashBytesRead: nanojoules(CPU_MILLIAMPS, FLASH_READ_US),
    flashBytesProgrammed: nanojoules(3, WORD_PROGRAM_US) / 2,
    segmentErases: nanojoules(3, SEGMENT_ERASE_US),
    externalBytesRead: nanojoules(4 + CPU_MILLIAMPS, SPI_BYTE_US),
    externalBytesProgrammed: nanojoules(15, PAGE_PROGRAM_US) / PAGE_BYTES,
    sectorErases: nanojoules(15, SECTOR_ERASE_US),
  },
  sources: {
    updateByte: 'confirmed: CC2420 data sheet, RX 18.8 mA, 250 kbit/s',
    byteSent: 'confirmed: CC2420 data sheet, TX 17.4 mA at 0 dBm, 250 kbit/s',
    flashBytesRead:
      'assumed: 3 cycles at 4 MHz; TelosB sheet, 1.8 mA; no extra current is published',
    flashBytesProgrammed:
      'confirmed for the same flash module: 3 mA typical, 35 cycles of 333 kHz a word',
    segmentErases: 'confirmed for the same flash module: 3 mA typical, 4819 cycles of 333 kHz',
    externalBytesRead:
      'M25P80 data sheet, 4 mA at most; assumed: SPI at 500 kbit/s while the CPU waits',
    externalBytesProgrammed: 'M25P80 data sheet: 15 mA at most, 0.64 ms a page, all of it used',
    sectorErases: 'M25P80 data sheet: 15 mA at most, 0.6 s typical',
  },
};
