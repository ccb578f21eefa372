import { expect, test } from 'vitest';
import { chipNames, listGaps } from '../../../emulator/chips/index.ts';
import { AVR_REGISTERS } from '../../../emulator/peripherals/avr/gaps.ts';
import { avrRig, heldAvr } from './avr-rig.ts';

test('every register of the ATmega32U4, all fields together, cover eight bits exactly once', () => {
  for (const reg of AVR_REGISTERS) {
    const sum = Object.values(reg.fields).reduce((total, field) => total + field.mask, 0);
    expect(sum, reg.name).toBe(0xff);
  }
});

test('ATmega32U4, its registers, are the ones the chip declares, at addresses of their own', () => {
  const { chip } = avrRig(null);
  const addresses = AVR_REGISTERS.map((reg) => reg.offset);
  expect(new Set(addresses).size).toBe(addresses.length);
  const declared = new Set(chip.io.registers.map((reg) => reg.name));
  expect(AVR_REGISTERS.filter((reg) => !declared.has(reg.name))).toEqual([]);
});

test('ATmega32U4, its gaps, are listed with a reason each', () => {
  expect(chipNames).toContain('atmega32u4');
  const rows = listGaps('atmega32u4');
  expect(rows).toContainEqual({
    register: 'UEDATX',
    bits: 'all',
    reason: 'USB is not modelled: there is no host',
  });
  expect(rows).toContainEqual({
    register: 'UCSR1C',
    bits: '7:6',
    reason: 'synchronous and SPI master mode are not modelled',
  });
  expect(rows.every((row) => row.reason.length > 0)).toBe(true);
});

test('ATmega32U4 USB, keeps what is written and reports no host', () => {
  const { read, write, events } = heldAvr();
  write(0xd8, 0xb0);
  write(0xe9, 3);
  write(0xf1, 0x55);
  expect([read(0xd8), read(0xe9)]).toEqual([0xb0, 3]);
  expect([0xd9, 0xda, 0xe1, 0xe8, 0xf1, 0xf2].map(read)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(events().every((line) => line.startsWith('gap-register U'))).toBe(true);
});

test('ATmega32U4 SRAM and registers, after power-on, hold garbage that follows from the seed', () => {
  const contents = [7, 7, 8].map((seed) => {
    const { chip } = avrRig(null, { seed });
    chip.powerOn();
    return [...chip.cpu.data.subarray(0, 32), ...chip.sram].join();
  });
  expect(contents[0]).toBe(contents[1]);
  expect(contents[0]).not.toBe(contents[2]);
  expect(new Set(contents[0]!.split(',')).size).toBeGreaterThan(200);
});

test('ATmega32U4 power off, with the CPU running, stops it until the next power-on', () => {
  const { chip, pass } = avrRig(null);
  chip.powerOn();
  pass(100_000);
  chip.powerOff();
  const executed = chip.cpu.instructionCount;
  pass(1_000_000);
  expect(chip.cpu.instructionCount).toBe(executed);
  expect(chip.machine.scheduler.pending()).toEqual([]);
  chip.powerOn();
  pass(100_000);
  expect(chip.cpu.instructionCount).toBeGreaterThan(executed);
  expect(() => chip.powerOn()).toThrow('atmega32u4 has its supply already');
});

test('ATmega32U4 power off, during a page program, leaves no operation', () => {
  const { chip, pass } = avrRig(null);
  chip.powerOn();
  chip.flash.beginErase(4, 4);
  pass(2_000);
  chip.powerOff();
  expect(chip.flash.busy).toBe(false);
});
