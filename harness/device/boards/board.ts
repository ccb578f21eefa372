/** What the emulated bench needs to know of a board: its ports, its power, its programmer.
 *  The chip and its wiring are in emulator/; connectors and switches are here. */

import type { Cpu } from '../../../emulator/machine/cpu.ts';
import type { Machine } from '../../../emulator/machine/machine.ts';
import type { PinLevel } from '../../../emulator/peripherals/shared/pin-level.ts';
import type { PeerSettings } from '../../../emulator/peripherals/shared/uart-line.ts';
import type { MachineName } from '../../image/elf.ts';
import type { FirmwareImage, Segment } from '../../image/firmware-image.ts';
import type { ChipName } from '../../request.ts';
import type { DialectName } from '../../transport/dialects.ts';
import type { FlashSet } from '../flash-set.ts';
import type { DeviceUse } from '../observation.ts';

export interface SerialPort {
  /** Queue bytes to the device's receiver; they arrive one character time after the other from now on. */
  send(bytes: Uint8Array): void;
  /** Characters that the queue has room for. */
  readonly sendSpace: number;
  /** One character left the device; the line is busy with it from `startTicks` to `endTicks`. */
  onTransmit: ((byte: number, startTicks: number, endTicks: number) => void) | null;
  /** Rate and format of the other end. */
  readonly line: { readonly peer: PeerSettings };
  setPeer(settings: PeerSettings): void;
}

/** How a person with a cable gets in when nothing else answers. */
export type Programmer =
  /** A boot-mode pin and the reset line start a serial loader in ROM. */
  | { readonly kind: 'rom-loader'; readonly running: boolean; enter(): void }
  /** A sequence at the pins starts a serial loader in ROM; needs no program either. */
  | { readonly kind: 'pin-loader'; answers(): boolean }
  /** Programming at pins, serial while reset is held: needs no program, only that no fuse forbids it. */
  | { readonly kind: 'pins'; readonly enabled: boolean };

export interface EmulatedBoard {
  readonly machine: Machine;
  /** Every non-volatile cell of the board. */
  readonly flash: FlashSet;
  /** Factory programming at an address of the bus: any bytes, no time. */
  load(address: number, bytes: Uint8Array): void;
  readonly protocolPort: SerialPort;
  /** Null where the board has only the one port. */
  readonly consolePort: SerialPort | null;
  readonly programmer: Programmer;
  powerOn(): void;
  /** Everything volatile is lost. Call `flash.powerFail` first if an operation is in flight. */
  powerOff(): void;
  pulseResetLine(): void;
  /** What the bench does to a pin, by the chip's name for it. */
  setPin(name: string, level: PinLevel): void;
  /** Called at every reset after power-on, with its cause. */
  onReset: ((cause: string) => void) | null;
  /** Non-volatile state outside the flash array (battery RAM, reset cause), as one hash. */
  retainedHash(): number;
  /** What the chip has used so far; null where it does not count. */
  use(): DeviceUse | null;
  /** The program that runs just now; one that has been called by another is that one's part. */
  running(): 'application' | 'loader' | 'nothing';
  /** Program counter, and the return addresses found near the top of the stack, innermost first. */
  callChain(): number[];
}

export interface BoardOptions {
  readonly segments: readonly Segment[];
  readonly seed: number;
  readonly createCpu?: ((machine: Machine) => Cpu) | undefined;
  readonly eraseTimeUs?: number | undefined;
}

export interface ImageNames {
  readonly bootName: string;
  readonly mainName: string;
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
  /** First address that no image may use. */
  readonly flashEnd: number;
  /** How long a device that came up is watched. */
  readonly watchUs: number;
  /** How much longer, where its loader runs: longer than that waits before it starts the application. */
  readonly loaderWaitUs: number;
  /** Pin that, held low, puts the ROM's loader on the console port; null = there is none. */
  readonly romLoaderPin: string | null;
  /** What its firmware understands; in any other a station would call a healthy device dead. */
  readonly dialects: readonly DialectName[];
  /** Version in the packed application's header, or null. */
  readVersion(packed: Uint8Array): string | null;
  /** Loader and application as the factory programs them. @throws {RigError} where they do not fit. */
  mergeFactory(boot: FirmwareImage, from: FirmwareImage, names: ImageNames): readonly Segment[];
  create(options: BoardOptions): EmulatedBoard;
}
