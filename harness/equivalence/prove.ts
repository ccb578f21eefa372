/** Two programs side by side under the same inputs: do the same things leave the board, in the same order?
 *  Source: harness/docs/decisions/0022-equivalence.md. Leaves out: what is printed (harness/report). */

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  OBSERVED_BOARDS,
  type ObservedBoard,
  type ObservedBoardName,
  type ObservedKind,
  type Output,
  observedBoards,
} from '../device/observed/index.ts';
import { RigError } from '../errors.ts';
import { reasonOf } from '../files.ts';
import { packageVersion } from '../package.ts';
import { Comparison, type Difference, findSwaps, timeOf } from './compare.ts';
import { coverageOf } from './coverage.ts';
import { compareCycles, spentCycles } from './cycles.ts';
import type {
  ChannelCount,
  EquivalenceReport,
  EquivalenceRequest,
  EquivalenceVerdict,
  MachineNote,
  PlacedDifference,
  PlacedOutput,
} from './equivalence.ts';
import { headlineOf, notesOf } from './headline.ts';
import { loadPrograms, type Programs } from './load.ts';
import { type Namer, placesOf } from './names.ts';
import { MAX_OUTPUTS, ProgramRun } from './program-run.ts';
import { randomStimulus } from './random-stimulus.ts';
import { parseStimulus, type StimulusEntry } from './stimulus.ts';
import { channelTimings, totalTiming } from './timing.ts';

/** Steps that the time is cut into: after each, the outputs are compared. */
const STEPS = 200;
const LEAST_STEP_US = 10_000;
/** Instructions of each program that are counted one by one. */
const MAX_COUNTED = 4e6;
const SHOWN_BEFORE = 8;
const RANDOM = /^random:(0x[0-9a-fA-F]{1,8}|\d{1,10})$/;

export type ProofProgress = (done: number, total: number, note: string) => void;

export async function proveEquivalence(
  request: EquivalenceRequest,
  onProgress: ProofProgress = () => undefined,
): Promise<EquivalenceReport> {
  const kind = kindOf(request.board);
  const stimulus = await readStimulus(request, kind);
  const entries = parseStimulus(stimulus.text, stimulus.source, kind);
  const programs = await loadPrograms(request, kind);
  const started = performance.now();
  const run = ({ segments }: { segments: Programs['fresh']['segments'] }): ProgramRun =>
    new ProgramRun(kind.create({ segments, seed: request.seed, peer: request.peer }), entries);
  const proof = runBoth(run(programs.modified), run(programs.fresh), request, onProgress);
  const wallSeconds = (performance.now() - started) / 1000;
  return reportOf({ request, kind, programs, stimulus, entries, proof, wallSeconds });
}

function kindOf(name: string): ObservedKind {
  if (OBSERVED_BOARDS.includes(name as ObservedBoardName)) {
    return observedBoards[name as ObservedBoardName];
  }
  const expected = `one of ${OBSERVED_BOARDS.join(', ')}`;
  throw new RigError('OPTION_VALUE', { option: '--board', value: name, expected });
}

interface StimulusText {
  readonly source: string;
  readonly text: string;
}

async function readStimulus(
  { stimulus, seconds }: EquivalenceRequest,
  kind: ObservedKind,
): Promise<StimulusText> {
  if (stimulus === null) return { source: 'none', text: '' };
  const seed = RANDOM.exec(stimulus)?.[1];
  if (seed !== undefined && Number(seed) <= 0xffff_ffff) {
    return { source: stimulus, text: randomStimulus(Number(seed), seconds, kind) };
  }
  if (stimulus.startsWith('random:')) {
    const expected = 'a file, or random:SEED with a whole number from 0 to 0xffffffff';
    throw new RigError('OPTION_VALUE', { option: '--stimulus', value: stimulus, expected });
  }
  try {
    return { source: basename(stimulus), text: await readFile(stimulus, 'utf8') };
  } catch (cause) {
    throw new RigError('STIMULUS_UNREADABLE', { path: stimulus, why: reasonOf(cause) }, cause);
  }
}

interface Proof {
  readonly modified: ProgramRun;
  readonly fresh: ProgramRun;
  readonly differences: readonly Difference[];
  /** Outputs of each channel that are equal: all, and those before the first difference. */
  readonly found: ReadonlyMap<string, number>;
  readonly equal: ReadonlyMap<string, number>;
  readonly comparedUs: number;
  /** Both programs' instructions were counted until then. */
  readonly countedUs: number;
}

/** To the end of the time, and on for as long as an output from before it may still get its partner. */
function runBoth(
  modified: ProgramRun,
  fresh: ProgramRun,
  { seconds, latePercent }: EquivalenceRequest,
  onProgress: ProofProgress,
): Proof {
  const comparison = new Comparison(modified.byChannel, fresh.byChannel, latePercent);
  const asked = seconds * 1e6;
  const step = Math.max(LEAST_STEP_US, asked / STEPS);
  let differences: Difference[] = [];
  let comparedUs = 0;
  let countedUs: number | null = null;
  /** What is found may have an earlier cause: an output that did not come, which is known later. */
  const more = (): boolean => {
    if (modified.isFull || fresh.isFull || (modified.isLost && fresh.isLost)) return false;
    const [first] = differences;
    if (first === undefined && comparedUs < asked) return true;
    const until = Math.min(asked, first === undefined ? asked : timeOf(first));
    return comparedUs < comparison.latestUs(until) && comparison.isWaiting(until);
  };
  while (more()) {
    comparedUs = comparedUs < asked ? Math.min(asked, comparedUs + step) : comparedUs + step;
    modified.runTo(comparedUs);
    fresh.runTo(comparedUs);
    differences = comparison.advance(comparedUs, asked);
    if (countedUs === null && (isLong(modified) || isLong(fresh))) {
      for (const { board } of [modified, fresh]) board.stopCounting();
      countedUs = comparedUs;
    }
    const note = `${Math.round(comparedUs / 1e6)} s, ${comparison.equalOutputs} outputs equal`;
    onProgress(Math.round(Math.min(comparedUs, asked) / 1e6), seconds, note);
  }
  const [first] = differences;
  const decidedUs = first === undefined ? comparedUs : timeOf(first);
  return {
    modified,
    fresh,
    differences,
    found: comparison.equal,
    equal: comparison.equalBefore(first === undefined ? Number.POSITIVE_INFINITY : decidedUs),
    comparedUs: Math.min(decidedUs, asked),
    countedUs: countedUs ?? comparedUs,
  };
}

const isLong = ({ board: { machine } }: ProgramRun): boolean =>
  machine.cpu.instructionCount - machine.skippedInstructions > MAX_COUNTED;

interface Found {
  readonly request: EquivalenceRequest;
  readonly kind: ObservedKind;
  readonly programs: Programs;
  readonly stimulus: StimulusText;
  readonly entries: readonly StimulusEntry[];
  readonly proof: Proof;
  readonly wallSeconds: number;
}

function reportOf(found: Found): EquivalenceReport {
  const { request, kind, programs, stimulus, entries, proof } = found;
  const { modified, fresh, equal } = proof;
  const swaps = findSwaps(modified.byChannel, fresh.byChannel, equal);
  const places = { modified: programs.modified.namer, fresh: programs.fresh.namer };
  const placed = proof.differences.map((one) => placeDifference(one, fresh, places));
  const total = totalTiming(modified.byChannel, fresh.byChannel, equal);
  const spent = (board: ObservedBoard, namer: Namer) => spentCycles(board, namer, kind.patchRam);
  const report = {
    schema: 1,
    kind: 'equivalence',
    flashrig: packageVersion(),
    verdict: verdictOf(placed.length > 0 || (request.totalOrder && swaps.count > 0), equal),
    board: request.board,
    seed: request.seed,
    totalOrder: request.totalOrder,
    latePercent: request.latePercent,
    secondsAsked: request.seconds,
    secondsCompared: Math.round(proof.comparedUs) / 1e6,
    secondsRun: Math.round(modified.nowUs) / 1e6,
    modified: programs.modified.file,
    new: programs.fresh.file,
    boot: programs.boot,
    stimulus: {
      ...stimulus,
      inputs: entries.length,
      givenToModified: modified.given,
      givenToNew: fresh.given,
    },
    channels: channelCounts(modified, fresh, proof.found),
    difference: placed[0] ?? null,
    moreDifferences: placed.slice(1),
    swaps,
    timing:
      total === null
        ? null
        : { total, channels: channelTimings(modified.byChannel, fresh.byChannel, equal) },
    coverage: {
      modified: coverageOf(programs.modified.image, modified.board, kind.machine),
      new: coverageOf(programs.fresh.image, fresh.board, kind.machine),
    },
    cycles: compareCycles(
      spent(modified.board, places.modified),
      spent(fresh.board, places.fresh),
      Math.round(proof.countedUs) / 1e6,
    ),
    events: { modified: eventsOf(modified), new: eventsOf(fresh) },
    wallSeconds: found.wallSeconds,
  } as const;
  const limit = modified.isFull || fresh.isFull ? MAX_OUTPUTS : null;
  return { ...report, headline: headlineOf(report), notes: notesOf(report, limit) };
}

function verdictOf(differs: boolean, equal: ReadonlyMap<string, number>): EquivalenceVerdict {
  if (differs) return 'different';
  return [...equal.values()].every((count) => count === 0) ? 'nothing-observed' : 'equivalent';
}

function placeDifference(
  { channel, index, modified, fresh }: Difference,
  newRun: ProgramRun,
  namers: { readonly modified: Namer; readonly fresh: Namer },
): PlacedDifference {
  const place = (output: Output | null, namer: Namer): PlacedOutput | null =>
    output === null
      ? null
      : { value: output.value, atUs: output.atUs, where: placesOf(output.chain, namer) };
  const outputs = newRun.byChannel.get(channel) ?? [];
  return {
    channel,
    number: index + 1,
    modified: place(modified, namers.modified),
    new: place(fresh, namers.fresh),
    before: outputs.slice(Math.max(0, index - SHOWN_BEFORE), index).map(({ value }) => value),
  };
}

function channelCounts(
  modified: ProgramRun,
  fresh: ProgramRun,
  equal: ReadonlyMap<string, number>,
): ChannelCount[] {
  return [...equal].map(([channel, count]) => ({
    channel,
    modified: modified.byChannel.get(channel)?.length ?? 0,
    new: fresh.byChannel.get(channel)?.length ?? 0,
    equal: count,
  }));
}

const eventsOf = ({ board }: ProgramRun): MachineNote[] =>
  board.machine.events.summary().map(({ event, count }) => ({
    kind: event.kind,
    where: event.where,
    detail: event.detail,
    count,
  }));
