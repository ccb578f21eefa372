/** Scheme `full`: the whole packed image is sent, 256 bytes a frame, as the paper's terminal expects it.
 *  Source: Bao 2021 section 3.4.1; decision 0001 for the file check behind the last segment. */

import type { PlanInput, UpdatePlan } from '../plan.ts';
import { predictFullCost, SEGMENT_BYTES } from './cost.ts';

export function planFull(input: PlanInput): UpdatePlan {
  return {
    scheme: 'full',
    file: input.newBytes,
    segmentBytes: SEGMENT_BYTES,
    applicationAddress: input.applicationAddress,
    expectedBytes: input.newBytes,
    expectedVersion: input.newVersion,
    predicted: predictFullCost(input.newBytes.length),
  };
}
