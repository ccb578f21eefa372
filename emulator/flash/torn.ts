/** Torn operations: what the cells hold after power is lost inside an erase or a program.
 *  Source: none. No manual says; UM10237 only says that a brown-out reset "prevents alteration". Each model
 *  is a named, seeded assumption (DESIGN.md 3.3). UNKNOWN: the real mix; a cut bench on silicon would settle it.
 *  Leaves out: disturbance of neighbouring rows, and the pre-programming some arrays do before an erase. */

import { maskStream } from './noise.ts';

/** The names that harness/faults prints and parses. */
export type TornModel =
  | 'clean-prefix'
  | 'random-bits'
  | 'weak-bits'
  | 'old-data'
  | 'marginal-erase';

export type OperationKind = 'erase' | 'program';

const MODELS: Record<OperationKind, readonly TornModel[]> = {
  program: ['clean-prefix', 'random-bits', 'weak-bits'],
  erase: ['old-data', 'random-bits', 'weak-bits', 'marginal-erase'],
};

/** Models that say something about this kind of operation, in a fixed order. */
export const tornModelsFor = (kind: OperationKind): readonly TornModel[] => MODELS[kind];

/** Words of cells on their way from what they hold to `goal`. All arrays hold one 32-bit word per 4 bytes. */
export interface CellsInFlight {
  readonly cells: Int32Array;
  readonly weak: Int32Array;
  /** Index of the first word in `cells` and `weak`. */
  readonly at: number;
  readonly words: number;
  /** What the finished operation would have left in word i (0-based). */
  goal(i: number, old: number): number;
}

/** Half of the cells have changed at half of the time; few at its ends. */
const sCurve = (fraction: number): number => fraction * fraction * (3 - 2 * fraction);

/** For a cell that has to change: how likely it has, and how likely it is left between 0 and 1. */
interface Odds {
  readonly changed: number;
  readonly weak: number;
}

function oddsOf(model: TornModel, fraction: number): Odds {
  switch (model) {
    case 'random-bits':
      return { changed: sCurve(fraction), weak: 0 };
    case 'weak-bits':
      return { changed: sCurve(fraction), weak: 4 * fraction * (1 - fraction) };
    case 'old-data':
      return { changed: 0, weak: (fraction * fraction) / 2 };
    case 'marginal-erase':
      return { changed: 1, weak: (1 - fraction) / 16 };
    case 'clean-prefix':
      return { changed: 0, weak: 0 };
  }
}

const in256ths = (probability: number): number => Math.round(probability * 256);

/** Apply a model at `fraction` (0..1) of the operation. Fraction 0 changes nothing. `clean-prefix` says
 *  where an operation stops, not what cells do, so its caller programs the prefix itself. */
export function tearCells(
  model: TornModel,
  fraction: number,
  seed: number,
  inFlight: CellsInFlight,
): void {
  if (fraction <= 0 || model === 'clean-prefix') return;
  const { cells, weak, at, words } = inFlight;
  const odds = oddsOf(model, fraction);
  const changedOdds = in256ths(odds.changed);
  // A weak cell is the point of three models, so its probability does not round down to nothing.
  const weakOdds = odds.weak === 0 ? 0 : Math.max(1, in256ths(odds.weak));
  const stream = maskStream(seed);
  for (let i = 0; i < words; i++) {
    const old = cells[at + i]!;
    const moving = old ^ inFlight.goal(i, old);
    if (moving === 0) continue;
    const changed = moving & stream.mask(changedOdds);
    const leftWeak = moving & stream.mask(weakOdds);
    cells[at + i] = old ^ changed;
    weak[at + i] = (weak[at + i]! & ~changed) | leftWeak;
  }
}
