/** Which fault plans a sweep makes, grouped by the operation of their first cut, so that one walk
 *  through the clean update reaches them all in order. */

import type { CutPoint, FaultPlan, TornModel } from './faults/fault-plan.ts';

/** Inside an operation means at these fractions (DESIGN.md section 4). */
export const FRACTIONS = [0.1, 0.5, 0.9] as const;
export const STATIONS = ['silent', 'resumes'] as const;

export interface CutChoice {
  readonly at: CutPoint;
  readonly torn: TornModel | null;
}

/** Before, after, and inside at each fraction under each torn model of the operation's kind. */
export function cutChoices(models: readonly TornModel[]): CutChoice[] {
  const inside = FRACTIONS.flatMap((at) => models.map((torn) => ({ at, torn })));
  return [{ at: 'before', torn: null }, ...inside, { at: 'after', torn: null }];
}

/** Both judgements of one cut, the silent one first. */
export function plansForCut(
  cuts: FaultPlan['cuts'],
  line: string,
  seed: number,
): FaultPlan[] {
  return STATIONS.map((station) => ({ cuts, station, line, seed }));
}
