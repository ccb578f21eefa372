/** The paper's transfer (Bao 2021, Table 8) against the real agent and loader on the emulated chip:
 *  210.78 kB at its lost-message rates. The channel is a serial port at 115200 baud, not the paper's 4G. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { APPLICATION_ADDRESS } from '../../harness/image/layout.ts';
import { programCrc32, readProgramHeader } from '../../harness/image/program-header.ts';
import { verifyUpdate } from '../../harness/run-update.ts';
import { findScenario, requestOf } from '../../harness/scenarios.ts';
import { scratchDirectory } from '../helpers/cli.ts';
import { LONG_BYTES, longProgram, programHex } from '../helpers/long-program.ts';

const SEGMENTS = 844;

const scenario = findScenario('terminal-safe');
let longer = new Uint8Array(0);

beforeAll(async () => {
  longer = await longProgram(scenario.toPath);
});

describe('210.78 kB into the terminal', () => {
  test('program header, names the new length and the CRC over all of it', () => {
    const header = readProgramHeader(longer, APPLICATION_ADDRESS);
    expect(header).toMatchObject({ length: LONG_BYTES, version: '1.10' });
    expect(header?.crc32).toBe(programCrc32(longer, APPLICATION_ADDRESS));
  });
  test.each([3.4, 3.8])(
    '%d per cent of messages lost, the update ends with every byte there',
    async (percent) => {
      const toPath = join(scratchDirectory(), 'long.hex');
      writeFileSync(toPath, programHex(longer));
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
