/** EasiLIR for the MSP430 sensor node: in situ modification and segmented rebuild, host side.
 *  Source: Qiu et al. 2014, sections 4 and 5. Bytes in, plain data out.
 *  Leaves out: files on disk, the runtime in the node. */

export { applyFile, type NodeBytes } from './apply.ts';
export { type CheckResult, checkImage } from './check.ts';
export type { InSituCounts, RebuildCounts } from './counts.ts';
export { type InSitu, planInSitu, type Update } from './in-situ.ts';
export {
  freshNode,
  imageOfNode,
  type NodeImage,
  nodeFromJson,
  nodeToJson,
} from './node-image.ts';
export { type EasilirInput, type EasilirPlan, planEasilir, type Reason } from './plan.ts';
export type { Program } from './program.ts';
export { readProgram } from './read-program.ts';
export { planRebuild, type Rebuild } from './rebuild.ts';
export { decodeCommands, decodeSteps } from './script.ts';
