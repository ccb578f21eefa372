/** A board in real time behind a pty or a TCP port, for other programs to talk to; with a flash that lasts. */

import {
  CONSOLE_UART,
  createPowerTerminal,
  ISP_ENTRY_PIN,
  PROTOCOL_UART,
} from '../../emulator/boards/power-terminal.ts';
import type { Lpc2478 } from '../../emulator/chips/lpc2478.ts';
import type { Cpu } from '../../emulator/machine/cpu.ts';
import type { Machine } from '../../emulator/machine/machine.ts';
import { RigError } from '../errors.ts';
import type { Segment } from '../image/firmware-image.ts';
import { loadFlashFile, saveFlashFile } from './flash-file.ts';
import { openPty } from './pty.ts';
import { type RealTimeSummary, type RealTimeTarget, runRealTime } from './real-time.ts';
import { openTcp, type SerialEnd } from './serial-end.ts';

export interface EmulateOptions {
  readonly board: EmulatedBoardName;
  /** What is in the flash at first; a flash file that exists already counts for more. */
  readonly images: readonly Segment[];
  readonly serial:
    | { readonly kind: 'pty'; readonly linkPath: string | null }
    | { readonly kind: 'tcp'; readonly port: number };
  /** Which UART is outside. Default: the one of ISP when its entry pin is held low; the protocol's otherwise. */
  readonly uart?: 0 | 1;
  readonly pins?: readonly { readonly pin: string; readonly level: 'low' | 'high' }[];
  readonly flashFile?: string | null;
  readonly seed?: number;
  /** Virtual seconds for each second of wall clock; default 1. */
  readonly speed?: number;
  /** Another engine in place of the interpreter. */
  readonly createCpu?: (machine: Machine) => Cpu;
}

export interface RunningEmulation {
  /** What other programs connect to: a pty's path, or host and port. */
  readonly place: string;
  readonly chip: Lpc2478;
  /** Ends the run; the flash file is saved. Rejects with what went wrong in it, if anything did. */
  stop(): Promise<RealTimeSummary>;
}

/** Add a board here. */
const BOARDS = { 'lpc2478-terminal': createPowerTerminal } as const;
export type EmulatedBoardName = keyof typeof BOARDS;

const DEFAULT_SEED = 0x5eed;

export async function emulate(options: EmulateOptions): Promise<RunningEmulation> {
  const { images, serial, pins = [], flashFile = null, createCpu } = options;
  const { chip } = BOARDS[options.board]({
    seed: options.seed ?? DEFAULT_SEED,
    ...(createCpu === undefined ? {} : { createCpu }),
  });
  const isKept = flashFile !== null && loadFlashFile(flashFile, chip.flash);
  if (!isKept) for (const segment of images) loadSegment(chip, segment);
  for (const { pin, level } of pins) chip.setPin(pin, level);
  const save = keeper(chip, flashFile);
  save();
  const inIsp = pins.some(({ pin, level }) => pin === ISP_ENTRY_PIN && level === 'low');
  const target = targetOf(chip, options.uart ?? (inIsp ? CONSOLE_UART : PROTOCOL_UART));
  const end: SerialEnd =
    serial.kind === 'tcp' ? await openTcp(serial.port) : openPty(serial.linkPath ?? undefined);
  chip.powerOn();
  const controller = new AbortController();
  const run = runRealTime(target, end, {
    speed: options.speed ?? 1,
    signal: controller.signal,
    onEvery: save,
  });
  // A failure is reported by stop(), which may come much later.
  run.catch(() => {});
  return {
    place: end.name,
    chip,
    async stop() {
      controller.abort();
      try {
        return await run;
      } finally {
        await end.close();
        save();
      }
    },
  };
}

function loadSegment(chip: Lpc2478, { address, bytes }: Segment): void {
  const end = chip.table.bootBlock;
  if (address + bytes.length > end) {
    const hex = (value: number) => `0x${value.toString(16)}`;
    throw new RigError('OUTSIDE_FLASH', {
      first: hex(address),
      last: hex(address + bytes.length - 1),
      end: hex(end - 1),
    });
  }
  chip.flash.load(address, bytes);
}

/** Saves the flash when its cells have changed since the last time. */
function keeper(chip: Lpc2478, path: string | null): () => void {
  let saved = '';
  return () => {
    if (path === null || chip.flash.stateHash() === saved) return;
    saveFlashFile(path, chip.flash);
    saved = chip.flash.stateHash();
  };
}

function targetOf(chip: Lpc2478, uartNumber: number): RealTimeTarget {
  const { machine } = chip;
  const uart = chip.uart(uartNumber);
  // What the board expects of the other end; only the rate can be told from outside.
  const { peer } = uart.line;
  const output: number[] = [];
  let peerBaud = peer.baud;
  uart.onTransmit = (byte) => output.push(byte);
  return {
    rootHz: machine.rootHz,
    get now() {
      return machine.now;
    },
    runUntil(tick) {
      machine.runUntil(tick);
    },
    send(bytes, baud) {
      const count = Math.min(bytes.length, uart.sendSpace);
      const wanted = baud ?? peer.baud;
      if (wanted !== peerBaud) uart.setPeer({ ...peer, baud: wanted });
      peerBaud = wanted;
      uart.send(bytes.subarray(0, count));
      return count;
    },
    takeOutput: () => Uint8Array.from(output.splice(0)),
  };
}
