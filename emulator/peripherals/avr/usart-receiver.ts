/** Receiver of an AVR USART: two-level buffer and shift register, errors, and the data overrun.
 *  Source: ATmega16U4/32U4 datasheet, "Data Reception - The USART Receiver", "Receiver Error Flags".
 *  A character is through at the end of its last stop bit (a part says so half a bit into the first).
 *  Leaves out: a character in flight when the receiver or its clock is turned on is lost, not rubbish. */

import type { Machine } from '../../machine/machine.ts';
import {
  FE as LINE_FE,
  PE as LINE_PE,
  type ReceiverFormat,
  type UartLine,
} from '../shared/uart-line.ts';
import { USART } from './usart-registers.ts';

const NEVER = Number.POSITIVE_INFINITY;
const BUFFERED = 2;
/** The third waits in the shift register. */
const HELD = 3;

/** As UCSRnA shows them; they stand above the data of a held character. */
const { UPE, DOR, FE } = USART.UCSRA.mask;

const COUNT = 0;
const OVERRUN = 1;
const FIRST = 2;
const WORDS = FIRST + HELD;

export class UsartReceiver {
  readonly #machine: Machine;
  readonly #name: string;
  readonly #line: UartLine;
  readonly #format: () => ReceiverFormat;
  readonly #s: Int32Array;
  /** [tick before which no character can start] */
  readonly #t: Float64Array;

  constructor(machine: Machine, name: string, line: UartLine, format: () => ReceiverFormat) {
    this.#machine = machine;
    this.#name = name;
    this.#line = line;
    this.#format = format;
    this.#s = machine.memory.stateWords(`${name}.receiver`, WORDS);
    this.#t = machine.memory.stateDoubles(`${name}.receiver time`, 1);
  }

  /** Empty, and deaf to what starts before this tick. */
  clear(deafUntil: number): void {
    this.#s.fill(0);
    this.#t[0] = deafUntil;
  }
  get hasData(): boolean {
    return this.#s[COUNT]! > 0;
  }
  /** Error flags that UCSRnA shows now. */
  get flags(): number {
    const head = this.#s[COUNT]! > 0 ? this.#s[FIRST]! >> 8 : 0;
    return head | (this.#s[OVERRUN] !== 0 ? DOR : 0);
  }
  /** Reading UDR. An empty buffer gives what was read last. */
  take(): number {
    const s = this.#s;
    const byte = s[FIRST]! & 0xff;
    s[OVERRUN] = 0;
    if (s[COUNT] === 0) return byte;
    s[COUNT] = s[COUNT]! - 1;
    for (let i = 0; i < s[COUNT]!; i++) s[FIRST + i] = s[FIRST + i + 1]!;
    if (s[COUNT] === 0) s[FIRST] = byte;
    return byte;
  }

  /** Take everything that is through by `now`. */
  sync(now: number, isOn: boolean): void {
    const line = this.#line;
    if (!isOn) this.#t[0] = Math.max(this.#t[0]!, now);
    for (;;) {
      const heard = isOn && line.startOfNext() >= this.#t[0]!;
      if (line.length > 0 && heard && line.startOfNext() <= now) this.#makeRoom();
      if (line.length === 0 || line.endOf(0) > now) return;
      if (heard) this.#put(line.decodeNext(this.#format()), line.nextByte());
      line.drop();
    }
  }
  /** Tick at which something changes next, if no register is touched. */
  nextEvent(isOn: boolean): number {
    const line = this.#line;
    if (line.length === 0 || !isOn) return NEVER;
    const full = this.#s[COUNT]! >= HELD && this.#s[OVERRUN] === 0;
    const start = line.startOfNext();
    return full && start > this.#machine.now ? start : line.endOf(0);
  }

  /** A start bit while buffer and shift register are full: the character in the shift register is lost. */
  #makeRoom(): void {
    const s = this.#s;
    if (s[COUNT]! < HELD) return;
    s[COUNT] = BUFFERED;
    s[OVERRUN] = 1;
    this.#raise('uart-overrun', 'character lost: buffer and shift register are full');
  }
  #put(taken: number, meant: number): void {
    const s = this.#s;
    if (taken !== meant) {
      const errors = taken >> 8;
      const what = errors === 0 ? 'bits' : (errors & LINE_FE) !== 0 ? 'stop bit' : 'parity bit';
      const bytes = `0x${meant.toString(16)} taken as 0x${(taken & 0xff).toString(16)}`;
      this.#raise('uart-framing', `wrong ${what}: ${bytes}`);
    }
    const errors = taken >> 8;
    const flags = ((errors & LINE_PE) !== 0 ? UPE : 0) | ((errors & LINE_FE) !== 0 ? FE : 0);
    s[FIRST + s[COUNT]!] = (taken & 0xff) | (flags << 8);
    s[COUNT] = s[COUNT]! + 1;
  }
  #raise(kind: 'uart-overrun' | 'uart-framing', detail: string): void {
    const { bus, events, now } = this.#machine;
    events.raise({ kind, at: now, pc: bus.currentPc, where: `${this.#name} RXD`, detail });
  }
}
