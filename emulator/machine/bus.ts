/** The address space: a page table for plain memory, handlers for everything else, traps for ROM services.
 *  CPU cores read `readMap`/`writeMap` themselves: entry = byte offset in the linear memory of the page's
 *  first byte, or SLOW, in which case they call the methods here. Little-endian. */

import type { EventLog } from './events.ts';
import { DIRTY, type LinearMemory, PAGE_BYTES, PAGE_SHIFT } from './memory.ts';
import type { Scheduler } from './scheduler.ts';

export const SLOW = -1;

/** Reads and writes of a peripheral window. `address` is absolute; `size` is 1, 2 or 4 bytes. */
export interface BusDevice {
  readonly name: string;
  read(address: number, size: 1 | 2 | 4): number;
  write(address: number, size: 1 | 2 | 4, value: number): void;
  /** Reading has no side effect and does not depend on time passing: a waiting loop may be skipped. */
  readonly pureReads?: boolean;
  /** Instruction fetch; absent means a fetch from here aborts. */
  fetch?(address: number, size: 2 | 4): number;
}

/** Result of a trap: 'return' = go on at the CPU's (possibly changed) pc; 'wait' = stay here until the next event. */
export type TrapResult = 'return' | 'wait';
export type Trap = () => TrapResult;

interface Attachment {
  readonly first: number;
  readonly last: number;
  readonly device: BusDevice | null;
  /** No later attachment covers a part of it. */
  isAlone: boolean;
}
const NOWHERE: Attachment = { first: 1, last: 0, device: null, isAlone: true };

/** Thrown by nobody: the CPU core looks at `aborted` after a slow access and takes the abort exception. */
export class Bus {
  readonly memory: LinearMemory;
  readonly events: EventLog;
  readonly scheduler: Scheduler;
  /** Offset of the page's bytes, or SLOW. One entry for each 4 KB of the 4 GB space. */
  readonly readMap: Int32Array;
  readonly writeMap: Int32Array;
  readonly traps = new Map<number, Trap>();
  /** Counts changes of the maps made through this class; engines with maps of their own compare it. */
  mapVersion = 0;
  /** Set by a slow access to nothing; cleared by the core that takes the abort. */
  aborted = false;
  /** Slow accesses so far that had a side effect; a waiting-loop detector compares it. */
  sideEffects = 0;
  /** Current instruction, set by the core before a slow access; for events. */
  currentPc = -1;
  readonly #devices: Attachment[] = [];
  #found: Attachment = NOWHERE;

  constructor(memory: LinearMemory, events: EventLog, scheduler: Scheduler) {
    this.memory = memory;
    this.events = events;
    this.scheduler = scheduler;
    this.readMap = new Int32Array(1 << (32 - PAGE_SHIFT)).fill(SLOW);
    this.writeMap = new Int32Array(1 << (32 - PAGE_SHIFT)).fill(SLOW);
  }

  /** Map plain memory. `writable: false` sends stores to the device attached at the address, or aborts. */
  mapMemory(address: number, offset: number, bytes: number, writable: boolean): void {
    this.mapVersion++;
    for (let i = 0; i < bytes; i += PAGE_BYTES) {
      this.readMap[(address + i) >>> PAGE_SHIFT] = offset + i;
      this.writeMap[(address + i) >>> PAGE_SHIFT] = writable ? offset + i : SLOW;
    }
  }
  unmap(address: number, bytes: number): void {
    this.mapVersion++;
    for (let i = 0; i < bytes; i += PAGE_BYTES) {
      this.readMap[(address + i) >>> PAGE_SHIFT] = SLOW;
      this.writeMap[(address + i) >>> PAGE_SHIFT] = SLOW;
    }
  }
  /** Attach a device to [first, last]; later attachments win. */
  attach(first: number, last: number, device: BusDevice): void {
    for (const entry of this.#devices) {
      if (first <= entry.last && last >= entry.first) entry.isAlone = false;
    }
    this.#devices.unshift({ first, last, device, isAlone: true });
    this.#found = NOWHERE;
  }
  deviceAt(address: number): BusDevice | null {
    address >>>= 0;
    const last = this.#found;
    if (address >= last.first && address <= last.last) return last.device;
    for (const entry of this.#devices) {
      if (address < entry.first || address > entry.last) continue;
      // Only what no later attachment covers a part of can be found again without looking at all.
      if (entry.isAlone) this.#found = entry;
      return entry.device;
    }
    return null;
  }
  trap(address: number, trap: Trap): void {
    this.traps.set(address, trap);
  }

  /** @returns the value zero-extended to 32 bits (as a signed JS int), or 0 with `aborted` set. */
  read(address: number, size: 1 | 2 | 4): number {
    address >>>= 0;
    const base = this.readMap[address >>> PAGE_SHIFT]!;
    if (base !== SLOW) {
      const at = base + (address & (PAGE_BYTES - 1));
      if (size === 4) return this.memory.i32[at >>> 2]!;
      return size === 2 ? this.memory.u16[at >>> 1]! : this.memory.u8[at]!;
    }
    const device = this.deviceAt(address);
    if (device === null) return this.#abort(address, 'read');
    if (device.pureReads !== true) this.sideEffects++;
    return device.read(address, size) | 0;
  }
  write(address: number, size: 1 | 2 | 4, value: number): void {
    address >>>= 0;
    this.sideEffects++;
    const base = this.writeMap[address >>> PAGE_SHIFT]!;
    if (base !== SLOW) {
      const at = base + (address & (PAGE_BYTES - 1));
      if (size === 4) this.memory.i32[at >>> 2] = value;
      else if (size === 2) this.memory.u16[at >>> 1] = value;
      else this.memory.u8[at] = value;
      if (this.memory.pageState[at >>> PAGE_SHIFT] !== DIRTY) this.memory.touch(at, size);
      return;
    }
    const device = this.deviceAt(address);
    if (device === null) this.#abort(address, 'write');
    else device.write(address, size, value);
  }
  fetch(address: number, size: 2 | 4): number {
    address >>>= 0;
    const base = this.readMap[address >>> PAGE_SHIFT]!;
    if (base !== SLOW) {
      const at = base + (address & (PAGE_BYTES - 1));
      return size === 4 ? this.memory.i32[at >>> 2]! : this.memory.u16[at >>> 1]!;
    }
    const device = this.deviceAt(address);
    if (device?.fetch) return device.fetch(address, size) | 0;
    return this.#abort(address, 'fetch');
  }

  #abort(address: number, what: string): number {
    this.aborted = true;
    this.events.raise({
      kind: 'unmapped-access',
      at: this.scheduler.now,
      pc: this.currentPc,
      where: `0x${address.toString(16).padStart(8, '0')}`,
      detail: what,
    });
    return 0;
  }
}
