/** Every ready-made case does what its manifest says: the safe ones survive, each mistake is found.
 *  FLASHRIG_SWEEPS=all sweeps all of them to the end, some of the safe ones also to depth 2; without it a mistake is only sought until found,
 *  and of the safe ones only one of each board is swept. */

import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../harness/report/report.ts';
import { replayLine, verifyUpdate } from '../../harness/run-update.ts';
import { asExpected, loadScenarios, requestOf, type Scenario } from '../../harness/scenarios.ts';
import type { Outcome } from '../../harness/verdict/verdict.ts';
import { sweepUntil } from '../helpers/early-sweep.ts';

const ALL = process.env['FLASHRIG_SWEEPS'] === 'all';
/** One of each board. */
const REFERENCES = ['terminal-safe', 'node-dg-safe-1', 'sensor-easilir-4'];
/** Swept two deep: of the node also a delta whose log turns, and a whole image; of the sensor node two segments. */
const DEEP = [...REFERENCES, 'node-dg-safe-3', 'node-full', 'sensor-easilir-1'];
const LONG_TIMEOUT_MS = 3_600_000;
/** Sweeps to the end of a device that crashes after most cuts take long, and so does depth 2. */
const LONG = ALL ? { timeout: LONG_TIMEOUT_MS } : {};
const LINEAR = { kind: 'linear' } as const;
const NONE = { kind: 'none' } as const;
const DEPTH2 = { kind: 'depth2' } as const;

type Swept = typeof LINEAR | typeof NONE | typeof DEPTH2;
const verify = (scenario: Scenario, cuts: Swept): Promise<Report> =>
  verifyUpdate(requestOf(scenario, cuts, availableParallelism()), () => {});

const scenarios = loadScenarios();
const safe = scenarios.filter(({ expects }) => expects === 'safe');
const bad = scenarios.filter(({ expects }) => expects !== 'safe');
const swept = safe.filter(({ name }) => ALL || REFERENCES.includes(name));

const told = ({ headline, failures }: Report): string =>
  [headline, ...failures.slice(0, 3).map((run) => `${run.outcome}: ${run.replay}`)].join('\n');

test.each(REFERENCES)(
  '%s and cases with a mistake are among the scenarios of its board',
  (name) => {
    const reference = safe.find((scenario) => scenario.name === name);
    expect(reference).toBeDefined();
    expect(bad.filter(({ board }) => board === reference!.board).length).toBeGreaterThan(0);
  },
);

describe('safe scenarios', () => {
  test.each(safe)('$name: the update succeeds, hostile stations get nothing done', async (one) => {
    const report = await verify(one, NONE);
    expect(report.verdict, told(report)).toBe('safe');
    expect(report.outcomes.updated).toBe(1);
  });
  test.each(swept)('$name: no cut of a linear sweep does harm', async (one) => {
    const report = await verify(one, LINEAR);
    console.log(`${one.name}: ${report.headline} ${report.wallSeconds.toFixed(1)} s`);
    expect(report.verdict, told(report)).toBe('safe');
    expect(report.invalidRuns).toBe(0);
    // Before, inside at three fractions under a torn model at least, and after; with both stations.
    expect(report.runs).toBeGreaterThanOrEqual(report.operations * 2 * 5);
    for (const { outcomes, index } of report.operationsDetail) {
      const judged = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
      expect(judged, `runs at operation ${index}`).toBeGreaterThanOrEqual(2 * 5);
    }
  });
});

if (ALL) {
  const deep = safe.filter(({ name }) => DEEP.includes(name));
  test.each(deep)('$name: no cut of a recovery does harm', LONG, async (reference) => {
    const report = await verify(reference, DEPTH2);
    console.log(`${reference.name}: ${report.headline} ${report.wallSeconds.toFixed(1)} s`);
    expect(report.verdict, told(report)).toBe('safe');
    expect(report.invalidRuns).toBe(0);
    // The second cuts are many times the first.
    expect(report.runs).toBeGreaterThan(report.operations * 2 * 5 * 10);
  });
}

test.each(bad)(
  'known-bad $name: a sweep finds $expects, and its line replays',
  LONG,
  async (one) => {
    const line = ALL ? await findBySweep(one) : await findEarly(one);
    await expectReplays(line, one.expects as Outcome);
  },
);

async function findBySweep(scenario: Scenario): Promise<string> {
  const report = await verify(scenario, LINEAR);
  console.log(`${scenario.name}: ${report.headline} ${report.wallSeconds.toFixed(1)} s`);
  expect(asExpected(scenario, report), told(report)).toBe(true);
  return replayIn(report, scenario)!;
}

async function findEarly(scenario: Scenario): Promise<string> {
  const report = await verify(scenario, NONE);
  const atOnce = replayIn(report, scenario);
  if (atOnce !== undefined) return atOnce;
  const request = requestOf(scenario, LINEAR, 1);
  const { replay, runs } = await sweepUntil(
    scenario.expects as Outcome,
    request,
    report.operations,
  );
  console.log(`${scenario.name}: ${replay === null ? 'not ' : ''}found in ${runs} runs`);
  expect(replay, `${scenario.expects} among ${runs} runs`).not.toBeNull();
  return replay!;
}

const replayIn = ({ failures }: Report, { expects }: Scenario): string | undefined =>
  failures.find(({ outcome }) => outcome === expects)?.replay;

async function expectReplays(line: string, outcome: Outcome): Promise<void> {
  const options = { engine: 'interpreter', images: null } as const;
  const first = await replayLine(line, options);
  const second = await replayLine(line, options);
  expect(first.verdict, line).toMatchObject({ outcome, acceptable: false });
  expect(second).toEqual(first);
  expect(first.text.split('\n').length, 'a timeline').toBeGreaterThan(5);
}
