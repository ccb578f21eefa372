/** boot + main into the image that leaves the factory (the paper's dy-main.hex).
 *  Source: the paper, section 3.2: boot header, boot body from 0, main body from 2000, footer.
 *  On top of it: the checksum of the vectors, without which the ROM does not start the loader. */

import { RigError } from '../errors.ts';
import type { FirmwareImage } from './firmware-image.ts';
import { isStart, readRecords } from './hex.ts';
import {
  DATA,
  formatRecord,
  type HexRecord,
  LINEAR_ADDRESS,
  SEGMENT_ADDRESS,
} from './hex-record.ts';
import { END_RECORD, joinLines, linearAddressRecord, writeHex } from './hex-write.ts';
import { APPLICATION_ADDRESS, BOOT_ADDRESS, USER_FLASH_END } from './layout.ts';
import { bytesAt, endAddress, firstAddress, hex32, makeImage, rangeText } from './segments.ts';
import { CHECKSUM_OFFSET, checkVectors, findCrp, withVectorChecksum } from './vectors.ts';

export interface MergeOptions {
  /** Where main must begin; boot must end before it. */
  readonly mainAddress?: number;
  readonly flashEnd?: number;
  /** `set` (default) puts the right word at 0x14 of the loader's vectors; `keep` leaves it. */
  readonly checksum?: 'set' | 'keep';
  readonly bootName?: string;
  readonly mainName?: string;
}

export interface Merged {
  readonly image: FirmwareImage;
  /** The word at 0x14 was changed. */
  readonly checksumSet: boolean;
  readonly warnings: readonly string[];
}

export function mergeImages(
  boot: FirmwareImage,
  main: FirmwareImage,
  options: MergeOptions = {},
): Merged {
  const { bootName = 'boot', mainName = 'main', checksum = 'set' } = options;
  checkPlaces(boot, main, options);
  const before = checkVectors(boot, BOOT_ADDRESS);
  const change = checksum === 'set' && before !== null && !before.valid;
  const bootSegments = change ? withVectorChecksum(boot.segments, BOOT_ADDRESS) : boot.segments;
  const image = makeImage('the merged image', 'hex', {
    segments: [
      ...bootSegments.map((segment) => ({ ...segment, what: bootName })),
      ...main.segments.map((segment) => ({ ...segment, what: mainName })),
    ],
    // The chip starts in the loader, so main's start address is not the image's.
    entry: boot.entry,
    symbols: [...boot.symbols, ...main.symbols],
  });
  return { image, checksumSet: change, warnings: warningsOf(image, bootName, change) };
}

function checkPlaces(boot: FirmwareImage, main: FirmwareImage, options: MergeOptions): void {
  const { bootName = 'boot', mainName = 'main' } = options;
  const { mainAddress = APPLICATION_ADDRESS, flashEnd = USER_FLASH_END } = options;
  const expected = hex32(mainAddress);
  if (firstAddress(main) === BOOT_ADDRESS) {
    const found = hex32(BOOT_ADDRESS);
    throw new RigError('MERGE_MAIN_AT_ZERO', { file: mainName, found, expected });
  }
  const tooFar = boot.segments.find(({ address, bytes }) => address + bytes.length > mainAddress);
  if (tooFar !== undefined) {
    throw new RigError('IMAGE_RANGE', {
      file: bootName,
      what: rangeText(tooFar.address, tooFar.bytes.length),
      allowed: rangeText(BOOT_ADDRESS, mainAddress - BOOT_ADDRESS),
      step: `Make the loader smaller, or give it first; main begins at ${expected}.`,
    });
  }
  if (firstAddress(main) < mainAddress || endAddress(main) > flashEnd) {
    throw new RigError('IMAGE_RANGE', {
      file: mainName,
      what: rangeText(firstAddress(main), endAddress(main) - firstAddress(main)),
      allowed: rangeText(mainAddress, flashEnd - mainAddress),
      step: `Link it to begin at ${expected}, and to fit.`,
    });
  }
}

function warningsOf(image: FirmwareImage, bootName: string, checksumSet: boolean): string[] {
  const warnings: string[] = [];
  const vectors = checkVectors(image, BOOT_ADDRESS);
  if (vectors === null) {
    warnings.push(`${bootName} does not hold the eight vectors at 0: the ROM will not start it`);
  } else if (!vectors.valid) {
    const words = `${hex32(vectors.found)}, should be ${hex32(vectors.expected)}`;
    warnings.push(`vector checksum at 0x14 is ${words}: the ROM will not start it`);
  } else if (checksumSet) {
    warnings.push(`vector checksum at 0x14 set to ${hex32(vectors.found)}`);
  }
  const crp = findCrp(image);
  if (crp !== null) warnings.push(crp.warning);
  return warnings;
}

/** The same merge on the records themselves: every row of the two files stands in the result.
 *  @param merged what `mergeImages` made of the same files. */
export function mergeHexText(bootText: string, mainText: string, merged: Merged): string {
  const { image, checksumSet } = merged;
  const boot = readRecords(bootText, 'boot');
  const main = readRecords(mainText, 'main');
  const segmented = [...boot, ...main].some((record) => record.type === SEGMENT_ADDRESS);
  // Rows under record 02 would need addresses of their own; then the rows are made anew.
  if (segmented) return writeHex(image);
  const lines: string[] = [];
  let upper = -1;
  for (const records of [boot, main]) {
    let base = 0;
    for (const record of records) {
      if (record.type === LINEAR_ADDRESS) base = (record.data[0]! << 8) | record.data[1]!;
      if (record.type !== DATA) continue;
      if (base !== upper) lines.push(linearAddressRecord(base));
      upper = base;
      const patched = checksumSet && records === boot && base === 0;
      const data = patched ? withChecksum(record, image) : record.data;
      lines.push(formatRecord(DATA, record.offset, data));
    }
  }
  const start = boot.find((record) => isStart(record));
  if (start !== undefined) lines.push(formatRecord(start.type, start.offset, start.data));
  return joinLines([...lines, END_RECORD]);
}

/** The row's data as the merged image has it: differs only in the word at 0x14. */
function withChecksum({ offset, data }: HexRecord, image: FirmwareImage): Uint8Array {
  const first = BOOT_ADDRESS + CHECKSUM_OFFSET;
  if (offset >= first + 4 || offset + data.length <= first) return data;
  return bytesAt(image, offset, data.length) ?? data;
}
