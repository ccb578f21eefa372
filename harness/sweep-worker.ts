/** Worker thread of a sweep: a walk of its own, told which ranges of operations to judge. */

import { parentPort, workerData } from 'node:worker_threads';
import type { PreparedUpdate } from './prepare-update.ts';
import { type SweepOptions, SweepWalk } from './sweep-walk.ts';

const { update, options } = workerData as { update: PreparedUpdate; options: SweepOptions };
const walk = new SweepWalk(update, options);

parentPort?.on('message', ({ first, last }: { first: number; last: number }) => {
  walk.judgeRange(first, last, (runs) => parentPort?.postMessage({ runs }));
  parentPort?.postMessage({ doneThrough: last, memoryBytes: process.memoryUsage().rss });
});
