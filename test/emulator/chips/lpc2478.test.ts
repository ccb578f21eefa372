import { expect, test } from 'vitest';
import { ascii, chipRig, idleProgram, program, text } from './rig.ts';

test('LPC2478, compiled program with timer and UART interrupts, echoes over 8E1 and prints each 10 ms', () => {
  const { chip, sent, pass, events } = chipRig(program('echo'));
  chip.uart(1).setPeer({ baud: 115_200, parity: 'even', stopBits: 1 });
  chip.powerOn();
  pass(20_000);
  chip.uart(1).send(ascii('hello, terminal'));
  pass(88_000);
  expect(text(sent[1]!)).toBe('HELLO\x0c\x00TERMINAL');
  /** 3 ms of ROM and 0.7 ms of clock set-up come first. */
  expect(text(sent[0]!)).toBe('t1\nt2\nt3\nt4\nt5\nt6\nt7\nt8\nt9\nt0\n');
  expect(events()).toEqual([]);
});

test('LPC2478, program that starts the watchdog and stops feeding it, boots again with WDTR set', () => {
  const { chip, read, pass, events } = chipRig(program('poll'));
  const causes: string[] = [];
  chip.onReset = (cause) => causes.push(cause);
  chip.uart(0).setPeer({ baud: 9_600, parity: 'none', stopBits: 1 });
  chip.powerOn();
  pass(10_000);
  const starts = read(0xe0084000);
  chip.uart(0).send(ascii('!'));
  pass(20_000);
  expect(causes).toEqual(['power-on', 'watchdog']);
  expect(read(0xe01fc180)).toBe(5);
  expect(read(0xe0084000) - starts).toBe(1);
  expect(events()).toEqual(['watchdog-reset WDT: time-out (1)']);
});

test('LPC2478, vectors without a valid checksum, stays in the ROM and answers there', () => {
  const image = idleProgram();
  image[0x14] = image[0x14]! ^ 1;
  const { chip, sent, pass } = chipRig(image);
  chip.powerOn();
  pass(5_000);
  expect(chip.boot.running).toBe('isp');
  chip.uart(0).send(ascii('?'));
  pass(5_000);
  expect(text(sent[0]!)).toBe('Synchronized\r\n');
});

test('LPC2478, powered on twice without a power-off between, is a mistake of the caller', () => {
  const { chip } = chipRig(idleProgram());
  chip.powerOn();
  expect(() => chip.powerOn()).toThrow('lpc2478 has its supply already');
});

test('LPC2478, power off and on in the middle of everything, starts as from a first power-on', () => {
  const first = chipRig(program('echo'));
  first.chip.powerOn();
  first.pass(40_000);
  const again = chipRig(program('echo'));
  again.chip.uart(1).setPeer({ baud: 115_200, parity: 'even', stopBits: 1 });
  again.chip.powerOn();
  again.pass(17_345);
  again.chip.uart(1).send(ascii('some characters that are cut off'));
  again.pass(1_234);
  again.chip.powerOff();
  again.pass(50_000);
  again.sent[0]!.length = 0;
  again.sent[1]!.length = 0;
  const before = again.chip.cpu.instructionCount;
  again.chip.powerOn();
  again.pass(40_000);
  expect(again.sent).toEqual(first.sent);
  expect(again.chip.cpu.instructionCount - before).toBe(first.chip.cpu.instructionCount);
});
