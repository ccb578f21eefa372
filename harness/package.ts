/** Where the installed package lies and which version it is.
 *  Works from the sources, from dist/ and from node_modules. Leaves out: the working directory. */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The directory with flashrig's own package.json; nothing below it has another one. */
const findRoot = (from: string): string => {
  if (existsSync(join(from, 'package.json'))) return from;
  const above = dirname(from);
  if (above === from)
    throw new Error('flashrig runs outside its package: no package.json above it');
  return findRoot(above);
};

export const PACKAGE_ROOT = findRoot(dirname(fileURLToPath(import.meta.url)));

export const packageVersion = (): string =>
  (JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as { version: string })
    .version;
