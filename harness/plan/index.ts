/** The update schemes, one line each. */

import type { SchemeName } from '../request.ts';
import { planFull } from './full/encode.ts';
import type { Scheme } from './plan.ts';

export const schemes = {
  full: { name: 'full', summary: 'the whole image, 256 bytes a frame', plan: planFull },
} satisfies Record<SchemeName, Scheme>;
