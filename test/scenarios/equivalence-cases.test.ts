/** The ten cases of the sensor node: what each update leaves, ifunctions included, does what the program as linked
 *  does. Under the node's own runtime, with random inputs. Long: FLASHRIG_SWEEPS=all.
 *  Source: test/speed/node-cases.json; Qiu et al. 2014, 6.1.2. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  BUDGET_PROOF,
  chooseWay,
  extraCyclesPercent,
  proveNode,
} from '../../harness/in-situ-or-rebuild.ts';
import type { EquivalenceReport } from '../../harness/index.ts';
import { PACKAGE_ROOT } from '../../harness/package.ts';
import { modifyBytes } from '../../harness/plan/easilir/byte-level.ts';
import {
  checkImage,
  freshNode,
  type NodeImage,
  planEasilir,
  readProgram,
} from '../../harness/plan/easilir/index.ts';
import { FIXTURES_ROOT } from '../../harness/scenarios.ts';

interface NodeCase {
  readonly case: string;
  readonly versions: readonly string[];
}

const CASES = JSON.parse(
  readFileSync(join(PACKAGE_ROOT, 'test/speed/node-cases.json'), 'utf8'),
) as readonly NodeCase[];
const LONG = process.env['FLASHRIG_SWEEPS'] === 'all';
const PROOFS = LONG
  ? [1, 2, 7].map((seed) => ({ stimulus: `random:${seed}`, seconds: 300 }))
  : [BUDGET_PROOF];
/** Decision 0023. */
const CYCLE_BUDGET_PERCENT = 1;

const pathOf = (name: string, end = 'elf'): string =>
  join(FIXTURES_ROOT, 'msp430f1611', 'images', `${name}.${end}`);
const program = (name: string) => readProgram(new Uint8Array(readFileSync(pathOf(name))), name);
const bootPath = pathOf('runtime', 'hex');
const versionsOf = (name: string) => CASES.find((one) => one.case === name)!.versions;

/** Each step in situ where it fits, the last one as asked. */
function nodeAfter(versions: readonly string[], mustRebuild: boolean): NodeImage {
  const [first, ...rest] = versions;
  let node = freshNode(program(first!));
  for (const [step, name] of rest.entries()) {
    const isLast = step === rest.length - 1;
    const asked = { old: node, program: program(name), mustRebuild: isLast && mustRebuild };
    node = planEasilir(asked).node;
  }
  return node;
}

const prove = (node: NodeImage, name: string, proof: { stimulus: string; seconds: number }) =>
  proveNode(node, { ...proof, newPath: pathOf(name), bootPath });

function lineOf(name: string, report: EquivalenceReport): string {
  const { executed, instructions } = report.coverage.modified;
  const outputs = report.channels.reduce((all, { equal }) => all + equal, 0);
  return [
    `case ${name}: ${report.verdict}, ${outputs} outputs in ${report.secondsCompared} s`,
    `${executed} of ${instructions} instructions ran`,
    `busy cycles ${extraCyclesPercent(report).toFixed(2)} %`,
    `outputs at most ${Math.round(report.timing?.total.extraGapUs ?? 0)} us further apart`,
  ].join('; ');
}

describe.each(CASES)('case $case', ({ case: name, versions }) => {
  const ways = name === 'D' ? [false, true] : [false];
  test.each(ways.flatMap((mustRebuild) => PROOFS.map((proof) => ({ mustRebuild, ...proof }))))(
    'rebuild asked: $mustRebuild, $stimulus, $seconds s: equivalent',
    async ({ mustRebuild, ...proof }) => {
      const to = versions.at(-1)!;
      const node = nodeAfter(versions, mustRebuild);
      const report = await prove(node, to, proof);
      console.log(lineOf(mustRebuild ? `${name} rebuilt` : name, report));
      expect(report).toMatchObject({ verdict: 'equivalent', difference: null });
      expect(report.modified.patchBytes).toBe(node.area.length);
      expect(report.coverage.modified.executed).toBeGreaterThan(0);
    },
  );
});

const requestOf = (versions: readonly string[]) => ({
  ...({
    board: 'ez240',
    scheme: 'easilir',
    scenario: null,
    cuts: { kind: 'none' },
    line: '',
  } as const),
  ...({ seed: 1, workers: 1, resume: 'query', dialect: '376.1', engine: 'interpreter' } as const),
  ...{ bootPath, viaPaths: versions.slice(0, -2).map((name) => pathOf(name)) },
  ...{ fromPath: pathOf(versions.at(-2)!), toPath: pathOf(versions.at(-1)!) },
  ...{ outDir: null, junitFile: null },
});

test('a budget of cycles: case D breaks it, C keeps it; E is a rebuild for its size', async () => {
  const limits = { cycleBudgetPercent: CYCLE_BUDGET_PERCENT, updatesAhead: null };
  const way = (name: string) => chooseWay(requestOf(versionsOf(name)), limits);
  expect(await way('C')).toMatchObject({ scheme: 'easilir', why: 'in situ fits' });
  expect(await way('D')).toMatchObject({ scheme: 'easilir-rebuild' });
  expect(await way('E')).toMatchObject({ why: expect.stringContaining('too small') });
});

test('LCS over bytes, as the paper may be read: neither the check nor the outputs let it pass', async () => {
  const fresh = program('blink-pattern');
  const node = { ...freshNode(fresh), ...modifyBytes(program('blink').image, fresh.image) };
  expect(checkImage(fresh, node).isEqual).toBe(false);
  const report = await prove(node, 'blink-pattern', BUDGET_PROOF);
  console.log(`byte-level: ${report.headline}`);
  expect(report.verdict).toBe('different');
});
