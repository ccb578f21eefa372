/** The line that repeats one run: board, scheme, images by hash, station, and the fault.
 *  Source: DESIGN.md section 4, "one line that replays it".
 *  Leaves out: where the images lie; whoever replays finds them by scenario or by hash. */

import type { FaultPlan } from './fault-plan.ts';
import { refuse, type Token } from './kinds/kind.ts';
import { planOf, tokensOf } from './parse.ts';
import { formatFault } from './print.ts';

export interface ReplayLine {
  readonly board: string;
  readonly scheme: string;
  /** First eight digits of each image's sha256. */
  readonly boot: string;
  readonly from: string;
  readonly to: string;
  /** Images that the device went through before `from`, the oldest first. */
  readonly via: readonly string[];
  /** Ready-made case that the images came from; null = given one by one. */
  readonly scenario: string | null;
  readonly resume: string;
  readonly dialect: string;
  readonly fault: FaultPlan;
}

/** What a line does not say, since it is usual. */
export const USUAL = { resume: 'query', dialect: '376.1' } as const;

const HASH_DIGITS = 8;
const short = (sha256: string): string => sha256.slice(0, HASH_DIGITS).toLowerCase();

export function formatReplay(run: ReplayLine): string {
  const parts = [
    run.board,
    run.scheme,
    `boot:${short(run.boot)}`,
    `${short(run.from)}→${short(run.to)}`,
  ];
  if (run.via.length > 0) parts.push(`via=${run.via.map(short).join(',')}`);
  if (run.scenario !== null) parts.push(`scenario=${run.scenario}`);
  if (run.resume !== USUAL.resume) parts.push(`resume=${run.resume}`);
  if (run.dialect !== USUAL.dialect) parts.push(`dialect=${run.dialect}`);
  return [...parts, formatFault(run.fault)].join(' ');
}

/** `->` does for the arrow where it cannot be typed. */
const IMAGES = /^([0-9a-f]{8})(?:→|->)([0-9a-f]{8})$/;

export function parseReplay(text: string): ReplayLine {
  const tokens = tokensOf(text);
  const expect = (index: number, form: RegExp, expected: string): RegExpExecArray => {
    const token: Token = tokens[index] ?? { text: '', at: text.length + 1, whole: text };
    const found = token.text === '' ? 'the line ends here' : `"${token.text}"`;
    return form.exec(token.text) ?? refuse(token, 0, found, expected);
  };
  const NAME = /^[a-z0-9][a-z0-9._-]*$/;
  const [board] = expect(0, NAME, 'the name of a board');
  const [scheme] = expect(1, NAME, 'the name of a scheme');
  const [, boot] = expect(2, /^boot:([0-9a-f]{8})$/, 'boot: and 8 digits of its sha256');
  const [, from, to] = expect(3, IMAGES, '8 digits of the old and the new image, OLD→NEW');
  const options = optionsOf(tokens.slice(4));
  return {
    board,
    scheme,
    boot: boot!,
    from: from!,
    to: to!,
    via: options.found['via']?.split(',') ?? [],
    scenario: options.found['scenario'] ?? null,
    resume: options.found['resume'] ?? USUAL.resume,
    dialect: options.found['dialect'] ?? USUAL.dialect,
    fault: planOf(options.rest, text),
  };
}

const OPTION = /^(via|scenario|resume|dialect)=(.*)$/;
const HASHES = /^[0-9a-f]{8}(,[0-9a-f]{8})*$/;

/** Options lie between images and fault, each once; the rest is the fault's. */
function optionsOf(tokens: readonly Token[]): {
  found: Record<string, string>;
  rest: readonly Token[];
} {
  const found: Record<string, string> = {};
  let taken = 0;
  for (const token of tokens) {
    const [, name, value] = OPTION.exec(token.text) ?? [];
    if (name === undefined || value === undefined) break;
    if (Object.hasOwn(found, name)) refuse(token, 0, `a second ${name}`, 'one');
    if (name === 'via' && !HASHES.test(value))
      refuse(token, name.length + 1, `"${value}"`, '8 digits of each image, with commas');
    else if (name !== 'via' && !/^[a-z0-9][a-z0-9._-]*$/.test(value))
      refuse(token, name.length + 1, `"${value}"`, 'a name');
    found[name] = value;
    taken++;
  }
  return { found, rest: tokens.slice(taken) };
}
