/** What the transport stage offers: one row a wire protocol, one row a line. Add yours here.
 *  Source: STYLE.md, recipes "wire protocol" and "link model".
 *  Leaves out: ports; the device stage has them. */

import { createLossyLine } from './lines/lossy.ts';
import { createPerfectLine } from './lines/perfect.ts';
import { parseLineSpec } from './lines/spec.ts';
import { createProbeSession, createStrangerSession } from './power-load/ask-session.ts';
import { createUploadSession } from './power-load/upload-session.ts';
import type { Line } from './session.ts';

export const transports = {
  'power-load': {
    upload: createUploadSession,
    probe: createProbeSession,
    stranger: createStrangerSession,
  },
} as const;

/** Each makes a line from its text and a seed. */
export const lines = {
  perfect: () => createPerfectLine(),
  lossy: (text: string, seed: number) => createLossyLine(parseLineSpec(text), seed),
} satisfies Record<string, (text: string, seed: number) => Line>;

/** The line that `--line` names; the empty text is a perfect one. */
export const createLine = (text: string, seed: number): Line =>
  text.trim() === '' ? lines.perfect() : lines.lossy(text, seed);
