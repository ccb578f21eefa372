/** A program upload as a session: bytes in, bytes out, deadlines, and a saved form.
 *  Source: decision 0001; the session contract in ../session.ts.
 *  Leaves out: several terminals at once (station) and other schemes than one packed image. */

import { Prng } from '../../prng.ts';
import type { Session, SessionCounters, SessionResult } from '../session.ts';
import { type Arrival, Exchange } from './exchange.ts';
import { segmentsOf } from './file.ts';
import type { StationConfig } from './messages.ts';
import { packFlags, parseSaved, unpackFlags } from './saved.ts';
import { type CourseState, type Phase, UploadCourse } from './upload-course.ts';
import { BLOCK_BYTES } from './xtea.ts';

export interface UploadPlan extends StationConfig {
  /** The image from its first byte, gaps filled; segment i is bytes segmentBytes * i onwards. */
  readonly packed: Uint8Array;
  /** Version that the terminal must report in the end; null = any. */
  readonly expectedVersion: string | null;
  /** Default 256. */
  readonly segmentBytes?: number;
  /** After a restart of the terminal: ask what is missing (default), or trust the flags, as the paper does. */
  readonly resume?: 'query' | 'flags';
  /** Silence after which a request is sent again. Default 10 s. */
  readonly timeoutUs?: number;
  /** Default 3: four sends in all. */
  readonly retransmissions?: number;
  /** Passes over missing segments, and recoveries, before the session gives up (default 16). A query that
   *  finds fewer missing than ever before gives them all back. */
  readonly maxRounds?: number;
  /** Two segments whose contents change places while the file check stays that of the true file. */
  readonly swapSegments?: readonly [number, number] | null;
  /** Seeds the challenge of AFN 06. */
  readonly seed?: number;
}

export interface UploadSession extends Session {
  /** The master station restarts: flags, numbers and half-received frames are gone. */
  restartStation(nowUs: number): void;
  /** The connection was seen to break, as a terminal on a socket that loses its power: as a login in the
   *  middle, but the terminal is waited for first. With `query`, equal sessions remain whatever was outstanding. */
  disconnected(nowUs: number): void;
  readonly progress: { readonly stored: number; readonly total: number };
}

export const DEFAULT_TIMEOUT_US = 10_000_000;
/** A quiet line that long has no frame under way, even over a mobile network. */
export const DEFAULT_GAP_US = 1_000_000;
const DEFAULT_MAX_ROUNDS = 16;
const DEFAULT_SEGMENT_BYTES = 256;

export function createUploadSession(plan: UploadPlan): UploadSession {
  return new Upload(plan);
}

class Upload implements UploadSession {
  readonly #exchange: Exchange;
  readonly #course: UploadCourse;
  #isStarted = false;

  constructor(plan: UploadPlan) {
    const { dialect, address, key } = plan;
    const timeoutUs = plan.timeoutUs ?? DEFAULT_TIMEOUT_US;
    this.#exchange = new Exchange({
      dialect,
      address,
      key,
      timeoutUs,
      sends: 1 + (plan.retransmissions ?? 3),
      gapUs: Math.min(DEFAULT_GAP_US, timeoutUs),
    });
    const segmentBytes = plan.segmentBytes ?? DEFAULT_SEGMENT_BYTES;
    const swap = plan.swapSegments ?? null;
    const config = {
      segments: segmentsOf(plan.packed, segmentBytes, dialect, swap),
      expectedVersion: plan.expectedVersion,
      resume: plan.resume ?? 'query',
      authenticates: dialect.authentication === 'afn-06',
      key,
      challenge: new Prng(plan.seed ?? 0).bytes(BLOCK_BYTES),
      maxRounds: plan.maxRounds ?? DEFAULT_MAX_ROUNDS,
      restartWaitUs: timeoutUs,
    };
    this.#course = new UploadCourse(config, this.#exchange);
  }

  get counters(): SessionCounters {
    return this.#exchange.counters;
  }

  get progress(): { stored: number; total: number } {
    const total = this.#course.flags.length;
    return { stored: total - this.#course.missingCount, total };
  }

  get result(): SessionResult {
    const { phase, version, summary } = this.#course.state;
    if (phase === 'done' || phase === 'failed') {
      return { state: phase, summary, deviceVersion: version };
    }
    const { stored, total } = this.progress;
    const running = `the station ${PHASE_TEXT[phase]}; ${stored} of ${total} segments are stored`;
    return { state: 'running', summary: running, deviceVersion: version };
  }

  deadlineUs(): number {
    if (this.#course.isOver) return Number.POSITIVE_INFINITY;
    return this.#isStarted ? this.#exchange.deadlineUs : 0;
  }

  receive(bytes: Uint8Array, nowUs: number): void {
    this.#start(nowUs);
    this.#arrive(this.#exchange.receive(bytes, nowUs), nowUs);
  }

  tick(nowUs: number): void {
    this.#start(nowUs);
    this.#arrive(this.#exchange.flush(nowUs), nowUs);
    const result = this.#exchange.tick(nowUs);
    if (result === 'waited') this.#course.onWaited(nowUs);
    if (result === 'gave-up') this.#course.onGaveUp(nowUs);
  }

  nextFrame(nowUs: number): Uint8Array | null {
    this.#start(nowUs);
    return this.#exchange.nextFrame(nowUs);
  }

  restartStation(nowUs: number): void {
    this.#isStarted = true;
    this.#exchange.reset();
    this.#course.restart(nowUs);
  }

  disconnected(nowUs: number): void {
    this.#start(nowUs);
    if (this.#course.isOver) return;
    this.#exchange.reset();
    this.#course.disconnected(nowUs);
  }

  #start(nowUs: number): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#course.awaitLogin(nowUs);
  }

  #arrive(arrivals: readonly Arrival[], nowUs: number): void {
    for (const { kind, message } of arrivals) {
      if (kind === 'reply') this.#course.onReply(message, nowUs);
      else if (message.says === 'login') this.#course.onLogin(nowUs);
    }
  }

  save(nowUs: number): string {
    const saved: SavedUpload = {
      isStarted: this.#isStarted,
      course: this.#course.state,
      flags: packFlags(this.#course.flags),
      exchange: this.#exchange.save(nowUs),
    };
    return JSON.stringify(saved);
  }

  restore(saved: string, nowUs: number): void {
    const { isStarted, course, flags, exchange } = parseSaved<SavedUpload>('upload session', saved);
    this.#isStarted = isStarted;
    this.#course.state = { ...course };
    unpackFlags(flags, this.#course.flags);
    this.#exchange.restore(exchange, this.#course.request, nowUs);
  }
}

interface SavedUpload {
  isStarted: boolean;
  course: CourseState;
  flags: string;
  exchange: ReturnType<Exchange['save']>;
}

const PHASE_TEXT: Readonly<Record<Exclude<Phase, 'done' | 'failed'>, string>> = {
  login: 'waits for the terminal to log in',
  authenticate: 'authenticates',
  clear: 'clears the file',
  segments: 'sends segments',
  missing: 'asks for the missing segments',
  restart: 'waits for the new program to log in',
  version: 'asks for the version',
};
