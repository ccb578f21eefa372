/** A sweep over all cores: ranges of operations go to worker threads, judged runs come back. */

import { Worker } from 'node:worker_threads';
import { RigError } from './errors.ts';
import type { PreparedUpdate } from './prepare-update.ts';
import { type SweepOptions, type SweepRun, SweepWalk } from './sweep-walk.ts';

/** Ranges for each worker: more balance better, fewer lose less to messages. */
const RANGES_PER_WORKER = 12;

export interface SweepRequest {
  readonly update: PreparedUpdate;
  readonly options: SweepOptions;
  /** Flash operations of the clean run. */
  readonly operations: number;
  readonly workers: number;
  readonly onRuns: (runs: readonly SweepRun[]) => void;
  /** Operations judged so far. */
  readonly onProgress: (operationsDone: number) => void;
}

export async function runSweep(request: SweepRequest): Promise<void> {
  if (request.workers <= 1) return sweepHere(request);
  const ranges = splitRanges(request.operations, request.workers * RANGES_PER_WORKER);
  let done = 0;
  const work = Array.from({ length: request.workers }, () =>
    runWorker(request, ranges, (count) => {
      done += count;
      request.onProgress(done);
    }),
  );
  await Promise.all(work);
}

function sweepHere(request: SweepRequest): void {
  const walk = new SweepWalk(request.update, request.options);
  for (let operation = 0; operation < request.operations; operation++) {
    walk.judgeRange(operation, operation, request.onRuns);
    request.onProgress(operation + 1);
  }
}

type Range = readonly [first: number, last: number];

function splitRanges(count: number, parts: number): Range[] {
  const size = Math.max(1, Math.ceil(count / parts));
  const ranges: Range[] = [];
  for (let first = 0; first < count; first += size) {
    ranges.push([first, Math.min(count, first + size) - 1]);
  }
  return ranges;
}

function runWorker(
  request: SweepRequest,
  ranges: Range[],
  onDone: (operations: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const { update, options } = request;
    const worker = new Worker(workerUrl(), { workerData: { update, options } });
    let current: Range | undefined;
    const next = (): void => {
      current = ranges.shift();
      if (current === undefined) void worker.terminate().then(() => resolve());
      else worker.postMessage({ first: current[0], last: current[1] });
    };
    worker.on('message', (message: { runs?: SweepRun[]; doneThrough?: number }) => {
      if (message.runs !== undefined) request.onRuns(message.runs);
      if (message.doneThrough === undefined || current === undefined) return;
      onDone(current[1] - current[0] + 1);
      next();
    });
    worker.on('error', (cause) =>
      reject(new RigError('WORKER_FAILED', { why: cause.message }, cause)),
    );
    next();
  });
}

/** Workers run compiled code; from the sources (tests) the build beside them is used. */
const workerUrl = (): URL =>
  import.meta.url.endsWith('.ts')
    ? new URL('../dist/harness/sweep-worker.js', import.meta.url)
    : new URL('./sweep-worker.js', import.meta.url);
