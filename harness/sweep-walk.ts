/** One walk through the clean update, forking the fault runs of a range of operations.
 *  Runs the same in the calling thread and in a worker. */

import type { LineRange } from '../emulator/flash/line-watch.ts';
import { tornModelsFor } from '../emulator/flash/torn.ts';
import type { BenchSnapshot } from './device/emulated-bench.ts';
import type { Words } from './device/flash-set.ts';
import { RigError } from './errors.ts';
import type { Cut, FaultPlan } from './faults/fault-plan.ts';
import { cutsOf, STATIONS, withoutLastFault } from './faults/sweeps.ts';
import type { PreparedUpdate } from './prepare-update.ts';
import { type JudgedRun, UpdateRig } from './update-rig.ts';
import type { Verdict } from './verdict/verdict.ts';

/** What crosses from a worker to the report: one judged run. */
export interface SweepRun {
  readonly plan: FaultPlan;
  readonly verdict: Verdict;
  readonly stateKey: string;
}

export interface SweepOptions {
  readonly depth: 1 | 2;
  /** Given plans by the operation of their first cut (random sweeps) instead of every cut. */
  readonly given: ReadonlyMap<number, readonly FaultPlan[]> | null;
  /** Ends an operation's cuts early, at the first run for which it says so. */
  readonly until?: (run: SweepRun) => boolean;
}

/** Operations of a recovery that depth 2 cuts again, if it does not rejoin a known state before. */
export const RECOVERY_OPERATIONS = 8;

export class SweepWalk {
  readonly #rig: UpdateRig;
  readonly #update: PreparedUpdate;
  readonly #options: SweepOptions;
  #position = -1;
  #started = false;
  /** Cells, and the operations since the reboot, of every operation of a recovery that was cut. */
  readonly #explored = new Set<string>();
  /** States from which a recovery was walked. */
  readonly #recovered = new Set<string>();

  constructor(update: PreparedUpdate, options: SweepOptions) {
    this.#rig = new UpdateRig(update, false);
    this.#update = update;
    this.#options = options;
  }

  /** Judge every fault of the operations [first, last]; ranges must be asked for in ascending order.
   *  @throws {RigError} SWEEP_SHORT when the update has fewer operations. */
  judgeRange(first: number, last: number, report: (runs: SweepRun[]) => void): void {
    if (!this.#started) this.#rig.start('resumes');
    this.#started = true;
    while (this.#position < last) {
      // A part of the sweep that is not judged must not look like one without failures.
      if (!this.#rig.nextOperation()) {
        throw new RigError('SWEEP_SHORT', { found: this.#position + 1, expected: last + 1 });
      }
      this.#position++;
      if (this.#position >= first) this.#judgeOperation(this.#position, report);
    }
  }

  #judgeOperation(operation: number, report: (runs: SweepRun[]) => void): void {
    const words = this.#rig.bench.lookAhead()!;
    const here = this.#rig.bench.snapshot();
    const runs: SweepRun[] = [];
    const { given, until } = this.#options;
    for (const plan of given?.get(operation) ?? []) {
      runs.push(compact(this.#judgePlan(plan, here)));
    }
    for (const cut of given === null ? choicesAt(operation, words) : []) {
      this.#rig.bench.restore(here);
      runs.push(...this.#rig.judgeAllFromHere(this.#bothStations([cut]), words).map(compact));
      if (until !== undefined && runs.some(until)) break;
    }
    report(runs);
    if (this.#options.depth === 2) this.#cutRecoveries(here, words, runs, report);
    this.#rig.bench.restore(here);
  }

  /** Faults of a given plan that never take effect are left out, last first, until the rest all do. */
  #judgePlan(plan: FaultPlan, here: BenchSnapshot): JudgedRun {
    const run = this.#judgeOnce(plan, here);
    const rest = run.verdict.outcome === 'invalid' ? withoutLastFault(plan) : null;
    return rest === null ? run : this.#judgePlan(rest, here);
  }
  #judgeOnce(plan: FaultPlan, here: BenchSnapshot): JudgedRun {
    // A restart of the station may come before the cut: such a run does not fork from the clean one.
    if (plan.stationRestarts !== undefined) return this.#rig.judgeFromStart(plan);
    this.#rig.bench.restore(here);
    return this.#rig.judgeFromHere(plan);
  }

  #bothStations(cuts: readonly Cut[]): FaultPlan[] {
    const { line, seed } = this.#update;
    return STATIONS.map((station) => ({ cuts, station, line, seed }));
  }

  /** Cut again in the recovery from each distinct state that the first cuts left. */
  #cutRecoveries(
    here: BenchSnapshot,
    words: Words,
    runs: SweepRun[],
    report: (runs: SweepRun[]) => void,
  ): void {
    for (const { plan, stateKey } of runs) {
      const first = plan.cuts[0];
      if (plan.station !== 'resumes' || first === undefined) continue;
      if (this.#recovered.has(stateKey)) continue;
      this.#recovered.add(stateKey);
      this.#rig.bench.restore(here);
      const torn = this.#rig.board.flash.linesOf(words);
      if (!this.#rig.cutHere(first, plan.seed, words)) continue;
      this.#rig.powerOnAgain('resumes');
      this.#walkRecovery(first, torn, report);
    }
  }

  #walkRecovery(first: Cut, torn: readonly LineRange[], report: (runs: SweepRun[]) => void): void {
    const { bench, board } = this.#rig;
    let path = '';
    for (let operation = 0; operation < RECOVERY_OPERATIONS; operation++) {
      if (!this.#rig.nextOperation()) return;
      const words = bench.lookAhead()!;
      const { kind, address } = words[0];
      const last = words.at(-1)!;
      const bytes = last.address + last.bytes - address;
      path += ` ${kind}@${address}+${bytes}`;
      // Cells alone do not say where a recovery stands: programming the same bits again leaves them as they are.
      const state = board.flash.stateHash() + path;
      if (this.#explored.has(state)) return;
      this.#explored.add(state);
      const recovery = bench.snapshot();
      const runs: SweepRun[] = [];
      for (const second of choicesAt(operation, words)) {
        bench.restore(recovery);
        const plans = this.#bothStations([first, second]);
        runs.push(...this.#rig.judgeAllFromHere(plans, words, torn).map(compact));
      }
      report(runs);
      bench.restore(recovery);
    }
  }
}

const choicesAt = (index: number, [{ kind }]: Words): Cut[] =>
  cutsOf({ index, kind }, tornModelsFor);

const compact = ({ plan, verdict, stateKey }: JudgedRun): SweepRun => ({ plan, verdict, stateKey });
