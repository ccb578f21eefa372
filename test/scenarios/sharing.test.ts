/** A sweep runs each future once. Here the same cuts are judged with and without sharing, of each board on
 *  a safe device and on broken ones: every outcome has to be the same. */

import { describe, expect, test } from 'vitest';
import type { LineRange } from '../../emulator/flash/line-watch.ts';
import { tornModelsFor } from '../../emulator/flash/torn.ts';
import type { Cut } from '../../harness/faults/fault-plan.ts';
import { cutsOf, STATIONS } from '../../harness/faults/sweeps.ts';
import { prepareUpdate } from '../../harness/prepare-update.ts';
import { loadScenarios, requestOf, type Scenario } from '../../harness/scenarios.ts';
import { UpdateRig } from '../../harness/update-rig.ts';

/** Every so many operations are cut: an odd number, so that data, records and copies all come up. */
const STRIDE = 23;
/** Of a stride, which is cut. */
const CUT = 7;
const SEED = 11;

/** Of the first cuts of an operation, every so many are cut again in the recovery, at its third operation. */
const FIRST_STRIDE = 6;
const RECOVERY_OPERATION = 2;

interface Judged {
  readonly outcomes: string[];
  readonly executed: number;
}

async function createRig(scenario: Scenario, share: boolean): Promise<UpdateRig> {
  const update = await prepareUpdate(requestOf(scenario, { kind: 'linear' }, 1));
  return new UpdateRig(update, false, share);
}

/** All cuts of the operation at which the bench stands, after those made before. As a sweep does it, against
 *  each alone from its cut on. */
function judgeCuts(
  rig: UpdateRig,
  share: boolean,
  before: readonly Cut[],
  torn: LineRange[],
): Judged {
  const here = rig.bench.snapshot();
  const words = rig.bench.lookAhead()!;
  const outcomes: string[] = [];
  let executed = 0;
  for (const cut of cutsHere(rig)) {
    const cuts = [...before, cut];
    const plans = STATIONS.map((station) => ({ cuts, station, line: '', seed: SEED }));
    rig.bench.restore(here);
    const runs = share
      ? rig.judgeAllFromHere(plans, words, torn)
      : plans.map((plan) => {
          rig.bench.restore(here);
          return rig.judgeFromHere(plan, before.length);
        });
    for (const { plan, verdict, observation } of runs) {
      if (observation !== null) executed++;
      const where = plan.cuts.map(({ operation, at, torn }) => `${operation} ${at} ${torn}`).join();
      outcomes.push(`${where} ${plan.station}: ${verdict.outcome}`);
    }
  }
  rig.bench.restore(here);
  return { outcomes, executed };
}

function cutsHere(rig: UpdateRig): Cut[] {
  const { index, kind } = rig.board.flash.operation!;
  return cutsOf({ index, kind }, tornModelsFor);
}

const joined = (parts: readonly Judged[]): Judged => ({
  outcomes: parts.flatMap(({ outcomes }) => outcomes),
  executed: parts.reduce((sum, { executed }) => sum + executed, 0),
});

async function judgeSome(scenario: Scenario, share: boolean): Promise<Judged> {
  const rig = await createRig(scenario, share);
  const parts: Judged[] = [];
  rig.start('resumes');
  for (let operation = 0; rig.nextOperation(); operation++) {
    if (operation % STRIDE === CUT) parts.push(judgeCuts(rig, share, [], []));
  }
  return joined(parts);
}

/** One operation, cut and cut again. */
async function judgeTwice(scenario: Scenario, share: boolean): Promise<Judged> {
  const rig = await createRig(scenario, share);
  const parts: Judged[] = [];
  rig.start('resumes');
  for (let operation = 0; operation <= STRIDE + CUT; operation++) rig.nextOperation();
  const here = rig.bench.snapshot();
  const words = rig.bench.lookAhead()!;
  const torn = rig.board.flash.linesOf(words);
  for (const first of cutsHere(rig).filter((_, i) => i % FIRST_STRIDE === 1)) {
    rig.bench.restore(here);
    rig.cutHere(first, SEED, words);
    rig.powerOnAgain('resumes');
    for (let operation = 0; operation <= RECOVERY_OPERATION; operation++) rig.nextOperation();
    parts.push(judgeCuts(rig, share, [first], torn));
  }
  return joined(parts);
}

/** Of each board a safe case and broken ones: long enough for the stride, short enough to run without sharing. */
const CHOSEN = [
  'terminal-safe',
  'terminal-literal-flag',
  'terminal-flag-aa-before-copy-complete',
  'node-one-log-page',
  'sensor-easilir-1',
  'sensor-ifunctions-not-recreated',
];
/** Recoveries that go on for long, one that does not come back, and one whose operations are words of a block. */
const CHOSEN_TWICE = [
  'terminal-safe',
  'node-full',
  'node-dg-safe-3',
  'node-one-log-page',
  'sensor-easilir-a',
];
const choose = (names: readonly string[]) =>
  loadScenarios().filter(({ name }) => names.includes(name));

async function expectAlike(judge: typeof judgeSome, scenario: Scenario): Promise<void> {
  const shared = await judge(scenario, true);
  const run = await judge(scenario, false);
  expect(shared.outcomes).toEqual(run.outcomes);
  expect(run.outcomes.length).toBeGreaterThan(20);
  expect(run.executed).toBe(run.outcomes.length);
  expect(shared.executed).toBeLessThan(run.executed);
}

describe('sharing of futures in a sweep', () => {
  test.each(choose(CHOSEN))(
    '$name, every cut of some operations, same outcome shared or run',
    (scenario) => expectAlike(judgeSome, scenario),
  );
  test.each(choose(CHOSEN_TWICE))(
    '$name, every cut of one in its recovery, same outcome shared or run',
    (scenario) => expectAlike(judgeTwice, scenario),
  );
});
