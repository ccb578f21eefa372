/** The update schemes, one line each. */

import { planFull } from './full/encode.ts';
import type { Scheme } from './plan.ts';

export const schemes = {
  full: { name: 'full', summary: 'the whole image, 256 bytes a frame', plan: planFull },
} satisfies Record<string, Scheme>;

export type SchemeName = keyof typeof schemes;
