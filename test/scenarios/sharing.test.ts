/** A sweep runs each future once. Here the same cuts are judged with and without sharing, of each board on
 *  a safe device and on broken ones: every outcome has to be the same. */

import { describe, expect, test } from 'vitest';
import { tornModelsFor } from '../../emulator/flash/torn.ts';
import { cutsOf, STATIONS } from '../../harness/faults/sweeps.ts';
import { prepareUpdate } from '../../harness/prepare-update.ts';
import { loadScenarios, type Scenario } from '../../harness/scenarios.ts';
import { UpdateRig } from '../../harness/update-rig.ts';

/** Every so many operations are cut: an odd number, so that data, records and copies all come up. */
const STRIDE = 23;
/** Of a stride, which is cut. */
const CUT = 7;
const SEED = 11;

interface Judged {
  readonly outcomes: string[];
  readonly executed: number;
}

async function judgeSome(scenario: Scenario, share: boolean): Promise<Judged> {
  const update = await prepareUpdate({
    ...scenario,
    scenario: scenario.name,
    cuts: { kind: 'linear' },
    line: '',
    seed: SEED,
    workers: 1,
    engine: 'interpreter',
    outDir: null,
    junitFile: null,
  });
  const rig = new UpdateRig(update, false, share);
  const outcomes: string[] = [];
  let executed = 0;
  rig.start('resumes');
  for (let operation = 0; rig.nextOperation(); operation++) {
    if (operation % STRIDE !== CUT) continue;
    const here = rig.bench.snapshot();
    const { kind } = rig.board.flash.operation!;
    for (const cut of cutsOf({ index: operation, kind }, tornModelsFor)) {
      const plans = STATIONS.map((station) => ({ cuts: [cut], station, line: '', seed: SEED }));
      rig.bench.restore(here);
      // As a sweep does it, against each alone from its cut on.
      const runs = share
        ? rig.judgeAllFromHere(plans)
        : plans.map((plan) => {
            rig.bench.restore(here);
            return rig.judgeFromHere(plan);
          });
      for (const { plan, verdict, observation } of runs) {
        if (observation !== null) executed++;
        const where = `${operation} ${cut.at} ${cut.torn} ${plan.station}`;
        outcomes.push(`${where}: ${verdict.outcome}`);
      }
    }
    rig.bench.restore(here);
  }
  return { outcomes, executed };
}

/** Of each board a safe case and broken ones: long enough for the stride, short enough to run without sharing. */
const CHOSEN = [
  'terminal-safe',
  'terminal-literal-flag',
  'terminal-flag-before-last-segment',
  'terminal-flag-aa-before-copy-complete',
  'node-dg-safe-3',
  'node-one-log-page',
];
const chosen = loadScenarios().filter(({ name }) => CHOSEN.includes(name));

describe('sharing of futures in a sweep', () => {
  test.each(chosen)(
    '$name, every cut of some operations, same outcome shared or run',
    async (s) => {
      const shared = await judgeSome(s, true);
      const run = await judgeSome(s, false);
      expect(shared.outcomes).toEqual(run.outcomes);
      expect(run.executed).toBe(run.outcomes.length);
      expect(shared.executed).toBeLessThan(run.executed);
    },
  );
});
