/** FCTL1 to FCTL3 of the MSP430F1611's flash controller.
 *  Source: msp430f1611.h (addresses, bits); MSP430x4xx user's guide, "Flash Memory Controller" (same module).
 *  From memory: the reset values. Leaves out: behaviour (msp430-flash.ts). */

import { bit, bits, readOnly, register, reserved } from '../machine/registers.ts';

/** High byte of what is written, and of what is read. */
export const WRITE_KEY = 0xa5;
export const READ_KEY = 0x9600;

export const FCTL1 = register(
  'FCTL1',
  { at: 0x128, width: 16, reset: READ_KEY },
  {
    KEY: readOnly(bits(15, 8)),
    BLKWRT: bit(7),
    WRT: bit(6),
    RES: reserved(bits(5, 3), bit(0)),
    MERAS: bit(2),
    ERASE: bit(1),
  },
);
export const FCTL2 = register(
  'FCTL2',
  { at: 0x12a, width: 16, reset: READ_KEY | 0x42 },
  { KEY: readOnly(bits(15, 8)), FSSEL: bits(7, 6), FN: bits(5, 0) },
);
export const FCTL3 = register(
  'FCTL3',
  { at: 0x12c, width: 16, reset: READ_KEY | 0x18 },
  {
    KEY: readOnly(bits(15, 8)),
    RES: reserved(bits(7, 6)),
    EMEX: bit(5),
    LOCK: bit(4),
    WAIT: readOnly(bit(3)),
    ACCVIFG: bit(2),
    KEYV: bit(1),
    BUSY: readOnly(bit(0)),
  },
);
export const FLASH_REGISTERS = [FCTL1, FCTL2, FCTL3];
