/** The parts of the MSP430F1611 wired to each other: pins, triggers, resets, power-off, snapshots.
 *  Source: MSP430x1xx family user's guide; msp430f1611.h. */

import { expect, test } from 'vitest';
import { MSP430F1611_NVM } from '../../../../emulator/flash/msp430-nvm.ts';
import { NorArray, norMemory } from '../../../../emulator/flash/nor-array.ts';
import { Machine } from '../../../../emulator/machine/machine.ts';
import {
  HALT_CPUOFF,
  HALT_DMA,
  HALT_FLASH,
  MSP430_PARTS_BULK_BYTES,
  MSP430_PARTS_STATE_BYTES,
  Msp430Parts,
} from '../../../../emulator/peripherals/msp430/chip-parts.ts';
import { MSP430_REGISTERS, msp430Gaps } from '../../../../emulator/peripherals/msp430/gaps.ts';
import { idleCpu } from '../../flash/rig.ts';
import { ACLK_TICKS, ROOT_HZ } from './rig.ts';

function partsRig() {
  const needs = norMemory(
    MSP430F1611_NVM.bytes,
    MSP430F1611_NVM.sectors.length,
    MSP430F1611_NVM.maxProgramBytes,
  );
  const machine = new Machine({
    stateBytes: needs.stateBytes + MSP430_PARTS_STATE_BYTES + 2048,
    bulkBytes: needs.bulkBytes + MSP430_PARTS_BULK_BYTES,
    rootHz: ROOT_HZ,
  });
  machine.attachCpu(idleCpu(machine));
  const flash = new NorArray(machine, MSP430F1611_NVM);
  const seen = { pucs: 0 };
  const parts: Msp430Parts = new Msp430Parts(machine, {
    flash,
    toCpu: () => {},
    puc: () => {
      seen.pucs++;
      parts.reset('puc');
    },
    supplyMillivolts: () => 3000,
    supervisorHolds: () => {},
  });
  parts.reset('por');
  const { bus } = machine;
  return {
    machine,
    flash,
    parts,
    seen,
    load: (address: number) => bus.read(address, address < 0x100 ? 1 : 2),
    store: (address: number, value: number) => bus.write(address, address < 0x100 ? 1 : 2, value),
    passAclk: (cycles: number) => machine.runUntil(machine.now + cycles * ACLK_TICKS),
    kinds: () => machine.events.summary().map(({ event }) => event.kind),
  };
}
const holdWatchdog = (rig: ReturnType<typeof partsRig>) => rig.store(0x120, 0x5a80);

test('every register of the tables is there, with its reset value, and none besides', () => {
  const rig = partsRig();
  const names = (registers: readonly { name: string }[]) =>
    registers.map(({ name }) => name).sort();
  expect(names(rig.parts.registers.registers)).toEqual(names(MSP430_REGISTERS));
  for (const reg of MSP430_REGISTERS) expect(rig.parts.registers.value(reg)).toBe(reg.reset);
  const reasons = new Set(
    msp430Gaps().map(({ reason }) => reason.split(' ').slice(0, 3).join(' ')),
  );
  for (const what of ['the comparator is', 'the DAC is', 'I2C is not']) {
    expect([...reasons].some((reason) => reason.startsWith(what))).toBe(true);
  }
});
test('the watchdog bites through the PUC hook, and WDTIFG tells', () => {
  const rig = partsRig();
  rig.store(0x57, 0x87);
  rig.passAclk(1000);
  expect(rig.seen.pucs).toBe(1);
  expect([rig.load(0x02) & 1, rig.load(0x57)]).toEqual([1, 0x84]);
});
test('a flash operation begun in flash halts the CPU together with CPUOFF, each for its own time', () => {
  const rig = partsRig();
  holdWatchdog(rig);
  rig.machine.bus.currentPc = 0x4000;
  rig.store(0x12a, 0xa580 | 1);
  rig.store(0x12c, 0xa500);
  rig.store(0x128, 0xa540);
  rig.store(0x5000, 0x1234);
  expect([rig.parts.halts, rig.machine.sleeping]).toEqual([HALT_FLASH, true]);
  rig.parts.setStatus(0x10);
  rig.passAclk(10);
  expect([rig.parts.halts, rig.machine.sleeping]).toEqual([HALT_CPUOFF, true]);
  rig.parts.setStatus(0);
  expect(rig.machine.sleeping).toBe(false);
  expect(rig.load(0x5000)).toBe(0x1234);
});
test('a character leaves through P3.6 only when PxSEL gives the pin', () => {
  for (const select of [0x40, 0]) {
    const rig = partsRig();
    holdWatchdog(rig);
    const sent: number[] = [];
    rig.parts.usart1.onTransmit = (byte) => sent.push(byte);
    rig.store(0x1b, select);
    rig.store(0x79, 0x10);
    rig.store(0x7c, 3);
    rig.store(0x05, 0x30);
    rig.store(0x78, 0x10);
    rig.store(0x7f, 0x41);
    rig.passAclk(31);
    expect(sent).toEqual(select === 0 ? [] : [0x41]);
    expect(rig.kinds()).toEqual(select === 0 ? ['pin-not-selected'] : []);
  }
});
test('Timer_B output 1 drives P4.1, and its capture input follows P4.2', () => {
  const rig = partsRig();
  holdWatchdog(rig);
  rig.store(0x1e, 0x02);
  rig.store(0x1f, 0x02);
  rig.store(0x192, 9);
  rig.store(0x194, 5);
  rig.store(0x184, 7 << 5);
  rig.store(0x186, 0x4100);
  rig.store(0x180, 0x110);
  rig.passAclk(9);
  expect(rig.parts.ports.level(4, 1)).toBe(true);
  rig.passAclk(6);
  expect(rig.parts.ports.level(4, 1)).toBe(false);
  rig.parts.ports.drive(4, 2, true);
  expect(rig.load(0x196)).toBe(5);
});
test('Timer_A output 1 starts the ADC, whose result the DMA takes away while the CPU is held', () => {
  const rig = partsRig();
  holdWatchdog(rig);
  rig.parts.waves.set(3, { offsetVolts: 1.5, amplitudeVolts: 0, hz: 0, phase: 0 });
  rig.store(0x83, 0);
  rig.store(0x80, 3);
  rig.store(0x1a2, 0x200 | 0x400 | 0x08);
  rig.store(0x1a0, 0x10);
  rig.store(0x1a0, 0x12);
  rig.store(0x122, 6);
  rig.store(0x1e2, 0x140);
  rig.store(0x1e4, 0x13a);
  rig.store(0x1e6, 1);
  rig.store(0x1e0, 0x10);
  rig.store(0x172, 9);
  rig.store(0x174, 5);
  rig.store(0x164, 3 << 5);
  rig.store(0x160, 0x110);
  rig.passAclk(5 + 16);
  expect(rig.load(0x13a)).toBe(0);
  rig.passAclk(1);
  expect(rig.parts.halts).toBe(HALT_DMA);
  rig.passAclk(1);
  expect([rig.load(0x13a), rig.load(0x1a4), rig.parts.halts]).toEqual([2048, 0, 0]);
});
test('power-off leaves nothing due, and a POR starts from reset values', () => {
  const rig = partsRig();
  rig.store(0x160, 0x120);
  rig.store(0x12a, 0xa580 | 1);
  rig.store(0x12c, 0xa500);
  rig.store(0x128, 0xa502);
  rig.store(0x5000, 0);
  rig.flash.powerFail(null, 0);
  rig.parts.powerOff();
  expect(rig.machine.scheduler.pending()).toEqual([]);
  rig.parts.reset('por');
  expect([rig.load(0x12c), rig.load(0x160)]).toEqual([0x9618, 0]);
  expect(rig.machine.scheduler.pending().map(({ name }) => name)).toEqual(['watchdog']);
});
test('a snapshot goes on exactly as the first run did', () => {
  const rig = partsRig();
  rig.store(0x20 + 6, 0x04);
  rig.store(0x22, 0x04);
  rig.store(0x174, 100);
  rig.store(0x164, 4 << 5);
  rig.store(0x160, 0x220);
  rig.passAclk(7);
  const snapshot = rig.machine.takeSnapshot();
  const run = () => {
    const levels: number[] = [];
    for (let i = 0; i < 20; i++) {
      rig.passAclk(31);
      levels.push(rig.parts.ports.levels(1), rig.load(0x170));
    }
    return levels;
  };
  const first = run();
  rig.machine.restoreSnapshot(snapshot);
  expect(run()).toEqual(first);
  expect(new Set(first).size).toBeGreaterThan(5);
});
