import { expect, test } from 'vitest';
import { createPowerTerminal } from '../../../emulator/boards/power-terminal.ts';
import { ascii, idleProgram, program, text } from '../chips/rig.ts';

const US = 1440;

test('power terminal, ISP switch low at power-on, answers the ROM on the console port', () => {
  const terminal = createPowerTerminal({ seed: 1, ispSwitch: 'low' });
  const { chip } = terminal;
  chip.flash.load(0, idleProgram());
  const heard: number[] = [];
  terminal.consoleUart.onTransmit = (byte) => heard.push(byte);
  chip.powerOn();
  chip.machine.runUntil(5_000 * US);
  terminal.consoleUart.send(ascii('?'));
  chip.machine.runUntil(10_000 * US);
  terminal.consoleUart.send(ascii('Synchronized\r\n'));
  chip.machine.runUntil(20_000 * US);
  expect(text(heard)).toBe('Synchronized\r\nSynchronized\r\nOK\r\n');
  expect(chip.boot.running).toBe('isp');
});

test('power terminal, ISP switch high, runs user code and hears the protocol at 8E1', () => {
  const terminal = createPowerTerminal({ seed: 1 });
  const { chip } = terminal;
  chip.flash.load(0, program('echo'));
  const heard: number[] = [];
  terminal.protocolUart.onTransmit = (byte) => heard.push(byte);
  chip.powerOn();
  chip.machine.runUntil(10_000 * US);
  terminal.protocolUart.send(ascii('abc'));
  chip.machine.runUntil(20_000 * US);
  expect(text(heard)).toBe('ABC');
  expect(chip.machine.events.summary()).toEqual([]);
});

test('power terminal, phases, lie 120 degrees apart on channels 0 to 2 and lag on 3 to 5', () => {
  const { chip } = createPowerTerminal({ seed: 1 });
  const third = (2 * Math.PI) / 3;
  const waves = [0, 1, 2, 3, 4, 5].map((channel) => chip.wave(channel));
  expect(waves.every((wave) => wave.hz === 50 && wave.offsetVolts === 1.65)).toBe(true);
  expect(waves[1]!.phase).toBeCloseTo(-third);
  expect(waves[3]!.phase).toBeLessThan(waves[0]!.phase);
});
