/** Scheme `easilir`: what the runtime of a sensor node gets to turn its program into the next, in place.
 *  Source: Qiu et al. 2014; plan.ts decides between a script and a rebuild.
 *  Leaves out: programs without relocations, in which no address can be told from a number. */

import { RigError } from '../../errors.ts';
import { countFrames } from '../frames.ts';
import type { LinkedProgram, PlanInput, PredictedCost, UpdatePlan } from '../plan.ts';
import type { PlanTarget } from '../targets.ts';
import type { InSituCounts, RebuildCounts } from './counts.ts';
import { FLASH_SEGMENT_BYTES } from './memory-map.ts';
import { freshNode, type NodeImage } from './node-image.ts';
import { planEasilir } from './plan.ts';
import { readProgram } from './read-program.ts';

export const planEasilirUpdate = (input: PlanInput): UpdatePlan => planUpdate(input, false);
export const planEasilirRebuild = (input: PlanInput): UpdatePlan => planUpdate(input, true);

function planUpdate({ target, newVersion, node }: PlanInput, mustRebuild: boolean): UpdatePlan {
  const before = node?.earlier.at(-1)?.carry as NodeImage | undefined;
  const old = before ?? freshNode(programOf(node?.oldProgram, 'the old program'));
  const program = programOf(node?.newProgram, 'the new program');
  const plan = planEasilir({ old, program, mustRebuild });
  return {
    scheme: mustRebuild ? 'easilir-rebuild' : 'easilir',
    file: plan.file,
    segmentBytes: target.segmentBytes,
    applicationAddress: target.applicationAddress,
    expectedBytes: plan.node.flash,
    expectedVersion: newVersion,
    predicted: costOf(plan.counts, target),
    // The plan of the next update starts from it.
    carry: plan.node,
  };
}

function programOf(linked: LinkedProgram | null | undefined, file: string) {
  if (linked) return readProgram(linked.elf, linked.file);
  const expected = 'an .elf, or one beside the .hex';
  throw new RigError('PROGRAM', { file, what: 'its file', found: 'bytes alone', expected });
}

const BLOCK_BYTES = 64;

/** A segment in which a bit must be set is erased and programmed whole. */
function costOf(counts: InSituCounts | RebuildCounts, { segmentBytes }: PlanTarget): PredictedCost {
  const { fileBytes, segmentsErased, segmentsTouched } = counts;
  const sent = countFrames(fileBytes, segmentBytes);
  const whole = segmentsErased * FLASH_SEGMENT_BYTES;
  const cleared = segmentsTouched - segmentsErased;
  return {
    ...sent,
    flashPrograms: sent.frames + whole / BLOCK_BYTES + cleared,
    flashErases: segmentsErased,
    growthBytes: 0,
    device: null,
    node: {
      flashBytesRead: counts.readBytes,
      flashBytesProgrammed: whole === 0 ? counts.writtenBytes : whole,
      segmentErases: segmentsErased,
      externalBytesRead: 2 * fileBytes,
      externalBytesProgrammed: fileBytes,
      sectorErases: 0,
      radioBytesSent: 0,
      radioBytesReceived: 0,
    },
  };
}
