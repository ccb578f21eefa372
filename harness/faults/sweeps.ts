/** Which fault plans a sweep makes: every cut of every flash operation, or a seeded random mix.
 *  Source: DESIGN.md section 4 (sweeps; every cut is judged twice).
 *  Leaves out: depth 2 and closure, which learn their operations while they run. */

import { Prng } from '../prng.ts';
import type { Cut, FaultPlan, TornModel } from './fault-plan.ts';

/** Inside an operation means at these fractions. */
export const FRACTIONS = [0.1, 0.5, 0.9] as const;
export const STATIONS = ['silent', 'resumes'] as const;

export interface SweptOperation {
  readonly index: number;
  readonly kind: 'erase' | 'program';
}
export type TornModelsFor = (kind: SweptOperation['kind']) => readonly TornModel[];

/** Before, inside at each fraction under each torn model of the operation's kind, and after. */
export function cutsOf(operation: SweptOperation, tornModelsFor: TornModelsFor): Cut[] {
  const { index, kind } = operation;
  const inside = FRACTIONS.flatMap((at) =>
    tornModelsFor(kind).map((torn) => ({ operation: index, at, torn })),
  );
  return [
    { operation: index, at: 'before', torn: null },
    ...inside,
    { operation: index, at: 'after', torn: null },
  ];
}

/** Each cut of each operation with the station silent, then with it resuming. */
export const linearSweep = (
  operations: readonly SweptOperation[],
  tornModelsFor: TornModelsFor,
  line = '',
  seed = 0,
): FaultPlan[] =>
  operations.flatMap((operation) =>
    cutsOf(operation, tornModelsFor).flatMap((cut) =>
      STATIONS.map((station) => ({ cuts: [cut], station, line, seed })),
    ),
  );

/** Plans of `linearSweep` without making them. */
export function countLinear(
  operations: readonly SweptOperation[],
  tornModelsFor: TornModelsFor,
): number {
  const cuts = (kind: SweptOperation['kind']) => 2 + FRACTIONS.length * tornModelsFor(kind).length;
  return operations.reduce((sum, { kind }) => sum + STATIONS.length * cuts(kind), 0);
}

const MAX_RANDOM_CUTS = 3;
/** Operations of a recovery in which a later cut may fall; whether it has as many is seen in the run. */
const RECOVERY_OPERATIONS = 6;
const MAX_STATION_FRAME = 200;

/** One to three cuts, any fraction, any torn model, the station silent or not, now and then restarting.
 *  The kind of a recovery's operation is not known, so a later cut inside one takes a model that erase
 *  and program share. @param seed also that of each plan. @param count plans; plan i depends on the seed
 *  and i alone. */
export function randomSweep(
  count: number,
  seed: number,
  operations: readonly SweptOperation[],
  tornModelsFor: TornModelsFor,
  line = '',
): FaultPlan[] {
  if (operations.length === 0) return [];
  return Array.from({ length: count }, (_, i) => {
    const prng = new Prng((seed ^ Math.imul(i + 1, 0x9e3779b1)) >>> 0);
    const first = operations[prng.below(operations.length)]!;
    const cuts = [randomCut(prng, first.index, tornModelsFor(first.kind))];
    const shared = tornModelsFor('erase').filter((m) => tornModelsFor('program').includes(m));
    while (cuts.length < MAX_RANDOM_CUTS && prng.chance(0.3)) {
      cuts.push(randomCut(prng, prng.below(RECOVERY_OPERATIONS), shared));
    }
    const station = prng.chance(0.5) ? 'resumes' : 'silent';
    const restarts = prng.chance(0.1) ? { stationRestarts: [prng.below(MAX_STATION_FRAME)] } : {};
    return { cuts, station, line, seed, ...restarts };
  });
}

function randomCut(prng: Prng, operation: number, models: readonly TornModel[]): Cut {
  const dice = prng.below(8);
  if (dice === 0) return { operation, at: 'before', torn: null };
  if (dice === 1 || models.length === 0) return { operation, at: 'after', torn: null };
  const at = (1 + prng.below(999)) / 1000;
  return { operation, at, torn: models[prng.below(models.length)]! };
}

/** The plan without its last fault: what is left to judge when that one never took effect.
 *  @returns null when nothing would be left. */
export function withoutLastFault(plan: FaultPlan): FaultPlan | null {
  const { stationRestarts = [], cuts, ...rest } = plan;
  if (stationRestarts.length + cuts.length <= 1) return null;
  if (stationRestarts.length === 0) return { ...rest, cuts: cuts.slice(0, -1) };
  const kept = stationRestarts.slice(0, -1);
  return { ...rest, cuts, ...(kept.length > 0 ? { stationRestarts: kept } : {}) };
}
