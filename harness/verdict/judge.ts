/** The judge: from what one run showed to one outcome with its evidence. Pure; knows no device.
 *  Source: DESIGN.md section 4. */

import type { Observation } from '../device/observation.ts';
import type { StationKind } from '../transport/stations.ts';
import { ACCEPTABLE, type Outcome, type Verdict } from './verdict.ts';

export interface Expected {
  readonly oldBytes: Uint8Array;
  readonly oldVersion: string | null;
  readonly newBytes: Uint8Array;
  readonly newVersion: string | null;
  readonly station: StationKind;
  /** Cuts the fault plan asked for; fewer done means that the fault did not take effect. */
  readonly cutsPlanned: number;
  /** Restarts of the station that it asked for. */
  readonly restartsPlanned: number;
}

export function judge(seen: Observation, expected: Expected): Verdict {
  const evidence: string[] = [];
  const outcome = decide(seen, expected, evidence);
  return { outcome, acceptable: ACCEPTABLE[expected.station].includes(outcome), evidence };
}

function decide(seen: Observation, expected: Expected, evidence: string[]): Outcome {
  if (seen.cutsDone < expected.cutsPlanned) {
    evidence.push(`only ${seen.cutsDone} of ${expected.cutsPlanned} planned cuts took effect`);
    return 'invalid';
  }
  if (seen.restartsDone < expected.restartsPlanned) {
    evidence.push(
      `the station restarted ${seen.restartsDone} of ${expected.restartsPlanned} times`,
    );
    return 'invalid';
  }
  if (seen.limit !== null) evidence.push(`the run was ended by a limit: ${seen.limit}`);
  if (seen.answeredVersion === null) return withoutAnswer(seen, evidence);
  evidence.push(`answers with version ${seen.answeredVersion}`);
  const { applicationBytes, applicationAddress } = seen;
  if (applicationBytes === null) {
    evidence.push('its loader answers, and waits for the station');
    return 'needs-host';
  }
  const bad = firstDifference(applicationBytes, expected.newBytes);
  const isNew = bad === null;
  const isOld = firstDifference(applicationBytes, expected.oldBytes) === null;
  if (isNew && sameVersion(seen.answeredVersion, expected.newVersion)) return 'updated';
  if (isOld && sameVersion(seen.answeredVersion, expected.oldVersion)) return 'kept-old';
  if (bad !== null) {
    evidence.push(`first byte that is not the new image: ${hex(applicationAddress + bad)}`);
  }
  if (!isNew && !isOld) evidence.push('the program area is neither the old nor the new image');
  return 'wrong-image';
}

/** No answer over the protocol: what would it take to bring the device back? */
function withoutAnswer(seen: Observation, evidence: string[]): Outcome {
  evidence.push(`no answer to the version query; ${describeRunning(seen)}`);
  if (seen.boots > 2) evidence.push(`${seen.boots} boots in this run`);
  switch (seen.reachableBy) {
    case 'reset-line':
      evidence.push('it answered after a pulse on the reset line');
      return 'needs-reset-line';
    case 'programmer':
      evidence.push('only a programmer gets in: a person with a cable is needed');
      return 'needs-programmer';
    case 'nothing':
      evidence.push('nothing answers, and no programmer gets in');
      return 'bricked';
    case 'serial':
    case 'loader':
      return 'unresponsive';
  }
}

function describeRunning(seen: Observation): string {
  switch (seen.running) {
    case 'application':
      return 'the CPU is in the application area';
    case 'loader':
      return 'the CPU is in the boot loader';
    case 'rom-isp':
      return 'the chip waits in its ROM loader';
    case 'nothing':
      return 'the CPU runs no known program';
  }
}

/** A version nobody states cannot contradict. */
const sameVersion = (answered: string, stated: string | null): boolean =>
  stated === null || answered === stated;

function firstDifference(found: Uint8Array, wanted: Uint8Array): number | null {
  const at = wanted.findIndex((byte, i) => found[i] !== byte);
  return at < 0 ? null : at;
}

const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;
