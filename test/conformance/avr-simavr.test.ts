/** Lock-step of the AVR core against simavr on random instructions.
 *  FLASHRIG_LOCKSTEP=10000000 runs all of it; the default is what CI runs. */

import { afterAll, expect, test } from 'vitest';
import { runLockstep } from '../helpers/avr-lockstep.ts';
import { REASONS } from '../helpers/avr-lockstep-reasons.ts';
import { buildSimavr } from '../helpers/avr-oracle.ts';
import { AVR_PROGRAMS, compileAvr, lockstepProgram } from '../helpers/avr-program-lockstep.ts';

const CASES = Number(process.env['FLASHRIG_LOCKSTEP'] ?? 1_000_000);
const SEED = Number(process.env['FLASHRIG_SEED'] ?? 0x5eed);

const oracle = buildSimavr();
afterAll(() => oracle?.remove());

test.skipIf(oracle === null)(
  'AVR, random instructions: registers, SREG, SP, pc, cycles and memory equal simavr',
  async () => {
    const result = await runLockstep({ program: oracle!.program, cases: CASES, seed: SEED });
    const rows = [...result.counts].map(([name, count]) => `${name} ${count}`);
    console.log(rows.join(', '));
    for (const [reason, count] of result.excused)
      console.log(`${String(count).padStart(9)} excused: ${reason}`);
    console.log(`${result.cases} cases, ${result.instructions} instructions, seed ${SEED}`);
    expect(result.failures).toEqual([]);
    expect(result.cases).toBe(CASES);
    expect(Math.min(...result.counts.values())).toBeGreaterThanOrEqual(CASES / 200);
  },
);

test('lock-step reasons: each names its section of a manual and who follows it', () => {
  for (const { section, follows } of REASONS) {
    expect(section).toMatch(/^(AVR Instruction Set Manual|ATmega16U4\/32U4 data sheet), "/);
    expect(['core', 'simavr', 'both']).toContain(follows);
  }
});

const LEVELS = ['-O0', '-Os', '-O2', '-O3'] as const;
const PROGRAMS = AVR_PROGRAMS.flatMap((name) => LEVELS.map((level) => [name, level] as const));

test.skipIf(oracle === null || compileAvr('text', '-Os') === null).each(PROGRAMS)(
  'AVR, program %s compiled with %s: every instruction as in simavr, and the same in one slice',
  async (name, level) => {
    const share = Math.ceil(CASES / PROGRAMS.length);
    const result = await lockstepProgram(oracle!.program, compileAvr(name, level)!, share);
    console.log(`${name} ${level}: ${result.instructions} instructions, ${result.cycles} cycles`);
    expect(result.failure).toBe(null);
    expect(result.instructions).toBe(share);
  },
);
