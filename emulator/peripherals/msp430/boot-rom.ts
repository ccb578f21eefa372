/** The boot loader's ROM of an MSP430, as a gap: identification can be read, everything else is JMP $.
 *  Source: SLAU319Z, "Bootstrap Loader Version" (0FF0 device, 0FFA version).
 *  Leaves out: the loader. Firmware that enters it stays there until a reset. */

import type { BusDevice } from '../../machine/bus.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Msp430Table } from './chip-table.ts';

const JUMP_TO_ITSELF = 0x3fff;

export function attachBootRom(machine: Machine, rom: Msp430Table['bootRom']): void {
  const { bus, events } = machine;
  const raise = (address: number, detail: string): void => {
    const where = `0x${address.toString(16).padStart(4, '0')}`;
    events.raise({ kind: 'gap-register', at: machine.now, pc: bus.currentPc, where, detail });
  };
  const wordAt = (address: number): number => rom.words[address & ~1] ?? JUMP_TO_ITSELF;
  const device: BusDevice = {
    name: 'boot loader ROM',
    pureReads: true,
    read: (address, size) => {
      if (rom.words[address & ~1] === undefined) raise(address, 'boot loader ROM read');
      const word = wordAt(address);
      return size === 1 ? (word >>> ((address & 1) << 3)) & 0xff : word;
    },
    fetch: (address) => {
      raise(address, 'the boot loader is not modelled');
      return JUMP_TO_ITSELF;
    },
    write: (address) => raise(address, 'store into the boot loader ROM'),
  };
  bus.attach(rom.address, rom.address + rom.bytes - 1, device);
}
