/** The I/O space of an AVR: declared 8-bit registers at data-space addresses 0x20 to 0xff, and the hooks
 *  of the peripherals behind them. Stored values stand in the core's own data bytes.
 *  Source: ATmega16U4/32U4 datasheet, "I/O Memory" and "Register Summary". Leaves out: nothing. */

import type { AvrIo } from '../../cpu/avr/index.ts';
import type { EventKind } from '../../machine/events.ts';
import type { Machine } from '../../machine/machine.ts';
import { formatBits, type Register } from '../../machine/registers.ts';

export interface IoHooks {
  /** Value to read; absent = the stored value. Counts as a side effect unless `pure`. */
  readonly read?: (stored: number) => number;
  /** `read` has no side effect and its value only changes with an event: waiting loops may be skipped. */
  readonly pure?: boolean;
  /** Before storing: what runs by the old value is brought up to now. */
  readonly before?: () => void;
  /** After storing. `value` holds the written bits only (`mask`), the others are 0. */
  readonly write?: (value: number, mask: number, previous: number) => void;
}

export const LOADS = 1;
export const STORES = 2;
const FIRST = 0x20;
const LAST = 0xff;

interface Entry {
  readonly reg: Register;
  readonly writable: number;
  readonly gaps: number;
  readonly reserved: number;
  hooks: IoHooks;
}

export class IoSpace implements AvrIo {
  readonly kinds = new Uint8Array(256);
  readonly #machine: Machine;
  readonly #data: Uint8Array;
  readonly #entries: (Entry | null)[] = new Array(256).fill(null);
  readonly #blocks = new Map<string, readonly Register[]>();
  /** One byte an address: 1 = the block has no clock. */
  readonly #unpowered: Uint8Array;

  /** @param data the data space; stored values are its bytes, so that snapshots and the core see them. */
  constructor(machine: Machine, data: Uint8Array) {
    this.#machine = machine;
    this.#data = data;
    this.kinds.fill(LOADS | STORES, FIRST, LAST + 1);
    this.#unpowered = machine.memory.stateU8('I/O without clock', 256);
    machine.afterRestore.push(() => this.#classifyAll());
  }

  /** @param block name of the peripheral, for `setPowered`. */
  declare(block: string, registers: readonly Register[]): void {
    this.#blocks.set(block, [...(this.#blocks.get(block) ?? []), ...registers]);
    for (const reg of registers) {
      const at = reg.offset;
      if (reg.width !== 8 || at < FIRST || at > LAST) {
        throw new RangeError(`${reg.name}: not an 8-bit register at 0x20 to 0xff`);
      }
      const other = this.#entries[at];
      if (other) throw new RangeError(`${reg.name}: address is taken by ${other.reg.name}`);
      const mask = (...kinds: string[]) =>
        Object.values(reg.fields)
          .filter((field) => kinds.includes(field.kind))
          .reduce((sum, field) => sum | field.mask, 0);
      this.#entries[at] = {
        reg,
        writable: mask('bits', 'gap'),
        gaps: mask('gap'),
        reserved: mask('reserved'),
        hooks: {},
      };
      this.#data[at] = reg.reset;
      this.#classify(at);
    }
  }
  hook(reg: Register, hooks: IoHooks): void {
    this.#entry(reg).hooks = hooks;
    this.#classify(reg.offset);
  }
  get registers(): readonly Register[] {
    return this.#entries.flatMap((entry) => (entry === null ? [] : [entry.reg]));
  }

  /** Reset values everywhere; hooks are not called. */
  reset(keep?: (register: Register) => boolean): void {
    for (const entry of this.#entries) {
      if (entry === null || keep?.(entry.reg) === true) continue;
      this.#data[entry.reg.offset] = entry.reg.reset;
    }
    this.#unpowered.fill(0);
    this.#classifyAll();
  }
  /** Stored value, without hooks. */
  value(reg: Register): number {
    return this.#data[reg.offset]!;
  }
  set(reg: Register, value: number): void {
    this.#data[reg.offset] = value;
  }
  /** Without its clock a block reads 0 and takes nothing. */
  setPowered(block: string, on: boolean): void {
    for (const reg of this.#blocks.get(block) ?? []) {
      this.#unpowered[reg.offset] = on ? 0 : 1;
      this.#classify(reg.offset);
    }
  }

  read(address: number): number {
    const entry = this.#entries[address] ?? null;
    if (entry === null) return this.#nothing(address, 'read');
    const { reg, hooks } = entry;
    if (this.#unpowered[address] !== 0) {
      this.#raise('unpowered-access', reg, 'read');
      return 0;
    }
    if (reg.isGap) this.#raise('gap-register', reg, 'read');
    const stored = this.#data[address]!;
    if (hooks.read === undefined) return reg.access === 'wo' ? 0 : stored;
    if (hooks.pure !== true) this.#machine.bus.sideEffects++;
    return hooks.read(stored) & 0xff;
  }

  write(address: number, written: number, mask: number): void {
    this.#machine.bus.sideEffects++;
    const entry = this.#entries[address] ?? null;
    if (entry === null) {
      this.#nothing(address, 'write');
      return;
    }
    const { reg, hooks } = entry;
    if (this.#unpowered[address] !== 0) {
      this.#raise('unpowered-access', reg, 'write');
      return;
    }
    const value = written & mask & 0xff;
    hooks.before?.();
    const previous = this.#data[address]!;
    const changed = (value ^ reg.reset) & mask;
    if (reg.isGap || (changed & (entry.gaps | entry.reserved)) !== 0) {
      this.#loud(entry, changed, value);
    }
    if (reg.access === 'rw') {
      const kept = mask & entry.writable;
      this.#data[address] = (previous & ~kept) | (value & kept);
    } else if (reg.access === 'w1c') {
      this.#data[address] = previous & ~(value & entry.writable);
    } else if (reg.access === 'ro') {
      this.#raise('read-only-write', reg, `written with ${hex(value)}`);
    }
    hooks.write?.(value, mask, previous);
  }

  #entry(reg: Register): Entry {
    const entry = this.#entries[reg.offset];
    if (entry?.reg !== reg) throw new RangeError(`${reg.name} is not declared`);
    return entry;
  }

  #classifyAll(): void {
    for (let at = FIRST; at <= LAST; at++) if (this.#entries[at] !== null) this.#classify(at);
  }
  /** Only what nobody has to look at is plain memory. */
  #classify(at: number): void {
    const entry = this.#entries[at]!;
    const { reg, hooks } = entry;
    if (isOfCore(at)) {
      this.kinds[at] = 0;
      return;
    }
    const off = this.#unpowered[at] !== 0;
    const loads = off || reg.isGap || hooks.read !== undefined || reg.access === 'wo';
    const plainStores = reg.access === 'rw' && entry.writable === 0xff && entry.gaps === 0;
    const hooked = hooks.before !== undefined || hooks.write !== undefined;
    this.kinds[at] = (loads ? LOADS : 0) | (off || !plainStores || hooked ? STORES : 0);
  }

  /** A gap or reserved bit was written with a value other than its reset value. */
  #loud({ reg, gaps, reserved }: Entry, changed: number, value: number): void {
    const text = `written with ${hex(value)}`;
    if (reg.isGap) this.#raise('gap-register', reg, text);
    else if ((changed & gaps) !== 0) {
      this.#raise('gap-register', reg, `bits ${formatBits(changed & gaps)} ${text}`);
    }
    if ((changed & reserved) !== 0) {
      this.#raise('reserved-bit', reg, `bits ${formatBits(changed & reserved)} ${text}`);
    }
  }
  #nothing(address: number, what: string): number {
    const { bus, events, now } = this.#machine;
    events.raise({
      kind: 'unmapped-access',
      at: now,
      pc: bus.currentPc,
      where: hex(address),
      detail: `${what} of the I/O space, no register there`,
    });
    return 0;
  }
  #raise(kind: EventKind, reg: Register, detail: string): void {
    const { bus, events, now } = this.#machine;
    events.raise({ kind, at: now, pc: bus.currentPc, where: reg.name, detail });
  }
}

/** SPL, SPH and SREG: the core reads and writes them as plain memory. */
const isOfCore = (address: number): boolean => address >= 0x5d && address <= 0x5f;
const hex = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`;
