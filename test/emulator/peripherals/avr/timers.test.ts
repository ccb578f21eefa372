import { describe, expect, test } from 'vitest';
import { CYCLE, heldAvr } from '../../chips/avr-rig.ts';

const [TIFR0, TIFR1, TIFR4, GTCCR, TCCR0A, TCCR0B, TCNT0, OCR0A, OCR0B, TIMSK0] = [
  0x35, 0x36, 0x39, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x6e,
] as const;
const [TIMSK1, TCCR1A, TCCR1B, TCNT1, ICR1, OCR1A] = [0x6f, 0x80, 0x81, 0x84, 0x86, 0x88] as const;
const [TCNT4, TC4H, TCCR4B, OCR4A, OCR4C] = [0xbe, 0xbf, 0xc1, 0xcf, 0xd1] as const;
const [TOV, OCFA, OCFB, ICF] = [1, 2, 4, 0x20];
const [T0_COMPA, T0_OVF, T1_CAPT, T1_COMPA] = [21, 23, 16, 17];

/** A store has its effect at the end of its last cycle, and devices see the begin of that: `start` is a store
 *  with its cycle, so that a test counts from where a timer begins. */
function timerRig() {
  const rig = heldAvr();
  const start = (address: number, value: number) => {
    rig.write(address, value);
    rig.cycles(1);
  };
  return { ...rig, start };
}
type Rig = ReturnType<typeof timerRig>;
/** High byte first, as C compilers do. */
const write16 = ({ write }: Rig, at: number, value: number) => {
  write(at + 1, value >> 8);
  write(at, value & 0xff);
};
const read16 = ({ read }: Rig, at: number) => read(at) | (read(at + 1) << 8);

describe('ATmega32U4 timer 0', () => {
  test('normal mode at clkIO, counts each cycle; TOV on the clock that leaves FF', () => {
    const { read, cycles, start } = timerRig();
    start(TCCR0B, 1);
    cycles(10);
    expect(read(TCNT0)).toBe(10);
    cycles(245);
    expect([read(TCNT0), read(TIFR0) & TOV]).toEqual([0xff, 0]);
    cycles(1);
    expect([read(TCNT0), read(TIFR0) & TOV]).toEqual([0, TOV]);
  });

  test('compare match, sets its flag on the clock after, asks if enabled, and the vector clears it', () => {
    const { chip, write, read, cycles, asks, start } = timerRig();
    write(OCR0A, 20);
    write(TIMSK0, OCFA);
    start(TCCR0B, 1);
    cycles(20);
    expect([read(TIFR0), asks(T0_COMPA)]).toEqual([OCFB, false]);
    cycles(1);
    expect([read(TIFR0), asks(T0_COMPA)]).toEqual([OCFB | OCFA, true]);
    chip.parts.interruptTaken(T0_COMPA);
    expect([read(TIFR0), asks(T0_COMPA)]).toEqual([OCFB, false]);
    write(TIFR0, OCFB);
    expect(read(TIFR0)).toBe(0);
  });

  test('CTC, period is OCR0A + 1 clocks of the prescaler, and TOV stays 0', () => {
    const { write, read, cycles, asks, start } = timerRig();
    write(GTCCR, 1);
    write(TCCR0A, 2);
    write(OCR0A, 249);
    write(TIMSK0, OCFA);
    start(TCCR0B, 3);
    for (let period = 1; period <= 3; period++) {
      cycles(250 * 64 - 1);
      expect(asks(T0_COMPA)).toBe(false);
      cycles(1);
      expect(asks(T0_COMPA)).toBe(true);
      write(TIFR0, OCFA);
    }
    expect(read(TIFR0) & TOV).toBe(0);
  });

  test('CTC, OCR0A set below the counter, runs on to FF first', () => {
    const { write, read, cycles, start } = timerRig();
    write(TCCR0A, 2);
    write(OCR0A, 200);
    start(TCCR0B, 1);
    cycles(100);
    write(OCR0A, 50);
    cycles(155);
    expect([read(TCNT0), read(TIFR0) & TOV]).toEqual([255, 0]);
    cycles(1);
    expect([read(TCNT0), read(TIFR0) & TOV]).toEqual([0, TOV]);
    cycles(51);
    expect([read(TCNT0), read(TIFR0) & OCFA]).toEqual([0, OCFA]);
  });

  test('a store into TCNT0, blocks the compare match of the next clock only', () => {
    const { write, read, cycles, start } = timerRig();
    write(OCR0A, 10);
    start(TCCR0B, 1);
    start(TCNT0, 10);
    cycles(1);
    expect(read(TIFR0) & OCFA).toBe(0);
    start(TCNT0, 9);
    cycles(2);
    expect(read(TIFR0) & OCFA).toBe(OCFA);
  });

  test('fast PWM, takes OCR0A over at the end of the period, and PB7 follows', () => {
    const { chip, write, read, cycles, start } = timerRig();
    write(0x24, 0x80);
    write(TCCR0A, 0x83);
    write(OCR0A, 99);
    start(TCCR0B, 1);
    cycles(256);
    expect(chip.pin('PB7')).toBe('high');
    cycles(99);
    expect(chip.pin('PB7')).toBe('high');
    cycles(1);
    expect(chip.pin('PB7')).toBe('low');
    write(OCR0A, 9);
    expect(read(OCR0A)).toBe(9);
    cycles(156);
    expect(chip.pin('PB7')).toBe('high');
    cycles(10);
    expect(chip.pin('PB7')).toBe('low');
  });

  test('phase correct PWM, period is 510 clocks, TOV at BOTTOM, PB7 low around TOP', () => {
    const { chip, write, read, cycles, start } = timerRig();
    write(0x24, 0x80);
    write(TCCR0A, 0x81);
    write(OCR0A, 200);
    start(TCCR0B, 1);
    cycles(510);
    cycles(200);
    write(TIFR0, 7);
    expect([read(TCNT0), chip.pin('PB7')]).toEqual([200, 'high']);
    cycles(1);
    expect([read(TCNT0), chip.pin('PB7')]).toEqual([201, 'low']);
    cycles(109);
    expect([read(TCNT0), chip.pin('PB7')]).toEqual([200, 'low']);
    cycles(1);
    expect([read(TCNT0), chip.pin('PB7')]).toEqual([199, 'high']);
    cycles(199);
    expect([read(TCNT0), read(TIFR0) & TOV]).toEqual([0, 0]);
    cycles(1);
    expect([read(TCNT0), read(TIFR0) & TOV]).toEqual([1, TOV]);
  });

  test('toggle on compare match, makes a square wave at PD0, and FOC0B forces an edge', () => {
    const { chip, write, cycles, start } = timerRig();
    write(0x2a, 1);
    write(TCCR0A, 0x12);
    write(OCR0A, 9);
    write(OCR0B, 5);
    start(TCCR0B, 1);
    cycles(6);
    expect(chip.pin('PD0')).toBe('high');
    cycles(10);
    expect(chip.pin('PD0')).toBe('low');
    start(TCCR0B, 0x41);
    expect(chip.pin('PD0')).toBe('high');
  });

  test('clocked by the pin T0, counts rising edges at PD7 and nothing else', () => {
    const { chip, read, cycles, start } = timerRig();
    start(TCCR0B, 7);
    for (let i = 0; i < 5; i++) {
      chip.setPin('PD7', 'high');
      cycles(10);
      chip.setPin('PD7', 'low');
    }
    expect(read(TCNT0)).toBe(5);
    start(TCCR0B, 6);
    chip.setPin('PD7', 'high');
    expect(read(TCNT0)).toBe(5);
    chip.setPin('PD7', 'low');
    expect(read(TCNT0)).toBe(6);
  });

  test('TSM and PSRSYNC, hold the prescaler; its release starts it from 0', () => {
    const { write, read, cycles, start } = timerRig();
    start(TCCR0B, 2);
    cycles(83);
    write(GTCCR, 0x81);
    const held = read(TCNT0);
    cycles(1000);
    expect(read(TCNT0)).toBe(held);
    write(GTCCR, 0x81);
    start(GTCCR, 0x00);
    cycles(7);
    expect(read(TCNT0)).toBe(held);
    cycles(1);
    expect(read(TCNT0)).toBe(held + 1);
  });

  test('system clock divided by two in between, counts on at half the rate', () => {
    const { chip, write, read, cycles, start } = timerRig();
    start(TCCR0B, 1);
    cycles(50);
    write(0x61, 0x80);
    write(0x61, 0x01);
    expect(chip.machine.scheduler.ticksPerCycle).toBe(2 * CYCLE);
    cycles(100);
    expect(read(TCNT0)).toBe(100);
  });

  test('PRTIM0, stops it and hides its registers', () => {
    const { write, read, cycles, start } = timerRig();
    start(TCCR0B, 1);
    cycles(5);
    write(0x64, 0x20);
    cycles(100);
    expect(read(TCNT0)).toBe(0);
    start(0x64, 0);
    cycles(3);
    expect(read(TCNT0)).toBe(8);
  });

  test('with nothing enabled and all flags up, costs no event', () => {
    const { chip, write, cycles, start } = timerRig();
    start(TCCR0B, 1);
    cycles(600);
    expect(chip.machine.scheduler.pending()).toEqual([]);
    write(TIFR0, TOV);
    expect(chip.machine.scheduler.pending()).toHaveLength(1);
  });
});

describe('ATmega32U4 timer 1', () => {
  test('16-bit access, goes through TEMP: high byte first to write, low byte first to read', () => {
    const rig = timerRig();
    write16(rig, TCNT1, 0x1234);
    expect(read16(rig, TCNT1)).toBe(0x1234);
    rig.start(TCCR1B, 1);
    write16(rig, TCNT1, 0x00fe);
    rig.cycles(2);
    const low = rig.read(TCNT1);
    rig.cycles(5);
    expect([low, rig.read(TCNT1 + 1)]).toEqual([0xff, 0x00]);
    expect(read16(rig, TCNT1)).toBe(0x104);
  });

  test('CTC with OCR1A 15999 at clkIO, ticks each millisecond', () => {
    const rig = timerRig();
    write16(rig, OCR1A, 15_999);
    rig.write(TIMSK1, OCFA);
    rig.start(TCCR1B, 0x09);
    rig.cycles(15_999);
    expect(rig.asks(T1_COMPA)).toBe(false);
    rig.cycles(1);
    expect(rig.asks(T1_COMPA)).toBe(true);
    rig.chip.parts.interruptTaken(T1_COMPA);
    rig.cycles(15_999);
    expect(rig.asks(T1_COMPA)).toBe(false);
    rig.cycles(1);
    expect(rig.asks(T1_COMPA)).toBe(true);
  });

  test('input capture, an edge at PD4, stores the count and asks', () => {
    const rig = timerRig();
    rig.write(TIMSK1, ICF);
    rig.start(TCCR1B, 0x41);
    rig.cycles(0x345);
    rig.chip.setPin('PD4', 'high');
    rig.cycles(100);
    rig.chip.setPin('PD4', 'low');
    expect(read16(rig, ICR1)).toBe(0x345);
    expect(rig.asks(T1_CAPT)).toBe(true);
  });

  test('fast PWM with TOP in ICR1, has that period, and ICF at its end', () => {
    const rig = timerRig();
    rig.write(TCCR1A, 0x02);
    rig.start(TCCR1B, 0x18);
    write16(rig, ICR1, 999);
    rig.start(TCCR1B, 0x19);
    rig.cycles(999);
    expect(rig.read(TIFR1) & (ICF | TOV)).toBe(0);
    rig.cycles(1);
    expect(rig.read(TIFR1) & (ICF | TOV)).toBe(ICF | TOV);
    expect(read16(rig, TCNT1)).toBe(0);
  });

  test('ICR1, where it is not TOP, is not written by software', () => {
    const rig = timerRig();
    write16(rig, ICR1, 0x1234);
    expect(read16(rig, ICR1)).toBe(0);
  });

  test('fuse CKDIV8 away, prescaler 1024, TCNT1 counts every 1024 cycles', () => {
    const rig = timerRig();
    rig.write(GTCCR, 1);
    rig.start(TCCR1B, 5);
    rig.cycles(1023);
    expect(read16(rig, TCNT1)).toBe(0);
    rig.cycles(1);
    expect(read16(rig, TCNT1)).toBe(1);
  });
});

describe('ATmega32U4 timer 4', () => {
  test('normal mode, counts to OCR4C in ten bits with TC4H', () => {
    const { write, read, cycles, start } = timerRig();
    write(TC4H, 3);
    write(OCR4C, 0xe7);
    write(TC4H, 1);
    write(OCR4A, 0x00);
    start(TCCR4B, 1);
    cycles(0x100);
    expect(read(TIFR4) & 0x44).toBe(0);
    cycles(1);
    expect(read(TIFR4) & 0x44).toBe(0x40);
    cycles(999 - 0x101);
    expect([read(TCNT4), read(TC4H), read(TIFR4) & 4]).toEqual([0xe7, 3, 0]);
    cycles(1);
    expect([read(TCNT4), read(TC4H), read(TIFR4) & 4]).toEqual([0, 0, 4]);
  });

  test('clocked by the PLL at 64 MHz, counts four times a cycle', () => {
    const { chip, write, read, pass, cycles, start } = timerRig();
    write(0x49, 0x10);
    write(0x52, 0x2a);
    write(0x49, 0x12);
    expect(read(0x49) & 1).toBe(0);
    pass(100);
    expect(read(0x49) & 1).toBe(1);
    start(TCCR4B, 1);
    cycles(10);
    expect(read(TCNT4)).toBe(40);
    expect(chip.clocks.list().find(({ name }) => name.includes('PLL'))?.hz).toBe(64e6);
  });

  test('after a reset, has TOP FF', () => {
    const { read, cycles, start } = timerRig();
    start(TCCR4B, 1);
    cycles(0x100);
    expect([read(OCR4C), read(TCNT4), read(TIFR4) & 4]).toEqual([0xff, 0, 4]);
  });
});

test('ATmega32U4 timers, after a snapshot is restored, count in the mode of that moment', () => {
  const rig = timerRig();
  rig.write(TCCR0A, 2);
  rig.write(OCR0A, 9);
  rig.start(TCCR0B, 1);
  const snapshot = rig.chip.machine.takeSnapshot();
  rig.write(TCCR0A, 0);
  rig.cycles(30);
  expect(rig.read(TCNT0)).toBe(30);
  rig.chip.machine.restoreSnapshot(snapshot);
  rig.cycles(25);
  expect(rig.read(TCNT0)).toBe(5);
  expect(rig.asks(T0_OVF)).toBe(false);
});
