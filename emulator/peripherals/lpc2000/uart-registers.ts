/** Registers of the LPC24xx UARTs; a table, no behaviour.
 *  Source: UM10237, chapters "UART0/2/3" and "UART1"; reference sheet section 9.
 *  Leaves out (declared as gaps): modem lines, auto-baud by register, IrDA, sending a break. */

import {
  bit,
  bits,
  gap,
  gapRegister,
  type Register,
  register,
  reserved,
  wordRegister,
} from '../../machine/registers.ts';

export const UART = {
  RBR: wordRegister('RBR', { at: 0x00, access: 'ro', width: 8 }),
  THR: wordRegister('THR', { at: 0x00, access: 'wo', width: 8 }),
  DLL: wordRegister('DLL', { at: 0x00, reset: 0x01, width: 8, bank: 1 }),
  IER: register(
    'IER',
    { at: 0x04 },
    {
      RBRIE: bit(0),
      THREIE: bit(1),
      RLSIE: bit(2),
      MSIE: gap(bit(3), 'modem status interrupt: modem lines are not modelled'),
      RES: reserved(bits(6, 4), bits(31, 10)),
      CTSIE: gap(bit(7), 'CTS interrupt: modem lines are not modelled'),
      ABEOIE: gap(bit(8), 'auto-baud by register is not modelled'),
      ABTOIE: gap(bit(9), 'auto-baud by register is not modelled'),
    },
  ),
  DLM: wordRegister('DLM', { at: 0x04, width: 8, bank: 1 }),
  IIR: register(
    'IIR',
    { at: 0x08, reset: 0x01, access: 'ro' },
    {
      IntStatus: bit(0),
      IntId: bits(3, 1),
      RES: reserved(bits(5, 4), bits(31, 10)),
      FIFOEnable: bits(7, 6),
      ABEOInt: bit(8),
      ABTOInt: bit(9),
    },
  ),
  FCR: register(
    'FCR',
    { at: 0x08, access: 'wo', width: 8 },
    {
      FIFOEnable: bit(0),
      RxFIFOReset: bit(1),
      TxFIFOReset: bit(2),
      DMAMode: gap(bit(3), 'DMA requests are not modelled'),
      RES: reserved(bits(5, 4)),
      RxTriggerLevel: bits(7, 6),
    },
  ),
  LCR: register(
    'LCR',
    { at: 0x0c, width: 8 },
    {
      WLS: bits(1, 0),
      SBS: bit(2),
      PE: bit(3),
      PS: bits(5, 4),
      BC: gap(bit(6), 'sending a break is not modelled'),
      DLAB: bit(7),
    },
  ),
  MCR: gapRegister('MCR', { at: 0x10, width: 8 }, 'modem lines and loopback are not modelled'),
  LSR: register(
    'LSR',
    { at: 0x14, reset: 0x60, access: 'ro', width: 8 },
    {
      RDR: bit(0),
      OE: bit(1),
      PE: bit(2),
      FE: bit(3),
      BI: bit(4),
      THRE: bit(5),
      TEMT: bit(6),
      RXFE: bit(7),
    },
  ),
  MSR: gapRegister('MSR', { at: 0x18, access: 'ro', width: 8 }, 'modem lines are not modelled'),
  SCR: wordRegister('SCR', { at: 0x1c, width: 8 }),
  ACR: register(
    'ACR',
    { at: 0x20 },
    {
      Start: gap(bit(0), 'auto-baud by register is not modelled'),
      Mode: gap(bits(2, 1), 'auto-baud by register is not modelled'),
      RES: reserved(bits(7, 3), bits(31, 10)),
      ABEOIntClr: bit(8),
      ABTOIntClr: bit(9),
    },
  ),
  ICR: register(
    'ICR',
    { at: 0x24 },
    {
      IrDA: gap(bits(5, 0), 'IrDA mode is not modelled'),
      RES: reserved(bits(31, 6)),
    },
  ),
  FDR: register(
    'FDR',
    { at: 0x28, reset: 0x10 },
    { DIVADDVAL: bits(3, 0), MULVAL: bits(7, 4), RES: reserved(bits(31, 8)) },
  ),
  TER: register(
    'TER',
    { at: 0x30, reset: 0x80, width: 8 },
    { RES: reserved(bits(6, 0)), TXEN: bit(7) },
  ),
};

/** UART1 alone has modem lines; the others alone have the IrDA coder. */
export const uartRegisters = (n: number): readonly Register[] =>
  Object.values(UART).filter((reg) =>
    n === 1 ? reg !== UART.ICR : reg !== UART.MCR && reg !== UART.MSR,
  );
