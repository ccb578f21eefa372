/** What a proof of equivalence says: plain data for reports.
 *  Leaves out: how it was found (prove.ts). */

import type { SerialFormat } from '../request.ts';
import type { Swaps } from './compare.ts';
import type { Coverage } from './coverage.ts';
import type { Cycles } from './cycles.ts';
import type { Place } from './names.ts';
import type { ChannelTiming, Timing } from './timing.ts';

/** nothing-observed: no output came that could have been compared. */
export const EQUIVALENCE_VERDICTS = ['equivalent', 'different', 'nothing-observed'] as const;
export type EquivalenceVerdict = (typeof EQUIVALENCE_VERDICTS)[number];

export interface EquivalenceRequest {
  readonly board: string;
  readonly modifiedPath: string;
  readonly newPath: string;
  /** What runs first, in both; null = the programs have the reset vector themselves. */
  readonly bootPath: string | null;
  /** ELF, or .node.json of an in-situ plan, whose functions name the modified program's addresses; null = the one beside it, if there is one. */
  readonly symbolsPath: string | null;
  /** Address of raw images; null = none is raw. */
  readonly base: number | null;
  /** A file, `random:SEED`, or null for none. */
  readonly stimulus: string | null;
  readonly seconds: number;
  /** Rate and format of what is at the first serial port; null = what the board's firmware expects. */
  readonly peer: SerialFormat | null;
  /** A swap between channels counts as a difference. */
  readonly totalOrder: boolean;
  /** How much longer one program may take than the other; an output that comes later counts as missing. */
  readonly latePercent: number;
  readonly seed: number;
}

export interface ProgramFile {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  /** Bytes that the bench puts into RAM at each reset. */
  readonly patchBytes: number;
  readonly functions: number;
}

export interface PlacedOutput {
  readonly value: string;
  readonly atUs: number;
  /** The instruction that caused it, then its callers; empty where it is not known. */
  readonly where: readonly Place[];
}

export interface PlacedDifference {
  readonly channel: string;
  /** Number of the output in its channel, 1-based. */
  readonly number: number;
  readonly modified: PlacedOutput | null;
  readonly new: PlacedOutput | null;
  /** Equal outputs of the channel before it, the last ones. */
  readonly before: readonly string[];
}

export interface ChannelCount {
  readonly channel: string;
  readonly modified: number;
  readonly new: number;
  readonly equal: number;
}

export interface MachineNote {
  readonly kind: string;
  readonly where: string;
  readonly detail: string;
  readonly count: number;
}

export interface EquivalenceReport {
  readonly schema: 1;
  readonly kind: 'equivalence';
  readonly flashrig: string;
  readonly verdict: EquivalenceVerdict;
  readonly headline: string;
  readonly board: string;
  readonly seed: number;
  readonly totalOrder: boolean;
  readonly latePercent: number;
  readonly secondsAsked: number;
  /** Less than asked when a difference, or a limit, ended it. */
  readonly secondsCompared: number;
  /** A little more: outputs may come later from one of them. Coverage and cycles are of this time. */
  readonly secondsRun: number;
  readonly modified: ProgramFile;
  readonly new: ProgramFile;
  readonly boot: ProgramFile | null;
  readonly stimulus: {
    readonly source: string;
    readonly text: string;
    readonly inputs: number;
    readonly givenToModified: number;
    readonly givenToNew: number;
  };
  readonly channels: readonly ChannelCount[];
  readonly difference: PlacedDifference | null;
  /** What else differed in the stretch of time in which the first difference was found. */
  readonly moreDifferences: readonly PlacedDifference[];
  readonly swaps: Swaps;
  readonly timing: { readonly total: Timing; readonly channels: readonly ChannelTiming[] } | null;
  readonly coverage: { readonly modified: Coverage; readonly new: Coverage };
  readonly cycles: Cycles | null;
  readonly events: {
    readonly modified: readonly MachineNote[];
    readonly new: readonly MachineNote[];
  };
  readonly notes: readonly string[];
  readonly wallSeconds: number;
}
