import { expect, test } from 'vitest';
import type { Arm7tdmi } from '../../../emulator/cpu/arm7tdmi/index.ts';
import { ascii, chipRig, program } from './rig.ts';

const MESSAGE = ascii('The quick brown fox jumps over the lazy dog, and then it does so again.');

/** Hash of every instruction's address and time from here on, and all bytes sent with their times. */
function trace(rig: ReturnType<typeof chipRig>) {
  const { chip } = rig;
  let hash = 0;
  const sent: string[] = [];
  (chip.cpu as Arm7tdmi).onInstruction = (pc) => {
    hash = (Math.imul(hash ^ pc, 16777619) + (chip.machine.now % 0x7fff_ffff)) | 0;
  };
  chip.uarts.forEach((uart, n) => {
    uart.onTransmit = (byte, start, end) => sent.push(`${n}:${byte}@${start}-${end}`);
  });
  return { result: () => ({ hash, sent }), restart: () => (hash = 0) };
}

/** All but how much of it the host really executed, which is no state of the chip. */
function wholeMemory({ chip }: ReturnType<typeof chipRig>): Uint8Array {
  const { memory } = chip.machine;
  const bytes = memory.u8.slice();
  const tally = memory.regions.find(({ name }) => name === 'tally of skipped instructions')!;
  bytes.fill(0, tally.offset, tally.offset + tally.bytes);
  return bytes;
}

test('LPC2478, restored in the middle of interrupts and reception, repeats the run bit for bit', () => {
  const rig = chipRig(program('echo'));
  const { chip, pass } = rig;
  chip.uart(1).setPeer({ baud: 115_200, parity: 'even', stopBits: 1 });
  chip.powerOn();
  pass(15_000);
  chip.uart(1).send(MESSAGE);
  pass(2_345);
  const snapshot = chip.machine.takeSnapshot();
  const run = () => {
    const { result } = trace(rig);
    chip.machine.runUntil(snapshotTime + rig.ticks(30_000));
    return { ...result(), memory: wholeMemory(rig) };
  };
  const snapshotTime = chip.machine.now;
  const first = run();
  expect(first.sent.length).toBeGreaterThan(60);
  chip.machine.restoreSnapshot(snapshot);
  const second = run();
  expect(second.hash).toBe(first.hash);
  expect(second.sent).toEqual(first.sent);
  expect(Buffer.compare(second.memory, first.memory)).toBe(0);
});

test('LPC2478, run in one piece or in many, comes to the same memory: skipped loops are exact', () => {
  const whole = chipRig(program('poll'));
  const pieces = chipRig(program('poll'));
  for (const { chip } of [whole, pieces]) {
    chip.uart(0).setPeer({ baud: 9_600, parity: 'none', stopBits: 1 });
    chip.powerOn();
    chip.uart(0).send(ascii('abc'), chip.machine.now + 1_440_000 * 50);
  }
  const end = whole.ticks(200_000);
  whole.chip.machine.runUntil(end);
  for (let at = 0; at <= end; at += end / 1_999) pieces.chip.machine.runUntil(Math.floor(at));
  pieces.chip.machine.runUntil(end);
  expect(pieces.chip.machine.now).toBe(whole.chip.machine.now);
  expect(pieces.sent[0]).toEqual(whole.sent[0]);
  expect(whole.sent[0]).toHaveLength(6);
  expect(pieces.chip.cpu.instructionCount).toBe(whole.chip.cpu.instructionCount);
  const memories = [pieces, whole].map(wholeMemory);
  expect(Buffer.compare(memories[0]!, memories[1]!)).toBe(0);
});

test('LPC2478, the same program without skipping waiting loops, ends in the same memory', () => {
  const skipping = chipRig(program('poll'));
  const plain = chipRig(program('poll'));
  plain.chip.machine.skipWaitingLoop = null;
  for (const { chip } of [skipping, plain]) {
    chip.uart(0).setPeer({ baud: 9_600, parity: 'none', stopBits: 1 });
    chip.powerOn();
    chip.uart(0).send(ascii('xyz'), chip.machine.now + 1_440_000 * 30);
    chip.machine.runUntil(1_440_000 * 80);
  }
  expect(skipping.chip.machine.now).toBe(plain.chip.machine.now);
  const memories = [skipping, plain].map(wholeMemory);
  expect(Buffer.compare(memories[0]!, memories[1]!)).toBe(0);
});
