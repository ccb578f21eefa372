/** A machine with an MSP430F1611's clocks, special function registers and interrupt lines, and no core:
 *  the tests store to registers over the bus, and take interrupts themselves. */

import { ClockTree } from '../../../../emulator/machine/clock-tree.ts';
import { Machine } from '../../../../emulator/machine/machine.ts';
import { Msp430Clocking } from '../../../../emulator/peripherals/msp430/clocking.ts';
import { Msp430Interrupts, VECTORS } from '../../../../emulator/peripherals/msp430/interrupts.ts';
import { Msp430Ports } from '../../../../emulator/peripherals/msp430/ports.ts';
import { RegisterSpace } from '../../../../emulator/peripherals/msp430/register-space.ts';
import { Msp430Sfr } from '../../../../emulator/peripherals/msp430/sfr.ts';
import { idleCpu } from '../../flash/rig.ts';

/** A whole number of ticks for the watch crystal. */
export const ROOT_HZ = 2 ** 30;
export const ACLK_TICKS = ROOT_HZ / 32_768;

export function mspRig() {
  const machine = new Machine({ stateBytes: 32_768, bulkBytes: 262_144, rootHz: ROOT_HZ });
  machine.attachCpu(idleCpu(machine));
  const clocks = new ClockTree(machine);
  const registers = new RegisterSpace(machine);
  const lines = new Set<number>();
  const interrupts = new Msp430Interrupts(machine, (vector, asserted) => {
    if (asserted) lines.add(vector);
    else lines.delete(vector);
  });
  const sfr = new Msp430Sfr(machine, registers, interrupts);
  const clocking = new Msp430Clocking(machine, clocks, registers, sfr);
  const ports = new Msp430Ports(machine, registers, interrupts);
  const { bus } = machine;
  return {
    machine,
    clocks,
    registers,
    interrupts,
    sfr,
    clocking,
    ports,
    lines,
    VECTORS,
    load: (address: number) => bus.read(address, address < 0x100 ? 1 : 2),
    store: (address: number, value: number) => bus.write(address, address < 0x100 ? 1 : 2, value),
    passTicks: (ticks: number) => machine.runUntil(machine.now + ticks),
    passAclk: (cycles: number) => machine.runUntil(machine.now + cycles * ACLK_TICKS),
    passSmclk: (cycles: number) =>
      machine.runUntil(machine.now + cycles * clocks.ticks[clocking.smclk]!),
    hz: (id: number) => ROOT_HZ / clocks.ticks[id]!,
    kinds: () => machine.events.summary().map(({ event }) => event.kind),
  };
}
export type MspRig = ReturnType<typeof mspRig>;
