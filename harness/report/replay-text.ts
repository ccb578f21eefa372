/** A replayed run as text: what was asked, everything that happened in virtual time, the verdict.
 *  Source: harness/device/observation.ts. Leaves out: colours, so that two replays can be compared. */

import type { Observation, TimelineEntry } from '../device/observation.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { visible } from './words.ts';

const LABELS: Record<TimelineEntry['kind'], string> = {
  'frame-down': '-->',
  'frame-up': '<--',
  flash: 'flash',
  cut: 'CUT',
  'power-on': 'power',
  reset: 'reset',
  console: 'says',
  event: 'event',
  station: 'station',
};

/** Digits of a microsecond, the point, and the unit's blank. */
const FRACTION_COLUMNS = 7;
const LABEL_COLUMNS = Math.max(...Object.values(LABELS).map((label) => label.length));

/** One line an entry, whatever a device printed. */
export function timelineText(timeline: readonly TimelineEntry[]): string[] {
  const lastUs = timeline.at(-1)?.atUs ?? 0;
  const columns = String(Math.ceil(lastUs / 1e6)).length + FRACTION_COLUMNS;
  return timeline.map(({ atUs, kind, text }) => {
    const at = (atUs / 1e6).toFixed(6).padStart(columns);
    const line = visible(text).replaceAll('\n', '\\n');
    return `${at} s  ${LABELS[kind].padEnd(LABEL_COLUMNS)}  ${line}`;
  });
}

export function replayText(line: string, seen: Observation, verdict: Verdict): string {
  const touched = seen.events.map(
    ({ kind, where, detail, count }) => `  ${kind} ${where}: ${detail} (${count}x)`,
  );
  return [
    line,
    ...timelineText(seen.timeline),
    ...(touched.length > 0 ? ['machine events:', ...touched] : []),
    `${verdict.outcome}${verdict.acceptable ? '' : ' (not acceptable)'}`,
    ...verdict.evidence.map((sentence) => `  ${sentence}`),
  ].join('\n');
}
