/** Rows of the table that puts predictions beside counts.
 *  Leaves out: which rows a chip has (cost-comparison.ts, node-cost-comparison.ts). */

import type { StateEnergy } from '../../emulator/energy/meter.ts';
import type { CostRow } from './report.ts';

/** Row that the terminal's summary picks. */
export const DRAWN_ENERGY = 'drawn from the supply, in all';

/** To thousandths. */
export const rounded = (value: number): number => Math.round(value * 1e3) / 1e3;

/** @param why the two may differ; shown only where they do. */
export function costRow(
  what: string,
  unit: string,
  predicted: number | null,
  counted: number | null,
  why: string,
): CostRow {
  const differs = predicted !== null && counted !== null && predicted !== counted;
  return { what, unit, predicted, counted, why: differs ? why : '' };
}

/** What the supply really gave, by power state. */
export function drawnRows(states: readonly StateEnergy[]): CostRow[] {
  const all = states.reduce((sum, { millijoules }) => sum + millijoules, 0);
  return [
    ...states.map(({ state, millijoules }) =>
      costRow(`drawn from the supply while ${state}`, 'mJ', null, rounded(millijoules), ''),
    ),
    costRow(DRAWN_ENERGY, 'mJ', null, rounded(all), ''),
  ];
}
