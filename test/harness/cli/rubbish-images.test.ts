import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
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

describe('verify, images that are none', () => {
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
    ['boot.hex', 'main.hex', 'torn.hex', 'HEX_ODD', 'torn.hex, line 1'],
    ['boot.hex', 'main.hex', 'no-end.hex', 'HEX_TRUNCATED', 'no-end.hex'],
    ['boot.hex', 'main.hex', 'avr.elf', 'ELF_MACHINE', 'avr.elf'],
    ['boot.hex', 'main.hex', 'empty.hex', 'IMAGE_EMPTY', 'empty.hex'],
    ['long-boot.hex', 'main.hex', 'main.hex', 'IMAGE_RANGE', 'long-boot.hex'],
    ['boot.hex', 'low-main.hex', 'main.hex', 'MERGE_MAIN_AT_ZERO', 'low-main.hex'],
    ['boot.hex', 'main.hex', 'low-main.hex', 'IMAGE_RANGE', 'low-main.hex'],
  ])('boot %s, from %s, to %s: %s', async (boot, from, to, code, fact) => {
    expectRefusal(await verify(boot, from, to), 2, code, fact);
  });
  test("node's agent with a part of itself where the application lies, refused", async () => {
    writeFileSync(file('agent.hex'), hexAt(0x0fff, 0x7000));
    writeFileSync(file('application.hex'), hexAt(0x0000, 0x0ff0));
    const [agent, application] = [file('agent.hex'), file('application.hex')];
    const images = ['--boot', agent, '--from', application, '--to', application];
    const result = await flashrig(['verify', '--board', 'atmega32u4-node', ...images]);
    expectRefusal(result, 2, 'IMAGE_RANGE', 'agent.hex');
  });
});

const LINE_START = 'lpc2478-terminal full boot:00000000 11111111→22222222';
const FAULT = 'cut@op=3+0.5 torn=random-bits station=resumes seed=0x1';

describe('replay, lines that are none', () => {
  test.each([
    ['', 'FAULT_SYNTAX', 'character 1'],
    ['nonsense', 'FAULT_SYNTAX', 'character 9'],
    ['lpc2478-terminal full cut@op=1', 'FAULT_SYNTAX', 'character 23'],
    [`${LINE_START} cut@op=x`, 'FAULT_SYNTAX', 'character'],
    [`${LINE_START} ${FAULT}`, 'USAGE', '--boot, --from and --to'],
    [`${LINE_START} scenario=no-such-case ${FAULT}`, 'SCENARIO_UNKNOWN', 'no-such-case'],
    [`${LINE_START} scenario=terminal-safe dialect=645 ${FAULT}`, 'USAGE', 'dialect 645'],
    [`${LINE_START} scenario=terminal-safe dialect=2004 ${FAULT}`, 'DIALECT', 'paper-wide'],
    [`${LINE_START.replace('full', 'delta')} scenario=terminal-safe`, 'USAGE', 'scheme delta'],
  ])('"%s", %s, exit 2', async (line, code, fact) => {
    expectRefusal(await flashrig(['replay', line]), 2, code, fact);
  });
  test('line of other images, the first that differs is named with both hashes', async () => {
    const line = `${LINE_START} scenario=terminal-safe ${FAULT}`;
    expectRefusal(await flashrig(['replay', line]), 2, 'REPLAY_IMAGE', 'boot.hex', '00000000');
  });
  test('images given one by one, one of them is missing, exit 2', async () => {
    const result = await flashrig(['replay', `${LINE_START} ${FAULT}`, '--boot', 'gone.hex']);
    expectRefusal(result, 2, 'USAGE', 'go together');
  });
});

describe('verify, a station that the board does not understand', () => {
  test('dialect 2004, exit 2 and the ones it speaks are named', async () => {
    const result = await flashrig(['verify', '--scenario', 'terminal-safe', '--dialect', '2004']);
    expectRefusal(result, 2, 'DIALECT', '2004', '376.1, paper, paper-wide');
  });
});

describe('emulate, a port that is not there', () => {
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
    expectRefusal(result, 3, 'TCP_PORT', String(port));
  });
  test.each([
    ['pty', '--link', 'PTY_LINK'],
    ['pty', '--flash', 'FLASH_FILE'],
  ])(
    '%s with %s on a file of somebody, exit 2 and the file stays',
    async (serial, option, code) => {
      const directory = scratchDirectory();
      const image = join(directory, 'main.hex');
      const mine = join(directory, 'mine');
      writeFileSync(image, hexAt(0x0000));
      writeFileSync(mine, 'mine');
      const args = [...BOARD, '--image', image, '--serial', serial, option, mine];
      expectRefusal(await flashrig(['emulate', ...args]), 2, code, mine);
      expect(readFileSync(mine, 'utf8')).toBe('mine');
    },
  );
  test('image is not there, exit 2', async () => {
    const args = [...BOARD, '--image', 'gone.hex', '--serial', 'tcp:0'];
    expectRefusal(await flashrig(['emulate', ...args]), 2, 'IMAGE_NOT_FOUND', 'gone.hex');
  });
});
