/** A file, a plan and a terminal that fit each other, for tests of stations. */

import { Prng } from '../../harness/prng.ts';
import { type Dialect, dialects } from '../../harness/transport/dialects.ts';
import { createLine } from '../../harness/transport/index.ts';
import {
  createUploadSession,
  type UploadPlan,
  type UploadSession,
} from '../../harness/transport/power-load/upload-session.ts';
import type { Line } from '../../harness/transport/session.ts';
import { ScriptedTerminal, type TerminalOptions } from './scripted-terminal.ts';
import { VirtualLink } from './virtual-link.ts';

/** As decision 0001 has them; written out here so that a changed default is noticed. */
export const ADDRESS = { region: 0x0171, terminal: 0x0822, a3: 0x02 };
export const KEY = Uint8Array.from({ length: 16 }, (_, i) => i);
export const OLD_VERSION = 'V1.0';
export const NEW_VERSION = 'V2.0';

/** Random bytes with the version where the program header has it (0x202C). */
export function programOf(bytes: number, version = NEW_VERSION): Uint8Array {
  const program = new Prng(bytes).bytes(bytes);
  program.set(
    [...version].map((char) => char.charCodeAt(0)),
    0x2c,
  );
  return program;
}

export interface Trial {
  readonly session: UploadSession;
  readonly terminal: ScriptedTerminal;
  readonly link: VirtualLink;
  readonly line: Line;
  readonly program: Uint8Array;
}

export interface TrialOptions {
  readonly bytes?: number;
  readonly dialect?: Dialect;
  readonly line?: string;
  readonly seed?: number;
  readonly plan?: Partial<UploadPlan>;
  readonly terminal?: Partial<TerminalOptions>;
}

export function trialOf(options: TrialOptions = {}): Trial {
  const dialect = options.dialect ?? dialects['376.1'];
  const seed = options.seed ?? 1;
  const program = programOf(options.bytes ?? 2_500);
  const session = createUploadSession({
    packed: program,
    expectedVersion: NEW_VERSION,
    dialect,
    address: ADDRESS,
    key: KEY,
    seed,
    ...options.plan,
  });
  const terminal = new ScriptedTerminal({
    dialect,
    key: KEY,
    address: ADDRESS,
    version: OLD_VERSION,
    versionOf: (bytes) => String.fromCharCode(...bytes.subarray(0x2c, 0x30)),
    ...options.terminal,
  });
  const line = createLine(options.line ?? '', seed);
  const link = new VirtualLink(session, terminal, line);
  return { session, terminal, link, line, program };
}
