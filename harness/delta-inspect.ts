/** What a patch file says: its envelope, its operations, and the pages that they go through.
 *  Source: harness/plan/envelope.ts.
 *  Leaves out: which steps really program their page: that needs the old image (`delta apply`). */

import { basename } from 'node:path';
import { readPatchFile } from './delta.ts';
import { readOperations } from './plan/apply-patch.ts';
import { layoutOf } from './plan/delta-plan.ts';
import { crcText, openPatch, schemeOfPatch } from './plan/envelope.ts';
import { lengthOf, type Operation } from './plan/operations.ts';
import { patchAddressOf } from './plan/room.ts';
import { targetOf } from './plan/targets.ts';
import type { ChipName, SchemeName } from './request.ts';

export interface InspectedOperation {
  readonly kind: Operation['kind'];
  /** Old offset of a COPY, offset in the patch file of an ADD's bytes. */
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
  readonly firstPage: number;
  readonly lastPage: number;
  /** Pages taken into RAM for it; one that the operation before has left there is not counted. */
  readonly steps: number;
}

export interface InspectedPatch {
  readonly file: string;
  readonly fileBytes: number;
  readonly scheme: SchemeName;
  readonly direction: 'up' | 'down' | null;
  readonly journal: boolean;
  readonly old: { readonly bytes: number; readonly crc16: string };
  readonly new: { readonly bytes: number; readonly crc16: string };
  readonly bodyBytes: number;
  readonly pageBytes: number;
  /** Where it waits in flash until it is checked. */
  readonly stagedAt: number;
  readonly copies: number;
  readonly copiedBytes: number;
  readonly adds: number;
  readonly addedBytes: number;
  readonly steps: number;
  readonly operations: readonly InspectedOperation[];
}

export async function inspectDelta(path: string, chip: ChipName): Promise<InspectedPatch> {
  const target = targetOf(chip);
  const { pageBytes } = layoutOf(target);
  const file = basename(path);
  const bytes = await readPatchFile(path);
  const patch = openPatch(bytes, file);
  const operations = listSteps(readOperations(patch, file), pageBytes, patch.descending);
  const copies = operations.filter(({ kind }) => kind === 'copy');
  const adds = operations.filter(({ kind }) => kind === 'add');
  const up = patch.descending ? 'down' : 'up';
  return {
    file,
    fileBytes: bytes.length,
    scheme: schemeOfPatch(patch),
    direction: patch.body === 'r3' ? up : null,
    journal: patch.journal,
    old: { bytes: patch.oldBytes, crc16: crcText(patch.oldCrc) },
    new: { bytes: patch.newBytes, crc16: crcText(patch.newCrc) },
    bodyBytes: patch.content.length,
    pageBytes,
    stagedAt: patchAddressOf(target, bytes.length),
    copies: copies.length,
    copiedBytes: sum(copies, 'bytes'),
    adds: adds.length,
    addedBytes: sum(adds, 'bytes'),
    steps: sum(operations, 'steps'),
    operations,
  };
}

const sum = (rows: readonly InspectedOperation[], field: 'bytes' | 'steps'): number =>
  rows.reduce((total, row) => total + row[field], 0);

function listSteps(
  operations: readonly Operation[],
  pageBytes: number,
  descending: boolean,
): InspectedOperation[] {
  let inRam = -1;
  return operations.map((operation) => {
    const to = operation.destination;
    const bytes = lengthOf(operation);
    const from = operation.kind === 'copy' ? operation.source : (operation.fileOffset ?? 0);
    const firstPage = Math.floor(to / pageBytes);
    const lastPage = Math.floor((to + Math.max(bytes, 1) - 1) / pageBytes);
    const movesUp = operation.kind === 'copy' && to > operation.source;
    const fromEnd = descending || movesUp;
    const start = fromEnd ? lastPage : firstPage;
    const steps = bytes === 0 ? 0 : lastPage - firstPage + (start === inRam ? 0 : 1);
    if (bytes > 0) inRam = fromEnd ? firstPage : lastPage;
    return { kind: operation.kind, from, to, bytes, firstPage, lastPage, steps };
  });
}
