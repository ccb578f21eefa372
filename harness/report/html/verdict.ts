/** The top of the page: is it safe, and if not, where and why; then the counts it rests on.
 *  Leaves out: single runs (failures.ts). */

import { type FailureStory, failedByOutcome, tellFailures } from '../failure-groups.ts';
import type { Report } from '../report.ts';
import { counted, duration, grouped, OUTCOME_MEANS, VERDICT_WORDS, WORST_FIRST } from '../words.ts';
import { html, type Markup } from './markup.ts';
import { swatch } from './outcome-style.ts';

const MAX_PLACES = 4;
const MAX_WHY = 200;

export function verdictSection(report: Report): Markup {
  const { board, scheme, scenario, via = [], from, to, cuts, line } = report.request;
  const named = (image: typeof from) =>
    image.version === null ? image.name : `${image.name} (version ${image.version})`;
  const on = scenario === null ? '' : `, scenario ${scenario}`;
  const over = line === '' ? '' : `, line faults ${line}`;
  return html`<header class="verdict ${report.verdict}">
<h1>${VERDICT_WORDS[report.verdict]}</h1>
<p class="headline">${report.headline}</p>
<p class="subject">${board}, scheme ${scheme}${on}: ${[...via, from, to].map(named).join(' → ')}, cuts ${cuts}${over}</p>
${places(report)}
</header>
${facts(report)}`;
}

function places(report: Report): Markup | null {
  const stories = tellFailures(report);
  if (stories.length === 0) return null;
  const hidden = stories.length - MAX_PLACES;
  return html`<ul class="where">${stories.slice(0, MAX_PLACES).map(place)}${
    hidden > 0
      ? html`<li class="why">and ${counted(hidden, 'more place')}, see Failures</li>`
      : null
  }</ul>`;
}

const place = ({ outcome, failures, place, why }: FailureStory): Markup => {
  const runs = counted(failures.length, 'run');
  const seen = why.length > MAX_WHY ? `${why.slice(0, MAX_WHY)}...` : why;
  return html`<li>${swatch(outcome)}<strong>${outcome}</strong> in ${runs}: ${place}${
    seen === '' ? null : html`<br/><span class="why">${seen}</span>`
  }</li>`;
};

function facts(report: Report): Markup {
  const failures = report.failures.length;
  const rows: [string, string, boolean][] = [
    ['flash operations', grouped(report.operations), false],
    ['judged runs', grouped(report.runs), false],
    ['distinct states', grouped(report.distinctStates), false],
    ['failed runs', grouped(failures), failures > 0],
    ['invalid runs', grouped(report.invalidRuns), report.invalidRuns > 0],
    ['took', duration(report.wallSeconds * 1e6), false],
  ];
  return html`<dl class="facts">${rows.map(
    ([name, value, bad]) =>
      html`<div class="${bad ? 'bad' : 'good'}"><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl>`;
}

/** How many runs ended how, worst first. */
export function outcomeSection(report: Report): Markup {
  const failed = failedByOutcome(report);
  const total = Math.max(1, ...Object.values(report.outcomes));
  const rows = WORST_FIRST.filter((outcome) => report.outcomes[outcome] > 0);
  return html`<section>
<h2>Outcomes</h2>
<table><thead><tr><th>outcome</th><th>what became of the device</th><th class="number">runs</th><th class="number">failed</th><th></th></tr></thead>
<tbody>${rows.map((outcome) => {
    const bad = failed[outcome] ?? 0;
    const width = Math.max(2, Math.round((100 * report.outcomes[outcome]) / total));
    return html`<tr><td>${swatch(outcome)}${outcome}</td><td>${OUTCOME_MEANS[outcome]}</td><td class="number">${grouped(report.outcomes[outcome])}</td><td class="number${bad > 0 ? ' bad' : ''}">${bad > 0 ? grouped(bad) : '–'}</td><td style="width:28%"><svg class="bar" width="${width}%" height="10" aria-hidden="true"><rect width="100%" height="10" fill="url(#o-${outcome})"/></svg></td></tr>`;
  })}</tbody></table>
<p class="subject">Every cut is judged twice: with the station silent, where updated, kept-old and needs-host pass; and with the station resuming, where only updated does.</p>
</section>`;
}
