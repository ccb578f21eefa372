import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../harness/report/report.ts';
import { asExpected, findScenario, loadScenarios, type Scenario } from '../../harness/scenarios.ts';
import type { Outcome } from '../../harness/verdict/verdict.ts';
import { scratchDirectory } from '../helpers/cli.ts';

const HEX = ':00000001FF\n';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const image = (name: string) => ({ name, file: `${name}.hex`, sha256: sha256(HEX) });
const CASE = {
  name: 'terminal-safe',
  board: 'lpc2478-terminal',
  scheme: 'full',
  boot: 'boot',
  from: 'v1',
  to: 'v2',
  shows: 'the reference',
  expects: 'safe',
  resume: 'query',
  dialect: '376.1',
};

/** A fixtures folder with one board, three images and the given scenarios. */
function fixtures(scenarios: readonly object[], board = 'lpc2478', root = scratchDirectory()) {
  const images = ['boot', 'v1', 'v2'].map(image);
  return writeFixtures(root, board, JSON.stringify({ toolchain: 'gcc', images, scenarios }));
}

function writeFixtures(root: string, board: string, manifest: string): string {
  mkdirSync(join(root, board), { recursive: true });
  for (const name of ['boot', 'v1', 'v2']) writeFileSync(join(root, board, `${name}.hex`), HEX);
  writeFileSync(join(root, board, 'manifest.json'), manifest);
  return root;
}

describe('scenarios, a whole manifest', () => {
  test('paths lie beside the manifest, everything else is as written', () => {
    const root = fixtures([CASE]);
    const { boot: _boot, from: _from, to: _to, ...rest } = CASE;
    expect(loadScenarios(root)).toEqual([
      {
        ...rest,
        bootPath: join(root, 'lpc2478', 'boot.hex'),
        viaPaths: [],
        fromPath: join(root, 'lpc2478', 'v1.hex'),
        toPath: join(root, 'lpc2478', 'v2.hex'),
      },
    ]);
  });
  test('no fixtures at all, no scenarios', () => {
    expect(loadScenarios(join(scratchDirectory(), 'none'))).toEqual([]);
  });
  test('unknown name, the nearest one and the count are said', () => {
    const root = fixtures([CASE]);
    expect(() => findScenario('terminal-save', root)).toThrow(
      'terminal-save: no scenario of this name; did you mean terminal-safe. ' +
        'flashrig scenarios lists all 1.',
    );
  });
});

describe('scenarios, a broken manifest names the field, what it is and what was expected', () => {
  test.each([
    [{ ...CASE, name: '' }, 'scenarios[0].name is empty, expected a text'],
    [{ ...CASE, shows: 7 }, 'scenarios[0].shows is a number, expected a text'],
    [{ ...CASE, board: undefined }, 'scenarios[0].board is missing, expected a text'],
    [{ ...CASE, board: 'x' }, 'scenarios[0].board is "x", expected one of lpc2478-terminal'],
    [{ ...CASE, expects: 'fine' }, 'scenarios[0].expects is "fine", expected one of safe, updated'],
    [{ ...CASE, to: 'v3' }, 'scenarios[0].to is "v3", expected an image\'s name; did you mean v1'],
  ])('%j', (row, message) => {
    expect(() => loadScenarios(fixtures([row]))).toThrow(message);
  });
  test('two scenarios of one name on two boards', () => {
    const root = fixtures([CASE], 'second-board', fixtures([CASE]));
    expect(() => loadScenarios(root)).toThrow(
      'scenario terminal-safe of lpc2478-terminal is there',
    );
  });
  test.each([
    ['{"images": [', 'the file is no JSON'],
    ['[]', 'the file is a list, expected an object'],
    ['{"images": []}', 'scenarios is missing, expected a list'],
    ['{"images": {}, "scenarios": []}', 'images is an object, expected a list'],
    ['{"images": [null], "scenarios": []}', 'images[0] is null, expected an object'],
  ])('%s', (manifest, message) => {
    const root = writeFixtures(scratchDirectory(), 'lpc2478', manifest);
    expect(() => loadScenarios(root)).toThrow(message);
  });
});

describe('scenarios, images that are not what was listed', () => {
  test('file is gone', () => {
    const manifest = JSON.stringify({ images: [image('v9')], scenarios: [] });
    const root = writeFixtures(scratchDirectory(), 'lpc2478', manifest);
    expect(() => loadScenarios(root)).toThrow(/v9\.hex: no such file, but .*manifest\.json lists/);
  });
  test('one byte is changed, both hashes are shown', () => {
    const root = fixtures([CASE]);
    writeFileSync(join(root, 'lpc2478', 'v2.hex'), `${HEX} `);
    expect(() => loadScenarios(root)).toThrow(sha256(`${HEX} `));
    expect(() => loadScenarios(root)).toThrow(sha256(HEX));
  });
});

describe('scenarios, what a sweep says against what it must say', () => {
  const scenario = (expects: Scenario['expects']): Scenario =>
    ({ ...CASE, expects, bootPath: '', viaPaths: [], fromPath: '', toPath: '' }) as Scenario;
  const report = (verdict: Report['verdict'], ...failed: readonly Outcome[]): Report =>
    ({ verdict, failures: failed.map((outcome) => ({ outcome })) }) as unknown as Report;

  test('safe, only a safe verdict will do', () => {
    expect(asExpected(scenario('safe'), report('safe'))).toBe(true);
    expect(asExpected(scenario('safe'), report('unsafe', 'bricked'))).toBe(false);
    expect(asExpected(scenario('safe'), report('invalid'))).toBe(false);
  });
  test('a mistake, its own outcome must have been seen', () => {
    expect(asExpected(scenario('bricked'), report('unsafe', 'bricked'))).toBe(true);
    expect(asExpected(scenario('bricked'), report('unsafe', 'wrong-image'))).toBe(false);
    expect(asExpected(scenario('bricked'), report('safe'))).toBe(false);
    expect(asExpected(scenario('bricked'), report('invalid', 'bricked'))).toBe(false);
  });
});
