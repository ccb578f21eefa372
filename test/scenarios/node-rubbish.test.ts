/** Wrong patches for the ATmega32U4 node, sent with a right check of the transport: the agent itself has to
 *  refuse them before it erases anything of the application, and the old version runs on.
 *  Source: firmware-fixtures/atmega32u4/README.md, "Course of an update". */

import { describe, expect, test } from 'vitest';
import { crc16 } from '../../harness/crc16.ts';
import type { PreparedUpdate } from '../../harness/prepare-update.ts';
import { prepareNode, runClean, withFile } from '../helpers/node-update.ts';

const PAGE_BYTES = 128;
const OLD_BYTES = 2;
const OLD_CRC = 4;
const NEW_BYTES = 6;

const pagesOf = (bytes: number): number => Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;

function expectRefused(update: PreparedUpdate, file: Uint8Array, what: string): void {
  const { verdict, seen } = runClean(withFile(update, file));
  const application = pagesOf(Math.max(update.oldPacked.length, update.plan.expectedBytes.length));
  const touched = seen.operations.filter(({ address }) => address < application);
  expect(touched, `${what}: operations in the application`).toEqual([]);
  expect(verdict.outcome, what).toBe('kept-old');
}

/** Change 16-bit fields of the envelope, with a CRC that fits again. */
function resealed(file: Uint8Array, fields: Readonly<Record<number, number>>): Uint8Array {
  const changed = file.slice();
  const view = new DataView(changed.buffer);
  for (const [at, value] of Object.entries(fields)) view.setUint16(Number(at), value, true);
  view.setUint16(file.length - 2, crc16(changed.subarray(0, file.length - 2)), true);
  return changed;
}

describe.each(['dg-safe', 'dg', 'r3diff'] as const)('%s', (scheme) => {
  test('the right patch updates, so that the refusals below mean something', async () => {
    expect(runClean(await prepareNode(scheme, 'app-v1', 'app-v2')).verdict.outcome).toBe('updated');
  });

  test('a flipped bit in any byte', async () => {
    const update = await prepareNode(scheme, 'app-v1', 'app-v2');
    const { file } = update.plan;
    for (let at = 0; at < file.length; at++) {
      const damaged = file.slice();
      damaged[at] = damaged[at]! ^ (1 << (at % 8));
      expectRefused(update, damaged, `bit ${at % 8} of byte ${at}`);
    }
  });

  test('a truncated patch', async () => {
    const update = await prepareNode(scheme, 'app-v1', 'app-v2');
    const { file } = update.plan;
    for (let length = 1; length < file.length; length += 3) {
      expectRefused(update, file.subarray(0, length), `the first ${length} bytes`);
    }
  });

  test('a patch for another base image', async () => {
    const update = await prepareNode(scheme, 'app-v1', 'app-v2');
    const other = await prepareNode(scheme, 'app-v2', 'app-v1');
    expectRefused(update, other.plan.file, 'a patch for the new image');
    const { file } = update.plan;
    const crc = file[OLD_CRC]! | (file[OLD_CRC + 1]! << 8);
    expectRefused(update, resealed(file, { [OLD_CRC]: crc ^ 1 }), 'another CRC of the base');
    const bytes = update.oldPacked.length;
    expectRefused(update, resealed(file, { [OLD_BYTES]: bytes - 1 }), 'another length of the base');
  });

  test('a new image larger than the application space', async () => {
    const update = await prepareNode(scheme, 'app-v1', 'app-v2');
    const { file } = update.plan;
    for (const bytes of [0x6f01, 0x7000, 0x8000, 0xffff]) {
      expectRefused(update, resealed(file, { [NEW_BYTES]: bytes }), `${bytes} bytes`);
    }
  });

  test('something that is no patch', async () => {
    const update = await prepareNode(scheme, 'app-v1', 'app-v2');
    expectRefused(update, Uint8Array.of(0x44), 'one byte');
    expectRefused(update, new Uint8Array(700).fill(0xff), 'erased flash');
    // From its start it would be a whole image, cut short: that one is known by its end only (scheme full).
    expectRefused(update, update.oldPacked.subarray(0x1000, 0x1400), 'code');
  });
});
