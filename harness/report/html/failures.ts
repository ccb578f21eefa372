/** Every failed run with its replay line, worst first, grouped by outcome and flash operation.
 *  Leaves out: failures beyond a limit, which it counts; report.json has them all. */

import { type FailureGroup, groupFailures, placeText } from '../failure-groups.ts';
import { JSON_FILE } from '../output.ts';
import type { Report, RunRecord } from '../report.ts';
import { counted, OUTCOME_MEANS, replayCommand, STATION_WORDS } from '../words.ts';
import { html, type Markup } from './markup.ts';
import { swatch } from './outcome-style.ts';

export const MAX_FAILURES_SHOWN = 200;

export function failuresSection(report: Report): Markup {
  if (report.failures.length === 0) {
    return html`<section><h2>Failures</h2><p>None: every judged run ended in an acceptable outcome.</p></section>`;
  }
  const groups = groupFailures(report);
  const hidden = report.failures.length - MAX_FAILURES_SHOWN;
  let room = MAX_FAILURES_SHOWN;
  const drawn: Markup[] = [];
  for (const [index, group] of groups.entries()) {
    if (room <= 0) break;
    const newOutcome = groups[index - 1]?.outcome !== group.outcome;
    if (newOutcome) drawn.push(heading(group, groups));
    drawn.push(groupDetails(group, report, room, index === 0));
    room -= group.failures.length;
  }
  return html`<section>
<h2>Failures</h2>
<p class="subject">Click a command to select it whole; it repeats that run exactly and shows its timeline.</p>
${drawn}
${hidden > 0 ? html`<p><strong>${counted(hidden, 'more failure')}</strong> in ${JSON_FILE}.</p>` : null}
</section>`;
}

const heading = ({ outcome }: FailureGroup, groups: readonly FailureGroup[]): Markup => {
  const same = groups.filter((group) => group.outcome === outcome);
  const runs = same.reduce((sum, group) => sum + group.failures.length, 0);
  return html`<h3>${swatch(outcome)}${outcome}: ${OUTCOME_MEANS[outcome]} (${counted(runs, 'run')})</h3>`;
};

function groupDetails(group: FailureGroup, report: Report, room: number, open: boolean): Markup {
  const shown = group.failures.slice(0, room);
  const hidden = group.failures.length - shown.length;
  const body = html`<summary>${counted(group.failures.length, 'run')}: ${placeText(group, report)}</summary>
${shown.map(runBlock)}${
  hidden > 0 ? html`<p>and ${counted(hidden, 'more run')} of this group in ${JSON_FILE}</p>` : null
}`;
  return open ? html`<details open="open">${body}</details>` : html`<details>${body}</details>`;
}

const runBlock = ({ fault, station, evidence, replay }: RunRecord): Markup =>
  html`<div class="run"><p><code>${fault === '' ? 'no fault' : fault}</code>, ${STATION_WORDS[station]}</p><ul>${evidence.map(
    (line) => html`<li>${line}</li>`,
  )}</ul><pre class="replay">${replayCommand(replay)}</pre></div>
`;
