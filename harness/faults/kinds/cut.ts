/** Fault kind `cut`: the power goes before, inside or after flash operation n.
 *  Source: DESIGN.md section 4. Several cuts follow each other in the order of their tokens.
 *  Leaves out: cuts at a cycle that is in no flash operation. */

import { type Cut, TORN_MODELS } from '../fault-plan.ts';
import { type FaultKind, refuse, type Token, wholeNumber } from './kind.ts';

const CUT = 'cut@op=';
const TORN = 'torn=';
const MODELS = TORN_MODELS.map((model) => TORN + model);

export const cut: FaultKind = {
  summary: 'power lost before, inside or after a flash operation',
  forms: ['cut@op=N-before', 'cut@op=N-after', 'cut@op=N+FRACTION torn=MODEL'],

  print: ({ cuts }) =>
    cuts.flatMap(({ operation, at, torn }) => {
      const where = typeof at === 'number' ? `+${at}` : `-${at}`;
      return [`${CUT}${operation}${where}`, ...(torn === null ? [] : [TORN + torn])];
    }),

  parse(token, draft) {
    if (token.text.startsWith(TORN)) {
      draft.cuts.push(tornCut(token, draft.cuts.pop()));
      return true;
    }
    if (!token.text.startsWith(CUT)) return false;
    draft.cuts.push(parseCut(token));
    return true;
  },
};

function parseCut(token: Token): Cut {
  const rest = token.text.slice(CUT.length);
  const [, digits = '', where = ''] = /^([^+-]*)(.*)$/.exec(rest)!;
  const operation = wholeNumber(token, digits, CUT.length);
  const at = CUT.length + digits.length;
  if (where === '-before' || where === '-after') {
    return { operation, at: where === '-before' ? 'before' : 'after', torn: null };
  }
  const fraction = /^\+\d+(\.\d+)?(e-\d+)?$/.test(where) ? Number(where) : Number.NaN;
  if (fraction > 0 && fraction < 1) return { operation, at: fraction, torn: null };
  const expected = '-before, -after, or +FRACTION between 0 and 1';
  return refuse(token, at, where === '' ? 'the cut ends here' : `"${where}"`, expected);
}

function tornCut(token: Token, before: Cut | undefined): Cut {
  if (before === undefined || typeof before.at !== 'number' || before.torn !== null) {
    const expected = `${token.text} right behind a cut@op=N+FRACTION`;
    return refuse(token, 0, 'no torn operation to describe', expected);
  }
  const name = token.text.slice(TORN.length);
  const torn = TORN_MODELS.find((model) => model === name);
  if (torn !== undefined) return { ...before, torn };
  return refuse(
    token,
    TORN.length,
    `"${name}" is no torn model`,
    `one of ${TORN_MODELS.join(', ')}`,
  );
}

/** A cut inside an operation says what it leaves behind. Called when the next token is none of its own. */
export function refuseUntorn(cuts: readonly Cut[], next: Token): void {
  const last = cuts.at(-1);
  if (last === undefined || typeof last.at !== 'number' || last.torn !== null) return;
  if (next.text.startsWith(TORN)) return;
  const found = next.text === '' ? 'the line ends here' : `"${next.text}"`;
  refuse(next, 0, found, `${MODELS.join(', ')} behind a cut inside an operation`);
}
