/** A board as an observer outside sees it: what leaves it, and what can be put in.
 *  Leaves out: what it means that two boards differ (harness/equivalence). */

import type { NorOperation } from '../../../emulator/flash/nor-array.ts';
import type { Machine } from '../../../emulator/machine/machine.ts';
import type { PeerSettings } from '../../../emulator/peripherals/shared/uart-line.ts';
import type { MachineName } from '../../image/elf.ts';
import type { FirmwareImage, Segment } from '../../image/firmware-image.ts';
import type { ImageNames } from '../boards/board.ts';

/** One thing that left the board, or lasts on it. */
export interface Output {
  /** Whose order is the program's own: `usart1`, `P5.4`, `radio`, `flash`. */
  readonly channel: string;
  /** What two programs must agree on. */
  readonly value: string;
  /** When it was complete. */
  readonly atUs: number;
  /** Instruction that caused it, then the return addresses found on the stack; empty where it is not known. */
  readonly chain: readonly number[];
}

export type Input =
  | { readonly kind: 'serial'; readonly port: string; readonly bytes: Uint8Array }
  | { readonly kind: 'button'; readonly pressed: boolean }
  | { readonly kind: 'analog'; readonly channel: number; readonly volts: number }
  | { readonly kind: 'temperature'; readonly celsius: number }
  /** A frame on the air, its check sequence included. */
  | { readonly kind: 'radio'; readonly psdu: Uint8Array }
  | { readonly kind: 'supply'; readonly millivolts: number };
export type InputKind = Input['kind'];

export interface ObservedBoard {
  readonly machine: Machine;
  /** One byte for two bytes of the address space from 0; not 0 = an instruction there has run. */
  readonly coverage: Uint8Array;
  /** How often each instruction has run, by half its address; null where the core's cycles are not known. */
  readonly executions: Float64Array | null;
  /** Counting makes a program that never sleeps several times slower to run. */
  stopCounting(): void;
  /** Memory as the CPU reads it, without side effect; 0 where there is none. */
  wordAt(address: number): number;
  onOutput: ((output: Output) => void) | null;
  powerOn(): void;
  apply(input: Input): void;
}

/** Addresses, `end` excluded. */
export interface AddressRange {
  readonly address: number;
  readonly end: number;
}

export interface ObservedOptions {
  readonly segments: readonly Segment[];
  readonly seed: number;
  /** Rate and format of what is at the first port; null = what the board's firmware expects. */
  readonly peer: PeerSettings | null;
}

export interface ObservedKind {
  readonly machine: MachineName;
  /** Where an image may have bytes. */
  readonly flash: readonly AddressRange[];
  /** RAM that an image may have bytes for: patched-in code. The bench puts them there at each reset. */
  readonly patchRam: AddressRange | null;
  /** Word that must not be erased when the board comes up. */
  readonly resetVector: number | null;
  readonly inputs: readonly InputKind[];
  /** Ports of `serial`. */
  readonly ports: readonly string[];
  /** Channels that can occur: fixed ones, and `P1.0` to `P6.7`. */
  isChannel(name: string): boolean;
  /** What runs first, and the program, as they lie in flash. @throws {RigError} where they do not fit. */
  merge(boot: FirmwareImage, image: FirmwareImage, names: ImageNames): readonly Segment[];
  create(options: ObservedOptions): ObservedBoard;
}

export const hexByte = (byte: number): string => byte.toString(16).padStart(2, '0');
export const hexBytes = (bytes: Uint8Array): string => [...bytes].map(hexByte).join(' ');
/** `67 'g'` */
export const characterText = (byte: number): string =>
  byte > 0x20 && byte < 0x7f ? `${hexByte(byte)} '${String.fromCharCode(byte)}'` : hexByte(byte);
const hexWord = (address: number): string => `0x${address.toString(16).padStart(4, '0')}`;

/** Every interpreter of this project has it. */
interface Covering {
  coverage: Uint8Array | null;
}
export function watchCoverage(machine: Machine, addressSpaceBytes: number): Uint8Array {
  const coverage = new Uint8Array(addressSpaceBytes / 2);
  (machine.cpu as unknown as Covering).coverage = coverage;
  return coverage;
}

export interface FlashObserver {
  readonly channel: string;
  readonly usOf: (tick: number) => number;
  /** For what an image or a report calls the address. */
  readonly addressOf: (address: number) => number;
  readonly chain: () => readonly number[];
  readonly emit: (output: Output) => void;
}

/** An array, or several as one. */
interface ObservedFlash<Operation extends NorOperation> {
  onOperationBegin: ((operation: Operation) => void) | null;
  onOperationEnd: ((operation: Operation) => void) | null;
  readView(address: number, bytes: number): Uint8Array;
}

/** Erases and programs that came to their end, a program with what the cells hold after it. */
export function observeFlash<Operation extends NorOperation>(
  flash: ObservedFlash<Operation>,
  observer: FlashObserver,
): void {
  const { channel, usOf, addressOf, emit } = observer;
  let chain: readonly number[] = [];
  flash.onOperationBegin = () => {
    chain = observer.chain();
  };
  flash.onOperationEnd = ({ kind, address, bytes, endTick }) => {
    const at = hexWord(addressOf(address));
    const held = kind === 'program' ? hexBytes(flash.readView(address, bytes)) : `${bytes} bytes`;
    emit({ channel, value: `${kind} ${at}: ${held}`, atUs: usOf(endTick), chain });
  };
}
