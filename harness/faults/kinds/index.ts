/** Fault kinds, one row each, in the order in which a plan prints. Add yours here.
 *  Source: STYLE.md, recipe "fault kind".
 *  Leaves out: doing them; benches say which kinds they can do. */

import { cells } from './cells.ts';
import { cut } from './cut.ts';
import type { FaultKind } from './kind.ts';
import { line } from './line.ts';
import { station } from './station.ts';
import { supply } from './supply.ts';

export const faultKinds = { cut, supply, cells, station, line } satisfies Record<string, FaultKind>;
export type FaultKindName = keyof typeof faultKinds;
