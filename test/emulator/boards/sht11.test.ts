/** The SHT11 of the Ez240 at its pins: the test moves P1.5 and P1.6 as a driver does. */

import { describe, expect, test } from 'vitest';
import { createEz240 } from '../../../emulator/boards/ez240.ts';
import { sht11Checksum } from '../../../emulator/parts/sht11.ts';
import {
  celsiusOfCount,
  countOfCelsius,
  countOfHumidity,
  humidityOfCount,
} from '../../../emulator/parts/sht11-conversion.ts';
import { HALT_RESET } from '../../../emulator/peripherals/msp430/chip-parts.ts';

const MS = 2 ** 30 / 1000;
const DATA = 0x20;
const CLOCK = 0x40;
const POWER = 0x80;
const P1OUT = 0x21;
const P1DIR = 0x22;
const WDTCTL = 0x120;
const WATCHDOG_HELD = 0x5a80;

function sensor() {
  const board = createEz240({ seed: 2 });
  const { chip, climate } = board;
  const { machine } = chip;
  chip.powerOn();
  chip.parts.halt(HALT_RESET, true);
  const pass = (ms: number) => machine.runUntil(machine.now + Math.round(ms * MS));
  let [out, dir] = [POWER, POWER | CLOCK];
  const store = () => {
    machine.bus.write(P1OUT, 1, out);
    machine.bus.write(P1DIR, 1, dir);
    pass(0.002);
  };
  /** DATA is low as an output, or let go to the pull-up. */
  const data = (high: boolean) => {
    dir = high ? dir & ~DATA : dir | DATA;
    store();
  };
  const clock = (high: boolean) => {
    out = high ? out | CLOCK : out & ~CLOCK;
    store();
  };
  const isHigh = () => chip.pin('P1.5') === 'high';
  const pulse = (): boolean => {
    clock(true);
    const level = isHigh();
    clock(false);
    return level;
  };
  const start = () => {
    data(true);
    clock(true);
    data(false);
    clock(false);
    clock(true);
    data(true);
    clock(false);
  };
  /** @returns whether the sensor acknowledged. */
  const write = (byte: number): boolean => {
    for (let bit = 7; bit >= 0; bit--) {
      data(((byte >> bit) & 1) === 1);
      pulse();
    }
    data(true);
    return !pulse();
  };
  const read = (acknowledge: boolean): number => {
    let byte = 0;
    for (let bit = 0; bit < 8; bit++) byte = (byte << 1) | (pulse() ? 1 : 0);
    data(!acknowledge);
    pulse();
    data(true);
    return byte;
  };
  const command = (code: number): boolean => {
    start();
    return write(code);
  };
  const power = (on: boolean) => {
    out = on ? out | POWER : out & ~POWER;
    store();
  };
  machine.bus.write(WDTCTL, 2, WATCHDOG_HELD);
  store();
  pass(11);
  return { power, chip, climate, pass, data, clock, pulse, start, write, read, command, isHigh };
}
const TEMPERATURE = 0x03;
const HUMIDITY = 0x05;

describe('SHT11 conversions', () => {
  test('every count of temperature and of humidity comes back, in both resolutions', () => {
    for (const isLow of [false, true]) {
      const [temperatures, humidities] = isLow ? [0x1000, 0x100] : [0x4000, 0x1000];
      for (let count = 0; count < temperatures; count++) {
        expect(countOfCelsius(celsiusOfCount(count, isLow), isLow)).toBe(count);
      }
      for (let count = 0; count < humidities; count++) {
        expect(countOfHumidity(humidityOfCount(count, 31, isLow), 31, isLow)).toBe(count);
      }
    }
  });
  test('the example of the data sheet: 0931 hex at 25 degrees is 75.79 %', () => {
    expect(humidityOfCount(0x931, 25, false)).toBeCloseTo(75.79, 1);
  });
});

describe('SHT11', () => {
  test('temperature: acknowledged, ready after 320 ms and not before, then count and checksum', () => {
    const { climate, command, pass, read, isHigh } = sensor();
    climate.setTemperature(21.37);
    expect(command(TEMPERATURE)).toBe(true);
    pass(319.9);
    expect(isHigh()).toBe(true);
    pass(0.2);
    expect(isHigh()).toBe(false);
    const bytes = [read(true), read(true), read(false)];
    const count = (bytes[0]! << 8) | bytes[1]!;
    expect(count).toBe(6097);
    expect(bytes[2]).toBe(sht11Checksum([TEMPERATURE, bytes[0]!, bytes[1]!], 0));
    expect(isHigh()).toBe(true);
  });
  test('humidity: 80 ms, true for the temperature there is', () => {
    const { climate, command, pass, read } = sensor();
    climate.setTemperature(35);
    climate.setHumidity(62);
    expect(command(HUMIDITY)).toBe(true);
    pass(80.1);
    const count = (read(true) << 8) | read(false);
    expect(Math.abs(humidityOfCount(count, 35, false) - 62)).toBeLessThan(0.03);
  });
  test('read with no acknowledgement of its second byte, ends without the checksum', () => {
    const { command, pass, read, isHigh } = sensor();
    command(TEMPERATURE);
    pass(321);
    read(true);
    read(false);
    expect(isHigh()).toBe(true);
    expect(read(false)).toBe(0xff);
  });
  test('status register: written, read back with a checksum, low resolution in a quarter of the time', () => {
    const { climate, command, write, read, pass, isHigh } = sensor();
    expect(command(0x06) && write(0x05)).toBe(true);
    expect(command(0x07)).toBe(true);
    expect(read(true)).toBe(0x05);
    // Begun with the low half of the status register, the other way round.
    expect(read(false)).toBe(sht11Checksum([0x07, 0x05], 0x05));
    climate.setTemperature(20.4);
    command(TEMPERATURE);
    pass(79.9);
    expect(isHigh()).toBe(true);
    pass(0.2);
    expect((read(true) << 8) | read(false)).toBe(1500);
  });
  test('supply below 2.47 V shows in the status register', () => {
    const { chip, command, read } = sensor();
    chip.setSupplyMillivolts(2400);
    command(0x07);
    expect(read(false)).toBe(0x40);
  });
  test('soft reset: default status, and deaf for 11 ms', () => {
    const { command, write, read, pass } = sensor();
    command(0x06);
    write(0x01);
    expect(command(0x1e)).toBe(true);
    pass(5);
    expect(command(0x07)).toBe(false);
    pass(7);
    expect(command(0x07)).toBe(true);
    expect(read(false)).toBe(0);
  });
  test('a command it does not know, not acknowledged', () => {
    expect(sensor().command(0x01)).toBe(false);
  });
  test('cut off in a byte, in step again after nine clocks and a start; the status register stays', () => {
    const { command, write, start, pulse, data, read } = sensor();
    command(0x06);
    write(0x04);
    start();
    for (let i = 0; i < 3; i++) pulse();
    data(true);
    for (let i = 0; i < 9; i++) pulse();
    expect(command(0x07)).toBe(true);
    expect(read(false)).toBe(0x04);
  });
  test('power at P1.7 taken away: no answer, and a status register as new afterwards', () => {
    const { power, command, write, read } = sensor();
    command(0x06);
    write(0x04);
    power(false);
    expect(command(TEMPERATURE)).toBe(false);
    power(true);
    expect(command(0x07)).toBe(true);
    expect(read(false)).toBe(0);
  });
});
