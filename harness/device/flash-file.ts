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

/** The arrays of a board one behind the other: erases of each sector, then the cells. */
export function encodeFlash(arrays: readonly NorArray[]): Uint8Array {
  const blocks = arrays.flatMap((flash) => {
    const { sectors } = flash.options;
    const erases = Uint32Array.from(sectors, ({ index }) => flash.eraseCount(index));
    return [new Uint8Array(erases.buffer), ...parts(flash)];
  });
  return Buffer.concat([Buffer.from(MAGIC, 'latin1'), ...blocks]);
}

/** Put a saved flash into the arrays. @throws RigError when the bytes are not of such a flash. */
export function decodeFlash(arrays: readonly NorArray[], bytes: Uint8Array, path: string): void {
  let at = MAGIC.length;
  const expected = arrays.reduce((sum, flash) => sum + savedBytes(flash), at);
  if (Buffer.from(bytes.subarray(0, at)).toString('latin1') !== MAGIC) {
    throw new RigError('FLASH_FILE', { path, problem: 'it does not begin as one' });
  }
  if (bytes.length !== expected) {
    const problem = `it has ${bytes.length} bytes, expected ${expected}`;
    throw new RigError('FLASH_FILE', { path, problem });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const flash of arrays) {
    for (const { index } of flash.options.sectors) {
      flash.setEraseCount(index, view.getUint32(at, true));
      at += 4;
    }
    for (const target of parts(flash)) {
      target.set(bytes.subarray(at, at + target.length));
      at += target.length;
    }
    flash.cells.changed(0, flash.options.bytes);
  }
}

const savedBytes = (flash: NorArray): number =>
  parts(flash).reduce((sum, part) => sum + part.length, 4 * flash.options.sectors.length);

export function saveFlashFile(path: string, arrays: readonly NorArray[]): void {
  const next = `${path}.next`;
  try {
    const file = openSync(next, 'w');
    try {
      writeSync(file, encodeFlash(arrays));
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
export function loadFlashFile(path: string, arrays: readonly NorArray[]): boolean {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw new RigError('FLASH_FILE', { path, problem: 'it cannot be read' }, cause);
  }
  decodeFlash(arrays, bytes, path);
  return true;
}
