/** A linear sweep that ends at the first failure of a wanted kind: a mistake is found in a fraction of
 *  the whole. Coarse to fine, so that one in the loader's copy need not wait for the whole transfer.
 *  Source: harness/sweep-walk.ts. Leaves out: several cores. */

import { runEarlier } from '../../harness/earlier-updates.ts';
import { prepareUpdate } from '../../harness/prepare-update.ts';
import type { VerifyRequest } from '../../harness/request.ts';
import { replayOf } from '../../harness/run-update.ts';
import { type SweepRun, SweepWalk } from '../../harness/sweep-walk.ts';
import type { Outcome } from '../../harness/verdict/verdict.ts';

/** Every 32nd operation first, then those in the middle between them, and so on: each once. */
const PASSES = [
  { first: 0, step: 32 },
  { first: 16, step: 32 },
  { first: 8, step: 16 },
  { first: 4, step: 8 },
  { first: 2, step: 4 },
  { first: 1, step: 2 },
];

export interface EarlySweep {
  readonly runs: number;
  /** Replay line of the first failure with that outcome, or null: the sweep went to its end. */
  readonly replay: string | null;
}

/** @param operations flash operations of the clean update. */
export async function sweepUntil(
  outcome: Outcome,
  request: VerifyRequest,
  operations: number,
): Promise<EarlySweep> {
  const update = runEarlier(await prepareUpdate(request), () => {});
  let runs = 0;
  const isWanted = ({ verdict }: SweepRun) => verdict.outcome === outcome && !verdict.acceptable;
  for (const { first, step } of PASSES) {
    const walk = new SweepWalk(update, { depth: 1, given: null, until: isWanted });
    for (let operation = first; operation < operations; operation += step) {
      let found: SweepRun | undefined;
      walk.judgeRange(operation, operation, (judged) => {
        runs += judged.length;
        found = judged.find(isWanted);
      });
      if (found !== undefined) return { runs, replay: replayOf(found.plan, update) };
    }
  }
  return { runs, replay: null };
}
