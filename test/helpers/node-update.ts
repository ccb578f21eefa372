/** Updates of the ATmega32U4 node's fixture: prepared as verify does it, and run with whatever file a test
 *  puts in the place of the right one. Source: firmware-fixtures/atmega32u4. */

import { join } from 'node:path';
import type { Observation } from '../../harness/device/observation.ts';
import { type PreparedUpdate, prepareUpdate } from '../../harness/prepare-update.ts';
import type { SchemeName } from '../../harness/request.ts';
import { FIXTURES_ROOT } from '../../harness/scenarios.ts';
import { UpdateRig } from '../../harness/update-rig.ts';
import type { Verdict } from '../../harness/verdict/verdict.ts';

const SEED = 1;

export const nodeImage = (name: string): string =>
  join(FIXTURES_ROOT, 'atmega32u4', 'images', `${name}.hex`);

export const prepareNode = (
  scheme: SchemeName,
  from: string,
  to: string,
  boot = 'agent',
  via: readonly string[] = [],
): Promise<PreparedUpdate> =>
  prepareUpdate({
    board: 'atmega32u4-node',
    scheme,
    bootPath: nodeImage(boot),
    viaPaths: via.map(nodeImage),
    fromPath: nodeImage(from),
    toPath: nodeImage(to),
    scenario: null,
    cuts: { kind: 'none' },
    line: '',
    seed: SEED,
    workers: 1,
    resume: 'query',
    dialect: '376.1',
    engine: 'interpreter',
    outDir: null,
    junitFile: null,
  });

/** The same update with another file on the wire; the transport's own check fits it. */
export const withFile = (update: PreparedUpdate, file: Uint8Array): PreparedUpdate => ({
  ...update,
  plan: { ...update.plan, file },
});

export interface CleanRun {
  readonly verdict: Verdict;
  readonly seen: Observation;
}

/** One update without a cut. */
export function runClean(update: PreparedUpdate): CleanRun {
  const run = new UpdateRig(update, true).judgeFromStart({
    cuts: [],
    station: 'resumes',
    line: '',
    seed: SEED,
  });
  return { verdict: run.verdict, seen: run.observation! };
}
