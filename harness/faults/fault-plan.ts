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

/** A fault of the cells themselves, there from the start of the run. */
export type CellFault =
  | {
      readonly kind: 'stuck';
      readonly address: number;
      readonly bit: number;
      readonly value: 0 | 1;
    }
  | { readonly kind: 'weak'; readonly address: number; readonly bit: number }
  /** The sector has been erased that often before. */
  | { readonly kind: 'worn'; readonly sector: number; readonly erases: number };

/** A fault of the supply other than a cut, beginning with a flash operation (counted as for cuts). */
export type SupplyFault =
  /** Falls evenly to zero, so that the brown-out detector acts on the way. */
  | { readonly kind: 'ramp'; readonly operation: number; readonly overUs: number }
  /** Falls to a voltage, stays there, and comes back: a brown-out need not be a power-on. */
  | {
      readonly kind: 'dip';
      readonly operation: number;
      readonly toMillivolts: number;
      readonly forUs: number;
    };

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
  readonly cells?: readonly CellFault[];
  readonly supply?: readonly SupplyFault[];
}
