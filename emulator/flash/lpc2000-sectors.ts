/** Flash sectors of the LPC2478 (512 KB part): 28 that user code may erase, and the boot block.
 *  Source: UM10237 "Flash memory programming firmware", sector table; the boot block from LPC2478 data sheet.
 *  Leaves out: the smaller parts of the family. */

import type { FlashSector } from './nor-array.ts';
import { LPC2478_FLASH_TIMING, type NorOptions } from './nor-array.ts';

const KB = 1024;
export const LPC2478_FLASH_BYTES = 512 * KB;
/** 8 KB that cannot be prepared, erased or programmed; the ROM code lives there. */
export const LPC2478_BOOT_BLOCK = { address: 0x7e000, bytes: 8 * KB } as const;
export const LPC2478_USER_FLASH_BYTES = LPC2478_BOOT_BLOCK.address;

const SIZES = [
  ...Array<number>(8).fill(4 * KB),
  ...Array<number>(14).fill(32 * KB),
  ...Array<number>(6).fill(4 * KB),
];

export const LPC2478_SECTORS: readonly FlashSector[] = SIZES.reduce<FlashSector[]>(
  (sectors, bytes, index) => {
    const previous = sectors.at(-1);
    const address = previous ? previous.address + previous.bytes : 0;
    sectors.push({ index, address, bytes });
    return sectors;
  },
  [],
);

/** The array as the LPC2478 has it; timing, endurance, seed can be set per run. */
export const LPC2478_FLASH: NorOptions = {
  name: 'flash',
  address: 0,
  bytes: LPC2478_FLASH_BYTES,
  ecc: true,
  sectors: LPC2478_SECTORS,
  rowBytes: 256,
  maxProgramBytes: 4096,
  timing: LPC2478_FLASH_TIMING,
  endurance: 10_000,
  seed: 0x5eed,
  tornByReset: 'random-bits',
};
