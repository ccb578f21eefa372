/** The built command line as a user runs it: a process with arguments, two streams and an exit code.
 *  Source: bin/flashrig.js. Leaves out: terminals (stdout and stderr are pipes). */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { PACKAGE_ROOT } from '../../harness/package.ts';

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const BIN = join(PACKAGE_ROOT, 'bin', 'flashrig.js');

/** No colours, no debug output: what surrounds the tests must not change what they see. */
const plainEnvironment = (): NodeJS.ProcessEnv => {
  const { FLASHRIG_DEBUG: _debug, FORCE_COLOR: _color, ...rest } = process.env;
  return { ...rest, NO_COLOR: '1' };
};

export function flashrig(
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string>; bin?: string } = {},
): Promise<CliResult> {
  const child = spawn(process.execPath, [options.bin ?? BIN, ...args], {
    cwd: options.cwd ?? PACKAGE_ROOT,
    env: { ...plainEnvironment(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** A failure as a user must see it: the exit code, nothing on stdout, one line with code and facts. */
export function expectRefusal(
  result: CliResult,
  code: 2 | 3,
  errorCode: string,
  ...facts: readonly string[]
): void {
  expect(result).toMatchObject({ code, stdout: '' });
  const lines = result.stderr.split('\n');
  expect(lines.slice(1), 'one line on stderr').toEqual(['']);
  expect(lines[0]).toMatch(new RegExp(`^flashrig: ${errorCode}: `));
  expect(lines[0], 'every slot of the message is filled').not.toMatch(/\{\w+\}/);
  for (const fact of facts) expect(lines[0]).toContain(fact);
}

/** A new empty directory that goes away with the test. */
export function scratchDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'flashrig-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
