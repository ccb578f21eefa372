/** Waiting loops of AVR programs are skipped, and nothing but the time it takes tells the difference. */

import { expect, test } from 'vitest';
import { avr } from '../../../helpers/avr-assembler.ts';
import { createAvrMachine, TICKS } from '../../../helpers/avr-machine.ts';

const PERIOD = 100_003 * TICKS;
const PERIODS = 6;
const STATUS = 0x3e;

interface Trace {
  readonly times: readonly number[];
  readonly end: readonly number[];
  /** Cycles that were executed, not skipped. */
  readonly executed: number;
}

/** A timer with an interrupt every PERIOD; its handler counts in SRAM, the program waits in `loop`. */
function runProgram(loop: readonly number[], skipWaiting: boolean, pureReads: boolean): Trace {
  const m = createAvrMachine({ skipWaiting });
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
  m.kinds[STATUS] = 1;
  m.onRead = () => {
    if (!pureReads) machine.bus.sideEffects++;
    return status;
  };
  m.onCall = (what) => {
    if (what.startsWith('interrupt')) cpu.setInterrupt(20, false);
  };
  const slot = machine.scheduler.register('timer', (due) => {
    times.push(due, cpu.pc, cpu.instructionCount);
    status = due % 7;
    cpu.setInterrupt(20, true);
    machine.scheduler.schedule(slot, due + PERIOD);
  });
  machine.scheduler.schedule(slot, PERIOD);
  m.load(0x20, [avr.ret]);
  m.load(40, [...avr.lds(20, 0x200), avr.inc(20), ...avr.sts(0x200, 20), avr.reti]);
  m.load(0x100, loop);
  m.set({ pc: 0x200, sreg: 0x80, x: 0x200, r17: 200 });
  machine.runUntil(PERIODS * PERIOD);
  return { times, end: [...cpu.state, machine.now, cpu.instructionCount], executed };
}

const call = (from: number): number => avr.rcall(0x20 - from - 1);

// biome-ignore format: one row a loop
const WAITING: readonly [string, readonly number[]][] = [
  ['jump to itself', [avr.rjmp(-1)]],
  ['poll of a byte in SRAM', [avr.ld(16, 'x'), avr.cp(16, 17), avr.brbs(0, -3), avr.rjmp(-1)]],
  ['poll of a register with pure reads', [avr.sbis(STATUS - 0x20, 6), avr.rjmp(-2)]],
  ['poll that calls a function', [call(0x100), avr.in(18, STATUS - 0x20), avr.cpi(18, 9), avr.brbc(1, -4)]],
  ['poll that saves registers and stores what is there already',
    [avr.push(17), avr.in(18, STATUS - 0x20), ...avr.sts(0x300, 18), avr.pop(17), avr.rjmp(-6)]],
  ['poll with interrupts off for a while', [avr.in(0, 0x3f), avr.cli, avr.ld(16, 'x'), avr.out(0x3f, 0), avr.rjmp(-5)]],
];

test.each(WAITING)(
  'waiting loop, %s: skipped, and time, trace and state are as if not',
  (_name, loop) => {
    const skipped = runProgram(loop, true, true);
    const executed = runProgram(loop, false, true);
    expect(skipped.times).toEqual(executed.times);
    expect(skipped.end).toEqual(executed.end);
    expect(skipped.times.length).toBe(PERIODS * 3);
    expect(skipped.executed).toBeLessThan(executed.executed / 5);
  },
);

// biome-ignore format: one row a loop
test.each<readonly [string, readonly number[], boolean]>([
  ['reads a register with side effects', [avr.sbis(STATUS - 0x20, 6), avr.rjmp(-2)], false],
  ['counts in a register', [avr.inc(18), avr.rjmp(-2)], true],
  ['counts in SRAM', [...avr.lds(18, 0x300), avr.inc(18), ...avr.sts(0x300, 18), avr.rjmp(-6)], true],
  ['resets the watchdog', [avr.wdr, avr.rjmp(-2)], true],
])('loop that %s: executed to the end, same result', (_name, loop, pureReads) => {
  const withSkip = runProgram(loop, true, pureReads);
  const without = runProgram(loop, false, pureReads);
  expect(withSkip.times).toEqual(without.times);
  expect(withSkip.end).toEqual(without.end);
  expect(withSkip.executed).toBe(without.executed);
});
