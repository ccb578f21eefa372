/** The end of a run: watch a little longer, ask the device what it is, and, if it does not answer,
 *  find out what it would take to bring it back (reset line, programmer's cable). */

import type { Session } from '../transport/session.ts';
import type { BoardKind } from './boards/board.ts';
import type { EmulatedBench } from './emulated-bench.ts';
import type { Observation } from './observation.ts';

const PROBE_LIMIT_US = 20e6;
const BOOT_US = 3e6;
const ISP_ANSWER_US = 1e6;

export interface ObserveRequest {
  readonly cutsDone: number;
  /** How many bytes of the application area to read back. */
  readonly applicationLength: number;
  readonly limit: string | null;
  /** A station that asks for the version and changes nothing. */
  readonly createProbe: () => Session;
}

export function observeDevice(
  bench: EmulatedBench,
  kind: BoardKind,
  request: ObserveRequest,
): Observation {
  const { board, recorder } = bench;
  // The update ends here; what follows is the bench's own looking, and no part of its cost or of a sweep.
  const use = board.use();
  const operations = [...recorder.operations];
  const erasesBySector = board.flash.erasesBySector();
  const deviceTimeUs = bench.nowUs;
  const sessionCounters = bench.session?.counters ?? null;
  const stationRestarts = bench.session?.restarts ?? 0;
  // An ended session would end each run at once: nobody is to be watched from then on but the device.
  bench.disconnect();
  bench.run(bench.nowUs + kind.watchUs);
  // What a limit has ended does not wait for anybody.
  if (request.limit === null && whatRuns(bench) === 'loader') {
    bench.markProgress();
    bench.run(bench.nowUs + kind.loaderWaitUs);
  }
  const answeredVersion = askVersion(bench, request);
  const running = whatRuns(bench);
  const boots = bench.boots;
  const { applicationLength } = request;
  const reachableBy = reachable(bench, request, answeredVersion !== null, running);
  const applicationBytes =
    reachableBy === 'serial'
      ? board.flash.readView(kind.applicationAddress, applicationLength)
      : null;
  return {
    operations,
    timeline: recorder.timeline,
    boots,
    cutsDone: request.cutsDone,
    restartsDone: stationRestarts,
    consoleLines: recorder.consoleLines,
    answeredVersion,
    running,
    reachableBy,
    applicationBytes,
    applicationAddress: kind.applicationAddress,
    applicationLength,
    deviceTimeUs,
    use,
    instructions: board.machine.cpu.instructionCount,
    erasesBySector,
    events: board.machine.events.summary().map(({ event, count }) => ({
      kind: event.kind,
      where: event.where,
      detail: event.detail,
      count,
    })),
    limit: request.limit,
    station: sessionCounters,
  };
}

function askVersion(bench: EmulatedBench, { createProbe }: ObserveRequest): string | null {
  const probe = createProbe();
  bench.connect(probe);
  bench.run(bench.nowUs + PROBE_LIMIT_US);
  bench.disconnect();
  return probe.result.deviceVersion;
}

function whatRuns(bench: EmulatedBench): Observation['running'] {
  if (inRomLoader(bench)) return 'rom-isp';
  return bench.board.running();
}

const inRomLoader = ({ board: { programmer } }: EmulatedBench): boolean =>
  programmer.kind === 'rom-loader' && programmer.running;

/** A loader that answers by itself waits for its station. */
function reachable(
  bench: EmulatedBench,
  request: ObserveRequest,
  answers: boolean,
  running: Observation['running'],
): Observation['reachableBy'] {
  if (!answers) return findWayBack(bench, request);
  return running === 'loader' ? 'loader' : 'serial';
}

function findWayBack(bench: EmulatedBench, request: ObserveRequest): Observation['reachableBy'] {
  const { board } = bench;
  const { programmer } = board;
  if (!inRomLoader(bench)) {
    board.pulseResetLine();
    bench.markProgress();
    bench.run(bench.nowUs + BOOT_US);
    if (askVersion(bench, request) !== null) return 'reset-line';
  }
  if (programmer.kind === 'pin-loader') return programmer.answers() ? 'programmer' : 'nothing';
  if (programmer.kind === 'pins') return programmer.enabled ? 'programmer' : 'nothing';
  programmer.enter();
  bench.markProgress();
  bench.run(bench.nowUs + ISP_ANSWER_US);
  return bench.romLoaderAnswers(ISP_ANSWER_US) ? 'programmer' : 'nothing';
}
