import { expect, test } from 'vitest';
import { heldRig } from '../chips/rig.ts';

const [MOD, TC, FEED, TV, CLKSEL] = [0, 4, 8, 0xc, 0x10].map((at) => 0xe0000000 + at) as [
  number,
  number,
  number,
  number,
  number,
];
const RSIR = 0xe01fc180;
const IRC_TICKS = 360;

function started(constant: number, mode: number) {
  const rig = heldRig();
  rig.write(TC, constant);
  rig.write(MOD, mode);
  rig.write(FEED, 0xaa);
  rig.write(FEED, 0x55);
  return rig;
}

test('LPC24xx watchdog, not fed, resets after (WDTC + 1) x 4 clocks and not one tick less', () => {
  const { chip, read, ahead } = started(999, 3);
  ahead(4000 * IRC_TICKS - 1);
  expect(chip.resets).toBe(1);
  ahead(1);
  expect(chip.resets).toBe(2);
  expect(read(RSIR)).toBe(1 | 4);
  expect(read(MOD)).toBe(4);
});

test('LPC24xx watchdog, fed in time, starts its count anew', () => {
  const { chip, write, ahead } = started(999, 3);
  ahead(3999 * IRC_TICKS);
  write(FEED, 0xaa);
  write(FEED, 0x55);
  ahead(4000 * IRC_TICKS - 1);
  expect(chip.resets).toBe(1);
  ahead(1);
  expect(chip.resets).toBe(2);
});

test('LPC24xx watchdog, constant below FF, counts from FF', () => {
  const { chip, read, ahead } = started(1, 3);
  expect(read(TC)).toBe(0xff);
  ahead(1024 * IRC_TICKS - 1);
  expect(chip.resets).toBe(1);
  ahead(1);
  expect(chip.resets).toBe(2);
});

test('LPC24xx watchdog, enabled but never fed, does nothing', () => {
  const { chip, write, ahead } = heldRig();
  write(MOD, 3);
  write(FEED, 0xaa);
  write(FEED, 0x11);
  ahead(10_000_000);
  expect(chip.resets).toBe(1);
});

test('LPC24xx watchdog, wrong second feed byte, resets two PCLKs later', () => {
  const { chip, write, ahead } = started(999, 3);
  write(FEED, 0xaa);
  write(FEED, 0x54);
  ahead(2 * 1440 - 1);
  expect(chip.resets).toBe(1);
  ahead(1);
  expect(chip.resets).toBe(2);
});

test('LPC24xx watchdog, another of its registers read between AA and 55, resets', () => {
  const { chip, read, write, ahead } = started(999, 3);
  write(FEED, 0xaa);
  read(TV);
  ahead(2 * 1440);
  expect(chip.resets).toBe(2);
});

test('LPC24xx watchdog, interrupt mode, raises its request and no reset', () => {
  const { chip, read, raw, ahead } = started(999, 1);
  ahead(4000 * IRC_TICKS - 1);
  expect(raw() & 1).toBe(0);
  ahead(1);
  expect(raw() & 1).toBe(1);
  expect([read(MOD), chip.resets]).toEqual([0b1101, 1]);
});

test('LPC24xx watchdog, enable bits, can be set by software and only cleared by a reset', () => {
  const { read, write } = started(999, 3);
  write(MOD, 0);
  expect(read(MOD)).toBe(3);
});

test('LPC24xx watchdog, value register, counts down in units of four clocks', () => {
  const { read, ahead } = started(999, 3);
  expect(read(TV)).toBe(999);
  ahead(4 * IRC_TICKS);
  expect(read(TV)).toBe(998);
  ahead(3990 * IRC_TICKS);
  expect(read(TV)).toBe(1);
});

test('LPC24xx watchdog, clocked by PCLK or the RTC oscillator, follows that clock', () => {
  const { chip, write, ahead } = started(999, 3);
  write(CLKSEL, 1);
  ahead(4000 * 1440 - 1);
  expect(chip.resets).toBe(1);
  ahead(1);
  expect(chip.resets).toBe(2);
  const slow = heldRig();
  slow.write(CLKSEL, 2);
  slow.write(MOD, 3);
  slow.write(FEED, 0xaa);
  slow.write(FEED, 0x55);
  slow.ahead(1024 * 43945.3125 - 1);
  expect(slow.chip.resets).toBe(1);
  slow.ahead(1);
  expect(slow.chip.resets).toBe(2);
});
