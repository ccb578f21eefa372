/** Registers of the LPC24xx system control block; tables, no behaviour.
 *  Source: UM10237, chapters "System control", "Clocking and power control", "Memory accelerator module".
 *  Leaves out (declared as gaps): AHB arbitration, USB clock, IRC trim, EMC delays. */

import {
  bit,
  bits,
  gap,
  gapRegister,
  type Register,
  readOnly,
  register,
  reserved,
  wordRegister,
} from '../../machine/registers.ts';

const FROM_8 = bits(31, 8);
const WAKE_GAP = 'wake-up by Ethernet, USB and CAN activity is not modelled';
const EMC_GAP = 'the external memory controller is not modelled';

/** UNKNOWN: UM10237 gives 0x03BE in one table and set bits for SSP, I2C1, I2C2 and PWM1 in another; taken
 *  as the sum of the single bits. The peripherals modelled here are the same in both. */
export const PCONP_RESET = 0x042807fe;

export const SYS = {
  MAMCR: register('MAMCR', { at: 0x000 }, { MODE: bits(1, 0), RES: reserved(bits(31, 2)) }),
  MAMTIM: register(
    'MAMTIM',
    { at: 0x004, reset: 7 },
    { CYCLES: bits(2, 0), RES: reserved(bits(31, 3)) },
  ),
  MEMMAP: register('MEMMAP', { at: 0x040 }, { MAP: bits(1, 0), RES: reserved(bits(31, 2)) }),
  PLLCON: register(
    'PLLCON',
    { at: 0x080 },
    { PLLE: bit(0), PLLC: bit(1), RES: reserved(bits(31, 2)) },
  ),
  PLLCFG: register(
    'PLLCFG',
    { at: 0x084 },
    { MSEL: bits(14, 0), RES: reserved(bit(15), bits(31, 24)), NSEL: bits(23, 16) },
  ),
  PLLSTAT: register(
    'PLLSTAT',
    { at: 0x088, access: 'ro' },
    {
      MSEL: bits(14, 0),
      NSEL: bits(23, 16),
      PLLE: bit(24),
      PLLC: bit(25),
      PLOCK: bit(26),
      RES: reserved(bit(15), bits(31, 27)),
    },
  ),
  PLLFEED: register(
    'PLLFEED',
    { at: 0x08c, access: 'wo' },
    { FEED: bits(7, 0), RES: reserved(FROM_8) },
  ),
  PCON: register(
    'PCON',
    { at: 0x0c0 },
    {
      PM0: bit(0),
      PM1: bit(1),
      BODPDM: bit(2),
      BOGD: bit(3),
      BORD: bit(4),
      PM2: bit(7),
      RES: reserved(bits(6, 5), FROM_8),
    },
  ),
  PCONP: register(
    'PCONP',
    { at: 0x0c4, reset: PCONP_RESET },
    { ENABLE: bits(14, 1), ENABLE2: bits(31, 19), RES: reserved(bit(0), bits(18, 15)) },
  ),
  CCLKCFG: register('CCLKCFG', { at: 0x104 }, { CCLKSEL: bits(7, 0), RES: reserved(FROM_8) }),
  USBCLKCFG: gapRegister('USBCLKCFG', { at: 0x108 }, 'USB is not modelled'),
  CLKSRCSEL: register(
    'CLKSRCSEL',
    { at: 0x10c },
    { CLKSRC: bits(1, 0), RES: reserved(bits(31, 2)) },
  ),
  EXTINT: register(
    'EXTINT',
    { at: 0x140, access: 'w1c' },
    { EINT: bits(3, 0), RES: reserved(bits(31, 4)) },
  ),
  INTWAKE: register(
    'INTWAKE',
    { at: 0x144 },
    {
      EXTWAKE: bits(3, 0),
      OTHER: gap(bits(6, 4), WAKE_GAP),
      GPIOWAKE: bit(7),
      BODWAKE: bit(14),
      RTCWAKE: bit(15),
      RES: reserved(bits(13, 8), bits(31, 16)),
    },
  ),
  EXTMODE: register('EXTMODE', { at: 0x148 }, { EXTMODE: bits(3, 0), RES: reserved(bits(31, 4)) }),
  EXTPOLAR: register(
    'EXTPOLAR',
    { at: 0x14c },
    { EXTPOLAR: bits(3, 0), RES: reserved(bits(31, 4)) },
  ),
  RSIR: register(
    'RSIR',
    { at: 0x180, access: 'w1c' },
    { POR: bit(0), EXTR: bit(1), WDTR: bit(2), BODR: bit(3), RES: reserved(bits(31, 4)) },
  ),
  AHBCFG1: gapRegister('AHBCFG1', { at: 0x188, reset: 0x145 }, 'AHB arbitration is not modelled'),
  AHBCFG2: gapRegister('AHBCFG2', { at: 0x18c, reset: 0x145 }, 'AHB arbitration is not modelled'),
  SCS: register(
    'SCS',
    { at: 0x1a0 },
    {
      GPIOM: bit(0),
      EMCRD: gap(bit(1), EMC_GAP),
      EMCBC: gap(bit(2), EMC_GAP),
      MCIPWR: gap(bit(3), 'the card interface is not modelled'),
      OSCRANGE: bit(4),
      OSCEN: bit(5),
      OSCSTAT: readOnly(bit(6)),
      RES: reserved(bits(31, 7)),
    },
  ),
  IRCTRIM: gapRegister('IRCTRIM', { at: 0x1a4, reset: 0xa0 }, 'the IRC runs at its nominal 4 MHz'),
  PCLKSEL0: wordRegister('PCLKSEL0', { at: 0x1a8 }),
  PCLKSEL1: register(
    'PCLKSEL1',
    { at: 0x1ac },
    {
      BAT_RAM_TO_I2C1: bits(7, 0),
      SSP0_TO_MCI: bits(25, 10),
      SYSCON: bits(29, 28),
      RES: reserved(bits(9, 8), bits(27, 26), bits(31, 30)),
    },
  ),
  EMCDLYCTL: gapRegister('EMCDLYCTL', { at: 0x1dc, reset: 0x210 }, EMC_GAP),
  EMCCAL: gapRegister('EMCCAL', { at: 0x1e0, reset: 0x1f00 }, EMC_GAP),
};
export const SYSTEM_REGISTERS: readonly Register[] = Object.values(SYS);

/** Low bit of each PCLK's field over PCLKSEL0 (0..31) and PCLKSEL1 (32..63). */
export const PCLK_FIELD = {
  WDT: 0,
  TIMER0: 2,
  TIMER1: 4,
  UART0: 6,
  UART1: 8,
  RTC: 18,
  ADC: 24,
  TIMER2: 44,
  TIMER3: 46,
  UART2: 48,
  UART3: 50,
} as const;
export type PclkName = keyof typeof PCLK_FIELD;

/** PCLKSEL codes. UM10237, "Peripheral clock selection register bit values". */
export const PCLK_DIVIDERS = [4, 1, 2, 8] as const;
