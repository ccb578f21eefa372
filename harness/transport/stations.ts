/** The station that an update asks for: an upload session, and what fault plans make of it.
 *  Source: decision 0001; DESIGN.md section 4, fault kind `station`.
 *  Leaves out: the probe and the stranger, which are asked for by name. */

import { type DialectName, dialects } from './dialects.ts';
import { FIXTURE_STATION } from './power-load/defaults.ts';
import { restartingSession } from './power-load/restarting-session.ts';
import { createUploadSession, type UploadSession } from './power-load/upload-session.ts';

/** What a station must know of an update; a prepared update has it all. */
export interface StationOrder {
  readonly plan: {
    readonly file: Uint8Array;
    readonly segmentBytes: number;
    readonly expectedVersion: string | null;
  };
  readonly dialect: DialectName;
  readonly resume: 'query' | 'flags';
  readonly seed: number;
}

export interface StationFaults {
  /** The station restarts instead of sending these frames, 0-based. */
  readonly restartFrames?: readonly number[];
  readonly swapSegments?: readonly [number, number] | null;
}

export function createStation(order: StationOrder, faults: StationFaults = {}): UploadSession {
  const session = createUploadSession({
    ...FIXTURE_STATION,
    dialect: dialects[order.dialect],
    packed: order.plan.file,
    segmentBytes: order.plan.segmentBytes,
    expectedVersion: order.plan.expectedVersion,
    resume: order.resume,
    seed: order.seed,
    swapSegments: faults.swapSegments ?? null,
  });
  const { restartFrames = [] } = faults;
  return restartFrames.length === 0 ? session : restartingSession(session, restartFrames);
}
