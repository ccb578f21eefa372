/** An Ez240 that gets wrong files, and what has to be true of it after each.
 *  Source: firmware-fixtures/msp430f1611/README.md, "Files". Leaves out: cuts. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { crc16 } from '../../harness/crc16.ts';
import { freshNode, planInSitu, readProgram } from '../../harness/plan/easilir/index.ts';
import { FIXTURES_ROOT } from '../../harness/scenarios.ts';
import { FIXTURE_STATION } from '../../harness/transport/power-load/defaults.ts';
import { createUploadSession } from '../../harness/transport/power-load/upload-session.ts';
import type { SessionResult } from '../../harness/transport/session.ts';
import { createProbe } from '../../harness/transport/stations.ts';
import { fileOf } from './ez240-files.ts';
import { type Ez240Node, startNode } from './ez240-node.ts';
import { loadSegments } from './msp430-image.ts';

const elf = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(join(FIXTURES_ROOT, 'msp430f1611', 'images', `${name}.elf`)));
const sensorProgram = (name: string) => readProgram(elf(name), name);

export const BLINK = sensorProgram('blink');
/** Case 3: a REPLACE and an INSERT that needs the ifunction area. */
export const IF_ELSE = planInSitu(freshNode(BLINK), sensorProgram('blink-if-else-3'));

/** Two sectors of external flash may be erased before a reply; 65,280 bytes take minutes. */
const TIMEOUT_US = 1e6;
const LIMIT_US = 600e6;

export interface Rubbish {
  readonly what: string;
  readonly file: Uint8Array;
}

export const sensorNode = (app = 'blink', runtime = 'runtime'): Ez240Node =>
  startNode(elf(runtime), loadSegments(elf(app)));

export const sent = (node: Ez240Node, packed: Uint8Array, expectedVersion: string): SessionResult =>
  node.talk(
    createUploadSession({
      ...FIXTURE_STATION,
      ...{ packed, segmentBytes: 128, expectedVersion },
      ...{ resume: 'query', seed: 1, timeoutUs: TIMEOUT_US, retransmissions: 1 },
    }),
    LIMIT_US,
  ).result;

export const versionOf = (node: Ez240Node): string | null =>
  node.talk(createProbe('376.1')).result.deviceVersion;

export function expectRefused(node: Ez240Node, { what, file }: Rubbish, version = '1.00'): void {
  const { flash } = node.board.chip;
  const before = flash.operationsTotal;
  expect(sent(node, file, '1.03').state, what).toBe('failed');
  expect(versionOf(node), what).toBe(version);
  expect(flash.operationsTotal, `${what}: program flash`).toBe(before);
}

export function expectTaken(node: Ez240Node, file: Uint8Array, version: string): void {
  const { state, deviceVersion } = sent(node, file, version);
  expect({ state, deviceVersion }).toEqual({ state: 'done', deviceVersion: version });
}

/** The file with a CRC-16 that fits what is before it. */
export function resealed(file: Uint8Array): Uint8Array {
  const sealed = file.slice();
  const end = file.length - 2;
  new DataView(sealed.buffer).setUint16(end, crc16(sealed.subarray(0, end)), true);
  return sealed;
}

const NONE = new Uint8Array(0);

/** A file under a right envelope whose commands make Blink of Blink.
 *  @param areas what the envelope says of the ifunction area before and afterwards. */
export const fileFor = (
  kind: number,
  commands: readonly number[],
  { before = NONE, area = NONE }: { readonly before?: Uint8Array; readonly area?: Uint8Array } = {},
): Uint8Array =>
  fileOf(
    kind,
    { image: BLINK.image, area: before },
    { image: BLINK.image, area },
    Uint8Array.from(commands),
  );

/** Cells `from` to `to` that neither an erase nor a program changes any more. */
export function stickExternalFlash(node: Ez240Node, from: number, to: number, value: number): void {
  const { flash } = node.board.externalFlash;
  const hold = (first: number, end: number): void => {
    if (first < end) flash.load(first, new Uint8Array(end - first).fill(value));
  };
  hold(from, to);
  flash.doneListeners.push(({ address, bytes }) =>
    hold(Math.max(from, address), Math.min(to, address + bytes)),
  );
}
