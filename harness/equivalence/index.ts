/** Proof of equivalence: two programs on the emulated board under the same inputs. */

export { OBSERVED_BOARDS } from '../device/observed/index.ts';
export type { EquivalenceReport, EquivalenceRequest } from './equivalence.ts';
export { type ProofProgress, proveEquivalence } from './prove.ts';
export { STIMULUS_HELP } from './stimulus.ts';
