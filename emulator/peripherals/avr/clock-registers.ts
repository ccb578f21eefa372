/** Registers of the ATmega32U4's clock system, PLL included, and what its fuses say about start-up.
 *  Source: ATmega16U4/32U4 datasheet, "System Clock and Clock Options". From memory: start-up times.
 *  Leaves out (declared as gaps): trimming of the RC oscillator. Without effect: the CKOUT fuse. */

import {
  bit,
  bits,
  gap,
  gapRegister,
  type Register,
  readOnly,
  register,
  reserved,
} from '../../machine/registers.ts';

export const CLK = {
  CLKPR: register(
    'CLKPR',
    { at: 0x61, width: 8 },
    { CLKPS: bits(3, 0), CLKPCE: bit(7), RES: reserved(bits(6, 4)) },
  ),
  OSCCAL: gapRegister(
    'OSCCAL',
    { at: 0x66, width: 8, reset: 0x50 },
    'the RC oscillator keeps its frequency',
  ),
  RCCTRL: register(
    'RCCTRL',
    { at: 0x67, width: 8 },
    { RCFREQ: gap(bit(0), 'the RC oscillator runs at 8 MHz'), RES: reserved(bits(7, 1)) },
  ),
  CLKSEL0: register(
    'CLKSEL0',
    { at: 0xc5, width: 8 },
    {
      CLKS: bit(0),
      EXTE: bit(2),
      RCE: bit(3),
      EXSUT: bits(5, 4),
      RCSUT: bits(7, 6),
      RES: reserved(bit(1)),
    },
  ),
  CLKSEL1: register(
    'CLKSEL1',
    { at: 0xc6, width: 8 },
    { EXCKSEL: bits(3, 0), RCCKSEL: bits(7, 4) },
  ),
  CLKSTA: register(
    'CLKSTA',
    { at: 0xc7, width: 8, access: 'ro' },
    { EXTON: readOnly(bit(0)), RCON: readOnly(bit(1)), RES: reserved(bits(7, 2)) },
  ),
  PLLCSR: register(
    'PLLCSR',
    { at: 0x49, width: 8 },
    {
      PLOCK: readOnly(bit(0)),
      PLLE: bit(1),
      PINDIV: bit(4),
      RES: reserved(bits(3, 2), bits(7, 5)),
    },
  ),
  PLLFRQ: register(
    'PLLFRQ',
    { at: 0x52, width: 8, reset: 0x04 },
    { PDIV: bits(3, 0), PLLTM: bits(5, 4), PLLUSB: bit(6), PINMUX: bit(7) },
  ),
};
export const CLOCK_REGISTERS: readonly Register[] = Object.values(CLK);

/** PLLFRQ.PDIV → output frequency; other codes are reserved. */
export const PLL_MHZ: Readonly<Partial<Record<number, number>>> = {
  3: 40,
  4: 48,
  5: 56,
  7: 72,
  8: 80,
  9: 88,
  10: 96,
};

export interface StartUp {
  /** Cycles of the oscillator before it counts as running. */
  readonly oscillatorCycles: number;
  /** From the end of a reset, in addition. */
  readonly delayUs: number;
}

const K = 1024;
const SHORT_DELAY_US = 4100;
const LONG_DELAY_US = 65_000;
/** CKSEL0 and SUT1:0 of a crystal → start-up. Tables "Start-up Times for the ... Crystal Oscillator". */
const CRYSTAL_START: readonly StartUp[] = [
  { oscillatorCycles: 258, delayUs: SHORT_DELAY_US },
  { oscillatorCycles: 258, delayUs: LONG_DELAY_US },
  { oscillatorCycles: K, delayUs: 0 },
  { oscillatorCycles: K, delayUs: SHORT_DELAY_US },
  { oscillatorCycles: K, delayUs: LONG_DELAY_US },
  { oscillatorCycles: 16 * K, delayUs: 0 },
  { oscillatorCycles: 16 * K, delayUs: SHORT_DELAY_US },
  { oscillatorCycles: 16 * K, delayUs: LONG_DELAY_US },
];
const RC_DELAYS_US = [0, SHORT_DELAY_US, LONG_DELAY_US, LONG_DELAY_US] as const;

/** CKSEL code of the internal RC oscillator. */
export const CKSEL_RC = 2;
export const isRc = (cksel: number): boolean => cksel === CKSEL_RC;

/** @param cksel CKSEL3:0; @param sut SUT1:0 of the fuse or of CLKSEL0. */
export const startUpOf = (cksel: number, sut: number): StartUp =>
  cksel >= 8
    ? CRYSTAL_START[((cksel & 1) << 2) | sut]!
    : { oscillatorCycles: 6, delayUs: RC_DELAYS_US[sut]! };
