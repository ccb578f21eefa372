/** Failures by outcome and flash operation, worst first: the "where" of every output.
 *  Source: the printed fault, `cut@op=N...` (harness/faults).
 *  Leaves out: cuts after the first (depth 2): a group is named by where trouble began. */

import type { Outcome } from '../verdict/verdict.ts';
import type { OperationRecord, Report, RunRecord } from './report.ts';
import { byWorst, counted, hexAddress } from './words.ts';

export interface FailureGroup {
  readonly outcome: Outcome;
  /** Null: no cut at an operation of the update (a clean run, a line fault). */
  readonly operation: OperationRecord | null;
  /** What the fault names, also where the report has no such operation. */
  readonly operationIndex: number | null;
  readonly failures: readonly RunRecord[];
}

/** Index of the flash operation of the first cut, or null. */
export function operationOf(fault: string): number | null {
  const match = /\bcut@op=(\d+)/.exec(fault);
  return match === null ? null : Number(match[1]);
}

/** Worst outcome first; within it the operation with most failures first, then in order of time. */
export function groupFailures(report: Report): FailureGroup[] {
  const operations = new Map(report.operationsDetail.map((one) => [one.index, one]));
  const groups = new Map<string, { outcome: Outcome; index: number | null; runs: RunRecord[] }>();
  for (const failure of report.failures) {
    const index = operationOf(failure.fault);
    const key = `${failure.outcome} ${index}`;
    const known = groups.get(key);
    if (known) known.runs.push(failure);
    else groups.set(key, { outcome: failure.outcome, index, runs: [failure] });
  }
  return [...groups.values()]
    .map(({ outcome, index, runs }) => ({
      outcome,
      operation: index === null ? null : (operations.get(index) ?? null),
      operationIndex: index,
      failures: runs,
    }))
    .sort(
      (a, b) =>
        byWorst(a.outcome, b.outcome) ||
        b.failures.length - a.failures.length ||
        (a.operationIndex ?? -1) - (b.operationIndex ?? -1),
    );
}

/** Failed runs for each outcome. */
export function failedByOutcome(report: Report): Partial<Record<Outcome, number>> {
  const counts: Partial<Record<Outcome, number>> = {};
  for (const { outcome } of report.failures) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/** Failed runs of each flash operation that has any. */
export function failuresByOperation(report: Report): Map<number, RunRecord[]> {
  const found = new Map<number, RunRecord[]>();
  for (const failure of report.failures) {
    const index = operationOf(failure.fault);
    if (index === null) continue;
    const known = found.get(index);
    if (known) known.push(failure);
    else found.set(index, [failure]);
  }
  return found;
}

/** `operation 17, erase of 4,096 bytes at 0x7c000 (sector 26) by set_flag`. */
export function operationText(operation: OperationRecord, sectors: Report['sectors']): string {
  const { index, kind, address, bytes, caller } = operation;
  const sector = sectorOf(operation, sectors);
  const inSector = sector === null ? '' : ` (sector ${sector})`;
  const by = caller === null ? '' : ` by ${caller}`;
  const size = counted(bytes, 'byte');
  return `operation ${index}, ${kind} of ${size} at ${hexAddress(address)}${inSector}${by}`;
}

/** Where the failures of a group happen, in words. */
export function placeText(group: FailureGroup, report: Report): string {
  if (group.operation !== null) {
    return `power cut at ${operationText(group.operation, report.sectors)}`;
  }
  if (group.operationIndex !== null) return `power cut at operation ${group.operationIndex}`;
  const faults = new Set(group.failures.map((failure) => failure.fault));
  return faults.size === 1 && faults.has('') ? 'no fault at all' : 'no cut at a flash operation';
}

/** Failures that tell one story: same outcome, same kind of operation, same code behind it. */
export interface FailureStory {
  readonly outcome: Outcome;
  readonly failures: readonly RunRecord[];
  readonly place: string;
  /** What the first of them showed. */
  readonly why: string;
}

/** Worst outcome first, then most failures: what a person should read before anything else. */
export function tellFailures(report: Report): FailureStory[] {
  const stories = new Map<string, FailureGroup[]>();
  for (const group of groupFailures(report)) {
    const { outcome, operation, operationIndex } = group;
    const where =
      operation === null ? `${operationIndex}` : `${operation.kind} ${operation.caller}`;
    const key = `${outcome} ${where}`;
    stories.set(key, [...(stories.get(key) ?? []), group]);
  }
  return [...stories.values()]
    .map((groups) => {
      const failures = groups.flatMap((group) => group.failures);
      const why = failures[0]!.evidence.join('; ');
      return { outcome: groups[0]!.outcome, failures, place: storyPlace(groups, report), why };
    })
    .sort((a, b) => byWorst(a.outcome, b.outcome) || b.failures.length - a.failures.length);
}

function storyPlace(groups: readonly FailureGroup[], report: Report): string {
  const operations = groups
    .flatMap(({ operation }) => (operation === null ? [] : [operation]))
    .sort((a, b) => a.index - b.index);
  if (operations.length < 2) return placeText(groups[0]!, report);
  const { kind, caller } = operations[0]!;
  const sectors = operations.map((operation) => sectorOf(operation, report.sectors));
  const known = sectors.filter((sector) => sector !== null).sort((a, b) => a - b);
  const inSectors = known.length === 0 ? '' : ` in ${numbers('sector', known)}`;
  const by = caller === null ? '' : ` by ${caller}`;
  const indices = operations.map(({ index }) => index);
  return `power cut at ${numbers('operation', indices)}, ${kind}s${inSectors}${by}`;
}

/** `sector 3`, `sectors 3-5`, `sectors 3-5 and 9`; from the fourth run on only how many more. */
function numbers(noun: string, sorted: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const value of sorted) {
    const run = runs.at(-1);
    if (run !== undefined && value <= run[1] + 1) run[1] = value;
    else runs.push([value, value]);
  }
  const parts = runs.slice(0, MAX_RUNS).map(([a, b]) => (a === b ? `${a}` : `${a}-${b}`));
  const hidden = runs.slice(MAX_RUNS).reduce((sum, [a, b]) => sum + b - a + 1, 0);
  if (hidden > 0) parts.push(`${hidden} more`);
  const last = parts.pop()!;
  const text = parts.length === 0 ? last : `${parts.join(', ')} and ${last}`;
  return `${noun}${new Set(sorted).size === 1 ? '' : 's'} ${text}`;
}

const MAX_RUNS = 3;

const sectorOf = ({ address }: OperationRecord, sectors: Report['sectors']): number | null =>
  sectors.find((one) => address >= one.address && address < one.address + one.bytes)?.index ?? null;
