/** The sentence of DESIGN.md section 1: image, plan, transport, device, verdict, report.
 *  The only file that sees every stage; commands, workers and suites call it.
 *  Leaves out: how a sweep is spread over cores (sweep.ts) and what one fault run is (update-rig.ts). */

import { performance } from 'node:perf_hooks';
import { tornModelsFor } from '../emulator/flash/torn.ts';
import { boards } from './device/boards/index.ts';
import { emulate } from './device/emulate.ts';
import { engineFactory } from './device/engines.ts';
import type { FlashOperation } from './device/observation.ts';
import { runEarlier } from './earlier-updates.ts';
import { RigError } from './errors.ts';
import type { FaultPlan } from './faults/fault-plan.ts';
import { formatFault } from './faults/print.ts';
import { formatReplay, parseReplay, type ReplayLine } from './faults/replay-line.ts';
import { randomSweep } from './faults/sweeps.ts';
import { writeFileAtomic } from './files.ts';
import { readImage } from './image/read-image.ts';
import { packageVersion } from './package.ts';
import { targetOf } from './plan/targets.ts';
import { type PreparedUpdate, prepareUpdate } from './prepare-update.ts';
import { assembleReport, type ReportedRun, Tally } from './report/assemble.ts';
import { compareCost } from './report/cost-comparison.ts';
import { junitXml, writeReport } from './report/index.ts';
import { replayText } from './report/replay-text.ts';
import type { Report } from './report/report.ts';
import {
  BOARDS,
  DIALECTS,
  type EmulateRequest,
  formatCuts,
  RESUME_MODES,
  type ReplayOptions,
  SCHEMES,
  type VerifyRequest,
} from './request.ts';
import { findScenario } from './scenarios.ts';
import { runSweep } from './sweep.ts';
import type { SweepOptions, SweepRun } from './sweep-walk.ts';
import { hostileStations } from './transport/stations.ts';
import { UpdateRig } from './update-rig.ts';
import type { Verdict } from './verdict/verdict.ts';

/** Called often; the receiver draws as seldom as it likes. */
export type Progress = (done: number, total: number, note: string) => void;

/** A board running in real time until it is stopped. */
export interface RunningBoard {
  /** What other programs connect to: a pty's path, or host and port. */
  readonly place: string;
  stop(): Promise<void>;
}

export interface Replay {
  readonly verdict: Verdict;
  /** The run's timeline and verdict, ready for a terminal. */
  readonly text: string;
}

export async function verifyUpdate(request: VerifyRequest, progress: Progress): Promise<Report> {
  const startedAt = performance.now();
  const update = runEarlier(await prepareUpdate(request), (done, total, note) => {
    progress(done, total, `earlier updates: ${note}`);
  });
  const tally = new Tally();
  const rig = new UpdateRig(update, true);
  const clean = rig.judgeFromStart(noCut('resumes', update));
  tally.add(reported(clean, update));
  for (const station of hostileStations(update.plan)) {
    tally.add(
      reported(new UpdateRig(update, false).judgeFromStart(noCut(station, update)), update),
    );
  }
  const observation = clean.observation!;
  let peakMemoryBytes = process.memoryUsage().rss;
  const options = sweepOptions(request, observation.operations);
  if (options !== null && clean.verdict.outcome === 'updated') {
    const operations = observation.operations.length;
    await runSweep({
      update,
      options,
      operations,
      workers: request.workers,
      onRuns: (runs) => {
        for (const run of runs) tally.add(reported(run, update));
        peakMemoryBytes = Math.max(peakMemoryBytes, process.memoryUsage().rss);
      },
      onProgress: (done) => {
        progress(done, operations, `${tally.runs} runs, ${tally.failures.length} failures`);
      },
    });
  }
  const report = assembleReport({
    version: packageVersion(),
    request: {
      board: request.board,
      scheme: request.scheme,
      scenario: request.scenario,
      ...update.images,
      cuts: formatCuts(request.cuts),
      line: request.line,
      seed: request.seed,
    },
    plan: update.plan,
    clean: observation,
    cleanOutcome: clean.verdict.outcome,
    tally,
    sectors: rig.board.flash.sectors,
    comparison: compareCost(update.plan, observation, targetOf(rig.kind.chip)),
    wallSeconds: (performance.now() - startedAt) / 1000,
    workers: request.workers,
    peakMemoryBytes,
  });
  if (request.outDir !== null) await writeReport(report, request.outDir);
  if (request.junitFile !== null) await writeFileAtomic(request.junitFile, junitXml(report));
  return report;
}

function sweepOptions(
  request: VerifyRequest,
  operations: readonly FlashOperation[],
): SweepOptions | null {
  switch (request.cuts.kind) {
    case 'none':
      return null;
    case 'linear':
      return { depth: 1, given: null };
    case 'depth2':
      return { depth: 2, given: null };
    case 'random':
      return { depth: 1, given: randomPlans(request, request.cuts.runs, operations) };
  }
}

/** Random plans by the operation of their first cut. */
function randomPlans(
  { seed, line }: VerifyRequest,
  runs: number,
  operations: readonly FlashOperation[],
): Map<number, FaultPlan[]> {
  const byOperation = new Map<number, FaultPlan[]>();
  for (const plan of randomSweep(runs, seed, operations, tornModelsFor, line)) {
    const { operation } = plan.cuts[0]!;
    byOperation.set(operation, [...(byOperation.get(operation) ?? []), plan]);
  }
  return byOperation;
}

const noCut = (station: FaultPlan['station'], update: PreparedUpdate): FaultPlan => ({
  cuts: [],
  station,
  line: update.line,
  seed: update.seed,
});

function reported(run: SweepRun, update: PreparedUpdate): ReportedRun {
  return {
    record: {
      outcome: run.verdict.outcome,
      station: run.plan.station,
      fault: formatFault(run.plan),
      replay: replayOf(run.plan, update),
      evidence: run.verdict.evidence,
    },
    acceptable: run.verdict.acceptable,
    operation: run.plan.cuts[0]?.operation ?? null,
    stateKey: run.stateKey,
  };
}

export const replayOf = (fault: FaultPlan, update: PreparedUpdate): string =>
  formatReplay({
    board: update.board,
    scheme: update.scheme,
    scenario: update.scenario,
    boot: update.images.boot.sha256,
    via: update.images.via.map(({ sha256 }) => sha256),
    from: update.images.from.sha256,
    to: update.images.to.sha256,
    resume: update.resume,
    dialect: update.dialect,
    fault,
  });

/** One run again, exactly, with everything that happened in it. */
export async function replayLine(line: string, options: ReplayOptions): Promise<Replay> {
  const asked = parseReplay(line);
  const prepared = await prepareUpdate(replayRequest(asked, options));
  checkHashes(asked, prepared);
  const update = runEarlier(prepared, () => {});
  const run = new UpdateRig(update, true).judgeFromStart(asked.fault);
  return { verdict: run.verdict, text: replayText(line, run.observation!, run.verdict) };
}

function replayRequest(asked: ReplayLine, options: ReplayOptions): VerifyRequest {
  const { scenario: name, fault } = asked;
  const images = name === null ? options.images : findScenario(name);
  if (images === null) {
    const problem = 'the line names no scenario: give the images with --boot, --from and --to';
    throw new RigError('USAGE', { problem, command: 'replay' });
  }
  return {
    board: known('board', asked.board, BOARDS),
    scheme: known('scheme', asked.scheme, SCHEMES),
    bootPath: images.bootPath,
    viaPaths: images.viaPaths,
    fromPath: images.fromPath,
    toPath: images.toPath,
    scenario: name,
    cuts: { kind: 'none' },
    line: fault.line,
    seed: fault.seed,
    workers: 1,
    resume: known('resume', asked.resume, RESUME_MODES),
    dialect: known('dialect', asked.dialect, DIALECTS),
    engine: options.engine,
    outDir: null,
    junitFile: null,
  };
}

function known<T extends string>(what: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((name) => name === value);
  if (found !== undefined) return found;
  const problem = `${what} ${value} is not one of ${allowed.join(', ')}`;
  throw new RigError('USAGE', { problem, command: 'replay' });
}

/** A replay with other images would be another run. */
function checkHashes(asked: ReplayLine, { images }: PreparedUpdate): void {
  const via = Array.from({ length: Math.max(asked.via.length, images.via.length) }, (_, i) => ({
    role: 'via',
    image: images.via[i] ?? { name: 'none', sha256: '--------' },
    hash: asked.via[i] ?? 'no via image',
  }));
  const others = (['boot', 'from', 'to'] as const).map((role) => ({
    role,
    image: images[role],
    hash: asked[role],
  }));
  for (const { role, image, hash } of [...others, ...via]) {
    if (image.sha256.startsWith(hash)) continue;
    const found = image.sha256.slice(0, 8);
    throw new RigError('REPLAY_IMAGE', { role, name: image.name, found, asked: hash });
  }
}

/** A board in real time, until it is stopped. */
export async function emulateBoard(request: EmulateRequest): Promise<RunningBoard> {
  const { board, imagePath, serial, peer, pins, flashFile, engine } = request;
  const { machine } = boards[board];
  const image = await readImage(imagePath, { machine, base: 0 });
  const createCpu = engineFactory(engine);
  const running = await emulate({
    ...{ board, images: image.segments, serial, pins, flashFile },
    ...(peer === null ? {} : { peer }),
    ...(createCpu === undefined ? {} : { createCpu }),
  });
  return {
    place: running.place,
    stop: async () => {
      await running.stop();
    },
  };
}
