/** Predicted cost of a delta: the paper's counts, and what the agent does when it applies this very patch.
 *  Source: Kachman and Balaz 2016, section 4.2; the agent and its journal in firmware-fixtures/atmega32u4.
 *  Leaves out: the agent's records around an update that was refused or cut. */

import { applyPatch } from './apply-patch.ts';
import { type DeviceCost, type DeviceCounts, energyOf } from './device-cost.ts';
import { countFrames } from './frames.ts';
import { countAsPaper } from './paper-model.ts';
import type { MadePatch } from './patch.ts';
import type { PredictedCost } from './plan.ts';
import { patchAddressOf } from './room.ts';
import type { DeltaLayout, PlanTarget } from './targets.ts';

/** Begin of the transfer, begin of the update, end of the update. */
const RECORDS_AROUND_STEPS = 3;
const RECORDS_WITHOUT_JOURNAL = 1;
/** File check, patch CRC, and both images against the envelope. */
const FILE_CHECKS = 2;
const OLD_IMAGE_CHECKS = 2;
const NEW_IMAGE_CHECKS = 2;

export function predictDeltaCost(
  oldImage: Uint8Array,
  { bytes: patchBytes, growthBytes }: MadePatch,
  target: PlanTarget,
  layout: DeltaLayout,
): PredictedCost {
  const sent = countFrames(patchBytes.length, target.segmentBytes);
  const counts = countOnDevice(oldImage, patchBytes, target, layout);
  const device: DeviceCost = { ...counts, ...energyOf(counts, sent.bytesSent) };
  const { pagePrograms, pageErases } = device;
  return { ...sent, flashPrograms: pagePrograms, flashErases: pageErases, growthBytes, device };
}

function countOnDevice(
  oldImage: Uint8Array,
  patchBytes: Uint8Array,
  target: PlanTarget,
  layout: DeltaLayout,
): DeviceCounts {
  const { pageBytes } = layout;
  const patchAddress = patchAddressOf(target, patchBytes.length);
  const applied = applyPatch(oldImage, patchBytes, { pageBytes, patchAddress, file: 'the patch' });
  const { patch } = applied;
  const paper = countAsPaper(applied.operations, pageBytes, patchAddress);
  const staging = Math.ceil(patchBytes.length / pageBytes);
  const journal = countJournal(applied.pagesProgrammed, patch.journal, layout);
  const spares =
    patchAddress / pageBytes - Math.ceil(Math.max(patch.oldBytes, patch.newBytes) / pageBytes);
  const programs = Math.max(0, ...applied.programsOfPage);
  const checks =
    FILE_CHECKS * patchBytes.length +
    OLD_IMAGE_CHECKS * patch.oldBytes +
    NEW_IMAGE_CHECKS * patch.newBytes;
  const written = applied.operations.reduce(
    (sum, op) => sum + (op.kind === 'copy' ? op.length : op.bytes.length),
    0,
  );
  return {
    bytesRead: { copied: applied.imageBytesRead, patch: patchBytes.length, checks },
    pages: { ...paper.pages, programmed: applied.pagesProgrammed, staging },
    regions: { ...paper.regions, programmed: applied.regionsActivated },
    journal,
    mostErasesOfOnePage: Math.max(
      programs,
      staging > 0 ? 1 : 0,
      Math.ceil(journal.logErases / layout.logPages),
      spares > 0 ? Math.ceil(journal.sparePages / spares) : 0,
    ),
    ramBytes: layout.ramBytes + (patch.journal ? layout.journalRamBytes : 0),
    // A page in and out for each step, and each byte that an operation writes.
    sramBytes: 2 * applied.steps * pageBytes + written,
  };
}

function countJournal(
  programmed: number,
  hasJournal: boolean,
  layout: DeltaLayout,
): DeviceCounts['journal'] {
  const sparePages = hasJournal ? programmed : 0;
  const records = hasJournal ? programmed + RECORDS_AROUND_STEPS : RECORDS_WITHOUT_JOURNAL;
  return { sparePages, records, logErases: Math.ceil(records / layout.recordsPerLogPage) };
}
