/** A board in real time behind a pty or a TCP port, for other programs to talk to; with a flash that lasts. */

import { createLpc2478, type Lpc2478 } from '../../emulator/chips/lpc2478.ts';
import type { PeerSettings } from '../../emulator/peripherals/lpc2000/uart-line.ts';
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
  /** Which UART is outside. Default: UART0 when P2.10 is held low, for ISP; UART1 otherwise. */
  readonly uart?: 0 | 1;
  readonly pins?: readonly { readonly pin: string; readonly level: 'low' | 'high' }[];
  readonly flashFile?: string | null;
  readonly seed?: number;
  /** Virtual seconds for each second of wall clock; default 1. */
  readonly speed?: number;
}

export interface RunningEmulation {
  /** What other programs connect to: a pty's path, or host and port. */
  readonly place: string;
  readonly chip: Lpc2478;
  /** Ends the run; the flash file is saved. Rejects with what went wrong in it, if anything did. */
  stop(): Promise<RealTimeSummary>;
}

/** Settings that the other end of each UART is expected to have; see decision 0001. */
const PORTS: Record<0 | 1, PeerSettings> = {
  0: { baud: 115_200, parity: 'none', stopBits: 1 },
  1: { baud: 115_200, parity: 'even', stopBits: 1 },
};

/** Add a board here. */
const BOARDS = {
  'lpc2478-terminal': (seed: number) => createLpc2478({ seed }),
} as const;
export type EmulatedBoardName = keyof typeof BOARDS;

const DEFAULT_SEED = 0x5eed;
const ISP_PIN = 'P2.10';

export async function emulate(options: EmulateOptions): Promise<RunningEmulation> {
  const { images, serial, pins = [], flashFile = null } = options;
  const chip = BOARDS[options.board](options.seed ?? DEFAULT_SEED);
  const isKept = flashFile !== null && loadFlashFile(flashFile, chip.flash);
  if (!isKept) for (const { address, bytes } of images) chip.flash.load(address, bytes);
  for (const { pin, level } of pins) chip.setPin(pin, level);
  const save = keeper(chip, flashFile);
  save();
  const inIsp = pins.some(({ pin, level }) => pin === ISP_PIN && level === 'low');
  const target = targetOf(chip, options.uart ?? (inIsp ? 0 : 1));
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

/** Saves the flash when its cells have changed since the last time. */
function keeper(chip: Lpc2478, path: string | null): () => void {
  let saved = '';
  return () => {
    if (path === null || chip.flash.stateHash() === saved) return;
    saveFlashFile(path, chip.flash);
    saved = chip.flash.stateHash();
  };
}

function targetOf(chip: Lpc2478, uartNumber: 0 | 1): RealTimeTarget {
  const { machine } = chip;
  const uart = chip.uart(uartNumber);
  const peer = PORTS[uartNumber];
  const output: number[] = [];
  let peerBaud = 0;
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
      if (peerBaud !== (baud ?? peer.baud)) {
        peerBaud = baud ?? peer.baud;
        uart.setPeer({ ...peer, baud: peerBaud });
      }
      uart.send(bytes.subarray(0, count));
      return count;
    },
    takeOutput: () => Uint8Array.from(output.splice(0)),
  };
}
