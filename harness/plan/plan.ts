/** What an update will send and what must be in the device afterwards. Plain data; says nothing
 *  about how messages travel. */

import type { NodeTraffic } from '../../emulator/energy/node-traffic.ts';
import type { Segment } from '../image/firmware-image.ts';
import type { SchemeName } from '../request.ts';
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
  /** What a sensor node moves for it, checks at start-up and records of progress not counted. */
  readonly node?: NodeTraffic;
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
  /** What the scheme wants to know again when it plans the node's next update; plain data. */
  readonly carry?: unknown;
  /** What a node that takes such updates holds from the factory on, beside its image. */
  readonly factory?: readonly Segment[];
}

/** A program as its linker wrote it, with symbols and relocations. */
export interface LinkedProgram {
  readonly file: string;
  readonly elf: Uint8Array;
}

/** What a scheme for the sensor node may know beside the two images. */
export interface NodeInput {
  /** The program that stays: no update replaces it. */
  readonly residentBytes: Uint8Array;
  /** Null where only the bytes were given. */
  readonly oldProgram: LinkedProgram | null;
  readonly newProgram: LinkedProgram | null;
  /** Updates that made the node what it is, the first one first; their last `expectedBytes` are `oldBytes`. */
  readonly earlier: readonly UpdatePlan[];
}

/** What a scheme may know: the image in the device, the packed new one, and of the chip what concerns updates. */
export interface PlanInput {
  readonly target: PlanTarget;
  readonly oldBytes: Uint8Array;
  readonly newBytes: Uint8Array;
  readonly newVersion: string | null;
  readonly node?: NodeInput;
}

export interface Scheme {
  readonly name: string;
  readonly summary: string;
  /** How the updates before the one in question were made; absent = like it. */
  readonly earlier?: SchemeName;
  plan(input: PlanInput): UpdatePlan;
}
