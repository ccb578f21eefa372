/** Lock-step of the MSP430 core against mspdebug's simulator on random programs.
 *  FLASHRIG_LOCKSTEP=10000000 runs all of it; the default is what CI runs. */

import { expect, test } from 'vitest';
import { PATTERNS } from '../../emulator/cpu/msp430/instruction-table.ts';
import { runLockstep } from '../helpers/msp430-lockstep.ts';
import { REASONS } from '../helpers/msp430-lockstep-reasons.ts';
import { findMspdebug } from '../helpers/msp430-oracle.ts';

const INSTRUCTIONS = Number(process.env['FLASHRIG_LOCKSTEP'] ?? 500_000);
/** Ten million instructions take seven minutes, most of them in mspdebug's way of printing. */
const TIMEOUT_MS = 1_800_000;
const SEED = Number(process.env['FLASHRIG_SEED'] ?? 0x5eed);

const program = findMspdebug();

test.skipIf(program === null)(
  'MSP430, random programs: registers, SR, pc, cycles and memory equal mspdebug',
  async () => {
    const result = await runLockstep({ program: program!, instructions: INSTRUCTIONS, seed: SEED });
    const rows = [...result.counts].map(([name, count]) => `${name} ${count}`);
    console.log(rows.join(', '));
    for (const [reason, count] of result.excused)
      console.log(`${String(count).padStart(9)} excused: ${reason}`);
    console.log(`${result.instructions} instructions, ${result.programs} programs, seed ${SEED}`);
    expect(result.failures).toEqual([]);
    expect(result.counts.size).toBe(PATTERNS.length);
    expect(Math.min(...result.counts.values())).toBeGreaterThanOrEqual(INSTRUCTIONS / 200);
  },
  TIMEOUT_MS,
);

test('lock-step reasons: each names its section of the manual and who follows it', () => {
  for (const { section, follows } of REASONS) {
    expect(section).toMatch(/^SLAU049F, \d/);
    expect(['core', 'mspdebug', 'neither']).toContain(follows);
  }
});
