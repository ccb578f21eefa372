/** Every failed run with its replay line, worst first, grouped by outcome and flash operation.
 *  Leaves out: failures beyond a limit, which it counts; report.json has them all. */

import { type FailureGroup, groupFailures, placeText } from '../failure-groups.ts';
import { JSON_FILE } from '../output.ts';
import type { Report, RunRecord } from '../report.ts';
import { counted, OUTCOME_MEANS, replayCommand, STATION_WORDS } from '../words.ts';
import { html, type Markup } from './markup.ts';
import { swatch } from './outcome-style.ts';

export const MAX_FAILURES_SHOWN = 200;
/** More than these would push everything else out of sight. */
const MAX_UNFOLDED = 8;

export function failuresSection(report: Report): Markup {
  if (report.failures.length === 0) {
    return html`<section><h2>Failures</h2><p>None: every judged run ended in an acceptable outcome.</p></section>`;
  }
  const groups = groupFailures(report);
  const hidden = report.failures.length - MAX_FAILURES_SHOWN;
  const shares = shareOut(groups, MAX_FAILURES_SHOWN);
  const drawn = groups.flatMap((group, index) => {
    const newOutcome = groups[index - 1]?.outcome !== group.outcome;
    const details = groupDetails(group, report, shares[index]!, index === 0);
    return newOutcome ? [heading(group, groups), details] : [details];
  });
  return html`<section>
<h2>Failures</h2>
<p class="subject">Click a command to select it whole; it repeats that run exactly and shows its timeline.</p>
${drawn}
${hidden > 0 ? html`<p><strong>${counted(hidden, 'more failure')}</strong> in ${JSON_FILE}.</p>` : null}
</section>`;
}

/** How many runs of each group to show: one of each, then a second of each, while there is room. */
function shareOut(groups: readonly FailureGroup[], room: number): number[] {
  const shares = groups.map(() => 0);
  let left = room;
  for (let round = 0; left > 0; round++) {
    const before = left;
    for (const [index, { failures }] of groups.entries()) {
      if (left === 0 || failures.length <= round) continue;
      shares[index]!++;
      left--;
    }
    if (left === before) break;
  }
  return shares;
}

const heading = ({ outcome }: FailureGroup, groups: readonly FailureGroup[]): Markup => {
  const same = groups.filter((group) => group.outcome === outcome);
  const runs = same.reduce((sum, group) => sum + group.failures.length, 0);
  return html`<h3>${swatch(outcome)}${outcome}: ${OUTCOME_MEANS[outcome]} (${counted(runs, 'run')})</h3>`;
};

function groupDetails(group: FailureGroup, report: Report, room: number, first: boolean): Markup {
  const shown = group.failures.slice(0, room);
  const hidden = group.failures.length - shown.length;
  const body = html`<summary>${counted(group.failures.length, 'run')}: ${placeText(group, report)}</summary>
${shown.map(runBlock)}${
  hidden > 0 ? html`<p>and ${counted(hidden, 'more run')} of this group in ${JSON_FILE}</p>` : null
}`;
  return first && shown.length <= MAX_UNFOLDED
    ? html`<details open="open">${body}</details>`
    : html`<details>${body}</details>`;
}

const runBlock = ({ fault, station, evidence, replay }: RunRecord): Markup =>
  html`<div class="run"><p><code>${fault === '' ? 'no fault' : fault}</code>, ${STATION_WORDS[station]}</p><ul>${evidence.map(
    (line) => html`<li>${line}</li>`,
  )}</ul><pre class="replay">${replayCommand(replay)}</pre></div>
`;
