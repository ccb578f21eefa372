/** Fault kind `line`: frames lost, damaged, cut short, doubled, delayed, swapped; the line down for a while.
 *  Source: DESIGN.md section 4.
 *  Leaves out: the meaning of the text between the quotes (transport/lines judges it). */

import { type FaultKind, refuse } from './kind.ts';

const LINE = 'line=';

export const line: FaultKind = {
  summary: 'frame faults, as given to --line',
  forms: ['line="KEY=VALUE,..."'],

  print: (plan) => (plan.line === '' ? [] : [`${LINE}"${plan.line}"`]),

  /** A shell may have taken the quotes away; the text itself has neither blanks nor quotes. */
  parse(token, draft) {
    if (!token.text.startsWith(LINE)) return false;
    if (draft.line !== null) refuse(token, 0, 'a second line', 'one');
    const [, quoted, bare] = /^line=(?:"([^"]*)"|([^"]*))$/.exec(token.text) ?? [];
    const text = quoted ?? bare;
    if (text === undefined) refuse(token, LINE.length, 'a stray quote', 'line="KEY=VALUE,..."');
    if (text === '') refuse(token, LINE.length, 'no line faults', 'some, or no line token at all');
    draft.line = text;
    return true;
  },
};
