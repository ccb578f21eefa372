import { expect, test } from 'vitest';
import { ascii, chipRig, program, text } from './rig.ts';

test('LPC2478, compiled program with timer and UART interrupts, echoes over 8E1 and prints each 10 ms', () => {
  const { chip, sent, pass, events } = chipRig(program('echo'));
  chip.uart(1).setPeer({ baud: 115_200, parity: 'even', stopBits: 1 });
  chip.powerOn();
  pass(20_000);
  console.log(events(), chip.boot.running, chip.cpu.pc.toString(16), chip.clocks.list());
  chip.uart(1).send(ascii('hello, terminal'));
  pass(100_000);
  expect(text(sent[1]!)).toBe('HELLO\x0c\x00TERMINAL');
  console.log(text(sent[0]!), events(), chip.cpu.instructionCount);
});
