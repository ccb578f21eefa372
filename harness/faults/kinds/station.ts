/** Fault kind `station`: what the master station does after a cut, hostile stations, restarts of its own.
 *  Source: DESIGN.md section 4; decision 0001, "the station's course".
 *  Leaves out: how the station recovers (transport/power-load/upload-session). */

import type { StationKind } from '../../transport/stations.ts';
import { type FaultKind, refuse, wholeNumber } from './kind.ts';

/** The record makes the list complete. */
const KINDS = Object.keys({
  silent: true,
  resumes: true,
  stranger: true,
  'swapped-segments': true,
  'damaged-patch': true,
} satisfies Record<StationKind, true>) as StationKind[];

const STATION = 'station=';
const RESTART = 'restart@frame=';

export const station: FaultKind = {
  summary: 'the station after a cut, and frames instead of which it restarts',
  forms: [...KINDS.map((kind) => `station=${kind}`), 'restart@frame=N'],

  print: (plan) => [
    STATION + plan.station,
    ...(plan.stationRestarts ?? []).map((frame) => RESTART + frame),
  ],

  parse(token, draft) {
    if (token.text.startsWith(RESTART)) {
      const frame = token.text.slice(RESTART.length);
      draft.stationRestarts.push(wholeNumber(token, frame, RESTART.length));
      return true;
    }
    if (!token.text.startsWith(STATION)) return false;
    if (draft.station !== null) refuse(token, 0, 'a second station', 'one');
    const name = token.text.slice(STATION.length);
    const kind = KINDS.find((known) => known === name);
    if (kind === undefined) {
      return refuse(token, STATION.length, `"${name}"`, `one of ${KINDS.join(', ')}`);
    }
    draft.station = kind;
    return true;
  },
};
