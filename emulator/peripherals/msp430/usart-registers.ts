/** Registers of the MSP430F1611's USART0 and USART1, and where each finds its flags and enables.
 *  Source: MSP430x1xx family user's guide, "USART Peripheral Interface, UART Mode", "SPI Mode"; msp430f1611.h.
 *  Leaves out, as gaps: multiprocessor formats, loop-back, the start-edge wake-up, I2C on USART0. */

import { bit, bits, byteRegister, gap, readOnly, register } from '../../machine/registers.ts';
import { VECTORS } from './interrupts.ts';
import { SFR } from './sfr.ts';

const NO_MULTIPROCESSOR = 'multiprocessor formats are not modelled';
const BASE = { 0: 0x70, 1: 0x78 } as const;

export function usartRegisters(n: 0 | 1) {
  const base = BASE[n];
  return {
    CTL: register(
      `U${n}CTL`,
      { at: base, width: 8, reset: 0x01 },
      {
        PENA: bit(7),
        PEV: bit(6),
        SPB: bit(5),
        CHAR: bit(4),
        LISTEN: gap(bit(3), 'loop-back is not modelled'),
        SYNC: bit(2),
        MM: bit(1),
        SWRST: bit(0),
      },
    ),
    TCTL: register(
      `U${n}TCTL`,
      { at: base + 1, width: 8, reset: 0x01 },
      {
        CKPH: bit(7),
        CKPL: bit(6),
        SSEL: bits(5, 4),
        URXSE: gap(bit(3), 'the start edge wakes nothing'),
        TXWAKE: gap(bit(2), NO_MULTIPROCESSOR),
        STC: bit(1),
        TXEPT: readOnly(bit(0)),
      },
    ),
    RCTL: register(
      `U${n}RCTL`,
      { at: base + 2, width: 8 },
      {
        FE: bit(7),
        PE: bit(6),
        OE: bit(5),
        BRK: bit(4),
        URXEIE: bit(3),
        URXWIE: gap(bit(2), NO_MULTIPROCESSOR),
        RXWAKE: gap(bit(1), NO_MULTIPROCESSOR),
        RXERR: bit(0),
      },
    ),
    MCTL: byteRegister(`U${n}MCTL`, base + 3),
    BR0: byteRegister(`U${n}BR0`, base + 4),
    BR1: byteRegister(`U${n}BR1`, base + 5),
    RXBUF: byteRegister(`U${n}RXBUF`, base + 6, { access: 'ro' }),
    TXBUF: byteRegister(`U${n}TXBUF`, base + 7),
  };
}
export type UsartRegisters = ReturnType<typeof usartRegisters>;

/** Where the bits of a USART stand in the special function registers. */
export const USART_SFR = {
  0: {
    ie: SFR.IE1,
    ifg: SFR.IFG1,
    me: SFR.ME1,
    rx: SFR.IFG1.mask.URXIFG0,
    tx: SFR.IFG1.mask.UTXIFG0,
    vectors: { rx: VECTORS.USART0RX, tx: VECTORS.USART0TX },
  },
  1: {
    ie: SFR.IE2,
    ifg: SFR.IFG2,
    me: SFR.ME2,
    rx: SFR.IFG2.mask.URXIFG1,
    tx: SFR.IFG2.mask.UTXIFG1,
    vectors: { rx: VECTORS.USART1RX, tx: VECTORS.USART1TX },
  },
} as const;
