/** The chips there are. Add yours here. */

import type { GapRow } from '../machine/registers.ts';
import { atmega32u4Gaps } from './atmega32u4.ts';
import { lpc2478Gaps } from './lpc2478.ts';
import { msp430f1611Gaps } from './msp430f1611.ts';

export const chips = {
  lpc2478: { gaps: lpc2478Gaps },
  atmega32u4: { gaps: atmega32u4Gaps },
  msp430f1611: { gaps: msp430f1611Gaps },
} satisfies Record<string, { gaps: () => GapRow[] }>;
export type ChipName = keyof typeof chips;
export const chipNames = Object.keys(chips) as ChipName[];

/** Every register and bit of a chip that is declared but not modelled. */
export const listGaps = (chip: ChipName): GapRow[] => chips[chip].gaps();
