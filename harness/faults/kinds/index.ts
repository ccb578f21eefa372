/** Fault kinds, one row each, in the order in which a plan prints. Add yours here.
 *  Source: STYLE.md, recipe "fault kind".
 *  Leaves out: doing them (benches); faults of single cells and slow supplies, which no bench does yet. */

import { cut } from './cut.ts';
import type { FaultKind } from './kind.ts';
import { line } from './line.ts';
import { station } from './station.ts';

export const faultKinds = { cut, station, line } satisfies Record<string, FaultKind>;
export type FaultKindName = keyof typeof faultKinds;
