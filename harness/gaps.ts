/** What each chip's model declares but does not do, as rows for `flashrig gaps`.
 *  Source: DESIGN.md section 3, decision 5. Leaves out: which gaps a run touched (a report has those). */

import { RigError } from './errors.ts';

/** Chips whose registers are declared. Add yours here. */
export const CHIPS = ['lpc2478'] as const;
export type ChipName = (typeof CHIPS)[number];

export interface GapRow {
  readonly block: string;
  readonly register: string;
  readonly address: number;
  /** Bit or bits, as the data sheet writes them: `7` or `15:8`. */
  readonly bits: string;
  /** What the model does instead. */
  readonly why: string;
}

export function gapsOf(_chip: ChipName): readonly GapRow[] {
  throw new RigError('NOT_BUILT', { what: 'gaps' });
}
