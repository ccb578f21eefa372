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
    means: 'nothing gets through between these seconds',
    form: 'FROM..TO in seconds, more of them behind +, e.g. 20..45+90..95',
  },
} as const;

type Key = keyof typeof LINE_KEYS;

const NUMBER = String.raw`\d+(?:\.\d+)?`;
const DECIMAL = new RegExp(`^${NUMBER}$`);
const DELAY = new RegExp(`^(${NUMBER}):(${NUMBER})\\.\\.(${NUMBER})ms$`);
const WINDOW = new RegExp(`^(${NUMBER})\\.\\.(${NUMBER})$`);

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

/** @param text comma-separated KEY=VALUE, each key once; the empty text is a perfect line. */
export function parseLineSpec(text: string): LineSpec {
  let spec: LineSpec = PERFECT;
  const seen = new Set<string>();
  let at = 1;
  for (const part of text === '' ? [] : text.split(',')) {
    const refuse = (problem: string, expected: string): never => {
      throw new RigError('LINE_SPEC', { spec: text, at, problem, expected });
    };
    const [key = '', value, ...more] = part.split('=');
    if (!isKey(key)) return refuse(`"${key}" is no key`, `one of ${KEYS.join(', ')}`);
    if (value === undefined || more.length > 0) return refuse(`"${part}"`, `${key}=VALUE`);
    if (seen.has(key)) return refuse(`${key} comes twice`, 'each key once');
    seen.add(key);
    const change = parseValue(key, value);
    if (change === null) return refuse(`${key} is "${value}"`, LINE_KEYS[key].form);
    spec = { ...spec, ...change };
    at += part.length + 1;
  }
  return spec;
}

const KEYS = Object.keys(LINE_KEYS) as Key[];
const isKey = (text: string): text is Key => Object.hasOwn(LINE_KEYS, text);

function parseValue(key: Key, value: string): Partial<LineSpec> | null {
  if (key === 'delay') {
    const [, probability, fromMs, toMs] = (DELAY.exec(value) ?? []).map(Number);
    if (probability === undefined || probability > 1 || fromMs! > toMs!) return null;
    return { delay: { probability, fromMs: fromMs!, toMs: toMs! } };
  }
  if (key === 'down') {
    const windows = value.split('+').map((window) => (WINDOW.exec(window) ?? []).map(Number));
    const down = windows.map(([, fromS, toS]) => ({ fromS: fromS ?? 0, toS: toS ?? 0 }));
    return down.every(({ fromS, toS }) => fromS < toS) ? { down } : null;
  }
  const probability = DECIMAL.test(value) ? Number(value) : Number.NaN;
  return probability <= 1 ? { [key]: probability } : null;
}

/** The text that parses back to this line; keys in the order of the table, what is zero left out. */
export function formatLineSpec(spec: LineSpec): string {
  const { delay, down } = spec;
  const texts: Record<Key, string | null> = {
    drop: probabilityText(spec.drop),
    damage: probabilityText(spec.damage),
    truncate: probabilityText(spec.truncate),
    duplicate: probabilityText(spec.duplicate),
    swap: probabilityText(spec.swap),
    noise: probabilityText(spec.noise),
    delay: delay.probability > 0 ? `${delay.probability}:${delay.fromMs}..${delay.toMs}ms` : null,
    down: down.length > 0 ? down.map(({ fromS, toS }) => `${fromS}..${toS}`).join('+') : null,
  };
  return KEYS.flatMap((key) => (texts[key] === null ? [] : `${key}=${texts[key]}`)).join(',');
}

const probabilityText = (probability: number): string | null =>
  probability > 0 ? String(probability) : null;
