import { expect, test } from 'vitest';
import { avr } from '../../../helpers/avr-assembler.ts';
import { avrRig, CYCLE, heldAvr, START_UP_TICKS } from '../../chips/avr-rig.ts';

const WDTCSR = 0x60;
const MCUSR = 0x54;
const [WDE, WDCE, WDIE, WDIF] = [0x08, 0x10, 0x40, 0x80];
const WDT_VECTOR = 12;
/** 2048 cycles of 128 kHz. */
const SHORTEST = 2048 * 1500;

function started(value: number) {
  const rig = heldAvr();
  rig.write(WDTCSR, WDCE | WDE);
  rig.write(WDTCSR, value);
  rig.chip.parts.watchdog.restart();
  return rig;
}

test('ATmega32U4 watchdog, system reset mode, resets after 2048 cycles and not a tick less', () => {
  const { chip, read, ahead } = started(WDE);
  ahead(SHORTEST - 1);
  expect(chip.resets).toBe(1);
  ahead(1);
  expect(chip.resets).toBe(2);
  expect(read(MCUSR)).toBe(0x01 | 0x08);
  expect(read(WDTCSR)).toBe(WDE);
});

test.each([0, 1, 5, 9])('ATmega32U4 watchdog, WDP %i, waits 2048 << WDP cycles', (code) => {
  const { chip, ahead } = started(WDE | (code & 7) | (code >= 8 ? 0x20 : 0));
  ahead(SHORTEST * 2 ** code - 1);
  expect(chip.resets).toBe(1);
  ahead(1);
  expect(chip.resets).toBe(2);
});

test('ATmega32U4 watchdog, WDR in time, starts its count anew', () => {
  const { chip, ahead } = started(WDE);
  ahead(SHORTEST - 1);
  chip.parts.watchdog.restart();
  ahead(SHORTEST - 1);
  expect(chip.resets).toBe(1);
  ahead(1);
  expect(chip.resets).toBe(2);
});

test('ATmega32U4 watchdog, turned off, needs WDCE and WDE at most four cycles before', () => {
  const { read, write, cycles } = started(WDE);
  write(WDTCSR, 0);
  expect(read(WDTCSR)).toBe(WDE);
  write(WDTCSR, WDCE | WDE);
  cycles(5);
  write(WDTCSR, 0);
  expect(read(WDTCSR)).toBe(WDE);
  write(WDTCSR, WDCE | WDE);
  expect(read(WDTCSR)).toBe(WDCE | WDE);
  cycles(4);
  write(WDTCSR, 0);
  expect(read(WDTCSR)).toBe(0);
});

test('ATmega32U4 watchdog, its time, does not change outside the timed sequence', () => {
  const { read, write } = started(WDE);
  write(WDTCSR, WDE | 7);
  expect(read(WDTCSR)).toBe(WDE);
});

test('ATmega32U4 watchdog, after its reset, runs on with the shortest time until WDRF is cleared', () => {
  const rig = started(WDE | 3);
  rig.ahead(SHORTEST * 8);
  rig.write(WDTCSR, WDCE | WDE);
  rig.write(WDTCSR, 0);
  expect(rig.read(WDTCSR)).toBe(WDE);
  rig.write(MCUSR, 0);
  rig.write(WDTCSR, WDCE | WDE);
  rig.write(WDTCSR, 0);
  expect(rig.read(WDTCSR)).toBe(0);
  rig.ahead(SHORTEST * 4);
  expect(rig.chip.resets).toBe(2);
});

test('ATmega32U4 watchdog, interrupt mode, asks at the time-out, again after the next, never resets', () => {
  const { chip, asks, read, ahead } = started(WDIE);
  ahead(SHORTEST - 1);
  expect(asks(WDT_VECTOR)).toBe(false);
  ahead(1);
  expect(asks(WDT_VECTOR)).toBe(true);
  chip.parts.watchdog.acknowledge();
  expect(asks(WDT_VECTOR)).toBe(false);
  expect(read(WDTCSR)).toBe(WDIE);
  ahead(SHORTEST);
  expect(asks(WDT_VECTOR)).toBe(true);
  ahead(3 * SHORTEST);
  expect(chip.resets).toBe(1);
});

test('ATmega32U4 watchdog, both modes, asks first and resets at the next time-out', () => {
  const { chip, read, ahead } = started(WDIE | WDE);
  ahead(SHORTEST);
  expect(read(WDTCSR)).toBe(WDIF | WDIE | WDE);
  chip.parts.watchdog.acknowledge();
  expect(read(WDTCSR)).toBe(WDE);
  ahead(SHORTEST - 1);
  expect(chip.resets).toBe(1);
  ahead(1);
  expect(chip.resets).toBe(2);
});

test('ATmega32U4 watchdog, both modes and nobody serves the interrupt, resets too', () => {
  const { chip, ahead } = started(WDIE | WDE);
  ahead(2 * SHORTEST - 1);
  expect(chip.resets).toBe(1);
  ahead(1);
  expect(chip.resets).toBe(2);
});

test('ATmega32U4 watchdog, WDTON programmed, is always in system reset mode', () => {
  const { read, write, chip, ahead } = heldAvr({ fuses: { high: 0xd9 & ~0x10 } });
  write(WDTCSR, WDCE | WDE);
  write(WDTCSR, WDIE);
  expect(read(WDTCSR)).toBe(WDE);
  chip.parts.watchdog.restart();
  const before = chip.resets;
  ahead(SHORTEST);
  expect(chip.resets).toBe(before + 1);
});

test('a watchdog reset does not bite again in the start-up time, which is longer than its 16 ms', () => {
  // ldi r16, WDE; sts WDTCSR, r16; rjmp . from the first start on
  const rig = avrRig([avr.ldi(16, 0x08), ...avr.sts(0x60, 16), avr.rjmp(-1)]);
  rig.chip.powerOn();
  rig.pass((START_UP_TICKS / CYCLE / 16) * 2 + 16_000 + 15_000);
  expect(rig.chip.resets).toBe(2);
});
