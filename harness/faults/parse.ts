/** The line that `formatFault` prints, back into a fault plan; also what a person typed.
 *  Source: STYLE.md rules 6 and 7: each error says where, what was found, and what was expected.
 *  Leaves out: whether a device has such an operation or address. */

import type { FaultPlan } from './fault-plan.ts';
import { refuseUntorn } from './kinds/cut.ts';
import { faultKinds } from './kinds/index.ts';
import { type Draft, type FaultKind, refuse, type Token, wholeNumber } from './kinds/kind.ts';

const SEED = 'seed=';
const KINDS: readonly FaultKind[] = Object.values(faultKinds);
const FORMS = [...KINDS.flatMap((kind) => kind.forms), 'seed=NUMBER'];

/** What is left out: no cut, a station that resumes, a perfect line, seed 0. */
export const parseFault = (text: string): FaultPlan => planOf(tokensOf(text), text);

export function tokensOf(whole: string): Token[] {
  return [...whole.matchAll(/\S+/g)].map((match) => ({
    text: match[0],
    at: match.index + 1,
    whole,
  }));
}

/** @param tokens those of `whole` that are the fault's. */
export function planOf(tokens: readonly Token[], whole: string): FaultPlan {
  const draft: Draft = {
    cuts: [],
    station: null,
    line: null,
    seed: null,
    stationRestarts: [],
  };
  for (const token of tokens) {
    refuseUntorn(draft.cuts, token);
    const isTaken = takeSeed(token, draft) || KINDS.some((kind) => kind.parse(token, draft));
    if (!isTaken) refuse(token, 0, `"${token.text}" is no fault`, `one of ${FORMS.join(', ')}`);
  }
  refuseUntorn(draft.cuts, { text: '', at: whole.length + 1, whole });
  return finish(draft);
}

function takeSeed(token: Token, draft: Draft): boolean {
  if (!token.text.startsWith(SEED)) return false;
  if (draft.seed !== null) refuse(token, 0, 'a second seed', 'one');
  draft.seed = wholeNumber(token, token.text.slice(SEED.length), SEED.length);
  return true;
}

function finish(draft: Draft): FaultPlan {
  const { cuts, station, line, seed, stationRestarts } = draft;
  return {
    cuts,
    station: station ?? 'resumes',
    line: line ?? '',
    seed: seed ?? 0,
    ...(stationRestarts.length > 0 ? { stationRestarts } : {}),
  };
}
