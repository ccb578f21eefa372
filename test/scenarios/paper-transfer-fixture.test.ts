/** The paper's transfer (Bao 2021, Table 8) against the real agent and loader on the emulated chip:
 *  210.78 kB at its lost-message rates. The channel is a serial port at 115200 baud, not the paper's 4G. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeHex } from '../../harness/image/hex-write.ts';
import { APPLICATION_ADDRESS } from '../../harness/image/layout.ts';
import { packImage } from '../../harness/image/pack.ts';
import {
  PROGRAM_HEADER_ADDRESS,
  programCrc32,
  readProgramHeader,
} from '../../harness/image/program-header.ts';
import { readImage } from '../../harness/image/read-image.ts';
import { makeImage } from '../../harness/image/segments.ts';
import { Prng } from '../../harness/prng.ts';
import { verifyUpdate } from '../../harness/run-update.ts';
import { findScenario, requestOf } from '../../harness/scenarios.ts';
import { scratchDirectory } from '../helpers/cli.ts';

/** 210.78 * 1024 bytes: 844 segments of 256. */
const FILE_BYTES = 215_839;
const SEGMENTS = 844;
const LENGTH_FIELD = PROGRAM_HEADER_ADDRESS - APPLICATION_ADDRESS + 4;
const CRC_FIELD = LENGTH_FIELD + 4;

const scenario = findScenario('terminal-safe');
let longer = new Uint8Array(0);

/** The program with data behind it that no compression or erased byte could hide. */
async function longProgram(): Promise<Uint8Array<ArrayBuffer>> {
  const packed = packImage(await readImage(scenario.toPath));
  const program = new Uint8Array(FILE_BYTES);
  const random = new Prng(0x7e57);
  for (let i = 0; i < program.length; i++) program[i] = random.below(256);
  program.set(packed);
  const view = new DataView(program.buffer);
  view.setUint32(LENGTH_FIELD, FILE_BYTES, true);
  view.setUint32(CRC_FIELD, 0, true);
  view.setUint32(CRC_FIELD, programCrc32(program, APPLICATION_ADDRESS)!, true);
  return program;
}

beforeAll(async () => {
  longer = await longProgram();
});

describe('210.78 kB into the terminal', () => {
  test('program header, names the new length and the CRC over all of it', () => {
    const header = readProgramHeader(longer, APPLICATION_ADDRESS);
    expect(header).toMatchObject({ length: FILE_BYTES, version: '1.10' });
    expect(header?.crc32).toBe(programCrc32(longer, APPLICATION_ADDRESS));
  });
  test.each([3.4, 3.8])(
    '%d per cent of messages lost, the update ends with every byte there',
    async (percent) => {
      const toPath = join(scratchDirectory(), 'long.hex');
      const segments = [{ address: APPLICATION_ADDRESS, bytes: longer, what: 'program' }];
      writeFileSync(toPath, writeHex(makeImage('long.hex', 'hex', { segments })));
      const line = `drop=${percent / 100}`;
      const request = { ...requestOf(scenario, { kind: 'none' }, 1), scenario: null, toPath, line };
      const { cost, outcomes, verdict, failures } = await verifyUpdate(request, () => {});
      console.log(
        `${percent} %: ${cost.framesSent} messages down, ${cost.repeats} repeats, ` +
          `${(cost.deviceTimeUs / 60e6).toFixed(2)} minutes, ` +
          `${cost.flashPrograms} programs, ${cost.flashErases} erases`,
      );
      expect(verdict, JSON.stringify(failures)).toBe('safe');
      expect(outcomes.updated).toBe(1);
      // A request or its reply lost costs one repeat; three standard deviations of that either way.
      const expected = SEGMENTS * (1 / (1 - percent / 100) ** 2 - 1);
      expect(cost.framesSent - cost.repeats).toBeGreaterThanOrEqual(SEGMENTS);
      expect(Math.abs(cost.repeats - expected)).toBeLessThan(3 * Math.sqrt(expected));
    },
  );
});
