/** The stations a fault plan can name, made for one update: the honest one, and two that must get
 *  nothing done. Source: decision 0001; DESIGN.md section 4 (`station` faults).
 *  Leaves out: a master that restarts (the session's own `restartStation`). */

import type { UpdatePlan } from '../plan/plan.ts';
import { type DialectName, dialects } from './dialects.ts';
import { type AskSession, createProbeSession, createStrangerSession } from './power-load/ask-session.ts';
import type { StationConfig } from './power-load/messages.ts';
import { createUploadSession } from './power-load/upload-session.ts';
import type { Session } from './session.ts';

export type StationKind = 'silent' | 'resumes' | 'stranger' | 'swapped-segments';

/** The fixtures' address and key (decision 0001). */
const ADDRESS = { region: 0x0171, terminal: 0x0822, a3: 0x02 };
const KEY = Uint8Array.from({ length: 16 }, (_, i) => i);

export interface StationRequest {
  readonly plan: UpdatePlan;
  readonly dialect: DialectName;
  readonly resume: 'query' | 'flags';
  readonly seed: number;
}

const config = (dialect: DialectName): StationConfig => ({
  dialect: dialects[dialect],
  address: ADDRESS,
  key: KEY,
});

export function createStation(request: StationRequest, kind: StationKind): Session {
  const { plan, dialect, resume, seed } = request;
  const upload = {
    ...config(dialect),
    packed: plan.file,
    expectedVersion: plan.expectedVersion,
    segmentBytes: plan.segmentBytes,
    resume,
    seed,
  };
  switch (kind) {
    case 'silent':
    case 'resumes':
      return createUploadSession(upload);
    case 'stranger':
      return createStrangerSession(upload);
    case 'swapped-segments':
      return createUploadSession({ ...upload, swapSegments: differingSegments(plan) });
  }
}

/** Asks for the version, changes nothing. */
export const createProbe = (dialect: DialectName): AskSession => createProbeSession(config(dialect));

/** Two neighbours whose contents differ, from the middle on. */
function differingSegments({ file, segmentBytes }: UpdatePlan): [number, number] {
  const count = Math.floor(file.length / segmentBytes);
  for (let i = count >> 1; i + 1 < count; i++) {
    const a = file.subarray(i * segmentBytes, (i + 1) * segmentBytes);
    const b = file.subarray((i + 1) * segmentBytes, (i + 2) * segmentBytes);
    if (a.some((byte, at) => byte !== b[at])) return [i, i + 1];
  }
  return [0, 1];
}
