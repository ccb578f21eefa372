/** Files of the harness: a file is either there whole or not at all.
 *  Source: POSIX rename(2), which replaces its target in one step within a file system.
 *  Leaves out: folders (made by the caller) and the mode bits of a file that is replaced. */

import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { RigError } from './errors.ts';

/** Put `data` at `path`. A reader sees the old file or the new one, also when the power goes. */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  const suffix = randomBytes(6).toString('hex');
  const temporary = join(dirname(path), `.${basename(path)}.${suffix}.part`);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new RigError('FILE_WRITE', { path, why: reasonOf(cause) }, cause);
  }
}

/** Before long work whose result goes there: the nearest folder above `path` that exists is one, and
 *  files can be made in it. @param option the command's option that named the place. */
export function checkPlace(path: string, option: string): void {
  let above = dirname(resolve(path));
  while (!existsSync(above)) above = dirname(above);
  if (!statSync(above).isDirectory()) {
    throw new RigError('OUTPUT_PLACE', { path, option, problem: `${above} is a file` });
  }
  try {
    accessSync(above, constants.W_OK);
  } catch (cause) {
    throw new RigError('OUTPUT_PLACE', { path, option, problem: `${above} is read-only` }, cause);
  }
}

const REASONS: Record<string, string> = {
  ENOENT: 'the folder does not exist',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  EEXIST: 'a file is in the way',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left',
};

/** What the operating system said, in words. */
export const reasonOf = (cause: unknown): string => {
  const code = (cause as { code?: unknown }).code;
  if (typeof code === 'string') return REASONS[code] ?? code;
  return cause instanceof Error ? cause.message : String(cause);
};
