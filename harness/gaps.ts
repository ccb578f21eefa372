/** What each chip's model declares but does not do, as rows for `flashrig gaps`.
 *  Source: DESIGN.md section 3, decision 5. Leaves out: which gaps a run touched (a report has those). */

import { lpc2478Gaps } from '../emulator/chips/index.ts';
import type { GapRow } from '../emulator/machine/registers.ts';

export type { GapRow };

/** Chips whose registers are declared. Add yours here. */
const GAPS = { lpc2478: lpc2478Gaps } satisfies Record<string, () => GapRow[]>;

export type ChipName = keyof typeof GAPS;
export const CHIPS = Object.keys(GAPS) as ChipName[];

export const gapsOf = (chip: ChipName): readonly GapRow[] => GAPS[chip]();
