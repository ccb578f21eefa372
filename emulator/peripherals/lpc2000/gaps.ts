/** The gaps of an LPC2000 chip, from the same tables that decode its registers.
 *  Source: STYLE.md rule 4. Leaves out: gaps inside the ROM, which raise `rom-parameter`. */

import { type GapRow, gapsOf, type Register } from '../../machine/registers.ts';
import { gapOfWindow } from '../../machine/windows.ts';
import { ADC_REGISTERS } from './adc.ts';
import type { Lpc2000Table } from './chip-table.ts';
import { FAST_GPIO_REGISTERS, LEGACY_GPIO_REGISTERS } from './gpio.ts';
import { PIN_CONNECT_REGISTERS } from './pin-connect.ts';
import { RTC_REGISTERS } from './rtc.ts';
import { SYSTEM_REGISTERS } from './system-registers.ts';
import { TIMER_REGISTERS } from './timer.ts';
import { uartRegisters } from './uart-registers.ts';
import { VIC_REGISTERS } from './vic.ts';
import { WDT_REGISTERS } from './watchdog.ts';

/** Register name prefix → registers. */
export const LPC2000_REGISTERS: readonly (readonly [string, readonly Register[]])[] = [
  ['', SYSTEM_REGISTERS],
  ['', PIN_CONNECT_REGISTERS],
  ['FIO', FAST_GPIO_REGISTERS],
  ['IO', LEGACY_GPIO_REGISTERS],
  ['VIC', VIC_REGISTERS],
  ['WD', WDT_REGISTERS],
  ...[0, 1, 2, 3].map((n) => [`T${n}`, TIMER_REGISTERS] as const),
  ...[0, 1, 2, 3].map((n) => [`U${n}`, uartRegisters(n)] as const),
  ['AD0', ADC_REGISTERS],
  ['RTC', RTC_REGISTERS],
];

export const chipGaps = (table: Lpc2000Table): GapRow[] => [
  ...LPC2000_REGISTERS.flatMap(([prefix, registers]) => gapsOf(prefix, registers)),
  ...table.gapWindows.map(gapOfWindow),
];
