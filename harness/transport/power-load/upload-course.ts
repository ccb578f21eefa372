/** The station's course of one program upload: login, AFN 06, clear, segments, breakpoints, version.
 *  Source: decision 0001, "the station's course"; Bao 2021, section 3.4.2 (flags F1..Fn, four sends, 10 s).
 *  Leaves out: bytes and time (exchange) and the session contract (upload-session). */

import type { Exchange } from './exchange.ts';
import { FILE_ERROR, type FileSegment } from './file.ts';
import { AFN, expectedResponse, isRefusal, type Message, type Request } from './messages.ts';

export interface CourseConfig {
  readonly segments: readonly FileSegment[];
  readonly expectedVersion: string | null;
  readonly resume: 'query' | 'flags';
  readonly authenticates: boolean;
  readonly key: Uint8Array;
  readonly challenge: Uint8Array;
  readonly maxRounds: number;
  readonly restartWaitUs: number;
}

const LOGIN_WAIT_US = 2_000_000;
/** Whole transfers from segment 0 before the session gives up. */
const MAX_TRANSFERS = 4;
/** Segments in a row without any answer after which a pass ends: nobody listens. */
const SILENT_SEGMENTS = 8;

export type Phase =
  | 'login'
  | 'authenticate'
  | 'clear'
  | 'segments'
  | 'missing'
  | 'restart'
  | 'version'
  | 'done'
  | 'failed';

/** What follows AFN 06. */
type Goal = 'clear' | 'missing' | 'segments' | 'version';
/** Why the version is asked: the file is complete, no transfer is known there, or a segment was denied. */
type VersionCause = 'complete' | 'no-transfer' | 'denied';

/** Plain data; together with the flags and the exchange it is the whole session. */
export interface CourseState {
  phase: Phase;
  /** Null except before and during AFN 06. */
  goal: Goal | null;
  /** Null except while the version is asked. */
  cause: VersionCause | null;
  /** The outstanding segment; -1 outside a pass. */
  cursor: number;
  /** Segments in a row that met silence. */
  silent: number;
  roundsLeft: number;
  transfersLeft: number;
  /** Fewest missing segments that a query ever found. */
  lowWater: number;
  /** The last segment was sent again because nothing was missing and yet the old program ran. */
  isPoked: boolean;
  version: string | null;
  /** Set once the session is over. */
  summary: string;
}

export class UploadCourse {
  readonly #config: CourseConfig;
  readonly #exchange: Exchange;
  /** F1..Fn of the paper: 1 = stored, as far as the station knows. */
  readonly flags: Uint8Array;
  state: CourseState;

  constructor(config: CourseConfig, exchange: Exchange) {
    this.#config = config;
    this.#exchange = exchange;
    this.flags = new Uint8Array(config.segments.length);
    this.state = this.#freshState();
  }

  #freshState(): CourseState {
    return {
      phase: 'login',
      goal: 'clear',
      cause: null,
      cursor: -1,
      silent: 0,
      roundsLeft: this.#config.maxRounds,
      transfersLeft: MAX_TRANSFERS,
      lowWater: this.#config.segments.length,
      isPoked: false,
      version: null,
      summary: '',
    };
  }

  get isOver(): boolean {
    return this.state.phase === 'done' || this.state.phase === 'failed';
  }

  get missingCount(): number {
    let missing = 0;
    for (const flag of this.flags) if (flag === 0) missing++;
    return missing;
  }

  /** What is outstanding in this state; a saved session need not carry it. */
  get request(): Request | null {
    const { phase, cursor } = this.state;
    switch (phase) {
      case 'authenticate':
        return { ask: 'authenticate', challenge: this.#config.challenge };
      case 'segments':
        return { ask: 'segment', segment: this.#config.segments[cursor]! };
      case 'clear':
      case 'missing':
      case 'version':
        return { ask: phase };
      default:
        return null;
    }
  }

  awaitLogin(nowUs: number): void {
    const goal = this.state.goal;
    this.#enter('login');
    this.state.goal = goal;
    this.#exchange.wait(nowUs + LOGIN_WAIT_US);
  }

  /** Everything but the plan is lost. What is stored can only be learned from the terminal. */
  restart(nowUs: number): void {
    this.state = this.#freshState();
    this.state.goal = 'missing';
    this.flags.fill(0);
    this.awaitLogin(nowUs);
  }

  disconnected(nowUs: number): void {
    this.state.goal = this.#goalAfterRestart();
    this.awaitLogin(nowUs);
  }

  onReply(message: Message, nowUs: number): void {
    switch (this.state.phase) {
      case 'authenticate':
        this.#onAuthenticate(message, nowUs);
        break;
      case 'clear':
        this.#onClear(message, nowUs);
        break;
      case 'segments':
        this.#onSegment(message, nowUs);
        break;
      case 'missing':
        this.#onMissing(message, nowUs);
        break;
      case 'version':
        this.#onVersion(message, nowUs);
        break;
      default:
        return;
    }
  }

  /** A login in the middle means that the terminal restarted: link numbers and AFN 06 are forgotten. */
  onLogin(nowUs: number): void {
    const { phase, cause } = this.state;
    if (this.isOver) return;
    this.#exchange.forgetNumbers();
    if (phase === 'restart' || cause === 'complete') {
      this.#askVersion('complete');
      return;
    }
    if (phase !== 'login' && phase !== 'authenticate') {
      if (!this.#spendRound('kept restarting')) return;
    }
    this.#authenticate(this.#goalAfterRestart(), nowUs);
  }

  /** A deadline without a request has passed. */
  onWaited(nowUs: number): void {
    if (this.state.phase === 'login') this.#authenticate(this.state.goal ?? 'clear', nowUs);
    else if (this.state.phase === 'restart') this.#askVersion('complete');
  }

  /** All sends of a request met silence. */
  onGaveUp(nowUs: number): void {
    const { state } = this;
    if (state.phase !== 'segments') {
      const request = this.request;
      if (request !== null && this.#spendRound('did not answer')) this.#exchange.ask(request);
      return;
    }
    state.silent++;
    if (state.silent >= SILENT_SEGMENTS) {
      state.silent = 0;
      state.cursor = this.flags.length;
    }
    this.#nextSegment(nowUs);
  }

  #enter(phase: Phase): void {
    const { state } = this;
    state.phase = phase;
    state.goal = null;
    state.cause = null;
    state.cursor = -1;
    state.silent = 0;
  }

  #goalAfterRestart(): Goal {
    const { phase, goal, cause } = this.state;
    if (goal !== null) return goal;
    if (phase === 'clear') return 'clear';
    if (this.#config.resume === 'query' || phase === 'missing') {
      this.flags.fill(0);
      return 'missing';
    }
    if (phase === 'restart' || cause === 'complete' || cause === 'no-transfer') return 'version';
    // Only the reply to the last missing segment is open: the terminal may have it, and run the new program.
    return phase === 'segments' && this.missingCount === 1 ? 'version' : 'segments';
  }

  #authenticate(goal: Goal, nowUs: number): void {
    if (!this.#config.authenticates) {
      this.#pursue(goal, nowUs);
      return;
    }
    this.#enter('authenticate');
    this.state.goal = goal;
    this.#askForPhase();
  }

  #askForPhase(): void {
    this.#exchange.ask(this.request!);
  }

  #onAuthenticate(message: Message, nowUs: number): void {
    const { key, challenge } = this.#config;
    if (message.says === 'authenticated') {
      const expected = expectedResponse(key, challenge);
      const isRight = message.response.every((byte, i) => byte === expected[i]);
      if (isRight) {
        this.#pursue(this.state.goal!, nowUs);
        return;
      }
    } else if (!isRefusal(message, AFN.authenticate)) return;
    if (this.#exchange.askAgain()) return;
    const isDenied = message.says !== 'authenticated';
    this.#fail(
      isDenied
        ? 'the terminal denied AFN 06: it has another key, or none'
        : 'the terminal answered AFN 06 without knowing the key',
    );
  }

  #pursue(goal: Goal, nowUs: number): void {
    switch (goal) {
      case 'clear':
        this.#clear();
        break;
      case 'missing':
        this.#enter('missing');
        this.#askForPhase();
        break;
      case 'segments':
        this.#nextSegment(nowUs);
        break;
      case 'version':
        this.#askVersion('no-transfer');
        break;
    }
  }

  #clear(): void {
    this.flags.fill(0);
    this.state.isPoked = false;
    this.#enter('clear');
    this.#askForPhase();
  }

  #onClear(message: Message, nowUs: number): void {
    if (message.says === 'stored' && message.index !== FILE_ERROR) {
      this.#nextSegment(nowUs);
    } else if (message.says === 'stored') {
      if (!this.#exchange.askAgain()) this.#fail('the terminal refused to clear its file');
    } else if (isRefusal(message, AFN.file)) {
      if (this.#spendRound('denied the clear')) this.#authenticate('clear', nowUs);
    }
  }

  /** The next missing segment behind the cursor; at the end of a pass, back to the breakpoints. */
  #nextSegment(nowUs: number): void {
    const { state } = this;
    if (state.phase !== 'segments') this.#enter('segments');
    let next = this.flags.indexOf(0, state.cursor + 1);
    if (next < 0) {
      if (this.missingCount === 0) {
        this.#enter('restart');
        this.#exchange.wait(nowUs + this.#config.restartWaitUs);
        return;
      }
      if (!this.#spendRound('left segments unanswered')) return;
      next = this.flags.indexOf(0);
    }
    state.cursor = next;
    this.#askForPhase();
  }

  #onSegment(message: Message, nowUs: number): void {
    const { state } = this;
    if (isRefusal(message, AFN.file)) {
      this.#askVersion('denied');
      return;
    }
    if (message.says !== 'stored') return;
    state.silent = 0;
    if (message.index === state.cursor) {
      this.flags[state.cursor] = 1;
      this.#nextSegment(nowUs);
      return;
    }
    if (message.index === FILE_ERROR && this.missingCount === 1) {
      this.#transferAgain('found the whole file wrong', nowUs);
      return;
    }
    if (!this.#exchange.askAgain()) this.#nextSegment(nowUs);
  }

  #onMissing(message: Message, nowUs: number): void {
    if (isRefusal(message, AFN.class1)) {
      this.#askVersion('no-transfer');
      return;
    }
    if (message.says !== 'missing' || message.group !== 0) return;
    const { state, flags } = this;
    for (let i = 0; i < flags.length; i++) {
      flags[i] = ((message.bitmap[i >>> 3]! >>> (i & 7)) & 1) ^ 1;
    }
    const missing = this.missingCount;
    if (missing < state.lowWater) {
      state.lowWater = missing;
      state.roundsLeft = this.#config.maxRounds;
    }
    if (missing === 0) {
      // Complete, and yet not installed: the last segment again makes the terminal look.
      if (state.isPoked) {
        this.#transferAgain('never installed a complete file', nowUs);
        return;
      }
      state.isPoked = true;
      flags[flags.length - 1] = 0;
    }
    this.#nextSegment(nowUs);
  }

  #askVersion(cause: VersionCause): void {
    this.#enter('version');
    this.state.cause = cause;
    this.#askForPhase();
  }

  #onVersion(message: Message, nowUs: number): void {
    if (isRefusal(message, AFN.configuration)) {
      if (!this.#exchange.askAgain()) this.#fail('the terminal denied the version query');
      return;
    }
    if (message.says !== 'version') return;
    const { state } = this;
    const { expectedVersion, resume } = this.#config;
    const { cause } = state;
    const version = message.version.software;
    state.version = version;
    if (expectedVersion === null ? cause === 'complete' : version === expectedVersion) {
      this.#finish(`the terminal runs version ${version}`);
      return;
    }
    if (cause === 'no-transfer') {
      this.#transferAgain(`ran ${version} and had no transfer`, nowUs);
      return;
    }
    if (cause === 'complete' && resume === 'flags') {
      // Flags alone cannot tell what is missing: to begin anew is for whoever started this session.
      this.#fail(`the terminal still ran ${version} with all segments acknowledged`);
      return;
    }
    if (!this.#spendRound(`still ran version ${version}`)) return;
    if (resume === 'query') this.flags.fill(0);
    this.#authenticate(resume === 'query' ? 'missing' : 'segments', nowUs);
  }

  /** From AFN 06 on, since the terminal may have restarted unseen; bounded, since it may refuse each time. */
  #transferAgain(why: string, nowUs: number): void {
    const { state } = this;
    if (--state.transfersLeft <= 0) {
      this.#fail(`the terminal ${why}, after ${MAX_TRANSFERS} whole transfers`);
      return;
    }
    state.lowWater = this.flags.length;
    state.roundsLeft = this.#config.maxRounds;
    this.#authenticate('clear', nowUs);
  }

  /** @returns false if the session has just failed for it. */
  #spendRound(why: string): boolean {
    if (--this.state.roundsLeft > 0) return true;
    this.#fail(`the terminal ${why}: ${this.#config.maxRounds} rounds without progress are over`);
    return false;
  }

  #finish(summary: string): void {
    this.flags.fill(1);
    this.#end('done', summary);
  }
  #fail(why: string): void {
    const total = this.flags.length;
    this.#end('failed', `${why}; ${total - this.missingCount} of ${total} segments were stored`);
  }
  #end(phase: 'done' | 'failed', summary: string): void {
    this.#enter(phase);
    this.state.summary = summary;
    this.#exchange.wait(Number.POSITIVE_INFINITY);
  }
}
