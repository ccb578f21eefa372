import { expect, test } from 'vitest';
import { arm, at, flags, lr, pc, when } from '../../helpers/arm-assembler.ts';
import { type ArmMachine, createArmMachine, RAM } from '../../helpers/arm-machine.ts';

const DEVICE = 0xe000_0000;
const PERIOD = 100_003;

interface Trace {
  readonly times: number[];
  readonly end: unknown;
  readonly steps: number;
}

/** A timer that raises IRQ every PERIOD ticks; the handler counts, the main program waits in `loop`. */
function runProgram(loop: readonly number[], skipWaiting: boolean, pureReads: boolean): Trace {
  const m = createArmMachine({ skipWaiting });
  const { machine, cpu } = m;
  const times: number[] = [];
  let steps = 0;
  let status = 0;
  const run = cpu.run.bind(cpu);
  cpu.run = () => {
    steps++;
    run();
  };
  const slot = machine.scheduler.register('timer', (due) => {
    times.push(due, cpu.pc, cpu.instructionCount);
    status = due % 7;
    cpu.setInterrupt(0, true);
    machine.scheduler.schedule(slot, due + PERIOD);
  });
  machine.scheduler.schedule(slot, PERIOD);
  machine.bus.attach(DEVICE, DEVICE + 0xfff, {
    name: 'timer',
    pureReads,
    read: () => status,
    write: () => cpu.setInterrupt(0, false),
  });
  m.load(0x18, [
    arm.str(0, at(10)), // acknowledge
    arm.ldr(8, at(9)),
    arm.add(8, 8, 1),
    arm.str(8, at(9)),
    flags(arm.sub(pc, lr, 4)),
  ]);
  m.load(0x100, loop);
  start(m);
  machine.runUntil(2_000_000);
  const end = [...cpu.core.r, machine.now, cpu.instructionCount, m.word(RAM)];
  return { times, end, steps };
}
function start(m: ArmMachine): void {
  m.cpu.setRegister('cpsr', 0x1f);
  m.cpu.setRegister('r9', RAM);
  m.cpu.setRegister('r10', DEVICE);
  m.cpu.setRegister('pc', 0x100);
}

const branchToSelf = [arm.b(0)];
const pollRam = [arm.ldr(0, at(9)), arm.cmp(0, 200), when('cc', arm.b(-8)), arm.b(0)];
const pollDevice = [arm.ldr(0, at(10)), arm.tst(0, 8), when('eq', arm.b(-8)), arm.b(0)];

test.each([
  ['branch to itself', branchToSelf],
  ['poll of a RAM word', pollRam],
  ['poll of a register with pure reads', pollDevice],
])('waiting loop, %s: skipped, and time, trace and registers are as if not', (_name, loop) => {
  const skipped = runProgram(loop, true, true);
  const executed = runProgram(loop, false, true);
  expect(skipped.times).toEqual(executed.times);
  expect(skipped.end).toEqual(executed.end);
  expect(skipped.times.length).toBe(19 * 3);
  expect(skipped.steps).toBeLessThan(executed.steps / 2);
});

test.each([
  ['reads a register with side effects', pollDevice, false],
  ['counts', [arm.add(0, 0, 1), arm.b(-4)], true],
  ['stores', [arm.str(1, at(9, 4)), arm.b(-4)], true],
])('loop that %s: executed to the end, same result', (_name, loop, pureReads) => {
  const withSkip = runProgram(loop, true, pureReads);
  const without = runProgram(loop, false, pureReads);
  expect(withSkip.times).toEqual(without.times);
  expect(withSkip.end).toEqual(without.end);
  expect(withSkip.steps).toBeGreaterThan(without.steps * 0.9);
});
