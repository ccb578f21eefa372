/** Patches and comparisons in words, for a terminal.
 *  Source: harness/delta-inspect.ts and delta-compare.ts.
 *  Leaves out: nothing that --json has, except long lists beyond a limit, which it counts. */

import type { Comparison, ComparisonRow } from '../delta-compare.ts';
import type { InspectedOperation, InspectedPatch } from '../delta-inspect.ts';

const MAX_OPERATIONS = 40;
const NONE = '-';

interface Made {
  readonly out: string;
  readonly scheme: string;
  readonly fileBytes: number;
  readonly newBytes: number;
  readonly predicted: ComparisonPredicted;
}
interface ComparisonPredicted {
  readonly bytesSent: number;
  readonly frames: number;
  readonly device: ComparisonRow['device'];
}

export function madeText({ out, scheme, fileBytes, newBytes, predicted }: Made): string {
  const share = ((100 * fileBytes) / newBytes).toFixed(1);
  const { device, bytesSent, frames } = predicted;
  const lines = [
    `${out}: ${scheme}, ${fileBytes} bytes, ${share} % of the new image`,
    `  sent: ${bytesSent} bytes in ${frames} frames`,
  ];
  if (device !== null) {
    const { pages, pageErases, pagePrograms, mostErasesOfOnePage, energyNanojoules } = device;
    lines.push(
      `  device: ${pages.programmed} pages of the image, ${pageErases} erases and ${pagePrograms} ` +
        `programs in all, at most ${mostErasesOfOnePage} of one page`,
      `  energy: ${millijoules(energyNanojoules.total)} mJ predicted`,
    );
  }
  return `${lines.join('\n')}\n`;
}

export function inspectText(patch: InspectedPatch, all: boolean): string {
  const pages = patch.direction === null ? '' : `, pages ${patch.direction}wards`;
  const shown = all ? patch.operations : patch.operations.slice(0, MAX_OPERATIONS);
  const hidden = patch.operations.length - shown.length;
  const lines = [
    `${patch.file}: ${patch.scheme}${pages}${patch.journal ? ', with a journal' : ''}`,
    `  file     ${patch.fileBytes} bytes, body ${patch.bodyBytes}, staged at ${hex(patch.stagedAt)}`,
    `  old      ${patch.old.bytes} bytes, CRC-16 ${patch.old.crc16}`,
    `  new      ${patch.new.bytes} bytes, CRC-16 ${patch.new.crc16}`,
    `  COPY     ${patch.copies}, ${patch.copiedBytes} bytes`,
    `  ADD      ${patch.adds}, ${patch.addedBytes} bytes`,
    `  steps    ${patch.steps} pages taken into RAM`,
    ...shown.map(operationText),
    ...(hidden > 0 ? [`  and ${hidden} more operations (--all)`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

const operationText = (operation: InspectedOperation, index: number): string => {
  const { kind, from, to, bytes, firstPage, lastPage, steps } = operation;
  const source = kind === 'copy' ? `${hex(from)} -> ` : `file ${from} -> `;
  const span = firstPage === lastPage ? `page ${firstPage}` : `pages ${firstPage} to ${lastPage}`;
  const number = String(index).padStart(5);
  const where = `${source}${hex(to)}`.padEnd(20);
  return `  ${number}  ${kind.toUpperCase().padEnd(4)}  ${where}  ${bytes} bytes, ${span}, ${steps} steps`;
};

const HEADINGS = [
  'scheme',
  'delta',
  'sent',
  'read',
  'pages',
  'corr.',
  'progr.',
  'all progr.',
  'regions',
  'RAM',
  'energy mJ',
  'after a cut',
];

export function comparisonText({ chip, old, new: now, changedBytes, rows }: Comparison): string {
  const cells = [HEADINGS, ...rows.map(rowCells)];
  const widths = HEADINGS.map((_, i) => Math.max(...cells.map((row) => row[i]!.length)));
  const isText = (i: number) => i === 0 || i === HEADINGS.length - 1;
  const lines = cells.map((row) =>
    row
      .map((cell, i) => (isText(i) ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
  const notes = rows
    .filter(({ note }) => note !== '')
    .map(({ name, note }) => `  ${name}: ${note}`);
  const head = `${old.name} (${old.bytes} bytes) -> ${now.name} (${now.bytes} bytes), ${chip}, `;
  return `${[`${head}${changedBytes} bytes changed`, '', ...lines, '', ...notes, ...LEGEND].join('\n')}\n`;
}

function rowCells(row: ComparisonRow): string[] {
  const { device, paper } = row;
  const text = (value: number | null | undefined) => (value == null ? NONE : String(value));
  const pages = device?.pages ?? paper?.pages;
  const regions = device?.regions.corrected ?? paper?.regions.corrected;
  return [
    row.name,
    text(row.deltaBytes),
    text(row.fileBytes),
    text(device && device.bytesRead.copied + device.bytesRead.patch),
    text(pages?.asPrinted),
    text(pages?.corrected),
    text(device?.pages.programmed),
    text(device?.pagePrograms),
    text(regions),
    text(device?.ramBytes),
    device === null ? NONE : millijoules(device.energyNanojoules.total),
    row.afterCut,
  ];
}

const LEGEND = [
  'delta: as its authors count it (dg with CRC-16, r3diff commands only); sent: the whole file.',
  'read: bytes of the old image for COPYs, and the patch once. pages: by equation 3 as printed, corrected,',
  'and really programmed in the image; all progr.: with the staged patch and the journal.',
  'energy: predicted, radio included; most of its parameters are assumed. after a cut: ask `verify`.',
];

const hex = (value: number): string => `0x${value.toString(16).padStart(4, '0')}`;
const millijoules = (nanojoules: number): string => (nanojoules / 1e6).toFixed(1);
