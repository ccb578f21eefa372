import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PACKAGE_ROOT, packageVersion } from '../../../harness/package.ts';
import { expectRefusal, flashrig, scratchDirectory } from '../../helpers/cli.ts';

const COMMANDS = ['verify', 'replay', 'scenarios', 'demo', 'emulate', 'gaps', 'equivalent'];

describe('command line, help', () => {
  test('--version prints the version of package.json, exit 0', async () => {
    const result = await flashrig(['--version']);
    expect(result).toEqual({ code: 0, stdout: `${packageVersion()}\n`, stderr: '' });
  });

  test('--help lists every command and the exit codes, exit 0', async () => {
    const { code, stdout, stderr } = await flashrig(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const name of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    for (const exit of [0, 1, 2, 3]) expect(stdout).toMatch(new RegExp(`^  ${exit}  `, 'm'));
  });

  test.each(COMMANDS)('%s --help shows an example and the exit codes, exit 0', async (name) => {
    const { code, stdout } = await flashrig([name, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`$ npx flashrig ${name}`);
    expect(stdout).toContain('Exit codes:');
  });

  test('no command at all, help goes to stderr and the exit code is 2', async () => {
    const { code, stdout, stderr } = await flashrig([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: flashrig');
  });
});

describe('command line, rubbish in', () => {
  test('unknown command, the nearest one is named, exit 2', async () => {
    expectRefusal(await flashrig(['verfy']), 2, 'COMMAND_LINE', "'verfy'", 'did you mean verify');
  });
  test('unknown option of the program, exit 2', async () => {
    expectRefusal(await flashrig(['--frob']), 2, 'COMMAND_LINE', "'--frob'");
  });
  test('unknown option of a command, the nearest one is named, exit 2', async () => {
    const result = await flashrig(['verify', '--frm', 'a.hex']);
    expectRefusal(result, 2, 'USAGE', "'--frm'", 'did you mean --from', 'flashrig verify --help');
  });
  test('option without its value, exit 2', async () => {
    expectRefusal(await flashrig(['verify', '--boot']), 2, 'USAGE', '--boot', 'missing');
  });
  test('argument too many, exit 2', async () => {
    expectRefusal(await flashrig(['scenarios', 'x']), 2, 'USAGE', "'scenarios'");
  });
  test('replay without a line, exit 2', async () => {
    expectRefusal(await flashrig(['replay']), 2, 'USAGE', 'line');
  });
});

describe('command line, streams', () => {
  test('FLASHRIG_DEBUG=1, the stack follows the message', async () => {
    const result = await flashrig(['verfy'], { env: { FLASHRIG_DEBUG: '1' } });
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(/^flashrig: COMMAND_LINE: /);
    expect(result.stderr).toMatch(/\n {4}at /);
  });

  test('reader of stdout is gone, quiet', async () => {
    const child = spawn(process.execPath, [join(PACKAGE_ROOT, 'bin', 'flashrig.js'), '--help'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('clone without dist, one line says how to build it, exit 3', async () => {
    const root = scratchDirectory();
    mkdirSync(join(root, 'bin'));
    copyFileSync(join(PACKAGE_ROOT, 'package.json'), join(root, 'package.json'));
    copyFileSync(join(PACKAGE_ROOT, 'bin', 'flashrig.js'), join(root, 'bin', 'flashrig.js'));
    const result = await flashrig(['--help'], { bin: join(root, 'bin', 'flashrig.js') });
    const stderr = 'flashrig: not built yet. Run: npm run build\n';
    expect(result).toEqual({ code: 3, stdout: '', stderr });
  });
});
