/** Peripherals of the MSP430F1611 that are declared as gaps: comparator, DAC12, I2C.
 *  Source: msp430f1611.h. They keep what is written and never do anything: no flag, no reset, no byte.
 *  I2C shares U0CTL with USART0, which raises the event for its mode bit. */

import { gapRegister, type Register } from '../../machine/registers.ts';
import type { RegisterSpace } from './register-space.ts';

const byte = (name: string, at: number, reason: string): Register =>
  gapRegister(name, { at, width: 8 }, reason);
const word = (name: string, at: number, reason: string): Register =>
  gapRegister(name, { at, width: 16 }, reason);

const NO_COMPARATOR = 'the comparator is not modelled: its output stays 0';
const NO_DAC = 'the DAC is not modelled';
const NO_I2C = 'I2C is not modelled';

export const GAP_REGISTERS: readonly Register[] = [
  byte('I2CIE', 0x50, NO_I2C),
  byte('I2CIFG', 0x51, NO_I2C),
  byte('I2CNDAT', 0x52, NO_I2C),
  byte('CACTL1', 0x59, NO_COMPARATOR),
  byte('CACTL2', 0x5a, NO_COMPARATOR),
  byte('CAPD', 0x5b, NO_COMPARATOR),
  word('I2COA', 0x118, NO_I2C),
  word('I2CSA', 0x11a, NO_I2C),
  word('I2CIV', 0x11c, NO_I2C),
  word('DAC12_0CTL', 0x1c0, NO_DAC),
  word('DAC12_1CTL', 0x1c2, NO_DAC),
  word('DAC12_0DAT', 0x1c8, NO_DAC),
  word('DAC12_1DAT', 0x1ca, NO_DAC),
];

export function declareGapBlocks(registers: RegisterSpace): void {
  registers.declare(GAP_REGISTERS);
}
export const resetGapBlocks = (registers: RegisterSpace): void => registers.reset(GAP_REGISTERS);
