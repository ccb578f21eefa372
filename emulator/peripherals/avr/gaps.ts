/** Registers of the ATmega32U4 by peripheral, and the gaps among them, from the tables that decode them.
 *  Source: STYLE.md rule 4. Leaves out: the registers of the flash and EEPROM controllers (emulator/flash). */

import { type GapRow, gapsOf, type Register } from '../../machine/registers.ts';
import { AVR_ADC_REGISTERS } from './adc.ts';
import { CLOCK_REGISTERS } from './clock-registers.ts';
import { EXTERNAL_REGISTERS } from './external-interrupts.ts';
import { ACSR, USB_REGISTERS } from './gap-blocks.ts';
import { PORT_REGISTERS } from './ports.ts';
import { SMCR } from './sleep.ts';
import { SPI_REGISTERS } from './spi.ts';
import { SYSTEM_REGISTERS } from './system-control.ts';
import { GTCCR } from './timer-clock.ts';
import { TIMER4_REGISTERS } from './timer4.ts';
import { TIMER0_REGISTERS } from './timer8.ts';
import { timer16Registers } from './timer16.ts';
import { TWI_REGISTERS } from './twi.ts';
import { USART_REGISTERS } from './usart-registers.ts';
import { WDTCSR } from './watchdog.ts';

export const AVR_REGISTERS: readonly Register[] = [
  ...SYSTEM_REGISTERS,
  SMCR,
  ...CLOCK_REGISTERS,
  WDTCSR,
  ...PORT_REGISTERS,
  ...EXTERNAL_REGISTERS,
  ...USART_REGISTERS,
  GTCCR,
  ...TIMER0_REGISTERS,
  ...timer16Registers(1),
  ...timer16Registers(3),
  ...TIMER4_REGISTERS,
  ...SPI_REGISTERS,
  ...TWI_REGISTERS,
  ...AVR_ADC_REGISTERS,
  ACSR,
  ...USB_REGISTERS,
];

export const avrGaps = (): GapRow[] => gapsOf('', AVR_REGISTERS);
