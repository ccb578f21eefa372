/** Predicted cost of scheme `r2`: script and new base file go to external flash, the image to program flash.
 *  Sources: decision 0001 (frame layout); M25P80 and MSP430F1611 (pages, segments, blocks).
 *  Leaves out: records that the runtime keeps of its progress. */

import { countFrames } from '../frames.ts';
import type { PredictedCost } from '../plan.ts';
import type { PlanTarget } from '../targets.ts';

const PAGE_BYTES = 256;
const SEGMENT_BYTES = 512;
const BLOCK_BYTES = 64;
/** The slot of the base file before the last one. */
const SLOT_ERASES = 1;

export function predictR2Cost(
  fileBytes: number,
  baseBytes: number,
  imageBytes: number,
  { segmentBytes }: PlanTarget,
): PredictedCost {
  const sent = countFrames(fileBytes, segmentBytes);
  const basePrograms = Math.ceil(baseBytes / PAGE_BYTES);
  return {
    ...sent,
    flashPrograms: sent.frames + basePrograms + Math.ceil(imageBytes / BLOCK_BYTES),
    flashErases: SLOT_ERASES + Math.ceil(imageBytes / SEGMENT_BYTES),
    growthBytes: 0,
    device: null,
  };
}
