/** Self-programming of the ATmega32U4: what SPM does, when, and from where.
 *  Source: ATmega16U4/32U4 data sheet, "Boot Loader Support". */

import { describe, expect, test } from 'vitest';
import { BOOT_START, nvmRig, R } from './rig.ts';

const ERASE = 0x03;
const WRITE = 0x05;
const ENABLE_RWW = 0x11;
const RWWSB = 0x40;
const SPMEN = 0x01;
const PAGE_US = 4500;

const bitsIn = (byte: number): number => byte.toString(2).replaceAll('0', '').length;

describe('the four-cycle window', () => {
  test.each([
    [1, 1],
    [4, 1],
    [5, 0],
  ])('SPM %i cycles after the store to SPMCSR begins %i operations', (gap, operations) => {
    const rig = nvmRig();
    rig.spmCommand(ERASE, 0x1000, 0, gap);
    expect(rig.flash.operationsTotal).toBe(operations);
    expect(rig.kinds()).toEqual(operations === 0 ? ['spm-ignored'] : []);
  });
  test('SPMEN reads 1 in the window and clears by itself after it', () => {
    const rig = nvmRig();
    rig.store(R.SPMCSR, ERASE);
    rig.passCycles(4);
    expect(rig.load(R.SPMCSR)).toBe(ERASE);
    rig.passCycles(2);
    expect(rig.load(R.SPMCSR)).toBe(0);
  });
  test('SPM without a command before it does nothing', () => {
    const rig = nvmRig();
    rig.spm.spm(0x1000, 0);
    expect(rig.flash.busy).toBe(false);
    expect(rig.kinds()).toEqual(['spm-ignored']);
  });
  test.each([0x07, 0x0f, 0x13, 0x15])('command %i is none of the six and has no effect', (low) => {
    const rig = nvmRig();
    rig.spmCommand(low, 0x1000);
    expect(rig.flash.operationsTotal).toBe(0);
    expect(rig.load(R.SPMCSR)).toBe(0);
    expect(rig.kinds()).toContain('spm-ignored');
  });
});

test('SPM outside the boot section does nothing', () => {
  const rig = nvmRig();
  rig.machine.bus.currentPc = BOOT_START - 2;
  rig.spmCommand(ERASE, 0x1000);
  expect(rig.flash.operationsTotal).toBe(0);
  rig.machine.bus.currentPc = BOOT_START;
  rig.spmCommand(ERASE, 0x1000);
  expect(rig.flash.operationsTotal).toBe(1);
});

describe('the page buffer', () => {
  test('takes each word once: a second load of it is ignored', () => {
    const rig = nvmRig();
    rig.spmCommand(0x01, 0x0006, 0x1234);
    rig.spmCommand(0x01, 0x0006, 0x0000);
    rig.spmCommand(WRITE, 0x1000);
    rig.passUs(PAGE_US);
    expect([...rig.page(0x20).subarray(4, 10)]).toEqual([0xff, 0xff, 0x34, 0x12, 0xff, 0xff]);
    expect(rig.kinds()).toEqual(['spm-ignored']);
  });
  test('is erased by a page write: the same word can be loaded again', () => {
    const rig = nvmRig();
    rig.fillBuffer((i) => i);
    rig.spmCommand(WRITE, 0x1000);
    rig.passUs(PAGE_US);
    rig.spmCommand(WRITE, 0x1080);
    rig.passUs(PAGE_US);
    expect(rig.page(0x20)[2]).toBe(1);
    expect(rig.page(0x21).every((byte) => byte === 0xff)).toBe(true);
  });
  test.each([
    ['RWWSRE during loading', (rig: ReturnType<typeof nvmRig>) => rig.spmCommand(ENABLE_RWW, 0)],
    ['an EEPROM write', (rig: ReturnType<typeof nvmRig>) => rig.writeEeprom(1, 2)],
    ['a reset', (rig: ReturnType<typeof nvmRig>) => rig.spm.reset()],
  ])('is lost by %s', (_what, lose) => {
    const rig = nvmRig();
    rig.fillBuffer(() => 0);
    lose(rig);
    rig.passUs(PAGE_US);
    rig.spmCommand(WRITE, 0x1000);
    rig.passUs(PAGE_US);
    expect(rig.page(0x20).every((byte) => byte === 0xff)).toBe(true);
  });
  test('survives a page erase: erase may come after loading', () => {
    const rig = nvmRig();
    rig.fillBuffer(() => 0x55aa);
    rig.spmCommand(ERASE, 0x1000);
    rig.passUs(PAGE_US);
    rig.spmCommand(WRITE, 0x1000);
    rig.passUs(PAGE_US);
    expect(rig.page(0x20).every((byte, i) => byte === (i % 2 === 0 ? 0xaa : 0x55))).toBe(true);
  });
});

test('a page write without an erase only clears bits', () => {
  const rig = nvmRig();
  for (const word of [0xff0f, 0xf0ff]) {
    rig.fillBuffer(() => word);
    rig.spmCommand(WRITE, 0x1000);
    rig.passUs(PAGE_US);
    rig.spmCommand(ENABLE_RWW, 0);
  }
  expect([...rig.page(0x20).subarray(0, 2)]).toEqual([0x0f, 0xf0]);
});

describe('the read-while-write section', () => {
  test('reads garbage from the begin of an erase until RWWSRE, and RWWSB says so', () => {
    const rig = nvmRig();
    rig.flash.load(0x0200, Uint8Array.of(0x42));
    rig.spmCommand(ERASE, 0x1000);
    expect(rig.load(R.SPMCSR)).toBe(RWWSB | ERASE);
    rig.machine.bus.read(0x0200, 1);
    expect(rig.kinds()).toEqual(['flash-busy-access']);
    rig.passUs(PAGE_US);
    expect(rig.load(R.SPMCSR)).toBe(RWWSB);
    rig.machine.bus.read(0x0200, 1);
    expect(rig.machine.events.summary()[0]!.count).toBe(2);
    rig.spmCommand(ENABLE_RWW, 0);
    expect(rig.load(R.SPMCSR)).toBe(0);
    expect(rig.machine.bus.read(0x0200, 1)).toBe(0x42);
    expect(rig.cpu.halted).toBe(false);
  });
  test('is written while the boot section is read', () => {
    const rig = nvmRig();
    rig.flash.load(0x7100, Uint8Array.of(0x17));
    rig.spmCommand(ERASE, 0x6f80);
    expect(rig.machine.bus.read(0x7100, 1)).toBe(0x17);
  });
  test('cannot be re-enabled while it is written', () => {
    const rig = nvmRig();
    rig.spmCommand(ERASE, 0x1000);
    rig.spmCommand(ENABLE_RWW, 0);
    expect(rig.load(R.SPMCSR)).toBe(RWWSB | ERASE);
    expect(rig.kinds()).toEqual(['spm-ignored']);
  });
});

test('a page of the other section halts the CPU for the whole operation, and sets no RWWSB', () => {
  const rig = nvmRig();
  rig.spmCommand(ERASE, 0x7f80);
  expect(rig.load(R.SPMCSR)).toBe(ERASE);
  rig.passUs(PAGE_US - 1);
  expect(rig.cpu.halted).toBe(true);
  rig.passUs(1);
  expect(rig.cpu.halted).toBe(false);
  expect(rig.load(R.SPMCSR)).toBe(0);
});

test('a page operation takes 4.5 ms, and SPM_READY is asserted before and after it', () => {
  const rig = nvmRig();
  rig.store(R.SPMCSR, 0x80);
  expect(rig.lines.has(37)).toBe(true);
  rig.spmCommand(0x80 | ERASE, 0x1000);
  rig.passUs(PAGE_US - 1);
  expect(rig.lines.has(37)).toBe(false);
  expect(rig.load(R.SPMCSR) & SPMEN).toBe(SPMEN);
  rig.passUs(1);
  expect(rig.lines.has(37)).toBe(true);
});

test('a reset does not tear a page write, loss of supply does', () => {
  const rig = nvmRig();
  rig.fillBuffer(() => 0);
  rig.spmCommand(WRITE, 0x1000);
  rig.passUs(PAGE_US / 2);
  rig.spm.reset();
  expect(rig.load(R.SPMCSR) & SPMEN).toBe(SPMEN);
  rig.passUs(PAGE_US / 2);
  expect(rig.page(0x20).every((byte) => byte === 0)).toBe(true);

  rig.fillBuffer(() => 0);
  rig.spmCommand(WRITE, 0x1080);
  rig.passUs(PAGE_US / 2);
  rig.flash.powerFail('random-bits', 7);
  rig.spm.powerOff();
  const zeros = rig.page(0x21).reduce((sum, byte) => sum + bitsIn(byte ^ 0xff), 0);
  expect(zeros).toBeGreaterThan(256);
  expect(zeros).toBeLessThan(768);
  expect(rig.load(R.SPMCSR)).toBe(0);
});

describe('lock bits', () => {
  test('0x2F: SPM may write the application, not the boot section', () => {
    const rig = nvmRig({ lockBits: 0xef });
    rig.spmCommand(ERASE, BOOT_START);
    expect(rig.flash.operationsTotal).toBe(0);
    expect(rig.kinds()).toEqual(['flash-protected']);
    rig.spmCommand(ERASE, BOOT_START - 128);
    expect(rig.flash.operationsTotal).toBe(1);
  });
  test('BLB01 programmed: SPM may not write the application', () => {
    const rig = nvmRig({ lockBits: 0xfb });
    rig.spmCommand(ERASE, 0x1000);
    expect(rig.flash.operationsTotal).toBe(0);
  });
  test('BLB12 programmed: code of the application cannot read the boot section', () => {
    const rig = nvmRig({ lockBits: 0xdf });
    rig.flash.load(BOOT_START, Uint8Array.of(0x12));
    expect(rig.cpu.specialReads).toBe(true);
    expect(rig.spm.loadSpecial(BOOT_START)).toBe(0x12);
    rig.machine.bus.currentPc = 0x100;
    expect(rig.spm.loadSpecial(BOOT_START)).toBe(0xff);
    expect(rig.kinds()).toEqual(['flash-protected']);
  });
  test('are programmed to 0 by BLBSET, take a page time, and never come back', () => {
    const rig = nvmRig();
    rig.spmCommand(0x09, 1, 0xef);
    rig.passUs(PAGE_US - 1);
    expect(rig.load(R.SPMCSR) & SPMEN).toBe(SPMEN);
    rig.passUs(1);
    expect(rig.spm.lockBits).toBe(0xef);
    rig.spmCommand(0x09, 1, 0xff);
    rig.passUs(PAGE_US);
    expect(rig.spm.lockBits).toBe(0xef);
  });
});

describe('LPM of fuses, lock bits and signature', () => {
  const read = (command: number, z: number, gap: number) => {
    const rig = nvmRig();
    rig.flash.load(0, Uint8Array.of(0x99, 0x99, 0x99, 0x99, 0x99));
    rig.store(R.SPMCSR, command);
    expect(rig.cpu.specialReads).toBe(true);
    rig.passCycles(gap);
    return rig.spm.loadSpecial(z);
  };
  test.each([
    [0, 0xff],
    [1, 0xff],
    [2, 0xcb],
    [3, 0xd8],
  ])('BLBSET, Z = %i reads 0x%s', (z, value) => {
    expect(read(0x09, z, 3)).toBe(value);
  });
  test.each([
    [0, 0x1e],
    [2, 0x95],
    [4, 0x87],
  ])('SIGRD, Z = %i reads the signature', (z, value) => {
    expect(read(0x21, z, 3)).toBe(value);
  });
  test('an LPM that begins four cycles after the store reads flash', () => {
    expect(read(0x09, 0, 5)).toBe(0xff);
    expect(read(0x09, 0, 6)).toBe(0x99);
  });
});
