import { expect, test } from 'vitest';
import {
  AVR_RESET_TABLE,
  type AvrResetCause,
  BOD_MILLIVOLTS,
  BORF,
  EXTRF,
  PORF,
  WDRF,
} from '../../../emulator/power/atmega32u4-resets.ts';
import { avrRig, heldAvr, START_AT_0, START_UP_TICKS } from '../chips/avr-rig.ts';

const [MCUSR, WDTCSR, PORTB, UCSRB, CLKPR] = [0x54, 0x60, 0x25, 0xc9, 0x61];
const WDE = 0x08;

type Rig = ReturnType<typeof heldAvr>;

/** Cause each reset as a board would. */
const CAUSES: Readonly<Record<AvrResetCause, (rig: Rig) => void>> = {
  'power-on': ({ chip }) => {
    chip.powerOff();
    chip.powerOn();
  },
  external: ({ chip }) => {
    chip.setResetPin('low');
    chip.setResetPin('high');
  },
  'brown-out': ({ chip }) => {
    chip.setSupplyMillivolts(2500);
    chip.setSupplyMillivolts(5000);
  },
  watchdog: ({ write, ahead }) => {
    write(WDTCSR, WDE);
    ahead(2048 * 1500);
  },
};
const SETS: Readonly<Record<AvrResetCause, number>> = {
  'power-on': PORF,
  external: EXTRF,
  'brown-out': BORF,
  watchdog: WDRF,
};
const causes = Object.keys(CAUSES) as AvrResetCause[];

test('ATmega32U4 resets, the table, has a row for each cause and no other', () => {
  expect(Object.keys(AVR_RESET_TABLE).sort()).toEqual([...causes].sort());
});

test.each(causes)(
  'ATmega32U4 reset, %s, sets its flag; the others stay but after power-on',
  (cause) => {
    const rig = heldAvr();
    expect(rig.read(MCUSR)).toBe(PORF);
    CAUSES[cause](rig);
    expect(rig.read(MCUSR)).toBe(cause === 'power-on' ? PORF : PORF | SETS[cause]);
    rig.write(MCUSR, 0);
    expect(rig.read(MCUSR)).toBe(0);
  },
);

test('ATmega32U4 resets, one after the other, gather in MCUSR until software clears a flag', () => {
  const rig = heldAvr();
  CAUSES.external(rig);
  CAUSES['brown-out'](rig);
  expect(rig.read(MCUSR)).toBe(PORF | EXTRF | BORF);
  rig.write(MCUSR, 0xff);
  expect(rig.read(MCUSR)).toBe(PORF | EXTRF | BORF);
  rig.write(MCUSR, 0xff & ~EXTRF);
  expect(rig.read(MCUSR)).toBe(PORF | BORF);
});

test.each(causes)(
  'ATmega32U4 reset, %s, keeps SRAM and registers only if the supply stayed',
  (cause) => {
    const rig = heldAvr();
    const { chip } = rig;
    chip.sram.fill(0x5a);
    chip.cpu.setRegister('r5', 0x77);
    CAUSES[cause](rig);
    const kept = cause !== 'power-on';
    expect(chip.sram.every((byte) => byte === 0x5a)).toBe(kept);
    expect(chip.cpu.getRegister('r5') === 0x77).toBe(kept);
  },
);

test.each(causes)('ATmega32U4 reset, %s, puts I/O registers to their initial values', (cause) => {
  const rig = heldAvr();
  rig.write(PORTB, 0xff);
  rig.write(UCSRB, 0xf8);
  rig.write(0x3e, 1);
  CAUSES[cause](rig);
  expect([rig.read(PORTB), rig.read(UCSRB), rig.read(0x3e)]).toEqual([0, 0, 0]);
  expect(rig.read(WDTCSR)).toBe(cause === 'watchdog' ? WDE : 0);
  expect([rig.chip.cpu.getRegister('sp'), rig.chip.cpu.getRegister('sreg')]).toEqual([0x0aff, 0]);
});

test.each(causes)(
  'ATmega32U4 reset, %s, tears a page program only if the supply is lost',
  (cause) => {
    const rig = heldAvr();
    const { chip } = rig;
    chip.flash.beginErase(4, 4);
    expect(chip.flash.busy).toBe(true);
    if (cause === 'watchdog') {
      rig.write(WDTCSR, WDE);
      chip.reset('watchdog');
    } else CAUSES[cause](rig);
    expect(chip.flash.busy).toBe(cause !== 'power-on');
  },
);

test('ATmega32U4 reset pin, held low through a page erase, lets it end', () => {
  const { chip, ahead } = heldAvr();
  chip.flash.beginErase(4, 4);
  chip.setResetPin('low');
  ahead(4500 * 192 - 1);
  expect(chip.flash.busy).toBe(true);
  ahead(1);
  expect(chip.flash.busy).toBe(false);
});

test('ATmega32U4 reset pin, low at power-on, holds the part until it is released', () => {
  const rig = avrRig(null);
  rig.chip.setResetPin('low');
  rig.chip.powerOn();
  rig.pass(200_000);
  expect(rig.chip.cpu.instructionCount).toBe(0);
  rig.chip.setResetPin('high');
  rig.pass(200_000);
  expect(rig.chip.cpu.instructionCount).toBeGreaterThan(0);
  expect(rig.read(MCUSR)).toBe(PORF | EXTRF);
});

test('ATmega32U4 start-up, crystal and SUT 11, takes 16 K + 14 cycles and 65 ms', () => {
  const { chip } = avrRig(null);
  chip.powerOn();
  chip.machine.runUntil(START_UP_TICKS);
  expect(chip.cpu.instructionCount).toBe(0);
  chip.machine.runUntil(START_UP_TICKS + 1);
  expect(chip.cpu.instructionCount).toBe(1);
});

test('ATmega32U4 fuses, BOOTRST and BOOTSZ, choose the first instruction', () => {
  const starts = [0xd8, 0xda, 0xdc, 0xde, 0xd9].map((high) => {
    const { chip } = avrRig(null, { fuses: { high } });
    chip.powerOn();
    return chip.cpu.pc;
  });
  expect(starts).toEqual([0x7000, 0x7800, 0x7c00, 0x7e00, 0]);
});

test.each([0, 1, 2, 3, 4, 5, 6])(
  'ATmega32U4 brown-out, BODLEVEL %i, resets below its level',
  (code) => {
    const level = BOD_MILLIVOLTS[code]!;
    const rig = heldAvr({ fuses: { ...START_AT_0, extended: 0xc8 | code } });
    rig.chip.setSupplyMillivolts(level);
    expect(rig.chip.supply.state).toBe('good');
    rig.chip.setSupplyMillivolts(level - 1);
    expect(rig.chip.supply.state).toBe('reset');
    rig.chip.setSupplyMillivolts(level + 49);
    expect(rig.chip.resets).toBe(1);
    rig.chip.setSupplyMillivolts(level + 50);
    expect(rig.chip.resets).toBe(2);
    expect(rig.read(MCUSR)).toBe(PORF | BORF);
  },
);

test('ATmega32U4 brown-out, detector off, runs on down to the power-on level and says it is too fast', () => {
  const rig = heldAvr({ fuses: { ...START_AT_0, extended: 0xcf } });
  rig.chip.setSupplyMillivolts(4500);
  expect(rig.events()).toEqual([]);
  rig.chip.setSupplyMillivolts(1400);
  expect(rig.events()).toEqual(['clock-illegal clkCPU: 16000000 Hz is too fast for 1400 mV (1)']);
  expect(rig.chip.resets).toBe(1);
  rig.chip.setSupplyMillivolts(1399);
  expect(rig.chip.isPowered).toBe(false);
});

test('ATmega32U4 fuse CKDIV8, programmed, starts with the clock divided by eight', () => {
  const rig = heldAvr({ fuses: { ...START_AT_0, low: 0x7f } });
  expect(rig.read(CLKPR)).toBe(3);
  expect(rig.chip.machine.scheduler.ticksPerCycle).toBe(96);
});
