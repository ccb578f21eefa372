import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type EmulateOptions, emulate } from '../../../harness/device/emulate.ts';

const folder = mkdtempSync(join(tmpdir(), 'flashrig-emulate-'));
afterAll(() => rmSync(folder, { recursive: true }));

const blank: EmulateOptions = {
  board: 'lpc2478-terminal',
  images: [],
  serial: { kind: 'tcp', port: 0 },
  pins: [{ pin: 'P2.10', level: 'low' }],
};

function client(place: string): { socket: Socket; until(text: string): Promise<string> } {
  const [host, port] = place.split(':');
  const socket = connect(Number(port), host);
  let got = '';
  socket.on('data', (bytes) => {
    got += bytes.toString('latin1');
  });
  return {
    socket,
    async until(text) {
      for (let turn = 0; turn < 1000 && !got.includes(text); turn++) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      const all = got;
      got = '';
      return all;
    },
  };
}

test('emulate: a blank board answers ISP on a TCP port, and keeps what was programmed', async () => {
  const flashFile = join(folder, 'board.flash');
  const first = await emulate({ ...blank, flashFile });
  expect(existsSync(flashFile)).toBe(true);
  const { socket, until } = client(first.place);
  const ask = (text: string, answer: string) => {
    socket.write(text);
    return until(answer);
  };
  expect(await ask('?', '\n')).toBe('Synchronized\r\n');
  await ask('Synchronized\r\n', 'OK\r\n');
  await ask('12000\r\n', 'OK\r\n');
  await ask('A 0\r\n', '0\r\n');
  await ask('U 23130\r\n', '\n');
  await ask('P 1 1\r\n', '\n');
  expect(await ask('C 4096 1073745920 256\r\n', '\n')).toBe('0\r\n');
  socket.destroy();
  const summary = await first.stop();
  expect(summary.bytesIn).toBeGreaterThan(60);
  const programmed = first.board.flash.readView(4096, 256);

  const second = await emulate({
    ...blank,
    flashFile,
    images: [{ address: 4096, bytes: new Uint8Array(256) }],
  });
  await second.stop();
  expect(second.board.flash.readView(4096, 256)).toEqual(programmed);
  expect(programmed.some((byte) => byte !== 0xff)).toBe(true);
});

test('emulate: virtual time keeps to the wall clock, times the speed, or says what it gave up', async () => {
  const board = await emulate({ ...blank, speed: 3 });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const { virtualSeconds, wallSeconds, lostSeconds } = await board.stop();
  expect(wallSeconds).toBeGreaterThan(0.45);
  expect(virtualSeconds + lostSeconds).toBeLessThanOrEqual(3 * wallSeconds);
  expect(virtualSeconds + lostSeconds).toBeGreaterThan(3 * (wallSeconds - 0.25));
});

test('emulate: an image beyond the flash, and a flash file that is none, are refused', async () => {
  const images = [{ address: 0x7df00, bytes: new Uint8Array(512) }];
  await expect(emulate({ ...blank, images })).rejects.toThrow('0x7df00 to 0x7e0ff');
  const flashFile = join(folder, 'none.flash');
  writeFileSync(flashFile, 'rubbish');
  await expect(emulate({ ...blank, flashFile })).rejects.toThrow('no flash file of this board');
  const nowhere = join(folder, 'missing', 'board.flash');
  await expect(emulate({ ...blank, flashFile: nowhere })).rejects.toThrow('cannot be saved');
});
