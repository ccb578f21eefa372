import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RigError } from '../../../harness/errors.ts';
import {
  checkReportFolder,
  parseReport,
  readReport,
  reportJson,
  writeReport,
} from '../../../harness/report/index.ts';
import { exampleReport } from '../../helpers/report-example.ts';

const FILES = ['junit.xml', 'report.html', 'report.json'];
const safe = exampleReport('safe', 4);
const unsafe = exampleReport('unsafe', 4);

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'flashrig-report-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));
const fresh = () => mkdtemp(join(root, 'r-'));

describe('report folder', () => {
  test('report folder, not there yet, made with its three files and nothing else', async () => {
    const folder = join(await fresh(), 'deep', 'down');
    const paths = await writeReport(safe, folder);
    expect((await readdir(folder)).sort()).toEqual(FILES);
    expect(paths.map((path) => path.slice(folder.length + 1)).sort()).toEqual(FILES);
    expect(await readReport(join(folder, 'report.json'))).toEqual(safe);
  });

  test('report folder, an older report in it, replaced', async () => {
    const folder = await fresh();
    await writeReport(safe, folder);
    await writeReport(unsafe, folder);
    expect(await readReport(join(folder, 'report.json'))).toEqual(unsafe);
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toContain('NOT SAFE');
    expect((await readdir(folder)).sort()).toEqual(FILES);
  });

  test('report folder, other files beside, left alone', async () => {
    const folder = await fresh();
    await writeFile(join(folder, 'notes.txt'), 'mine');
    await writeReport(safe, folder);
    expect(await readFile(join(folder, 'notes.txt'), 'utf8')).toBe('mine');
  });

  test.each([
    ['report.json', '{"schema":1}'],
    ['report.json', 'torn'],
    ['report.json', reportJson(safe).slice(0, -20)],
    ['report.html', '<html></html>'],
    ['junit.xml', '<testsuites name="other"/>'],
  ])('report folder, a foreign or torn %s, refused and nothing written', async (name, text) => {
    const folder = await fresh();
    await writeFile(join(folder, name), text);
    const refused = { code: 'REPORT_FOREIGN', exitCode: 2 };
    await expect(checkReportFolder(folder)).rejects.toMatchObject(refused);
    await expect(writeReport(safe, folder)).rejects.toMatchObject(refused);
    expect(await readdir(folder)).toEqual([name]);
    expect(await readFile(join(folder, name), 'utf8')).toBe(text);
  });

  test('report folder, a file is in the way, REPORT_FOLDER', async () => {
    const path = join(await fresh(), 'file');
    await writeFile(path, '');
    await expect(writeReport(safe, path)).rejects.toMatchObject({ code: 'REPORT_FOLDER' });
  });

  test('report file, not there, REPORT_UNREADABLE with exit code 2', async () => {
    await expect(readReport(join(root, 'none.json'))).rejects.toMatchObject({
      code: 'REPORT_UNREADABLE',
      exitCode: 2,
    });
  });
});

describe('report.json in', () => {
  const text = reportJson(unsafe);

  test('report.json, cut off at any length, REPORT_NOT_JSON', () => {
    for (let length = 0; length < text.trimEnd().length; length += 37) {
      expect(() => parseReport(text.slice(0, length), 'r.json')).toThrow(
        /^r\.json: is no whole JSON document/,
      );
    }
  });

  test('report.json, empty, the message says so', () => {
    expect(() => parseReport('', 'r.json')).toThrow('the file is empty');
  });

  test.each([
    ['[]', 'r.json: is another document, expected a flashrig report of schema 1.'],
    ['{"schema":2,"flashrig":"9"}', 'r.json: is schema 2, expected'],
    ['{"schema":1}', 'r.json: is schema 1, expected'],
    ['null', 'is another document'],
  ])('report.json, %s, REPORT_SCHEMA', (document, message) => {
    expect(() => parseReport(document, 'r.json')).toThrow(message);
  });

  /** The report's text with one field replaced; `undefined` takes it out. */
  const changed = (path: string, value: unknown): string => {
    const copy = JSON.parse(text);
    const names = path.split('.');
    const last = names.pop()!;
    names.reduce((inner, name) => inner[name], copy)[last] = value;
    return JSON.stringify(copy);
  };

  test.each([
    ['verdict', 'fine', 'verdict is "fine", expected one of safe'],
    ['runs', -1, 'runs is -1, expected a whole number of at least 0'],
    ['runs', undefined, 'runs is missing, expected a whole number'],
    ['request.seed', 1.5, 'request.seed is 1.5, expected a whole number'],
    ['failures.1.outcome', 'melted', 'failures[1].outcome is "melted"'],
    ['failures.0.evidence', 'x', 'failures[0].evidence is "x", expected a list'],
    ['outcomes.bricked', undefined, 'outcomes.bricked is missing'],
    ['operationsDetail.2.outcomes.odd', 1, 'operationsDetail[2].outcomes is about "odd"'],
    ['request.to.version', 7, 'request.to.version is 7, expected a text, or null'],
    ['cost.erasesBySector.3', null, 'cost.erasesBySector.3 is null'],
    ['sectors', {}, 'sectors is an object, expected a list'],
  ])(
    'report.json, %s damaged, the field is named with what was expected',
    (path, value, message) => {
      expect(() => parseReport(changed(path, value), 'r.json')).toThrow(message);
    },
  );

  test('report.json, fields that this version does not know, let through', () => {
    expect(parseReport(changed('later', 1), 'r.json')).toMatchObject({ later: 1 });
  });

  test('report.json, any field replaced by rubbish, the same report or a RigError', () => {
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(fc.nat(), fc.jsonValue(), (pick, rubbish) => {
        const copy = JSON.parse(text);
        replaceOne(copy, pick, rubbish);
        try {
          parseReport(JSON.stringify(copy), 'r.json');
          seen.accepted++;
        } catch (error) {
          if (!(error instanceof RigError)) throw error;
          expect(error.exitCode).toBe(2);
          seen.refused++;
        }
      }),
      { seed: 0x7e57, numRuns: 500 },
    );
    expect(seen.refused).toBeGreaterThan(200);
  });
});

/** Walk down by the digits of `pick` and replace what lies there. */
function replaceOne(value: Record<string, unknown>, pick: number, rubbish: unknown): void {
  const keys = Object.keys(value);
  const key = keys[pick % keys.length]!;
  const inner = value[key];
  const goDeeper = (pick >> 3) % 2 === 0;
  if (goDeeper && typeof inner === 'object' && inner !== null && Object.keys(inner).length > 0) {
    replaceOne(inner as Record<string, unknown>, Math.floor(pick / 7), rubbish);
  } else value[key] = rubbish;
}
