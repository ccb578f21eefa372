/** Ready-made cases: firmware-fixtures/<board>/manifest.json, read, checked and listed.
 *  Source: the manifests. Leaves out: building the images (each fixture's own script does). */

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RigError } from './errors.ts';
import { PACKAGE_ROOT } from './package.ts';
import type { Report } from './report/report.ts';
import {
  BOARDS,
  type BoardName,
  type CutSweep,
  DIALECTS,
  type DialectName,
  RESUME_MODES,
  type ResumeMode,
  SCHEMES,
  type SchemeName,
  type VerifyRequest,
} from './request.ts';
import { didYouMean } from './suggest.ts';
import { OUTCOMES, type Outcome } from './verdict/verdict.ts';

export interface Scenario {
  readonly name: string;
  readonly board: BoardName;
  readonly scheme: SchemeName;
  readonly bootPath: string;
  /** Versions before `fromPath`; see VerifyRequest. */
  readonly viaPaths: readonly string[];
  readonly fromPath: string;
  readonly toPath: string;
  /** One sentence: what the case is there to show. */
  readonly shows: string;
  /** What a sweep must say: `safe`, or the worst outcome of the mistake in it. */
  readonly expects: 'safe' | Outcome;
  readonly resume: ResumeMode;
  readonly dialect: DialectName;
}

export const FIXTURES_ROOT = join(PACKAGE_ROOT, 'firmware-fixtures');
const MANIFEST = 'manifest.json';
const EXPECTATIONS = ['safe', ...OUTCOMES] as const;

/** Every scenario of every board, in the order of the manifests. Hashes of all images are checked. */
export function loadScenarios(root = FIXTURES_ROOT): readonly Scenario[] {
  const folders = existsSync(root) ? readdirSync(root).sort() : [];
  const manifests = folders.map((name) => join(root, name, MANIFEST)).filter((p) => existsSync(p));
  const scenarios = manifests.flatMap(readManifest);
  const names = new Set<string>();
  for (const { name, board } of scenarios) {
    if (names.has(name)) {
      const path = join(root, '*', MANIFEST);
      throw broken(
        path,
        `scenario ${name} of ${board}`,
        'there twice',
        'one scenario of each name',
      );
    }
    names.add(name);
  }
  return scenarios;
}

export function findScenario(name: string, root = FIXTURES_ROOT): Scenario {
  const all = loadScenarios(root);
  const found = all.find((scenario) => scenario.name === name);
  if (found !== undefined) return found;
  const names = all.map((scenario) => scenario.name);
  throw new RigError('SCENARIO_UNKNOWN', {
    name,
    hint: didYouMean(name, names),
    count: all.length,
  });
}

/** Did a sweep say of this case what it must: `safe`, or that the mistake leads where it does? */
export const asExpected = (scenario: Scenario, report: Report): boolean =>
  scenario.expects === 'safe'
    ? report.verdict === 'safe'
    : report.verdict === 'unsafe' &&
      report.failures.some(({ outcome }) => outcome === scenario.expects);

const DEFAULT_SEED = 1;

/** The case as a request: what it names, on a perfect line, with nothing kept. */
export function requestOf(scenario: Scenario, cuts: CutSweep, workers: number): VerifyRequest {
  const { name, board, scheme, bootPath, viaPaths, fromPath, toPath, resume, dialect } = scenario;
  return {
    ...{ board, scheme, bootPath, viaPaths, fromPath, toPath, resume, dialect },
    scenario: name,
    cuts,
    line: '',
    seed: DEFAULT_SEED,
    workers,
    engine: 'interpreter',
    outDir: null,
    junitFile: null,
  };
}

function readManifest(path: string): Scenario[] {
  const manifest = new Fields(parseJson(path), path, 'the file');
  const images = new Map<string, string>();
  for (const image of manifest.rows('images')) {
    const name = image.text('name');
    if (images.has(name)) throw broken(path, `image ${name}`, 'there twice', 'one of each name');
    images.set(name, checkedFile(image, 'file', 'sha256'));
  }
  return manifest.rows('scenarios').map((row) => ({
    name: row.text('name'),
    board: row.choice('board', BOARDS),
    scheme: row.choice('scheme', SCHEMES),
    bootPath: imagePath(row, 'boot', row.text('boot'), images),
    viaPaths: row.texts('via').map((image) => imagePath(row, 'via', image, images)),
    fromPath: imagePath(row, 'from', row.text('from'), images),
    toPath: imagePath(row, 'to', row.text('to'), images),
    shows: row.text('shows'),
    expects: row.choice('expects', EXPECTATIONS),
    resume: row.choice('resume', RESUME_MODES),
    dialect: row.choice('dialect', DIALECTS),
  }));
}

const imagePath = (
  row: Fields,
  field: string,
  name: string,
  images: ReadonlyMap<string, string>,
): string => {
  const path = images.get(name);
  if (path !== undefined) return path;
  const known = [...images.keys()];
  throw row.broken(field, JSON.stringify(name), `an image's name${didYouMean(name, known)}`);
};

function checkedFile(row: Fields, fileField: string, hashField: string): string {
  const path = join(dirname(row.path), row.text(fileField));
  const expected = row.text(hashField);
  if (!existsSync(path)) throw new RigError('FIXTURE_MISSING', { path, manifest: row.path });
  const found = createHash('sha256').update(readFileSync(path)).digest('hex');
  if (found === expected.toLowerCase()) return path;
  throw new RigError('FIXTURE_HASH', { path, manifest: row.path, found, expected });
}

function parseJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw broken(path, 'the file', `no JSON (${(cause as Error).message})`, 'JSON', cause);
  }
}

const broken = (path: string, where: string, found: string, expected: string, cause?: unknown) =>
  new RigError('MANIFEST_BROKEN', { path, where, found, expected }, cause);

/** One object of a manifest: reads fields and says exactly which one is wrong. */
class Fields {
  readonly path: string;
  readonly where: string;
  readonly #fields: Record<string, unknown>;

  constructor(value: unknown, path: string, where: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw broken(path, where, kindOf(value), 'an object');
    }
    this.path = path;
    this.where = where;
    this.#fields = value as Record<string, unknown>;
  }
  text(field: string): string {
    const value = this.#fields[field];
    if (typeof value === 'string' && value !== '') return value;
    throw this.broken(field, kindOf(value), 'a text');
  }
  /** A list of texts; none where the field is missing. */
  texts(field: string): string[] {
    const value = this.#fields[field] ?? [];
    const isTexts = Array.isArray(value) && value.every((one) => typeof one === 'string');
    if (isTexts) return value;
    throw this.broken(field, kindOf(value), 'a list of texts');
  }
  choice<Name extends string>(field: string, names: readonly Name[]): Name {
    const text = this.text(field);
    const found = names.find((name) => name === text);
    if (found !== undefined) return found;
    throw this.broken(field, JSON.stringify(text), `one of ${names.join(', ')}`);
  }
  rows(field: string): Fields[] {
    const value = this.#fields[field];
    if (!Array.isArray(value)) throw this.broken(field, kindOf(value), 'a list');
    return value.map((row, index) => new Fields(row, this.path, `${field}[${index}]`));
  }
  broken(field: string, found: string, expected: string): RigError {
    const where = this.where === 'the file' ? field : `${this.where}.${field}`;
    return broken(this.path, where, found, expected);
  }
}

const kindOf = (value: unknown): string => {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return value === '' ? 'empty' : `a ${typeof value}`;
};
