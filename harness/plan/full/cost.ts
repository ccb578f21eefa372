/** Predicted cost of scheme `full`. Sources: decision 0001 (frame layout), firmware-fixtures of each chip
 *  for what its agent programs per segment (targets.ts). */

import { energyOf } from '../device-cost.ts';
import { countFrames } from '../frames.ts';
import type { PredictedCost } from '../plan.ts';
import type { DeltaLayout, PlanTarget } from '../targets.ts';

export function predictFullCost(fileBytes: number, target: PlanTarget): PredictedCost {
  const sent = countFrames(fileBytes, target.segmentBytes);
  const { programsPerSegment, eraseBytes } = target.full!;
  const flashPrograms = programsPerSegment * sent.frames;
  const flashErases = Math.ceil(fileBytes / eraseBytes);
  const device = target.delta && deviceCost(fileBytes, sent.bytesSent, target.delta);
  return { ...sent, flashPrograms, flashErases, growthBytes: 0, device };
}

/** An agent that programs each segment in place and reads it back, then the whole file for its check. */
function deviceCost(fileBytes: number, bytesSent: number, layout: DeltaLayout) {
  const { pageBytes } = layout;
  const programmed = Math.ceil(fileBytes / pageBytes);
  const counted = {
    bytesRead: { copied: 0, patch: 0, checks: 2 * fileBytes },
    pages: { asPrinted: programmed, corrected: programmed, programmed, staging: 0 },
    regions: { asPrinted: 0, corrected: 0, programmed: 0 },
    journal: { sparePages: 0, records: 0, logErases: 0 },
    mostErasesOfOnePage: 1,
    ramBytes: layout.ramBytes,
    sramBytes: 2 * programmed * pageBytes,
  };
  return { ...counted, ...energyOf(counted, bytesSent) };
}
