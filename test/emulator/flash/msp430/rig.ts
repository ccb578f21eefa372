/** A machine with an MSP430F1611's flash and its controller, and no core: the tests store to registers and
 *  flash over the bus, and say themselves where the code stands. */

import { Msp430Flash } from '../../../../emulator/flash/msp430-flash.ts';
import { MSP430F1611_NVM } from '../../../../emulator/flash/msp430-nvm.ts';
import { NorArray, type NorOptions, norMemory } from '../../../../emulator/flash/nor-array.ts';
import { ClockTree } from '../../../../emulator/machine/clock-tree.ts';
import { Machine } from '../../../../emulator/machine/machine.ts';
import { RegisterSpace } from '../../../../emulator/peripherals/msp430/register-space.ts';
import { idleCpu } from '../rig.ts';

export const FCTL1 = 0x128;
export const FCTL2 = 0x12a;
export const FCTL3 = 0x12c;
export const IN_RAM = 0x1200;
export const IN_FLASH = 0x4100;
/** SMCLK is 1 MHz, the generator divides it by 3. */
export const CLOCK_TICKS = 4;
export const FTG_TICKS = 3 * CLOCK_TICKS;

interface RigOptions {
  readonly flash?: Partial<NorOptions>;
  readonly rowAtRisk?: boolean;
}

export function fctlRig(changes: RigOptions = {}) {
  const options = { ...MSP430F1611_NVM, ...changes.flash };
  const needs = norMemory(options.bytes, options.sectors.length, options.maxProgramBytes);
  const machine = new Machine({
    stateBytes: needs.stateBytes + 16_384,
    bulkBytes: needs.bulkBytes,
    rootHz: 4e6,
  });
  machine.attachCpu(idleCpu(machine));
  const clocks = new ClockTree(machine);
  const sources = {
    aclk: clocks.declare('ACLK'),
    mclk: clocks.declare('MCLK'),
    smclk: clocks.declare('SMCLK'),
  };
  clocks.ticks[sources.mclk] = 2 * CLOCK_TICKS;
  clocks.ticks[sources.smclk] = CLOCK_TICKS;
  const chip = { millivolts: 3000, pucs: 0, held: false, violation: false };
  const registers = new RegisterSpace(machine);
  const flash = new NorArray(machine, options);
  const controller: Msp430Flash = new Msp430Flash(machine, {
    registers,
    flash,
    clocks,
    sources,
    supplyMillivolts: () => chip.millivolts,
    puc: () => {
      chip.pucs++;
      controller.reset('puc');
    },
    hold: (on) => {
      chip.held = on;
    },
    setViolation: (on) => {
      chip.violation = on;
    },
    rowAtRisk: changes.rowAtRisk ?? false,
  });
  const { bus } = machine;
  bus.currentPc = IN_RAM;
  const rig = {
    machine,
    flash,
    clocks,
    sources,
    controller,
    chip,
    store: (address: number, value: number, size: 1 | 2 = 2) => bus.write(address, size, value),
    load: (address: number, size: 1 | 2 = 2) => bus.read(address, size),
    passFtg: (cycles: number) => machine.runUntil(machine.now + cycles * FTG_TICKS),
    kinds: () => machine.events.summary().map(({ event }) => event.kind),
    /** SMCLK / 3, unlocked, with these bits in FCTL1. */
    open: (mode: number) => {
      bus.write(FCTL2, 2, 0xa500 | 0xc0 | 2);
      bus.write(FCTL3, 2, 0xa500);
      bus.write(FCTL1, 2, 0xa500 | mode);
    },
    get busy(): boolean {
      return (bus.read(FCTL3, 2) & 1) === 1;
    },
    get flags(): number {
      return bus.read(FCTL3, 2) & 0xff;
    },
  };
  return rig;
}
