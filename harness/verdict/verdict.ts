/** What became of a device: one outcome and its evidence. Never a boolean (DESIGN.md section 4). */

import type { StationKind } from '../transport/stations.ts';

export const OUTCOMES = [
  'updated', // runs the new image, byte for byte, and answers with its version
  'kept-old', // runs the old image, byte for byte
  'needs-host', // waits in its loader for the station to resume
  'needs-reset-line', // alive only for a person who can reset it
  'needs-programmer', // alive only in the ROM's ISP: a person with a cable
  'wrong-image', // runs, but bytes or version are not what was sent
  'bricked', // nothing runs and no programmer gets in
  'unresponsive', // powered and running something, but answers nothing within the limits
  'not-applicable', // the question has no meaning for this device
  'invalid', // the fault did not take effect: counted, shown, never a pass
] as const;

export type Outcome = (typeof OUTCOMES)[number];

export interface Verdict {
  readonly outcome: Outcome;
  /** True when this outcome passes for the station's behaviour in that run. */
  readonly acceptable: boolean;
  /** What was seen: one short sentence each. */
  readonly evidence: readonly string[];
}

export const ACCEPTABLE: Record<StationKind, readonly Outcome[]> = {
  silent: ['updated', 'kept-old', 'needs-host'],
  resumes: ['updated'],
  stranger: ['kept-old'],
  // An image that is programmed as it comes can only be refused when it is whole.
  'swapped-segments': ['kept-old', 'needs-host'],
  'damaged-patch': ['kept-old'],
};
