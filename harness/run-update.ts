/** The sentence of DESIGN.md section 1: image, plan, transport, device, verdict, report.
 *  The only file that sees every stage; commands, workers and suites call it.
 *  Leaves out: how a sweep is spread over cores (sweep.ts) and what one fault run is (update-rig.ts). */

import { performance } from 'node:perf_hooks';
import { RigError } from './errors.ts';
import type { FaultPlan } from './faults/fault-plan.ts';
import { formatFault, formatReplay, parseReplay } from './faults/index.ts';
import { packageVersion } from './package.ts';
import { type PreparedUpdate, prepareUpdate } from './prepare-update.ts';
import { assembleReport, type ReportedRun, Tally } from './report/assemble.ts';
import { writeJunit, writeReport } from './report/index.ts';
import type { Report } from './report/report.ts';
import type { ReplayOptions, VerifyRequest } from './request.ts';
import { formatCuts } from './request.ts';
import { findScenario } from './scenarios.ts';
import { runSweep } from './sweep.ts';
import { randomPlans } from './sweep-jobs.ts';
import type { SweepOptions, SweepRun } from './sweep-walk.ts';
import { type JudgedRun, UpdateRig } from './update-rig.ts';
import type { Verdict } from './verdict/verdict.ts';

/** Called often; the receiver draws as seldom as it likes. */
export type Progress = (done: number, total: number, note: string) => void;

export interface Replay {
  readonly verdict: Verdict;
  /** The run's timeline and verdict, ready for a terminal. */
  readonly text: string;
}

/** Stations that must not get anything done: each is run once, without a cut. */
const HOSTILE_STATIONS = ['stranger', 'swapped-segments'] as const;

export async function verifyUpdate(request: VerifyRequest, progress: Progress): Promise<Report> {
  const startedAt = performance.now();
  const update = await prepareUpdate(request);
  const tally = new Tally();
  const rig = new UpdateRig(update, true);
  const clean = rig.judgeFromStart(noCut('resumes', update));
  tally.add(reported(clean, update));
  for (const station of HOSTILE_STATIONS) {
    tally.add(reported(new UpdateRig(update, false).judgeFromStart(noCut(station, update)), update));
  }
  const observation = clean.observation!;
  let peakMemoryBytes = process.memoryUsage().rss;
  const options = sweepOptions(request, observation.operations.length);
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
    sectors: rig.board.sectors,
    wallSeconds: (performance.now() - startedAt) / 1000,
    workers: request.workers,
    peakMemoryBytes,
  });
  if (request.outDir !== null) await writeReport(report, request.outDir);
  if (request.junitFile !== null) await writeJunit(report, request.junitFile);
  return report;
}

function sweepOptions(request: VerifyRequest, operations: number): SweepOptions | null {
  switch (request.cuts.kind) {
    case 'none':
      return null;
    case 'linear':
      return { depth: 1, given: null };
    case 'depth2':
      return { depth: 2, given: null };
    case 'random':
      return { depth: 1, given: randomPlans(request.cuts.runs, operations, request) };
  }
}

const noCut = (station: FaultPlan['station'], update: PreparedUpdate): FaultPlan => ({
  cuts: [],
  station,
  line: update.line,
  seed: update.seed,
});

function reported(run: SweepRun | JudgedRun, update: PreparedUpdate): ReportedRun {
  const executed = 'executed' in run ? run.executed : run.observation !== null;
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
    executed,
  };
}

const replayOf = (fault: FaultPlan, update: PreparedUpdate): string =>
  formatReplay({
    board: update.board,
    scheme: update.scheme,
    scenario: update.scenario,
    boot: update.images.boot.sha256,
    from: update.images.from.sha256,
    to: update.images.to.sha256,
    fault,
  });

/** One run again, exactly, with everything that happened in it. */
export async function replayLine(line: string, options: ReplayOptions): Promise<Replay> {
  const asked = parseReplay(line);
  const update = await prepareUpdate(replayRequest(asked, options));
  checkHashes(asked, update);
  const run = new UpdateRig(update, true).judgeFromStart(asked.fault);
  return { verdict: run.verdict, text: replayText(line, run) };
}
