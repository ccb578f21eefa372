import { describe, expect, test } from 'vitest';
import { avr } from '../../../helpers/avr-assembler.ts';
import { avrRig, CYCLE, heldAvr, START_AT_0, START_UP_TICKS } from '../../chips/avr-rig.ts';

const [CLKPR, CLKSEL0, CLKSTA, PLLCSR, MCUCR, SMCR, SREG] = [
  0x61, 0xc5, 0xc7, 0x49, 0x55, 0x53, 0x5f,
] as const;
const SE = 1;
const INT0 = 1;

describe('ATmega32U4 clocks', () => {
  test('CLKPR, changes within four cycles of CLKPCE alone, and not in the fifth', () => {
    const { chip, write, read, cycles } = heldAvr();
    const ticks = () => chip.machine.scheduler.ticksPerCycle;
    write(CLKPR, 0x02);
    expect(ticks()).toBe(CYCLE);
    write(CLKPR, 0x82);
    write(CLKPR, 0x02);
    expect(ticks()).toBe(CYCLE);
    write(CLKPR, 0x80);
    cycles(5);
    write(CLKPR, 0x02);
    expect([read(CLKPR), ticks()]).toEqual([0, CYCLE]);
    write(CLKPR, 0x80);
    cycles(4);
    write(CLKPR, 0x02);
    expect([read(CLKPR), ticks()]).toEqual([2, 4 * CYCLE]);
  });

  test('RC oscillator by fuse, runs at 8 MHz and starts at once', () => {
    const { chip } = avrRig(null, { fuses: { ...START_AT_0, low: 0xc2 } });
    chip.powerOn();
    expect(chip.clocking.cpuHz).toBe(8e6);
    chip.machine.runUntil(20 * 24);
    expect(chip.cpu.instructionCount).toBe(0);
    chip.machine.runUntil(20 * 24 + 1);
    expect(chip.cpu.instructionCount).toBe(1);
  });

  test('from crystal to RC oscillator and back, waits for the crystal', () => {
    const { chip, write, read, events, ahead } = heldAvr();
    expect([read(CLKSEL0) & 0x0d, read(CLKSTA)]).toEqual([0x05, 0x01]);
    write(CLKSEL0, 0x3d);
    expect(read(CLKSTA)).toBe(3);
    write(CLKSEL0, 0x3c);
    write(CLKSEL0, 0x38);
    expect([chip.clocking.cpuHz, read(CLKSTA)]).toEqual([8e6, 2]);
    write(CLKSEL0, 0x3c);
    ahead(16384 * CYCLE - 1);
    expect(read(CLKSTA)).toBe(2);
    ahead(1);
    expect(read(CLKSTA)).toBe(3);
    write(CLKSEL0, 0x3d);
    expect(chip.clocking.cpuHz).toBe(16e6);
    expect(events()).toEqual([]);
    write(CLKSEL0, 0x01);
    expect(chip.clocking.cpuHz).toBe(16e6);
    expect(events()).toHaveLength(1);
  });

  test('PLL without the divider at 16 MHz, is an illegal clock', () => {
    const { write, events } = heldAvr();
    write(PLLCSR, 0x02);
    expect(events()).toEqual(['clock-illegal PLLCSR: PLL input 16000000 Hz: needs 8 MHz (1)']);
  });
});

describe('ATmega32U4 vectors', () => {
  test('IVSEL, changes only within four cycles of IVCE', () => {
    const { chip, write, read, cycles } = heldAvr();
    write(MCUCR, 0x02);
    expect(chip.cpu.vectorBase).toBe(0);
    write(MCUCR, 0x01);
    expect(read(MCUCR)).toBe(0x01);
    cycles(5);
    expect(read(MCUCR)).toBe(0);
    write(MCUCR, 0x02);
    expect(chip.cpu.vectorBase).toBe(0);
    write(MCUCR, 0x01);
    cycles(2);
    write(MCUCR, 0x02);
    expect([chip.cpu.vectorBase, read(MCUCR)]).toEqual([0x3800, 0x02]);
    chip.reset('external');
    expect(chip.cpu.vectorBase).toBe(0);
  });

  test('IVCE, keeps interrupts away for four cycles', () => {
    /** sei; IVCE; four nops, with INT0 low all the time: its vector at word 2 counts r20 up. */
    const program = [
      avr.rjmp(0x20 - 1),
      0,
      avr.inc(20),
      avr.reti,
      ...Array<number>(0x20 - 4).fill(0),
      avr.ldi(16, 1),
      avr.out(0x1d, 16),
      avr.out(0x35, 16),
      avr.sei,
      ...Array<number>(20).fill(avr.inc(21)),
    ];
    const rig = avrRig(program);
    rig.chip.powerOn();
    rig.chip.cpu.setRegister('r20', 0);
    rig.chip.cpu.setRegister('r21', 0);
    rig.chip.machine.runUntil(START_UP_TICKS);
    for (let i = 0; i < 30 && rig.chip.cpu.getRegister('r20') === 0; i++) rig.chip.cpu.step();
    expect(rig.chip.cpu.getRegister('r20')).toBe(0);
    rig.chip.machine.runUntil(rig.chip.machine.now + 20 * CYCLE);
    expect(rig.chip.cpu.getRegister('r20')).toBeGreaterThan(0);
  });
});

describe('ATmega32U4 sleep', () => {
  const asleep = (mode: number, data: Record<number, number> = {}) => {
    const rig = heldAvr();
    rig.chip.cpu.data[SREG] = 0x80;
    for (const [address, value] of Object.entries(data)) rig.write(Number(address), value);
    rig.write(SMCR, SE | (mode << 1));
    rig.chip.sleep.enter();
    return rig;
  };
  const awake = (rig: ReturnType<typeof asleep>) => rig.chip.sleep.mode === null;

  test('SLEEP without SE, does nothing; with a reserved mode, says so', () => {
    const rig = heldAvr();
    rig.chip.sleep.enter();
    expect(awake(rig)).toBe(true);
    rig.write(SMCR, SE | (4 << 1));
    rig.chip.sleep.enter();
    expect(awake(rig)).toBe(true);
    expect(rig.events()).toHaveLength(1);
  });

  test('idle, timer 0 counts on and its interrupt wakes in four cycles', () => {
    const rig = asleep(0, { 71: 99, 110: 2, 69: 1 });
    /** The store that starts the timer takes effect a cycle later. */
    rig.cycles(1 + 99 + 1 + 3);
    expect(awake(rig)).toBe(false);
    rig.cycles(1);
    expect(awake(rig)).toBe(true);
  });

  test.each([1, 2, 3, 6, 7])('mode %i below idle, timer 0 stands still', (mode) => {
    const rig = asleep(mode, { 71: 99, 110: 2, 69: 1 });
    rig.cycles(10_000);
    expect(awake(rig)).toBe(false);
    expect(rig.read(0x46)).toBe(0);
  });

  test.each([
    ['power-down', 2, 16384 * CYCLE],
    ['power-save', 3, 16384 * CYCLE],
    ['standby', 6, 6 * CYCLE],
    ['extended-standby', 7, 6 * CYCLE],
    ['adc-noise-reduction', 1, 0],
    ['idle', 0, 0],
  ])('%s, INT0 wakes after its start-up time and four cycles', (name, mode, startUp) => {
    const rig = asleep(mode, { 105: 3, 61: 1 });
    expect(rig.chip.sleep.mode).toBe(name);
    rig.cycles(1000);
    rig.chip.setPin('PD0', 'high');
    expect(rig.asks(INT0)).toBe(true);
    rig.ahead(startUp + 4 * CYCLE - 1);
    expect(awake(rig)).toBe(false);
    rig.ahead(1);
    expect(awake(rig)).toBe(true);
  });

  test('power-down, INT6 by edge has no clock and does not wake; by level it does', () => {
    const rig = asleep(2, { 106: 0x30, 61: 0x40 });
    rig.chip.setPin('PE6', 'high');
    rig.pass(10_000);
    expect(awake(rig)).toBe(false);
    const level = heldAvr();
    level.chip.setPin('PE6', 'high');
    level.write(0x3d, 0x40);
    level.chip.cpu.data[SREG] = 0x80;
    level.write(SMCR, SE | (2 << 1));
    level.chip.sleep.enter();
    level.chip.setPin('PE6', 'low');
    level.pass(10_000);
    expect(awake(level)).toBe(true);
  });

  test('power-down, the watchdog interrupt wakes', () => {
    const rig = asleep(2, { 96: 0x40 });
    rig.pass(15_000);
    expect(awake(rig)).toBe(false);
    rig.pass(3_000);
    expect(awake(rig)).toBe(true);
  });

  test('power-down, characters on the line, are not heard', () => {
    const rig = asleep(2, { 204: 25, 201: 0x90 });
    rig.chip.usart1.send(Uint8Array.of(1, 2, 3));
    rig.pass(10_000);
    expect(awake(rig)).toBe(false);
    expect(rig.read(0xc8) & 0x80).toBe(0);
  });

  test('idle with SREG.I clear, nothing wakes the part', () => {
    const rig = asleep(0, { 95: 0, 71: 99, 110: 2, 69: 1 });
    rig.cycles(1000);
    expect(awake(rig)).toBe(false);
  });

  test('an interrupt that waits already, ends the sleep four cycles after the instruction', () => {
    const rig = asleep(0, { 61: 1 });
    rig.cycles(1 + 3);
    expect(awake(rig)).toBe(false);
    rig.cycles(1);
    expect(awake(rig)).toBe(true);
  });

  test('a watchdog reset, ends every sleep', () => {
    const rig = asleep(2, { 96: 0x08 });
    rig.pass(90_000);
    expect([awake(rig), rig.chip.resets, rig.read(0x54)]).toEqual([true, 2, 9]);
    expect(rig.chip.clocking.stopped).toBe(0);
  });
});
