/** The folder of a report: made where it is missing, and nothing of somebody else's is replaced.
 *  Leaves out: what goes into it. */

import { mkdir, readFile } from 'node:fs/promises';
import { RigError } from '../errors.ts';
import { reasonOf } from '../files.ts';
import type { ReportOutput } from './output.ts';

export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new RigError('REPORT_FOLDER', { path: folder, why: reasonOf(cause) }, cause);
  }
}

export async function checkReplaceable(
  path: string,
  output: Pick<ReportOutput, 'isOurs'>,
): Promise<void> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const { code } = cause as { code?: unknown };
    if (code === 'ENOENT' || code === 'ENOTDIR') return;
    throw new RigError('REPORT_FOREIGN', { path }, cause);
  }
  if (!output.isOurs(text)) throw new RigError('REPORT_FOREIGN', { path });
}
