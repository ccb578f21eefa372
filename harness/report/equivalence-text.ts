/** A proof of equivalence in a screenful: what was found first, then time, cycles and what did not run.
 *  Source: harness/equivalence/equivalence.ts. Leaves out: single functions beyond the first ones. */

import { join } from 'node:path';
import pc from 'picocolors';
import type { CycleRow } from '../equivalence/cycles.ts';
import type {
  EquivalenceReport,
  EquivalenceVerdict,
  PlacedDifference,
  PlacedOutput,
} from '../equivalence/equivalence.ts';
import type { Place } from '../equivalence/names.ts';
import type { Timing } from '../equivalence/timing.ts';
import { EQUIVALENCE_HTML_FILE } from './output.ts';
import type { TerminalOptions } from './terminal.ts';
import { counted, duration, grouped, visible } from './words.ts';

export const EQUIVALENCE_WORDS: Readonly<Record<EquivalenceVerdict, string>> = {
  equivalent: 'EQUIVALENT',
  different: 'DIFFERENT',
  'nothing-observed': 'NO VERDICT',
};

const MAX_ROWS = 8;

export function equivalenceText(report: EquivalenceReport, options: TerminalOptions = {}): string {
  const colors = pc.createColors(options.color ?? false);
  const word = colors.bold(EQUIVALENCE_WORDS[report.verdict]);
  const painted = report.verdict === 'equivalent' ? colors.green(word) : colors.red(word);
  const sections = [
    [`${painted}: ${visible(report.headline)}`, `  ${subjectText(report)}`],
    differenceLines(report),
    channelLines(report),
    timingLines(report),
    cycleLines(report),
    coverageLines(report),
    report.notes.map((note) => `- ${visible(note)}`),
    [speedText(report)],
    options.outDir ? [`Report: ${join(options.outDir, EQUIVALENCE_HTML_FILE)}`] : [],
  ];
  const shown = sections.filter((lines) => lines.length > 0);
  return `${shown.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

export function subjectText(report: EquivalenceReport): string {
  const { board, modified, new: fresh, boot, stimulus } = report;
  const started = boot === null ? '' : `, started by ${boot.name}`;
  const given = stimulus.inputs === 0 ? 'no inputs' : counted(stimulus.inputs, 'input');
  return visible(
    `${board}: ${modified.name} against ${fresh.name}${started}; stimulus ${stimulus.source}, ${given}`,
  );
}

export const placeText = ({ address, name }: Place): string => {
  const hex = `0x${address.toString(16).padStart(4, '0')}`;
  return name === null ? hex : `${name} (${hex})`;
};
export const whereText = (where: readonly Place[]): string =>
  where.length === 0 ? 'place not known' : where.map(placeText).join(' < ');

function differenceLines({ difference, moreDifferences }: EquivalenceReport): string[] {
  if (difference === null) return [];
  const more = moreDifferences.map(
    (one) => `  then ${visible(one.channel)}, output ${one.number}: ${shortText(one)}`,
  );
  return [
    `First difference: ${difference.channel}, output ${difference.number}`,
    ...outputLines('modified', difference.modified),
    ...outputLines('new', difference.new),
    ...(difference.before.length === 0
      ? []
      : [`  before it, both: ${visible(difference.before.join(' '))}`]),
    ...more.slice(0, MAX_ROWS),
  ];
}
export const shortText = ({ modified, new: fresh }: PlacedDifference): string =>
  `${visible(modified?.value ?? 'nothing')} / ${visible(fresh?.value ?? 'nothing')}`;

function outputLines(who: string, output: PlacedOutput | null): string[] {
  const name = who.padEnd(9);
  if (output === null) return [`  ${name} nothing comes`];
  const at = `at ${(output.atUs / 1e6).toFixed(6)} s`;
  return [
    `  ${name} ${at}  ${visible(output.value)}`,
    `            from ${whereText(output.where)}`,
  ];
}

function channelLines({ channels }: EquivalenceReport): string[] {
  if (channels.length === 0) return [];
  const row = (name: string, ...cells: string[]): string =>
    `  ${name.padEnd(16)}${cells.map((cell) => cell.padStart(10)).join('')}`;
  return [
    row('outputs', 'modified', 'new', 'equal'),
    ...channels.map(({ channel, modified, new: fresh, equal }) =>
      row(channel, grouped(modified), grouped(fresh), grouped(equal)),
    ),
  ];
}

/** A time with its sign, for differences. */
export const signed = (us: number): string => {
  const sign = us < 0 ? '-' : '+';
  const size = Math.abs(us);
  return `${sign}${size < 10 ? `${size.toFixed(1)} us` : duration(size)}`;
};

export function timingText(timing: Timing): string {
  const { meanUs, worstUs, worstAt, driftUsPerSecond, extraGapUs, extraGapAt } = timing;
  return (
    `mean ${signed(meanUs)}, worst ${signed(worstUs)} (output ${worstAt + 1}), ` +
    `drift ${signed(driftUsPerSecond)} a second, ` +
    `between two outputs at most ${signed(extraGapUs)} (output ${extraGapAt + 1})`
  );
}

function timingLines({ timing }: EquivalenceReport): string[] {
  if (timing === null) return [];
  const late = timing.channels.filter(({ worstUs }) => worstUs !== 0);
  if (late.length === 0) return ['Time: every output came at the same tick from both.'];
  return [
    'How much later the modified program is',
    `  ${'all'.padEnd(16)}${timingText(timing.total)}`,
    ...late.map((one) => `  ${one.channel.padEnd(16)}${timingText(one)}`),
  ];
}

export const extraText = ({ modifiedCycles, newCycles }: CycleRow): string => {
  const extra = modifiedCycles - newCycles;
  return `${extra < 0 ? '-' : '+'}${grouped(Math.abs(extra))}`;
};

/** Ratio of the cycles in which the programs were busy. */
export const busyRatio = ({ cycles }: EquivalenceReport): string =>
  cycles === null || cycles.fresh === 0 ? '–' : (cycles.modified / cycles.fresh).toFixed(4);

function cycleLines(report: EquivalenceReport): string[] {
  const { cycles } = report;
  if (cycles === null) return [];
  const line = (row: CycleRow): string =>
    `  ${row.what.padEnd(28)}${extraText(row).padStart(12)}  (${grouped(row.modifiedCycles)} / ${grouped(row.newCycles)})`;
  const flows = cycles.flows.filter((row) => row.modifiedCycles + row.newCycles > 0);
  const functions = cycles.functions.slice(0, MAX_ROWS);
  const hidden = cycles.functions.length - functions.length;
  return [
    `Busy cycles in ${cycles.seconds} s: ${grouped(cycles.modified)} modified, ${grouped(cycles.fresh)} new, ratio ${busyRatio(report)}`,
    ...flows.map(line),
    ...(functions.length === 0 ? [] : ['  of these, by function:', ...functions.map(line)]),
    ...(hidden > 0 ? [`  and ${hidden} functions more`] : []),
  ];
}

export const percent = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(part === whole ? 0 : 1)} %`;

function coverageLines({ coverage, modified, new: file }: EquivalenceReport): string[] {
  const { instructions, executed, functions } = coverage.new;
  const ours = coverage.modified;
  const missed = functions.filter((one) => one.executed < one.instructions);
  const never = missed.filter((one) => one.executed === 0).map(({ name }) => name);
  const partly = missed
    .filter((one) => one.executed > 0)
    .map((one) => `${one.name} ${one.executed}/${one.instructions}`);
  const list = (what: string, names: readonly string[]): string[] => {
    if (names.length === 0) return [];
    const more = names.length > MAX_ROWS ? `, and ${names.length - MAX_ROWS} more` : '';
    return [`  ${what}: ${visible(names.slice(0, MAX_ROWS).join(', '))}${more}`];
  };
  return [
    `Coverage of ${file.name}: ${grouped(executed)} of ${grouped(instructions)} instructions (${percent(executed, instructions)}); ` +
      `of ${modified.name}: ${grouped(ours.executed)} of ${grouped(ours.instructions)} (${percent(ours.executed, ours.instructions)})`,
    ...list('not reached', never),
    ...list('reached in part', partly),
  ];
}

export function speedText({ secondsRun, wallSeconds }: EquivalenceReport): string {
  const ratio = wallSeconds === 0 ? 0 : secondsRun / wallSeconds;
  return `Took ${wallSeconds.toFixed(1)} s for ${secondsRun} s of both programs, ${ratio.toFixed(1)} times as fast as the board.`;
}
