/** The stock programmer as a judge of USART, SPM, EEPROM and boot: it programs the emulated chip through a pty. */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { EEPROM_START } from '../../emulator/flash/avr-nvm.ts';
import { emulate, type RunningEmulation } from '../../harness/device/emulate.ts';
import { writeHex } from '../../harness/image/hex-write.ts';
import { readImage } from '../../harness/image/read-image.ts';
import { makeImage } from '../../harness/image/segments.ts';
import { Prng } from '../../harness/prng.ts';
import { FIXTURES_ROOT } from '../../harness/scenarios.ts';
import { needPeer } from '../helpers/peers.ts';

const folder = mkdtempSync(join(tmpdir(), 'flashrig-avrdude-'));
const file = (name: string) => join(folder, name);
const fixture = (name: string) => join(FIXTURES_ROOT, 'atmega32u4', 'images', `${name}.hex`);
const port = file('port');
const BOOT_START = 0x7000;
/** Not a whole number of pages. */
const SHORT_BYTES = 7000;
const EEPROM_BYTES = 300;

/** A real application as it is: it must run afterwards. */
let program: Uint8Array = new Uint8Array(0);
/** `rjmp .`, and behind it what no erased byte and no shifted page could pass for. */
const short = new Prng(0x109).bytes(SHORT_BYTES);
short.set([0xff, 0xcf]);
const eeprom = new Prng(0xee).bytes(EEPROM_BYTES);
let running: RunningEmulation | null = null;

const saveHex = (name: string, bytes: Uint8Array, address = 0) => {
  const image = makeImage(name, 'hex', { segments: [{ address, bytes, what: name }] });
  writeFileSync(file(name), writeHex(image));
};

beforeAll(async () => {
  const { segments } = await readImage(fixture('app-v1'));
  const { address, bytes } = segments[0]!;
  expect([segments.length, address]).toEqual([1, 0]);
  program = bytes;
  saveHex('program.hex', program);
  saveHex('short.hex', short);
  saveHex('eeprom.hex', eeprom);
  return () => rmSync(folder, { recursive: true });
});
afterEach(async () => {
  await running?.stop();
  running = null;
});

/** Loader and, if wanted, the real application. Virtual time runs ahead of the wall clock, so that the line is
 *  not what the test waits for. */
async function start(application: 'blank' | 'app-v1' = 'blank'): Promise<RunningEmulation> {
  const files = application === 'blank' ? ['avr109'] : ['avr109', application];
  const images = await Promise.all(files.map((name) => readImage(fixture(name))));
  running = await emulate({
    board: 'atmega32u4-node',
    images: images.flatMap(({ segments }) => segments),
    serial: { kind: 'pty', linkPath: port },
    peer: { baud: 38_400, parity: 'none', stopBits: 1 },
    speed: 6,
  });
  return running;
}

interface Ended {
  readonly code: number | null;
  readonly text: string;
}
function begin(...args: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const line = ['-c', 'avr109', '-p', 'm32u4', '-P', port, '-b', '38400', ...args];
  const child = spawn('avrdude', line, { cwd: folder });
  let text = '';
  child.stderr.on('data', (bytes) => {
    text += bytes;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, text }));
  });
  return { child, ended };
}
const avrdude = (...args: string[]): Promise<Ended> => begin(...args).ended;

const turns = async (until: () => boolean) => {
  for (let turn = 0; turn < 500 && !until(); turn++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
const flashOf = ({ board }: RunningEmulation, from: number, bytes: number): Buffer =>
  Buffer.from(board.flash.readView(from, bytes));
const isErased = (chip: RunningEmulation, from: number, bytes: number): boolean =>
  flashOf(chip, from, bytes).every((byte) => byte === 0xff);
const events = ({ board }: RunningEmulation): string[] =>
  board.machine.events.summary().map(({ event }) => `${event.kind}: ${event.detail}`);
const isInApplication = ({ board }: RunningEmulation): boolean =>
  board.machine.bus.currentPc < BOOT_START;

describe.skipIf(needPeer('avrdude') === null)('avrdude', () => {
  test('-c avr109 -D programs and verifies more than 20 KB, EEPROM too, and starts the application', async () => {
    expect(program.length).toBeGreaterThan(20 * 1024);
    const chip = await start();
    const { code, text } = await avrdude(
      ...['-D', '-U', 'flash:w:program.hex:i', '-U', 'eeprom:w:eeprom.hex:i'],
    );
    expect(text).toContain(`${program.length} bytes of flash verified`);
    expect(text).toContain(`${EEPROM_BYTES} bytes of eeprom verified`);
    expect(code).toBe(0);
    expect(flashOf(chip, 0, program.length).equals(program)).toBe(true);
    expect(flashOf(chip, EEPROM_START, EEPROM_BYTES).equals(eeprom)).toBe(true);
    const summary = await chip.stop();
    running = null;
    expect(summary.bytesIn).toBeGreaterThan(program.length);
    expect(summary.bytesOut).toBeGreaterThan(program.length);
    expect(isInApplication(chip)).toBe(true);
    expect(events(chip)).toEqual([]);
  });

  test('reads back all flash, EEPROM, fuses and lock bits after a reset by pin', async () => {
    const chip = await start('app-v1');
    await turns(() => isInApplication(chip));
    expect(isInApplication(chip)).toBe(true);
    chip.board.load(EEPROM_START, eeprom);
    chip.board.pulseResetLine();
    const { code } = await avrdude(
      ...['-A', '-U', 'flash:r:flash.bin:r', '-U', 'eeprom:r:eeprom.bin:r'],
      ...['-U', 'lfuse:r:lfuse.bin:r', '-U', 'hfuse:r:hfuse.bin:r', '-U', 'efuse:r:efuse.bin:r'],
      ...['-U', 'lock:r:lock.bin:r'],
    );
    expect(code).toBe(0);
    const read = (name: string) => readFileSync(file(`${name}.bin`));
    expect(read('flash').equals(flashOf(chip, 0, 0x8000))).toBe(true);
    expect(read('eeprom').equals(flashOf(chip, EEPROM_START, 1024))).toBe(true);
    const single = ['lfuse', 'hfuse', 'efuse', 'lock'].map((name) => read(name)[0]);
    expect(single).toEqual([0xff, 0xd8, 0xcb, 0xef]);
    expect(events(chip)).toEqual([]);
  });

  test('-e erases the application and not the loader, which a blank chip stays in after power-on', async () => {
    const chip = await start('app-v1');
    chip.board.pulseResetLine();
    const loader = flashOf(chip, BOOT_START, 0x1000);
    expect((await avrdude('-e')).code).toBe(0);
    expect(isErased(chip, 0, BOOT_START)).toBe(true);
    expect(flashOf(chip, BOOT_START, 0x1000).equals(loader)).toBe(true);
    chip.board.powerOff();
    chip.board.powerOn();
    const again = await avrdude('-U', 'flash:w:short.hex:i');
    expect(again.text).toContain(`${SHORT_BYTES} bytes of flash verified`);
    expect(again.code).toBe(0);
    expect(events(chip)).toEqual([]);
  });

  test('killed in the middle, the loader still answers, and a second run succeeds', async () => {
    const chip = await start();
    const { child, ended } = begin('-D', '-U', 'flash:w:short.hex:i');
    await turns(() => !isErased(chip, 0x0880, 128));
    child.kill('SIGKILL');
    expect((await ended).code).toBe(null);
    expect(flashOf(chip, 0, 0x0880).equals(short.subarray(0, 0x0880))).toBe(true);
    expect(isErased(chip, 0x1800, BOOT_START - 0x1800)).toBe(true);
    const again = await avrdude('-D', '-U', 'flash:w:short.hex:i');
    expect(again.text).toContain(`${SHORT_BYTES} bytes of flash verified`);
    expect(again.code).toBe(0);
    expect(flashOf(chip, 0, SHORT_BYTES).equals(short)).toBe(true);
    expect(events(chip)).toEqual([]);
  });

  test('an image that reaches into the loader is refused, and the loader is as it was', async () => {
    const chip = await start();
    const loader = flashOf(chip, BOOT_START, 0x1000);
    saveHex('inside.hex', new Prng(1).bytes(256), BOOT_START - 128);
    const { code, text } = await avrdude('-D', '-U', 'flash:w:inside.hex:i');
    expect(text).toContain('did not respond to command: write block');
    expect(code).not.toBe(0);
    expect(isErased(chip, BOOT_START - 128, 128)).toBe(false);
    expect(events(chip)).toEqual([]);
    expect(flashOf(chip, BOOT_START, 0x1000).equals(loader)).toBe(true);
  });
});
