/** What an update will send and what must be in the device afterwards. Plain data; says nothing
 *  about how messages travel. */

export interface PredictedCost {
  /** Bytes on the wire in file-transfer frames, station to device, without repeats. */
  readonly bytesSent: number;
  readonly frames: number;
  readonly flashPrograms: number;
  readonly flashErases: number;
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

/** What a scheme may know: both packed images and the address they start at. */
export interface PlanInput {
  readonly applicationAddress: number;
  readonly oldBytes: Uint8Array;
  readonly newBytes: Uint8Array;
  readonly newVersion: string | null;
}

export interface Scheme {
  readonly name: string;
  readonly summary: string;
  plan(input: PlanInput): UpdatePlan;
}
