/** Firmware of other projects, in pairs of versions: no part of this one. FLASHRIG_PAIRS names the folder; without it,
 *  `shared/pairs` beside the checkout. Where it is not there, what needs it is left out. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../harness/package.ts';

const FOLDER = process.env['FLASHRIG_PAIRS'] ?? join(PACKAGE_ROOT, '..', 'shared', 'pairs');

/** @returns where the file of the pair is, or null. */
export function findInPair(pair: string, file: string): string | null {
  const path = join(FOLDER, pair, file);
  return existsSync(path) ? path : null;
}
