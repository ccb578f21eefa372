/** The clean update over virtual time: frames both ways, erases and programs, resets, console.
 *  Marks that fall on the same place are drawn as one, with a count in their title.
 *  Leaves out: runs with faults (replay shows one). */

import type { OperationRecord, Report } from '../report.ts';
import { counted, duration, hexAddress } from '../words.ts';
import { html, type Markup, px } from './markup.ts';
import { fillOf } from './outcome-style.ts';

const WIDTH = 1120;
const LABEL_WIDTH = 128;
const LANE_HEIGHT = 24;
const MARK_HEIGHT = 14;
const AXIS_HEIGHT = 22;
const MAX_TITLE_LINES = 4;
const MAX_LISTED = 400;
const WANTED_TICKS = 8;

type Entry = Report['timeline'][number];

interface Lane {
  readonly name: string;
  readonly kinds: readonly string[];
}

const LANES: readonly Lane[] = [
  { name: 'station → device', kinds: ['frame-down'] },
  { name: 'device → station', kinds: ['frame-up'] },
  { name: 'erase', kinds: [] },
  { name: 'program', kinds: [] },
  { name: 'power and resets', kinds: ['power-on', 'reset', 'cut'] },
  { name: 'console', kinds: ['console'] },
  { name: 'events, station', kinds: ['event', 'station'] },
];

export function timelineSection(report: Report): Markup {
  const end = latest(report);
  return html`<section>
<h2>The update over time</h2>
<p class="subject">One clean update in virtual time. Erases and programs are coloured by the worst outcome of a cut there.</p>
${end === 0 ? html`<p>No timeline was recorded.</p>` : chart(report, end)}
${listing(report.timeline)}
</section>`;
}

/** A loop: a list may be longer than a call may have arguments. */
function latest(report: Report): number {
  let end = 0;
  for (const { atUs } of report.timeline) end = Math.max(end, atUs);
  for (const { endUs } of report.operationsDetail) end = Math.max(end, endUs);
  return end;
}

function chart(report: Report, end: number): Markup {
  const x = (us: number) => px(LABEL_WIDTH + ((WIDTH - LABEL_WIDTH - 20) * us) / end);
  const bottom = LANES.length * LANE_HEIGHT;
  const lanes = LANES.map((lane, i) => {
    const y = i * LANE_HEIGHT + 4;
    const marks =
      lane.kinds.length === 0
        ? operationMarks(report.operationsDetail, lane.name, x, y)
        : entryMarks(report.timeline, lane, x, y);
    return html`<text x="0" y="${y + 11}">${lane.name}</text><line class="line" x1="${LABEL_WIDTH}" x2="${WIDTH}" y1="${y + MARK_HEIGHT + 3}" y2="${y + MARK_HEIGHT + 3}"/>${marks}`;
  });
  const axis = ticks(end).map(
    (us) =>
      html`<line class="tick" x1="${x(us)}" x2="${x(us)}" y1="${bottom}" y2="${bottom + 5}"/><text class="soft" x="${x(us)}" y="${bottom + 17}" text-anchor="middle">${us === 0 ? '0' : duration(us)}</text>`,
  );
  return html`<div class="chart"><svg viewBox="0 0 ${WIDTH} ${bottom + AXIS_HEIGHT}" role="img" aria-label="Timeline of the update">${lanes}${axis}</svg></div>`;
}

/** Round distances, so that an axis has about eight of them. */
function ticks(end: number): number[] {
  const rough = end / WANTED_TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? rough;
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, i) => i * step);
}

function operationMarks(
  operations: readonly OperationRecord[],
  kind: string,
  x: (us: number) => number,
  y: number,
): Markup[] {
  return operations
    .filter((one) => one.kind === kind)
    .map((one) => {
      const left = x(one.startUs);
      const width = Math.max(1.2, px(x(one.endUs) - left));
      const by = one.caller === null ? '' : ` by ${one.caller}`;
      const title = `${duration(one.startUs)}: operation ${one.index}, ${kind} at ${hexAddress(one.address)}${by}, worst ${one.worst}`;
      return html`<rect x="${left}" y="${y}" width="${width}" height="${MARK_HEIGHT}" fill="${fillOf(one.worst)}"><title>${title}</title></rect>`;
    });
}

function entryMarks(
  timeline: readonly Entry[],
  lane: Lane,
  x: (us: number) => number,
  y: number,
): Markup[] {
  const places = new Map<number, Entry[]>();
  for (const entry of timeline) {
    if (!lane.kinds.includes(entry.kind)) continue;
    const place = Math.round(x(entry.atUs));
    const there = places.get(place);
    if (there) there.push(entry);
    else places.set(place, [entry]);
  }
  return [...places].map(([place, entries]) => {
    const shown = entries
      .slice(0, MAX_TITLE_LINES)
      .map(({ atUs, kind, text }) => `${duration(atUs)} ${kind}: ${text}`);
    const hidden = entries.length - MAX_TITLE_LINES;
    const title = [...shown, ...(hidden > 0 ? [`and ${hidden} more here`] : [])].join('\n');
    return html`<g>${shape(entries[0]!.kind, place, y)}<title>${title}</title></g>`;
  });
}

/** Power-on is a triangle, a cut a cross, anything else a bar. */
function shape(kind: string, x: number, y: number): Markup {
  const low = y + MARK_HEIGHT;
  if (kind === 'power-on') {
    return html`<path class="mark" d="M${x - 5} ${low}L${x} ${y}L${x + 5} ${low}z"/>`;
  }
  if (kind === 'cut') {
    return html`<path class="failed" d="M${x - 5} ${y}L${x + 5} ${low}M${x + 5} ${y}L${x - 5} ${low}"/>`;
  }
  return html`<rect class="mark" x="${x - 0.6}" y="${y}" width="1.2" height="${MARK_HEIGHT}"/>`;
}

function listing(timeline: readonly Entry[]): Markup | null {
  if (timeline.length === 0) return null;
  const hidden = timeline.length - MAX_LISTED;
  const rows = timeline
    .slice(0, MAX_LISTED)
    .map(
      ({ atUs, kind, text }) =>
        html`<tr><td class="number mono">${(atUs / 1e6).toFixed(6)}</td><td>${kind}</td><td class="mono">${text}</td></tr>`,
    );
  return html`<details><summary>${counted(timeline.length, 'entry', 'entries')} in words</summary><div class="scroll"><table><thead><tr><th class="number">seconds</th><th>what</th><th></th></tr></thead><tbody>${rows}</tbody></table>${
    hidden > 0 ? html`<p>and ${counted(hidden, 'more row')} in report.json</p>` : null
  }</div></details>`;
}
