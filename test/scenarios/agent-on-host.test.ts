/** The agent's own C code on the host under nested power cuts, far more of them than an emulated chip could
 *  take: the reference survives, and each mistake that needs several cuts is found.
 *  Source: firmware-fixtures/atmega32u4/host-tests, SAFETY.md. */

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FIXTURES_ROOT } from '../../harness/scenarios.ts';
import { needPeer } from '../helpers/peers.ts';

const HERE = join(FIXTURES_ROOT, 'atmega32u4', 'host-tests');
const KNOWN_BAD = join(HERE, 'known-bad');
/** Random runs of one to twelve cuts, for each pair of images, beside a cut at each operation. */
const NESTED_RUNS = '300';

const run = (patch: string) =>
  spawnSync(join(HERE, 'run.sh'), [NESTED_RUNS], {
    encoding: 'utf8',
    env: { ...process.env, PATCH: patch },
  });

describe.skipIf(needPeer('gcc') === null)("the agent's C code on the host", () => {
  test('survives every cut and nested cuts', () => {
    const { status, stdout, stderr } = run('');
    expect(stderr).toBe('');
    const schemes = stdout.match(/^.*as it must be$/gm) ?? [];
    expect(schemes.length, stdout).toBeGreaterThan(5);
    expect(stdout).not.toContain('BAD');
    expect(status).toBe(0);
  });

  test.each(readdirSync(KNOWN_BAD))('with %s it loses the application', (patch) => {
    const { status, stdout } = run(join(KNOWN_BAD, patch));
    expect(stdout).toMatch(/^FAIL dg-safe: the application is gone/m);
    expect(status).toBe(1);
  });
});
