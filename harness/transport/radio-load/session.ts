/** A file's way to a node over the radio, as a session: one frame in, one frame out, deadlines, a saved form.
 *  Source: firmware-fixtures/msp430f1611/README.md, "Files over the radio"; the session contract in ../session.ts.
 *  Leaves out: several nodes at a time, nodes that pass a file on. */

import { Prng } from '../../prng.ts';
import type { StationConfig } from '../power-load/messages.ts';
import { packFlags, parseSaved, unpackFlags } from '../power-load/saved.ts';
import { xteaEncrypt } from '../power-load/xtea.ts';
import type { Session, SessionCounters, SessionResult } from '../session.ts';
import {
  encodeLoadFrame,
  type Kind,
  type LoadFrame,
  parseLoadFrame,
  type RadioAddress,
  SEGMENT_BYTES,
} from './frame.ts';

export interface RadioLoadPlan extends Pick<StationConfig, 'address' | 'key'> {
  /** Envelope, body, CRC-16. */
  readonly file: Uint8Array;
  readonly radio: RadioAddress;
  /** Seeds the challenge. */
  readonly seed?: number;
}

const ENVELOPE_BYTES = 18;
const RANDOM_BYTES = 4;
/** The node programs a segment meanwhile; its radio holds one frame. */
const DATA_GAP_US = 20_000;
/** BEGIN and END may erase sectors of external flash, END puts the update together. */
const WAIT_US: Readonly<Record<'begin' | 'query' | 'end', number>> = {
  begin: 4e6,
  query: 300_000,
  end: 8e6,
};
/** Times without an answer, one after the other. */
const MAX_SILENT = 8;
/** Times that a node is asked to begin anew, which one that has restarted is. */
const MAX_BEGINS = 4;
const REASONS: Readonly<Record<number, string>> = {
  1: 'the file is not for what it holds, or its supply is too low',
  2: 'the file is damaged, or does not make its image',
};

interface State {
  phase: 'begin' | 'data' | 'query' | 'end' | 'done' | 'failed';
  silent: number;
  begins: number;
  /** Of the frame to be sent next. */
  number: number;
  isUnsent: boolean;
  summary: string;
}

export function createRadioLoad(plan: RadioLoadPlan): Session {
  return new RadioLoad(plan);
}

class RadioLoad implements Session {
  readonly counters: SessionCounters = {
    framesSent: 0,
    framesReceived: 0,
    bytesSent: 0,
    bytesReceived: 0,
    repeats: 0,
    timeouts: 0,
    damagedFrames: 0,
  };
  readonly #plan: RadioLoadPlan;
  readonly #transfer: number;
  readonly #begin: Uint8Array;
  /** 1 = not known to be there. */
  readonly #missing: Uint8Array;
  #state: State = {
    ...{ phase: 'begin', silent: 0, begins: 1, number: 0 },
    ...{ isUnsent: true, summary: '' },
  };
  #dueUs = 0;

  constructor(plan: RadioLoadPlan) {
    const { file } = plan;
    this.#plan = plan;
    this.#transfer = file.at(-2)! | (file.at(-1)! << 8);
    this.#missing = new Uint8Array(Math.ceil(file.length / SEGMENT_BYTES)).fill(1);
    this.#begin = this.#beginPayload();
  }

  /** Node's address, challenge and its XTEA, envelope. */
  #beginPayload(): Uint8Array {
    const { address, key, file, seed = 0 } = this.#plan;
    const words = [address.region, address.terminal, this.#transfer, this.#missing.length];
    const bytes = words.flatMap((word) => [word & 0xff, word >> 8]);
    const challenge = Uint8Array.of(...bytes.slice(4), ...new Prng(seed).bytes(RANDOM_BYTES));
    const proof = xteaEncrypt(key, challenge);
    return Uint8Array.of(
      ...bytes.slice(0, 4),
      ...challenge,
      ...proof,
      ...file.slice(0, ENVELOPE_BYTES),
    );
  }

  get result(): SessionResult {
    const { phase, summary } = this.#state;
    if (phase === 'done' || phase === 'failed')
      return { state: phase, summary, deviceVersion: null };
    const missing = this.#missing.reduce((sum, one) => sum + one, 0);
    const running = `${phase}: ${missing} of ${this.#missing.length} segments are missing`;
    return { state: 'running', summary: running, deviceVersion: null };
  }

  deadlineUs(): number {
    return this.result.state === 'running' ? this.#dueUs : Number.POSITIVE_INFINITY;
  }

  /** @param bytes one frame. */
  receive(bytes: Uint8Array, nowUs: number): void {
    const frame = parseLoadFrame(bytes);
    if (frame === null || frame.transfer !== this.#transfer) return;
    this.counters.framesReceived++;
    this.counters.bytesReceived += bytes.length;
    this.#answered(frame, nowUs);
  }

  #answered({ kind, payload }: LoadFrame, nowUs: number): void {
    const { phase } = this.#state;
    if (phase === 'done' || phase === 'failed') return;
    if (kind === 'accepted') this.#finish('done', 'the node has accepted the file');
    else if (kind === 'refused') this.#finish('failed', refusal(payload[0]));
    else if (kind === 'ready' && phase === 'begin') this.#enter('data', nowUs);
    else if (kind === 'missing' && (phase === 'query' || phase === 'end')) {
      this.#missing.forEach((_, i) => {
        this.#missing[i] = (payload[i >>> 3]! >>> (i & 7)) & 1;
      });
      this.#enter(this.#missing.includes(1) ? 'data' : 'end', nowUs);
    }
  }

  tick(nowUs: number): void {
    const state = this.#state;
    if (this.result.state !== 'running' || nowUs < this.#dueUs || state.isUnsent) return;
    state.isUnsent = true;
    if (state.phase === 'data') return;
    this.counters.timeouts++;
    if (++state.silent < MAX_SILENT) this.counters.repeats++;
    else if (state.phase === 'begin' || ++state.begins > MAX_BEGINS) {
      this.#finish('failed', `no answer from the node, ${state.phase}`);
    } else {
      this.#missing.fill(1);
      this.#enter('begin', nowUs);
    }
  }

  nextFrame(nowUs: number): Uint8Array | null {
    const state = this.#state;
    const { phase } = state;
    if (phase === 'done' || phase === 'failed' || !state.isUnsent) return null;
    state.isUnsent = false;
    if (phase !== 'data') {
      this.#dueUs = nowUs + WAIT_US[phase];
      return this.#frame(phase, 0, phase === 'begin' ? this.#begin : new Uint8Array());
    }
    const segment = this.#missing.indexOf(1);
    this.#missing[segment] = 0;
    const payload = this.#plan.file.slice(SEGMENT_BYTES * segment, SEGMENT_BYTES * (segment + 1));
    this.#dueUs = nowUs + DATA_GAP_US;
    const frame = this.#frame('data', segment, payload);
    // The question waits for the node as the next segment does.
    if (!this.#missing.includes(1)) state.phase = 'query';
    return frame;
  }

  #frame(kind: Kind, segment: number, payload: Uint8Array): Uint8Array {
    const segments = this.#missing.length;
    const frame = { kind, transfer: this.#transfer, segments, segment, payload };
    const bytes = encodeLoadFrame(frame, this.#plan.radio, this.#state.number);
    this.#state.number = (this.#state.number + 1) & 0xff;
    this.counters.framesSent++;
    this.counters.bytesSent += bytes.length;
    return bytes;
  }

  #enter(phase: State['phase'], nowUs: number): void {
    this.#dueUs = nowUs;
    Object.assign(this.#state, { phase, silent: 0, isUnsent: true });
  }
  #finish(phase: 'done' | 'failed', summary: string): void {
    Object.assign(this.#state, { phase, summary });
  }

  save(nowUs: number): string {
    const saved: Saved = {
      state: this.#state,
      missing: packFlags(this.#missing),
      dueInUs: Math.round(this.#dueUs - nowUs),
    };
    return JSON.stringify(saved);
  }

  restore(text: string, nowUs: number): void {
    const { state, missing, dueInUs } = parseSaved<Saved>('radio load', text);
    this.#state = { ...state };
    unpackFlags(missing, this.#missing);
    this.#dueUs = nowUs + dueInUs;
  }
}

interface Saved {
  state: State;
  missing: string;
  dueInUs: number;
}

const refusal = (reason: number | undefined): string =>
  `the node refuses: ${REASONS[reason ?? 0] ?? `reason ${reason}`}`;
