/** Registers of USART1 of the ATmega32U4.
 *  Source: ATmega16U4/32U4 datasheet, "USART", "Register Description".
 *  Leaves out (declared as gaps): synchronous and SPI master mode, nine data bits, multi-processor mode,
 *  flow control by RTS and CTS. */

import {
  bit,
  bits,
  byteRegister,
  gap,
  type Register,
  readOnly,
  register,
  reserved,
} from '../../machine/registers.ts';

const NINE_BITS = 'characters of nine bits are not modelled';

export const USART = {
  UCSRA: register(
    'UCSR1A',
    { at: 0xc8, width: 8, reset: 0x20 },
    {
      MPCM: gap(bit(0), 'multi-processor mode is not modelled'),
      U2X: bit(1),
      UPE: readOnly(bit(2)),
      DOR: readOnly(bit(3)),
      FE: readOnly(bit(4)),
      UDRE: readOnly(bit(5)),
      /** Cleared by a written 1; usart.ts does it. */
      TXC: readOnly(bit(6)),
      RXC: readOnly(bit(7)),
    },
  ),
  UCSRB: register(
    'UCSR1B',
    { at: 0xc9, width: 8 },
    {
      TXB8: gap(bit(0), NINE_BITS),
      RXB8: readOnly(bit(1)),
      UCSZ2: gap(bit(2), NINE_BITS),
      TXEN: bit(3),
      RXEN: bit(4),
      UDRIE: bit(5),
      TXCIE: bit(6),
      RXCIE: bit(7),
    },
  ),
  UCSRC: register(
    'UCSR1C',
    { at: 0xca, width: 8, reset: 0x06 },
    {
      UCPOL: gap(bit(0), 'synchronous mode is not modelled'),
      UCSZ: bits(2, 1),
      USBS: bit(3),
      UPM: bits(5, 4),
      UMSEL: gap(bits(7, 6), 'synchronous and SPI master mode are not modelled'),
    },
  ),
  UCSRD: register(
    'UCSR1D',
    { at: 0xcb, width: 8 },
    {
      RTSEN: gap(bit(0), 'flow control is not modelled'),
      CTSEN: gap(bit(1), 'flow control is not modelled'),
      RES: reserved(bits(7, 2)),
    },
  ),
  UBRRL: byteRegister('UBRR1L', 0xcc),
  UBRRH: register(
    'UBRR1H',
    { at: 0xcd, width: 8 },
    { UBRR: bits(3, 0), RES: reserved(bits(7, 4)) },
  ),
  UDR: byteRegister('UDR1', 0xce),
};
export const USART_REGISTERS: readonly Register[] = Object.values(USART);
