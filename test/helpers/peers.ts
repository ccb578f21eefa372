/** Independent judges that a test needs: found on this machine, or named with their Debian package.
 *  Source: scripts/peers.json. Leaves out: installing them (scripts/install-peers.sh). */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { PACKAGE_ROOT } from '../../harness/package.ts';

interface PeerRow {
  readonly package: string;
  readonly command?: string;
  readonly library?: string;
  readonly header?: string;
}

const rows = JSON.parse(
  readFileSync(join(PACKAGE_ROOT, 'scripts', 'peers.json'), 'utf8'),
) as Record<string, PeerRow>;

export const PEERS: Readonly<Record<string, PeerRow>> = rows;

/** @returns where the peer is, or null; never a reason to fail. */
export function findPeer(name: string): string | null {
  const row = rows[name];
  if (row === undefined) {
    throw new Error(`${name} is no peer; scripts/peers.json has ${Object.keys(rows).join(', ')}`);
  }
  if (row.command !== undefined) return findCommand(row.command);
  if (row.library !== undefined) return findLibrary(row.library);
  const header = join('/usr/include', row.header ?? '');
  return existsSync(header) ? header : null;
}

/** The peer, or null for a test to leave itself out: `describe.skipIf(needPeer('x') === null)`.
 *  In CI a missing peer is a failure: a check that is silently left out guards nothing. */
export function needPeer(name: string): string | null {
  const found = findPeer(name);
  if (found !== null) return found;
  const advice = `${name} is not installed (Debian package ${rows[name]!.package})`;
  if (inCi(process.env['CI'])) throw new Error(`${advice}; run scripts/install-peers.sh`);
  process.stderr.write(`left out: ${advice}\n`);
  return null;
}

export const inCi = (value: string | undefined): boolean =>
  value !== undefined && !['', '0', 'false'].includes(value);

const findCommand = (command: string): string | null =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, command))
    .find((path) => existsSync(path)) ?? null;

/** The loader's own cache knows every library directory of this machine. */
function findLibrary(library: string): string | null {
  const ldconfig = ['/sbin/ldconfig', '/usr/sbin/ldconfig'].find((path) => existsSync(path));
  if (ldconfig === undefined) return null;
  const cache = execFileSync(ldconfig, ['-p'], { encoding: 'utf8' });
  const line = cache.split('\n').find((entry) => entry.trim().startsWith(`${library} `));
  return line?.split(' => ')[1] ?? null;
}
