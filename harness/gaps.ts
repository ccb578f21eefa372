/** What each chip's model declares but does not do, for `flashrig gaps`.
 *  Source: DESIGN.md section 3, decision 5. Leaves out: which gaps a run touched (a report has those). */

export { type ChipName, chipNames, listGaps } from '../emulator/chips/index.ts';
export type { GapRow } from '../emulator/machine/registers.ts';
