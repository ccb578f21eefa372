/** report.json: out as it is, in with every field looked at, so that damage is named.
 *  Source: harness/report/report.ts. Unknown fields are let through: additions keep schema 1.
 *  Leaves out: whether the numbers agree with each other. */

import { RigError } from '../errors.ts';
import type { Report } from './report.ts';
import { WORST_FIRST } from './words.ts';

export const reportJson = (report: Report): string => `${JSON.stringify(report, null, 2)}\n`;

/** @param file name for errors. */
export function parseReport(text: string, file: string): Report {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const why = text.trim() === '' ? 'the file is empty' : (cause as Error).message;
    throw new RigError('REPORT_NOT_JSON', { file, why }, cause);
  }
  const schema = isObject(value) ? value['schema'] : undefined;
  if (schema !== 1 || !isObject(value) || typeof value['flashrig'] !== 'string') {
    const found = schema === undefined ? 'another document' : `schema ${shown(schema)}`;
    throw new RigError('REPORT_SCHEMA', { file, found });
  }
  const problem = REPORT(value, '');
  if (problem !== null) throw new RigError('REPORT_FIELD', { file, ...problem });
  return value as unknown as Report;
}

interface Problem {
  readonly field: string;
  readonly found: string;
  readonly expected: string;
}
/** @returns the first thing wrong at or below `field`, or null. */
type Check = (value: unknown, field: string) => Problem | null;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const MAX_SHOWN = 40;
const shown = (value: unknown): string => {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  const text = JSON.stringify(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text;
};

const when =
  (expected: string, holds: (value: unknown) => boolean): Check =>
  (value, field) =>
    holds(value) ? null : { field, found: shown(value), expected };

const text = when('a text', (value) => typeof value === 'string');
const count = when(
  'a whole number of at least 0',
  (value) => Number.isInteger(value) && (value as number) >= 0,
);
const amount = when(
  'a number of at least 0',
  (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0,
);
const oneOf = (names: readonly string[]): Check =>
  when(`one of ${names.join(', ')}`, (value) => names.includes(value as string));
const one = when('1', (value) => value === 1);

const orNull =
  (check: Check): Check =>
  (value, field) => {
    const problem = value === null ? null : check(value, field);
    return problem === null ? null : { ...problem, expected: `${problem.expected}, or null` };
  };

const orAbsent =
  (check: Check): Check =>
  (value, field) =>
    value === undefined ? null : check(value, field);

const list =
  (check: Check): Check =>
  (value, field) => {
    if (!Array.isArray(value)) return { field, found: shown(value), expected: 'a list' };
    for (const [index, item] of value.entries()) {
      const problem = check(item, `${field}[${index}]`);
      if (problem !== null) return problem;
    }
    return null;
  };

const object =
  (fields: Record<string, Check>): Check =>
  (value, field) => {
    if (!isObject(value)) return { field, found: shown(value), expected: 'an object' };
    for (const [name, check] of Object.entries(fields)) {
      const problem = check(value[name], field === '' ? name : `${field}.${name}`);
      if (problem !== null) return problem;
    }
    return null;
  };

/** Any of the keys (null = any key), each with a value that passes. */
const table =
  (keys: readonly string[] | null, check: Check): Check =>
  (value, field) => {
    if (!isObject(value)) return { field, found: shown(value), expected: 'an object' };
    for (const [name, item] of Object.entries(value)) {
      if (keys !== null && !keys.includes(name)) {
        return { field, found: `about ${shown(name)}`, expected: `keys from ${keys.join(', ')}` };
      }
      const problem = check(item, `${field}.${name}`);
      if (problem !== null) return problem;
    }
    return null;
  };

const outcome = oneOf(WORST_FIRST);
const image = object({ name: text, sha256: text, bytes: count, version: orNull(text) });

const REPORT = object({
  schema: one,
  flashrig: text,
  verdict: oneOf(['safe', 'unsafe', 'invalid']),
  headline: text,
  request: object({
    board: text,
    scheme: text,
    scenario: orNull(text),
    boot: image,
    via: orAbsent(list(image)),
    from: image,
    to: image,
    cuts: text,
    line: text,
    seed: count,
  }),
  operations: count,
  runs: count,
  distinctStates: count,
  outcomes: object(Object.fromEntries(WORST_FIRST.map((name) => [name, count]))),
  invalidRuns: count,
  failures: list(
    object({
      outcome,
      station: oneOf(['silent', 'resumes']),
      fault: text,
      replay: text,
      evidence: list(text),
    }),
  ),
  operationsDetail: list(
    object({
      index: count,
      kind: oneOf(['erase', 'program']),
      address: count,
      bytes: count,
      startUs: amount,
      endUs: amount,
      caller: orNull(text),
      outcomes: table(WORST_FIRST, count),
      worst: outcome,
    }),
  ),
  timeline: list(object({ atUs: amount, kind: text, text })),
  cost: object({
    bytesSent: count,
    framesSent: count,
    repeats: count,
    flashErases: count,
    flashPrograms: count,
    deviceTimeUs: amount,
    erasesBySector: table(null, count),
    comparison: list(
      object({
        what: text,
        unit: text,
        predicted: orNull(amount),
        counted: orNull(amount),
        why: text,
      }),
    ),
  }),
  gapsTouched: list(object({ kind: text, where: text, detail: text, count })),
  sectors: list(object({ index: count, address: count, bytes: count })),
  wallSeconds: amount,
  workers: count,
  peakMemoryBytes: amount,
});
