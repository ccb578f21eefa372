/** Characters on their way to a UART's receiver: a queue in the machine's memory, each with the tick its
 *  last stop bit ends and the sender's settings, and what a receiver with other settings makes of it.
 *  Source: EIA/TIA-232 character framing; UM10237, "UART0 receiver"; ATmega16U4/32U4 datasheet, "Asynchronous
 *  Data Reception". Leaves out: noise inside a bit; a receiver that takes one character as two. */

import type { Machine } from '../../machine/machine.ts';

export type Parity = 'none' | 'even' | 'odd';

/** Settings of the device at the other end of the line. */
export interface PeerSettings {
  readonly baud: number;
  readonly parity: Parity;
  readonly stopBits: 1 | 2;
}

/** What a receiver expects. */
export interface ReceiverFormat {
  /** Root ticks of one bit. */
  bitTicks: number;
  dataBits: number;
  /** 0 none, 1 odd, 2 even, 3 always 1, 4 always 0. */
  parity: number;
}

export const RING_CHARACTERS = 2048;
export const uartLineBulkBytes = RING_CHARACTERS * (8 + 4 + 2);
const PARITIES: readonly Parity[] = ['none', 'odd', 'even'];

/** Error bits of a received character: parity, framing, break. */
export const PE = 4;
export const FE = 8;
export const BI = 16;

const HEAD = 0;
const TAIL = 1;
const PEER_PARITY = 2;
const PEER_STOP_BITS = 3;

export class UartLine {
  readonly #machine: Machine;
  readonly #ends: Float64Array;
  readonly #bitTicks: Float32Array;
  readonly #characters: Uint16Array;
  readonly #state: Int32Array;
  /** [root ticks of the sender's bit, end of the last queued character] */
  readonly #times: Float64Array;

  constructor(machine: Machine, name: string) {
    this.#machine = machine;
    const { memory } = machine;
    const view = (part: string, bytes: number) => memory.bulk(`${name}.${part}`, bytes).offset;
    const n = RING_CHARACTERS;
    this.#ends = new Float64Array(memory.buffer, view('ends', n * 8), n);
    this.#bitTicks = new Float32Array(memory.buffer, view('bitTicks', n * 4), n);
    this.#characters = new Uint16Array(memory.buffer, view('characters', n * 2), n);
    this.#state = memory.stateWords(`${name}.line`, 4);
    this.#times = memory.stateDoubles(`${name}.line times`, 2);
    this.setPeer({ baud: 115_200, parity: 'none', stopBits: 1 });
  }

  setPeer(peer: PeerSettings): void {
    if (!(peer.baud > 0)) throw new RangeError(`baud ${peer.baud}: expected a number above 0`);
    this.#times[0] = this.#machine.rootHz / peer.baud;
    this.#state[PEER_PARITY] = PARITIES.indexOf(peer.parity);
    this.#state[PEER_STOP_BITS] = peer.stopBits;
  }
  get peer(): PeerSettings {
    return {
      baud: this.#machine.rootHz / this.#times[0]!,
      parity: PARITIES[this.#state[PEER_PARITY]!]!,
      stopBits: this.#state[PEER_STOP_BITS] as 1 | 2,
    };
  }
  /** Characters not yet at the receiver. */
  get length(): number {
    return (this.#state[TAIL]! - this.#state[HEAD]!) | 0;
  }
  get space(): number {
    return RING_CHARACTERS - this.length;
  }

  /** Queue characters; the first starts at `atTicks` or when the one before it is through.
   *  @returns the tick at which the last one is through. */
  send(bytes: Uint8Array, atTicks: number): number {
    if (bytes.length > this.space) {
      throw new RangeError(`${bytes.length} characters, but the line has room for ${this.space}`);
    }
    const bit = this.#times[0]!;
    const parity = this.#state[PEER_PARITY]!;
    const bits = 9 + (parity === 0 ? 0 : 1) + this.#state[PEER_STOP_BITS]!;
    const start = Math.max(atTicks, this.#times[1]!);
    for (let i = 0; i < bytes.length; i++) {
      const at = this.#state[TAIL]! & (RING_CHARACTERS - 1);
      this.#ends[at] = Math.round(start + (i + 1) * bits * bit);
      this.#bitTicks[at] = bit;
      this.#characters[at] = bytes[i]! | (parity << 8) | (bits << 10);
      this.#touch(at);
      this.#times[1] = this.#ends[at]!;
      this.#state[TAIL] = (this.#state[TAIL]! + 1) | 0;
    }
    return this.#times[1]!;
  }
  /** Tick at which the i-th waiting character is through; Infinity if there is none. */
  endOf(i: number): number {
    if (i >= this.length) return Number.POSITIVE_INFINITY;
    return this.#ends[(this.#state[HEAD]! + i) & (RING_CHARACTERS - 1)]!;
  }
  /** Tick at which the next character's start bit begins. */
  startOfNext(): number {
    const at = this.#state[HEAD]! & (RING_CHARACTERS - 1);
    return this.endOf(0) - Math.round((this.#characters[at]! >> 10) * this.#bitTicks[at]!);
  }
  /** Data bits of the next character as its sender meant them. */
  nextByte(): number {
    return this.#characters[this.#state[HEAD]! & (RING_CHARACTERS - 1)]! & 0xff;
  }
  /** Levels of the next character from its start bit on, bit 0 first, and how many bits it has. */
  nextWave(): { readonly levels: number; readonly bits: number } {
    const character = this.#characters[this.#state[HEAD]! & (RING_CHARACTERS - 1)]!;
    return { levels: waveform(character), bits: character >> 10 };
  }
  drop(): void {
    this.#state[HEAD] = (this.#state[HEAD]! + 1) | 0;
  }
  clear(): void {
    this.#state[HEAD] = this.#state[TAIL]!;
  }

  /** What a receiver takes the next character for: data in bits 7:0, error bits above them (<< 8).
   *  It samples the middle of each of its own bits, counted from the falling edge of the start bit. */
  decodeNext(format: ReceiverFormat): number {
    const at = this.#state[HEAD]! & (RING_CHARACTERS - 1);
    const wave = waveform(this.#characters[at]!);
    const ratio = format.bitTicks / this.#bitTicks[at]!;
    const sample = (n: number) => (wave >>> Math.min(31, Math.floor((n + 0.5) * ratio))) & 1;
    let data = 0;
    let ones = 0;
    for (let n = 0; n < format.dataBits; n++) {
      data |= sample(n + 1) << n;
      ones += sample(n + 1);
    }
    let next = format.dataBits + 1;
    let errors = 0;
    let anyHigh = ones;
    if (format.parity !== 0) {
      const got = sample(next++);
      anyHigh += got;
      if (got !== parityBit(format.parity, ones)) errors |= PE;
    }
    if (sample(next) === 0) errors |= anyHigh === 0 ? BI | FE : FE;
    return data | (errors << 8);
  }

  #touch(at: number): void {
    const { memory } = this.#machine;
    memory.touch(this.#ends.byteOffset + at * 8, 8);
    memory.touch(this.#bitTicks.byteOffset + at * 4, 4);
    memory.touch(this.#characters.byteOffset + at * 2, 2);
  }
}

export const parityBit = (parity: number, ones: number): number => {
  switch (parity) {
    case 1:
      return (ones & 1) ^ 1;
    case 2:
      return ones & 1;
    default:
      return parity === 3 ? 1 : 0;
  }
};

/** Levels of the line from the start bit on, bit 0 first; the idle line after it is 1. */
function waveform(character: number): number {
  const data = character & 0xff;
  const parity = (character >>> 8) & 3;
  if (parity === 0) return ~0x1ff | (data << 1);
  let ones = 0;
  for (let n = 0; n < 8; n++) ones += (data >>> n) & 1;
  return ~0x3ff | (data << 1) | (parityBit(parity, ones) << 9);
}
