/** What the emulated bench needs to know of a board: its ports, its power, its ROM loader.
 *  The chip and its wiring are in emulator/; connectors and switches are here. */

import type { NorArray } from '../../../emulator/flash/nor-array.ts';
import type { Cpu } from '../../../emulator/machine/cpu.ts';
import type { Machine } from '../../../emulator/machine/machine.ts';
import type { MachineName } from '../../image/elf.ts';
import type { Segment } from '../../image/firmware-image.ts';
import type { ChipName } from '../../request.ts';
import type { DialectName } from '../../transport/dialects.ts';

export interface SerialPort {
  /** Queue bytes to the device's receiver; they arrive one character time after the other from now on. */
  send(bytes: Uint8Array): void;
  /** One character left the device; the line is busy with it from `startTicks` to `endTicks`. */
  onTransmit: ((byte: number, startTicks: number, endTicks: number) => void) | null;
}

export interface EmulatedBoard {
  readonly machine: Machine;
  readonly flash: NorArray;
  readonly protocolPort: SerialPort;
  readonly consolePort: SerialPort;
  powerOn(): void;
  /** Everything volatile is lost. Call `flash.powerFail` first if an operation is in flight. */
  powerOff(): void;
  pulseResetLine(): void;
  /** Hold the boot-mode pin and pulse the reset line, as a person with the programmer's cable does. */
  enterRomLoader(): void;
  /** The CPU waits in the ROM's serial loader. */
  readonly inRomLoader: boolean;
  /** Called at every reset after power-on, with its cause. */
  onReset: ((cause: string) => void) | null;
  /** Non-volatile state outside the flash array (battery RAM, reset cause), as one hash. */
  retainedHash(): number;
  /** Erases of each sector since the flash was made. */
  erasesBySector(): number[];
  readonly sectors: readonly {
    readonly index: number;
    readonly address: number;
    readonly bytes: number;
  }[];
  /** Program counter, and the return addresses found near the top of the stack, innermost first. */
  callChain(): number[];
}

export interface BoardOptions {
  readonly segments: readonly Segment[];
  readonly seed: number;
  readonly createCpu?: ((machine: Machine) => Cpu) | undefined;
  readonly eraseTimeUs?: number | undefined;
}

export interface BoardKind {
  readonly name: string;
  readonly chip: ChipName;
  /** What an ELF for this board must be built for. */
  readonly machine: MachineName;
  readonly summary: string;
  /** Where the application is linked, and the first address it may not use. */
  readonly applicationAddress: number;
  readonly applicationEnd: number;
  /** What its firmware understands; in any other a station would call a healthy device dead. */
  readonly dialects: readonly DialectName[];
  /** Version in the packed application's header, or null. */
  readVersion(packed: Uint8Array): string | null;
  create(options: BoardOptions): EmulatedBoard;
}
