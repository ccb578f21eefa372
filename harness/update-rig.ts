/** One update on one emulated bench, and what becomes of it under a fault plan.
 *  A rig walks the clean update once, from flash operation to flash operation, and forks a fault run
 *  from a snapshot at each. Workers, replay and the library all use this file.
 *  Source: DESIGN.md section 4 (every cut is judged twice). */

import type { LineRange } from '../emulator/flash/line-watch.ts';
import type { BoardKind, EmulatedBoard } from './device/boards/board.ts';
import { boards } from './device/boards/index.ts';
import { type BenchSnapshot, EmulatedBench } from './device/emulated-bench.ts';
import { engineFactory } from './device/engines.ts';
import { decodeFlash } from './device/flash-file.ts';
import type { PartOperation, Words } from './device/flash-set.ts';
import type { Observation } from './device/observation.ts';
import { observeDevice } from './device/observe.ts';
import { Recorder } from './device/recorder.ts';
import type { Cut, FaultPlan } from './faults/fault-plan.ts';
import { symbolNamer } from './image/symbols.ts';
import type { PreparedUpdate } from './prepare-update.ts';
import { Rejoin, type Trail } from './rejoin.ts';
import { dialects } from './transport/dialects.ts';
import { decodeFrame } from './transport/ft12/frame.ts';
import { createLine } from './transport/lines/index.ts';
import { describeFrame } from './transport/power-load/describe.ts';
import { createProbe, createStation } from './transport/stations.ts';
import { type Expected, judge } from './verdict/judge.ts';
import type { Verdict } from './verdict/verdict.ts';

/** Limits whose breach ends a run; virtual microseconds. */
export const LIMITS = {
  /** A whole update, station and all. */
  updateUs: 24 * 3600 * 1e6,
  /** How long a device may stay quiet after a cut before it is judged, with no station. */
  settleUs: 3e6,
  silentUs: 120e6,
  /** Power comes back after this long, on a whole multiple of it. */
  powerOffUs: 1e6,
} as const;

export interface JudgedRun {
  readonly plan: FaultPlan;
  readonly verdict: Verdict;
  /** Identifies the state after the last cut; equal keys share one executed run. */
  readonly stateKey: string;
  /** Null when the verdict was known from an equal state, and nothing was run. */
  readonly observation: Observation | null;
}

/** A run behind its last cut and power-on, not judged yet. */
interface OpenRun {
  readonly plan: FaultPlan;
  readonly stateKey: string;
  readonly cutsDone: number;
  readonly startUs: number;
  /** Null when this run shares nothing. */
  readonly trail: Trail | null;
  readonly known: Verdict | null;
}

/** How often a run is compared with those judged before, and how long it goes between two times at most. */
const MAX_CHECKPOINTS = 16;
const CHECKPOINT_US = 500_000;

/** Key of runs that are never shared: no cut, or a cut that did not take effect. */
const INVALID_STATE = '';

/** Where a cut falls: the operation of the array that it tears, and how far that is. */
interface CutPlace {
  readonly word: PartOperation;
  readonly fraction: number;
}

export class UpdateRig {
  readonly bench: EmulatedBench;
  readonly board: EmulatedBoard;
  readonly kind: BoardKind;
  readonly #update: PreparedUpdate;
  readonly #share: boolean;
  /** By the state that a cut left: non-volatile cells, what is retained, the station. */
  readonly #memo = new Map<string, Verdict>();
  readonly #rejoin: Rejoin;
  readonly #factory: BenchSnapshot;

  /** @param share false: judge every run by running it, and share nothing (to check the sharing). */
  constructor(update: PreparedUpdate, record: boolean, share = true) {
    this.#share = share;
    this.#update = update;
    this.kind = boards[update.board];
    this.board = this.kind.create({
      segments: update.factorySegments,
      seed: update.seed,
      createCpu: engineFactory(update.engine),
    });
    if (update.factoryFlash !== null) {
      decodeFlash(this.board.flash.arrays, update.factoryFlash, 'the flash after earlier updates');
      this.board.flash.forgetErases();
    }
    const recorder = new Recorder(record, symbolNamer(update.symbols), (frame) =>
      describeFrame(frame, dialects[update.dialect]),
    );
    const line = createLine(update.line, update.seed);
    this.bench = new EmulatedBench(
      this.board,
      line,
      recorder,
      (bytes) => 'frame' in decodeFrame(bytes, dialects[update.dialect]),
    );
    this.#rejoin = new Rejoin(this.bench);
    this.#factory = this.bench.snapshot();
  }

  /** Back to the factory state, powered on, with a fresh station of the plan's kind connected. */
  start(station: FaultPlan['station'], stationRestarts: readonly number[] = []): void {
    this.bench.restore(this.#factory);
    this.bench.recorder.clear();
    this.bench.connect(createStation(this.#update, station, stationRestarts));
    this.bench.countOperationsFromHere();
    this.bench.powerOn();
  }

  /** Run the update on to the begin of its next flash operation. False: the update has ended. */
  nextOperation(): boolean {
    return this.bench.runToOperation(LIMITS.updateUs) === 'operation-begin';
  }

  /** With the bench at the begin of the operation of `plan.cuts[done]`, the cuts before it made:
   *  do the rest of the plan and judge it. */
  judgeFromHere(plan: FaultPlan, done = 0): JudgedRun {
    const lines: LineRange[] = [];
    let cutsDone = done;
    for (const cut of plan.cuts.slice(done)) {
      if (cutsDone > done) {
        this.powerOnAgain(plan.station);
        if (!this.#runToCut(cut)) break;
      }
      const words = this.bench.lookAhead();
      if (words === null) break;
      lines.push(...this.board.flash.linesOf(words));
      if (!this.cutHere(cut, plan.seed, words)) break;
      cutsDone++;
    }
    const run =
      cutsDone < plan.cuts.length
        ? this.#finish(plan, cutsDone, INVALID_STATE)
        : this.#judgePoweredOn(plan, lines);
    this.#rejoin.endRun();
    return run;
  }

  /** The same for plans that differ in the station alone, at their last cut. Until the device or a station
   *  speaks they are one run. @param words the operation that has just begun (`EmulatedBench.lookAhead`).
   *  @param torn lines of the operations that were cut before this one.
   *  @returns runs in the order of the plans. */
  judgeAllFromHere(
    plans: readonly FaultPlan[],
    words: Words,
    torn: readonly LineRange[] = [],
  ): JudgedRun[] {
    const { cuts, seed } = plans[0]!;
    const lines = [...torn, ...this.board.flash.linesOf(words)];
    if (!this.cutHere(cuts.at(-1)!, seed, words)) {
      this.#rejoin.endRun();
      return plans.map((plan) => this.#finish(plan, cuts.length - 1, INVALID_STATE));
    }
    this.powerOnAgain('resumes');
    const runs = plans.map((plan) => this.#openRun(plan, lines));
    if (runs.every(({ known }) => known === null)) {
      this.bench.runToContact(this.bench.nowUs + CHECKPOINT_US);
      for (const { trail } of runs) trail?.noteReads();
    }
    const here = this.bench.snapshot();
    const judged = runs.map((run) => {
      if (run.known !== null) return this.#judgeOn(run);
      this.bench.restore(here);
      run.trail?.watch();
      if (run.plan.station === 'silent') this.bench.disconnect();
      return this.#judgeOn(run);
    });
    this.#rejoin.endRun();
    return judged;
  }

  #judgePoweredOn(plan: FaultPlan, lines: readonly LineRange[]): JudgedRun {
    this.powerOnAgain(plan.station);
    return this.#judgeOn(this.#openRun(plan, lines));
  }

  /** At the power-on after the last cut: is the verdict known from a run that must end alike? */
  #openRun(plan: FaultPlan, lines: readonly LineRange[]): OpenRun {
    const { bench, board } = this;
    const { station, cuts } = plan;
    const listens = station !== 'silent';
    const around = `${station} ${bench.boots} ${bench.surroundingsKey(listens)}`;
    const stateKey = `${around} ${board.flash.stateHash()}`;
    const run = { plan, stateKey, cutsDone: cuts.length, startUs: bench.nowUs };
    // Whether a restart of the station is still to come is not in the key of a silent one.
    if (!this.#share || plan.stationRestarts !== undefined) {
      return { ...run, trail: null, known: null };
    }
    const trail = this.#rejoin.trail(station, lines);
    return { ...run, trail, known: this.#memo.get(stateKey) ?? trail.checkpoint(listens) };
  }

  #judgeOn(run: OpenRun): JudgedRun {
    const { plan, stateKey, trail } = run;
    const known = run.known ?? this.#runOut(run);
    if (known !== null) {
      this.#memo.set(stateKey, known);
      return { plan, verdict: known, stateKey, observation: null };
    }
    const judged = this.#finish(plan, run.cutsDone, stateKey);
    if (trail === null) return judged;
    trail.conclude(judged.verdict);
    this.#memo.set(stateKey, judged.verdict);
    return judged;
  }

  /** The whole plan from the factory state on: what replay does, and every plan without a cut. */
  judgeFromStart(plan: FaultPlan): JudgedRun {
    this.start(plan.station, plan.stationRestarts);
    const first = plan.cuts[0];
    if (first === undefined) this.bench.run(LIMITS.updateUs);
    else if (this.#runToCut(first)) return this.judgeFromHere(plan);
    return this.#finish(plan, 0, INVALID_STATE);
  }

  #runToCut(cut: Cut): boolean {
    for (let index = 0; index <= cut.operation; index++) {
      if (this.bench.runToOperation(LIMITS.updateUs) !== 'operation-begin') return false;
    }
    return true;
  }

  /** The bench is at the begin of the cut's operation; lose the power where the cut says. */
  cutHere(cut: Cut, seed: number, words: Words): boolean {
    const { bench } = this;
    if (cut.at === 'before') {
      bench.cutPower(null, seed, words[0]);
      return true;
    }
    if (cut.at === 'after') {
      const last = words.at(-1)!;
      if (bench.runToOperationEnd(last, LIMITS.updateUs) !== 'operation-end') return false;
      bench.cutPower(null, seed, last);
      return true;
    }
    const place = placeOf(words, cut.at);
    bench.runInto(place.word, this.#cutTimeUs(place));
    if (!this.board.flash.isInFlight(place.word)) return false;
    bench.cutPower(cut.torn, seed, place.word);
    return true;
  }

  #cutTimeUs({ word: { startTick, endTick }, fraction }: CutPlace): number {
    const perUs = this.board.machine.rootHz / 1e6;
    return Math.ceil((startTick + (endTick - startTick) * fraction) / perUs);
  }

  powerOnAgain(station: FaultPlan['station']): void {
    const { bench } = this;
    bench.stayOff(LIMITS.powerOffUs);
    // With flags alone the station is left to find out by its timeouts, as the paper's does.
    if (this.#update.resume === 'query') bench.session?.disconnected?.(bench.nowUs);
    if (station === 'silent') bench.disconnect();
    bench.countOperationsFromHere();
    bench.powerOn();
  }

  /** Run until the station has ended, or, with none, until the device has settled. On the way compare
   *  with runs judged before: at the first flash operations, and now and then in between.
   *  @returns the verdict of the run that was rejoined, or null: this one has to be judged. */
  #runOut({ plan, trail, startUs }: OpenRun): Verdict | null {
    const { bench } = this;
    const silent = plan.station === 'silent';
    const end = startUs + (silent ? LIMITS.silentUs : LIMITS.updateUs);
    for (;;) {
      if (bench.limitReached !== null) return null;
      const compares = trail !== null && trail.checkpoints < MAX_CHECKPOINTS;
      const known = compares && bench.nowUs > startUs ? trail.checkpoint(!silent) : null;
      if (known !== null) return known;
      const quietUntil = bench.lastActivityUs + LIMITS.settleUs;
      const until = silent ? Math.min(end, quietUntil) : end;
      if (bench.nowUs >= until) return null;
      const next = Math.min(until, bench.nowUs + CHECKPOINT_US);
      const why = compares ? bench.runToOperation(next) : bench.run(until);
      if (why !== 'operation-begin' && why !== 'time') return null;
    }
  }

  #finish(plan: FaultPlan, cutsDone: number, stateKey: string): JudgedRun {
    const observation = this.#observe(cutsDone);
    const verdict = judge(observation, this.#expected(plan));
    return { plan, verdict, stateKey, observation };
  }

  #observe(cutsDone: number): Observation {
    const { oldPacked, plan } = this.#update;
    const bytes = Math.max(oldPacked.length, plan.expectedBytes.length);
    const limit = this.bench.limitReached;
    return observeDevice(this.bench, this.kind, {
      cutsDone,
      applicationLength: bytes,
      limit,
      createProbe: () => createProbe(this.#update.dialect),
    });
  }

  #expected(plan: FaultPlan): Expected {
    return {
      oldBytes: this.#update.oldPacked,
      oldVersion: this.#update.oldVersion,
      newBytes: this.#update.plan.expectedBytes,
      newVersion: this.#update.plan.expectedVersion,
      station: plan.station,
      cutsPlanned: plan.cuts.length,
      restartsPlanned: plan.stationRestarts?.length ?? 0,
    };
  }
}

/** A fraction of the whole operation; of several rows or words never just between two of them, where nothing
 *  would be in flight. */
function placeOf(words: Words, fraction: number): CutPlace {
  const [first] = words;
  const count = words.length === 1 ? first.rows : words.length;
  const between = count > 1 && Number.isInteger(count * fraction);
  const at = between ? fraction + 0.5 / count : fraction;
  if (words.length === 1) return { word: first, fraction: at };
  const index = Math.floor(at * count);
  return { word: words[index]!, fraction: at * count - index };
}
