/** Predicted cost of scheme `deluge`: the file goes to external flash, then the image to program flash.
 *  Sources: decision 0001 (frame layout); M25P80 and MSP430F1611 (pages, segments, blocks).
 *  Leaves out: records that the runtime keeps of its progress. */

import { countFrames } from '../frames.ts';
import type { PredictedCost } from '../plan.ts';
import type { PlanTarget } from '../targets.ts';

const EXTERNAL_SECTOR_BYTES = 64 * 1024;
const SEGMENT_BYTES = 512;
/** Words of one block are counted as one program (decision 0021). */
const BLOCK_BYTES = 64;

export function predictDelugeCost(
  fileBytes: number,
  imageBytes: number,
  { segmentBytes }: PlanTarget,
): PredictedCost {
  const sent = countFrames(fileBytes, segmentBytes);
  const segmentErases = Math.ceil(imageBytes / SEGMENT_BYTES);
  const sectorErases = Math.ceil(fileBytes / EXTERNAL_SECTOR_BYTES);
  return {
    ...sent,
    flashPrograms: sent.frames + Math.ceil(imageBytes / BLOCK_BYTES),
    flashErases: sectorErases + segmentErases,
    growthBytes: 0,
    device: null,
    node: {
      flashBytesRead: 0,
      // Blocks are filled up.
      flashBytesProgrammed: Math.ceil(imageBytes / BLOCK_BYTES) * BLOCK_BYTES,
      segmentErases,
      // Its CRC-16 is checked before it is taken; then the image in it is copied.
      externalBytesRead: fileBytes + imageBytes,
      externalBytesProgrammed: fileBytes,
      sectorErases,
      radioBytesSent: 0,
      radioBytesReceived: 0,
    },
  };
}
