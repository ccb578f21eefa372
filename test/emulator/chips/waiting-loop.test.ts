import { expect, test } from 'vitest';
import { ascii, chipRig, program } from './rig.ts';

/** CPU slices that a run takes. */
function slices(rig: ReturnType<typeof chipRig>, us: number): number {
  const { cpu } = rig.chip;
  const run = cpu.run.bind(cpu);
  let count = 0;
  cpu.run = () => {
    count++;
    run();
  };
  rig.pass(us);
  cpu.run = run;
  return count;
}

test('waiting loop on an empty UART, an hour of it, takes a few slices and counts its instructions', () => {
  const rig = chipRig(program('poll'));
  rig.chip.powerOn();
  rig.pass(10_000);
  const before = rig.chip.cpu.instructionCount;
  expect(slices(rig, 3_600e6)).toBeLessThan(10);
  expect(rig.chip.cpu.instructionCount - before).toBeGreaterThan(1e9);
});

test('waiting loop on a UART, a character on its way, ends when the character is there', () => {
  const rig = chipRig(program('poll'));
  const { chip, sent } = rig;
  chip.uart(0).setPeer({ baud: 9_600, parity: 'none', stopBits: 1 });
  chip.powerOn();
  rig.pass(10_000);
  const start = chip.machine.now;
  chip.uart(0).send(ascii('Q'), start + rig.ticks(500_000));
  let first = 0;
  chip.uart(0).onTransmit = (byte, from) => {
    sent[0]!.push(byte);
    first ||= from;
  };
  rig.pass(600_000);
  expect(sent[0]).toEqual([0x51, 0x51]);
  const delay = first - start - rig.ticks(500_000) - 1500_000;
  expect(delay).toBeGreaterThan(0);
  expect(delay).toBeLessThan(rig.ticks(30));
});

test('loop that reads a running timer, is never skipped', () => {
  const rig = chipRig(program('timer-wait'));
  rig.chip.powerOn();
  rig.pass(4_000);
  const start = rig.chip.machine.now;
  rig.pass(60_000);
  expect(rig.chip.pin('P2.0')).toBe('low');
  rig.chip.machine.runUntil(start + rig.ticks(101_000));
  expect(rig.chip.pin('P2.0')).toBe('high');
});
