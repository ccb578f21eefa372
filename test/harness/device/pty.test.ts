import { spawnSync } from 'node:child_process';
import {
  mkdtempSync,
  openSync,
  readSync,
  realpathSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openPty } from '../../../harness/device/pty.ts';
import { openTcp, type SerialEnd } from '../../../harness/device/serial-end.ts';

const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i);

async function readAll(end: SerialEnd, count: number): Promise<Uint8Array> {
  const bytes: number[] = [];
  for (let turn = 0; turn < 500 && bytes.length < count; turn++) {
    bytes.push(...(end.read() ?? []));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return Uint8Array.from(bytes);
}

test.runIf(process.platform === 'linux')(
  'pty: each of the 256 bytes passes unchanged both ways, through the link',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'flashrig-pty-'));
    const link = join(folder, 'port');
    const end = openPty(link);
    try {
      expect(realpathSync(link)).toBe(end.name);
      const client = openSync(link, 'r+');
      writeSync(client, everyByte);
      expect(await readAll(end, 256)).toEqual(everyByte);
      end.write(everyByte);
      const got = Buffer.alloc(256);
      expect(readSync(client, got)).toBe(256);
      expect(Uint8Array.from(got)).toEqual(everyByte);
      expect(end.read()).toBeNull();
    } finally {
      await end.close();
      rmSync(folder, { recursive: true });
    }
  },
);

test.runIf(process.platform === 'linux')(
  'pty: a file at the place of the link is kept',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'flashrig-pty-'));
    const link = join(folder, 'port');
    writeFileSync(link, 'mine');
    expect(() => openPty(link)).toThrow(/cannot put a link there/);
    rmSync(folder, { recursive: true });
  },
);

test.runIf(process.platform === 'linux')('pty: the rate that a client sets is told', async () => {
  const end = openPty();
  expect(end.baud()).toBe(115_200);
  expect(spawnSync('stty', ['-F', end.name, '57600']).status).toBe(0);
  expect(end.baud()).toBe(57_600);
  await end.close();
});

test('TCP end: bytes pass both ways, and a port in use is a clear error', async () => {
  const end = await openTcp(0);
  const port = Number(end.name.split(':')[1]);
  const client = connect(port, '127.0.0.1');
  client.write(everyByte);
  expect(await readAll(end, 256)).toEqual(everyByte);
  const answer = new Promise<Uint8Array>((resolve) => client.once('data', resolve));
  end.write(everyByte);
  expect(Uint8Array.from(await answer)).toEqual(everyByte);
  await expect(openTcp(port)).rejects.toThrow(`TCP port ${port} cannot be opened`);
  client.destroy();
  await end.close();
});
