/** What the models of the chips declare but do not do, for commands and pages to list.
 *  Source: emulator/chips. Leaves out: which gaps a run touched (a report lists those). */

export { type ChipName, chipNames, listGaps } from '../emulator/chips/index.ts';
export type { GapRow } from '../emulator/machine/registers.ts';
