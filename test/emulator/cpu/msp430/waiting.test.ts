/** Waiting loops of MSP430 programs are skipped, and nothing but the time it takes tells the difference. */

import { expect, test } from 'vitest';
import { assemble } from '../../../helpers/msp430-assembler.ts';
import { createMsp430Machine, TICKS } from '../../../helpers/msp430-machine.ts';

const PERIOD = 100_003 * TICKS;
const PERIODS = 6;
const CODE = 0x4000;
const HANDLER = 0x5000;

interface Trace {
  readonly times: readonly number[];
  readonly end: readonly number[];
  /** Ticks that were executed, not skipped. */
  readonly executed: number;
}

/** A timer with an interrupt every PERIOD; its handler counts in RAM, the program waits in `loop`. */
function runProgram(loop: string, skipWaiting: boolean, pureReads = true): Trace {
  const m = createMsp430Machine({ skipWaiting });
  const { machine, cpu } = m;
  const times: number[] = [];
  let executed = 0;
  const run = cpu.run.bind(cpu);
  cpu.run = () => {
    const start = machine.now;
    run();
    executed += machine.now - start;
  };
  let status = 0;
  m.onRead = () => {
    if (!pureReads) machine.bus.sideEffects++;
    return status;
  };
  m.onCall = (what) => what.startsWith('interrupt') && cpu.setInterrupt(6, false);
  const slot = machine.scheduler.register('timer', (due) => {
    times.push(due, cpu.pc, cpu.instructionCount);
    status = due % 7;
    cpu.setInterrupt(6, true);
    machine.scheduler.schedule(slot, due + PERIOD);
  });
  machine.scheduler.schedule(slot, PERIOD);
  m.load(0xffe0 + 12, [HANDLER]);
  m.load(HANDLER, assemble(HANDLER, 'inc &0x2100\nreti'));
  m.load(0x4100, assemble(0x4100, 'push r10\nmov r5, r10\npop r10\nret'));
  m.load(CODE, assemble(CODE, loop));
  m.set({ pc: CODE, sp: 0x2000, sr: 8, r5: 0x2100, r6: 200 });
  machine.runUntil(PERIODS * PERIOD);
  const memory = [...m.memory.subarray(0x1000, 0x3000)];
  return { times, end: [...cpu.state, ...memory, machine.now, cpu.instructionCount], executed };
}

// biome-ignore format: one row a loop
const WAITING: readonly (readonly [string, string])[] = [
  ['jump to itself', 'jmp 0x4000'],
  ['poll of a word in RAM', 'cmp @r5, r6\njne 0x4000\njmp 0x4004'],
  ['poll of a register with pure reads', 'bit.b #0x40, &0x60\njz 0x4000'],
  ['poll that calls a function', 'call #0x4100\nbit.b #0x40, &0x60\njz 0x4000'],
  ['poll that stores what is there already', 'mov &0x60, &0x2200\nmov.b r6, &0x2300\njmp 0x4000'],
  ['poll with interrupts off for a while', 'dint\nnop\ncmp @r5, r6\neint\njne 0x4000'],
];

test.each(WAITING)(
  'waiting loop, %s: skipped, and time, trace and state are as if not',
  (_name, loop) => {
    const skipped = runProgram(loop, true);
    const executed = runProgram(loop, false);
    expect(skipped.times).toEqual(executed.times);
    expect(skipped.end).toEqual(executed.end);
    expect(skipped.times.length).toBe(PERIODS * 3);
    expect(skipped.executed).toBeLessThan(executed.executed / 5);
  },
);

test.each<readonly [string, string, boolean]>([
  ['reads a register with side effects', 'bit.b #0x40, &0x60\njz 0x4000', false],
  ['counts in a register', 'inc r7\njmp 0x4000', true],
  ['counts in RAM', 'inc &0x2200\njmp 0x4000', true],
  ['stores to a peripheral', 'mov #0x5a80, &0x120\njmp 0x4000', true],
])('loop that %s: executed to the end, same result', (_name, loop, pureReads) => {
  const withSkip = runProgram(loop, true, pureReads);
  const without = runProgram(loop, false, pureReads);
  expect(withSkip.times).toEqual(without.times);
  expect(withSkip.end).toEqual(without.end);
  expect(withSkip.executed).toBe(without.executed);
});
