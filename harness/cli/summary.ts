/** A report in a few lines for a terminal: the verdict first, then what it rests on.
 *  Source: harness/report/report.ts. Leaves out: the map, the timeline and the cost (report.html). */

import { join } from 'node:path';
import pc from 'picocolors';
import type { Report, RunRecord } from '../report/report.ts';
import type { VerifyRequest } from '../request.ts';
import { OUTCOMES } from '../verdict/verdict.ts';

/** More failures than this are counted, not printed; report.json has them all. */
const SHOWN_FAILURES = 5;

export function summarize(report: Report, request: Pick<VerifyRequest, 'outDir'>): string {
  const colors = pc.createColors(process.stdout.isTTY === true && pc.isColorSupported);
  const word = report.verdict.toUpperCase();
  const verdict = report.verdict === 'safe' ? colors.green(word) : colors.red(word);
  const lines = [
    `${verdict}  ${report.headline}`,
    `  ${report.operations} flash operations, ${report.runs} judged runs, ` +
      `${report.distinctStates} distinct states, ${report.wallSeconds.toFixed(1)} s`,
    `  ${outcomesOf(report)}`,
    ...report.failures.slice(0, SHOWN_FAILURES).flatMap(failureLines),
  ];
  const hidden = report.failures.length - SHOWN_FAILURES;
  if (hidden > 0) lines.push(`  and ${hidden} more that failed`);
  if (request.outDir !== null) lines.push(`  report: ${join(request.outDir, 'report.html')}`);
  return `${lines.join('\n')}\n`;
}

const outcomesOf = (report: Report): string =>
  OUTCOMES.filter((outcome) => report.outcomes[outcome] > 0)
    .map((outcome) => `${outcome} ${report.outcomes[outcome]}`)
    .join(', ');

const failureLines = (run: RunRecord): string[] => [
  `  ${run.outcome} (station ${run.station}): ${run.evidence.join('; ')}`,
  `    npx flashrig replay "${run.replay}"`,
];
