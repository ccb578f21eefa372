/** A rig around an Ez240 that runs a few instructions of a test instead of a runtime.
 *  Leaves out: an answer to the station, which sends to nobody. */

import type { PreparedUpdate } from '../../harness/prepare-update.ts';
import { UpdateRig } from '../../harness/update-rig.ts';
import { assemble } from './msp430-assembler.ts';

const CODE = 0xd000;
const RESET_VECTOR = 0xfffe;

/** Watchdog off, flash unlocked, its clock MCLK/2: 400 kHz. */
const START = `
  mov #0x3900, sp
  mov #0x5a80, &0x120
  mov #0xa541, &0x12a
  mov #0xa500, &0x12c
`;
export const ERASE = 'mov #0xa502, &0x128';
export const PROGRAM = 'mov #0xa540, &0x128';
export const STOP = 'end: jmp end';

const bytesOf = (words: readonly number[]): Uint8Array =>
  new Uint8Array(Uint16Array.from(words).buffer);

export function ez240Update(source: string): PreparedUpdate {
  const image = { name: 'test', sha256: '0'.repeat(64), bytes: 1, version: null };
  const code = bytesOf(assemble(CODE, START + source));
  return {
    board: 'ez240',
    scheme: 'deluge',
    scenario: null,
    factorySegments: [
      { address: CODE, bytes: code },
      { address: RESET_VECTOR, bytes: bytesOf([CODE]) },
    ],
    earlier: [],
    factoryFlash: null,
    plan: {
      scheme: 'deluge',
      file: Uint8Array.of(1),
      segmentBytes: 128,
      applicationAddress: 0x4000,
      expectedBytes: Uint8Array.of(1),
      expectedVersion: null,
      predicted: {
        ...{ frames: 1, bytesSent: 1 },
        flashPrograms: 0,
        flashErases: 0,
        growthBytes: 0,
        device: null,
      },
    },
    oldPacked: Uint8Array.of(0),
    oldVersion: null,
    symbols: [],
    images: { boot: image, via: [], from: image, to: image },
    line: '',
    seed: 7,
    resume: 'query',
    dialect: '376.1',
    engine: 'interpreter',
  };
}

/** Powered on, before the first instruction. */
export function ez240Rig(source: string): UpdateRig {
  const rig = new UpdateRig(ez240Update(source), true);
  rig.start('resumes');
  return rig;
}
