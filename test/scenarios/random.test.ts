/** A random sweep says only what took effect, and the lines of its failures repeat them. */

import { expect, test } from 'vitest';
import { parseReplay } from '../../harness/faults/replay-line.ts';
import { randomSweep, withoutLastFault } from '../../harness/faults/sweeps.ts';
import { replayLine, verifyUpdate } from '../../harness/run-update.ts';
import { findScenario, requestOf } from '../../harness/scenarios.ts';

const RUNS = 80;
const SEED = 5;
const REPLAYED = 6;

test('a random sweep of a loader with a mistake finds it, and each failure replays', async () => {
  const scenario = findScenario('terminal-literal-flag');
  const request = { ...requestOf(scenario, { kind: 'random', runs: RUNS }, 2), seed: SEED };
  const report = await verifyUpdate(request, () => {});
  expect(report.verdict).toBe('unsafe');
  expect(report.invalidRuns).toBe(0);
  // One run for each plan, the clean run and the hostile stations beside them.
  expect(report.runs).toBeGreaterThan(RUNS);
  expect(report.failures.length).toBeGreaterThanOrEqual(REPLAYED);
  for (const { replay, outcome } of report.failures.slice(0, REPLAYED)) {
    const { verdict } = await replayLine(replay, { engine: 'interpreter', images: null });
    expect(verdict.outcome, replay).toBe(outcome);
  }
  const faults = report.failures.map(({ replay }) => parseReplay(replay).fault);
  expect(new Set(faults.map(({ cuts }) => cuts.length)).size).toBeGreaterThan(1);
});

test('a plan loses its last fault first, restarts of the station before cuts, and never its only one', () => {
  const operations = [{ index: 0, kind: 'program' }] as const;
  const plans = randomSweep(500, SEED, operations, () => ['weak-bits']);
  for (const plan of plans) {
    const faults = plan.cuts.length + (plan.stationRestarts?.length ?? 0);
    const rest = withoutLastFault(plan);
    if (faults === 1) expect(rest).toBeNull();
    else if (plan.stationRestarts !== undefined) expect(rest?.cuts).toEqual(plan.cuts);
    else expect(rest?.cuts).toEqual(plan.cuts.slice(0, -1));
  }
});
