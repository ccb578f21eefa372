import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, test } from 'vitest';
import { expectRefusal, flashrig, scratchDirectory } from '../../helpers/cli.ts';

const BOARD = ['--board', 'lpc2478-terminal'];

/** Intel HEX of one 16-byte record of zeros at each address below 64 KB, and the end record. */
const hexAt = (...addresses: readonly number[]): string => {
  const records = addresses.map((address) => {
    const body = [0x10, address >> 8, address & 0xff, 0x00, ...new Array<number>(16).fill(0)];
    const sum = body.reduce((total, byte) => total + byte, 0);
    return `:${Buffer.from([...body, -sum & 0xff])
      .toString('hex')
      .toUpperCase()}\n`;
  });
  return `${records.join('')}:00000001FF\n`;
};

/** The head of a 32-bit little-endian ELF executable for a machine; EM_AVR is 83, EM_ARM is 40. */
function elfHeader(machine: number): Buffer {
  const header = Buffer.alloc(52);
  header.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(machine, 18);
  header.writeUInt32LE(1, 20);
  header.writeUInt16LE(52, 40);
  header.writeUInt16LE(32, 42);
  return header;
}

/** Without a pipeline behind the command line there is nothing that opens images. */
const built = async (...args: string[]): Promise<boolean> =>
  !(await flashrig(args)).stderr.includes('NOT_BUILT');

const verifyBuilt = await built('verify', ...BOARD, '--boot', 'a', '--from', 'b', '--to', 'c');
const replayBuilt = await built('replay', 'x');
const emulateBuilt = await built('emulate', ...BOARD, '--image', 'a.hex', '--serial', 'tcp:0');

describe.skipIf(!verifyBuilt)('verify, images that are none', () => {
  let directory = '';
  const file = (name: string): string => join(directory, name);
  const verify = (boot: string, from: string, to: string) =>
    flashrig(['verify', ...BOARD, '--boot', file(boot), '--from', file(from), '--to', file(to)]);

  beforeEach(() => {
    directory = scratchDirectory();
    writeFileSync(file('boot.hex'), hexAt(0x0000));
    writeFileSync(file('main.hex'), hexAt(0x2000));
    writeFileSync(file('long-boot.hex'), hexAt(0x0000, 0x2000));
    writeFileSync(file('low-main.hex'), hexAt(0x0000));
    writeFileSync(file('torn.hex'), hexAt(0x2000).slice(0, 30));
    writeFileSync(file('no-end.hex'), hexAt(0x2000).split('\n')[0]!);
    writeFileSync(file('avr.elf'), elfHeader(83));
    writeFileSync(file('empty.hex'), '');
  });

  test.each([
    ['gone.hex', 'main.hex', 'main.hex', 'IMAGE_NOT_FOUND', 'gone.hex'],
    ['boot.hex', 'gone.hex', 'main.hex', 'IMAGE_NOT_FOUND', 'gone.hex'],
    ['boot.hex', 'main.hex', 'gone.hex', 'IMAGE_NOT_FOUND', 'gone.hex'],
    ['boot.hex', 'main.hex', 'torn.hex', 'HEX_\\w+', 'torn.hex, line 1'],
    ['boot.hex', 'main.hex', 'no-end.hex', 'HEX_TRUNCATED', 'no-end.hex'],
    ['boot.hex', 'main.hex', 'avr.elf', 'ELF_MACHINE', 'avr.elf'],
    ['boot.hex', 'main.hex', 'empty.hex', 'IMAGE_\\w+', 'empty.hex'],
    ['long-boot.hex', 'main.hex', 'main.hex', 'IMAGE_\\w+', 'long-boot.hex'],
    ['boot.hex', 'low-main.hex', 'main.hex', '\\w+', 'low-main.hex'],
    ['boot.hex', 'main.hex', 'low-main.hex', '\\w+', 'low-main.hex'],
  ])('boot %s, from %s, to %s: %s', async (boot, from, to, code, fact) => {
    expectRefusal(await verify(boot, from, to), 2, code, fact);
  });
});

describe.skipIf(!replayBuilt)('replay, lines that are none', () => {
  test.each(['', 'nonsense', 'lpc2478-terminal full cut@op=1'])('"%s", exit 2', async (line) => {
    expectRefusal(await flashrig(['replay', line]), 2, '\\w+');
  });
});

describe.skipIf(!emulateBuilt)('emulate, a port that is not there', () => {
  test('TCP port is taken, exit 3 and the port is named', async () => {
    const directory = scratchDirectory();
    const image = join(directory, 'main.hex');
    writeFileSync(image, hexAt(0x0000));
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const serial = `tcp:${port}`;
    const result = await flashrig(['emulate', ...BOARD, '--image', image, '--serial', serial]);
    server.close();
    expectRefusal(result, 3, '\\w+', String(port));
  });
  test('image is not there, exit 2', async () => {
    const args = [...BOARD, '--image', 'gone.hex', '--serial', 'tcp:0'];
    expectRefusal(await flashrig(['emulate', ...args]), 2, 'IMAGE_NOT_FOUND', 'gone.hex');
  });
});
