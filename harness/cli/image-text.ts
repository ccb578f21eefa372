/** Image facts in words, for a terminal.
 *  Source: harness/image/describe.ts and diff.ts.
 *  Leaves out: nothing that --json has, except long lists beyond a limit, which it counts. */

import type { Arranged } from '../image/arrange/arrange.ts';
import type { ImageInfo } from '../image/describe.ts';
import type { ImageDiff } from '../image/diff.ts';
import { hex32, rangeText } from '../image/segments.ts';
import type { VectorCheck } from '../image/vectors.ts';

const MAX_RANGES = 20;
const VECTOR_NAMES = ['reset', 'undefined', 'swi', 'prefetch', 'data', 'checksum', 'irq', 'fiq'];

export const arrangedText = (out: string, counts: Omit<Arranged, 'elf'>): string =>
  [
    `${out}: ${counts.functionsMoved} functions and ${counts.variablesMoved} variables moved, `,
    `${counts.callsRevised} calls go through ${counts.tableItems} items\n`,
  ].join('');

export function infoText(info: ImageInfo): string {
  const rows: [string, string][] = [
    ['format', `${info.format}${info.symbols > 0 ? `, ${info.symbols} symbols` : ''}`],
    ['bytes', `${info.bytes}`],
    ...limited(info.ranges).map(({ address, bytes, crc32 }): [string, string] => [
      'range',
      `${rangeText(address, bytes)}  ${bytes} bytes, crc32 ${hex32(crc32)}`,
    ]),
    ...more('range', info.ranges.length),
    ['entry', info.entry === null ? 'not given' : hex32(info.entry)],
    ['sha256', info.sha256],
    ...vectorRows(info.vectors),
    ['header', headerText(info)],
    ['CRP', info.crp === null ? 'off' : `warning: ${info.crp.warning}`],
  ];
  return table(info.name, rows);
}

function headerText({ header }: ImageInfo): string {
  if (header === null) return 'none at 0x2020';
  const crc = `crc32 ${hex32(header.crc32)} ${header.crcValid ? 'matches' : 'does NOT match'}`;
  return `version ${JSON.stringify(header.version)}, ${header.length} bytes, ${crc}`;
}

function vectorRows(vectors: VectorCheck | null): [string, string][] {
  if (vectors === null) return [['vectors', 'not all eight in the image']];
  const rows = vectors.words.map((word, i): [string, string] => {
    const target = vectors.targets[i] ?? null;
    const leads = target === null || i === 5 ? '' : `  -> ${hex32(target)}`;
    return [`${VECTOR_NAMES[i]}`, `${hex32(word)}${leads}`];
  });
  const state = vectors.valid ? 'valid' : `NOT valid, should be ${hex32(vectors.expected)}`;
  const head = `at ${hex32(vectors.base)}, checksum ${hex32(vectors.found)} ${state}`;
  return [['vectors', head], ...rows.map(([name, text]): [string, string] => [`  ${name}`, text])];
}

export function diffText(diff: ImageDiff, names: { a: string; b: string }): string {
  const title = `${names.a} -> ${names.b}`;
  if (diff.ranges.length === 0) return `${title}: the same ${diff.bytesSame} bytes\n`;
  const { bytesChanged, bytesAdded, bytesRemoved } = diff;
  const counts = `${bytesChanged} changed, ${bytesAdded} added, ${bytesRemoved} removed`;
  const rows: [string, string][] = [
    ['bytes', `${counts}, ${diff.bytesSame} the same`],
    ...diff.sectors.map(({ index, address, bytes }): [string, string] => [
      `sector ${index}`,
      `${hex32(address)}  ${bytes} bytes differ`,
    ]),
    ...limited(diff.ranges).map(({ kind, address, bytes }): [string, string] => [
      kind,
      `${rangeText(address, bytes)}  ${bytes} bytes`,
    ]),
    ...more('', diff.ranges.length),
  ];
  if (diff.bytesOutside > 0) rows.push(['outside', `${diff.bytesOutside} bytes in no sector`]);
  return table(title, rows);
}

const limited = <T>(rows: readonly T[]): readonly T[] => rows.slice(0, MAX_RANGES);

const more = (name: string, count: number): [string, string][] =>
  count > MAX_RANGES ? [[name, `and ${count - MAX_RANGES} more (see --json)`]] : [];

function table(title: string, rows: readonly [string, string][]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return [title, ...rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`), ''].join('\n');
}
