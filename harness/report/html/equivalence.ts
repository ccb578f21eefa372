/** Sections of equivalence.html: verdict, first difference, lateness as a picture, coverage as a map, cycles.
 *  Source: harness/equivalence/equivalence.ts. Leaves out: scripts; long lists are cut with a count. */

import type { Coverage, FunctionCoverage } from '../../equivalence/coverage.ts';
import type { CycleRow } from '../../equivalence/cycles.ts';
import type {
  EquivalenceReport,
  PlacedDifference,
  PlacedOutput,
} from '../../equivalence/equivalence.ts';
import {
  busyRatio,
  EQUIVALENCE_WORDS,
  extraText,
  percent,
  shortText,
  signed,
  speedText,
  subjectText,
  whereText,
} from '../equivalence-text.ts';
import { counted, grouped } from '../words.ts';
import { html, type Markup, px } from './markup.ts';

const CLASSES = { equivalent: 'safe', different: 'unsafe', 'nothing-observed': 'invalid' } as const;
const MAX_ROWS = 200;
const MAX_SPANS = 12;

export function equivalenceVerdict(report: EquivalenceReport): Markup {
  const { coverage, channels, timing, cycles } = report;
  const { executed, instructions } = coverage.new;
  const facts: [string, string][] = [
    ['equal outputs', grouped(channels.reduce((sum, { equal }) => sum + equal, 0))],
    ['seconds compared', String(report.secondsCompared)],
    ['new program covered', percent(executed, instructions)],
    ['worst lateness', timing === null ? '–' : signed(timing.total.worstUs)],
    ['worst extra gap', timing === null ? '–' : signed(timing.total.extraGapUs)],
    ['busy cycles ratio', cycles === null ? '–' : busyRatio(report)],
  ];
  return html`<header class="verdict ${CLASSES[report.verdict]}">
<h1>${EQUIVALENCE_WORDS[report.verdict]}</h1>
<p class="headline">${report.headline}</p>
<p class="subject">${subjectText(report)}</p>
<ul class="where">${report.notes.map((note) => html`<li>${note}</li>`)}</ul>
</header>
<dl class="facts">${facts.map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl>`;
}

export function differenceSection({
  difference,
  moreDifferences,
}: EquivalenceReport): Markup | null {
  if (difference === null) return null;
  const row = (who: string, output: PlacedOutput | null): Markup =>
    output === null
      ? html`<tr><td>${who}</td><td colspan="3">nothing comes</td></tr>`
      : html`<tr><td>${who}</td><td class="number">${(output.atUs / 1e6).toFixed(6)} s</td><td class="mono">${output.value}</td><td class="mono">${whereText(output.where)}</td></tr>`;
  return html`<section>
<h2>First difference: ${difference.channel}, output ${difference.number}</h2>
<table><thead><tr><th>program</th><th class="number">at</th><th>output</th><th>from (then its callers)</th></tr></thead><tbody>${row('modified', difference.modified)}${row('new', difference.new)}</tbody></table>
${
  difference.before.length === 0
    ? html`<p class="soft">It is the first output of its channel.</p>`
    : html`<p>Before it, from both: <code>${difference.before.join(' ')}</code></p>`
}${moreDifferences.map(
  (one: PlacedDifference) =>
    html`<p>Then ${one.channel}, output ${one.number}: <code>${shortText(one)}</code></p>`,
)}
</section>`;
}

export function channelSection({ channels, timing }: EquivalenceReport): Markup {
  const of = (channel: string) => timing?.channels.find((one) => one.channel === channel);
  return html`<section>
<h2>Outputs, and how much later the modified program's come</h2>
<table><thead><tr><th>channel</th><th class="number">modified</th><th class="number">new</th><th class="number">equal</th><th class="number">mean</th><th class="number">worst</th><th class="number">drift a second</th><th class="number">worst between two</th></tr></thead><tbody>${channels.map(
    ({ channel, modified, new: fresh, equal }) => {
      const time = of(channel);
      const cell = (us: number | undefined) =>
        html`<td class="number">${us === undefined ? '–' : signed(us)}</td>`;
      return html`<tr><td>${channel}</td><td class="number">${grouped(modified)}</td><td class="number">${grouped(fresh)}</td><td class="number">${grouped(equal)}</td>${cell(time?.meanUs)}${cell(time?.worstUs)}${cell(time?.driftUsPerSecond)}${cell(time?.extraGapUs)}</tr>`;
    },
  )}</tbody></table>
${latenessChart(timing)}
</section>`;
}

const [WIDTH, HEIGHT, LEFT, TOP, BOTTOM] = [1120, 260, 80, 16, 30];
const COLORS = [
  '#2f74b5',
  '#dd6a2a',
  '#2c8a57',
  '#7a4fa3',
  '#b8860b',
  '#c2436b',
  '#4f6d7a',
  '#0f8b8d',
  '#8c564b',
  '#7f9c1f',
  '#d2527f',
  '#1b4965',
];

function latenessChart(timing: EquivalenceReport['timing']): Markup | null {
  if (timing === null) return null;
  if (timing.channels.every(({ worstUs }) => worstUs === 0)) {
    return html`<p>Every output came at the same tick from both.</p>`;
  }
  const points = timing.channels.flatMap((one) => [...one.points]);
  const [least, most] = rangeOf(points.map(([, us]) => us));
  const [, lastSecond] = rangeOf(points.map(([seconds]) => seconds));
  const span = Math.max(1, most - least);
  const x = (seconds: number): number => px(LEFT + (seconds / lastSecond) * (WIDTH - LEFT - 20));
  const y = (us: number): number => px(TOP + ((most - us) / span) * (HEIGHT - TOP - BOTTOM));
  const levels = [...new Set([least, 0, most])];
  return html`<div class="chart"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"><title>lateness over time</title>
${levels.map((us) => html`<path class="line" d="M${LEFT} ${y(us)}H${WIDTH - 20}"/><text class="soft" x="${LEFT - 8}" y="${px(y(us) + 4)}" text-anchor="end">${signed(us)}</text>`)}
${[0, 0.25, 0.5, 0.75, 1].map((part) => html`<text class="soft" x="${x(part * lastSecond)}" y="${HEIGHT - 8}" text-anchor="middle">${px(part * lastSecond)} s</text>`)}
${timing.channels.map(({ channel, points: own }, i) => {
  const color = COLORS[i % COLORS.length]!;
  const line = own.map(([seconds, us], n) => `${n === 0 ? 'M' : 'L'}${x(seconds)} ${y(us)}`);
  return html`<path d="${line.join('')}" fill="none" stroke="${color}" stroke-width="1.4"><title>${channel}</title></path>${own.map(([seconds, us]) => html`<circle cx="${x(seconds)}" cy="${y(us)}" r="1.8" fill="${color}"/>`)}`;
})}
</svg></div>
<ul class="legend">${timing.channels.map(({ channel }, i) => html`<li><svg class="swatch" width="18" height="12"><rect width="18" height="12" fill="${COLORS[i % COLORS.length]!}"/></svg>${channel}</li>`)}</ul>`;
}

/** Zero is in it; never empty. */
function rangeOf(values: readonly number[]): [least: number, most: number] {
  const least = values.reduce((a, b) => Math.min(a, b), 0);
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  return [least, most === least ? least + 1 : most];
}

export function cycleSection({ cycles }: EquivalenceReport): Markup | null {
  if (cycles === null) return null;
  const rows = (list: readonly CycleRow[]): Markup =>
    html`${list.slice(0, MAX_ROWS).map((row) => html`<tr><td>${row.what}</td><td class="number">${grouped(row.modifiedCount)}</td><td class="number">${grouped(row.newCount)}</td><td class="number">${grouped(row.modifiedCycles)}</td><td class="number">${grouped(row.newCycles)}</td><td class="number">${extraText(row)}</td></tr>`)}`;
  const head = (what: string): Markup =>
    html`<thead><tr><th>${what}</th><th class="number">modified</th><th class="number">new</th><th class="number">cycles, modified</th><th class="number">cycles, new</th><th class="number">extra</th></tr></thead>`;
  const flows = cycles.flows.filter((row) => row.modifiedCount + row.newCount > 0);
  return html`<section>
<h2>Cycles: what jumps and ifunction calls cost</h2>
<p>Busy for ${grouped(cycles.modified)} cycles modified and ${grouped(cycles.fresh)} new in ${cycles.seconds} s. Waiting that the emulator skipped and the entry of interrupts are not in it.</p>
<table>${head('jumps and calls that ran')}<tbody>${rows(flows)}</tbody></table>
${
  cycles.functions.length === 0
    ? html`<p>No function spent more or fewer cycles.</p>`
    : html`<details open="open"><summary>by function: ${counted(cycles.functions.length, 'function')} with other cycles</summary><div><table>${head('function')}<tbody>${rows(cycles.functions)}</tbody></table></div></details>`
}
</section>`;
}

export function coverageSection({ coverage, new: file, modified }: EquivalenceReport): Markup {
  const { functions, executed, instructions } = coverage.new;
  const ours = coverage.modified;
  const span = ({ first, last }: FunctionCoverage['missed'][number]): string =>
    `0x${first.toString(16)}–0x${last.toString(16)}`;
  const shown = [...functions].sort(
    (a, b) => b.instructions - b.executed - (a.instructions - a.executed),
  );
  return html`<section>
<h2>Coverage: what the proof is about</h2>
<p>${file.name}: ${grouped(executed)} of ${grouped(instructions)} instructions ran (${percent(executed, instructions)}). ${modified.name}: ${grouped(ours.executed)} of ${grouped(ours.instructions)}. What did not run is not proven.</p>
${coverageMap(coverage.new)}
<details open="open"><summary>by function, most missed first</summary><div class="scroll"><table><thead><tr><th>function</th><th class="number">at</th><th class="number">ran</th><th class="number">of</th><th></th><th>not reached</th></tr></thead><tbody>${shown
    .slice(0, MAX_ROWS)
    .map((one) => {
      const part = one.instructions === 0 ? 0 : one.executed / one.instructions;
      const spans = one.missed.slice(0, MAX_SPANS).map(span).join(', ');
      const rest =
        one.missed.length > MAX_SPANS ? ` and ${one.missed.length - MAX_SPANS} more` : '';
      const missed = one.executed === 0 ? 'all of it' : `${spans}${rest}`;
      return html`<tr><td>${one.name}</td><td class="number mono">0x${one.address.toString(16)}</td><td class="number">${one.executed}</td><td class="number">${one.instructions}</td><td style="width:18%"><svg class="bar" width="100%" height="10" aria-hidden="true"><rect class="empty" width="100%" height="10"/><rect width="${px(100 * part)}%" height="10" fill="${RAN}"/></svg></td><td class="mono soft">${missed}</td></tr>`;
    })}</tbody></table></div></details>
</section>`;
}

const RAN = '#2f74b5';
const MISSED = '#dd6a2a';
const MAP_HEIGHT = 44;

/** The image from its first function to its last, each function as wide as it is long. */
function coverageMap({ functions }: Coverage): Markup | null {
  const [first] = functions;
  if (first === undefined) return null;
  const end = Math.max(...functions.map(({ address, bytes }) => address + bytes));
  const scale = (WIDTH - 2) / (end - first.address);
  const x = (address: number): number => px(1 + (address - first.address) * scale);
  const wide = (bytes: number): number => px(Math.max(0.4, bytes * scale));
  return html`<div class="chart"><svg viewBox="0 0 ${WIDTH} ${MAP_HEIGHT + 18}" role="img"><title>code that ran</title>
${functions.map((one) => html`<g><title>${one.name}: ${one.executed} of ${one.instructions}</title><rect x="${x(one.address)}" y="0" width="${wide(one.bytes)}" height="${MAP_HEIGHT}" fill="${RAN}"/>${one.missed.map(({ first: from, last }) => html`<rect x="${x(from)}" y="0" width="${wide(last + 1 - from)}" height="${MAP_HEIGHT}" fill="${MISSED}"/>`)}<rect x="${x(one.address)}" y="${MAP_HEIGHT - 4}" width="0.6" height="8" class="mark"/></g>`)}
<text class="soft" x="0" y="${MAP_HEIGHT + 15}">0x${first.address.toString(16)}</text><text class="soft" x="${WIDTH}" y="${MAP_HEIGHT + 15}" text-anchor="end">0x${end.toString(16)}</text>
</svg></div>
<ul class="legend"><li><svg class="swatch" width="18" height="12"><rect width="18" height="12" fill="${RAN}"/></svg>ran</li><li><svg class="swatch" width="18" height="12"><rect width="18" height="12" fill="${MISSED}"/></svg>did not run</li></ul>`;
}

export function swapSection({ swaps }: EquivalenceReport): Markup | null {
  if (swaps.count === 0) return null;
  return html`<section>
<h2>Order between channels</h2>
<p>${counted(swaps.count, 'output')} came in another order than ${swaps.count === 1 ? 'one' : 'those'} of another channel; each channel for itself is in order.</p>
<table><thead><tr><th>first, in the new program</th><th>second</th><th class="number">apart, new</th><th class="number">apart, modified</th></tr></thead><tbody>${swaps.examples.map(
    ({ first, second, freshUs, modifiedUs }) =>
      html`<tr><td class="mono">${first.channel}: ${first.value}</td><td class="mono">${second.channel}: ${second.value}</td><td class="number">${signed(freshUs)}</td><td class="number">${signed(modifiedUs)}</td></tr>`,
  )}</tbody></table>
</section>`;
}

export function inputSection({ stimulus, events }: EquivalenceReport): Markup {
  const { source, text, inputs, givenToModified, givenToNew } = stimulus;
  return html`<section>
<h2>Inputs</h2>
<p>Stimulus ${source}: ${counted(inputs, 'input')}, ${grouped(givenToModified)} given to the modified program, ${grouped(givenToNew)} to the new one.</p>
${text === '' ? null : html`<details><summary>the stimulus, to save and replay</summary><pre class="scroll">${text}</pre></details>`}
<details><summary>what the model of the chip met: ${counted(events.modified.length, 'kind')} modified, ${events.new.length} new</summary><div><table><tbody>${(
    ['modified', 'new'] as const
  ).map(
    (who) =>
      html`${events[who].map((one) => html`<tr><td>${who}</td><td>${one.kind}</td><td class="mono">${one.where}</td><td>${one.detail}</td><td class="number">${grouped(one.count)}</td></tr>`)}`,
  )}</tbody></table></div></details>
</section>`;
}

export const equivalenceFooter = (report: EquivalenceReport): Markup =>
  html`<footer>flashrig ${report.flashrig}, seed ${report.seed}. ${speedText(report)}<br/><span class="hash">modified ${report.modified.sha256}, new ${report.new.sha256}</span></footer>`;
