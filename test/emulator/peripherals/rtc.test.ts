import { expect, test } from 'vitest';
import { addSeconds, FIELD } from '../../../emulator/peripherals/lpc2000/rtc-calendar.ts';
import { heldRig } from '../chips/rig.ts';

const reg = (offset: number) => 0xe0024000 + offset;
const [ILR, CTC, CCR, CIIR, AMR] = [0, 4, 8, 0xc, 0x10].map(reg) as [
  number,
  number,
  number,
  number,
  number,
];
const SECOND = 1_440_000_000;
const RTC = 1 << 13;
const FIELDS = ['SEC', 'MIN', 'HOUR', 'DOM', 'DOW', 'DOY', 'MONTH', 'YEAR'] as const;

function set({ write }: { write: (address: number, value: number) => void }, time: number[]): void {
  write(CCR, 0x12);
  time.forEach((value, i) => {
    write(reg(0x20 + 4 * i), value);
  });
  write(CIIR, 0);
  write(AMR, 0xff);
  write(ILR, 3);
  write(CCR, 0x11);
}
const now = ({ read }: { read: (address: number) => number }) =>
  FIELDS.map((_, i) => read(reg(0x20 + 4 * i)));

test('LPC24xx RTC on its 32 kHz oscillator, advances a second in a second and not a tick before', () => {
  const rig = heldRig();
  set(rig, [58, 59, 23, 31, 6, 366, 12, 2024]);
  rig.ahead(SECOND - 1);
  expect(rig.read(reg(0x20))).toBe(58);
  rig.ahead(1);
  expect(rig.read(reg(0x20))).toBe(59);
  rig.ahead(SECOND);
  expect(now(rig)).toEqual([0, 0, 0, 1, 0, 1, 1, 2025]);
});

test('LPC24xx RTC, clock tick counter, counts 32768 in a second', () => {
  const rig = heldRig();
  set(rig, [0, 0, 0, 1, 0, 1, 1, 2024]);
  rig.ahead(SECOND / 4);
  expect(rig.read(CTC) >>> 1).toBe(8192);
});

test('LPC24xx RTC, prescaler set for a 1 MHz PCLK, keeps the second', () => {
  const rig = heldRig();
  set(rig, [0, 0, 0, 1, 0, 1, 1, 2024]);
  rig.write(CCR, 0x02);
  rig.write(reg(0x80), Math.floor(1_000_000 / 32768) - 1);
  rig.write(reg(0x84), 1_000_000 % 32768);
  rig.write(CCR, 0x01);
  rig.ahead(SECOND - 1);
  expect(rig.read(reg(0x20))).toBe(0);
  rig.ahead(1);
  expect(rig.read(reg(0x20))).toBe(1);
});

test('LPC24xx RTC, minute interrupt and alarm, come when their second comes', () => {
  const rig = heldRig();
  set(rig, [57, 10, 8, 1, 0, 1, 1, 2024]);
  rig.write(CIIR, 1 << FIELD.MIN);
  rig.ahead(3 * SECOND - 1);
  expect(rig.raw() & RTC).toBe(0);
  rig.ahead(1);
  expect([rig.raw() & RTC, rig.read(ILR)]).toEqual([RTC, 1]);
  rig.write(ILR, 1);
  rig.write(reg(0x60), 5);
  rig.write(AMR, 0xfe);
  rig.ahead(5 * SECOND - 1);
  expect(rig.read(ILR)).toBe(0);
  rig.ahead(1);
  expect(rig.read(ILR)).toBe(2);
});

test('LPC24xx RTC, reset and loss of supply with a battery, goes on', () => {
  const rig = heldRig();
  set(rig, [0, 0, 12, 1, 0, 1, 1, 2024]);
  rig.chip.reset('watchdog');
  rig.chip.powerOff();
  rig.chip.machine.runUntil(rig.chip.machine.now + 3600 * SECOND);
  rig.chip.powerOn();
  expect(now(rig).slice(0, 3)).toEqual([0, 0, 13]);
});

test('LPC24xx RTC calendar, day by day over a leap year, agrees with the proleptic calendar', () => {
  const calendar = new Int32Array([0, 0, 0, 1, 1, 1, 1, 2024]);
  const date = new Date(Date.UTC(2024, 0, 1));
  for (let day = 0; day < 800; day++) {
    const doy = (date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000 + 1;
    expect([...calendar.subarray(3)]).toEqual([
      date.getUTCDate(),
      date.getUTCDay(),
      doy,
      date.getUTCMonth() + 1,
      date.getUTCFullYear(),
    ]);
    addSeconds(calendar, 86_400);
    date.setUTCDate(date.getUTCDate() + 1);
  }
});
