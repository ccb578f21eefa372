import { expect, test } from 'vitest';
import {
  createAvrNode,
  LIGHT_CHANNEL,
  NODE_BUTTON_PIN,
  TEMPERATURE_CHANNEL,
} from '../../../emulator/boards/avr-node.ts';

test('AVR node, its peer, talks 38400 8E1', () => {
  const { protocolUart } = createAvrNode({ seed: 1 });
  const { baud, parity, stopBits } = protocolUart.line.peer;
  expect([Math.round(baud), parity, stopBits]).toEqual([38_400, 'even', 1]);
});

test('AVR node, button, pulls its pin down against the pull-up', () => {
  const { chip, setButton } = createAvrNode({ seed: 1 });
  chip.powerOn();
  chip.io.write(0x25, 0x10, 0xff);
  expect(chip.pin(NODE_BUTTON_PIN)).toBe('high');
  setButton(true);
  expect(chip.pin(NODE_BUTTON_PIN)).toBe('low');
  setButton(false);
  expect(chip.pin(NODE_BUTTON_PIN)).toBe('high');
});

test('AVR node, LED, is on while PC7 is driven high', () => {
  const board = createAvrNode({ seed: 1 });
  board.chip.powerOn();
  expect(board.isLedOn).toBe(false);
  board.chip.io.write(0x27, 0x80, 0xff);
  board.chip.io.write(0x28, 0x80, 0xff);
  expect(board.isLedOn).toBe(true);
});

test('AVR node, sensors, stay within the range of the ADC', () => {
  const { chip } = createAvrNode({ seed: 1 });
  for (const channel of [LIGHT_CHANNEL, TEMPERATURE_CHANNEL]) {
    const { offsetVolts, amplitudeVolts } = chip.wave(channel);
    expect(offsetVolts - amplitudeVolts).toBeGreaterThanOrEqual(0);
    expect(offsetVolts + amplitudeVolts).toBeLessThanOrEqual(5);
  }
});

test('AVR node, with the fuses of a Leonardo, starts in its boot section', () => {
  const { chip } = createAvrNode({ seed: 1 });
  chip.powerOn();
  expect([chip.cpu.pc, chip.spm.lockBits & 0x3f]).toEqual([0x7000, 0x2f]);
});
