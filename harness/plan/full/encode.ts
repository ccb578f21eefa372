/** Scheme `full`: the whole packed image is sent, a segment a frame, as the paper's terminal expects it.
 *  Source: Bao 2021 section 3.4.1; decision 0001 for the file check behind the last segment. */

import type { PlanInput, UpdatePlan } from '../plan.ts';
import { checkRoom } from '../room.ts';
import { predictFullCost } from './cost.ts';

export function planFull({ target, newBytes, newVersion }: PlanInput): UpdatePlan {
  const needs = { imageBytes: newBytes.length, patchBytes: 0, journal: false };
  checkRoom(target, 'full', needs);
  return {
    scheme: 'full',
    file: newBytes,
    segmentBytes: target.segmentBytes,
    applicationAddress: target.applicationAddress,
    expectedBytes: newBytes,
    expectedVersion: newVersion,
    predicted: predictFullCost(newBytes.length, target),
  };
}
