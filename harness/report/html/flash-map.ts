/** The map of the flash, to scale: each 256 bytes, or each page where pages are smaller, coloured by the
 *  worst outcome of a cut there. Small sectors share a row; large ones with no operation in them share a line. An
 *  outline marks blocks where a run failed. Memories with sectors of another kind have a scale of their own.
 *  Leaves out: contents. */

import type { Outcome } from '../../verdict/verdict.ts';
import { failuresByOperation } from '../failure-groups.ts';
import type { OperationRecord, Report } from '../report.ts';
import { byWorst, counted, hexAddress, WORST_FIRST } from '../words.ts';
import { html, type Markup, px } from './markup.ts';
import { fillOf, swatch } from './outcome-style.ts';

const MAX_BLOCK_BYTES = 256;
const MIN_BLOCK_BYTES = 128;
const MIN_ROW_BYTES = 16 * 1024;
/** Rows of a flash with pages of less than a kilobyte, and of whatever is smaller still. */
const SMALL_ROW_BYTES = 4 * 1024;
const SMALL_SECTOR_BYTES = 1024;
/** Rows of such sectors are shown only where something happened. */
const LARGE_SECTOR_BYTES = 64 * 1024;
/** A narrower sector has neither border nor number. */
const MIN_LABELLED_WIDTH = 20;
const WIDTH = 1120;
const LABEL_WIDTH = 146;
const NOTE_WIDTH = 150;
const ROW_HEIGHT = 27;
const BLOCK_TOP = 10;
const BLOCK_HEIGHT = 14;
const MAX_TITLE_OPERATIONS = 4;
/** Above this, single blocks would be thinner than the lines between them. */
const MAX_SEPARATED_BLOCKS = 160;

type Sector = Report['sectors'][number];

interface Row {
  readonly address: number;
  readonly bytes: number;
  readonly sectors: readonly Sector[];
}

const blockBytesOf = ({ sectors }: Row): number =>
  Math.min(MAX_BLOCK_BYTES, Math.max(MIN_BLOCK_BYTES, sectors[0]!.bytes));
const isSmallRow = ({ sectors }: Row): boolean => sectors[0]!.bytes < SMALL_SECTOR_BYTES;

/** What is drawn on one line: a memory's name, a row, or rows with nothing in them. */
type Line =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'row'; readonly row: Row }
  | { readonly kind: 'untouched'; readonly rows: readonly Row[] };

export function flashMapSection(report: Report): Markup {
  const rows = memoriesOf(report.sectors).flatMap(layRows);
  const blockBytes = [...new Set(rows.map(blockBytesOf))].sort((a, b) => a - b).join(' or ');
  const lines = linesOf(rows, report);
  const scaleOf = (row: Row): number => {
    const alike = rows.filter((one) => isSmallRow(one) === isSmallRow(row));
    return (WIDTH - LABEL_WIDTH - NOTE_WIDTH) / Math.max(...alike.map(({ bytes }) => bytes));
  };
  const height = lines.length * ROW_HEIGHT + 4;
  return html`<section>
<h2>Where in the flash</h2>
<p class="subject">Each block is ${blockBytes} bytes, coloured by the worst outcome of a power cut at an operation there. Numbers above the blocks are sectors.</p>
${legend(report)}
<div class="chart"><svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Map of the flash">${lines.map(
    (line, i) =>
      html`<g transform="translate(0 ${i * ROW_HEIGHT})">${drawLine(line, report, scaleOf)}</g>`,
  )}</svg></div>
</section>`;
}

/** Sectors that lie beside each other, or belong to one memory by name. */
function memoriesOf(sectors: readonly Sector[]): Sector[][] {
  const memories: Sector[][] = [];
  for (const sector of sectors) {
    const memory = memories.at(-1);
    const last = memory?.at(-1);
    const adjoins = last !== undefined && last.address + last.bytes === sector.address;
    if (memory !== undefined && adjoins && last.memory === sector.memory) memory.push(sector);
    else memories.push([sector]);
  }
  return memories;
}

function linesOf(rows: readonly Row[], report: Report): Line[] {
  const lines: Line[] = [];
  let name: string | undefined;
  for (const row of rows) {
    const { memory, bytes } = row.sectors[0]!;
    if (memory !== undefined && memory !== name) lines.push({ kind: 'name', name: memory });
    name = memory;
    const isTouched = report.operationsDetail.some((one) => overlaps(one, row.address, row.bytes));
    const before = lines.at(-1);
    if (isTouched || bytes < LARGE_SECTOR_BYTES) lines.push({ kind: 'row', row });
    else if (before?.kind !== 'untouched') lines.push({ kind: 'untouched', rows: [row] });
    else lines[lines.length - 1] = { kind: 'untouched', rows: [...before.rows, row] };
  }
  return lines;
}

function drawLine(line: Line, report: Report, scaleOf: (row: Row) => number): Markup {
  if (line.kind === 'row') return drawRow(line.row, report, scaleOf(line.row));
  if (line.kind === 'name') return html`<text x="0" y="${BLOCK_TOP + 11}">${line.name}</text>`;
  const sectors = line.rows.flatMap((row) => row.sectors);
  return html`<text x="0" y="${BLOCK_TOP + 11}" class="soft">${titleOfSectors(sectors)}</text><text class="soft" x="${LABEL_WIDTH}" y="${BLOCK_TOP + 11}">${counted(sectors.length, 'sector')} without any operation</text>`;
}

function titleOfSectors(sectors: readonly Sector[]): string {
  const [first, last] = [sectors[0]!, sectors.at(-1)!];
  return first === last ? `sector ${first.index}` : `sectors ${first.index}–${last.index}`;
}

/** Whole sectors, in address order, as many in a row as the largest sector has room for. */
function layRows(sectors: readonly Sector[]): Row[] {
  const largest = Math.max(...sectors.map((sector) => sector.bytes));
  const isSmall = largest < SMALL_SECTOR_BYTES;
  const limit = isSmall ? SMALL_ROW_BYTES : Math.max(MIN_ROW_BYTES, largest);
  const rows: Row[] = [];
  for (const sector of sectors) {
    const row = rows.at(-1);
    const adjoins = row !== undefined && row.address + row.bytes === sector.address;
    const otherMemory = isSmall && row?.sectors[0]?.bytes !== sector.bytes;
    if (row !== undefined && adjoins && !otherMemory && row.bytes + sector.bytes <= limit) {
      const { address, bytes } = row;
      rows[rows.length - 1] = {
        address,
        bytes: bytes + sector.bytes,
        sectors: [...row.sectors, sector],
      };
    } else {
      rows.push({ address: sector.address, bytes: sector.bytes, sectors: [sector] });
    }
  }
  return rows;
}

function legend(report: Report): Markup {
  const seen = new Set(report.operationsDetail.map(({ worst }) => worst));
  const shown = WORST_FIRST.filter((outcome) => seen.has(outcome));
  return html`<ul class="legend">${shown.map((one) => html`<li>${swatch(one)}${one}</li>`)}${
    report.failures.length > 0
      ? html`<li><span class="swatch outline"></span>a run failed</li>`
      : null
  }<li><span class="swatch none"></span>no operation</li></ul>`;
}

function drawRow(row: Row, report: Report, scale: number): Markup {
  const x = (address: number) => px(LABEL_WIDTH + (address - row.address) * scale);
  const width = (bytes: number) => px(bytes * scale);
  const inRow = report.operationsDetail.filter((one) => overlaps(one, row.address, row.bytes));
  const runs = blockRuns(row, inRow, report);
  const title = titleOfSectors(row.sectors);
  const block = (address: number, bytes: number) =>
    `M${x(address)} ${BLOCK_TOP}h${width(bytes)}v${BLOCK_HEIGHT}h${-width(bytes)}z`;
  const blocks = runs.map(
    (run) =>
      html`<path d="${block(run.address, run.bytes)}" fill="${fillOf(run.worst)}"><title>${run.title}</title></path>`,
  );
  const outlines = failedStretches(runs).map(
    ({ address, bytes }) =>
      html`<path class="failed" d="${block(address, bytes)}" pointer-events="none"/>`,
  );
  const labelled = row.sectors.filter(({ bytes }) => width(bytes) >= MIN_LABELLED_WIDTH);
  const borders = labelled.map(
    (sector) =>
      html`<path class="sector" d="M${x(sector.address)} 2v${BLOCK_TOP + BLOCK_HEIGHT - 2}"/><text class="soft small" x="${px(x(sector.address) + 3)}" y="8">${sector.index}</text>`,
  );
  return html`<text x="0" y="${BLOCK_TOP + 11}">${title}<tspan class="soft" dx="6">${hexAddress(row.address)}</tspan></text>
<path class="empty" d="${block(row.address, row.bytes)}"/>
${blocks}${separators(row, runs, x, blockBytesOf(row))}${borders}${outlines}<text class="soft" x="${WIDTH}" y="${BLOCK_TOP + 11}" text-anchor="end">${note(inRow)}</text>
`;
}

const overlaps = (one: OperationRecord, address: number, bytes: number): boolean =>
  one.address < address + bytes && one.address + one.bytes > address;

const note = (operations: readonly OperationRecord[]): string => {
  const erases = operations.filter(({ kind }) => kind === 'erase').length;
  const programs = operations.length - erases;
  return operations.length === 0
    ? ''
    : `${counted(erases, 'erase')}, ${counted(programs, 'program')}`;
};

interface BlockRun {
  readonly address: number;
  readonly bytes: number;
  readonly worst: Outcome;
  readonly failed: boolean;
  readonly title: string;
}

/** Neighbouring blocks that the same operations touched, as one. */
function blockRuns(row: Row, operations: readonly OperationRecord[], report: Report): BlockRun[] {
  const blockBytes = blockBytesOf(row);
  const failed = failuresByOperation(report);
  const runs: BlockRun[] = [];
  let start = row.address;
  let key = '';
  let touching: readonly OperationRecord[] = [];
  const close = (end: number) => {
    if (touching.length === 0) return;
    const worst = touching.map((one) => one.worst).sort(byWorst)[0]!;
    runs.push({
      address: start,
      bytes: end - start,
      worst,
      failed: touching.some((one) => failed.has(one.index)),
      title: titleOf(start, end, worst, touching),
    });
  };
  const end = row.address + row.bytes;
  for (let at = row.address; at < end; at += blockBytes) {
    const here = operations.filter((one) => overlaps(one, at, blockBytes));
    const hereKey = here.map(({ index }) => index).join();
    if (hereKey === key && at !== row.address) continue;
    close(at);
    start = at;
    key = hereKey;
    touching = here;
  }
  close(end);
  return runs;
}

function titleOf(
  start: number,
  end: number,
  worst: Outcome,
  operations: readonly OperationRecord[],
): string {
  const byOutcome = [...operations].sort((a, b) => byWorst(a.worst, b.worst));
  const lines = byOutcome.slice(0, MAX_TITLE_OPERATIONS).map((one) => {
    const counts = WORST_FIRST.filter((outcome) => (one.outcomes[outcome] ?? 0) > 0)
      .map((outcome) => `${outcome} ${one.outcomes[outcome]}`)
      .join(', ');
    const by = one.caller === null ? '' : ` by ${one.caller}`;
    return `operation ${one.index}, ${one.kind}${by}: ${counts}`;
  });
  const hidden = operations.length - MAX_TITLE_OPERATIONS;
  const more = hidden > 0 ? [`and ${hidden} more`] : [];
  return [`${hexAddress(start)}–${hexAddress(end - 1)}: worst ${worst}`, ...lines, ...more].join(
    '\n',
  );
}

/** Neighbouring blocks with failed runs, joined. */
function failedStretches(runs: readonly BlockRun[]): { address: number; bytes: number }[] {
  const stretches: { address: number; bytes: number }[] = [];
  for (const { address, bytes } of runs.filter((run) => run.failed)) {
    const last = stretches.at(-1);
    if (last !== undefined && last.address + last.bytes === address) last.bytes += bytes;
    else stretches.push({ address, bytes });
  }
  return stretches;
}

/** Lines between blocks, one path a row. */
function separators(
  row: Row,
  runs: readonly BlockRun[],
  x: (address: number) => number,
  blockBytes: number,
): Markup | null {
  if (row.bytes / blockBytes > MAX_SEPARATED_BLOCKS || runs.length === 0) return null;
  const marks: string[] = [];
  for (const run of runs) {
    for (let at = run.address + blockBytes; at <= run.address + run.bytes; at += blockBytes) {
      marks.push(`M${x(at)} ${BLOCK_TOP}v${BLOCK_HEIGHT}`);
    }
  }
  return html`<path class="cut" d="${marks.join('')}" pointer-events="none"/>`;
}
