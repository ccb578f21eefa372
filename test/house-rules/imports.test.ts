/** DESIGN.md section 2: who may import whom. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PACKAGE_ROOT } from '../../harness/package.ts';
import { findCycle, type Import, importsOf } from './import-graph.ts';
import { type SourceFile, scripts } from './sources.ts';

type Rule = (from: string, edge: Import) => string | null;

/** The sentence, left to right. */
const STAGES = ['image', 'plan', 'transport', 'device', 'verdict', 'report'];
const FRONT_ENDS = ['cli', 'station', 'vitest', 'fleet'];

const folderOf = (path: string): string | null => /^harness\/([^/]+)\//.exec(path)?.[1] ?? null;
const isEmulator = (path: string): boolean => path.startsWith('emulator/');

const emulatorStaysInside: Rule = (from, { target }) =>
  isEmulator(from) && !isEmulator(target) ? 'emulator/ imports only files of emulator/' : null;

/** A stage sees itself and what is on its left. */
const stagesLookLeft: Rule = (from, { target }) => {
  const here = STAGES.indexOf(folderOf(from) ?? '');
  const there = STAGES.indexOf(folderOf(target) ?? '');
  return here >= 0 && there > here ? `${STAGES[here]} may not know ${STAGES[there]}` : null;
};

/** Stages and faults are called; they do not call the sentence or those who speak it. */
const stagesDoNotCallUp: Rule = (from, { target }) => {
  const folder = folderOf(from) ?? '';
  if (!STAGES.includes(folder) && folder !== 'faults') return null;
  const up = /^harness\/(run-update|scenarios|index)\.ts$/.test(target);
  return up || FRONT_ENDS.includes(folderOf(target) ?? '') ? `${folder} may not call up` : null;
};

/** Front ends ask for an update and read its report; `image` is a command of its own. */
const HIDDEN_FROM_FRONT_ENDS = ['plan', 'transport', 'device', 'faults'];
const frontEndsAskAndRead: Rule = (from, { target }) => {
  if (!FRONT_ENDS.includes(folderOf(from) ?? '')) return null;
  const hidden = HIDDEN_FROM_FRONT_ENDS.includes(folderOf(target) ?? '') || isEmulator(target);
  return hidden ? 'front ends call run-update and read reports' : null;
};

/** Only the bench runs machines: others take types, tables, decoders and disassemblers. */
const RUNNING =
  /^emulator\/(boards\/|machine\/(machine|snapshot|scheduler|bus)\.ts|cpu\/.*\/execute)/;
const onlyTheBenchRuns: Rule = (from, { target, typeOnly, names }) => {
  if (!from.startsWith('harness/') || folderOf(from) === 'device' || typeOnly) return null;
  const runs = RUNNING.test(target) || (isEmulator(target) && names.some(isMaker));
  return runs ? 'only harness/device runs machines' : null;
};
const isMaker = (name: string): boolean => /^(create|build|boot|run)[A-Z]/.test(name);

const productStaysInside: Rule = (from, { target }) =>
  /^(emulator|harness)\//.test(from) && /^(test|scripts|bin|dist)\//.test(target)
    ? 'the product does not import its tests or its build'
    : null;

const RULES: readonly Rule[] = [
  emulatorStaysInside,
  stagesLookLeft,
  stagesDoNotCallUp,
  frontEndsAskAndRead,
  onlyTheBenchRuns,
  productStaysInside,
];

const offences = (file: SourceFile): string[] =>
  importsOf(file).flatMap((edge) =>
    RULES.map((rule) => rule(file.path, edge))
      .filter((problem) => problem !== null)
      .map((problem) => `${file.path} imports ${edge.target}: ${problem}`),
  );

const sample = (path: string, text: string): string[] => offences({ path, text });

test('every import of the product goes where it may', () => {
  expect(scripts('emulator', 'harness').flatMap(offences)).toEqual([]);
});

describe('import rules, what each refuses', () => {
  test.each([
    ['emulator/flash/a.ts', "import { RigError } from '../../harness/errors.ts';"],
    ['harness/image/a.ts', "import type { Report } from '../report/report.ts';"],
    ['harness/device/a.ts', "import { judge } from '../verdict/judge.ts';"],
    ['harness/plan/full/a.ts', "import { ft12 } from '../../transport/ft12/link.ts';"],
    ['harness/report/a.ts', "import { verifyUpdate } from '../run-update.ts';"],
    ['harness/faults/a.ts', "import { main } from '../cli/main.ts';"],
    ['harness/cli/a.ts', "import { Bench } from '../device/bench.ts';"],
    ['harness/cli/a.ts', "import type { Cut } from '../faults/fault-plan.ts';"],
    ['harness/vitest/a.ts', "import { lpc2478 } from '../../emulator/chips/lpc2478.ts';"],
    ['harness/faults/a.ts', "import { Machine } from '../../emulator/machine/machine.ts';"],
    ['harness/report/a.ts', "import { createLpc2478 } from '../../emulator/chips/lpc2478.ts';"],
    ['harness/report/a.ts', "export { x } from '../../emulator/boards/terminal.ts';"],
    ['harness/image/a.ts', "const x = await import('../../test/helpers/cli.ts');"],
  ])('%s: %s', (path, text) => {
    expect(sample(path, text)).toHaveLength(1);
  });
  test.each([
    ['harness/report/a.ts', "import { OUTCOMES } from '../verdict/verdict.ts';"],
    ['harness/device/a.ts', "import { Machine } from '../../emulator/machine/machine.ts';"],
    ['harness/report/a.ts', "import type { Machine } from '../../emulator/machine/machine.ts';"],
    ['harness/gaps.ts', "import { REGISTERS } from '../emulator/chips/lpc2478.ts';"],
    ['harness/report/a.ts', "import { disassemble } from '../../emulator/cpu/arm7tdmi/x.ts';"],
    ['harness/run-update.ts', "import { judge } from './verdict/judge.ts';"],
    ['harness/cli/a.ts', "import { readImage } from '../image/read-image.ts';"],
  ])('%s: %s, allowed', (path, text) => {
    expect(sample(path, text)).toEqual([]);
  });
});

describe('import cycles', () => {
  test('none in the product', () => {
    expect(findCycle(scripts('emulator', 'harness'))).toEqual([]);
  });
  test('a cycle over three files, found and shown', () => {
    const files = [
      { path: 'harness/a.ts', text: "import { b } from './b.ts';" },
      { path: 'harness/b.ts', text: "export * from './x/c.ts';" },
      { path: 'harness/x/c.ts', text: "import type { A } from '../a.ts';" },
    ];
    const cycle = ['harness/a.ts', 'harness/b.ts', 'harness/x/c.ts', 'harness/a.ts'];
    expect(findCycle(files)).toEqual(cycle);
    expect(findCycle(files.slice(0, 2))).toEqual([]);
  });
});

describe('packages', () => {
  const { dependencies } = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const strangers = (file: SourceFile): string[] =>
    importsOf(file)
      .filter(({ kind }) => kind === 'package')
      .map(({ target }) => target.split('/', target.startsWith('@') ? 2 : 1).join('/'))
      .filter((name) => !(name in dependencies));

  test('harness/, every package that is imported is a dependency, not a tool of development', () => {
    expect(scripts('harness').flatMap(strangers)).toEqual([]);
  });
  test('a package that only the tests have, found', () => {
    const text = "import fc from 'fast-check';\nimport pc from 'picocolors';";
    expect(strangers({ path: 'harness/a.ts', text })).toEqual(['fast-check']);
  });
});
