import { expect, test } from 'vitest';
import { heldRig } from '../chips/rig.ts';

const T0 = 0xe0004000;
const [IR, TCR, TC, PR, PC, MCR, MR0, MR1] = [0, 4, 8, 0xc, 0x10, 0x14, 0x18, 0x1c].map(
  (offset) => T0 + offset,
) as [number, number, number, number, number, number, number, number];
/** CCLK is the IRC here, PCLK a quarter of it: 1 MHz. */
const PCLK = 1440;
const TIMER0 = 1 << 4;

test('LPC24xx timer, match with interrupt and reset, has a period of (MR + 1)(PR + 1) PCLKs to the tick', () => {
  const { read, write, ahead, raw } = heldRig();
  write(PR, 2);
  write(MR0, 6);
  write(MCR, 3);
  write(TCR, 1);
  /** Counter reaches 6 after 18 PCLKs, the interrupt comes one later. */
  ahead(19 * PCLK - 1);
  expect(raw() & TIMER0).toBe(0);
  ahead(1);
  expect(raw() & TIMER0).toBe(TIMER0);
  expect(read(TC)).toBe(6);
  ahead(2 * PCLK - 1);
  expect(read(TC)).toBe(6);
  ahead(1);
  expect([read(TC), read(PC)]).toEqual([0, 0]);
  write(IR, 1);
  expect(raw() & TIMER0).toBe(0);
  ahead(19 * PCLK - 1);
  expect(read(IR)).toBe(0);
  ahead(1);
  expect(read(IR)).toBe(1);
});

test('LPC24xx timer, prescaler 0, match with reset, repeats every MR + 1 PCLKs', () => {
  const { read, write, ahead } = heldRig();
  write(MR0, 999);
  write(MCR, 3);
  write(TCR, 1);
  for (let round = 1; round <= 3; round++) {
    ahead(1000 * PCLK - 1);
    expect([read(TC), read(IR)]).toEqual([999, 0]);
    ahead(1);
    expect([read(TC), read(IR)]).toEqual([0, 1]);
    write(IR, 1);
  }
});

test('LPC24xx timer, match with stop, holds the match value and clears the enable bit', () => {
  const { read, write, ahead } = heldRig();
  write(MR0, 50);
  write(MCR, 4);
  write(TCR, 1);
  ahead(51 * PCLK - 1);
  expect(read(TCR)).toBe(1);
  ahead(1);
  expect([read(TCR), read(TC)]).toEqual([0, 50]);
  ahead(1000 * PCLK);
  expect(read(TC)).toBe(50);
});

test('LPC24xx timer, two matches, each raise their own flag at their own time', () => {
  const { read, write, ahead } = heldRig();
  write(MR0, 10);
  write(MR1, 20);
  write(MCR, 0b001_001);
  write(TCR, 1);
  ahead(11 * PCLK);
  expect(read(IR)).toBe(1);
  ahead(10 * PCLK - 1);
  expect(read(IR)).toBe(1);
  ahead(1);
  expect(read(IR)).toBe(3);
});

test('LPC24xx timer, counter at its end, wraps to 0 and matches again after a whole round', () => {
  const { read, write, ahead } = heldRig();
  write(TC, 0xffff_fffe);
  write(TCR, 1);
  ahead(3 * PCLK);
  expect(read(TC)).toBe(1);
});

test('LPC24xx timer, reset bit held, stays at 0 until it is released', () => {
  const { read, write, ahead } = heldRig();
  write(TC, 77);
  write(TCR, 3);
  ahead(10 * PCLK);
  expect(read(TC)).toBe(0);
  write(TCR, 1);
  ahead(10 * PCLK);
  expect(read(TC)).toBe(10);
});

test('LPC24xx timer, PCLK divider changed while it counts, goes on at the new rate', () => {
  const { read, write, ahead } = heldRig();
  write(TCR, 1);
  ahead(100 * PCLK);
  write(0xe01fc1a8, 1 << 2);
  expect(read(TC)).toBe(100);
  ahead(100 * PCLK);
  expect(read(TC)).toBe(500);
});

test('LPC24xx timer, capture and match outputs, are declared gaps', () => {
  const { write, events } = heldRig();
  write(T0 + 0x28, 7);
  write(T0 + 0x3c, 0x30);
  expect(events().map((event) => event.split(':')[0])).toEqual([
    'gap-register T0CCR',
    'gap-register T0EMR',
  ]);
});
