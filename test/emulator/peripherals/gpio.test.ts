import { expect, test } from 'vitest';
import { heldRig } from '../chips/rig.ts';

const fio = (port: number, offset: number) => 0x3fffc000 + 0x20 * port + offset;
const [DIR, MASK, PIN, SET, CLR] = [0x00, 0x10, 0x14, 0x18, 0x1c] as const;
const SCS = 0xe01fc1a0;
const PINMODE4 = 0xe002c050;
const EINT3 = 1 << 17;

test('LPC24xx fast GPIO, masked pins, neither change nor show', () => {
  const { chip, read, write } = heldRig();
  write(fio(2, DIR), 0xff);
  write(fio(2, SET), 0x0f);
  expect(read(fio(2, PIN)) & 0xff).toBe(0x0f);
  write(fio(2, MASK), 0x03);
  write(fio(2, CLR), 0xff);
  expect(read(fio(2, SET)) & 0xff).toBe(0x03);
  expect(read(fio(2, PIN)) & 0xff).toBe(0x00);
  write(fio(2, PIN), 0xf0);
  write(fio(2, MASK), 0);
  expect(read(fio(2, PIN)) & 0xff).toBe(0xf3);
  expect([chip.pin('P2.0'), chip.pin('P2.2')]).toEqual(['high', 'low']);
});

test('LPC24xx fast GPIO, byte and halfword stores, reach their pins only', () => {
  const { read, write } = heldRig();
  write(fio(3, DIR), 0xffff_ffff);
  write(fio(3, SET) + 1, 0xa5, 1);
  write(fio(3, PIN) + 2, 0xbeef, 2);
  expect(read(fio(3, PIN))).toBe(0xbeef_a500);
  expect(read(fio(3, PIN) + 1, 1)).toBe(0xa5);
});

test('LPC24xx GPIO mode bit, 0, gives ports 0 and 1 to the legacy registers, 1 to the fast ones', () => {
  const { chip, write } = heldRig();
  write(0xe0028018, 1 << 20);
  write(fio(1, DIR), 1 << 20);
  write(fio(1, SET), 1 << 20);
  expect(chip.pin('P1.20')).toBe('low');
  write(0xe0028014, 1 << 20);
  expect(chip.pin('P1.20')).toBe('high');
  write(fio(1, CLR), 1 << 20);
  write(SCS, 1);
  expect(chip.pin('P1.20')).toBe('low');
});

test('LPC24xx GPIO, input, reads what drives it, its pull-up, or low without one', () => {
  const { chip, read, write } = heldRig();
  const level = () => (read(fio(2, PIN)) >>> 5) & 1;
  expect(level()).toBe(1);
  chip.setPin('P2.5', 'low');
  expect(level()).toBe(0);
  chip.setPin('P2.5', 'float');
  expect(level()).toBe(1);
  write(PINMODE4, 0b10 << 10);
  expect(level()).toBe(0);
  chip.setPin('P2.5', 'high');
  expect(level()).toBe(1);
});

test('LPC24xx GPIO, a pin that PINSEL gives to another function, is not driven by its latch', () => {
  const { chip, write } = heldRig();
  write(fio(2, DIR), 1 << 10);
  write(fio(2, CLR), 1 << 10);
  expect(chip.pin('P2.10')).toBe('low');
  write(0xe002c010, 1 << 20);
  expect(chip.pin('P2.10')).toBe('high');
});

test('LPC24xx GPIO interrupts, port 2, come on the enabled edge only and stay until cleared', () => {
  const { chip, read, write, raw } = heldRig();
  chip.setPin('P2.5', 'low');
  write(0xe00280b0, 1 << 5);
  chip.setPin('P2.5', 'high');
  expect(raw() & EINT3).toBe(EINT3);
  expect([read(0xe0028080), read(0xe00280a4), read(0xe00280a8)]).toEqual([4, 1 << 5, 0]);
  write(0xe00280ac, 1 << 5);
  expect(raw() & EINT3).toBe(0);
  chip.setPin('P2.5', 'low');
  expect(raw() & EINT3).toBe(0);
});

test('LPC24xx external interrupt 1, edge mode, is set by the edge and cleared by a written 1', () => {
  const { chip, read, write, raw } = heldRig();
  chip.setPin('P2.11', 'high');
  write(0xe002c010, 1 << 22);
  write(0xe01fc148, 2);
  write(0xe01fc140, 2);
  chip.setPin('P2.11', 'low');
  expect([read(0xe01fc140), (raw() >>> 15) & 1]).toEqual([2, 1]);
  write(0xe01fc140, 2);
  expect([read(0xe01fc140), (raw() >>> 15) & 1]).toEqual([0, 0]);
});

test('LPC2478 pins, a name that does not exist, is refused', () => {
  const { chip } = heldRig();
  expect(() => chip.setPin('P5.0', 'low')).toThrow('no pin P5.0');
  expect(() => chip.pin('P0.32')).toThrow('no pin P0.32');
});
