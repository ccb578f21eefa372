/** From judged runs to the report document. Pure but for what it is handed. */

import type { FlashOperation, Observation } from '../device/observation.ts';
import type { UpdatePlan } from '../plan/plan.ts';
import { OUTCOMES, type Outcome } from '../verdict/verdict.ts';
import type { OperationRecord, Report, RunRecord } from './report.ts';
import { worseOf } from './words.ts';

/** One judged run in the terms of a report. */
export interface ReportedRun {
  readonly record: RunRecord;
  readonly acceptable: boolean;
  /** Operation of the first cut; null for runs without one. */
  readonly operation: number | null;
  readonly stateKey: string;
}

/** Collects runs as they come in, in any order, so that a sweep need not be held in memory. */
export class Tally {
  readonly outcomes = Object.fromEntries(OUTCOMES.map((name) => [name, 0])) as Record<
    Outcome,
    number
  >;
  readonly failures: ReportedRun[] = [];
  readonly #states = new Set<string>();
  readonly #byOperation = new Map<
    number,
    { counts: Partial<Record<Outcome, number>>; worst: Outcome }
  >();
  runs = 0;

  add(run: ReportedRun): void {
    const { outcome } = run.record;
    this.runs++;
    this.outcomes[outcome]++;
    if (run.stateKey !== '') this.#states.add(run.stateKey);
    if (!run.acceptable && outcome !== 'invalid') this.failures.push(run);
    if (run.operation === null) return;
    const known = this.#byOperation.get(run.operation) ?? { counts: {}, worst: 'updated' };
    known.counts[outcome] = (known.counts[outcome] ?? 0) + 1;
    known.worst = worseOf(known.worst, outcome);
    this.#byOperation.set(run.operation, known);
  }
  get distinctStates(): number {
    return this.#states.size;
  }
  /** Worst outcome among the failures, or null. */
  get worst(): Outcome | null {
    return this.failures.reduce<Outcome | null>(
      (worst, { record }) => (worst === null ? record.outcome : worseOf(worst, record.outcome)),
      null,
    );
  }
  detailOf(operation: FlashOperation): OperationRecord {
    const known = this.#byOperation.get(operation.index) ?? {
      counts: {},
      worst: 'updated' as const,
    };
    const { index, kind, address, bytes, startUs, endUs, caller } = operation;
    const { worst } = known;
    return { index, kind, address, bytes, startUs, endUs, caller, outcomes: known.counts, worst };
  }
}

export interface AssembleInput {
  readonly version: string;
  readonly request: Report['request'];
  readonly plan: UpdatePlan;
  readonly clean: Observation;
  readonly cleanOutcome: Outcome;
  readonly tally: Tally;
  readonly sectors: Report['sectors'];
  readonly comparison: Report['cost']['comparison'];
  readonly wallSeconds: number;
  readonly workers: number;
  readonly peakMemoryBytes: number;
}

export function assembleReport(input: AssembleInput): Report {
  const { clean, tally } = input;
  const failures = [...tally.failures].sort(
    (a, b) =>
      (a.operation ?? -1) - (b.operation ?? -1) || (a.record.fault < b.record.fault ? -1 : 1),
  );
  const verdict = verdictOf(input);
  return {
    schema: 1,
    flashrig: input.version,
    verdict,
    headline: headline(verdict, input, failures),
    request: input.request,
    operations: clean.operations.length,
    runs: tally.runs,
    distinctStates: tally.distinctStates,
    outcomes: tally.outcomes,
    invalidRuns: tally.outcomes.invalid,
    failures: failures.map((run) => run.record),
    operationsDetail: clean.operations.map((operation) => tally.detailOf(operation)),
    timeline: clean.timeline,
    cost: costOf(clean, input.comparison),
    gapsTouched: clean.events,
    sectors: input.sectors,
    wallSeconds: input.wallSeconds,
    workers: input.workers,
    peakMemoryBytes: input.peakMemoryBytes,
  };
}

function verdictOf({ tally, cleanOutcome }: AssembleInput): Report['verdict'] {
  if (tally.failures.length > 0 || cleanOutcome !== 'updated') return 'unsafe';
  return tally.outcomes.invalid > 0 ? 'invalid' : 'safe';
}

function headline(
  verdict: Report['verdict'],
  input: AssembleInput,
  failures: readonly ReportedRun[],
): string {
  const { tally, clean, cleanOutcome } = input;
  const operations = clean.operations.length;
  if (cleanOutcome !== 'updated') {
    return `The update ends as ${cleanOutcome} even without a fault.`;
  }
  if (verdict === 'invalid') {
    return `${tally.outcomes.invalid} faults did not take effect.`;
  }
  if (verdict === 'safe') {
    return `${tally.runs} runs over ${operations} flash operations, none leaves the device worse off.`;
  }
  const worst = tally.worst!;
  const first = failures.find(({ record }) => record.outcome === worst)!;
  return `${failures.length} of ${tally.runs} runs fail, the worst ends as ${worst} ${whereOf(first, clean)}.`;
}

function whereOf(run: ReportedRun, clean: Observation): string {
  const operation = run.operation === null ? undefined : clean.operations[run.operation];
  if (operation === undefined) return `(${run.record.fault})`;
  const address = `0x${operation.address.toString(16).padStart(5, '0')}`;
  const caller = operation.caller === null ? '' : ` in ${operation.caller}`;
  return `after a cut at operation ${operation.index} (${operation.kind} ${address}${caller})`;
}

function costOf(clean: Observation, comparison: Report['cost']['comparison']): Report['cost'] {
  const count = (kind: FlashOperation['kind']): number =>
    clean.operations.filter((operation) => operation.kind === kind).length;
  const erasesBySector: Record<string, number> = {};
  clean.erasesBySector.forEach((erases, sector) => {
    if (erases > 0) erasesBySector[String(sector)] = erases;
  });
  return {
    bytesSent: clean.station?.bytesSent ?? 0,
    framesSent: clean.station?.framesSent ?? 0,
    repeats: clean.station?.repeats ?? 0,
    flashErases: count('erase'),
    flashPrograms: count('program'),
    deviceTimeUs: clean.deviceTimeUs,
    erasesBySector,
    comparison,
  };
}
