/** What differs between two images, byte for byte, and which sectors that touches.
 *  A byte that only one image gives differs even if it is FF: the images say different things.
 *  Leaves out: moved code (that is what delta schemes look for). */

import { LPC2478_SECTORS } from '../../emulator/flash/lpc2000-sectors.ts';
import type { FlashSector } from '../../emulator/flash/nor-array.ts';
import type { FirmwareImage } from './firmware-image.ts';
import { slice } from './segments.ts';

export type RangeKind = 'changed' | 'added' | 'removed';

export interface DiffRange {
  readonly kind: RangeKind;
  readonly address: number;
  readonly bytes: number;
}

export interface ImageDiff {
  readonly ranges: readonly DiffRange[];
  readonly bytesChanged: number;
  readonly bytesAdded: number;
  readonly bytesRemoved: number;
  readonly bytesSame: number;
  /** Only sectors with a difference. */
  readonly sectors: readonly { index: number; address: number; bytes: number }[];
  /** Differing bytes outside all sectors. */
  readonly bytesOutside: number;
}

/** @param sectors the chip's sectors in address order. */
export function diffImages(
  a: FirmwareImage,
  b: FirmwareImage,
  sectors: readonly FlashSector[] = LPC2478_SECTORS,
): ImageDiff {
  const ranges: DiffRange[] = [];
  let same = 0;
  for (const [from, to] of spans(a, b)) {
    const before = slice(a, from, to)[0]?.bytes;
    const after = slice(b, from, to)[0]?.bytes;
    if (before && after) same += compare(ranges, from, before, after);
    else ranges.push({ kind: before ? 'removed' : 'added', address: from, bytes: to - from });
  }
  const total = (kind: RangeKind) =>
    ranges.reduce((sum, range) => sum + (range.kind === kind ? range.bytes : 0), 0);
  const touched = sectors
    .map(({ index, address, bytes }) => ({ index, address, bytes: within(ranges, address, bytes) }))
    .filter((sector) => sector.bytes > 0);
  const inSectors = touched.reduce((sum, sector) => sum + sector.bytes, 0);
  const counts = {
    bytesChanged: total('changed'),
    bytesAdded: total('added'),
    bytesRemoved: total('removed'),
  };
  const all = counts.bytesChanged + counts.bytesAdded + counts.bytesRemoved;
  return { ranges, ...counts, bytesSame: same, sectors: touched, bytesOutside: all - inSectors };
}

/** The address space cut at every segment border; spans that neither image fills are left out. */
function spans(a: FirmwareImage, b: FirmwareImage): [number, number][] {
  const all = [...a.segments, ...b.segments];
  const borders = all.flatMap(({ address, bytes }) => [address, address + bytes.length]);
  const cuts = [...new Set(borders)].sort((x, y) => x - y);
  return cuts
    .slice(0, -1)
    .map((from, i): [number, number] => [from, cuts[i + 1]!])
    .filter(([from]) =>
      all.some(({ address, bytes }) => from >= address && from < address + bytes.length),
    );
}

/** Adds the changed ranges of one span. @returns how many bytes are the same. */
function compare(
  ranges: DiffRange[],
  address: number,
  before: Uint8Array,
  after: Uint8Array,
): number {
  let same = 0;
  let start = -1;
  for (let i = 0; i <= before.length; i++) {
    const differs = i < before.length && before[i] !== after[i];
    if (!differs && i < before.length) same++;
    if (differs && start < 0) start = i;
    if (!differs && start >= 0) {
      ranges.push({ kind: 'changed', address: address + start, bytes: i - start });
      start = -1;
    }
  }
  return same;
}

const within = (ranges: readonly DiffRange[], address: number, bytes: number): number =>
  ranges.reduce((sum, range) => {
    const first = Math.max(address, range.address);
    const end = Math.min(address + bytes, range.address + range.bytes);
    return sum + Math.max(0, end - first);
  }, 0);
