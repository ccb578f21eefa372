/** A fault plan: what is done to one run, and nothing else. Prints to one line and parses back. */

import type { StationKind } from '../transport/stations.ts';

/** Where in a flash operation the power goes: before it has an effect, at a fraction of it, or just after. */
export type CutPoint = 'before' | 'after' | number;

/** Named, seeded torn models; what a cut inside an operation leaves in the cells (emulator/flash/torn). */
export const TORN_MODELS = [
  'clean-prefix',
  'random-bits',
  'weak-bits',
  'old-data',
  'marginal-erase',
] as const;
export type TornModel = (typeof TORN_MODELS)[number];

export interface Cut {
  /** Index of the flash operation, 0-based, counted from the start of the update (or of the recovery). */
  readonly operation: number;
  readonly at: CutPoint;
  /** Null unless `at` is a fraction. */
  readonly torn: TornModel | null;
}

export interface FaultPlan {
  /** In order: each counts operations from the power-on after the one before it. Empty = no cut. */
  readonly cuts: readonly Cut[];
  /** Station after the first cut; the hostile ones are there from the start. */
  readonly station: StationKind;
  /** Line faults, as given to `--line`; empty = a perfect line. */
  readonly line: string;
  readonly seed: number;
  /** Frames, 0-based, instead of which the station restarts; absent = never. */
  readonly stationRestarts?: readonly number[];
}
