/** Sessions that ask a fixed list of requests in order and note how each was answered.
 *  Source: decision 0001; the session contract in ../session.ts.
 *  Leaves out: any reaction to an answer; that is the upload session's business. */

import type { Session, SessionResult } from '../session.ts';
import { type Arrival, Exchange } from './exchange.ts';
import { isRefusal, type Message, type Request, type StationConfig } from './messages.ts';
import { parseSaved } from './saved.ts';

/** How a request ended. */
export type Answer = 'answered' | 'denied' | 'silent';

export interface AskSession extends Session {
  /** One for each request that has ended, in order. */
  readonly answers: readonly Answer[];
}

export interface AskConfig extends StationConfig {
  readonly requests: readonly Request[];
  readonly waitUs: number;
  readonly timeoutUs: number;
  readonly sends: number;
  readonly isAnswer: (request: Request, message: Message) => boolean;
  readonly conclude: (answers: readonly Answer[], version: string | null) => SessionResult;
}

const RUNNING: SessionResult = { state: 'running', summary: 'asks', deviceVersion: null };

export function askSession(config: AskConfig): AskSession {
  const exchange = new Exchange({ ...config, gapUs: Math.min(1_000_000, config.timeoutUs) });
  let answers: Answer[] = [];
  let version: string | null = null;
  let isStarted = false;
  let isAsking = false;
  const isOver = () => answers.length === config.requests.length;

  const askNext = () => {
    isAsking = true;
    if (isOver()) exchange.wait(Number.POSITIVE_INFINITY);
    else exchange.ask(config.requests[answers.length]!);
  };
  const start = (nowUs: number) => {
    if (isStarted) return;
    isStarted = true;
    exchange.wait(nowUs + config.waitUs);
    if (config.waitUs === 0) askNext();
  };
  const note = (answer: Answer) => {
    answers.push(answer);
    askNext();
  };
  const arrive = (arrivals: readonly Arrival[]) => {
    for (const { kind, message } of arrivals) {
      if (kind === 'spontaneous') {
        if (message.says === 'login' && !isAsking) askNext();
        continue;
      }
      const request = exchange.request;
      if (request === null) continue;
      if (message.says === 'version') version = message.version.software;
      if (config.isAnswer(request, message)) note('answered');
      else if (isRefusal(message, -1) || message.says === 'stored') note('denied');
    }
  };

  return {
    get answers() {
      return answers;
    },
    get counters() {
      return exchange.counters;
    },
    get result() {
      return isOver() ? config.conclude(answers, version) : RUNNING;
    },
    deadlineUs: () => {
      if (isOver()) return Number.POSITIVE_INFINITY;
      return isStarted ? exchange.deadlineUs : 0;
    },
    receive(bytes, nowUs) {
      start(nowUs);
      arrive(exchange.receive(bytes, nowUs));
    },
    tick(nowUs) {
      start(nowUs);
      arrive(exchange.flush(nowUs));
      const result = exchange.tick(nowUs);
      if (result === 'waited') askNext();
      if (result === 'gave-up') note('silent');
    },
    nextFrame(nowUs) {
      start(nowUs);
      return exchange.nextFrame(nowUs);
    },
    save: (nowUs) =>
      JSON.stringify({ isStarted, isAsking, answers, version, exchange: exchange.save(nowUs) }),
    restore(saved, nowUs) {
      const state = parseSaved<SavedAsk>('session', saved);
      ({ isStarted, isAsking, version } = state);
      answers = [...state.answers];
      const request = isAsking ? (config.requests[answers.length] ?? null) : null;
      exchange.restore(state.exchange, request, nowUs);
    },
  };
}

interface SavedAsk {
  isStarted: boolean;
  isAsking: boolean;
  answers: Answer[];
  version: string | null;
  exchange: ReturnType<Exchange['save']>;
}
