/** A machine with nothing but an LPC2478 flash array on its bus. */

import { LPC2478_FLASH } from '../../../emulator/flash/lpc2000-sectors.ts';
import { NorArray, type NorOptions, norMemory } from '../../../emulator/flash/nor-array.ts';
import type { Cpu } from '../../../emulator/machine/cpu.ts';
import { Machine } from '../../../emulator/machine/machine.ts';

export const TICKS_PER_US = 4;

export function flashRig(changes: Partial<NorOptions> = {}) {
  const options = { ...LPC2478_FLASH, ...changes };
  const needs = norMemory(options.bytes, options.sectors.length, options.maxProgramBytes);
  const machine = new Machine({
    stateBytes: needs.stateBytes + 8192,
    bulkBytes: needs.bulkBytes,
    rootHz: TICKS_PER_US * 1e6,
  });
  machine.attachCpu(idleCpu(machine));
  const flash = new NorArray(machine, options);
  flash.attachTo(machine.bus);
  return {
    machine,
    flash,
    /** Run for this long. */
    pass: (us: number) => machine.runUntil(machine.now + Math.round(us * TICKS_PER_US)),
    kinds: () => machine.events.summary().map(({ event }) => event.kind),
    programNow(address: number, bytes: Uint8Array) {
      flash.beginProgram(address, bytes);
      machine.runUntil(flash.operation!.endTick);
    },
    eraseNow(first: number, last = first) {
      flash.beginErase(first, last);
      machine.runUntil(flash.operation!.endTick);
    },
  };
}

/** A core that lets time pass: the flash tests need no instructions. */
export function idleCpu(machine: Machine): Cpu {
  const { scheduler } = machine;
  return {
    engine: 'interpreter',
    countsCycles: true,
    reset() {},
    run: () => {
      scheduler.now = scheduler.sliceEnd;
    },
    step() {},
    setInterrupt() {},
    pc: 0,
    getRegister: () => 0,
    setRegister() {},
    registerNames: [],
    instructionCount: 0,
  };
}

export const row = (fill: number, bytes = 256): Uint8Array => new Uint8Array(bytes).fill(fill);
