import { expect, test } from 'vitest';
import { heldRig } from '../chips/rig.ts';

const [CR, GDR, INTEN, DR0, STAT] = [0, 4, 0xc, 0x10, 0x30].map((at) => 0xe0034000 + at) as [
  number,
  number,
  number,
  number,
  number,
];
const PCONP = 0xe01fc0c4;
const ADC = 1 << 18;
const PDN = 1 << 21;
const START = 1 << 24;
const BURST = 1 << 16;
/** PCLK of 1 MHz, divider 1: 11 clocks. */
const CONVERSION = 11 * 1440;

function rig() {
  const held = heldRig();
  held.write(PCONP, held.read(PCONP) | (1 << 12));
  held.write(0xe002c004, (1 << 14) | (1 << 16) | (1 << 18) | (1 << 20));
  for (let n = 0; n < 4; n++) {
    held.chip.setWave(n, { offsetVolts: 0.5 + n * 0.5, amplitudeVolts: 0, hz: 0, phase: 0 });
  }
  return held;
}
const code = (volts: number) => Math.floor((volts / 3.3) * 1024);

test('LPC24xx ADC, software start, is done after 11 clocks and not a tick before', () => {
  const { read, write, ahead, raw } = rig();
  write(CR, 0b10 | PDN | START);
  ahead(CONVERSION - 1);
  expect([read(GDR) >>> 31, raw() & ADC]).toEqual([0, 0]);
  ahead(1);
  expect(raw() & ADC).toBe(ADC);
  expect(read(STAT)).toBe(0x10002);
  const result = read(GDR);
  expect([result >>> 31, (result >>> 24) & 7, (result >>> 6) & 1023]).toEqual([1, 1, code(1)]);
  expect([read(GDR) >>> 31, raw() & ADC]).toEqual([0, 0]);
});

test('LPC24xx ADC, burst over four channels, gives each its own result and flags what was overrun', () => {
  const { read, write, ahead, raw } = rig();
  write(INTEN, 0);
  write(CR, 0b1111 | PDN | BURST);
  ahead(4 * CONVERSION);
  for (let n = 0; n < 4; n++) {
    const result = read(DR0 + 4 * n);
    expect([result >>> 30, (result >>> 6) & 1023]).toEqual([2, code(0.5 + n * 0.5)]);
  }
  ahead(1_000 * CONVERSION);
  expect(read(STAT) & 0xffff).toBe(0x0f0f);
  expect(raw() & ADC).toBe(0);
});

test('LPC24xx ADC, a sine of 50 Hz at its input, is sampled where the conversion starts', () => {
  const { chip, read, write, ahead } = rig();
  const wave = { offsetVolts: 1.65, amplitudeVolts: 1.2, hz: 50, phase: 0.3 };
  chip.setWave(0, wave);
  for (let i = 0; i < 40; i++) {
    const seconds = chip.machine.now / 1.44e9;
    const volts = 1.65 + 1.2 * Math.sin(2 * Math.PI * 50 * seconds + 0.3);
    write(CR, 1 | PDN | START);
    ahead(CONVERSION);
    expect(Math.abs(((read(DR0) >>> 6) & 1023) - code(volts))).toBeLessThanOrEqual(1);
    ahead(720_000 - CONVERSION);
  }
});

test('LPC24xx ADC, started while powered down, says so and converts nothing', () => {
  const { read, write, ahead, events } = rig();
  write(CR, 1 | START);
  ahead(10 * CONVERSION);
  expect(read(GDR) >>> 31).toBe(0);
  expect(events()).toEqual(['gap-register AD0CR: started while powered down (PDN) (1)']);
});

test('LPC24xx ADC, without its PCONP bit, is not there', () => {
  const { read, events } = heldRig();
  expect(read(CR)).toBe(0);
  expect(events()).toEqual(['unpowered-access AD0CR: read (1)']);
});
