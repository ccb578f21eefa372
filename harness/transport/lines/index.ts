/** Lines: each makes one from its text and a seed. Add yours here.
 *  Source: STYLE.md, recipe "link model".
 *  Leaves out: ports and character times. */

import type { Line } from '../session.ts';
import { createLossyLine } from './lossy.ts';
import { createPerfectLine } from './perfect.ts';
import { parseLineSpec } from './spec.ts';

export const lines = {
  perfect: () => createPerfectLine(),
  lossy: (text: string, seed: number) => createLossyLine(parseLineSpec(text), seed),
} satisfies Record<string, (text: string, seed: number) => Line>;

/** The line that `--line` asks for; the empty text is a perfect one. */
export const createLine = (text: string, seed: number): Line =>
  text === '' ? lines.perfect() : lines.lossy(text, seed);
