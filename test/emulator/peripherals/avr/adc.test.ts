import { expect, test } from 'vitest';
import { CYCLE, heldAvr } from '../../chips/avr-rig.ts';

const [ADCL, ADCH, ADCSRA, ADCSRB, ADMUX] = [0x78, 0x79, 0x7a, 0x7b, 0x7c];
const [ADEN, ADSC, ADATE, ADIF, ADIE] = [0x80, 0x40, 0x20, 0x10, 0x08];
const VECTOR = 29;
/** ADPS 7: clkADC / 128 = 125 kHz. */
const ADC_CLOCK = 128 * CYCLE;

const steady = (volts: number) => ({ offsetVolts: volts, amplitudeVolts: 0, hz: 0, phase: 0 });

function open(mux = 0x40, control = ADEN | 7) {
  const rig = heldAvr();
  rig.chip.setWave(0, steady(1));
  rig.chip.setWave(1, steady(2.5));
  rig.write(ADMUX, mux);
  rig.write(ADCSRA, control);
  const result = () => rig.read(ADCL) | (rig.read(ADCH) << 8);
  const convert = () => {
    rig.write(ADCSRA, control | ADSC);
    rig.ahead(25 * ADC_CLOCK);
    return result();
  };
  return { ...rig, result, convert };
}

test('ATmega32U4 ADC, first conversion takes 25 ADC clocks, the next 13, to the tick', () => {
  const { write, read, ahead, result } = open();
  write(ADCSRA, ADEN | ADSC | 7);
  ahead(25 * ADC_CLOCK - 1);
  expect(read(ADCSRA)).toBe(ADEN | ADSC | 7);
  ahead(1);
  expect(read(ADCSRA)).toBe(ADEN | ADIF | 7);
  expect(result()).toBe(Math.floor((1 / 5) * 1024));
  write(ADCSRA, ADEN | ADSC | ADIF | 7);
  ahead(13 * ADC_CLOCK - 1);
  expect(read(ADCSRA)).toBe(ADEN | ADSC | 7);
  ahead(1);
  expect(read(ADCSRA)).toBe(ADEN | ADIF | 7);
});

test('ATmega32U4 ADC, started between two edges of its clock, waits for the next', () => {
  const { write, read, ahead } = open();
  ahead(1);
  write(ADCSRA, ADEN | ADSC | 7);
  ahead(26 * ADC_CLOCK - 2);
  expect(read(ADCSRA) & ADIF).toBe(0);
  ahead(1);
  expect(read(ADCSRA) & ADIF).toBe(ADIF);
});

test('ATmega32U4 ADC, references and channels, give the ratio of their voltages', () => {
  expect(open(0x41).convert()).toBe(512);
  expect(open(0xc0).convert()).toBe(400);
  expect(open(0xc1).convert()).toBe(1000);
  expect(open(0x5e).convert()).toBe(Math.floor((1.1 / 5) * 1024));
  expect(open(0x5f).convert()).toBe(0);
  const warm = open(0xc7);
  warm.write(ADCSRB, 0x20);
  expect(warm.convert()).toBe(298);
});

test('ATmega32U4 ADC, a differential channel, is a gap and reads 0', () => {
  const { convert, events } = open(0x50);
  expect(convert()).toBe(0);
  expect(events()).toEqual([
    'gap-register ADMUX: differential or reserved channel 16: reads 0 (1)',
  ]);
});

test('ATmega32U4 ADC, ADLAR, puts the upper eight bits into ADCH', () => {
  const { convert, read } = open(0x61);
  convert();
  expect([read(ADCH), read(ADCL)]).toEqual([0x80, 0]);
});

test('ATmega32U4 ADC, ADCL read and ADCH not yet, keeps the result of that moment', () => {
  const { chip, convert, read, write, ahead } = open();
  convert();
  expect(read(ADCL)).toBe(204);
  chip.setWave(0, steady(4));
  write(ADCSRA, ADEN | ADSC | 7);
  ahead(14 * ADC_CLOCK);
  expect(read(ADCH)).toBe(0);
  write(ADCSRA, ADEN | ADSC | 7);
  ahead(14 * ADC_CLOCK);
  expect(read(ADCL) | (read(ADCH) << 8)).toBe(819);
});

test('ATmega32U4 ADC, free running, has a result every 13 clocks and asks each time', () => {
  const { chip, write, ahead, asks } = open();
  write(ADCSRA, ADEN | ADSC | ADATE | ADIE | 7);
  ahead(25 * ADC_CLOCK);
  expect(asks(VECTOR)).toBe(true);
  for (let i = 0; i < 3; i++) {
    chip.parts.interruptTaken(VECTOR);
    ahead(13 * ADC_CLOCK - 1);
    expect(asks(VECTOR)).toBe(false);
    ahead(1);
    expect(asks(VECTOR)).toBe(true);
  }
});

test('ATmega32U4 ADC, noise reduction sleep, starts a conversion that wakes the part', () => {
  const { chip, write, ahead, read } = open(0x41, ADEN | ADIE | 7);
  chip.cpu.data[0x5f] = 0x80;
  write(0x53, 1 | (1 << 1));
  chip.sleep.enter();
  expect(read(ADCSRA) & ADSC).toBe(ADSC);
  ahead(26 * ADC_CLOCK);
  expect(chip.sleep.mode).toBe(null);
  expect(read(ADCL) | (read(ADCH) << 8)).toBe(512);
});

test('ATmega32U4 ADC, turned off in the middle, ends without a result', () => {
  const { write, read, ahead } = open();
  write(ADCSRA, ADEN | ADSC | 7);
  ahead(10 * ADC_CLOCK);
  write(ADCSRA, 7);
  ahead(100 * ADC_CLOCK);
  expect(read(ADCSRA)).toBe(7);
});
