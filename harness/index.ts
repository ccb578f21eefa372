/** What users of the library import from `flashrig`. Everything else may change without notice.
 *  Source: package.json, `exports`. Leaves out: the command line (bin/flashrig.js). */

export type { FlashOperation, Observation, TimelineEntry } from './device/observation.ts';
export {
  type EquivalenceReport,
  type EquivalenceRequest,
  proveEquivalence,
} from './equivalence/index.ts';
export { ERRORS, type ErrorCode, RigError } from './errors.ts';
export type { Cut, CutPoint, FaultPlan, TornModel } from './faults/fault-plan.ts';
export type { FirmwareImage, Segment, SymbolEntry } from './image/firmware-image.ts';
export type { Cost, ImageSummary, OperationRecord, Report, RunRecord } from './report/report.ts';
export type { CutSweep, EmulateRequest, ReplayOptions, VerifyRequest } from './request.ts';
export { type Progress, type Replay, replayLine, verifyUpdate } from './run-update.ts';
export { asExpected, findScenario, loadScenarios, requestOf, type Scenario } from './scenarios.ts';
export type {
  Delivery,
  Line,
  Session,
  SessionCounters,
  SessionResult,
} from './transport/session.ts';
export { ACCEPTABLE, OUTCOMES, type Outcome, type Verdict } from './verdict/verdict.ts';
