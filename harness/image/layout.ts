/** Where a boot loader and the application lie in an LPC2478's flash.
 *  Sources: the paper, section 3.2 (loader at 0, application at 0x2000); the chip's own table.
 *  Leaves out: sectors (emulator/flash), staging and flag addresses, which belong to the firmware. */

import { LPC2478_USER_FLASH_BYTES } from '../../emulator/flash/lpc2000-sectors.ts';

export const BOOT_ADDRESS = 0x0000;
export const APPLICATION_ADDRESS = 0x2000;
/** Behind the last byte that user code may use; the boot block follows. */
export const USER_FLASH_END = LPC2478_USER_FLASH_BYTES;
