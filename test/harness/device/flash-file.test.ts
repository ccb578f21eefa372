import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadFlashFile, saveFlashFile } from '../../../harness/device/flash-file.ts';
import { flashRig, row } from '../../emulator/flash/rig.ts';

const folder = mkdtempSync(join(tmpdir(), 'flashrig-flash-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('flash file: a torn, worn array comes back with the same cells, weak bits and wear', () => {
  const path = join(folder, 'board.flash');
  const first = flashRig();
  first.programNow(0x1000, row(0x3c));
  first.eraseNow(9);
  first.flash.beginProgram(0x2000, row(0));
  first.pass(500);
  first.flash.powerFail('weak-bits', 5);
  saveFlashFile(path, [first.flash]);
  expect(readdirSync(folder)).toEqual(['board.flash']);

  const second = flashRig();
  expect(loadFlashFile(path, [second.flash])).toBe(true);
  expect(second.flash.stateHash()).toBe(first.flash.stateHash());
  expect(second.flash.weakBitsIn(0x2000, 256)).toBeGreaterThan(1000);
  expect(second.flash.eraseCount(9)).toBe(1);
});

test('flash file: none there is no error; a truncated or foreign file is', () => {
  const flash = [flashRig().flash];
  expect(loadFlashFile(join(folder, 'none'), flash)).toBe(false);
  const path = join(folder, 'bad.flash');
  saveFlashFile(path, flash);
  truncateSync(path, 1000);
  expect(() => loadFlashFile(path, flash)).toThrow('it has 1000 bytes, expected 11');
  writeFileSync(path, ':020000040000FA\n');
  expect(() => loadFlashFile(path, flash)).toThrow('it does not begin as one');
  expect(() => loadFlashFile(folder, flash)).toThrow('it cannot be read');
});
