/** The faults stage: plans as text, replay lines, sweeps; the list of kinds is in kinds/index.ts.
 *  Source: DESIGN.md section 4.
 *  Leaves out: doing faults; benches do. */

export { type FaultKindName, faultKinds } from './kinds/index.ts';
export { parseFault } from './parse.ts';
export { formatFault } from './print.ts';
export { formatReplay, parseReplay, type ReplayLine } from './replay-line.ts';
