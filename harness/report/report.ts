/** The versioned report document (`--json`, report.json). Additions keep schema 1; a changed meaning does not. */

import type { StationKind } from '../transport/stations.ts';
import type { Outcome } from '../verdict/verdict.ts';

export interface ImageSummary {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly version: string | null;
}

/** One judged run that is worth a line: every failure; for the map also what each operation led to. */
export interface RunRecord {
  readonly outcome: Outcome;
  readonly station: StationKind;
  /** The fault in its printed form, e.g. `cut@op=17+0.5 torn=weak-bits`. */
  readonly fault: string;
  /** The whole replay line, to paste behind `npx flashrig replay`. */
  readonly replay: string;
  readonly evidence: readonly string[];
}

export interface OperationRecord {
  readonly index: number;
  readonly kind: 'erase' | 'program';
  readonly address: number;
  readonly bytes: number;
  readonly startUs: number;
  readonly endUs: number;
  readonly caller: string | null;
  /** Outcomes of all cuts at this operation, both stations: outcome → count. */
  readonly outcomes: Partial<Record<Outcome, number>>;
  readonly worst: Outcome;
}

export interface Cost {
  readonly bytesSent: number;
  readonly framesSent: number;
  readonly repeats: number;
  readonly flashErases: number;
  readonly flashPrograms: number;
  readonly deviceTimeUs: number;
  /** sector → erases in one clean update; only sectors with any. */
  readonly erasesBySector: Record<string, number>;
  readonly comparison: readonly CostRow[];
}

/** One quantity as the planner predicted it and as it was counted in the clean run. */
export interface CostRow {
  readonly what: string;
  readonly unit: string;
  /** Null where nobody predicts it, or counts it. */
  readonly predicted: number | null;
  readonly counted: number | null;
  /** Why the two differ; empty where they agree. */
  readonly why: string;
}

export interface Report {
  readonly schema: 1;
  readonly flashrig: string;
  readonly verdict: 'safe' | 'unsafe' | 'invalid';
  /** The verdict in words: is it safe, and if not where and why. */
  readonly headline: string;
  readonly request: {
    readonly board: string;
    readonly scheme: string;
    readonly scenario: string | null;
    readonly boot: ImageSummary;
    /** What the device ran before `from`, the oldest first; absent in reports of versions that knew of none. */
    readonly via?: readonly ImageSummary[];
    readonly from: ImageSummary;
    readonly to: ImageSummary;
    readonly cuts: string;
    readonly line: string;
    readonly seed: number;
  };
  /** Flash operations of a clean run. */
  readonly operations: number;
  /** Judged runs: each cut twice (station silent, station resuming). */
  readonly runs: number;
  /** States that the last cuts left: runs from equal ones share a verdict. */
  readonly distinctStates: number;
  readonly outcomes: Record<Outcome, number>;
  readonly invalidRuns: number;
  readonly failures: readonly RunRecord[];
  readonly operationsDetail: readonly OperationRecord[];
  readonly timeline: readonly {
    readonly atUs: number;
    readonly kind: string;
    readonly text: string;
  }[];
  readonly cost: Cost;
  /** Machine events that the firmware touched in the clean run (declared gaps among them). */
  readonly gapsTouched: readonly { kind: string; where: string; detail: string; count: number }[];
  /** Flash geometry for the map: sectors in address order. */
  readonly sectors: readonly {
    readonly index: number;
    /** What it belongs to, where the board has several memories. */
    readonly memory?: string;
    readonly address: number;
    readonly bytes: number;
  }[];
  readonly wallSeconds: number;
  readonly workers: number;
  readonly peakMemoryBytes: number;
}
