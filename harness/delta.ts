/** Patches from images and images from patches: what `flashrig delta` does, without its command line.
 *  Source: harness/plan (schemes, envelope), harness/image (files in).
 *  Leaves out: a device; `verify` sends a patch to one and cuts its power. */

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { RigError } from './errors.ts';
import { reasonOf } from './files.ts';
import { packImage } from './image/pack.ts';
import { readImage } from './image/read-image.ts';
import { applyPatch } from './plan/apply-patch.ts';
import { layoutOf } from './plan/delta-plan.ts';
import { schemes } from './plan/index.ts';
import type { PredictedCost } from './plan/plan.ts';
import { checkScheme, targetOf } from './plan/targets.ts';
import type { ChipName, SchemeName } from './request.ts';

export interface DeltaRequest {
  readonly chip: ChipName;
  readonly scheme: SchemeName;
  readonly oldPath: string;
  readonly newPath: string;
}

export interface MadeDelta {
  readonly file: Uint8Array;
  readonly oldBytes: number;
  readonly newBytes: number;
  readonly predicted: PredictedCost;
}

/** The application's bytes as they lie in flash, from its first address, gaps filled. */
export async function readPacked(path: string, chip: ChipName): Promise<Uint8Array> {
  const { machine, applicationAddress: from, applicationEnd: to } = targetOf(chip);
  const image = await readImage(path, { machine, base: from });
  return packImage(image, { from, to, file: basename(path) });
}

export async function makeDelta(request: DeltaRequest): Promise<MadeDelta> {
  const target = targetOf(request.chip);
  checkScheme(target, request.scheme, request.chip);
  const oldBytes = await readPacked(request.oldPath, request.chip);
  const newBytes = await readPacked(request.newPath, request.chip);
  const input = { target, oldBytes, newBytes, newVersion: null };
  const { file, predicted } = schemes[request.scheme].plan(input);
  return { file, oldBytes: oldBytes.length, newBytes: newBytes.length, predicted };
}

export async function readPatchFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const why = (cause as { code?: unknown }).code === 'ENOENT' ? 'no such file' : reasonOf(cause);
    throw new RigError('PATCH_UNREADABLE', { path, why }, cause);
  }
}

export interface AppliedDelta {
  readonly newImage: Uint8Array;
  readonly address: number;
  readonly steps: number;
  readonly pagesProgrammed: number;
  readonly imageBytesRead: number;
}

/** On the host, but in place and page by page as on the device. */
export async function applyDelta(
  oldPath: string,
  patchPath: string,
  chip: ChipName,
): Promise<AppliedDelta> {
  const target = targetOf(chip);
  const patch = await readPatchFile(patchPath);
  const oldImage = await readPacked(oldPath, chip);
  const file = basename(patchPath);
  const applied = applyPatch(oldImage, patch, { pageBytes: layoutOf(target).pageBytes, file });
  const { newImage, steps, pagesProgrammed, imageBytesRead } = applied;
  return { newImage, address: target.applicationAddress, steps, pagesProgrammed, imageBytesRead };
}
