/** ADC12 of the MSP430F1611: times, references, sequences, flags and ADC12IV.
 *  Source: MSP430x1xx family user's guide, "ADC12". */

import { expect, test } from 'vitest';
import { Adc12 } from '../../../../emulator/peripherals/msp430/adc12.ts';
import { mspRig } from './rig.ts';

const CTL0 = 0x1a0;
const CTL1 = 0x1a2;
const IFG = 0x1a4;
const IE = 0x1a6;
const IV = 0x1a8;
const MEM = (n: number) => 0x140 + 2 * n;
const MCTL = (n: number) => 0x80 + n;
const ON = 0x10;
const REFON = 0x20;
const REF2_5V = 0x40;
const MSC = 0x80;
const ENC = 2;
const SC = 1;
const SHP = 0x200;
const ON_ACLK = 0x08;
const BUSY = 1;

function adcRig() {
  const rig = mspRig();
  const input = { supply: 3, volts: [0, 0.75, 1.5, 2.25, 0, 0, 0, 0] };
  let flags = 0;
  const adc = new Adc12(rig.machine, rig.clocks, rig.registers, rig.interrupts, {
    sources: rig.clocking,
    voltsAt: (channel) => input.volts[channel]!,
    supplyVolts: () => input.supply,
    sensorVolts: () => 0.986 + 0.00355 * 25,
    onFlag: () => flags++,
  });
  return { ...rig, adc, input, flagged: () => flags };
}

test.each([
  [0, 4],
  [3, 32],
  [12, 1024],
])('SHT0 %i: %i clocks of sampling and 13 of conversion, on ACLK', (sht, clocks) => {
  const rig = adcRig();
  rig.store(CTL1, SHP | ON_ACLK);
  rig.store(CTL0, (sht << 8) | ON);
  rig.store(MCTL(0), 1);
  rig.store(CTL0, (sht << 8) | ON | ENC | SC);
  expect(rig.load(CTL0) & SC).toBe(0);
  rig.passAclk(clocks + 12);
  expect([rig.load(CTL1) & BUSY, rig.load(IFG)]).toEqual([BUSY, 0]);
  rig.passAclk(1);
  expect([rig.load(CTL1) & BUSY, rig.load(IFG)]).toEqual([0, 1]);
  expect(rig.load(MEM(0))).toBe(1024);
  expect(rig.load(IFG)).toBe(0);
  expect(rig.flagged()).toBe(1);
});
test.each([
  ['half the supply at 1.5 V, 2.6 V', REFON, 0x1b, 2.6, Math.round((4095 * 1.3) / 1.5)],
  ['half the supply at 1.5 V, 3.2 V is full scale', REFON, 0x1b, 3.2, 4095],
  ['half the supply at 2.5 V', REFON | REF2_5V, 0x1b, 3, Math.round((4095 * 1.5) / 2.5)],
  ['half the supply at the supply', 0, 0x0b, 3, 2048],
  ['the sensor at 1.5 V', REFON, 0x1a, 3, Math.round((4095 * 1.07475) / 1.5)],
])('%s', (_name, reference, control, supply, expected) => {
  const rig = adcRig();
  rig.input.supply = supply;
  rig.store(CTL1, SHP | ON_ACLK);
  rig.store(MCTL(0), control);
  rig.store(CTL0, ON | reference);
  rig.store(CTL0, ON | reference | ENC | SC);
  rig.passAclk(17);
  expect(rig.load(MEM(0))).toBe(expected);
  expect(rig.kinds()).toEqual([]);
});
test('a reference that is off is an event', () => {
  const rig = adcRig();
  rig.store(CTL1, SHP | ON_ACLK);
  rig.store(MCTL(0), 0x10);
  rig.store(CTL0, ON | ENC | SC);
  rig.passAclk(17);
  expect(rig.kinds()).toEqual(['gap-register']);
});
test('without ADC12ON or ENC nothing starts', () => {
  for (const control of [ON | SC, ENC | SC]) {
    const rig = adcRig();
    rig.store(CTL1, SHP | ON_ACLK);
    rig.store(CTL0, control);
    expect(rig.load(CTL1) & BUSY).toBe(0);
  }
});
test('a sequence with MSC runs from CSTARTADD to EOS', () => {
  const rig = adcRig();
  rig.store(CTL1, (3 << 12) | SHP | ON_ACLK | 2);
  for (const [n, channel] of [
    [3, 1],
    [4, 2],
    [5, 0x83],
  ] as const) {
    rig.store(MCTL(n), channel);
  }
  rig.store(CTL0, ON | MSC);
  rig.store(CTL0, ON | MSC | ENC | SC);
  rig.passAclk(3 * 17);
  expect(rig.load(IFG)).toBe(0x38);
  expect([3, 4, 5].map((n) => rig.load(MEM(n)))).toEqual([1024, 2048, 3071]);
  expect(rig.load(CTL1) & BUSY).toBe(0);
  expect(rig.flagged()).toBe(1);
});
test('repeated conversions overflow until ENC is cleared', () => {
  const rig = adcRig();
  rig.store(CTL1, SHP | ON_ACLK | 4);
  rig.store(CTL0, ON | MSC | 8);
  rig.store(CTL0, ON | MSC | 8 | ENC | SC);
  rig.passAclk(17);
  expect(rig.lines.size).toBe(0);
  rig.passAclk(17);
  expect([...rig.lines]).toEqual([rig.VECTORS.ADC12]);
  expect([rig.load(IV), rig.load(IV)]).toEqual([2, 0]);
  rig.store(CTL0, ON | MSC | 8);
  rig.passAclk(17);
  expect(rig.load(CTL1) & BUSY).toBe(0);
  expect(rig.machine.scheduler.pending()).toEqual([]);
});
test('SHP = 0: SC samples as long as it is set', () => {
  const rig = adcRig();
  rig.store(CTL1, ON_ACLK);
  rig.store(MCTL(0), 2);
  rig.store(CTL0, ON);
  rig.store(CTL0, ON | ENC | SC);
  rig.passAclk(100);
  expect(rig.load(IFG)).toBe(0);
  rig.store(CTL0, ON | ENC);
  rig.passAclk(13);
  expect(rig.load(MEM(0))).toBe(2048);
});
test('ENC locks the settings', () => {
  const rig = adcRig();
  rig.store(CTL0, ON | ENC);
  rig.store(CTL1, SHP);
  rig.store(MCTL(0), 5);
  rig.store(CTL0, ENC);
  expect([rig.load(CTL1), rig.load(MCTL(0)), rig.load(CTL0)]).toEqual([0, 0, ON | ENC]);
});
test('a trigger in a conversion is a time overflow; a timer triggers only what SHS names', () => {
  const rig = adcRig();
  rig.store(CTL1, SHP | ON_ACLK | 0x400);
  rig.store(CTL0, ON | ENC | 4);
  rig.adc.trigger(2);
  expect(rig.load(CTL1) & BUSY).toBe(0);
  rig.adc.trigger(1);
  expect(rig.load(CTL1) & BUSY).toBe(BUSY);
  rig.adc.trigger(1);
  expect(rig.load(IV)).toBe(4);
});
test('ADC12IV: 6 + 2n for the lowest memory, cleared by reading that memory', () => {
  const rig = adcRig();
  rig.store(IE, 0xffff);
  rig.store(IFG, 0x8004);
  expect([rig.load(IV), rig.load(IV)]).toEqual([10, 10]);
  rig.load(MEM(2));
  expect(rig.load(IV)).toBe(36);
  rig.load(MEM(15));
  expect(rig.lines.size).toBe(0);
});
