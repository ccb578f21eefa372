/** The sentence of DESIGN.md section 1: image, plan, transport, device, verdict, report.
 *  Source: DESIGN.md section 1. Leaves out: everything so far; each entry point says so. */

import { RigError } from './errors.ts';
import type { Report } from './report/report.ts';
import type { EmulateRequest, ReplayOptions, VerifyRequest } from './request.ts';
import type { Verdict } from './verdict/verdict.ts';

/** Called often; the receiver draws as seldom as it likes. */
export type Progress = (done: number, total: number, note: string) => void;

export interface Replay {
  readonly verdict: Verdict;
  /** The run's timeline and verdict, ready for a terminal. */
  readonly text: string;
}

/** A board running in real time until it is stopped. */
export interface RunningBoard {
  /** What other programs connect to: a pty's path, or host and port. */
  readonly place: string;
  stop(): Promise<void>;
}

export async function verifyUpdate(_request: VerifyRequest, _progress: Progress): Promise<Report> {
  throw new RigError('NOT_BUILT', { what: 'verify' });
}

export async function replayLine(_line: string, _options: ReplayOptions): Promise<Replay> {
  throw new RigError('NOT_BUILT', { what: 'replay' });
}

export async function emulateBoard(_request: EmulateRequest): Promise<RunningBoard> {
  throw new RigError('NOT_BUILT', { what: 'emulate' });
}
