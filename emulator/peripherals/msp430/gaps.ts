/** Registers of the MSP430F1611 by peripheral, and the gaps among them, from the tables that decode them.
 *  Source: STYLE.md rule 4. Leaves out: nothing. */

import { FLASH_REGISTERS } from '../../flash/msp430-flash-registers.ts';
import { type GapRow, gapsOf, type Register } from '../../machine/registers.ts';
import { ADC12_REGISTERS } from './adc12-registers.ts';
import { BCS_REGISTERS } from './clocking.ts';
import { DMA_REGISTERS } from './dma.ts';
import { GAP_REGISTERS } from './gap-blocks.ts';
import { MULTIPLIER_REGISTERS } from './multiplier.ts';
import { PORT_REGISTERS } from './ports.ts';
import { SFR_REGISTERS } from './sfr.ts';
import { SVSCTL } from './svs.ts';
import { TIMER_A3, TIMER_B7, timerRegisterList, timerRegisters } from './timer-table.ts';
import { usartRegisters } from './usart-registers.ts';
import { WDTCTL } from './watchdog.ts';

export const MSP430_REGISTERS: readonly Register[] = [
  ...SFR_REGISTERS,
  ...BCS_REGISTERS,
  WDTCTL,
  SVSCTL,
  ...FLASH_REGISTERS,
  ...PORT_REGISTERS,
  ...Object.values(usartRegisters(0)),
  ...Object.values(usartRegisters(1)),
  ...timerRegisterList(timerRegisters(TIMER_A3)),
  ...timerRegisterList(timerRegisters(TIMER_B7)),
  ...MULTIPLIER_REGISTERS,
  ...ADC12_REGISTERS,
  ...DMA_REGISTERS,
  ...GAP_REGISTERS,
];

export const msp430Gaps = (): GapRow[] => gapsOf('', MSP430_REGISTERS);
