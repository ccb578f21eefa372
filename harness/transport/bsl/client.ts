/** Client of the MSP430 boot loader as a course of steps: what to put on the lines, what to wait for. It does no I/O
 *  and knows no clock; harness/device runs the steps, in virtual time or at a serial port.
 *  Source: SLAU319Z, "BSL entry sequence", "BSL protocol". Leaves out: the I2C switch through which a TelosB has
 *  its RST and TCK; a port for it makes one of `lines`. */

import { RigError } from '../../errors.ts';
import { blocksOf, type Placed } from './blocks.ts';
import {
  ACK,
  type BslCommand,
  decodeAnswer,
  encodeCommand,
  isWholeAnswer,
  MAX_DATA_BYTES,
  SYNC,
} from './frame.ts';

export type BslLevel = 'low' | 'high';
export type BslStep =
  | { readonly kind: 'lines'; readonly rst: BslLevel; readonly tck: BslLevel }
  | { readonly kind: 'wait'; readonly us: number }
  /** Always 8 data bits, even parity, one stop bit. */
  | { readonly kind: 'rate'; readonly baud: number }
  /** Send; what comes until `isWhole`, or until `withinUs` after the last bit sent, is given back. */
  | {
      readonly kind: 'talk';
      readonly bytes: Uint8Array;
      readonly withinUs: number;
      readonly isWhole: (answer: Uint8Array) => boolean;
    };
/** Steps that end with a value. A step but `talk` is given back nothing. */
export type BslCourse<T> = Generator<BslStep, T, Uint8Array>;

/** After something received, before something sent. */
const TURN_US = 1_200;
const START_US = 250_000;
const LINE_US = 1_000;
const SYNC_TRIES = 3;
const SYNC_US = 50_000;
const ANSWER_US = 1_000_000;
/** The longest answer is under way for 0.3 s at 9600 baud. */
const PASSWORD_BYTES = 32;
const START_BAUD = 9600;
/** Registers of the clock that the loader is told with each rate: DCOCTL, BCSCTL1; its number. */
const RATES: Readonly<Record<number, readonly [clock: number, code: number]>> = {
  9600: [0x8580, 0],
  19200: [0x86e0, 1],
  38400: [0x87e0, 2],
};
export type BslBaud = 9600 | 19200 | 38400;

export const ERASED_PASSWORD = new Uint8Array(PASSWORD_BYTES).fill(0xff);

/** RST and TCK as an adapter moves them: two falls of TCK while RST is low, TCK low when RST rises. */
export function* enterLoader(): BslCourse<void> {
  yield { kind: 'rate', baud: START_BAUD };
  for (const [rst, tck] of [
    ['low', 'high'],
    ['low', 'low'],
    ['low', 'high'],
    ['low', 'low'],
    ['high', 'low'],
    ['high', 'high'],
  ] as const) {
    yield { kind: 'lines', rst, tck };
    yield { kind: 'wait', us: LINE_US };
  }
  yield { kind: 'wait', us: START_US };
}
/** A reset without the sequence: the program runs. */
export function* leaveLoader(): BslCourse<void> {
  yield { kind: 'lines', rst: 'low', tck: 'high' };
  yield { kind: 'wait', us: LINE_US };
  yield { kind: 'lines', rst: 'high', tck: 'high' };
}

/** Whether a loader answers at all. */
export function* synchronise(): BslCourse<boolean> {
  for (let turn = 0; turn < SYNC_TRIES; turn++) {
    yield { kind: 'wait', us: TURN_US };
    const answer = yield {
      kind: 'talk',
      bytes: Uint8Array.of(SYNC),
      withinUs: SYNC_US,
      isWhole: (bytes) => bytes.length > 0,
    };
    if (answer[0] === ACK) return true;
  }
  return false;
}
/** @returns the data of the answer. @throws {RigError} BSL_SILENT, BSL_REFUSED, BSL_ANSWER. */
export function* order(command: BslCommand): BslCourse<Uint8Array> {
  if (!(yield* synchronise())) throw new RigError('BSL_SILENT', { command: command.name });
  yield { kind: 'wait', us: TURN_US };
  const answer = yield {
    kind: 'talk',
    bytes: encodeCommand(command),
    withinUs: ANSWER_US,
    isWhole: isWholeAnswer,
  };
  if (answer.length === 0) throw new RigError('BSL_SILENT', { command: command.name });
  return decodeAnswer(command.name, answer);
}

/** Always acknowledged; whether it was right shows with the next command that needs it. */
export function* givePassword(password: Uint8Array): BslCourse<void> {
  yield* order({ name: 'rxPassword', data: password });
}
export function* massErase(): BslCourse<void> {
  yield* order({ name: 'massErase', address: 0xfffe, length: 0xa506 });
}
export function* changeRate(baud: BslBaud): BslCourse<void> {
  const [clock, code] = RATES[baud]!;
  yield* order({ name: 'changeBaud', address: clock, length: code });
  yield { kind: 'rate', baud };
  yield { kind: 'wait', us: 10_000 };
}
/** Device and version of the loader, as 16 bytes from 0FF0. */
export function* readVersion(): BslCourse<Uint8Array> {
  return yield* order({ name: 'txVersion' });
}

/** @param address even. */
export function* readMemory(address: number, bytes: number): BslCourse<Uint8Array> {
  const read = new Uint8Array(bytes + (bytes % 2));
  for (let at = 0; at < read.length; at += MAX_DATA_BYTES) {
    const length = Math.min(MAX_DATA_BYTES, read.length - at);
    const data = yield* order({ name: 'txDataBlock', address: address + at, length });
    if (data.length !== length) {
      throw new RigError('BSL_ANSWER', { command: 'txDataBlock', bytes: `${data.length} of data` });
    }
    read.set(data, at);
  }
  return read.subarray(0, bytes);
}
export function* writeMemory(segments: readonly Placed[]): BslCourse<number> {
  let written = 0;
  for (const { address, bytes } of blocksOf(segments, MAX_DATA_BYTES)) {
    yield* order({ name: 'rxDataBlock', address, length: bytes.length, data: bytes });
    written += bytes.length;
  }
  return written;
}
/** @throws {RigError} BSL_VERIFY at the first byte that is not as given. */
export function* verifyMemory(segments: readonly Placed[]): BslCourse<number> {
  let compared = 0;
  for (const { address, bytes } of blocksOf(segments, MAX_DATA_BYTES)) {
    const read = yield* readMemory(address, bytes.length);
    const at = read.findIndex((byte, i) => byte !== bytes[i]);
    if (at >= 0) {
      throw new RigError('BSL_VERIFY', {
        address: `0x${(address + at).toString(16)}`,
        expected: `0x${bytes[at]!.toString(16)}`,
        received: `0x${read[at]!.toString(16)}`,
      });
    }
    compared += read.length;
  }
  return compared;
}

export interface BslProgramRequest {
  readonly segments: readonly Placed[];
  readonly baud?: BslBaud;
}
export interface BslProgramSummary {
  readonly version: Uint8Array;
  readonly bytesWritten: number;
  readonly bytesVerified: number;
}
/** The whole of it, whatever the chip holds: enter, erase all, unlock by the password of an erased chip, program,
 *  read back, leave. Vectors are the last words: a chip that is cut off on the way does not start. */
export function* programChip({
  segments,
  baud = START_BAUD,
}: BslProgramRequest): BslCourse<BslProgramSummary> {
  yield* enterLoader();
  yield* massErase();
  yield* givePassword(ERASED_PASSWORD);
  if (baud !== START_BAUD) yield* changeRate(baud);
  const version = yield* readVersion();
  const bytesWritten = yield* writeMemory(segments);
  const bytesVerified = yield* verifyMemory(segments);
  yield* leaveLoader();
  return { version, bytesWritten, bytesVerified };
}
