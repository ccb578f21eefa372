/** Fault kinds, one row each, in the order in which a plan prints. Add yours here.
 *  Source: STYLE.md, recipe "fault kind".
 *  Leaves out: doing them; benches say which kinds they can do. */

import { cells } from './kinds/cells.ts';
import { cut } from './kinds/cut.ts';
import type { FaultKind } from './kinds/kind.ts';
import { line } from './kinds/line.ts';
import { station } from './kinds/station.ts';
import { supply } from './kinds/supply.ts';

export const faultKinds = { cut, supply, cells, station, line } satisfies Record<string, FaultKind>;
export type FaultKindName = keyof typeof faultKinds;
