/** Intel HEX out: rows of 16 bytes on 16-byte boundaries, record 04 wherever the upper half changes
 *  and once at the start (the paper's boot header), record 05 when an entry is known, end record.
 *  Source: Intel, Hexadecimal Object File Format Specification, revision A. */

import type { FirmwareImage } from './firmware-image.ts';
import { DATA, END_OF_FILE, formatRecord, LINEAR_ADDRESS, START_LINEAR } from './hex-record.ts';

const ROW_BYTES = 16;
const NO_DATA = new Uint8Array(0);

export function writeHex(image: FirmwareImage): string {
  const lines: string[] = [];
  let upper = -1;
  for (const { address, bytes } of image.segments) {
    for (let i = 0; i < bytes.length; ) {
      const at = address + i;
      // Aligned rows never cross a 64 KB boundary.
      const count = Math.min(ROW_BYTES - (at % ROW_BYTES), bytes.length - i);
      if (at >>> 16 !== upper) {
        upper = at >>> 16;
        lines.push(linearAddressRecord(upper));
      }
      lines.push(formatRecord(DATA, at & 0xffff, bytes.subarray(i, i + count)));
      i += count;
    }
  }
  if (image.entry !== null) lines.push(startRecord(image.entry));
  return joinLines([...lines, END_RECORD]);
}

export const END_RECORD = formatRecord(END_OF_FILE, 0, NO_DATA);

export const joinLines = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

export const linearAddressRecord = (upper: number): string =>
  formatRecord(LINEAR_ADDRESS, 0, Uint8Array.of(upper >>> 8, upper));

export const startRecord = (entry: number): string =>
  formatRecord(START_LINEAR, 0, Uint8Array.of(entry >>> 24, entry >>> 16, entry >>> 8, entry));
