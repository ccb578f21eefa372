/** The report in a screenful: the verdict in words first, then where, how many and what it cost.
 *  Source: harness/report/report.ts.
 *  Leaves out: the map and the timeline (report.html). */

import { join } from 'node:path';
import pc from 'picocolors';
import type { Outcome } from '../verdict/verdict.ts';
import { MODEL_ENERGY } from './cost-comparison.ts';
import { DRAWN_ENERGY } from './cost-rows.ts';
import { failedByOutcome, tellFailures } from './failure-groups.ts';
import { HTML_FILE } from './output.ts';
import type { Report, RunRecord } from './report.ts';
import {
  byteSize,
  counted,
  duration,
  grouped,
  OUTCOME_MEANS,
  replayCommand,
  STATION_WORDS,
  VERDICT_WORDS,
  visible,
  WORST_FIRST,
} from './words.ts';

export interface TerminalOptions {
  /** Only where a terminal reads it. */
  readonly color?: boolean;
  /** Folder of the written report. */
  readonly outDir?: string | null;
  readonly maxPlaces?: number;
  readonly maxFailures?: number;
}

type Colors = ReturnType<typeof pc.createColors>;

const DEFAULT_PLACES = 5;
const DEFAULT_FAILURES = 5;

export function terminalText(report: Report, options: TerminalOptions = {}): string {
  const colors = pc.createColors(options.color ?? false);
  const { maxFailures = DEFAULT_FAILURES, maxPlaces = DEFAULT_PLACES } = options;
  const sections = [
    verdictLines(report, colors),
    placeLines(report, maxPlaces),
    countLines(report, colors),
    failureLines(report, maxFailures, colors),
    costLines(report),
    options.outDir ? [`Report: ${join(options.outDir, HTML_FILE)}`] : [],
  ];
  const shown = sections.filter((lines) => lines.length > 0);
  return `${shown.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function verdictLines(report: Report, colors: Colors): string[] {
  const word = VERDICT_WORDS[report.verdict];
  const painted = report.verdict === 'safe' ? colors.green(word) : colors.red(word);
  const { board, scheme, via = [], from, to } = report.request;
  return [
    `${colors.bold(painted)}: ${visible(report.headline)}`,
    `  ${board}, ${scheme}: ${[...via, from, to].map(imageText).join(' -> ')}`,
  ];
}

const imageText = ({ name, version }: Report['request']['from']): string =>
  visible(version === null ? name : `${name} (${version})`);

function placeLines(report: Report, limit: number): string[] {
  const stories = tellFailures(report);
  if (stories.length === 0) return [];
  const rows = stories.slice(0, limit).map(({ outcome, failures, place }) => {
    return `  ${outcome} in ${counted(failures.length, 'run')}: ${visible(place)}`;
  });
  const hidden = stories.length - limit;
  return ['Where:', ...rows, ...(hidden > 0 ? [`  and ${counted(hidden, 'more place')}`] : [])];
}

function countLines(report: Report, colors: Colors): string[] {
  const failed = failedByOutcome(report);
  const rows = WORST_FIRST.filter((outcome) => report.outcomes[outcome] > 0).map((outcome) => {
    const bad = failed[outcome] ?? 0;
    const mark = bad > 0 ? `  ${colors.red(`${grouped(bad)} failed`)}` : '';
    return countRow(outcome, report.outcomes[outcome], mark);
  });
  const { operations, runs, distinctStates, invalidRuns } = report;
  const head =
    `${counted(operations, 'flash operation')}, ${counted(runs, 'judged run')}, ` +
    `${counted(distinctStates, 'distinct state')}`;
  const invalid =
    invalidRuns > 0
      ? [`  ${counted(invalidRuns, 'invalid run')}: the fault did not take effect`]
      : [];
  return [`${head}:`, ...rows, ...invalid];
}

const countRow = (outcome: Outcome, count: number, mark: string): string =>
  `  ${grouped(count).padStart(9)}  ${outcome.padEnd(16)}  ${OUTCOME_MEANS[outcome]}${mark}`;

function failureLines(report: Report, limit: number, colors: Colors): string[] {
  if (report.failures.length === 0) return [];
  // One of each place first: the second run of a place says little that the first did not.
  const stories = tellFailures(report);
  const firsts = stories.map(({ failures }) => failures[0]!);
  const worst = [...firsts, ...stories.flatMap(({ failures }) => failures.slice(1))];
  const rows = worst.slice(0, limit).flatMap((failure) => failureText(failure, colors));
  const hidden = worst.length - limit;
  const more = hidden > 0 ? [`  and ${counted(hidden, 'more failure')}, all in report.json`] : [];
  return [hidden > 0 ? 'First failures:' : 'Failures:', ...rows, ...more];
}

const failureText = (failure: RunRecord, colors: Colors): string[] => [
  `  ${colors.red(failure.outcome)}, ${STATION_WORDS[failure.station]}: ${evidenceText(failure)}`,
  `    ${replayCommand(visible(failure.replay))}`,
];

const evidenceText = ({ evidence }: RunRecord): string => visible(evidence.join('; '));

/** Only of chips whose energy is counted. */
function energyLines({ cost }: Report): string[] {
  const find = (what: string) => cost.comparison.find((row) => row.what === what);
  const model = find(MODEL_ENERGY);
  const drawn = find(DRAWN_ENERGY)?.counted ?? null;
  if (model === undefined || model.predicted === null || model.counted === null) return [];
  return [
    `  Energy by the paper's model ${model.predicted.toFixed(1)} mJ predicted, ${model.counted.toFixed(1)} mJ counted` +
      `${drawn === null ? '' : `; ${drawn.toFixed(1)} mJ drawn from the supply`}.`,
  ];
}

function costLines(report: Report): string[] {
  const { cost } = report;
  const erases = Object.values(cost.erasesBySector);
  const most = Math.max(0, ...erases);
  return [
    `Cost of one clean update: ${counted(cost.bytesSent, 'byte')} in ` +
      `${counted(cost.framesSent, 'frame')} (${counted(cost.repeats, 'repeat')}), ` +
      `${duration(cost.deviceTimeUs)} of device time,`,
    `  ${counted(cost.flashErases, 'erase')} and ${counted(cost.flashPrograms, 'program')}; ` +
      `at most ${counted(most, 'erase')} of one sector.`,
    ...energyLines(report),
    `Took ${report.wallSeconds.toFixed(1)} s, ${counted(report.workers, 'worker')}, ` +
      `${byteSize(report.peakMemoryBytes)} at most.`,
  ];
}
