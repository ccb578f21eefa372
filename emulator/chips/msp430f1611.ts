/** MSP430F1611: what is where. A table; the parts and their assembly are in emulator/peripherals/msp430.
 *  Source: MSP430F15x/16x/161x data sheet (SLAS368), msp430f1611.h. From memory: the levels of the supply.
 *  Leaves out: other members of the family. */

import { createMsp430 } from '../cpu/msp430/index.ts';
import { MSP430F1611_NVM } from '../flash/msp430-nvm.ts';
import type { GapRow } from '../machine/registers.ts';
import { Msp430Chip } from '../peripherals/msp430/chip.ts';
import type { Msp430Options, Msp430Table } from '../peripherals/msp430/chip-table.ts';
import { msp430Gaps } from '../peripherals/msp430/gaps.ts';

const KB = 1024;
/** Brown-out reset; the stage above it is the supply supervisor's (svs.ts), whose level firmware sets. */
const BROWN_OUT_MILLIVOLTS = 1700;

export const MSP430F1611: Msp430Table = {
  name: 'msp430f1611',
  /** A multiple of the watch crystal: one ACLK cycle is 32768 ticks. */
  rootHz: 2 ** 30,
  ram: { address: 0x1100, bytes: 10 * KB },
  ramMirror: { address: 0x0200, bytes: 2 * KB },
  /** Big-endian in the loader's own terms: device F1 6C, version 01 61. */
  bootRom: { address: 0x0c00, bytes: KB, words: { 4080: 0x6cf1, 4090: 0x6101 } },
  flash: MSP430F1611_NVM,
  supply: {
    interruptMillivolts: BROWN_OUT_MILLIVOLTS,
    resetMillivolts: BROWN_OUT_MILLIVOLTS,
    powerOnMillivolts: BROWN_OUT_MILLIVOLTS,
    hysteresisMillivolts: 0,
  },
};

export type Msp430f1611 = Msp430Chip;
export type Msp430f1611Options = Omit<Msp430Options, 'createCpu'> &
  Partial<Pick<Msp430Options, 'createCpu'>>;

/** The chip without supply: call `powerOn`. */
export const createMsp430f1611 = (options: Msp430f1611Options): Msp430f1611 =>
  new Msp430Chip(MSP430F1611, { createCpu: createMsp430, ...options });

export const msp430f1611Gaps = (): GapRow[] => msp430Gaps();
