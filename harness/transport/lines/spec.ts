/** The text of a lossy line, as `--line` takes it: "drop=0.05,delay=0.1:50..500ms,down=20..45".
 *  Source: DESIGN.md section 4, fault kind `line`; the table LINE_KEYS says what each key means.
 *  Leaves out: models of one radio; those are lines of their own. */

import { RigError } from '../../errors.ts';

export interface LineSpec {
  readonly drop: number;
  readonly damage: number;
  readonly truncate: number;
  readonly duplicate: number;
  readonly swap: number;
  readonly noise: number;
  readonly delay: { readonly probability: number; readonly fromMs: number; readonly toMs: number };
  /** Seconds in which nothing gets through, ascending as given. */
  readonly down: readonly { readonly fromS: number; readonly toS: number }[];
}

const PROBABILITY = 'a probability from 0 to 1';

/** key → what it does, and the form of its value. */
export const LINE_KEYS = {
  drop: { means: 'a frame is lost', form: PROBABILITY },
  damage: { means: 'one to three bits of a frame flip', form: PROBABILITY },
  truncate: { means: 'the end of a frame is lost', form: PROBABILITY },
  duplicate: { means: 'a frame arrives twice', form: PROBABILITY },
  swap: { means: 'a frame arrives after the next one of its direction', form: PROBABILITY },
  noise: { means: 'up to 16 stray bytes arrive before a frame', form: PROBABILITY },
  delay: { means: 'a frame arrives late', form: 'PROBABILITY:FROM..TOms, e.g. 0.1:50..500ms' },
  down: {
    means: 'nothing gets through between these seconds; may be given again',
    form: 'FROM..TO in seconds, e.g. 20..45',
  },
} as const;

type Key = keyof typeof LINE_KEYS;

const NUMBER = String.raw`\d+(?:\.\d+)?`;
const DELAY = new RegExp(`^(${NUMBER}):(${NUMBER})\\.\\.(${NUMBER})ms$`);
const DOWN = new RegExp(`^(${NUMBER})\\.\\.(${NUMBER})s?$`);

export const PERFECT: LineSpec = {
  drop: 0,
  damage: 0,
  truncate: 0,
  duplicate: 0,
  swap: 0,
  noise: 0,
  delay: { probability: 0, fromMs: 0, toMs: 0 },
  down: [],
};

/** @param text comma-separated KEY=VALUE; the empty text is a perfect line. */
export function parseLineSpec(text: string): LineSpec {
  let spec: LineSpec = PERFECT;
  const seen = new Set<string>();
  let at = 0;
  for (const part of text.trim() === '' ? [] : text.split(',')) {
    const where = at + (part.length - part.trimStart().length) + 1;
    at += part.length + 1;
    const [key, value, ...more] = part.trim().split('=');
    const refuse = (problem: string, expected: string): never => {
      throw new RigError('LINE_SPEC', { spec: text, problem, at: `character ${where}`, expected });
    };
    if (key === undefined || !Object.hasOwn(LINE_KEYS, key)) {
      return refuse(`"${key}" is not a key`, Object.keys(LINE_KEYS).join(', '));
    }
    if (value === undefined || more.length > 0) return refuse('not KEY=VALUE', `${key}=VALUE`);
    if (key !== 'down' && seen.has(key)) return refuse(`"${key}" is given twice`, 'each key once');
    seen.add(key);
    const change = parseValue(key as Key, value, spec);
    if (change === null) {
      return refuse(`"${value}" does not fit ${key}`, LINE_KEYS[key as Key].form);
    }
    spec = { ...spec, ...change };
  }
  return spec;
}

function parseValue(key: Key, value: string, spec: LineSpec): Partial<LineSpec> | null {
  if (key === 'delay') {
    const [, probability, fromMs, toMs] = (DELAY.exec(value) ?? []).map(Number);
    if (probability === undefined || probability > 1 || fromMs! > toMs!) return null;
    return { delay: { probability, fromMs: fromMs!, toMs: toMs! } };
  }
  if (key === 'down') {
    const [, fromS, toS] = (DOWN.exec(value) ?? []).map(Number);
    if (fromS === undefined || fromS >= toS!) return null;
    return { down: [...spec.down, { fromS, toS: toS! }] };
  }
  const probability = new RegExp(`^${NUMBER}$`).test(value) ? Number(value) : Number.NaN;
  return probability <= 1 ? { [key]: probability } : null;
}

/** The shortest text that parses back to this line; keys in the order of the table. */
export function formatLineSpec(spec: LineSpec): string {
  const parts: string[] = [];
  for (const key of Object.keys(LINE_KEYS) as Key[]) {
    if (key === 'delay') {
      const { probability, fromMs, toMs } = spec.delay;
      if (probability > 0) parts.push(`delay=${probability}:${fromMs}..${toMs}ms`);
    } else if (key === 'down') {
      parts.push(...spec.down.map(({ fromS, toS }) => `down=${fromS}..${toS}`));
    } else if (spec[key] > 0) {
      parts.push(`${key}=${spec[key]}`);
    }
  }
  return parts.join(',');
}
