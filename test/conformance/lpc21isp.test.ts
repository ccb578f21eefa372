/** The stock programmer as a judge of ISP, flash and boot: it programs the emulated chip through a pty. */

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emulate, type RunningEmulation } from '../../harness/device/emulate.ts';
import type { Segment } from '../../harness/image/firmware-image.ts';
import { buildImage } from './lpc21isp-image.ts';

const TOOLS = ['lpc21isp', 'arm-none-eabi-gcc'];
const missing = TOOLS.filter((tool) => spawnSync(tool, [], { stdio: 'ignore' }).error);
const mayRun = missing.length === 0 || process.env.CI !== undefined;
if (!mayRun)
  process.stderr.write(`lpc21isp.test.ts skipped: ${missing.join(', ')} not installed\n`);

const folder = mkdtempSync(join(tmpdir(), 'flashrig-lpc21isp-'));
const flashFile = join(folder, 'board.flash');
let image: ReturnType<typeof buildImage>;
let running: RunningEmulation | null = null;

beforeAll(() => {
  if (mayRun) image = buildImage(folder);
});
afterAll(async () => {
  await running?.stop();
  rmSync(folder, { recursive: true });
});

/** In sector 21, far above the small image: for -wipe to take away. */
const OLD_DATA = { address: 0x70000, bytes: new Uint8Array(256) };

/** Virtual time runs ahead of the wall clock, so that the line is not what the test waits for. */
const start = async (ispPin: 'low' | 'high', images: Segment[] = []) => {
  running = await emulate({
    board: 'lpc2478-terminal',
    images,
    serial: { kind: 'pty', linkPath: join(folder, 'port') },
    uart: 0,
    pins: [{ pin: 'P2.10', level: ispPin }],
    flashFile: images.length > 0 ? null : flashFile,
    speed: 4,
  });
  return running;
};

function lpc21isp(args: readonly string[]): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('lpc21isp', [...args]);
    let text = '';
    child.stdout.on('data', (bytes) => {
      text += bytes;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, text }));
  });
}

test.runIf(mayRun)(
  'lpc21isp programs and verifies 108 KB, and the chip boots from them',
  async () => {
    expect(missing).toEqual([]);
    expect(image.bytes.length).toBeGreaterThan(100 * 1024);
    const board = await start('low');
    const programmed = await lpc21isp([
      '-verify',
      image.hexPath,
      join(folder, 'port'),
      '115200',
      '12000',
    ]);
    expect(programmed.text).toContain('LPC2478, 512 kiB FLASH');
    expect(programmed.text).toContain('Download Finished and Verified correct');
    expect(programmed.code).toBe(0);
    const summary = await board.stop();
    expect(summary.bytesIn).toBeGreaterThan(image.bytes.length);

    // lpc21isp puts the valid-code word at 14; every other byte is the image's.
    const expected = image.bytes.slice();
    expected.set(board.chip.flash.readView(0x14, 4), 0x14);
    expect(Buffer.compare(board.chip.flash.readView(0, expected.length), expected)).toBe(0);
    expect(board.chip.flash.operationsTotal).toBeGreaterThan(30);
    expect(board.chip.machine.events.summary().map(({ event }) => event.kind)).toEqual([]);

    // Another power-on, from the file, with the pin high: the program must run and find its table whole.
    const booted = await start('high');
    let console = '';
    booted.chip.uart(0).onTransmit = (byte) => {
      console += String.fromCharCode(byte);
    };
    for (let turn = 0; turn < 300 && !console.includes('\n'); turn++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(console).toBe(image.says);
    await booted.stop();
    running = null;
  },
);

test.runIf(mayRun)('lpc21isp -wipe erases all 28 sectors first', async () => {
  const board = await start('low', [OLD_DATA]);
  const small = join(folder, 'small.bin');
  writeFileSync(small, image.bytes.subarray(0, 4096));
  const port = join(folder, 'port');
  const wiped = await lpc21isp(['-wipe', '-bin', small, port, '57600', '12000']);
  expect(wiped.text).toContain('Download Finished');
  await board.stop();
  running = null;
  const { flash } = board.chip;
  expect(flash.readView(OLD_DATA.address, 256).every((byte) => byte === 0xff)).toBe(true);
  expect(Array.from({ length: 28 }, (_, sector) => flash.eraseCount(sector) > 0)).not.toContain(
    false,
  );
  expect(flash.readView(0x100, 3840)).toEqual(image.bytes.slice(0x100, 4096));
});
