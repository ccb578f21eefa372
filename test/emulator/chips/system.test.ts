import { expect, test } from 'vitest';
import type { ResetCause } from '../../../emulator/power/lpc2478-resets.ts';
import { chipRig, heldRig, idleProgram } from './rig.ts';

const SYS = 0xe01fc000;
const at = (offset: number) => SYS + offset;
const [PLLCON, PLLCFG, PLLSTAT, PLLFEED] = [0x80, 0x84, 0x88, 0x8c].map(at) as [
  number,
  number,
  number,
  number,
];
const [CCLKCFG, CLKSRCSEL, RSIR, SCS, PCON, INTWAKE] = [
  0x104, 0x10c, 0x180, 0x1a0, 0xc0, 0x144,
].map(at) as [number, number, number, number, number, number];
const BOD_CHANNEL = 1 << 20;

type Rig = ReturnType<typeof heldRig>;
const feed = ({ write }: Rig): void => {
  write(PLLFEED, 0xaa);
  write(PLLFEED, 0x55);
};
/** 12 MHz crystal, FCCO 288 MHz, CCLK 72 MHz. */
function pll(rig: Rig): void {
  const { write, ahead, ticks } = rig;
  write(SCS, 0x20);
  ahead(ticks(500));
  write(CLKSRCSEL, 1);
  write(PLLCFG, 11);
  feed(rig);
  write(PLLCON, 1);
  feed(rig);
  write(CCLKCFG, 3);
  ahead(ticks(200));
  write(PLLCON, 3);
  feed(rig);
}

test('LPC24xx PLL, set up by the book, makes 72 MHz with no event', () => {
  const rig = heldRig();
  pll(rig);
  expect(rig.chip.system.clocking.cclkHz).toBe(72_000_000);
  expect(rig.read(PLLSTAT)).toBe((7 << 24) | 11);
  expect(rig.events()).toEqual([]);
});

test('LPC24xx PLL, locks after its time and not a tick before', () => {
  const rig = heldRig();
  const { read, write, ahead, ticks } = rig;
  write(SCS, 0x20);
  ahead(ticks(500) - 1);
  expect(read(SCS)).toBe(0x20);
  ahead(1);
  expect(read(SCS)).toBe(0x60);
  write(CLKSRCSEL, 1);
  write(PLLCFG, 11);
  write(PLLCON, 1);
  feed(rig);
  ahead(ticks(200) - 1);
  expect(read(PLLSTAT) >>> 24).toBe(1);
  ahead(1);
  expect(read(PLLSTAT) >>> 24).toBe(5);
});

test('LPC24xx PLL, feed broken by another access, takes nothing over', () => {
  const rig = heldRig();
  const { read, write } = rig;
  write(PLLCFG, 11);
  write(PLLFEED, 0xaa);
  read(0xe0004008);
  write(PLLFEED, 0x55);
  expect(read(PLLSTAT)).toBe(0);
  feed(rig);
  expect(read(PLLSTAT)).toBe(11);
});

test('LPC24xx clocks, outside the limits, are reported and run on', () => {
  const rig = heldRig();
  const { write, events, chip } = rig;
  write(PLLCFG, 1);
  feed(rig);
  write(PLLCON, 1);
  feed(rig);
  write(PLLCON, 3);
  feed(rig);
  expect(events().map((event) => event.split(' (')[0])).toEqual([
    'clock-illegal PLLCFG: FCCO 16000000 Hz is outside 275 to 550 MHz',
    'clock-illegal PLLCON: PLL connected before PLOCK',
    'clock-illegal CCLKCFG: divider 1: the PLL needs an even one',
  ]);
  expect(chip.system.clocking.cclkHz).toBe(16_000_000);
});

test('LPC24xx clocks, a ratio that is no whole number of root ticks, is rounded and reported', () => {
  const { write, events, chip } = heldRig();
  write(CLKSRCSEL, 2);
  expect(chip.machine.scheduler.ticksPerCycle).toBe(43945);
  expect(events()).toEqual([
    'clock-inexact CCLK: 32768 Hz is 43945.3125 root ticks, taken as 43945 (1)',
  ]);
});

test('LPC24xx clocks, a main oscillator that does not run, stops the CPU until it does', () => {
  const rig = chipRig(idleProgram());
  rig.chip.powerOn();
  rig.pass(4_000);
  const before = rig.chip.cpu.instructionCount;
  rig.write(CLKSRCSEL, 1);
  rig.pass(1_000);
  expect(rig.chip.cpu.instructionCount - before).toBeLessThan(2);
  rig.write(SCS, 0x20);
  rig.pass(1_000);
  expect(rig.chip.cpu.instructionCount - before).toBeGreaterThan(600);
});

/** The rows of RSIR: bits before the reset, its cause, bits after it. */
const RSIR_ROWS: readonly [number, ResetCause, number][] = [
  [0x0, 'external', 0x2],
  [0x0, 'watchdog', 0x4],
  [0x0, 'brown-out', 0x8],
  [0x0, 'power-on', 0x1],
  [0x1, 'external', 0x3],
  [0x1, 'watchdog', 0x5],
  [0x1, 'brown-out', 0x9],
  [0xe, 'power-on', 0x1],
  [0x6, 'brown-out', 0xe],
  [0xf, 'power-on', 0x1],
];
for (const [before, cause, after] of RSIR_ROWS) {
  test(`LPC24xx RSIR, 0x${before.toString(16)} before a ${cause} reset, reads 0x${after.toString(16)} after it`, () => {
    const { chip, read, write } = heldRig();
    for (const other of ['external', 'watchdog', 'brown-out'] as const) chip.reset(other);
    write(RSIR, ~before & 0xf);
    expect(read(RSIR)).toBe(before);
    chip.reset(cause);
    expect(read(RSIR)).toBe(after);
  });
}

test('LPC2478 supply, 2950 mV, is the edge of the brown-out interrupt', () => {
  const { chip, raw } = heldRig();
  chip.setSupplyMillivolts(2950);
  expect(raw() & BOD_CHANNEL).toBe(0);
  chip.setSupplyMillivolts(2949);
  expect(raw() & BOD_CHANNEL).toBe(BOD_CHANNEL);
  chip.setSupplyMillivolts(2999);
  expect(raw() & BOD_CHANNEL).toBe(BOD_CHANNEL);
  chip.setSupplyMillivolts(3000);
  expect(raw() & BOD_CHANNEL).toBe(0);
});

test('LPC2478 supply, below 2650 mV, holds the chip in reset and keeps RAM; recovery sets BODR', () => {
  const rig = chipRig(idleProgram());
  const { chip, read, write, pass } = rig;
  chip.powerOn();
  pass(4_000);
  write(RSIR, 0xf);
  write(0x4000_4000, 0x12345678);
  chip.setSupplyMillivolts(2650);
  expect(chip.machine.sleeping).toBe(false);
  chip.setSupplyMillivolts(2649);
  expect(chip.machine.sleeping).toBe(true);
  pass(1_000);
  chip.setSupplyMillivolts(3300);
  expect(read(RSIR)).toBe(8);
  expect(read(0x4000_4000)).toBe(0x12345678);
  pass(4_000);
  expect(chip.boot.running).toBe('user');
});

test('LPC2478 supply, below 1 V and back, is a power-on: RAM is garbage, RSIR says POR alone', () => {
  const { chip, read, write, pass } = chipRig(idleProgram());
  chip.powerOn();
  pass(4_000);
  write(0x4000_4000, 0x12345678);
  chip.setSupplyMillivolts(2000);
  chip.setSupplyMillivolts(900);
  expect(chip.isPowered).toBe(false);
  chip.setSupplyMillivolts(2000);
  expect(chip.resets).toBe(1);
  chip.setSupplyMillivolts(3300);
  expect([chip.resets, read(RSIR)]).toEqual([2, 1]);
  expect(read(0x4000_4000)).not.toBe(0x12345678);
});

test('LPC2478 supply, brown-out reset switched off by PCON, lets the chip run on at 2 V', () => {
  const { chip, write, pass } = chipRig(idleProgram());
  chip.powerOn();
  pass(4_000);
  write(PCON, 0x10);
  chip.setSupplyMillivolts(2000);
  expect(chip.machine.sleeping).toBe(false);
});

test('LPC2478 power-off, with the RTC counting for an interrupt, leaves nothing due and runs nothing', () => {
  const { chip, write, pass } = chipRig(idleProgram());
  chip.powerOn();
  pass(4_000);
  write(0xe002400c, 1);
  write(0xe0024008, 0x11);
  expect(chip.machine.scheduler.pending().map(({ name }) => name)).toEqual(['RTC second']);
  chip.powerOff();
  expect(chip.machine.scheduler.pending()).toEqual([]);
  const count = chip.cpu.instructionCount;
  pass(60_000_000);
  expect(chip.cpu.instructionCount).toBe(count);
});

test('LPC2478 power-on, RAM, is garbage of the seed and no zeros', () => {
  const words = (seed: number) => {
    const { chip, read } = chipRig(idleProgram(), { seed });
    chip.powerOn();
    return Array.from({ length: 64 }, (_, i) => read(0x4000_8000 + 4 * i));
  };
  expect(words(1)).toEqual(words(1));
  expect(words(1)).not.toEqual(words(2));
  expect(words(1).filter((word) => word === 0)).toHaveLength(0);
});

test('LPC2478 battery RAM, kept by the battery, is lost without one', () => {
  for (const battery of [true, false]) {
    const { chip, read, write, pass } = chipRig(idleProgram(), { battery });
    chip.powerOn();
    pass(4_000);
    write(0xe0084100, 0xcafe_f00d);
    chip.reset('watchdog');
    expect(read(0xe0084100)).toBe(0xcafe_f00d);
    chip.powerOff();
    chip.powerOn();
    expect(read(0xe0084100) === 0xcafe_f00d).toBe(battery);
  }
});

test('LPC2478 battery RAM, past its 2 KB, is an abort', () => {
  const { chip, read } = heldRig();
  read(0xe0084800);
  expect(chip.machine.bus.aborted).toBe(true);
});

test('LPC24xx idle mode, ended by an enabled interrupt, skips the time between in one jump', () => {
  const { chip, write, pass, ticks } = chipRig(idleProgram());
  chip.powerOn();
  pass(4_000);
  write(0xe0004018, 1_000_000);
  write(0xe0004014, 1);
  write(0xe0004004, 1);
  write(0xfffff010, 1 << 4);
  const start = chip.machine.now;
  const count = chip.cpu.instructionCount;
  write(PCON, 1);
  chip.machine.runUntil(start + ticks(1_000_000));
  expect([chip.machine.sleeping, chip.cpu.instructionCount - count]).toEqual([true, 0]);
  chip.machine.runUntil(start + ticks(1_000_001) + 1_000);
  expect(chip.machine.sleeping).toBe(false);
  expect(chip.cpu.instructionCount).toBeGreaterThan(count);
});

test('LPC24xx power-down, woken by EINT0, starts 100 us later on the IRC, the PLL off', () => {
  const rig = heldRig();
  const { chip, read, write, ticks, ahead } = rig;
  pll(rig);
  chip.system.halt(8, false);
  chip.setPin('P2.10', 'high');
  write(0xe002c010, 1 << 20);
  write(at(0x140), 0xf);
  write(INTWAKE, 1);
  write(0xe0004004, 1);
  write(PCON, 2);
  ahead(ticks(50_000));
  const counted = read(0xe0004008);
  ahead(ticks(50_000));
  expect([chip.machine.sleeping, read(0xe0004008)]).toEqual([true, counted]);
  chip.setPin('P2.10', 'low');
  ahead(ticks(100) - 1);
  expect(chip.machine.sleeping).toBe(true);
  expect(read(PLLSTAT) >>> 24).toBe(0);
  ahead(1);
  expect(read(at(0x140))).toBe(1);
});

test('LPC24xx MEMMAP, RAM selected, shows 64 bytes of RAM at 0 and follows every store to them', () => {
  const { read, write } = heldRig();
  expect(read(0)).toBe(0xeafffffe);
  for (let i = 0; i < 20; i++) write(0x4000_0000 + 4 * i, 0x1000 + i);
  write(at(0x40), 2);
  expect([read(0), read(0x3c), read(0x40)]).toEqual([0x1000, 0x100f, 0xffff_ffff]);
  write(0x4000_0004, 0x77, 1);
  expect(read(4)).toBe(0x1077);
  write(at(0x40), 1);
  expect(read(4)).toBe(0xeafffffe);
});

test('LPC24xx MEMMAP, RAM selected while flash is busy, serves the vectors and nothing else', () => {
  const { chip, read, write, events } = heldRig();
  write(0x4000_0018, 0xe59ff018);
  write(at(0x40), 2);
  chip.flash.beginErase(3, 3);
  expect(read(0x18)).toBe(0xe59ff018);
  expect(events()).toEqual([]);
  read(0x40);
  expect(events()[0]).toMatch(/^flash-busy-access/);
});

test('LPC24xx MEMMAP, restored to a snapshot of another mode, shows what it showed then', () => {
  const { chip, read, write } = heldRig();
  write(0x4000_0000, 0xaaaa);
  write(at(0x40), 2);
  const snapshot = chip.machine.takeSnapshot();
  write(at(0x40), 1);
  write(0x4000_0000, 0xbbbb);
  chip.machine.restoreSnapshot(snapshot);
  expect(read(0)).toBe(0xaaaa);
  write(0x4000_0000, 0xcccc);
  expect(read(0)).toBe(0xcccc);
});

test('LPC24xx PCONP, UART2 without its bit, is not there and says so', () => {
  const { read, write, events } = heldRig();
  expect(read(0xe0078014)).toBe(0);
  expect(events()).toEqual(['unpowered-access U2LSR: read (1)']);
  write(at(0xc4), read(at(0xc4)) | (1 << 24));
  expect(read(0xe0078014)).toBe(0x60);
});

test('LPC2478, parts that are not modelled, raise a gap event once touched and read 0', () => {
  const { read, write, events } = heldRig();
  expect(read(0xffe0c110)).toBe(0);
  write(0xe0068000, 7);
  expect(events().map((event) => event.split(':')[0])).toEqual([
    'gap-register USB',
    'gap-register SSP0',
  ]);
});

test('LPC2478 held by the brown-out detector, a watchdog due meanwhile, does not bite', () => {
  const { chip, read, write, pass } = chipRig(idleProgram());
  chip.powerOn();
  pass(4_000);
  write(0xe0000004, 1_000);
  write(0xe0000000, 3);
  write(0xe0000008, 0xaa);
  write(0xe0000008, 0x55);
  chip.setSupplyMillivolts(2500);
  pass(100_000);
  expect([chip.resets, chip.machine.sleeping]).toEqual([1, true]);
  chip.setSupplyMillivolts(3300);
  expect([chip.resets, read(RSIR)]).toEqual([2, 9]);
});

test('LPC2478 reset pin, held low, stops the chip, and released resets it', () => {
  const { chip, read, write, pass } = chipRig(idleProgram());
  chip.powerOn();
  pass(4_000);
  write(RSIR, 0xf);
  chip.setResetPin('low');
  const count = chip.cpu.instructionCount;
  pass(10_000);
  expect(chip.cpu.instructionCount).toBe(count);
  chip.setResetPin('high');
  expect(read(RSIR)).toBe(2);
  pass(4_000);
  expect(chip.boot.running).toBe('user');
});
