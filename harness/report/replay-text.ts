/** A replayed run as text: what was asked, everything that happened in virtual time, the verdict. */

import type { Observation, TimelineEntry } from '../device/observation.ts';
import type { Verdict } from '../verdict/verdict.ts';

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

export function replayText(line: string, seen: Observation, verdict: Verdict): string {
  const width = String(Math.ceil(seen.deviceTimeUs / 1e6)).length + 7;
  const rows = seen.timeline.map(({ atUs, kind, text }) => {
    const at = (atUs / 1e6).toFixed(6).padStart(width);
    return `${at} s  ${LABELS[kind].padEnd(7)} ${text}`;
  });
  const touched = seen.events.map(
    ({ kind, where, detail, count }) => `  ${kind} ${where}: ${detail} (${count}x)`,
  );
  return [
    line,
    ...rows,
    ...(touched.length > 0 ? ['machine events:', ...touched] : []),
    `${verdict.outcome}${verdict.acceptable ? '' : ' (not acceptable)'}`,
    ...verdict.evidence.map((sentence) => `  ${sentence}`),
  ].join('\n');
}
