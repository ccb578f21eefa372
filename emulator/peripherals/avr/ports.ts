/** Ports B to F of the ATmega32U4: PINx, DDRx, PORTx, pull-ups, what the board drives, and who takes a pin.
 *  Source: ATmega16U4/32U4 datasheet, "I/O-Ports", "Alternate Port Functions", "Digital Input Disable
 *  Registers". Leaves out: the synchronizer (PINx shows a change at once), drive strength, two drivers on one
 *  pin (the chip's output wins); of the alternate functions only those of the USART and timers 0, 1 and 3. */

import type { Machine } from '../../machine/machine.ts';
import { bits, type Field, type Register, register, reserved } from '../../machine/registers.ts';
import type { IoSpace } from './io-space.ts';

export const PORT_NAMES = ['B', 'C', 'D', 'E', 'F'] as const;
export type PortName = (typeof PORT_NAMES)[number];

/** Pins that the package has. */
const PINS: Readonly<Record<PortName, number>> = { B: 0xff, C: 0xc0, D: 0xff, E: 0x44, F: 0xf3 };
const FIRST = 0x23;

const masked = (mask: number): Record<string, Field> => {
  const used: Field = { ...bits(7, 0), mask };
  const rest = { ...bits(7, 0), mask: 0xff ^ mask };
  return mask === 0xff ? { VALUE: used } : { VALUE: used, RES: reserved(rest) };
};
const portRegisters = (name: PortName, n: number) => {
  const one = (kind: string, at: number) =>
    register(kind + name, { at: FIRST + 3 * n + at, width: 8 }, masked(PINS[name]));
  return { PIN: one('PIN', 0), DDR: one('DDR', 1), PORT: one('PORT', 2) };
};
const PORTS = PORT_NAMES.map(portRegisters);

const disable = (name: string, at: number, mask: number): Register =>
  register(name, { at, width: 8 }, masked(mask));
const DIDR2 = disable('DIDR2', 0x7d, 0x3f);
const DIDR0 = disable('DIDR0', 0x7e, 0xf3);
const DIDR1 = disable('DIDR1', 0x7f, 0x01);
export const PORT_REGISTERS: readonly Register[] = [
  ...PORTS.flatMap((regs) => Object.values(regs)),
  DIDR0,
  DIDR1,
  DIDR2,
];
/** Bit of DIDR2 → port and pin of ADC8 to ADC13. */
const DIDR2_PINS = [
  [2, 4],
  [2, 6],
  [2, 7],
  [0, 4],
  [0, 5],
  [0, 6],
] as const;
const AIN0_PIN = [3, 6] as const;

/** Words of a port in the state block. */
const DRIVEN = 0;
const VALUE = 1;
const LEVELS = 2;
const TAKEN = 3;
const TAKEN_VALUE = 4;
const TAKEN_IN = 5;
const WAVE = 6;
const WAVE_VALUE = 7;
const WORDS = 8;

export interface PinChange {
  readonly port: PortName;
  /** Mask of the pins that are high, before and after. */
  readonly before: number;
  readonly after: number;
}

export class AvrPorts {
  /** Levels at the pins changed; called for each port, in order of registration. */
  readonly onLevels: ((change: PinChange) => void)[] = [];
  readonly #io: IoSpace;
  readonly #s: Int32Array;
  readonly #pullUpsOff: () => boolean;

  constructor(machine: Machine, io: IoSpace, pullUpsOff: () => boolean) {
    this.#io = io;
    this.#pullUpsOff = pullUpsOff;
    this.#s = machine.memory.stateWords('ports', PORTS.length * WORDS);
    io.declare('ports', PORT_REGISTERS);
    PORTS.forEach(({ PIN, DDR, PORT }, n) => {
      const write = () => this.#update(n);
      io.hook(DDR, { write });
      io.hook(PORT, { write });
      /** Writing a one to PINx toggles PORTx. */
      io.hook(PIN, {
        write: (value, _mask, previous) => {
          io.set(PIN, previous);
          io.set(PORT, io.value(PORT) ^ (value & PINS[PORT_NAMES[n]!]));
          this.#update(n);
        },
      });
    });
    for (const reg of [DIDR0, DIDR1, DIDR2]) io.hook(reg, { write: () => this.refresh() });
  }

  /** After the I/O space has its reset values: all pins are inputs. What the board drives, it drives on. */
  reset(): void {
    for (let n = 0; n < PORTS.length; n++) this.#s.fill(0, n * WORDS + TAKEN, (n + 1) * WORDS);
    this.refresh();
  }
  refresh(): void {
    for (let n = 0; n < PORTS.length; n++) this.#update(n);
  }
  /** Level that the board puts on a pin; null = nothing drives it. */
  drive(port: PortName, pin: number, level: boolean | null): void {
    const mask = this.#mask(port, pin);
    const at = PORT_NAMES.indexOf(port) * WORDS;
    this.#setBits(at + DRIVEN, mask, level !== null);
    this.#setBits(at + VALUE, mask, level === true);
    this.#update(PORT_NAMES.indexOf(port));
  }
  level(port: PortName, pin: number): boolean {
    return (this.levels(port) & this.#mask(port, pin)) !== 0;
  }
  levels(port: PortName): number {
    return this.#s[PORT_NAMES.indexOf(port) * WORDS + LEVELS]!;
  }
  isOutput(port: PortName, pin: number): boolean {
    const n = PORT_NAMES.indexOf(port);
    const at = n * WORDS;
    return ((this.#outputs(n) | this.#s[at + TAKEN]!) & this.#mask(port, pin)) !== 0;
  }
  /** A peripheral takes a pin: as an output with this level, as an input, or gives it back (null). */
  take(port: PortName, pin: number, use: 'low' | 'high' | 'input' | null): void {
    const mask = this.#mask(port, pin);
    const at = PORT_NAMES.indexOf(port) * WORDS;
    this.#setBits(at + TAKEN, mask, use === 'low' || use === 'high');
    this.#setBits(at + TAKEN_VALUE, mask, use === 'high');
    this.#setBits(at + TAKEN_IN, mask, use === 'input');
    this.#update(PORT_NAMES.indexOf(port));
  }

  /** A timer's compare output stands in for PORTx; DDRx decides still. Null gives it back. */
  wave(port: PortName, pin: number, level: boolean | null): void {
    const mask = this.#mask(port, pin);
    const at = PORT_NAMES.indexOf(port) * WORDS;
    this.#setBits(at + WAVE, mask, level !== null);
    this.#setBits(at + WAVE_VALUE, mask, level === true);
    this.#update(PORT_NAMES.indexOf(port));
  }

  #mask(port: PortName, pin: number): number {
    const mask = 1 << pin;
    if ((PINS[port] & mask) === 0) throw new RangeError(`there is no pin P${port}${pin}`);
    return mask;
  }
  #setBits(at: number, mask: number, on: boolean): void {
    this.#s[at] = on ? this.#s[at]! | mask : this.#s[at]! & ~mask;
  }
  #outputs(n: number): number {
    return this.#io.value(PORTS[n]!.DDR) & ~this.#s[n * WORDS + TAKEN_IN]!;
  }

  #update(n: number): void {
    const s = this.#s;
    const at = n * WORDS;
    const { PIN, DDR, PORT } = PORTS[n]!;
    const port = this.#io.value(PORT);
    const taken = s[at + TAKEN]!;
    const outputs = this.#outputs(n) & ~taken;
    const pulled = this.#pullUpsOff() ? 0 : port & ~this.#io.value(DDR) & ~s[at + DRIVEN]!;
    const inputs = (s[at + DRIVEN]! & s[at + VALUE]!) | pulled;
    const wave = s[at + WAVE]!;
    const out = (port & ~wave) | (s[at + WAVE_VALUE]! & wave);
    const levels = (s[at + TAKEN_VALUE]! & taken) | (out & outputs) | (inputs & ~outputs & ~taken);
    const before = s[at + LEVELS]!;
    s[at + LEVELS] = levels;
    this.#io.set(PIN, levels & ~this.#digitalOff(n));
    if (levels === before) return;
    const change = { port: PORT_NAMES[n]!, before, after: levels };
    for (const listener of this.onLevels) listener(change);
  }
  /** Pins whose digital input is off read 0. */
  #digitalOff(n: number): number {
    let mask = PORT_NAMES[n] === 'F' ? this.#io.value(DIDR0) : 0;
    if (n === AIN0_PIN[0] && this.#io.value(DIDR1) !== 0) mask |= 1 << AIN0_PIN[1];
    const off = this.#io.value(DIDR2);
    if (off === 0) return mask;
    DIDR2_PINS.forEach(([port, pin], i) => {
      if (port === n && ((off >> i) & 1) === 1) mask |= 1 << pin;
    });
    return mask;
  }
}

/** `PD3` → port and pin. */
export function parseAvrPin(name: string): [port: PortName, pin: number] {
  const match = /^P([B-F])([0-7])$/.exec(name);
  const port = match?.[1] as PortName | undefined;
  const pin = Number(match?.[2]);
  if (port === undefined || (PINS[port] & (1 << pin)) === 0) {
    throw new RangeError(`no pin ${name}: expected PB0 to PF7, of those the package has`);
  }
  return [port, pin];
}
