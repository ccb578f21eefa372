/** Asks a terminal whether it is there and which version it runs, and changes nothing in it.
 *  Source: decision 0001, rows "link test" and "AFN 09 F1".
 *  Leaves out: clock and readings. */

import { type AskSession, askSession } from './ask-session.ts';
import { FIXTURE_STATION } from './defaults.ts';
import type { StationConfig } from './messages.ts';

export interface ProbePlan extends Partial<StationConfig> {
  /** Silence after which a question is asked again. Default 1 s. */
  readonly timeoutUs?: number;
  /** Times that each question is asked at most. Default 4. */
  readonly tries?: number;
}

/** Asks the terminal for a link test and its version; changes nothing in it. */
export function createProbeSession(plan: ProbePlan = {}): AskSession {
  return askSession({
    ...FIXTURE_STATION,
    ...plan,
    requests: [{ ask: 'link-test' }, { ask: 'version' }],
    waitUs: 0,
    timeoutUs: plan.timeoutUs ?? 1_000_000,
    sends: plan.tries ?? 4,
    isAnswer: ({ ask }, { says }) =>
      ask === 'link-test' ? says === 'confirm' : says === 'version',
    conclude: ([link, asked], version) => ({
      state: asked === 'answered' ? 'done' : 'failed',
      deviceVersion: version,
      summary: `link test ${link}, version query ${asked}${version === null ? '' : `: ${version}`}`,
    }),
  });
}
