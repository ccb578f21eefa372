import { expect, test } from 'vitest';
import { heldAvr } from '../../chips/avr-rig.ts';

const [PINB, DDRB, PORTB, PIND, DDRD, PORTD, PINE] = [0x23, 0x24, 0x25, 0x29, 0x2a, 0x2b, 0x2c];
const [PCIFR, EIFR, EIMSK, PCICR, EICRA, EICRB, PCMSK0] = [
  0x3b, 0x3c, 0x3d, 0x68, 0x69, 0x6a, 0x6b,
] as const;
const [MCUCR, DIDR0, DIDR2] = [0x55, 0x7e, 0x7d];
const [INT0, INT1, INT6, PCINT0] = [1, 2, 7, 9];

test('ATmega32U4 ports, an output, shows PORTx; an input, the board or its pull-up', () => {
  const { chip, read, write } = heldAvr();
  write(DDRB, 0x01);
  write(PORTB, 0x03);
  expect([chip.pin('PB0'), chip.pin('PB1'), chip.pin('PB2')]).toEqual(['high', 'high', 'low']);
  expect(read(PINB)).toBe(0x03);
  chip.setPin('PB1', 'low');
  chip.setPin('PB2', 'high');
  expect(read(PINB)).toBe(0x05);
  chip.setPin('PB1', 'float');
  expect(read(PINB)).toBe(0x07);
  write(MCUCR, 0x10);
  expect(read(PINB)).toBe(0x05);
});

test('ATmega32U4 ports, a one written to PINx, toggles PORTx, one bit at a time too', () => {
  const { read, write } = heldAvr();
  write(DDRB, 0xff);
  write(PORTB, 0xf0);
  write(PINB, 0x18);
  expect([read(PORTB), read(PINB)]).toEqual([0xe8, 0xe8]);
  write(PINB, 0xff, 0x01);
  expect(read(PORTB)).toBe(0xe9);
});

test('ATmega32U4 ports, pins that the package lacks, are refused by name and reserved in registers', () => {
  const { chip, write, events } = heldAvr();
  for (const name of ['PC0', 'PE0', 'PF2', 'PA1']) {
    expect(() => chip.setPin(name, 'high')).toThrow(`no pin ${name}`);
  }
  write(0x27, 0x01);
  expect(events()).toEqual(['reserved-bit DDRC: bits 0 written with 0x01 (1)']);
});

test('ATmega32U4 ports, a digital input that is disabled, reads 0', () => {
  const { chip, read, write } = heldAvr();
  chip.setPin('PF0', 'high');
  chip.setPin('PF1', 'high');
  chip.setPin('PB4', 'high');
  write(DIDR0, 0x01);
  write(DIDR2, 0x08);
  expect([read(0x2f), read(PINB)]).toEqual([0x02, 0x00]);
});

test('ATmega32U4 USART1, turned on, takes PD2 as input and PD3 as idle high output', () => {
  const { chip, write, read } = heldAvr();
  write(DDRD, 0x04);
  write(PORTD, 0x04);
  expect(chip.pin('PD2')).toBe('high');
  write(0xc9, 0x18);
  expect([chip.pin('PD2'), chip.pin('PD3')]).toEqual(['low', 'high']);
  write(0xc9, 0);
  expect(read(PIND)).toBe(0x04);
});

test('ATmega32U4 external interrupts, each sense code, asks on its edge and no other', () => {
  const edges = [1, 2, 3].map((sense) => {
    const { chip, read, write } = heldAvr();
    write(EICRA, sense << 2);
    chip.setPin('PD1', 'high');
    const rising = read(EIFR);
    write(EIFR, 2);
    chip.setPin('PD1', 'low');
    return [rising, read(EIFR)];
  });
  expect(edges).toEqual([
    [2, 2],
    [0, 2],
    [2, 0],
  ]);
});

test('ATmega32U4 INT0 by edge, asks if enabled, and its vector clears the flag', () => {
  const { chip, read, write, asks } = heldAvr();
  write(EICRA, 3);
  chip.setPin('PD0', 'high');
  expect([read(EIFR), asks(INT0)]).toEqual([1, false]);
  write(EIMSK, 1);
  expect(asks(INT0)).toBe(true);
  chip.parts.interruptTaken(INT0);
  expect([read(EIFR), asks(INT0)]).toEqual([0, false]);
});

test('ATmega32U4 INT1 by level, asks as long as the pin is low, with no flag', () => {
  const { chip, read, write, asks } = heldAvr();
  chip.setPin('PD1', 'high');
  write(EIMSK, 2);
  expect(asks(INT1)).toBe(false);
  chip.setPin('PD1', 'low');
  chip.parts.interruptTaken(INT1);
  expect([read(EIFR), asks(INT1)]).toEqual([0, true]);
  chip.setPin('PD1', 'high');
  expect(asks(INT1)).toBe(false);
});

test('ATmega32U4 INT6, rising edge at PE6, asks; INT4, 5 and 7 are not there', () => {
  const { chip, read, write, asks, events } = heldAvr();
  write(EICRB, 0x30);
  write(EIMSK, 0x40);
  chip.setPin('PE6', 'high');
  expect([read(PINE), read(EIFR), asks(INT6)]).toEqual([0x40, 0x40, true]);
  write(EIMSK, 0xb0);
  expect(events()).toEqual(['reserved-bit EIMSK: bits 7,5:4 written with 0xb0 (1)']);
});

test('ATmega32U4 pin change, a masked pin of port B either way, asks; an unmasked one does not', () => {
  const { chip, read, write, asks } = heldAvr();
  write(PCICR, 1);
  write(PCMSK0, 0x10);
  chip.setPin('PB3', 'high');
  expect(read(PCIFR)).toBe(0);
  chip.setPin('PB4', 'high');
  expect(asks(PCINT0)).toBe(true);
  chip.parts.interruptTaken(PCINT0);
  expect(asks(PCINT0)).toBe(false);
  chip.setPin('PB4', 'low');
  expect(asks(PCINT0)).toBe(true);
  write(PCIFR, 1);
  expect(asks(PCINT0)).toBe(false);
});
