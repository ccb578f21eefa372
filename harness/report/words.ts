/** Outcomes, numbers and times in the words and forms that all report outputs share.
 *  Source: DESIGN.md section 4 for what each outcome means.
 *  Leaves out: markup and colours. */

import type { Outcome } from '../verdict/verdict.ts';
import type { Report, RunRecord } from './report.ts';

/** What a person would rather not find on the bench comes first; `invalid` proves nothing, so it
 *  hides behind no pass. */
export const WORST_FIRST: readonly Outcome[] = [
  'bricked',
  'unresponsive',
  'needs-programmer',
  'wrong-image',
  'needs-reset-line',
  'invalid',
  'needs-host',
  'kept-old',
  'updated',
  'not-applicable',
];

export const byWorst = (a: Outcome, b: Outcome): number =>
  WORST_FIRST.indexOf(a) - WORST_FIRST.indexOf(b);

export const worseOf = (a: Outcome, b: Outcome): Outcome => (byWorst(a, b) <= 0 ? a : b);

export const OUTCOME_MEANS: Record<Outcome, string> = {
  updated: 'runs the new image, byte for byte',
  'kept-old': 'runs the old image, byte for byte',
  'needs-host': 'waits in its loader for the station',
  'needs-reset-line': 'alive only for someone who can reset it',
  'needs-programmer': 'alive only for someone with a cable',
  'wrong-image': 'runs, but not what was sent',
  bricked: 'nothing runs and nothing answers',
  unresponsive: 'powered, runs something, answers nothing',
  'not-applicable': 'the question has no meaning here',
  invalid: 'the fault did not take effect: not a pass',
};

export const VERDICT_WORDS: Record<Report['verdict'], string> = {
  safe: 'SAFE',
  unsafe: 'NOT SAFE',
  invalid: 'NO VERDICT',
};

export const STATION_WORDS: Record<RunRecord['station'], string> = {
  silent: 'station silent',
  resumes: 'station resumes',
  stranger: 'a station without the key',
  'swapped-segments': 'two segments swapped',
  'damaged-patch': 'a damaged patch',
};

/** 12345678 as 12,345,678. */
export const grouped = (value: number): string =>
  String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');

/** `1 run`, `2 runs`. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${grouped(count)} ${count === 1 ? noun : plural}`;

export const hexAddress = (address: number): string =>
  `0x${address.toString(16).padStart(address > 0xffff_ff ? 8 : 5, '0')}`;

const MINUTE_S = 60;

/** Virtual or real time with three significant digits and the unit that suits it. */
export function duration(us: number): string {
  if (us < 1000) return `${Math.round(us)} us`;
  if (us < 1e6) return `${significant(us / 1e3)} ms`;
  const seconds = us / 1e6;
  if (seconds < MINUTE_S) return `${significant(seconds)} s`;
  const whole = Math.round(seconds);
  return `${grouped(Math.floor(whole / MINUTE_S))} min ${whole % MINUTE_S} s`;
}

const significant = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);

const KB = 1024;

export function byteSize(bytes: number): string {
  if (bytes < KB) return `${bytes} B`;
  if (bytes < KB * KB) return `${significant(bytes / KB)} KB`;
  return bytes < KB ** 3
    ? `${significant(bytes / KB ** 2)} MB`
    : `${significant(bytes / KB ** 3)} GB`;
}

/** The command to paste, quoted so that a POSIX shell reads nothing into the line. */
export const replayCommand = (replay: string): string =>
  /["$`\\!]/.test(replay)
    ? `npx flashrig replay '${replay.replaceAll("'", "'\\''")}'`
    : `npx flashrig replay "${replay}"`;

/** Control characters made visible: no output may be upset by what a device printed. */
export const visible = (text: string): string =>
  text
    .replace(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
      /[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]/g,
      (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`,
    )
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
