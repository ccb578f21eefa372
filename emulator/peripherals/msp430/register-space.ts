/** Addresses 0x0000 to 0x01ff of an MSP430: special function registers, 8-bit modules, 16-bit modules.
 *  Source: MSP430x1xx family user's guide, "Peripheral Modules and Special Function Registers".
 *  UNKNOWN: the other half of a byte written to a 16-bit module; taken as 0. Leaves out: nothing. */

import type { BusDevice } from '../../machine/bus.ts';
import type { EventKind } from '../../machine/events.ts';
import type { Machine } from '../../machine/machine.ts';
import { formatBits, type Register } from '../../machine/registers.ts';

export interface RegisterHooks {
  /** Value to read; absent = the stored value. Counts as a side effect unless `pure`. */
  readonly read?: (stored: number) => number;
  /** `read` has no side effect and its value only changes with an event: waiting loops may be skipped. */
  readonly pure?: boolean;
  /** Before storing: what runs by the old value is brought up to now. */
  readonly before?: () => void;
  /** After storing. `value` is all that was written, unwritable bits too. */
  readonly write?: (value: number, previous: number, bytes: 1 | 2) => void;
  /** A 16-bit register that takes single bytes, zero-extended. */
  readonly takesBytes?: boolean;
}

const BYTES = 0x200;

interface Entry {
  readonly reg: Register;
  readonly writable: number;
  readonly gaps: number;
  readonly reserved: number;
  hooks: RegisterHooks;
}

export class RegisterSpace implements BusDevice {
  readonly name = 'peripherals';
  /** Purity is decided for each register, so the space as a whole claims it. */
  readonly pureReads = true;
  readonly #machine: Machine;
  readonly #values: Int32Array;
  /** By address; both bytes of a 16-bit register. */
  readonly #entries: (Entry | null)[] = new Array(BYTES).fill(null);

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#values = machine.memory.stateWords('registers', BYTES);
    machine.bus.attach(0, BYTES - 1, this);
  }

  declare(registers: readonly Register[]): void {
    for (const reg of registers) {
      const at = reg.offset;
      const isByte = at < 0x100;
      if (at < 0 || at >= BYTES || reg.width !== (isByte ? 8 : 16)) {
        throw new RangeError(`${reg.name}: ${reg.width} bits at 0x${at.toString(16)}`);
      }
      const other = this.#entries[at];
      if (other) throw new RangeError(`${reg.name}: address is taken by ${other.reg.name}`);
      const mask = (...kinds: string[]) =>
        Object.values(reg.fields)
          .filter((field) => kinds.includes(field.kind))
          .reduce((sum, field) => sum | field.mask, 0);
      const entry: Entry = {
        reg,
        writable: mask('bits', 'gap'),
        gaps: mask('gap'),
        reserved: mask('reserved'),
        hooks: {},
      };
      this.#entries[at] = entry;
      if (!isByte) this.#entries[at + 1] = entry;
      this.#values[at] = reg.reset;
    }
  }
  hook(reg: Register, hooks: RegisterHooks): void {
    const entry = this.#entries[reg.offset];
    if (entry?.reg !== reg) throw new RangeError(`${reg.name} is not declared`);
    entry.hooks = hooks;
  }
  get registers(): readonly Register[] {
    return this.#entries.flatMap((entry, at) => (entry?.reg.offset === at ? [entry.reg] : []));
  }
  /** Reset values in these registers; hooks are not called. Each part resets its own, since a PUC spares some. */
  reset(registers: readonly Register[]): void {
    for (const reg of registers) this.#values[reg.offset] = reg.reset;
  }
  /** Stored value, without hooks. */
  value(reg: Register): number {
    return this.#values[reg.offset]!;
  }
  set(reg: Register, value: number): void {
    this.#values[reg.offset] = value;
  }
  setBits(reg: Register, mask: number, on: boolean): void {
    const before = this.#values[reg.offset]!;
    this.#values[reg.offset] = on ? before | mask : before & ~mask;
  }

  read(address: number, size: 1 | 2 | 4): number {
    const at = size === 1 ? address : address & ~1;
    const entry = this.#entries[at] ?? null;
    if (entry === null) return this.#nothing(at, 'read');
    const { reg, hooks } = entry;
    if (size !== 1 && reg.width === 8) this.#raise('register-width', reg, 'word read');
    if (reg.isGap) this.#raise('gap-register', reg, 'read');
    const stored = this.#values[reg.offset]!;
    let value = reg.access === 'wo' ? 0 : stored;
    if (hooks.read !== undefined) {
      if (hooks.pure !== true) this.#machine.bus.sideEffects++;
      value = hooks.read(stored);
    }
    if (reg.width === 8) return value & 0xff;
    return size === 1 ? (value >>> ((at & 1) << 3)) & 0xff : value & 0xffff;
  }

  write(address: number, size: 1 | 2 | 4, written: number): void {
    const at = size === 1 ? address : address & ~1;
    const entry = this.#entries[at] ?? null;
    if (entry === null) {
      this.#nothing(at, 'write');
      return;
    }
    const { reg, hooks } = entry;
    const isByte = size === 1;
    if (isByte !== (reg.width === 8) && hooks.takesBytes !== true) {
      this.#raise('register-width', reg, isByte ? 'byte written' : 'word written');
    }
    let value = written & (isByte || reg.width === 8 ? 0xff : 0xffff);
    if (isByte && reg.width === 16) value <<= (at & 1) << 3;
    hooks.before?.();
    const previous = this.#values[reg.offset]!;
    this.#complain(entry, value);
    if (reg.access === 'rw') {
      this.#values[reg.offset] = (previous & ~entry.writable) | (value & entry.writable);
    } else if (reg.access === 'ro') {
      this.#raise('read-only-write', reg, `written with ${hex(value)}`);
    }
    hooks.write?.(value, previous, isByte ? 1 : 2);
  }

  /** A gap or reserved bit was written with a value other than its reset value. */
  #complain({ reg, gaps, reserved }: Entry, value: number): void {
    const changed = value ^ reg.reset;
    const text = `written with ${hex(value)}`;
    if (reg.isGap) this.#raise('gap-register', reg, text);
    else if ((changed & gaps) !== 0) {
      this.#raise('gap-register', reg, `bits ${formatBits(changed & gaps)} ${text}`);
    }
    if ((changed & reserved) !== 0) {
      this.#raise('reserved-bit', reg, `bits ${formatBits(changed & reserved)} ${text}`);
    }
  }
  #nothing(at: number, what: string): number {
    const { bus, events, now } = this.#machine;
    const detail = `${what} of the peripherals, no register there`;
    events.raise({ kind: 'unmapped-access', at: now, pc: bus.currentPc, where: hex(at), detail });
    return 0;
  }
  #raise(kind: EventKind, reg: Register, detail: string): void {
    const { bus, events, now } = this.#machine;
    events.raise({ kind, at: now, pc: bus.currentPc, where: reg.name, detail });
  }
}

const hex = (value: number): string => `0x${value.toString(16).padStart(4, '0')}`;
