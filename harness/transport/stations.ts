/** The stations that a fault plan can name, made for one update: the honest one, and three that must
 *  get nothing done. Source: decision 0001; DESIGN.md section 4, fault kind `station`.
 *  Leaves out: addresses and keys other than the fixtures'. */

import { type DialectName, dialects } from './dialects.ts';
import { FIXTURE_STATION } from './power-load/defaults.ts';
import { createProbeSession } from './power-load/probe-session.ts';
import { restartingSession } from './power-load/restarting-session.ts';
import { createStrangerSession } from './power-load/stranger-session.ts';
import { createUploadSession } from './power-load/upload-session.ts';
import type { Session } from './session.ts';

/** `silent` and `resumes` differ only after a cut: the bench disconnects the silent one. */
export type StationKind = 'silent' | 'resumes' | 'stranger' | 'swapped-segments' | 'damaged-patch';

/** What a station must know of an update; a prepared update has it all. */
export interface StationOrder {
  readonly plan: {
    /** Of `full` the file is the image; of all others it is a patch. */
    readonly scheme: string;
    readonly file: Uint8Array;
    readonly segmentBytes: number;
    readonly expectedVersion: string | null;
  };
  readonly dialect: DialectName;
  readonly resume: 'query' | 'flags';
  readonly seed: number;
}

/** @param restartFrames the station restarts instead of sending these frames, 0-based. */
export function createStation(
  order: StationOrder,
  kind: StationKind = 'resumes',
  restartFrames: readonly number[] = [],
): Session {
  const upload = {
    ...FIXTURE_STATION,
    dialect: dialects[order.dialect],
    packed: order.plan.file,
    segmentBytes: order.plan.segmentBytes,
    expectedVersion: order.plan.expectedVersion,
    resume: order.resume,
    seed: order.seed,
  };
  switch (kind) {
    case 'stranger':
      return createStrangerSession(upload);
    case 'swapped-segments':
      return createUploadSession({
        ...upload,
        swapSegments: differingSegments(order.plan) ?? [0, 1],
      });
    case 'damaged-patch':
      return createUploadSession({ ...upload, packed: damaged(order.plan.file) });
    default: {
      const session = createUploadSession(upload);
      return restartFrames.length === 0 ? session : restartingSession(session, restartFrames);
    }
  }
}

/** Asks for the version, changes nothing. */
export const createProbe = (dialect: DialectName): Session =>
  createProbeSession({ dialect: dialects[dialect] });

/** Stations that must get nothing done with this file: a swap needs two segments that differ, damage that the
 *  transport cannot see needs a file with a check of its own. */
export const hostileStations = (plan: StationOrder['plan']): StationKind[] => [
  'stranger',
  ...(differingSegments(plan) === null ? [] : (['swapped-segments'] as const)),
  ...(plan.scheme === 'full' ? [] : (['damaged-patch'] as const)),
];

/** Bytes behind a patch's body: its CRC-16. */
const PATCH_CRC_BYTES = 2;

/** The patch as a disk may have damaged it before it was sent: one bit of its body's last byte. Envelope and
 *  commands read as before, and the transport's check is made of what is sent: only the patch's CRC tells. */
function damaged(file: Uint8Array): Uint8Array {
  const copy = file.slice();
  const at = copy.length - PATCH_CRC_BYTES - 1;
  copy[at] = copy[at]! ^ 1;
  return copy;
}

/** Two neighbours of full length whose contents differ, the middle ones first; null = there are none. */
function differingSegments({ file, segmentBytes }: StationOrder['plan']): [number, number] | null {
  const segment = (i: number) => file.subarray(i * segmentBytes, (i + 1) * segmentBytes);
  const whole = Math.floor(file.length / segmentBytes);
  for (let step = 0; step < whole; step++) {
    const i = ((whole >> 1) + step) % whole;
    const next = segment(i + 1);
    if (i + 1 < whole && segment(i).some((byte, at) => byte !== next[at])) return [i, i + 1];
  }
  return null;
}
