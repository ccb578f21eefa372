/** The images that everything here is measured on are what the sources make: each fixture rebuilt with the
 *  compiler its manifest names, and compared byte for byte. */

import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FIXTURES_ROOT } from '../../harness/scenarios.ts';
import { inCi, needPeer } from '../helpers/peers.ts';

/** The compiler first, then what else the build runs. */
const COMPILERS = {
  atmega32u4: ['avr-gcc'],
  lpc2478: ['arm-none-eabi-gcc'],
  msp430f1611: ['clang-14', 'ld.lld-14', 'llvm-objcopy-14'],
} as const;
type Fixture = keyof typeof COMPILERS;

/** Another version makes other code: outside CI that is no failure. */
function hasCompiler(fixture: Fixture): boolean {
  const [compiler, ...others] = COMPILERS[fixture].map((name) => needPeer(name));
  if (compiler === undefined || compiler === null || others.includes(null)) return false;
  const manifest = readFileSync(join(FIXTURES_ROOT, fixture, 'manifest.json'), 'utf8');
  const { toolchain } = JSON.parse(manifest) as { toolchain: string };
  const here = execFileSync(compiler, ['--version'], { encoding: 'utf8' }).split('\n')[0];
  if (here === toolchain || inCi(process.env['CI'])) return true;
  process.stderr.write(`left out: ${fixture} is built with ${toolchain}, here is ${here}\n`);
  return false;
}

describe.each(Object.keys(COMPILERS) as Fixture[])('%s', (fixture) => {
  test.skipIf(!hasCompiler(fixture))('every image is rebuilt byte for byte', () => {
    const script = join(FIXTURES_ROOT, fixture, 'build.mjs');
    const { status, stdout } = spawnSync(process.execPath, [script, '--check'], {
      encoding: 'utf8',
    });
    expect(stdout).not.toContain('DIFFERENT');
    expect(stdout).toMatch(/^\d\d images, 0 differ$/m);
    expect(status).toBe(0);
  });
});
