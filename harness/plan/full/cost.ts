/** Predicted cost of scheme `full`. Sources: decision 0001 (frame layout), firmware-fixtures/lpc2478
 *  (one data row and one directory record a segment, then one row of the copy). */

import type { PredictedCost } from '../plan.ts';

/** 16 HEX rows of 16 bytes in one frame (Bao 2021, 3.4.1). */
export const SEGMENT_BYTES = 256;
/** 68 L L 68, C, A, AFN, SEQ, DA DT, file header 11, PW 16, CS, 16. */
const FRAME_OVERHEAD_BYTES = 6 + 1 + 5 + 1 + 1 + 4 + 11 + 16 + 2;
/** sum16 and CRC-32 behind the last segment. */
const FILE_CHECK_BYTES = 6;
const SMALL_SECTOR_BYTES = 0x1000;

export function predictFullCost(fileBytes: number): PredictedCost {
  const frames = Math.ceil(fileBytes / SEGMENT_BYTES);
  return {
    frames,
    bytesSent: fileBytes + FILE_CHECK_BYTES + frames * FRAME_OVERHEAD_BYTES,
    flashPrograms: 3 * frames,
    flashErases: Math.ceil(fileBytes / SMALL_SECTOR_BYTES),
  };
}
