/** Builds dist/ once before tests that run the command line or worker processes from it.
 *  Source: `npm run build`. Leaves out: anything that tsc does not do. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../harness/package.ts';

export function setup(): void {
  const tsc = join(PACKAGE_ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  execFileSync(process.execPath, [tsc, '-p', join(PACKAGE_ROOT, 'tsconfig.build.json')], {
    stdio: 'inherit',
  });
}
