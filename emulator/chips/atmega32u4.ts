/** ATmega32U4: what is where. A table; the parts and their assembly are in emulator/peripherals/avr.
 *  Source: ATmega16U4/32U4 datasheet 7766, avr-libc iom32u4.h. From memory: the sizes of the boot section.
 *  Leaves out: the ATmega16U4. */

import { createAvr } from '../cpu/avr/index.ts';
import { ATMEGA32U4_NVM, ATMEGA32U4_NVM_TIMING } from '../flash/avr-nvm.ts';
import type { GapRow } from '../machine/registers.ts';
import { AvrChip } from '../peripherals/avr/chip.ts';
import type { AvrOptions, AvrTable } from '../peripherals/avr/chip-table.ts';
import { avrGaps } from '../peripherals/avr/gaps.ts';

const KB = 1024;

export const ATMEGA32U4: AvrTable = {
  name: 'atmega32u4',
  /** One CPU cycle at 16 MHz is 12 ticks, one of the watchdog's oscillator 1500. */
  rootHz: 192_000_000,
  core: { programWords: 16 * KB, dataBytes: 0x0b00 },
  ram: { address: 0x0100, bytes: 0x0a00 },
  flash: ATMEGA32U4_NVM,
  nvmTiming: ATMEGA32U4_NVM_TIMING,
  /** LPM with SIGRD: signature 1E 95 87 at 0, 2, 4; a plausible OSCCAL at 1. */
  signatureRow: { 0: 0x1e, 2: 0x95, 4: 0x87, 1: 0x55 },
  bootWords: [2048, 1024, 512, 256],
  vectors: {
    INT0: 1,
    INT1: 2,
    INT2: 3,
    INT3: 4,
    INT6: 7,
    PCINT0: 9,
    USB_GEN: 10,
    USB_COM: 11,
    WDT: 12,
    TIMER1_CAPT: 16,
    TIMER1_COMPA: 17,
    TIMER1_COMPB: 18,
    TIMER1_COMPC: 19,
    TIMER1_OVF: 20,
    TIMER0_COMPA: 21,
    TIMER0_COMPB: 22,
    TIMER0_OVF: 23,
    SPI: 24,
    USART1_RX: 25,
    USART1_UDRE: 26,
    USART1_TX: 27,
    ADC: 29,
    EE_READY: 30,
    TIMER3_CAPT: 31,
    TIMER3_COMPA: 32,
    TIMER3_COMPB: 33,
    TIMER3_COMPC: 34,
    TIMER3_OVF: 35,
    TWI: 36,
    SPM_READY: 37,
    TIMER4_COMPA: 38,
    TIMER4_COMPB: 39,
    TIMER4_COMPD: 40,
    TIMER4_OVF: 41,
  },
  lastVector: 42,
  wakeFromNoiseReduction: [
    'INT0',
    'INT1',
    'INT2',
    'INT3',
    'INT6',
    'PCINT0',
    'USB_GEN',
    'WDT',
    'ADC',
    'EE_READY',
    'TWI',
    'SPM_READY',
  ],
  wakeFromDeep: ['INT0', 'INT1', 'INT2', 'INT3', 'INT6', 'PCINT0', 'USB_GEN', 'WDT', 'TWI'],
};

export type Atmega32u4 = AvrChip;
export type Atmega32u4Options = Omit<AvrOptions, 'createCpu'> &
  Partial<Pick<AvrOptions, 'createCpu'>>;

/** The chip without supply: call `powerOn`. */
export const createAtmega32u4 = (options: Atmega32u4Options): Atmega32u4 =>
  new AvrChip(ATMEGA32U4, { createCpu: createAvr, ...options });

export const atmega32u4Gaps = (): GapRow[] => avrGaps();
