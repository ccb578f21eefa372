/** A block of declared registers on the bus: stores values in the state arena, decodes byte, halfword
 *  and word accesses, calls the peripheral's hooks, and raises an event for what is not modelled.
 *  Source: STYLE.md rule 4, DESIGN.md 3.5. Leaves out: wait states of the peripheral bus. */

import type { BusDevice } from './bus.ts';
import type { EventKind } from './events.ts';
import type { Machine } from './machine.ts';
import { formatBits, type Register } from './registers.ts';

export interface Hooks {
  /** Value to read; absent = the stored value. Counts as a side effect unless `pure`. */
  readonly read?: (stored: number) => number;
  /** `read` has no side effect and its value only changes with an event (see BusDevice.pureReads). */
  readonly pure?: boolean;
  /** Before storing: a write must not change the past, so what runs by the old value is brought up to now. */
  readonly before?: () => void;
  /** After storing. `value` holds the written bytes only (`mask`), the others are 0. */
  readonly write?: (value: number, mask: number, previous: number) => void;
}

const BANK = 0;
const UNPOWERED = 1;

export class RegisterBlock implements BusDevice {
  readonly name: string;
  readonly base: number;
  readonly registers: readonly Register[];
  /** Stored value of each register, in table order. */
  readonly values: Int32Array;
  /** Purity is decided for each register, so the window as a whole claims it. */
  readonly pureReads = true;
  readonly #machine: Machine;
  readonly #control: Int32Array;
  readonly #slots: number;
  readonly #readIndex: Int16Array;
  readonly #writeIndex: Int16Array;
  readonly #writable: Int32Array;
  readonly #gaps: Int32Array;
  readonly #reserved: Int32Array;
  readonly #resets: Int32Array;
  readonly #reads: (((stored: number) => number) | null)[];
  readonly #pure: boolean[];
  readonly #befores: ((() => void) | null)[];
  readonly #writes: (((value: number, mask: number, previous: number) => void) | null)[];

  /** @param name prefix of the register names, e.g. `U1`; @param base address of offset 0. */
  constructor(machine: Machine, name: string, base: number, registers: readonly Register[]) {
    this.name = name;
    this.base = base;
    this.registers = registers;
    this.#machine = machine;
    this.values = machine.memory.stateWords(`${name}.registers`, registers.length);
    this.#control = machine.memory.stateWords(`${name}.control`, 2);
    this.#slots = 1 + Math.max(...registers.map((reg) => reg.offset >>> 2));
    const banks = 1 + Math.max(...registers.map((reg) => reg.bank));
    this.#readIndex = new Int16Array(this.#slots * banks).fill(-1);
    this.#writeIndex = new Int16Array(this.#slots * banks).fill(-1);
    const masks = (kinds: string[]) =>
      Int32Array.from(registers, (reg) =>
        Object.values(reg.fields)
          .filter((field) => kinds.includes(field.kind))
          .reduce((sum, field) => sum | field.mask, 0),
      );
    this.#writable = masks(['bits', 'gap']);
    this.#gaps = masks(['gap']);
    this.#reserved = masks(['reserved']);
    this.#resets = Int32Array.from(registers, (reg) => reg.reset);
    this.#reads = registers.map(() => null);
    this.#pure = registers.map(() => true);
    this.#befores = registers.map(() => null);
    this.#writes = registers.map(() => null);
    this.#index(registers, banks);
    this.reset();
  }

  /** Index of a register in `values`. For set-up, not for hot code. */
  at(reg: Register): number {
    const index = this.registers.indexOf(reg);
    if (index < 0) throw new RangeError(`${this.name} has no ${reg.name}`);
    return index;
  }
  hook(reg: Register, hooks: Hooks): void {
    const index = this.at(reg);
    this.#reads[index] = hooks.read ?? null;
    this.#pure[index] = hooks.read === undefined || hooks.pure === true;
    this.#befores[index] = hooks.before ?? null;
    this.#writes[index] = hooks.write ?? null;
  }
  /** Reset values everywhere; hooks are not called. */
  reset(): void {
    this.values.set(this.#resets);
    this.#control[BANK] = 0;
  }
  set bank(bank: number) {
    this.#control[BANK] = bank;
  }
  /** Without its clock a block reads 0 and takes nothing. */
  set powered(on: boolean) {
    this.#control[UNPOWERED] = on ? 0 : 1;
  }
  get powered(): boolean {
    return this.#control[UNPOWERED] === 0;
  }

  read(address: number, size: 1 | 2 | 4): number {
    const index = this.#indexOf(this.#readIndex, address);
    if (index < 0 || this.#control[UNPOWERED] !== 0) return this.#nothing(address, 'read', index);
    if (!this.#pure[index]) this.#machine.bus.sideEffects++;
    const hook = this.#reads[index]!;
    const reg = this.registers[index]!;
    let value = this.values[index]!;
    if (hook !== null) value = hook(value);
    else if (reg.access === 'wo') value = 0;
    if (reg.isGap) this.#raise('gap-register', reg, 'read');
    if (size === 4) return value;
    value >>>= (address & 3) << 3;
    return size === 2 ? value & 0xffff : value & 0xff;
  }

  write(address: number, size: 1 | 2 | 4, written: number): void {
    const index = this.#indexOf(this.#writeIndex, address);
    if (index < 0 || this.#control[UNPOWERED] !== 0) {
      this.#nothing(address, 'write', index);
      return;
    }
    const shift = (address & 3) << 3;
    const mask = size === 4 ? -1 : (size === 2 ? 0xffff : 0xff) << shift;
    const value = (written << shift) & mask;
    this.#befores[index]?.();
    const previous = this.values[index]!;
    const changed = (value ^ this.#resets[index]!) & mask;
    const reg = this.registers[index]!;
    if (reg.isGap || (changed & (this.#gaps[index]! | this.#reserved[index]!)) !== 0)
      this.#loud(index, changed, value);
    if (reg.access === 'rw') {
      const kept = mask & this.#writable[index]!;
      this.values[index] = (previous & ~kept) | (value & kept);
    } else if (reg.access === 'w1c') {
      this.values[index] = previous & ~(value & this.#writable[index]!);
    }
    this.#writes[index]?.(value, mask, previous);
  }

  #indexOf(table: Int16Array, address: number): number {
    const slot = (address - this.base) >>> 2;
    if (slot >= this.#slots) return -1;
    return table[this.#control[BANK]! * this.#slots + slot]!;
  }

  /** A gap or reserved bit was written with a value other than its reset value. */
  #loud(index: number, changed: number, value: number): void {
    const reg = this.registers[index]!;
    const gapBits = changed & this.#gaps[index]!;
    const reservedBits = changed & this.#reserved[index]!;
    const text = `written with 0x${(value >>> 0).toString(16)}`;
    if (reg.isGap) this.#raise('gap-register', reg, text);
    else if (gapBits !== 0)
      this.#raise('gap-register', reg, `bits ${formatBits(gapBits >>> 0)} ${text}`);
    if (reservedBits !== 0)
      this.#raise('reserved-bit', reg, `bits ${formatBits(reservedBits >>> 0)} ${text}`);
  }

  /** No register for this access, or the block has no clock. */
  #nothing(address: number, what: string, index: number): number {
    if (index >= 0) {
      this.#raise('unpowered-access', this.registers[index]!, what);
      return 0;
    }
    const slot = (address - this.base) >>> 2;
    const other = what === 'read' ? this.#writeIndex : this.#readIndex;
    const known = slot < this.#slots ? other[this.#control[BANK]! * this.#slots + slot]! : -1;
    if (known >= 0 && what === 'write')
      this.#raise('read-only-write', this.registers[known]!, what);
    else if (known < 0) {
      this.#machine.events.raise({
        kind: 'unmapped-access',
        at: this.#machine.now,
        pc: this.#machine.bus.currentPc,
        where: `0x${(address >>> 0).toString(16).padStart(8, '0')}`,
        detail: `${what} of ${this.name}, no register there`,
      });
    }
    return 0;
  }

  #raise(kind: EventKind, reg: Register, detail: string): void {
    const { events, bus, now } = this.#machine;
    const where = this.name + reg.name;
    events.raise({ kind, at: now, pc: bus.currentPc, where, detail });
  }

  /** A register without a bank of its own shares its offset in every bank. */
  #index(registers: readonly Register[], banks: number): void {
    registers.forEach((reg, index) => {
      const shared = !registers.some((o) => o.offset === reg.offset && o.bank !== reg.bank);
      for (let bank = 0; bank < banks; bank++) {
        if (bank !== reg.bank && !shared) continue;
        const slot = bank * this.#slots + (reg.offset >>> 2);
        const claim = (table: Int16Array) => {
          if (table[slot] !== -1) throw new RangeError(`${this.name}${reg.name}: offset is taken`);
          table[slot] = index;
        };
        if (reg.access !== 'wo') claim(this.#readIndex);
        if (reg.access !== 'ro') claim(this.#writeIndex);
      }
    });
  }
}
