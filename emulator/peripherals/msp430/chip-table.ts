/** What an MSP430 chip is told by its table, and by whoever makes one; and what it asks of its core.
 *  Source: the shape follows the memory organization of the MSP430F15x/16x/161x data sheet (SLAS368).
 *  Leaves out: values; those are in emulator/chips. */

import type { Msp430System } from '../../cpu/msp430/index.ts';
import type { FlashLimits } from '../../flash/msp430-flash-limits.ts';
import type { NorOptions } from '../../flash/nor-options.ts';
import type { Cpu } from '../../machine/cpu.ts';
import type { MachineEvent } from '../../machine/events.ts';
import type { Machine } from '../../machine/machine.ts';
import type { SupplyLevels } from '../../power/supply.ts';
import type { Msp430ClockingOptions } from './clocking.ts';

export interface Msp430Cpu extends Cpu {
  pc: number;
  /** Bytes that instructions have read as data, from the address given. */
  readonly dataBytesRead: number;
  countDataReads(from: number): void;
  /** A line is asserted that the core would take now. */
  readonly hasInterrupt: boolean;
  connect(system: Msp430System): void;
  mapPlain(address: number, offset: number, bytes: number, writable: boolean): void;
  setInterrupt(line: number, asserted: boolean): void;
  reset(): void;
}

export interface Msp430Table {
  readonly name: string;
  readonly rootHz: number;
  readonly ram: { readonly address: number; readonly bytes: number };
  /** The first bytes of RAM once more. */
  readonly ramMirror: { readonly address: number; readonly bytes: number };
  /** ROM of the boot loader; words that firmware may read. */
  readonly bootRom: {
    readonly address: number;
    readonly bytes: number;
    readonly words: Readonly<Record<number, number>>;
  };
  readonly flash: NorOptions;
  readonly supply: SupplyLevels;
}

/** Room in the machine's memory for what the board adds to the chip. */
export interface BoardMemory {
  readonly stateBytes: number;
  readonly bulkBytes: number;
}

export interface Msp430Options {
  readonly seed: number;
  readonly clocking?: Partial<Msp430ClockingOptions>;
  readonly flash?: Partial<NorOptions>;
  readonly flashLimits?: Partial<FlashLimits>;
  /** See Msp430FlashOptions. */
  readonly rowAtRisk?: boolean;
  readonly supply?: Partial<SupplyLevels>;
  readonly board?: BoardMemory;
  readonly createCpu: (machine: Machine) => Msp430Cpu;
  readonly onEvent?: (event: MachineEvent) => void;
}
