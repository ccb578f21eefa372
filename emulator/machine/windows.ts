/** Devices side by side in windows of one size, as on a peripheral bus: one table look-up finds the device.
 *  A window that is declared but has no model is a gap: it reads its reset value and raises an event.
 *  Leaves out: bus bridges, their write buffers and wait states. */

import type { BusDevice } from './bus.ts';
import type { Machine } from './machine.ts';
import type { GapRow } from './registers.ts';

export class DeviceWindows implements BusDevice {
  readonly name: string;
  /** Each device says itself whether its reads are pure (register-block.ts). */
  readonly pureReads = true;
  readonly #machine: Machine;
  readonly #base: number;
  readonly #shift: number;
  readonly #devices: (BusDevice | null)[];
  /** Addresses of the running access and of the one before it. */
  readonly #accesses: Int32Array;

  /** @param windowBytes size of one window, a power of two. */
  constructor(machine: Machine, name: string, base: number, windowBytes: number, count: number) {
    this.#machine = machine;
    this.name = name;
    this.#base = base;
    this.#shift = 31 - Math.clz32(windowBytes);
    this.#devices = new Array(count).fill(null);
    this.#accesses = machine.memory.stateWords(`${name}.accesses`, 2);
    machine.bus.attach(base, base + windowBytes * count - 1, this);
  }

  place(address: number, device: BusDevice): void {
    this.#devices[(address - this.#base) >>> this.#shift] = device;
  }

  holds(address: number): boolean {
    return (
      address >= this.#base && (address - this.#base) / 2 ** this.#shift < this.#devices.length
    );
  }
  /** Address of the access before the running one. */
  get previousAddress(): number {
    return this.#accesses[1]! >>> 0;
  }

  read(address: number, size: 1 | 2 | 4): number {
    this.#note(address);
    const device = this.#devices[(address - this.#base) >>> this.#shift]!;
    if (device !== null) return device.read(address, size);
    this.#abort(address, 'read');
    return 0;
  }
  write(address: number, size: 1 | 2 | 4, value: number): void {
    this.#note(address);
    const device = this.#devices[(address - this.#base) >>> this.#shift]!;
    if (device !== null) device.write(address, size, value);
    else this.#abort(address, 'write');
  }

  #note(address: number): void {
    this.#accesses[1] = this.#accesses[0]!;
    this.#accesses[0] = address;
  }
  #abort(address: number, what: string): void {
    const { bus, events, now } = this.#machine;
    bus.aborted = true;
    const where = `0x${(address >>> 0).toString(16).padStart(8, '0')}`;
    events.raise({ kind: 'unmapped-access', at: now, pc: bus.currentPc, where, detail: what });
  }
}

export interface GapWindowRow {
  readonly name: string;
  readonly address: number;
  readonly bytes: number;
  readonly reason: string;
}

export const gapOfWindow = (row: GapWindowRow): GapRow => ({
  register: row.name,
  bits: 'all',
  reason: row.reason,
});

/** A peripheral of the chip that is not modelled. */
export function gapWindow(machine: Machine, row: GapWindowRow): BusDevice {
  const touched = (address: number, what: string) => {
    const { bus, events, now } = machine;
    bus.sideEffects++;
    events.raise({
      kind: 'gap-register',
      at: now,
      pc: bus.currentPc,
      where: row.name,
      detail: `${what} at 0x${(address >>> 0).toString(16).padStart(8, '0')}: ${row.reason}`,
    });
    return 0;
  };
  return {
    name: row.name,
    pureReads: true,
    read: (address) => touched(address, 'read'),
    write: (address) => void touched(address, 'write'),
  };
}
