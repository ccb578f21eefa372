/** LPC24xx GPIO: fast registers of ports 0-4 with masks, legacy registers of ports 0-1, interrupts of 0 and 2.
 *  Source: UM10237, chapter "General purpose input/output". Leaves out: drive strength and slew; two drivers
 *  on one pin (the chip's output wins). */

import type { Machine } from '../../machine/machine.ts';
import { RegisterBlock } from '../../machine/register-block.ts';
import {
  bit,
  bits,
  type Register,
  readOnly,
  register,
  reserved,
  wordRegister,
} from '../../machine/registers.ts';
import { type PinConnect, PORTS } from './pin-connect.ts';

const portRegisters = (n: number, make: (name: string, at: number) => Register, offsets: object) =>
  Object.entries(offsets).map(([name, at]) => make(`${n}${name}`, at as number));

const FAST_OFFSETS = { DIR: 0x00, MASK: 0x10, PIN: 0x14, SET: 0x18, CLR: 0x1c };
const LEGACY_OFFSETS = { PIN: 0x00, SET: 0x04, DIR: 0x08, CLR: 0x0c };
const INTERRUPT_OFFSETS = {
  IntStatR: 0x04,
  IntStatF: 0x08,
  IntClr: 0x0c,
  IntEnR: 0x10,
  IntEnF: 0x14,
};
const access = (name: string) =>
  name.endsWith('CLR') || name.endsWith('IntClr') ? 'wo' : name.includes('IntStat') ? 'ro' : 'rw';
const table = (ports: readonly number[], stride: number, base: number, offsets: object) =>
  ports.flatMap((n, i) =>
    portRegisters(
      n,
      (name, at) => wordRegister(name, { at: base + stride * i + at, access: access(name) }),
      offsets,
    ),
  );

export const FAST_GPIO_REGISTERS: readonly Register[] = table(
  [0, 1, 2, 3, 4],
  0x20,
  0,
  FAST_OFFSETS,
);
const INT_STATUS = register(
  'IntStatus',
  { at: 0x80, access: 'ro' },
  { P0Int: readOnly(bit(0)), P2Int: readOnly(bit(2)), RES: reserved(bit(1), bits(31, 3)) },
);
export const LEGACY_GPIO_REGISTERS: readonly Register[] = [
  ...table([0, 1], 0x10, 0, LEGACY_OFFSETS),
  INT_STATUS,
  ...table([0, 2], 0x20, 0x80, INTERRUPT_OFFSETS),
];

/** Words of a port in the state block. */
const DRIVEN = 0;
const VALUE = 1;
const LEVELS = 2;
const WORDS = 3;

export class Gpio {
  readonly fast: RegisterBlock;
  readonly legacy: RegisterBlock;
  /** Levels of a port changed; `levels` is a mask of the pins that are high. */
  onLevels: ((port: number, levels: number) => void) | null = null;
  readonly #pins: PinConnect;
  readonly #isFast: () => boolean;
  readonly #setLine: (asserted: boolean) => void;
  readonly #s: Int32Array;
  readonly #at: (name: string) => number;
  readonly #legacyAt: (name: string) => number;
  /** Indices by port, of the fast and the legacy block. */
  readonly #dir: readonly (readonly number[])[];
  readonly #set: readonly (readonly number[])[];
  readonly #interrupts: Readonly<Record<'IntStatR' | 'IntStatF' | 'IntEnR' | 'IntEnF', number[]>>;
  readonly #intStatus: number;

  constructor(
    machine: Machine,
    bases: { fast: number; legacy: number },
    pins: PinConnect,
    options: { isFast: () => boolean; setLine: (asserted: boolean) => void },
  ) {
    this.fast = new RegisterBlock(machine, 'FIO', bases.fast, FAST_GPIO_REGISTERS);
    this.legacy = new RegisterBlock(machine, 'IO', bases.legacy, LEGACY_GPIO_REGISTERS);
    this.#pins = pins;
    this.#isFast = options.isFast;
    this.#setLine = options.setLine;
    this.#s = machine.memory.stateWords('gpio', PORTS * WORDS);
    const finder = (block: RegisterBlock) => {
      const found = new Map(block.registers.map((reg, index) => [reg.name, index]));
      return (name: string) => found.get(name)!;
    };
    this.#at = finder(this.fast);
    this.#legacyAt = finder(this.legacy);
    const of = (name: string) =>
      [this.#at, this.#legacyAt].map((at) => [0, 1, 2, 3, 4].map((port) => at(`${port}${name}`)));
    this.#dir = of('DIR');
    this.#set = of('SET');
    const ofInterrupt = (name: string) => of(name)[1]!;
    this.#interrupts = {
      IntStatR: ofInterrupt('IntStatR'),
      IntStatF: ofInterrupt('IntStatF'),
      IntEnR: ofInterrupt('IntEnR'),
      IntEnF: ofInterrupt('IntEnF'),
    };
    this.#intStatus = this.#legacyAt('IntStatus');
    for (let port = 0; port < PORTS; port++) this.#hookFast(port);
    for (const port of [0, 1]) this.#hookLegacy(port);
    for (const port of [0, 2]) this.#hookInterrupts(port);
  }

  reset(): void {
    this.fast.reset();
    this.legacy.reset();
    this.refresh();
    this.#updateLine();
  }
  /** Level that the board puts on a pin; null = nothing drives it. */
  drive(port: number, bit: number, level: boolean | null): void {
    const s = this.#s;
    const mask = 1 << bit;
    const at = port * WORDS;
    s[at + DRIVEN] = level === null ? s[at + DRIVEN]! & ~mask : s[at + DRIVEN]! | mask;
    s[at + VALUE] = level === true ? s[at + VALUE]! | mask : s[at + VALUE]! & ~mask;
    this.#update(port);
  }
  level(port: number, bit: number): boolean {
    return ((this.#s[port * WORDS + LEVELS]! >>> bit) & 1) === 1;
  }
  /** After a change of PINSEL, PINMODE or SCS. */
  refresh(): void {
    for (let port = 0; port < PORTS; port++) this.#update(port);
  }

  #hookFast(port: number): void {
    const { values } = this.fast;
    const maskAt = this.#at(`${port}MASK`);
    const set = this.#at(`${port}SET`);
    const reg = (name: string) => this.fast.registers[this.#at(`${port}${name}`)]!;
    this.fast.hook(reg('DIR'), { write: () => this.#update(port) });
    this.fast.hook(reg('PIN'), {
      read: () => this.#s[port * WORDS + LEVELS]! & ~values[maskAt]!,
      pure: true,
      write: (value, mask) => {
        const open = mask & ~values[maskAt]!;
        values[set] = (values[set]! & ~open) | (value & open);
        this.#update(port);
      },
    });
    this.fast.hook(reg('SET'), {
      write: (value, _mask, previous) => {
        values[set] = previous | (value & ~values[maskAt]!);
        this.#update(port);
      },
    });
    this.fast.hook(reg('CLR'), {
      write: (value) => {
        values[set] = values[set]! & ~(value & ~values[maskAt]!);
        this.#update(port);
      },
    });
  }

  #hookLegacy(port: number): void {
    const { values } = this.legacy;
    const set = this.#legacyAt(`${port}SET`);
    const reg = (name: string) => this.legacy.registers[this.#legacyAt(`${port}${name}`)]!;
    this.legacy.hook(reg('DIR'), { write: () => this.#update(port) });
    this.legacy.hook(reg('PIN'), {
      read: () => this.#s[port * WORDS + LEVELS]!,
      pure: true,
      write: (value, mask) => {
        values[set] = (values[set]! & ~mask) | (value & mask);
        this.#update(port);
      },
    });
    this.legacy.hook(reg('SET'), {
      write: (value, _mask, previous) => {
        values[set] = previous | value;
        this.#update(port);
      },
    });
    this.legacy.hook(reg('CLR'), {
      write: (value) => {
        values[set] = values[set]! & ~value;
        this.#update(port);
      },
    });
  }

  #hookInterrupts(port: number): void {
    const { values } = this.legacy;
    const rising = this.#interrupts.IntStatR[port]!;
    const falling = this.#interrupts.IntStatF[port]!;
    this.legacy.hook(this.legacy.registers[this.#legacyAt(`${port}IntClr`)]!, {
      write: (value) => {
        values[rising] = values[rising]! & ~value;
        values[falling] = values[falling]! & ~value;
        this.#updateLine();
      },
    });
  }

  #update(port: number): void {
    const s = this.#s;
    const at = port * WORDS;
    const legacy = port < 2 && !this.#isFast();
    const values = legacy ? this.legacy.values : this.fast.values;
    const set = legacy ? 1 : 0;
    const out = values[this.#dir[set]![port]!]! & this.#pins.gpioMask(port);
    const pulled = this.#pins.pullUpMask(port) & ~s[at + DRIVEN]!;
    const inputs = (s[at + DRIVEN]! & s[at + VALUE]!) | pulled;
    const levels = (values[this.#set[set]![port]!]! & out) | (inputs & ~out);
    const before = s[at + LEVELS]!;
    if (levels === before) return;
    s[at + LEVELS] = levels;
    if (port === 0 || port === 2) this.#edges(port, before, levels);
    this.onLevels?.(port, levels);
  }

  #edges(port: number, before: number, levels: number): void {
    const { values } = this.legacy;
    const rose = ~before & levels & values[this.#interrupts.IntEnR[port]!]!;
    const fell = before & ~levels & values[this.#interrupts.IntEnF[port]!]!;
    if ((rose | fell) === 0) return;
    const rising = this.#interrupts.IntStatR[port]!;
    const falling = this.#interrupts.IntStatF[port]!;
    values[rising] = values[rising]! | rose;
    values[falling] = values[falling]! | fell;
    this.#updateLine();
  }

  #updateLine(): void {
    const { values } = this.legacy;
    let status = 0;
    for (const port of [0, 2]) {
      const flags =
        values[this.#interrupts.IntStatR[port]!]! | values[this.#interrupts.IntStatF[port]!]!;
      if (flags !== 0) status |= 1 << port;
    }
    values[this.#intStatus] = status;
    this.#setLine(status !== 0);
  }
}
