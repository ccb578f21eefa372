/** The update schemes, one line each. */

import type { SchemeName } from '../request.ts';
import { planDg, planDgSafe, planR3diff } from './delta-plan.ts';
import { planDeluge } from './deluge/encode.ts';
import { planEasilirRebuild, planEasilirUpdate } from './easilir/scheme.ts';
import { planFull } from './full/encode.ts';
import type { Scheme } from './plan.ts';
import { planR2 } from './r2/encode.ts';

export const schemes = {
  full: { name: 'full', summary: 'the whole image, a segment a frame', plan: planFull },
  dg: { name: 'dg', summary: 'COPYs and ADDs of what differs, in place', plan: planDg },
  'dg-safe': { name: 'dg-safe', summary: 'dg with a journal of pages', plan: planDgSafe },
  r3diff: { name: 'r3diff', summary: 'the optimal COPY/ADD parse, in place', plan: planR3diff },
  deluge: {
    name: 'deluge',
    summary: 'the whole image and the protocol linked into it, staged in external flash',
    plan: planDeluge,
  },
  r2: {
    name: 'r2',
    summary: 'a script between base files in external flash, references apart from code',
    plan: planR2,
  },
  easilir: {
    name: 'easilir',
    summary: 'a script that changes the program where it lies, or rebuilds it by segments',
    plan: planEasilirUpdate,
  },
  'easilir-rebuild': {
    name: 'easilir-rebuild',
    summary: 'easilir, this update by segments whether or not it fits in place',
    earlier: 'easilir',
    plan: planEasilirRebuild,
  },
} satisfies Record<SchemeName, Scheme>;
