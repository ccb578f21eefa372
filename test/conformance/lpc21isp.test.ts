/** The stock programmer as a judge of ISP, flash and boot: it programs the emulated chip through a pty. */

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emulate, type RunningEmulation } from '../../harness/device/emulate.ts';
import type { Segment } from '../../harness/image/firmware-image.ts';
import { mergeHexText, mergeImages } from '../../harness/image/merge.ts';
import { packImage } from '../../harness/image/pack.ts';
import { parseImage } from '../../harness/image/read-image.ts';
import { findScenario } from '../../harness/scenarios.ts';
import { longProgram, programHex } from '../helpers/long-program.ts';
import { needPeer } from '../helpers/peers.ts';

const folder = mkdtempSync(join(tmpdir(), 'flashrig-lpc21isp-'));
const flashFile = join(folder, 'board.flash');
const dyMain = join(folder, 'dy-main.hex');
const port = join(folder, 'port');
/** What the chip must hold: loader and application, from address 0. */
let expected = new Uint8Array(0);
let running: RunningEmulation | null = null;

/** The paper's dy-main.hex: the real loader, and the real application at the paper's length. */
beforeAll(async () => {
  const { bootPath, fromPath } = findScenario('terminal-safe');
  const bootText = readFileSync(bootPath, 'utf8');
  const mainText = programHex(await longProgram(fromPath));
  const read = (text: string, name: string) => parseImage(new TextEncoder().encode(text), name);
  const merged = mergeImages(read(bootText, 'boot.hex'), read(mainText, 'main.hex'));
  const text = mergeHexText(bootText, mainText, merged);
  writeFileSync(dyMain, text);
  // lpc21isp fills the gap behind the loader with zeros.
  expected = Uint8Array.from(packImage(read(text, 'dy-main.hex'), { from: 0, fill: 0 }));
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
    serial: { kind: 'pty', linkPath: port },
    port: 'console',
    pins: [{ pin: 'P2.10', level: ispPin }],
    flashFile: images.length > 0 ? null : flashFile,
    speed: 4,
  });
  return running;
};

/** In a folder of its own, since it leaves a debug file where it runs. */
function lpc21isp(args: readonly string[]): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('lpc21isp', [...args], { cwd: folder });
    let text = '';
    child.stdout.on('data', (bytes) => {
      text += bytes;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, text }));
  });
}

describe.skipIf(needPeer('lpc21isp') === null)('lpc21isp', () => {
  test('programs and verifies dy-main.hex, more than 200 KB, and the terminal boots from it', async () => {
    expect(expected.length).toBeGreaterThan(200 * 1024);
    const board = await start('low');
    const programmed = await lpc21isp(['-verify', dyMain, port, '115200', '12000']);
    expect(programmed.text).toContain('LPC2478, 512 kiB FLASH');
    expect(programmed.text).toContain('Download Finished and Verified correct');
    expect(programmed.code).toBe(0);
    const summary = await board.stop();
    expect(summary.bytesIn).toBeGreaterThan(expected.length);
    // Every byte, the valid-code word at 14 included, which lpc21isp computes too.
    expect(Buffer.compare(board.board.flash.readView(0, expected.length), expected)).toBe(0);
    expect(board.board.machine.events.summary().map(({ event }) => event.kind)).toEqual([]);

    // Another power-on, from the file, with the pin high: the loader checks the CRC over all of it.
    const booted = await start('high');
    let console = '';
    booted.board.consolePort!.onTransmit = (byte) => {
      console += String.fromCharCode(byte);
    };
    for (let turn = 0; turn < 300 && !console.includes('\n'); turn++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(console).toContain('terminal 1.00 ready');
    await booted.stop();
    running = null;
  });

  test('-wipe erases all 28 sectors first', async () => {
    const board = await start('low', [OLD_DATA]);
    const small = join(folder, 'small.bin');
    writeFileSync(small, expected.subarray(0, 4096));
    const wiped = await lpc21isp(['-wipe', '-bin', small, port, '57600', '12000']);
    expect(wiped.text).toContain('Download Finished');
    await board.stop();
    running = null;
    const { flash } = board.board;
    expect(flash.readView(OLD_DATA.address, 256).every((byte) => byte === 0xff)).toBe(true);
    const erases = flash.erasesBySector().slice(0, 28);
    expect(erases.filter((count) => count === 0)).toEqual([]);
    expect(flash.readView(0x100, 3840)).toEqual(expected.slice(0x100, 4096));
  });
});
