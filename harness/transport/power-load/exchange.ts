/** One request at a time over a link: send it, wait, repeat it, give up; confirm what the terminal says unasked.
 *  Source: decision 0001, rows SEQ, "repeat rule" and "login"; Bao 2021, section 3.4.2 (10 s, three repeats).
 *  Leaves out: which request comes next, and what an answer means: that is the session's course. */

import type { Frame } from '../ft12/frame.ts';
import { advance, freshNumbers, type LinkNumbers } from '../ft12/link.ts';
import { FrameReceiver } from '../ft12/receiver.ts';
import type { SessionCounters } from '../session.ts';
import {
  encodeConfirmation,
  encodeRequest,
  isSpontaneous,
  type Message,
  parseMessage,
  type Request,
  type StationConfig,
} from './messages.ts';
import { fromHex, toHex } from './saved.ts';

export interface ExchangeConfig extends StationConfig {
  readonly timeoutUs: number;
  /** Sends of one request in all, the first included. */
  readonly sends: number;
  /** Silence on the line after which a partial frame is given up. */
  readonly gapUs: number;
}

/** What an arriving frame is to the session. */
export type Arrival =
  | { readonly kind: 'spontaneous'; readonly message: Message }
  | { readonly kind: 'reply'; readonly message: Message };

export type TickResult = 'early' | 'waited' | 'repeated' | 'gave-up';

interface SavedExchange {
  pseq: number;
  fcb: 0 | 1;
  sends: number;
  unsent: boolean;
  dueInUs: number | null;
  outbox: string[];
  pending: string;
  quietForUs: number | null;
}

export class Exchange {
  readonly #config: ExchangeConfig;
  readonly #receiver: FrameReceiver;
  readonly counters: SessionCounters = {
    framesSent: 0,
    framesReceived: 0,
    bytesSent: 0,
    bytesReceived: 0,
    repeats: 0,
    timeouts: 0,
    damagedFrames: 0,
  };
  #numbers: LinkNumbers = freshNumbers();
  #request: Request | null = null;
  #sends = 0;
  #isUnsent = false;
  #deadlineUs = Number.POSITIVE_INFINITY;
  #outbox: Uint8Array[] = [];
  #lastByteUs = 0;

  constructor(config: ExchangeConfig) {
    this.#config = config;
    this.#receiver = new FrameReceiver(config.dialect);
  }

  get request(): Request | null {
    return this.#request;
  }
  get deadlineUs(): number {
    if (this.#isUnsent || this.#outbox.length > 0) return 0;
    if (this.#receiver.pending.length === 0) return this.#deadlineUs;
    return Math.min(this.#deadlineUs, this.#lastByteUs + this.#config.gapUs);
  }

  /** A new request, under new numbers. */
  ask(request: Request): void {
    advance(this.#numbers);
    this.#request = request;
    this.#sends = 0;
    this.#isUnsent = true;
  }

  /** The same request after an error reply, at once. It takes new numbers: a terminal answers the old ones
   *  with its stored reply and executes nothing. @returns false if all sends are used up. */
  askAgain(): boolean {
    if (this.#sends >= this.#config.sends) return false;
    advance(this.#numbers);
    this.#isUnsent = true;
    return true;
  }

  /** No request: only a deadline. */
  wait(untilUs: number): void {
    this.#request = null;
    this.#isUnsent = false;
    this.#sends = 0;
    this.#deadlineUs = untilUs;
  }

  /** The other end restarted and has forgotten the numbers: both begin anew. */
  forgetNumbers(): void {
    this.#numbers = freshNumbers();
  }

  /** Drop what is queued or half received; the link is as new. */
  reset(): void {
    this.forgetNumbers();
    this.#outbox = [];
    this.#receiver.pending = new Uint8Array(0);
    this.wait(Number.POSITIVE_INFINITY);
  }

  receive(bytes: Uint8Array, nowUs: number): Arrival[] {
    const stale = this.#afterGap(nowUs);
    this.#lastByteUs = nowUs;
    this.counters.bytesReceived += bytes.length;
    return [...stale, ...this.#arrivals(this.#receiver.push(bytes))];
  }

  /** What a partial frame hid, once the line has been quiet for long enough. */
  flush(nowUs: number): Arrival[] {
    return this.#afterGap(nowUs);
  }

  tick(nowUs: number): TickResult {
    if (this.#isUnsent || nowUs < this.#deadlineUs) return 'early';
    if (this.#request === null) return 'waited';
    this.counters.timeouts++;
    if (this.#sends >= this.#config.sends) return 'gave-up';
    this.#isUnsent = true;
    return 'repeated';
  }

  nextFrame(nowUs: number): Uint8Array | null {
    const queued = this.#outbox.shift() ?? this.#requestFrame(nowUs);
    if (queued === null) return null;
    this.counters.framesSent++;
    this.counters.bytesSent += queued.length;
    return queued;
  }

  #requestFrame(nowUs: number): Uint8Array | null {
    if (!this.#isUnsent || this.#request === null) return null;
    this.#isUnsent = false;
    if (this.#sends > 0) this.counters.repeats++;
    this.#sends++;
    this.#deadlineUs = nowUs + this.#config.timeoutUs;
    return encodeRequest(this.#request, this.#numbers, this.#config);
  }

  #afterGap(nowUs: number): Arrival[] {
    if (this.#receiver.pending.length === 0 || nowUs - this.#lastByteUs < this.#config.gapUs)
      return [];
    return this.#arrivals(this.#receiver.idle());
  }

  #arrivals(frames: readonly Frame[]): Arrival[] {
    this.counters.damagedFrames = this.#receiver.damagedFrames;
    return frames.flatMap((frame) => this.#arrival(frame) ?? []);
  }

  /** Frames for others, of others, or in answer to an earlier request are not for the session. */
  #arrival(frame: Frame): Arrival | null {
    const { address, dialect } = this.#config;
    if (frame.address.region !== address.region) return null;
    if (frame.address.terminal !== address.terminal) return null;
    const message = parseMessage(frame, dialect);
    if (message === null) return null;
    this.counters.framesReceived++;
    if (isSpontaneous(frame)) {
      this.#outbox.push(encodeConfirmation(frame, dialect));
      return { kind: 'spontaneous', message };
    }
    const isAnswer = this.#request !== null && this.#sends > 0 && !this.#isUnsent;
    if (!isAnswer || (frame.seq & 0xf) !== this.#numbers.pseq) return null;
    return { kind: 'reply', message };
  }

  save(nowUs: number): SavedExchange {
    const pending = this.#receiver.pending;
    const { pseq, fcb } = this.#numbers;
    const isWaiting = this.#deadlineUs !== Number.POSITIVE_INFINITY && !this.#isUnsent;
    return {
      pseq,
      fcb: this.#config.dialect.frameCountBit ? fcb : 0,
      sends: this.#sends,
      unsent: this.#isUnsent,
      dueInUs: isWaiting ? Math.round(this.#deadlineUs - nowUs) : null,
      outbox: this.#outbox.map(toHex),
      pending: toHex(pending),
      quietForUs: pending.length > 0 ? Math.round(nowUs - this.#lastByteUs) : null,
    };
  }

  /** @param request what was outstanding; the session knows it. */
  restore(saved: SavedExchange, request: Request | null, nowUs: number): void {
    this.#numbers = { pseq: saved.pseq, fcb: saved.fcb };
    this.#request = request;
    this.#sends = saved.sends;
    this.#isUnsent = saved.unsent;
    this.#deadlineUs = saved.dueInUs === null ? Number.POSITIVE_INFINITY : nowUs + saved.dueInUs;
    this.#outbox = saved.outbox.map(fromHex);
    this.#receiver.pending = fromHex(saved.pending);
    this.#lastByteUs = nowUs - (saved.quietForUs ?? 0);
  }
}
