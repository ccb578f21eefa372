/** A patch as a picture: the old image above, the new one below, each COPY as a band between them, each ADD
 *  as a block in the new image, and how often each page is taken into RAM. To scale.
 *  Leaves out: bytes that a patch does not name, which stay where they are. */

import type { InspectedOperation, InspectedPatch } from '../delta-inspect.ts';
import { html, type Markup, px } from './html/markup.ts';
import { byteSize, counted, grouped, hexAddress } from './words.ts';

const WIDTH = 1120;
const HEIGHT = 330;
const LEFT = 60;
const OLD_TOP = 70;
const NEW_TOP = 200;
const BAR_HEIGHT = 18;
const PAGES_BASE = 285;
const MAX_PAGE_BAR = 40;
const GRID_STEP = 4096;
const COPY = '#2f74b5';
/** Up or down by at least a page: what a reader would call moved. */
const MOVED = '#7a4fa3';
const ADD = '#dd6a2a';
const PAGE = '#6b7280';
/** A shorter operation would not be seen. */
const MIN_WIDTH = 0.6;

export function deltaPicture(patch: InspectedPatch): string {
  const bytes = Math.max(patch.old.bytes, patch.new.bytes);
  const scale = (WIDTH - 2 * LEFT) / bytes;
  const x = (offset: number) => px(LEFT + offset * scale);
  const width = (count: number) => px(Math.max(MIN_WIDTH, count * scale));
  const bar = (name: string, top: number, count: number): Markup =>
    html`<text x="${LEFT - 8}" y="${top + 13}" text-anchor="end">${name}</text><rect x="${LEFT}" y="${top}" width="${width(count)}" height="${BAR_HEIGHT}" fill="#e5e7eb"/>`;
  const copies = patch.operations.filter(({ kind }) => kind === 'copy');
  const adds = patch.operations.filter(({ kind }) => kind === 'add');
  const band = (copy: InspectedOperation): Markup => {
    const moved = Math.abs(copy.to - copy.from) >= patch.pageBytes;
    const [top, bottom] = [OLD_TOP + BAR_HEIGHT, NEW_TOP];
    const [oldEnd, newEnd] = [
      px(x(copy.from) + width(copy.bytes)),
      px(x(copy.to) + width(copy.bytes)),
    ];
    const color = moved ? MOVED : COPY;
    return html`<g fill="${color}"><title>COPY ${hexAddress(copy.from)} to ${hexAddress(copy.to)}, ${counted(copy.bytes, 'byte')}</title><rect x="${x(copy.from)}" y="${OLD_TOP}" width="${width(copy.bytes)}" height="${BAR_HEIGHT}"/><path d="M${x(copy.from)} ${top}L${oldEnd} ${top}L${newEnd} ${bottom}L${x(copy.to)} ${bottom}z" fill-opacity="0.3"/><rect x="${x(copy.to)}" y="${NEW_TOP}" width="${width(copy.bytes)}" height="${BAR_HEIGHT}"/></g>`;
  };
  const block = (add: InspectedOperation): Markup =>
    html`<rect x="${x(add.to)}" y="${NEW_TOP}" width="${width(add.bytes)}" height="${BAR_HEIGHT}" fill="${ADD}"><title>ADD at ${hexAddress(add.to)}, ${counted(add.bytes, 'byte')}</title></rect>`;
  const { markup } =
    html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="11" fill="#374151">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
<text x="${LEFT}" y="22" font-size="15" font-weight="600">${patch.file}: ${patch.scheme}, ${byteSize(patch.fileBytes)}</text>
<text x="${LEFT}" y="40">${counted(patch.copies, 'COPY', 'COPYs')}, ${grouped(patch.copiedBytes)} bytes; ${counted(patch.adds, 'ADD')}, ${grouped(patch.addedBytes)} bytes; ${counted(patch.steps, 'page step')}</text>
${grid(bytes, x)}${bar('old', OLD_TOP, patch.old.bytes)}${bar('new', NEW_TOP, patch.new.bytes)}
${copies.map(band)}
${adds.map(block)}
${pageBars(patch, x, width)}${legend()}
</svg>
`;
  return markup;
}

function grid(bytes: number, x: (offset: number) => number): Markup {
  const lines: Markup[] = [];
  for (let at = 0; at <= bytes; at += GRID_STEP) {
    lines.push(
      html`<path d="M${x(at)} 60V${PAGES_BASE}" stroke="#d1d5db" stroke-width="0.5"/><text x="${x(at)}" y="57" text-anchor="middle" font-size="9">${hexAddress(at)}</text>`,
    );
  }
  return html`${lines}`;
}

/** Steps of a page: an upper bound of how often it is programmed; one that changes nothing is left out there. */
function pageBars(
  patch: InspectedPatch,
  x: (offset: number) => number,
  width: (bytes: number) => number,
): Markup {
  const steps = new Map<number, number>();
  for (const { bytes, firstPage, lastPage } of patch.operations) {
    if (bytes === 0) continue;
    for (let page = firstPage; page <= lastPage; page++) {
      steps.set(page, (steps.get(page) ?? 0) + 1);
    }
  }
  const most = Math.max(1, ...steps.values());
  const bars = [...steps].map(([page, count]) => {
    const height = px((count / most) * MAX_PAGE_BAR);
    return html`<rect x="${x(page * patch.pageBytes)}" y="${PAGES_BASE - height}" width="${px(width(patch.pageBytes) * 0.85)}" height="${height}" fill="${PAGE}"><title>page ${page}: ${counted(count, 'operation')}</title></rect>`;
  });
  return html`<text x="${LEFT - 8}" y="${PAGES_BASE}" text-anchor="end">pages</text>${bars}<text x="${WIDTH - LEFT + 4}" y="${PAGES_BASE - MAX_PAGE_BAR + 8}" font-size="9">${most} at most</text>`;
}

function legend(): Markup {
  const rows = [
    [COPY, 'COPY, by less than a page'],
    [MOVED, 'COPY, further'],
    [ADD, 'ADD'],
    ['#e5e7eb', 'not named: stays'],
    [PAGE, 'operations that touch a page'],
  ] as const;
  return html`${rows.map(
    ([color, words], i) =>
      html`<rect x="${LEFT + i * 190}" y="305" width="12" height="12" fill="${color}"/><text x="${LEFT + i * 190 + 18}" y="315">${words}</text>`,
  )}`;
}
