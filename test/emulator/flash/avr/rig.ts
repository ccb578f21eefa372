/** A machine with an ATmega32U4's non-volatile memory and its two controllers, and no core:
 *  the tests store to registers and execute SPM themselves, cycle by cycle. */

import { AvrEeprom } from '../../../../emulator/flash/avr-eeprom.ts';
import { ATMEGA32U4_NVM, ATMEGA32U4_NVM_TIMING } from '../../../../emulator/flash/avr-nvm.ts';
import { AvrSpm } from '../../../../emulator/flash/avr-spm.ts';
import { NorArray, norMemory } from '../../../../emulator/flash/nor-array.ts';
import { Machine } from '../../../../emulator/machine/machine.ts';
import { IoSpace } from '../../../../emulator/peripherals/avr/io-space.ts';
import { idleCpu } from '../rig.ts';

export const TICKS_PER_CYCLE = 12;
const ROOT_HZ = 192e6;
export const BOOT_START = 0x7000;
const SIGNATURE = { 0: 0x1e, 2: 0x95, 4: 0x87, 1: 0x5a };

export const R = { SPMCSR: 0x57, EECR: 0x3f, EEDR: 0x40, EEARL: 0x41, EEARH: 0x42 } as const;

export function nvmRig({ lockBits = 0xff } = {}) {
  const { bytes, sectors, maxProgramBytes } = ATMEGA32U4_NVM;
  const needs = norMemory(bytes, sectors.length, maxProgramBytes);
  const machine = new Machine({
    stateBytes: needs.stateBytes + 8192,
    bulkBytes: needs.bulkBytes,
    rootHz: ROOT_HZ,
  });
  machine.scheduler.ticksPerCycle = TICKS_PER_CYCLE;
  machine.attachCpu(idleCpu(machine));
  const data = machine.memory.stateU8('data', 0x0b00);
  const flash = new NorArray(machine, ATMEGA32U4_NVM);
  flash.attachTo(machine.bus);
  flash.load(0x8400, Uint8Array.of(0xff, lockBits, 0xcb, 0xd8));
  const io = new IoSpace(machine, data);
  const lines = new Set<number>();
  const setLine = (vector: number, asserted: boolean) => {
    if (asserted) lines.add(vector);
    else lines.delete(vector);
  };
  const cpu = { halted: false, specialReads: false, stalled: false };
  const spm = new AvrSpm(machine, {
    io,
    flash,
    setLine,
    halt: (on) => {
      cpu.halted = on;
    },
    setSpecialReads: (on) => {
      cpu.specialReads = on;
    },
    bootStart: () => BOOT_START,
    signatureRow: SIGNATURE,
  });
  const eeprom = new AvrEeprom(machine, {
    io,
    flash,
    timing: ATMEGA32U4_NVM_TIMING,
    setLine,
    halt: (on) => {
      cpu.stalled = on;
    },
    spmBusy: () => spm.busy,
    onWrite: () => spm.clearBuffer(),
  });
  spm.reset();
  machine.bus.currentPc = BOOT_START;

  const passCycles = (cycles: number) => machine.runUntil(machine.now + cycles * TICKS_PER_CYCLE);
  const passUs = (us: number) => machine.runUntil(machine.now + (us * ROOT_HZ) / 1e6);
  const store = (address: number, value: number, mask = 0xff) => io.write(address, value, mask);
  return {
    machine,
    flash,
    io,
    spm,
    eeprom,
    cpu,
    lines,
    passCycles,
    passUs,
    store,
    load: (address: number) => io.read(address),
    /** OUT SPMCSR, command; SPM in the next cycle, or `gap` cycles after it. */
    spmCommand(command: number, z: number, word = 0, gap = 1) {
      store(R.SPMCSR, command);
      passCycles(gap);
      spm.spm(z, word);
    },
    fillBuffer(word: (index: number) => number) {
      for (let i = 0; i < 64; i++) this.spmCommand(0x01, 2 * i, word(i));
    },
    page: (page: number) => flash.readView(page * 128, 128),
    kinds: () => machine.events.summary().map(({ event }) => event.kind),
    /** The EEPROM's timed sequence. */
    writeEeprom(address: number, value: number, mode = 0, gap = 1) {
      store(R.EEARH, address >> 8);
      store(R.EEARL, address & 0xff);
      store(R.EEDR, value);
      store(R.EECR, mode << 4);
      store(R.EECR, 0x04, 0x04);
      passCycles(gap);
      store(R.EECR, 0x02, 0x02);
    },
  };
}
