/** The updates that a device went through before the one that is judged: run for real, without a fault, so that
 *  what they leave in its flash is where that one starts.
 *  Leaves out: faults in them; each can be judged by itself. */

import { encodeFlash } from './device/flash-file.ts';
import { RigError } from './errors.ts';
import type { PreparedUpdate } from './prepare-update.ts';
import { UpdateRig } from './update-rig.ts';

/** @param onStep which update is about to be run, of how many, and to which image.
 *  @throws {RigError} VIA_FAILED where one of them does not end as it must. */
export function runEarlier(
  update: PreparedUpdate,
  onStep: (done: number, total: number, note: string) => void,
): PreparedUpdate {
  const { earlier, line, seed } = update;
  let factoryFlash: Uint8Array | null = null;
  for (const [step, before] of earlier.entries()) {
    const { name } = before.images.to;
    onStep(step, earlier.length, `to ${name}`);
    const rig = new UpdateRig({ ...before, factoryFlash }, false);
    const run = rig.judgeFromStart({ cuts: [], station: 'resumes', line, seed });
    const { outcome, evidence } = run.verdict;
    if (outcome !== 'updated') {
      throw new RigError('VIA_FAILED', { name, outcome, evidence: evidence.join('; ') });
    }
    factoryFlash = encodeFlash(rig.board.flash.arrays);
  }
  return { ...update, earlier: [], factoryFlash };
}
