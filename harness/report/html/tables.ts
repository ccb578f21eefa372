/** What the update costs, which images it was, which operations it did and which gaps it touched.
 *  Leaves out: nothing of these; long lists are cut with a count. */

import { failuresByOperation } from '../failure-groups.ts';
import { JSON_FILE } from '../output.ts';
import type { ImageSummary, Report } from '../report.ts';
import { byteSize, counted, duration, grouped, hexAddress, WORST_FIRST } from '../words.ts';
import { html, type Markup } from './markup.ts';
import { swatch } from './outcome-style.ts';

const MAX_OPERATIONS = 600;

export function costSection({ cost, sectors }: Report): Markup {
  const rows: [string, string][] = [
    ['bytes sent', grouped(cost.bytesSent)],
    ['frames sent', grouped(cost.framesSent)],
    ['of these repeats', grouped(cost.repeats)],
    ['flash erases', grouped(cost.flashErases)],
    ['flash programs', grouped(cost.flashPrograms)],
    ['device time', duration(cost.deviceTimeUs)],
  ];
  const wear = Object.entries(cost.erasesBySector);
  const most = Math.max(1, ...wear.map(([, erases]) => erases));
  const addressOf = (index: string) => sectors.find((one) => String(one.index) === index)?.address;
  return html`<section>
<h2>What one clean update costs</h2>
<div class="columns"><table><tbody>${rows.map(
    ([name, value]) => html`<tr><td>${name}</td><td class="number">${value}</td></tr>`,
  )}</tbody></table>
<table><thead><tr><th>wear of sector</th><th>at</th><th class="number">erases</th><th></th></tr></thead><tbody>${wear.map(
    ([index, erases]) => {
      const address = addressOf(index);
      const width = Math.round((100 * erases) / most);
      return html`<tr><td>${index}</td><td class="mono">${address === undefined ? '' : hexAddress(address)}</td><td class="number">${grouped(erases)}</td><td style="width:40%"><svg class="bar" width="${width}%" height="10" aria-hidden="true"><rect class="mark" width="100%" height="10" opacity="0.45"/></svg></td></tr>`;
    },
  )}${wear.length === 0 ? html`<tr><td colspan="4">no sector was erased</td></tr>` : null}</tbody></table></div>
</section>`;
}

/** A planner is judged here: where it was wrong, the row says why. */
export function comparisonSection({ cost }: Report): Markup | null {
  if (cost.comparison.length <= 1) return null;
  const number = (value: number | null) => {
    if (value === null) return '–';
    return Number.isInteger(value) ? grouped(value) : value.toFixed(3);
  };
  return html`<section>
<h2>Predicted and counted</h2>
<table><thead><tr><th>what</th><th class="number">predicted</th><th class="number">counted</th><th></th><th>why they differ</th></tr></thead><tbody>${cost.comparison.map(
    (one) =>
      html`<tr><td>${one.what}</td><td class="number">${number(one.predicted)}</td><td class="number">${number(one.counted)}</td><td>${one.unit}</td><td class="soft">${one.why}</td></tr>`,
  )}</tbody></table>
</section>`;
}

export function imagesSection({ request }: Report): Markup {
  const rows: [string, ImageSummary][] = [
    ['boot loader', request.boot],
    ['old application', request.from],
    ['new application', request.to],
  ];
  return html`<section>
<h2>Images</h2>
<table><thead><tr><th>role</th><th>file</th><th>version</th><th class="number">bytes</th><th>sha256</th></tr></thead><tbody>${rows.map(
    ([role, image]) =>
      html`<tr><td>${role}</td><td>${image.name}</td><td>${image.version ?? '–'}</td><td class="number">${grouped(image.bytes)}</td><td class="mono hash">${image.sha256}</td></tr>`,
  )}</tbody></table>
</section>`;
}

export function operationsSection(report: Report): Markup {
  const failed = failuresByOperation(report);
  const hidden = report.operationsDetail.length - MAX_OPERATIONS;
  const rows = report.operationsDetail.slice(0, MAX_OPERATIONS).map((one) => {
    const counts = WORST_FIRST.filter((outcome) => (one.outcomes[outcome] ?? 0) > 0);
    const bad = failed.get(one.index)?.length ?? 0;
    return html`<tr><td class="number">${one.index}</td><td>${one.kind}</td><td class="mono">${hexAddress(one.address)}</td><td class="number">${grouped(one.bytes)}</td><td class="number">${(one.startUs / 1e6).toFixed(3)}</td><td class="number">${duration(one.endUs - one.startUs)}</td><td class="mono">${one.caller ?? '–'}</td><td>${counts.map(
      (outcome) => html`${swatch(outcome)}${outcome} ${one.outcomes[outcome] ?? 0} `,
    )}</td><td class="number${bad > 0 ? ' bad' : ''}">${bad > 0 ? grouped(bad) : '–'}</td></tr>`;
  });
  return html`<section>
<h2>Flash operations</h2>
<details><summary>All ${counted(report.operationsDetail.length, 'operation')} of the clean update, and what cuts there led to</summary><div class="scroll"><table><thead><tr><th class="number">no.</th><th>kind</th><th>at</th><th class="number">bytes</th><th class="number">start, s</th><th class="number">took</th><th>asked for by</th><th>outcomes</th><th class="number">failed</th></tr></thead><tbody>${rows}</tbody></table>${
    hidden > 0 ? html`<p>and ${counted(hidden, 'more operation')} in ${JSON_FILE}</p>` : null
  }</div></details>
</section>`;
}

export function gapsSection({ gapsTouched }: Report): Markup {
  if (gapsTouched.length === 0) {
    return html`<section><h2>Gaps touched</h2><p>None: everything that the firmware used is modelled.</p></section>`;
  }
  return html`<section>
<h2>Gaps touched</h2>
<p class="subject">What the firmware did in the clean update that the model does not fully cover, or that firmware should not do.</p>
<table><thead><tr><th>kind</th><th>where</th><th>detail</th><th class="number">times</th></tr></thead><tbody>${gapsTouched.map(
    ({ kind, where, detail, count }) =>
      html`<tr><td>${kind}</td><td class="mono">${where}</td><td>${detail}</td><td class="number">${grouped(count)}</td></tr>`,
  )}</tbody></table>
</section>`;
}

export const footer = (report: Report): Markup => html`<footer>
flashrig ${report.flashrig}, seed ${report.request.seed}, ${counted(report.workers, 'worker')}, ${byteSize(report.peakMemoryBytes)} of memory at most. The whole report is in ${JSON_FILE} beside this page.
</footer>`;
