/** The flash of an emulated board in a file: cells, check bytes, weak cells and wear, so that a board has a life
 *  longer than one run. Saved under another name and then renamed: a torn file is never left behind. */

import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import type { NorArray } from '../../emulator/flash/nor-array.ts';
import { RigError } from '../errors.ts';

const MAGIC = 'flashrig flash 1\n';

const parts = (flash: NorArray): Uint8Array[] => {
  const { data, ecc, weakData, weakEcc } = flash.cells;
  return [data, ecc, weakData, weakEcc];
};

export function encodeFlash(flash: NorArray): Uint8Array {
  const { sectors } = flash.options;
  const erases = Uint32Array.from(sectors, ({ index }) => flash.eraseCount(index));
  return Buffer.concat([
    Buffer.from(MAGIC, 'latin1'),
    new Uint8Array(erases.buffer),
    ...parts(flash),
  ]);
}

/** Put a saved flash into the array. @throws RigError when the bytes are not of such a flash. */
export function decodeFlash(flash: NorArray, bytes: Uint8Array, path: string): void {
  const { sectors } = flash.options;
  const targets = parts(flash);
  let at = MAGIC.length;
  const expected = targets.reduce((sum, part) => sum + part.length, at + 4 * sectors.length);
  if (Buffer.from(bytes.subarray(0, at)).toString('latin1') !== MAGIC) {
    throw new RigError('FLASH_FILE', { path, problem: 'it does not begin as one' });
  }
  if (bytes.length !== expected) {
    const problem = `it has ${bytes.length} bytes, expected ${expected}`;
    throw new RigError('FLASH_FILE', { path, problem });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const { index } of sectors) {
    flash.setEraseCount(index, view.getUint32(at, true));
    at += 4;
  }
  for (const target of targets) {
    target.set(bytes.subarray(at, at + target.length));
    at += target.length;
  }
  flash.cells.changed(0, flash.options.bytes);
}

export function saveFlashFile(path: string, flash: NorArray): void {
  const next = `${path}.next`;
  try {
    const file = openSync(next, 'w');
    try {
      writeSync(file, encodeFlash(flash));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(next, path);
  } catch (cause) {
    rmSync(next, { force: true });
    throw new RigError('FLASH_FILE', { path, problem: 'it cannot be saved' }, cause);
  }
}

/** @returns false when there is no such file yet. */
export function loadFlashFile(path: string, flash: NorArray): boolean {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw new RigError('FLASH_FILE', { path, problem: 'it cannot be read' }, cause);
  }
  decodeFlash(flash, bytes, path);
  return true;
}
