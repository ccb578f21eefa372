/** What an AVR chip is told by its table, and by whoever makes one; and what it asks of its core.
 *  Source: the shape follows the chapters of the ATmega16U4/32U4 datasheet.
 *  Leaves out: values; those are in emulator/chips. */

import type { AvrSystem } from '../../cpu/avr/index.ts';
import type { AvrNvmTiming } from '../../flash/avr-nvm.ts';
import type { NorOptions } from '../../flash/nor-options.ts';
import type { Cpu } from '../../machine/cpu.ts';
import type { MachineEvent } from '../../machine/events.ts';
import type { Machine } from '../../machine/machine.ts';
import type { AvrSupplyOptions } from '../../power/atmega32u4-resets.ts';
import type { AvrAdcOptions } from './adc.ts';
import type { AvrClockingOptions } from './clocking.ts';

export interface AvrCpu extends Cpu {
  /** The data space. */
  readonly data: Uint8Array;
  /** Word address of vector 0. */
  vectorBase: number;
  /** Every LPM asks `AvrSystem.loadSpecial`. */
  specialProgramReads: boolean;
  /** LPMs so far by page of 128 bytes, and the address of the last one. */
  readonly programReads: Int32Array;
  readonly lastProgramRead: number;
  connect(system: AvrSystem): void;
  /** @param pcWord the reset vector, a word address. */
  reset(pcWord?: number): void;
}
export interface AvrCoreOptions {
  readonly programWords: number;
  readonly dataBytes: number;
}

export type VectorName =
  | `INT${0 | 1 | 2 | 3 | 6}`
  | 'PCINT0'
  | 'WDT'
  | `TIMER${1 | 3}_${'CAPT' | 'COMPA' | 'COMPB' | 'COMPC' | 'OVF'}`
  | `TIMER0_${'COMPA' | 'COMPB' | 'OVF'}`
  | `TIMER4_${'COMPA' | 'COMPB' | 'COMPD' | 'OVF'}`
  | `USART1_${'RX' | 'UDRE' | 'TX'}`
  | 'USB_GEN'
  | 'USB_COM'
  | 'SPI'
  | 'ADC'
  | 'EE_READY'
  | 'TWI'
  | 'SPM_READY';

export interface AvrTable {
  readonly name: string;
  readonly rootHz: number;
  readonly core: AvrCoreOptions;
  readonly ram: { readonly address: number; readonly bytes: number };
  /** Flash, EEPROM, fuses and lock bits. */
  readonly flash: NorOptions;
  readonly nvmTiming: AvrNvmTiming;
  readonly signatureRow: Readonly<Record<number, number>>;
  /** Words of the boot section by BOOTSZ1:0. */
  readonly bootWords: readonly number[];
  readonly vectors: Readonly<Record<VectorName, number>>;
  readonly lastVector: number;
  readonly wakeFromNoiseReduction: readonly VectorName[];
  readonly wakeFromDeep: readonly VectorName[];
}

export interface Fuses {
  readonly low: number;
  readonly high: number;
  readonly extended: number;
}

export interface AvrOptions {
  readonly seed: number;
  readonly fuses?: Partial<Fuses>;
  readonly lockBits?: number;
  /** Crystal at XTAL1 and XTAL2; default 16 MHz. */
  readonly crystalHz?: number;
  readonly clocking?: Partial<AvrClockingOptions>;
  readonly supply?: Partial<AvrSupplyOptions>;
  readonly adc?: Partial<AvrAdcOptions>;
  readonly flash?: Partial<NorOptions>;
  readonly createCpu: (machine: Machine, options: AvrCoreOptions) => AvrCpu;
  readonly onEvent?: (event: MachineEvent) => void;
}
