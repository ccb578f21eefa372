/** Schemes `dg`, `dg-safe` and `r3diff` as plans: the patch, what it leads to and what that costs.
 *  Source: Kachman and Balaz 2016; DESIGN.md section 1.
 *  Leaves out: encoders (dg/, r3diff/) and file format (envelope.ts). */

import type { SchemeName } from '../request.ts';
import { predictDeltaCost } from './delta-cost.ts';
import { type MadePatch, makeDgPatch, makeR3Patch } from './patch.ts';
import type { PlanInput, UpdatePlan } from './plan.ts';
import { checkRoom } from './room.ts';
import { checkScheme, type DeltaLayout, type PlanTarget } from './targets.ts';

export type DeltaScheme = Extract<SchemeName, 'dg' | 'dg-safe' | 'r3diff'>;
type MakePatch = (input: PlanInput) => MadePatch;

/** How each scheme makes its patch, whether or not it fits. */
export const patchMakers: Record<DeltaScheme, MakePatch> = {
  dg: (input) => dgPatch(input, false),
  'dg-safe': (input) => dgPatch(input, true),
  r3diff: ({ oldBytes, newBytes }) => makeR3Patch(oldBytes, newBytes),
};

const dgPatch = ({ target, oldBytes, newBytes }: PlanInput, journal: boolean): MadePatch =>
  makeDgPatch(oldBytes, newBytes, { journal, pageBytes: layoutOf(target).pageBytes });

/** @throws where the chip has no agent that takes deltas. */
export function layoutOf(target: PlanTarget): DeltaLayout {
  if (target.delta === null) checkScheme(target, 'dg', target.chip);
  return target.delta!;
}

/** Whether images, staged patch and journal fit beside each other. */
export function checkDeltaRoom(scheme: DeltaScheme, input: PlanInput, patchBytes: number): void {
  const { target, oldBytes, newBytes } = input;
  const imageBytes = Math.max(oldBytes.length, newBytes.length);
  checkRoom(target, scheme, { imageBytes, patchBytes, journal: scheme === 'dg-safe' });
}

const planDelta =
  (scheme: DeltaScheme) =>
  (input: PlanInput): UpdatePlan => {
    const { target, oldBytes, newBytes } = input;
    const layout = layoutOf(target);
    // Images alone first: one that is far too large has no patch at all.
    checkDeltaRoom(scheme, input, 0);
    const made = patchMakers[scheme](input);
    checkDeltaRoom(scheme, input, made.bytes.length);
    return {
      scheme,
      file: made.bytes,
      segmentBytes: target.segmentBytes,
      applicationAddress: target.applicationAddress,
      expectedBytes: newBytes,
      expectedVersion: input.newVersion,
      predicted: predictDeltaCost(oldBytes, made, target, layout),
    };
  };

export const planDg = planDelta('dg');
export const planDgSafe = planDelta('dg-safe');
export const planR3diff = planDelta('r3diff');
