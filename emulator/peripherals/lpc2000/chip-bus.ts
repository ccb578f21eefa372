/** The peripheral buses of an LPC2000: which device answers at which address.
 *  Source: UM10237, chapter "Memory addressing": APB and AHB peripherals in windows of 16 KB.
 *  Leaves out: wait states, and the bridges' write buffers. */

import type { BusDevice } from '../../machine/bus.ts';
import type { Cpu } from '../../machine/cpu.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Region } from '../../machine/memory.ts';
import type { RegisterBlock } from '../../machine/register-block.ts';
import { DeviceWindows, gapWindow } from '../../machine/windows.ts';
import type { Lpc2000Table, Windows } from './chip-table.ts';
import type { Vic } from './vic.ts';

type WithBlock = { readonly block: RegisterBlock };
/** The parts of a chip that answer on its buses. */
export interface BusParts {
  readonly table: Lpc2000Table;
  readonly machine: Machine;
  readonly cpu: Cpu;
  readonly vic: Vic;
  readonly system: WithBlock;
  readonly pins: WithBlock;
  readonly watchdog: WithBlock;
  readonly adc: WithBlock;
  readonly rtc: WithBlock;
  readonly gpio: { readonly fast: RegisterBlock; readonly legacy: RegisterBlock };
  readonly timers: readonly WithBlock[];
  readonly uarts: readonly WithBlock[];
}

const USER_MODE = 0x10;
const MODE_BITS = 0x1f;
const FAST_GPIO_BYTES = 0x4000;

/** @returns the APB. Devices attached last are found first: the ones in hot code come last. */
export function attachPeripherals(chip: BusParts, batteryRam: Region): DeviceWindows {
  const { machine, table } = chip;
  const { bus } = machine;
  const windows = (name: string, area: Windows) =>
    new DeviceWindows(machine, name, area.first, area.windowBytes, area.windows);
  const ahb = windows('AHB', table.ahb);
  const apb = windows('APB', table.apb);
  for (const row of table.gapWindows) {
    const inside = [apb, ahb].find((bank) => bank.holds(row.address));
    if (inside) inside.place(row.address, gapWindow(machine, row));
    else bus.attach(row.address, row.address + row.bytes - 1, gapWindow(machine, row));
  }
  const blocks = [
    chip.system.block,
    chip.pins.block,
    chip.gpio.legacy,
    chip.watchdog.block,
    chip.adc.block,
    chip.rtc.block,
    ...chip.timers.map((timer) => timer.block),
    ...chip.uarts.map((uart) => uart.block),
  ];
  for (const block of blocks) apb.place(block.base, block);
  apb.place(table.batteryRam.address, batteryRamDevice(chip, batteryRam));
  ahb.place(chip.vic.block.base, vicDevice(chip));
  bus.attach(table.fastGpio, table.fastGpio + FAST_GPIO_BYTES - 1, chip.gpio.fast);
  return apb;
}

/** VICProtection lets only privileged modes in. UNKNOWN: what user mode gets; taken as a data abort. */
function vicDevice(chip: BusParts): BusDevice {
  const { vic, machine } = chip;
  const refused = (): boolean => {
    if (!vic.isProtected || (chip.cpu.getRegister('cpsr') & MODE_BITS) !== USER_MODE) return false;
    machine.bus.aborted = true;
    return true;
  };
  return {
    name: 'VIC',
    pureReads: true,
    read: (address, size) => (refused() ? 0 : vic.block.read(address, size)),
    write: (address, size, value) => {
      if (!refused()) vic.block.write(address, size, value);
    },
  };
}

/** Plain memory, but smaller than a page of the bus. */
function batteryRamDevice(chip: BusParts, region: Region): BusDevice {
  const { memory, bus } = chip.machine;
  const { address: base, bytes } = chip.table.batteryRam;
  const isOutside = (address: number): boolean => {
    if (address - base < bytes) return false;
    bus.aborted = true;
    return true;
  };
  return {
    name: 'battery RAM',
    pureReads: true,
    read: (address, size) => {
      if (isOutside(address)) return 0;
      const at = region.offset + (address - base);
      if (size === 4) return memory.i32[at >>> 2]!;
      return size === 2 ? memory.u16[at >>> 1]! : memory.u8[at]!;
    },
    write: (address, size, value) => {
      if (isOutside(address)) return;
      const at = region.offset + (address - base);
      if (size === 4) memory.i32[at >>> 2] = value;
      else if (size === 2) memory.u16[at >>> 1] = value;
      else memory.u8[at] = value;
      memory.touch(at, size);
    },
  };
}
