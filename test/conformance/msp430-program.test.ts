/** A whole program, the one of `npm run speed`, on the MSP430 core and in mspdebug's simulator: the same state
 *  after every few instructions, in cycles as well, and the same memory at the end. */

import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { assemble } from '../helpers/msp430-assembler.ts';
import { extraCycles } from '../helpers/msp430-lockstep-reasons.ts';
import { createMsp430Machine, SPACE_BYTES } from '../helpers/msp430-machine.ts';
import { findMspdebug, MspdebugOracle } from '../helpers/msp430-oracle.ts';

const CODE = 0x4000;
const ROUNDS = 1000;
/** Looks at all registers, and instructions from one to the next: a prime, so that they fall everywhere. */
const LOOKS = 400;
const STRIDE = 97;

const folder = new URL('../speed/', import.meta.url);
const source = readFileSync(new URL('workload-msp430.txt', folder), 'utf8');
const words = assemble(CODE, source);
const program = findMspdebug();
const oracle = program === null ? null : new MspdebugOracle(program);
afterAll(() => oracle?.close());

test('MSP430, the binary of the speed test: what its source assembles to', () => {
  const binary = readFileSync(new URL('workload-msp430.bin', folder));
  expect([...new Uint8Array(Uint16Array.from(words).buffer)]).toEqual([...binary]);
});

test.skipIf(oracle === null)(
  `MSP430, program of the speed test, every ${STRIDE} instructions: registers and cycles as in mspdebug`,
  async () => {
    const m = createMsp430Machine();
    m.load(CODE, words);
    m.set({ pc: CODE, r15: ROUNDS });
    await oracle!.putMemory(0, m.memory);
    const zero = Array.from({ length: 15 }, (_, i) => `set r${i + 1} 0`);
    await oracle!.run([[...zero, `set r15 ${ROUNDS}`, `set pc 0x${CODE.toString(16)}`]]);
    const theirs = await oracle!.run(Array.from({ length: LOOKS }, () => [`step ${STRIDE}`]));
    for (const [look, { registers, instructions, cycles }] of theirs.entries()) {
      let ours = 0;
      for (let i = 0; i < STRIDE; i++) {
        ours += extraCycles(m.word(m.cpu.pc));
        ours += m.steps(1);
      }
      const names = Array.from({ length: 16 }, (_, i) => `r${i}`).filter((name) => name !== 'r3');
      const wanted = registers.filter((_, i) => i !== 3);
      expect([look, ...m.get(...names)]).toEqual([look, ...wanted]);
      expect([look, STRIDE, ours]).toEqual([look, instructions, cycles]);
    }
    const memory = await oracle!.getMemory(0, SPACE_BYTES);
    expect(Buffer.from(m.memory).subarray(0x200).equals(memory.subarray(0x200))).toBe(true);
  },
);
