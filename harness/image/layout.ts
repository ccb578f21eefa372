/** The flash of an LPC2478 with a boot loader at 0 and the application at 0x2000.
 *  Sources: UM10237, chapter "Flash memory programming firmware" (sectors); the paper, section 3.2.
 *  Leaves out: staging and flag addresses, which belong to the firmware. */

export interface Sector {
  readonly index: number;
  readonly address: number;
  readonly bytes: number;
}

export const BOOT_ADDRESS = 0x0000;
export const APPLICATION_ADDRESS = 0x2000;
/** Behind the last byte that user code may use; the boot block follows. */
export const USER_FLASH_END = 0x7e000;

const KB = 1024;
const RUNS = [
  { count: 8, bytes: 4 * KB },
  { count: 14, bytes: 32 * KB },
  { count: 6, bytes: 4 * KB },
];

export const LPC2478_SECTORS: readonly Sector[] = RUNS.flatMap(({ count, bytes }) =>
  Array.from({ length: count }, () => bytes),
).map((bytes, index, sizes) => {
  const address = sizes.slice(0, index).reduce((sum, size) => sum + size, 0);
  return { index, address, bytes };
});
