import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createAvrNode } from '../../../emulator/boards/avr-node.ts';
import type { Avr } from '../../../emulator/cpu/avr/index.ts';
import { START_AT_0, START_UP_TICKS } from './avr-rig.ts';
import { ascii, text } from './rig.ts';

const MS = 192_000;
const program = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`./firmware-avr/${name}.bin`, import.meta.url)));

/** An AVR node that runs a compiled program from address 0, started and a millisecond into it. */
function node(name: string) {
  const board = createAvrNode({ seed: 3, fuses: START_AT_0 });
  const { chip } = board;
  chip.flash.load(0, program(name));
  const heard: number[] = [];
  board.protocolUart.onTransmit = (byte) => heard.push(byte);
  chip.powerOn();
  chip.machine.runUntil(START_UP_TICKS + MS);
  const { machine } = chip;
  return {
    board,
    chip,
    machine,
    heard,
    say: (message: string) => board.protocolUart.send(ascii(message)),
    pass: (ms: number) => machine.runUntil(machine.now + ms * MS),
    events: () => machine.events.summary().map(({ event }) => `${event.kind} ${event.where}`),
  };
}

test('AVR node, echo by interrupts at 38400 8E1, hears all, answers all, with no event', () => {
  const { heard, say, pass, events, chip } = node('echo');
  say('the quick brown fox');
  pass(20);
  expect(text(heard)).toBe('THE QUICK BROWN FOX');
  expect(events()).toEqual([]);
  expect(chip.sleep.mode).toBe('idle');
});

test('AVR node, timer 0 tick, counts milliseconds and turns the LED every hundred', () => {
  const { board, heard, say, pass } = node('echo');
  pass(100);
  expect(board.isLedOn).toBe(true);
  pass(100);
  expect(board.isLedOn).toBe(false);
  pass(300);
  say('?');
  pass(2);
  expect(text(heard)).toBe('01f5');
});

test('AVR node, asleep for a second, executes only what its interrupts ask for', () => {
  const { pass, chip } = node('echo');
  const before = chip.cpu.instructionCount;
  pass(1000);
  const perTick = (chip.cpu.instructionCount - before) / 1000;
  expect(perTick).toBeGreaterThan(10);
  expect(perTick).toBeLessThan(300);
});

test('AVR node, firmware that lets the watchdog bite, starts again and finds WDRF', () => {
  const { heard, say, pass, chip, events } = node('echo');
  say('#');
  pass(2);
  say('!');
  pass(100);
  expect(chip.resets).toBe(2);
  say('#');
  pass(2);
  expect(text(heard)).toBe('0108');
  expect(events()).toEqual(['watchdog-reset WDT']);
});

test('AVR node, echo and conversions by polling, are right, and its waiting loops are skipped', () => {
  const { heard, say, pass, chip, events } = node('poll');
  pass(1);
  const before = chip.cpu.instructionCount;
  const start = performance.now();
  pass(2000);
  expect(performance.now() - start).toBeLessThan(1000);
  /** Skipped instructions are counted as if they had been executed: 32 million cycles. */
  expect(chip.cpu.instructionCount - before).toBeGreaterThan(5e6);
  say('a');
  pass(2);
  expect(heard).toHaveLength(2);
  expect(heard[0]).toBe(0x61);
  /** 2 V and 0.2 V of flicker, of 5 V. */
  expect(heard[1]).toBeGreaterThan(Math.floor((1.7 / 5) * 256));
  expect(heard[1]).toBeLessThan(Math.ceil((2.3 / 5) * 256));
  expect(events()).toEqual([]);
});

test.each(['echo', 'poll'])(
  'AVR node, %s, run in one piece or in many, comes to the same memory',
  (name) => {
    const whole = node(name);
    const pieces = node(name);
    for (const rig of [whole, pieces]) rig.say('abcdef?');
    const end = whole.machine.now + 40 * MS;
    whole.machine.runUntil(end);
    for (let at = pieces.machine.now; at < end; at += 99_991)
      pieces.machine.runUntil(Math.min(at, end));
    pieces.machine.runUntil(end);
    expect(pieces.heard).toEqual(whole.heard);
    expect(pieces.machine.now).toBe(whole.machine.now);
    expect(Buffer.compare(pieces.chip.cpu.data, whole.chip.cpu.data)).toBe(0);
  },
);

test('AVR node, restored in the middle of interrupts and reception, repeats the run bit for bit', () => {
  const rig = node('echo');
  const { machine, chip, say } = rig;
  say('once more, and then again');
  rig.pass(3);
  const snapshot = machine.takeSnapshot();
  const from = machine.now;
  const run = () => {
    let hash = 0;
    (chip.cpu as Avr).onInstruction = (pc) => {
      hash = (Math.imul(hash ^ pc, 16777619) + (machine.now % 0x7fff_ffff)) | 0;
    };
    const sent: string[] = [];
    chip.usart1.onTransmit = (byte, start, end) => sent.push(`${byte}@${start}-${end}`);
    machine.runUntil(from + 20 * MS);
    return { hash, sent, memory: machine.memory.u8.slice() };
  };
  const first = run();
  machine.restoreSnapshot(snapshot);
  const second = run();
  expect(first.sent.length).toBeGreaterThan(15);
  expect([second.hash, second.sent]).toEqual([first.hash, first.sent]);
  expect(Buffer.compare(second.memory, first.memory)).toBe(0);
});
