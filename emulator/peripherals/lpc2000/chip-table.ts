/** What a chip of the LPC2000 family is told by its table, and by whoever makes one.
 *  Source: the shape follows the chapters of UM10237. Leaves out: values; those are in emulator/chips. */

import type { RomOptions } from '../../flash/lpc2000-commands.ts';
import type { NorOptions } from '../../flash/nor-array.ts';
import type { Cpu } from '../../machine/cpu.ts';
import type { MachineEvent } from '../../machine/events.ts';
import type { Machine } from '../../machine/machine.ts';
import type { GapWindowRow } from '../../machine/windows.ts';
import type { SupplyLevels } from '../../power/supply.ts';
import type { ClockingOptions } from './clocking.ts';
import type { PclkName } from './system-registers.ts';

export interface Area {
  readonly address: number;
  readonly bytes: number;
}
export interface Windows {
  readonly first: number;
  readonly windowBytes: number;
  readonly windows: number;
}
export type PeripheralName = PclkName | 'GPIO' | 'PIN_CONNECT' | 'SYSTEM' | 'VIC';
export type ChannelName = PclkName | `EINT${0 | 1 | 2 | 3}` | 'BOD';

export interface Lpc2000Table {
  readonly name: string;
  readonly rootHz: number;
  readonly flash: NorOptions;
  readonly bootBlock: number;
  readonly rom: Pick<RomOptions, 'ram' | 'partId' | 'bootVersion'>;
  readonly supply: SupplyLevels;
  /** The first is the one that MEMMAP can show at 0. */
  readonly ram: readonly (Area & { readonly name: string })[];
  readonly batteryRam: Area;
  readonly apb: Windows;
  readonly ahb: Windows;
  readonly fastGpio: number;
  readonly peripherals: Readonly<Record<PeripheralName, number>>;
  readonly channels: Readonly<Record<ChannelName, number>>;
  readonly powerBits: Readonly<Partial<Record<PeripheralName, number>>>;
  readonly gapWindows: readonly GapWindowRow[];
}

export interface Lpc2000Options {
  readonly seed: number;
  /** Crystal; default 12 MHz, 0 = none. */
  readonly oscillatorHz?: number;
  readonly clocking?: Partial<ClockingOptions>;
  readonly flash?: Partial<NorOptions>;
  /** Is there a battery at VBAT? Default yes. */
  readonly battery?: boolean;
  readonly createCpu: (machine: Machine) => Cpu;
  readonly onEvent?: (event: MachineEvent) => void;
}
