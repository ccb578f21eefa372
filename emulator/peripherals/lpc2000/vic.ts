/** LPC24xx vectored interrupt controller (ARM PL192): 32 channels, 16 priorities, nesting.
 *  Source: UM10237, chapter "Vectored interrupt controller"; ARM DDI 0273, "Priority logic".
 *  Leaves out: the daisy chain of a second controller, the test registers, and synchroniser delays. */

import type { Machine } from '../../machine/machine.ts';
import { RegisterBlock } from '../../machine/register-block.ts';
import {
  bit,
  bits,
  lowestBit,
  type Register,
  register,
  reserved,
  wordRegister,
} from '../../machine/registers.ts';

export const VIC_CHANNELS = 32;
const PRIORITIES = 16;

const VECT_ADDR = Array.from({ length: VIC_CHANNELS }, (_, i) =>
  wordRegister(`VectAddr${i}`, { at: 0x100 + 4 * i }),
);
const VECT_PRIORITY = Array.from({ length: VIC_CHANNELS }, (_, i) =>
  register(
    `VectPriority${i}`,
    { at: 0x200 + 4 * i, reset: 15 },
    { VectPriority: bits(3, 0), RES: reserved(bits(31, 4)) },
  ),
);
const R = {
  IRQStatus: wordRegister('IRQStatus', { at: 0x000, access: 'ro' }),
  FIQStatus: wordRegister('FIQStatus', { at: 0x004, access: 'ro' }),
  RawIntr: wordRegister('RawIntr', { at: 0x008, access: 'ro' }),
  IntSelect: wordRegister('IntSelect', { at: 0x00c }),
  IntEnable: wordRegister('IntEnable', { at: 0x010 }),
  IntEnClear: wordRegister('IntEnClear', { at: 0x014, access: 'wo' }),
  SoftInt: wordRegister('SoftInt', { at: 0x018 }),
  SoftIntClear: wordRegister('SoftIntClear', { at: 0x01c, access: 'wo' }),
  Protection: register('Protection', { at: 0x020 }, { ACCESS: bit(0), RES: reserved(bits(31, 1)) }),
  SWPrioMask: register(
    'SWPriorityMask',
    { at: 0x024, reset: 0xffff },
    { MASK: bits(15, 0), RES: reserved(bits(31, 16)) },
  ),
  Address: wordRegister('Address', { at: 0xf00 }),
};
export const VIC_REGISTERS: readonly Register[] = [
  ...Object.values(R),
  ...VECT_ADDR,
  ...VECT_PRIORITY,
];

/** Indices in the state block. */
const LINES = 0;
const ACTIVE = 1;
const OUTPUT = 2;

const IRQ = 1;
const FIQ = 2;

export class Vic {
  readonly block: RegisterBlock;
  /** Called when an output changes. */
  onOutput: ((irq: boolean, fiq: boolean) => void) | null = null;
  /** [input lines, one bit for each priority in service, outputs] */
  readonly #state: Int32Array;
  readonly #at: Record<keyof typeof R, number>;
  readonly #vectors: number;
  readonly #priorities: number;

  constructor(machine: Machine, base: number) {
    this.block = new RegisterBlock(machine, 'VIC', base, VIC_REGISTERS);
    this.#state = machine.memory.stateWords('vic', 3);
    this.#at = Object.fromEntries(
      Object.entries(R).map(([name, reg]) => [name, this.block.at(reg)]),
    ) as Record<keyof typeof R, number>;
    this.#vectors = this.block.at(VECT_ADDR[0]!);
    this.#priorities = this.block.at(VECT_PRIORITY[0]!);
    const update = () => this.#update();
    const { values } = this.block;
    const at = this.#at;
    const block = this.block;
    block.hook(R.IRQStatus, { read: () => this.#pending() & ~values[at.IntSelect]!, pure: true });
    block.hook(R.FIQStatus, { read: () => this.#pending() & values[at.IntSelect]!, pure: true });
    block.hook(R.RawIntr, { read: () => this.#raw(), pure: true });
    block.hook(R.IntSelect, { write: update });
    block.hook(R.IntEnable, {
      write: (value, _mask, before) => this.#set(at.IntEnable, before, value),
    });
    block.hook(R.IntEnClear, { write: (value) => this.#clear(at.IntEnable, value) });
    block.hook(R.SoftInt, {
      write: (value, _mask, before) => this.#set(at.SoftInt, before, value),
    });
    block.hook(R.SoftIntClear, { write: (value) => this.#clear(at.SoftInt, value) });
    block.hook(R.SWPrioMask, { write: update });
    block.hook(R.Address, { read: () => this.#enter(), write: () => this.#leave() });
    for (const reg of VECT_PRIORITY) block.hook(reg, { write: update });
  }

  reset(): void {
    this.block.reset();
    this.#state[ACTIVE] = 0;
    this.#update();
  }
  /** Level of an interrupt request. */
  setLine(channel: number, asserted: boolean): void {
    const before = this.#state[LINES]!;
    const after = asserted ? before | (1 << channel) : before & ~(1 << channel);
    if (after === before) return;
    this.#state[LINES] = after;
    this.#update();
  }
  line(channel: number): boolean {
    return ((this.#state[LINES]! >>> channel) & 1) === 1;
  }
  get irq(): boolean {
    return (this.#state[OUTPUT]! & IRQ) !== 0;
  }
  get fiq(): boolean {
    return (this.#state[OUTPUT]! & FIQ) !== 0;
  }
  /** True when accesses need a privileged mode. */
  get isProtected(): boolean {
    return (this.block.values[this.#at.Protection]! & 1) !== 0;
  }

  #raw(): number {
    return this.#state[LINES]! | this.block.values[this.#at.SoftInt]!;
  }
  #pending(): number {
    return this.#raw() & this.block.values[this.#at.IntEnable]!;
  }
  #set(index: number, before: number, value: number): void {
    this.block.values[index] = before | value;
    this.#update();
  }
  #clear(index: number, value: number): void {
    this.block.values[index] = this.block.values[index]! & ~value;
    this.#update();
  }

  /** The IRQ that would be served now, or -1: highest priority first, then lowest channel. */
  #candidate(): number {
    const { values } = this.block;
    let irqs = this.#pending() & ~values[this.#at.IntSelect]!;
    const enabled = values[this.#at.SWPrioMask]!;
    let level = lowestBit(this.#state[ACTIVE]!);
    if (level > PRIORITIES) level = PRIORITIES;
    let best = -1;
    while (irqs !== 0) {
      const channel = lowestBit(irqs);
      irqs &= irqs - 1;
      const priority = values[this.#priorities + channel]!;
      if (priority >= level || ((enabled >>> priority) & 1) === 0) continue;
      best = channel;
      level = priority;
    }
    return best;
  }

  #update(): void {
    const fiq = (this.#pending() & this.block.values[this.#at.IntSelect]!) !== 0;
    const output = (this.#candidate() >= 0 ? IRQ : 0) | (fiq ? FIQ : 0);
    if (output === this.#state[OUTPUT]) return;
    this.#state[OUTPUT] = output;
    this.onOutput?.((output & IRQ) !== 0, fiq);
  }

  /** Reading Address starts the service: requests of the same and lower priorities wait from here on.
   *  UNKNOWN: the value read with nothing pending; the manual gives none, taken as the last one read. */
  #enter(): number {
    const { values } = this.block;
    const channel = this.#candidate();
    if (channel < 0) return values[this.#at.Address]!;
    this.#state[ACTIVE] = this.#state[ACTIVE]! | (1 << values[this.#priorities + channel]!);
    values[this.#at.Address] = values[this.#vectors + channel]!;
    this.#update();
    return values[this.#at.Address]!;
  }
  /** Any write to Address ends the service of the highest priority. The value has no meaning. */
  #leave(): void {
    this.#state[ACTIVE] = this.#state[ACTIVE]! & (this.#state[ACTIVE]! - 1);
    this.#update();
  }
}
