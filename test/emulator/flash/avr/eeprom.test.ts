/** EEPROM of the ATmega32U4: the timed sequence, three modes, and what it shares with SPM.
 *  Source: ATmega16U4/32U4 data sheet, "EEPROM Data Memory". */

import { describe, expect, test } from 'vitest';
import { nvmRig, R } from './rig.ts';

const EEPE = 0x02;
const cell = (rig: ReturnType<typeof nvmRig>, address: number) =>
  rig.flash.readView(0x8000 + address, 1)[0];

test.each([
  [1, true],
  [4, true],
  [6, false],
])('EEPE %i cycles after EEMPE begins a write: %s', (gap, begins) => {
  const rig = nvmRig();
  rig.writeEeprom(0x123, 0x5a, 0, gap);
  expect(rig.eeprom.busy).toBe(begins);
});

test('EEMPE clears by itself', () => {
  const rig = nvmRig();
  rig.store(R.EECR, 0x04);
  rig.passCycles(6);
  expect(rig.load(R.EECR)).toBe(0);
});

describe('modes', () => {
  test.each([
    [0, 3400, 0x0f],
    [1, 1800, 0xff],
    [2, 1800, 0x0a],
  ])('EEPM %i takes %i us and leaves 0x%s over 5A', (mode, us, left) => {
    const rig = nvmRig();
    rig.flash.load(0x8010, Uint8Array.of(0x5a));
    rig.writeEeprom(0x10, 0x0f, mode);
    rig.passUs(us - 1);
    expect(rig.load(R.EECR) & EEPE).toBe(EEPE);
    rig.passUs(1);
    expect(rig.load(R.EECR) & EEPE).toBe(0);
    expect(cell(rig, 0x10)).toBe(left);
  });
  test('only the addressed byte changes', () => {
    const rig = nvmRig();
    rig.flash.load(0x8010, Uint8Array.of(1, 2, 3, 4));
    rig.writeEeprom(0x12, 0x77);
    rig.passUs(3400);
    expect([...rig.flash.readView(0x8010, 4)]).toEqual([1, 2, 0x77, 4]);
  });
  test('a cut in an erase tears that byte and no other', () => {
    const rig = nvmRig();
    rig.flash.load(0x8010, Uint8Array.of(0, 0, 0, 0));
    rig.writeEeprom(0x12, 0x77, 1);
    rig.passUs(900);
    rig.flash.powerFail('random-bits', 3);
    const [a, b, torn, d] = rig.flash.readView(0x8010, 4);
    expect([a, b, d]).toEqual([0, 0, 0]);
    expect(torn).not.toBe(0);
    expect(torn).not.toBe(0xff);
  });
});

test('a read gives the byte at once, stalls the CPU four cycles, and EERE reads 0', () => {
  const rig = nvmRig();
  rig.flash.load(0x8000 + 0x3ff, Uint8Array.of(0xc3));
  rig.store(R.EEARH, 3);
  rig.store(R.EEARL, 0xff);
  rig.store(R.EECR, 0x01);
  expect(rig.load(R.EEDR)).toBe(0xc3);
  expect(rig.load(R.EECR)).toBe(0);
  rig.passCycles(4);
  expect(rig.cpu.stalled).toBe(true);
  rig.passCycles(1);
  expect(rig.cpu.stalled).toBe(false);
});

test('data and address cannot be changed while a byte is written', () => {
  const rig = nvmRig();
  rig.writeEeprom(0x20, 0x11);
  rig.store(R.EEDR, 0x22);
  rig.store(R.EEARL, 0x30);
  rig.passUs(3400);
  expect(cell(rig, 0x20)).toBe(0x11);
});

test('a reset does not tear a write', () => {
  const rig = nvmRig();
  rig.writeEeprom(0x20, 0x11);
  rig.passUs(1000);
  rig.io.reset();
  rig.eeprom.reset();
  expect(rig.load(R.EECR) & EEPE).toBe(EEPE);
  rig.passUs(2400);
  expect(cell(rig, 0x20)).toBe(0x11);
});

test('EE_READY is asserted while enabled and idle', () => {
  const rig = nvmRig();
  rig.store(R.EECR, 0x08);
  expect(rig.lines.has(30)).toBe(true);
  rig.writeEeprom(0x20, 0x11);
  rig.store(R.EECR, 0x08, 0x08);
  expect(rig.lines.has(30)).toBe(false);
  rig.passUs(3400);
  expect(rig.lines.has(30)).toBe(true);
});

describe('beside SPM', () => {
  test('SPMEN cannot be set while a byte is written', () => {
    const rig = nvmRig();
    rig.writeEeprom(0x20, 0x11);
    rig.store(R.SPMCSR, 0x03);
    expect(rig.load(R.SPMCSR)).toBe(0);
    expect(rig.kinds()).toEqual(['spm-ignored']);
  });
  test('a byte cannot be written while a page is', () => {
    const rig = nvmRig();
    rig.spmCommand(0x03, 0x1000);
    rig.writeEeprom(0x20, 0x11);
    expect(rig.eeprom.busy).toBe(false);
    expect(rig.kinds()).toEqual(['eeprom-ignored']);
  });
});
