/** Virtual time paced against the wall clock, with bytes passing both ways between a board's serial port and
 *  the outside. Time that the machine cannot keep up with is given up, not caught up in a rush. */

import { performance } from 'node:perf_hooks';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { SerialEnd } from './serial-end.ts';

/** What has to be paced: a board, seen from one of its serial ports. */
export interface RealTimeTarget {
  readonly rootHz: number;
  readonly now: number;
  runUntil(tick: number): void;
  /** Take characters for the board's receiver, sent at this rate (null = the one the board expects).
   *  @returns how many; the rest is offered again later. */
  send(bytes: Uint8Array, baud: number | null): number;
  /** Characters that the board has sent since the last call. */
  takeOutput(): Uint8Array;
}

export interface RealTimeOptions {
  /** Virtual seconds for each second of wall clock. */
  readonly speed?: number;
  readonly signal?: AbortSignal;
  /** Called about once in this many milliseconds of wall clock, for saving and progress. */
  readonly everyMs?: number;
  readonly onEvery?: () => void;
}

export interface RealTimeSummary {
  readonly virtualSeconds: number;
  readonly wallSeconds: number;
  /** Virtual seconds that were given up because the machine was too slow. */
  readonly lostSeconds: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** Bytes are looked at this often: the longest wait that pacing adds to an answer. */
const TURN_MS = 1;
/** One stretch of virtual time without a look at the outside. */
const SLICE_MS = 2;
/** Behind by more than this: the rest is given up. */
const MAX_LAG_MS = 200;

export async function runRealTime(
  target: RealTimeTarget,
  end: SerialEnd,
  options: RealTimeOptions = {},
): Promise<RealTimeSummary> {
  const { speed = 1, signal, everyMs = 1000, onEvery } = options;
  const ticksPerMs = target.rootHz / 1000;
  const firstTick = target.now;
  const firstMs = performance.now();
  let waiting: Uint8Array = new Uint8Array(0);
  let lostTicks = 0;
  let bytesIn = 0;
  let bytesOut = 0;
  let nextEvery = firstMs + everyMs;

  const moveBytes = () => {
    const arrived = end.read();
    if (arrived !== null) {
      bytesIn += arrived.length;
      waiting = concat(waiting, arrived);
    }
    if (waiting.length > 0) waiting = waiting.subarray(target.send(waiting, end.baud()));
    const output = target.takeOutput();
    if (output.length > 0) end.write(output);
    bytesOut += output.length;
  };

  while (signal?.aborted !== true) {
    moveBytes();
    const elapsedMs = performance.now() - firstMs;
    let goal = firstTick + elapsedMs * speed * ticksPerMs - lostTicks;
    const lag = goal - target.now - MAX_LAG_MS * speed * ticksPerMs;
    if (lag > 0) {
      lostTicks += lag;
      goal -= lag;
    }
    const slice = target.now + SLICE_MS * ticksPerMs;
    const limit = Math.floor(Math.min(goal, slice));
    if (limit > target.now) target.runUntil(limit);
    if (performance.now() >= nextEvery) {
      nextEvery += everyMs;
      onEvery?.();
    }
    if (goal > slice) await setImmediate();
    else await setTimeout(TURN_MS);
  }
  moveBytes();
  return {
    virtualSeconds: (target.now - firstTick) / target.rootHz,
    wallSeconds: (performance.now() - firstMs) / 1000,
    lostSeconds: lostTicks / target.rootHz,
    bytesIn,
    bytesOut,
  };
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
