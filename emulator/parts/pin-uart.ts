/** The UART of a USB bridge at two pins of a chip that has no UART there: levels in bit times, both ways.
 *  Source: EIA/TIA-232 character framing; eight data bits. A receiver samples the middle of its bits.
 *  Leaves out: break; a stop bit longer than one in what it receives. */

import type { Machine } from '../machine/machine.ts';
import { PAGE_BYTES } from '../machine/memory.ts';
import type { EventSlot } from '../machine/scheduler.ts';
import {
  type PeerSettings,
  parityBit,
  UartLine,
  uartLineBulkBytes,
} from '../peripherals/shared/uart-line.ts';

export const PIN_UART_MEMORY = { stateBytes: 256, bulkBytes: uartLineBulkBytes + 3 * PAGE_BYTES };
const DATA_BITS = 8;
const IDLE = -1;
const PARITY_CODES = { none: 0, odd: 1, even: 2 } as const;

export interface PinUartOptions {
  readonly name: string;
  /** Level at the pin that the chip receives from. */
  readonly drive: (high: boolean) => void;
  /** Level of the pin that the chip sends from. */
  readonly level: () => boolean;
}

/** Words: bit that is being sent or received next, or IDLE; what has been received of a character. */
const SENDING = 0;
const RECEIVING = 1;
const SHIFT = 2;
/** Doubles: start of the character in each direction. */
const SENT_FROM = 0;
const HEARD_FROM = 1;

export class PinUart {
  readonly line: UartLine;
  /** A character has left the chip: called in the middle of its stop bit. */
  onTransmit: ((byte: number, startTicks: number, endTicks: number) => void) | null = null;
  readonly #machine: Machine;
  readonly #options: PinUartOptions;
  readonly #s: Int32Array;
  readonly #t: Float64Array;
  readonly #sendSlot: EventSlot;
  readonly #receiveSlot: EventSlot;

  constructor(machine: Machine, options: PinUartOptions) {
    const { name } = options;
    this.#machine = machine;
    this.#options = options;
    this.line = new UartLine(machine, name);
    this.#s = machine.memory.stateWords(name, 3).fill(IDLE, 0, 2);
    this.#t = machine.memory.stateDoubles(`${name} times`, 2);
    this.#sendSlot = machine.scheduler.register(`${name} send`, () => this.#sendDue());
    this.#receiveSlot = machine.scheduler.register(`${name} receive`, () => this.#sample());
  }

  setPeer(peer: PeerSettings): void {
    this.line.setPeer(peer);
  }
  /** Characters to the chip, from `atTicks` on, one after the other. @returns the tick of their end. */
  send(bytes: Uint8Array, atTicks = this.#machine.now): number {
    const end = this.line.send(bytes, Math.max(atTicks, this.#machine.now));
    if (this.#s[SENDING] === IDLE) this.#nextCharacter();
    return end;
  }
  get sendSpace(): number {
    return this.line.space;
  }

  #nextCharacter(): void {
    const { scheduler } = this.#machine;
    this.#s[SENDING] = this.line.length === 0 ? IDLE : 0;
    if (this.line.length === 0) return;
    this.#t[SENT_FROM] = this.line.startOfNext();
    scheduler.schedule(this.#sendSlot, this.#t[SENT_FROM]!);
  }
  #sendDue(): void {
    const bit = this.#s[SENDING]!;
    const { levels, bits } = this.line.nextWave();
    const end = this.line.endOf(0);
    if (bit === bits) {
      this.line.drop();
      this.#nextCharacter();
      return;
    }
    this.#options.drive(((levels >>> bit) & 1) === 1);
    this.#s[SENDING] = bit + 1;
    const from = this.#t[SENT_FROM]!;
    this.#machine.scheduler.schedule(
      this.#sendSlot,
      Math.round(from + ((end - from) * (bit + 1)) / bits),
    );
  }

  /** Level that the chip puts on its pin. */
  chipDrives(high: boolean): void {
    if (high || this.#s[RECEIVING] !== IDLE) return;
    this.#s[RECEIVING] = 0;
    this.#s[SHIFT] = 0;
    this.#t[HEARD_FROM] = this.#machine.now;
    this.#sampleAt(1.5);
  }
  get #bitTicks(): number {
    return this.#machine.rootHz / this.line.peer.baud;
  }
  #sampleAt(bits: number): void {
    const at = Math.round(this.#t[HEARD_FROM]! + bits * this.#bitTicks);
    this.#machine.scheduler.schedule(this.#receiveSlot, at);
  }
  /** Data bits, parity, stop bit. What is damaged is dropped. */
  #sample(): void {
    const s = this.#s;
    const bit = s[RECEIVING]!;
    const level = this.#options.level() ? 1 : 0;
    const parity = PARITY_CODES[this.line.peer.parity];
    const stopAt = DATA_BITS + (parity === 0 ? 0 : 1);
    if (bit < stopAt) {
      s[SHIFT] = s[SHIFT]! | (level << bit);
      s[RECEIVING] = bit + 1;
      this.#sampleAt(bit + 2.5);
      return;
    }
    s[RECEIVING] = IDLE;
    const byte = s[SHIFT]! & 0xff;
    const isRight = parity === 0 || s[SHIFT]! >> DATA_BITS === parityBit(parity, onesOf(byte));
    if (level === 0 || !isRight) return;
    const from = this.#t[HEARD_FROM]!;
    this.onTransmit?.(byte, from, Math.round(from + (stopAt + 2) * this.#bitTicks));
  }
}

function onesOf(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest >>>= 1) count += rest & 1;
  return count;
}
