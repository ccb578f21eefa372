/** Transmitter of an MSP430 USART: a buffer and a shift register, whose characters take clocks and not ticks: the
 *  clock may change or stop inside one. Source: MSP430x1xx family user's guide, "USART Transmit Enable".
 *  Leaves out: the levels of the bits. */

import type { Machine } from '../../machine/machine.ts';
import type { UsartSettings } from './usart-settings.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** Words: characters in the shift register and the buffer, or -1. */
const SHIFT = 0;
const BUFFER = 1;
/** Doubles: start of the character that is sent, its BRCLKs left at a tick. */
const START = 0;
const LEFT = 1;
const AT = 2;

export interface TransmitterUser {
  mayTransmit(): boolean;
  /** The buffer is free again, its character in the shift register. */
  loaded(): void;
  sent(byte: number, startTicks: number, endTicks: number): void;
  /** Nothing is left to send. */
  emptied(): void;
}

export class UsartTransmitter {
  readonly #settings: UsartSettings;
  readonly #user: TransmitterUser;
  readonly #s: Int32Array;
  readonly #t: Float64Array;

  constructor(machine: Machine, name: string, settings: UsartSettings, user: TransmitterUser) {
    this.#settings = settings;
    this.#user = user;
    this.#s = machine.memory.stateWords(`${name} transmitter`, 2);
    this.#t = machine.memory.stateDoubles(`${name} transmitter times`, 3);
  }

  get isIdle(): boolean {
    return this.#s[SHIFT] === -1 && this.#s[BUFFER] === -1;
  }
  /** When the character in the shift register is through; Infinity without one, or without a clock. */
  get sentAt(): number {
    if (this.#s[SHIFT] === -1 || !this.#settings.runs) return NEVER;
    return Math.round(this.#t[AT]! + this.#t[LEFT]! * this.#settings.clockTicks);
  }
  clear(): void {
    this.#s.fill(-1);
  }
  /** A buffer that is still full takes the new character; the old one is lost, as the guide says. */
  put(byte: number): void {
    this.#s[BUFFER] = byte;
  }
  /** From the buffer into the shift register, if that is free. */
  load(at: number): void {
    const s = this.#s;
    if (s[SHIFT] !== -1 || s[BUFFER] === -1) return;
    if (!this.#user.mayTransmit() || this.#settings.inReset) return;
    s[SHIFT] = s[BUFFER]!;
    s[BUFFER] = -1;
    this.#t[START] = at;
    this.#t[AT] = at;
    this.#t[LEFT] = this.#settings.characterClocks;
    this.#user.loaded();
  }
  sync(now: number): void {
    const s = this.#s;
    const t = this.#t;
    while (s[SHIFT] !== -1 && this.sentAt <= now) {
      const end = this.sentAt;
      const byte = s[SHIFT]!;
      s[SHIFT] = -1;
      this.#user.sent(byte, t[START]!, end);
      this.load(end);
      if (s[SHIFT] === -1) this.#user.emptied();
    }
    if (s[SHIFT] === -1) return;
    if (this.#settings.runs) t[LEFT] = t[LEFT]! - (now - t[AT]!) / this.#settings.clockTicks;
    t[AT] = now;
  }
}
