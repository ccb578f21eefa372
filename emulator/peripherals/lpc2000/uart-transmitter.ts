/** Transmitter of an LPC24xx UART: FIFO, shift register, and the rule of the THRE interrupt.
 *  Source: UM10237, "UARTn Interrupt Identification Register": THRE is requested at once when the FIFO
 *  empties after it has held two characters, else a character less its stop bit later.
 *  Leaves out: breaks; the phase of the baud rate generator at the first start bit. */

import type { Machine } from '../../machine/machine.ts';
import type { UartSettings } from './uart-settings.ts';

export const FIFO_CHARACTERS = 16;
const NEVER = Number.POSITIVE_INFINITY;

const HEAD = 0;
const COUNT = 1;
/** Highest count since the FIFO was last empty. */
const PEAK = 2;
/** Character in the shift register, or -1. */
const SHIFT = 3;
const PENDING = 4;
const START = 0;
const END = 1;
const THRE_AT = 2;

export class UartTransmitter {
  /** A character has left: called with the ticks of its start and end. */
  onSent: ((byte: number, startTicks: number, endTicks: number) => void) | null = null;
  readonly #settings: UartSettings;
  readonly #s: Int32Array;
  readonly #t: Float64Array;
  readonly #fifo: Uint8Array;

  constructor(machine: Machine, name: string, settings: UartSettings) {
    this.#settings = settings;
    this.#s = machine.memory.stateWords(`${name}.transmitter`, 5);
    this.#t = machine.memory.stateDoubles(`${name}.transmitter times`, 3);
    this.#fifo = machine.memory.stateU8(`${name}.transmit FIFO`, FIFO_CHARACTERS);
  }

  reset(): void {
    this.#s.fill(0);
    this.#s[SHIFT] = -1;
    this.#t.fill(NEVER);
  }
  get fifoEmpty(): boolean {
    return this.#s[COUNT] === 0;
  }
  get idle(): boolean {
    return this.#s[SHIFT] === -1 && this.#s[COUNT] === 0;
  }
  /** The THRE interrupt is requested. */
  get requested(): boolean {
    return this.#s[PENDING] !== 0;
  }
  /** Next tick at which anything changes. */
  get nextAt(): number {
    return Math.min(this.#t[END]!, this.#t[THRE_AT]!);
  }

  /** UNKNOWN: a write to a full FIFO; taken as lost. */
  write(byte: number, depth: number, now: number): void {
    const s = this.#s;
    this.acknowledge();
    this.#t[THRE_AT] = NEVER;
    if (s[COUNT]! < depth) {
      this.#fifo[(s[HEAD]! + s[COUNT]!) & (FIFO_CHARACTERS - 1)] = byte;
      s[COUNT] = s[COUNT]! + 1;
      if (s[COUNT]! > s[PEAK]!) s[PEAK] = s[COUNT]!;
    }
    this.load(now);
  }
  acknowledge(): void {
    this.#s[PENDING] = 0;
  }
  clearFifo(): void {
    this.#s[COUNT] = 0;
  }

  /** Put the next character into the shift register, if that is free. */
  load(at: number): void {
    const s = this.#s;
    if (s[SHIFT] !== -1 || s[COUNT] === 0 || !this.#settings.transmitEnabled) return;
    s[SHIFT] = this.#fifo[s[HEAD]!]!;
    s[HEAD] = (s[HEAD]! + 1) & (FIFO_CHARACTERS - 1);
    s[COUNT] = s[COUNT]! - 1;
    const { bitTicks, characterBits, stopBits } = this.#settings;
    this.#t[START] = at;
    this.#t[END] = Math.round(at + bitTicks * characterBits);
    if (s[COUNT] !== 0) return;
    if (s[PEAK]! >= 2) s[PENDING] = 1;
    else this.#t[THRE_AT] = Math.round(at + bitTicks * (characterBits - stopBits));
    s[PEAK] = 0;
  }

  /** Bring the transmitter up to `now`. */
  sync(now: number): void {
    const s = this.#s;
    const t = this.#t;
    for (;;) {
      if (t[THRE_AT]! <= now && t[THRE_AT]! <= t[END]!) {
        t[THRE_AT] = NEVER;
        s[PENDING] = 1;
      }
      if (s[SHIFT] === -1 || t[END]! > now) return;
      const byte = s[SHIFT]!;
      const start = t[START]!;
      const end = t[END]!;
      s[SHIFT] = -1;
      t[END] = NEVER;
      this.onSent?.(byte, start, end);
      this.load(end);
    }
  }
}
