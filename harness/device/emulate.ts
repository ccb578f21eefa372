/** A board in real time behind a pty or a TCP port, for other programs to talk to; with a flash that lasts. */

import type { Cpu } from '../../emulator/machine/cpu.ts';
import type { Machine } from '../../emulator/machine/machine.ts';
import type { PeerSettings } from '../../emulator/peripherals/shared/uart-line.ts';
import { RigError } from '../errors.ts';
import type { Segment } from '../image/firmware-image.ts';
import type { BoardName } from '../request.ts';
import type { BoardKind, EmulatedBoard, SerialPort } from './boards/board.ts';
import { boards } from './boards/index.ts';
import { loadFlashFile, saveFlashFile } from './flash-file.ts';
import { openPty } from './pty.ts';
import { type RealTimeSummary, type RealTimeTarget, runRealTime } from './real-time.ts';
import { openTcp, type SerialEnd } from './serial-end.ts';

export interface EmulateOptions {
  readonly board: BoardName;
  /** What is in the flash at first; a flash file that exists already counts for more. */
  readonly images: readonly Segment[];
  readonly serial:
    | { readonly kind: 'pty'; readonly linkPath: string | null }
    | { readonly kind: 'tcp'; readonly port: number };
  /** Which port is outside. Default: the ROM loader's when its pin is held low; the protocol's otherwise. */
  readonly port?: 'protocol' | 'console';
  /** Rate and format of what is connected; default: what the board's own firmware expects. A pty tells the
   *  rate that its program sets, which counts for more; no place tells the format. */
  readonly peer?: PeerSettings;
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
  readonly board: EmulatedBoard;
  /** Ends the run; the flash file is saved. Rejects with what went wrong in it, if anything did. */
  stop(): Promise<RealTimeSummary>;
}

const DEFAULT_SEED = 0x5eed;

export async function emulate(options: EmulateOptions): Promise<RunningEmulation> {
  const { images, serial, pins = [], flashFile = null, createCpu } = options;
  const kind = boards[options.board];
  const board = kind.create({ segments: [], seed: options.seed ?? DEFAULT_SEED, createCpu });
  const isKept = flashFile !== null && loadFlashFile(flashFile, board.flash.arrays);
  if (!isKept) for (const segment of images) loadSegment(board, kind, segment);
  for (const { pin, level } of pins) holdPin(board, pin, level);
  const save = keeper(board, flashFile);
  save();
  const inRomLoader = pins.some(({ pin, level }) => pin === kind.romLoaderPin && level === 'low');
  const outside = options.port ?? (inRomLoader ? 'console' : 'protocol');
  const port =
    (outside === 'console' ? board.consolePort : board.protocolPort) ?? board.protocolPort;
  if (options.peer !== undefined) port.setPeer(options.peer);
  const target = targetOf(board, port);
  const end: SerialEnd =
    serial.kind === 'tcp' ? await openTcp(serial.port) : openPty(serial.linkPath ?? undefined);
  board.powerOn();
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
    board,
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

function holdPin(board: EmulatedBoard, pin: string, level: 'low' | 'high'): void {
  try {
    board.setPin(pin, level);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const expected = `a pin of this board (${cause.message})`;
    throw new RigError(
      'OPTION_VALUE',
      { option: '--pin', value: `${pin}=${level}`, expected },
      cause,
    );
  }
}

function loadSegment(board: EmulatedBoard, kind: BoardKind, { address, bytes }: Segment): void {
  const end = kind.flashEnd;
  if (address + bytes.length > end) {
    const hex = (value: number) => `0x${value.toString(16)}`;
    throw new RigError('OUTSIDE_FLASH', {
      first: hex(address),
      last: hex(address + bytes.length - 1),
      end: hex(end - 1),
    });
  }
  board.load(address, bytes);
}

/** Saves the flash when its cells have changed since the last time. */
function keeper({ flash }: EmulatedBoard, path: string | null): () => void {
  let saved = '';
  return () => {
    if (path === null || flash.stateHash() === saved) return;
    saveFlashFile(path, flash.arrays);
    saved = flash.stateHash();
  };
}

function targetOf({ machine }: EmulatedBoard, port: SerialPort): RealTimeTarget {
  // Only the rate can be told from outside.
  const { peer } = port.line;
  const output: number[] = [];
  let peerBaud = peer.baud;
  port.onTransmit = (byte) => output.push(byte);
  return {
    rootHz: machine.rootHz,
    get now() {
      return machine.now;
    },
    runUntil(tick) {
      machine.runUntil(tick);
    },
    send(bytes, baud) {
      const count = Math.min(bytes.length, port.sendSpace);
      const wanted = baud ?? peer.baud;
      if (wanted !== peerBaud) port.setPeer({ ...peer, baud: wanted });
      peerBaud = wanted;
      port.send(bytes.subarray(0, count));
      return count;
    },
    takeOutput: () => Uint8Array.from(output.splice(0)),
  };
}
