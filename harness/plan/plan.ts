/** What an update will send and what must be in the device afterwards. Plain data; says nothing
 *  about how messages travel. */

import type { DeviceCost } from './device-cost.ts';
import type { FrameCount } from './frames.ts';
import type { PlanTarget } from './targets.ts';

export interface PredictedCost extends FrameCount {
  readonly flashPrograms: number;
  readonly flashErases: number;
  /** Bytes that the file has only because it is applied in place. */
  readonly growthBytes: number;
  /** The paper's model of energy and wear; null where it has none of the chip. */
  readonly device: DeviceCost | null;
}

export interface UpdatePlan {
  readonly scheme: string;
  /** Bytes that are sent, in file order. */
  readonly file: Uint8Array;
  readonly segmentBytes: number;
  /** Where the application lies and what it must read as after the update. */
  readonly applicationAddress: number;
  readonly expectedBytes: Uint8Array;
  readonly expectedVersion: string | null;
  readonly predicted: PredictedCost;
}

/** What a scheme may know: both packed images, and of the chip what concerns updates. */
export interface PlanInput {
  readonly target: PlanTarget;
  readonly oldBytes: Uint8Array;
  readonly newBytes: Uint8Array;
  readonly newVersion: string | null;
}

export interface Scheme {
  readonly name: string;
  readonly summary: string;
  plan(input: PlanInput): UpdatePlan;
}
