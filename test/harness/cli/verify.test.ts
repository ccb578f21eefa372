import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expectRefusal, flashrig, scratchDirectory } from '../../helpers/cli.ts';

const UPDATE = [
  '--board',
  'lpc2478-terminal',
  '--boot',
  'b.hex',
  '--from',
  '1.hex',
  '--to',
  '2.hex',
];
const verify = (...args: string[]) => flashrig(['verify', ...args]);

describe('verify, options', () => {
  test('nothing to verify, every missing option is named', async () => {
    expectRefusal(await verify('--board', 'lpc2478-terminal'), 2, 'USAGE', '--boot, --from, --to');
  });
  test.each([
    ['--cuts', 'everything', 'none, linear, depth2 or random:N'],
    ['--cuts', 'random:0', 'N from 1'],
    ['--seed', '0xGG', '0 to 0xffffffff'],
    ['--workers', '0', '1 to 256'],
    ['--line', 'drop', 'drop=0.05'],
    ['--board', 'lpc2748-terminal', 'did you mean lpc2478-terminal'],
    ['--scheme', 'delta', 'full'],
    ['--engine', 'qemu', 'interpreter, unicorn'],
    ['--resume', 'flag', 'did you mean flags'],
    ['--dialect', '645', '376.1'],
  ])('%s %s, refused with what is expected', async (option, value, fact) => {
    expectRefusal(await verify(option, value), 2, 'OPTION_VALUE', `${option} ${value}`, fact);
  });
  test('unknown scenario, exit 2', async () => {
    expectRefusal(
      await verify('--scenario', 'no-such-case'),
      2,
      'SCENARIO_UNKNOWN',
      'no-such-case',
    );
  });
  test('scenario and an image together, refused', async () => {
    const result = await verify('--scenario', 'x', '--boot', 'b.hex');
    expectRefusal(result, 2, 'USAGE', '--scenario and --boot');
  });
});

describe('verify, places for its output', () => {
  test('--out on a file, exit 2', async () => {
    const file = join(scratchDirectory(), 'file');
    writeFileSync(file, 'mine');
    expectRefusal(await verify(...UPDATE, '--out', file), 2, 'OUTPUT_PLACE', file, '--out');
  });
  test('--out on a directory with other files, they are no obstacle', async () => {
    const path = scratchDirectory();
    writeFileSync(join(path, 'thesis.txt'), 'mine');
    const result = await verify(...UPDATE, '--out', path);
    expectRefusal(result, 2, 'IMAGE_NOT_FOUND', 'b.hex');
  });
  test.each(['report.html', 'junit.xml'])('--out on a foreign %s, exit 2', async (name) => {
    const path = scratchDirectory();
    writeFileSync(join(path, name), 'mine');
    expectRefusal(await verify(...UPDATE, '--out', path), 2, 'REPORT_FOREIGN', join(path, name));
  });
  test.each(['', '{"schema": 1, "verdi', '{"schema": 2}', '[]', 'null'])(
    '--out on a report whose report.json is torn to %j, exit 2',
    async (text) => {
      const path = scratchDirectory();
      writeFileSync(join(path, 'report.json'), text);
      expectRefusal(
        await verify(...UPDATE, '--out', path),
        2,
        'REPORT_FOREIGN',
        path,
        'report.json',
      );
    },
  );
  test('--out on a directory called report.json inside, exit 2', async () => {
    const path = scratchDirectory();
    mkdirSync(join(path, 'report.json'));
    expectRefusal(await verify(...UPDATE, '--out', path), 2, 'REPORT_FOREIGN', path);
  });
  test('--junit below a file, exit 2', async () => {
    const file = join(scratchDirectory(), 'file');
    writeFileSync(file, 'mine');
    const result = await verify(...UPDATE, '--junit', join(file, 'a.xml'));
    expectRefusal(result, 2, 'OUTPUT_PLACE', '--junit');
  });
});

describe('emulate and gaps, options', () => {
  const BOARD = ['--board', 'lpc2478-terminal', '--image', 'dy-main.hex'];
  test.each([
    ['--serial', 'tcp:99999'],
    ['--serial', '/dev/ttyUSB99'],
    ['--pin', 'P2.10'],
  ])('emulate %s %s, refused', async (option, value) => {
    const result = await flashrig(['emulate', ...BOARD, option, value]);
    expectRefusal(result, 2, 'OPTION_VALUE', `${option} ${value}`);
  });
  test('emulate with a link on a TCP port, refused', async () => {
    const result = await flashrig(['emulate', ...BOARD, '--serial', 'tcp:0', '--link', 'x']);
    expectRefusal(result, 2, 'USAGE', '--link');
  });
  test('gaps without a chip, exit 2', async () => {
    expectRefusal(await flashrig(['gaps']), 2, 'USAGE', '--chip');
  });
  test('gaps of a chip that is not there, the known ones are named', async () => {
    const result = await flashrig(['gaps', '--chip', 'z80']);
    expectRefusal(result, 2, 'OPTION_VALUE', '--chip z80', 'lpc2478');
  });
});

test('scenarios --json, stdout is one JSON document', async () => {
  const { code, stdout, stderr } = await flashrig(['scenarios', '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({ schema: 1 });
});
