import { expect, test } from 'vitest';
import { heldRig } from '../chips/rig.ts';

const VIC = 0xfffff000;
const [IRQ_STATUS, FIQ_STATUS, RAW, SELECT, ENABLE, CLEAR, SOFT, SOFT_CLEAR] = [
  0, 4, 8, 0xc, 0x10, 0x14, 0x18, 0x1c,
].map((offset) => VIC + offset) as [number, number, number, number, number, number, number, number];
const PROTECTION = VIC + 0x20;
const PRIORITY_MASK = VIC + 0x24;
const ADDRESS = VIC + 0xf00;
const vector = (channel: number) => VIC + 0x100 + 4 * channel;
const priority = (channel: number) => VIC + 0x200 + 4 * channel;

/** Channels 5, 9 and 30 with handlers at 1005, 1009, 1030 (hex) and these priorities; software requests. */
function rig(p5: number, p9: number, p30: number) {
  const held = heldRig();
  for (const [channel, level] of [
    [5, p5],
    [9, p9],
    [30, p30],
  ] as const) {
    held.write(vector(channel), 0x1000 + channel);
    held.write(priority(channel), level);
  }
  held.write(ENABLE, (1 << 5) | (1 << 9) | (1 << 30));
  return held;
}

test('PL192, enable bits, are set by one register and cleared by another', () => {
  const { read, write } = heldRig();
  write(ENABLE, 0x30);
  write(ENABLE, 0x41);
  expect(read(ENABLE)).toBe(0x71);
  write(CLEAR, 0x21);
  expect(read(ENABLE)).toBe(0x50);
  expect(read(CLEAR)).toBe(0);
});

test('PL192, a request, shows in raw status always and in IRQ or FIQ status once enabled and selected', () => {
  const { chip, read, write } = heldRig();
  write(SOFT, 1 << 3);
  expect([read(RAW), read(IRQ_STATUS), read(FIQ_STATUS)]).toEqual([8, 0, 0]);
  write(ENABLE, 1 << 3);
  expect([read(IRQ_STATUS), read(FIQ_STATUS), chip.vic.irq, chip.vic.fiq]).toEqual([
    8,
    0,
    true,
    false,
  ]);
  write(SELECT, 1 << 3);
  expect([read(IRQ_STATUS), read(FIQ_STATUS), chip.vic.irq, chip.vic.fiq]).toEqual([
    0,
    8,
    false,
    true,
  ]);
  write(SOFT_CLEAR, 1 << 3);
  expect([read(RAW), chip.vic.fiq]).toEqual([0, false]);
});

test('PL192, several requests, are served by priority and then by channel', () => {
  const { read, write } = rig(7, 2, 2);
  write(SOFT, (1 << 5) | (1 << 9) | (1 << 30));
  expect(read(ADDRESS)).toBe(0x1009);
  write(SOFT_CLEAR, 1 << 9);
  write(ADDRESS, 0);
  expect(read(ADDRESS)).toBe(0x1000 + 30);
  write(SOFT_CLEAR, 1 << 30);
  write(ADDRESS, 0);
  expect(read(ADDRESS)).toBe(0x1005);
});

test('PL192, a service in progress, holds off its own priority and lower, and lets a higher one nest', () => {
  const { chip, read, write } = rig(7, 2, 7);
  write(SOFT, 1 << 5);
  expect(read(ADDRESS)).toBe(0x1005);
  expect(chip.vic.irq).toBe(false);
  write(SOFT, 1 << 30);
  expect(chip.vic.irq).toBe(false);
  write(SOFT, 1 << 9);
  expect(chip.vic.irq).toBe(true);
  expect(read(ADDRESS)).toBe(0x1009);
  write(SOFT_CLEAR, 1 << 9);
  write(ADDRESS, 0);
  expect(chip.vic.irq).toBe(false);
  write(SOFT_CLEAR, 1 << 5);
  write(ADDRESS, 0);
  expect(chip.vic.irq).toBe(true);
  expect(read(ADDRESS)).toBe(0x1000 + 30);
});

test('PL192, software priority mask, hides whole priorities', () => {
  const { chip, write } = rig(7, 2, 3);
  write(PRIORITY_MASK, 0xffff & ~(1 << 7));
  write(SOFT, 1 << 5);
  expect(chip.vic.irq).toBe(false);
  write(PRIORITY_MASK, 0xffff);
  expect(chip.vic.irq).toBe(true);
});

test('PL192, protected, aborts accesses of user mode and serves privileged ones', () => {
  const { chip, read, write } = heldRig();
  write(PROTECTION, 1);
  expect(read(PROTECTION)).toBe(1);
  chip.cpu.setRegister('cpsr', 0x10);
  read(RAW);
  expect(chip.machine.bus.aborted).toBe(true);
});

test('PL192, after a reset, has everything off and every priority at 15', () => {
  const { chip, read, write } = rig(1, 2, 3);
  write(SOFT, 1 << 5);
  read(ADDRESS);
  chip.reset('external');
  expect([read(ENABLE), read(SOFT), read(priority(5)), read(PRIORITY_MASK)]).toEqual([
    0, 0, 15, 0xffff,
  ]);
  write(ENABLE, 1 << 9);
  write(SOFT, 1 << 9);
  expect(chip.vic.irq).toBe(true);
});
