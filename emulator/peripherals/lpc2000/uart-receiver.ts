/** Receiver of an LPC24xx UART: takes characters from the line into a FIFO, with errors and time-out.
 *  Source: UM10237, "UARTn Interrupt Identification Register" (character time-out), "UARTn Line Status
 *  Register". Lazy: characters are taken when somebody looks, and `nextEvent` says when somebody must.
 *  Leaves out: a character that is in flight while the chip is reset is lost, not received as rubbish. */

import type { Machine } from '../../machine/machine.ts';
import { FE, type UartLine } from '../shared/uart-line.ts';
import type { UartSettings } from './uart-settings.ts';
import { FIFO_CHARACTERS } from './uart-transmitter.ts';

const NEVER = Number.POSITIVE_INFINITY;
const TRIGGERS = [1, 4, 8, 14] as const;
const ERRORS = 0xff00;

const HEAD = 0;
const COUNT = 1;
const OVERRUN = 2;
const TIMED_OUT = 3;
/** Somebody polled an empty receiver: the next arrival must be an event. */
const POLLED = 4;
const CONNECTED = 5;
/** Last activity of the FIFO. */
const LAST = 0;
/** Nothing is heard that starts before this tick. */
const DEAF_UNTIL = 1;

/** Which conditions can request an interrupt: IER bits. */
const DATA = 1;
const STATUS = 4;

export class UartReceiver {
  /** Takes every character that arrives, whatever the settings: the ROM's serial handler. */
  taker: ((character: number) => void) | null = null;
  readonly #machine: Machine;
  readonly #name: string;
  readonly #settings: UartSettings;
  readonly #line: UartLine;
  readonly #s: Int32Array;
  readonly #t: Float64Array;
  readonly #fifo: Uint16Array;

  constructor(machine: Machine, name: string, settings: UartSettings, line: UartLine) {
    this.#machine = machine;
    this.#name = name;
    this.#settings = settings;
    this.#line = line;
    const { memory } = machine;
    this.#s = memory.stateWords(`${name}.receiver`, 6);
    this.#t = memory.stateDoubles(`${name}.receiver times`, 2);
    const fifo = memory.state(`${name}.receive FIFO`, FIFO_CHARACTERS * 2);
    this.#fifo = new Uint16Array(memory.buffer, fifo.offset, FIFO_CHARACTERS);
  }

  /** @param deafUntil tick before which no character can start. */
  reset(deafUntil: number): void {
    const connected = this.#s[CONNECTED]!;
    this.#s.fill(0);
    this.#s[CONNECTED] = connected;
    this.#t[LAST] = 0;
    this.#t[DEAF_UNTIL] = deafUntil;
  }
  set connected(on: boolean) {
    this.#s[CONNECTED] = on ? 1 : 0;
  }
  get connected(): boolean {
    return this.#s[CONNECTED] === 1;
  }
  get count(): number {
    return this.#s[COUNT]!;
  }
  get overrun(): boolean {
    return this.#s[OVERRUN] !== 0;
  }
  get timedOut(): boolean {
    return this.#s[TIMED_OUT] !== 0;
  }
  /** Error bits of the character at the head, placed as in LSR. */
  get headErrors(): number {
    return this.#s[COUNT] === 0 ? 0 : this.#fifo[this.#s[HEAD]!]! >> 8;
  }
  get anyErrors(): boolean {
    for (let i = 0; i < this.#s[COUNT]!; i++) {
      if (this.#fifo[(this.#s[HEAD]! + i) & (FIFO_CHARACTERS - 1)]! > 0xff) return true;
    }
    return false;
  }

  /** Reading RBR. An empty FIFO gives what was read last. */
  take(now: number): number {
    const s = this.#s;
    const head = s[HEAD]!;
    const byte = this.#fifo[head]! & 0xff;
    if (s[COUNT]! > 0) {
      s[HEAD] = (head + 1) & (FIFO_CHARACTERS - 1);
      s[COUNT] = s[COUNT]! - 1;
    }
    s[TIMED_OUT] = 0;
    this.#t[LAST] = now;
    return byte;
  }
  clearFifo(): void {
    this.#s[COUNT] = 0;
    this.#s[TIMED_OUT] = 0;
  }
  /** Reading LSR clears the errors it showed. */
  clearErrors(): void {
    this.#s[OVERRUN] = 0;
    const head = this.#s[HEAD]!;
    if (this.#s[COUNT]! > 0) this.#fifo[head] = this.#fifo[head]! & ~ERRORS;
  }
  /** @returns true if this is the first poll since the last arrival. */
  poll(): boolean {
    if (this.#s[POLLED] !== 0) return false;
    this.#s[POLLED] = 1;
    return true;
  }

  trigger(fcr: number): number {
    return (fcr & 1) !== 0 ? TRIGGERS[(fcr >> 6) & 3]! : 1;
  }
  depth(fcr: number): number {
    return (fcr & 1) !== 0 ? FIFO_CHARACTERS : 1;
  }
  /** [(word length) x 7 - 2] x 8 + [(trigger - n) x 8 + 1] RCLKs, a sixteenth of a bit each. */
  #timeoutTicks(count: number, fcr: number): number {
    const { wordBits, bitTicks } = this.#settings;
    const rclks = (wordBits * 7 - 2) * 8 + Math.max(0, this.trigger(fcr) - count) * 8 + 1;
    return Math.round((rclks * bitTicks) / 16);
  }

  /** Take everything that is through by `now`. */
  sync(now: number, fcr: number): void {
    const s = this.#s;
    const line = this.#line;
    while (line.length > 0 && line.endOf(0) <= now) {
      const end = line.endOf(0);
      if (this.taker !== null) {
        const byte = line.nextByte();
        line.drop();
        this.taker(byte);
        continue;
      }
      if (this.#hears() && line.startOfNext() >= this.#t[DEAF_UNTIL]!) {
        this.#put(line.decodeNext(this.#settings.receiverFormat), line.nextByte(), end, fcr);
        this.#t[LAST] = end;
        s[TIMED_OUT] = 0;
        s[POLLED] = 0;
      }
      line.drop();
    }
    if (s[COUNT]! > 0 && now >= this.#t[LAST]! + this.#timeoutTicks(s[COUNT]!, fcr))
      s[TIMED_OUT] = 1;
  }

  /** The tick at which an interrupt condition or a polled LSR changes next, if no register is touched. */
  nextEvent(ier: number, fcr: number): number {
    const s = this.#s;
    const line = this.#line;
    if (this.taker !== null) return line.endOf(0);
    if (!this.#settings.isClocked) return NEVER;
    let count = s[COUNT]!;
    const waiting = this.connected ? line.length : 0;
    if (s[POLLED] !== 0 && waiting > 0) return line.endOf(0);
    if ((ier & (DATA | STATUS)) === 0) return NEVER;
    const statusWanted = (ier & STATUS) !== 0;
    /** An error in a character that will be at the head of the FIFO. */
    if (statusWanted && count === 0 && waiting > 0 && this.#nextHasError()) return line.endOf(0);
    const wanted = (ier & DATA) !== 0 ? this.trigger(fcr) : this.depth(fcr) + 1;
    if (count >= wanted) return statusWanted ? line.endOf(this.depth(fcr) - count) : NEVER;
    let last = this.#t[LAST]!;
    for (let i = 0; ; i++) {
      const arrival = i < waiting ? line.endOf(i) : NEVER;
      if ((ier & DATA) !== 0 && count > 0 && s[TIMED_OUT] === 0) {
        const timeout = last + this.#timeoutTicks(count, fcr);
        if (timeout <= arrival) return timeout;
      }
      if (arrival === NEVER) return NEVER;
      count++;
      last = arrival;
      if (count >= wanted) return arrival;
    }
  }

  #hears(): boolean {
    return this.#settings.isClocked && this.connected;
  }
  #nextHasError(): boolean {
    return this.#line.decodeNext(this.#settings.receiverFormat) > 0xff;
  }

  /** @param meant what the sender sent; @param taken what the receiver makes of it. */
  #put(taken: number, meant: number, at: number, fcr: number): void {
    const s = this.#s;
    if (taken !== meant) {
      const errors = taken >> 8;
      const what = errors === 0 ? 'bits' : (errors & FE) !== 0 ? 'stop bit' : 'parity bit';
      const bytes = `0x${meant.toString(16)} taken as 0x${(taken & 0xff).toString(16)}`;
      this.#raise('uart-framing', `wrong ${what}: ${bytes}`);
    }
    if (s[COUNT]! >= this.depth(fcr)) {
      s[OVERRUN] = 1;
      this.#raise('uart-overrun', `character lost at tick ${at}`);
      return;
    }
    this.#fifo[(s[HEAD]! + s[COUNT]!) & (FIFO_CHARACTERS - 1)] = taken;
    s[COUNT] = s[COUNT]! + 1;
  }

  #raise(kind: 'uart-overrun' | 'uart-framing', detail: string): void {
    const { bus, events, now } = this.#machine;
    events.raise({ kind, at: now, pc: bus.currentPc, where: `${this.#name} RXD`, detail });
  }
}
