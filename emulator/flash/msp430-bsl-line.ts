/** The serial line of the MSP430's boot loader: a UART in software at two port pins, 8 data bits, even parity.
 *  The bit time is what the synchronisation character (80: eight bits low) has measured, in cycles of MCLK.
 *  Source: SLAU319Z, "UART protocol". UNKNOWN: how far its samples lie off the middle of a bit, and its pause
 *  before it answers (one bit here). Leaves out: full duplex; what arrives while it sends is lost, as there. */

import type { Machine } from '../machine/machine.ts';
import type { EventSlot } from '../machine/scheduler.ts';
import type { Msp430Ports } from '../peripherals/msp430/ports.ts';

/** P1.1 sends, P2.2 receives. */
const TX_MASK = 1 << 1;
const RX_MASK = 1 << 2;
const P1OUT = 0x21;
const P1DIR = 0x22;
const P1SEL = 0x26;
const P2DIR = 0x2a;
const P2SEL = 0x2e;

/** Low bits of the synchronisation character. */
const SYNC_LOW_BITS = 8;
/** Fewer cycles for a bit than software can follow: a glitch. */
const MIN_BIT_CYCLES = 16;
/** Start, eight of data, parity, stop. */
const CHARACTER_BITS = 11;
const OUT_BYTES = 512;

/** Modes; 0 is closed. */
const SYNC = 1;
const SYNC_LOW = 2;
const SYNC_TAIL = 3;
const LISTENING = 4;
const RECEIVING = 5;
const SENDING = 6;
/** Words of the state block. */
const MODE = 0;
const BIT_CYCLES = 1;
const BIT = 2;
const SHIFT = 3;
const OUT_AT = 4;
const OUT_COUNT = 5;
const WORDS = 6;

export interface BslLineUser {
  synchronised(): void;
  /** @param isGood parity and stop bit were as they should be. */
  character(byte: number, isGood: boolean): void;
  /** What was said has left, stop bit included. */
  said(): void;
}

export class BslLine {
  readonly #machine: Machine;
  readonly #ports: Msp430Ports;
  readonly #user: BslLineUser;
  readonly #s: Int32Array;
  readonly #fellAt: Float64Array;
  readonly #out: Uint8Array;
  readonly #slot: EventSlot;

  constructor(machine: Machine, ports: Msp430Ports, user: BslLineUser) {
    this.#machine = machine;
    this.#ports = ports;
    this.#user = user;
    this.#s = machine.memory.stateWords('BSL line', WORDS);
    this.#fellAt = machine.memory.stateDoubles('BSL line time', 1);
    this.#out = machine.memory.stateU8('BSL line output', OUT_BYTES);
    this.#slot = machine.scheduler.register('BSL line', (at) => this.#due(at));
    ports.onLevels.push(({ port, before, after }) => {
      if (port === 2 && ((before ^ after) & RX_MASK) !== 0) this.#edge((after & RX_MASK) !== 0);
    });
  }

  /** Cycles of MCLK in a bit, as last measured; 0 before. */
  get bitCycles(): number {
    return this.#s[BIT_CYCLES]!;
  }
  /** The pins are the loader's. */
  open(): void {
    const { bus } = this.#machine;
    this.close();
    for (const [address, mask] of [
      [P1SEL, TX_MASK],
      [P2SEL, RX_MASK],
      [P2DIR, RX_MASK],
    ] as const) {
      bus.write(address, 1, bus.read(address, 1) & ~mask);
    }
    this.#drive(true);
    bus.write(P1DIR, 1, bus.read(P1DIR, 1) | TX_MASK);
    this.awaitSync();
  }
  /** The pins stay as they are. */
  close(): void {
    this.#machine.scheduler.cancel(this.#slot);
    this.#s.fill(0);
  }
  awaitSync(): void {
    this.#s[MODE] = SYNC;
  }
  listen(): void {
    this.#s[MODE] = LISTENING;
  }
  /** @returns nothing; `said` is called at the end. Half duplex: the loader is deaf until then. */
  say(bytes: Uint8Array): void {
    this.#out.set(bytes);
    this.#s[OUT_AT] = 0;
    this.#s[OUT_COUNT] = bytes.length;
    this.#s[BIT] = 0;
    this.#s[MODE] = SENDING;
    // Half a stop bit is left of what was received, then the loader's own pause.
    this.#after(this.#machine.now, 1.5);
  }

  get #bitTicks(): number {
    return this.#s[BIT_CYCLES]! * this.#machine.scheduler.ticksPerCycle;
  }
  #after(at: number, bits: number): void {
    this.#machine.scheduler.schedule(this.#slot, at + Math.round(bits * this.#bitTicks));
  }
  get #isHigh(): boolean {
    return (this.#ports.levels(2) & RX_MASK) !== 0;
  }
  #drive(high: boolean): void {
    const { bus } = this.#machine;
    const others = bus.read(P1OUT, 1) & ~TX_MASK;
    bus.write(P1OUT, 1, high ? others | TX_MASK : others);
  }

  #edge(isHigh: boolean): void {
    const s = this.#s;
    const { now } = this.#machine;
    if (s[MODE] === SYNC && !isHigh) {
      s[MODE] = SYNC_LOW;
      this.#fellAt[0] = now;
    } else if (s[MODE] === SYNC_LOW && isHigh) this.#measure(now);
    else if (s[MODE] === LISTENING && !isHigh) {
      s[MODE] = RECEIVING;
      s[BIT] = 0;
      s[SHIFT] = 0;
      this.#after(now, 1.5);
    }
  }
  #measure(now: number): void {
    const s = this.#s;
    const { ticksPerCycle } = this.#machine.scheduler;
    const cycles = Math.round((now - this.#fellAt[0]!) / ticksPerCycle / SYNC_LOW_BITS);
    s[MODE] = SYNC;
    if (cycles < MIN_BIT_CYCLES) return;
    s[BIT_CYCLES] = cycles;
    s[MODE] = SYNC_TAIL;
    // Bit 7 and parity are over, the stop bit is half through.
    this.#after(now, CHARACTER_BITS - SYNC_LOW_BITS - 0.5);
  }

  #due(at: number): void {
    switch (this.#s[MODE]) {
      case SYNC_TAIL:
        this.#s[MODE] = SYNC;
        if (this.#isHigh) this.#user.synchronised();
        return;
      case RECEIVING:
        this.#sample(at);
        return;
      case SENDING:
        this.#sendBit(at);
        return;
    }
  }
  /** Data and parity into the shift register; the stop bit ends the character. */
  #sample(at: number): void {
    const s = this.#s;
    const level = this.#isHigh ? 1 : 0;
    const bit = s[BIT]!;
    if (bit < CHARACTER_BITS - 2) {
      s[SHIFT] = s[SHIFT]! | (level << bit);
      s[BIT] = bit + 1;
      this.#after(at, 1);
      return;
    }
    s[MODE] = LISTENING;
    this.#user.character(s[SHIFT]! & 0xff, ones(s[SHIFT]!) % 2 === 0 && level === 1);
  }
  #sendBit(at: number): void {
    const s = this.#s;
    if (s[BIT] === CHARACTER_BITS) {
      s[BIT] = 0;
      s[OUT_AT] = s[OUT_AT]! + 1;
    }
    if (s[OUT_AT] === s[OUT_COUNT]) {
      s[MODE] = SYNC;
      this.#user.said();
      return;
    }
    const byte = this.#out[s[OUT_AT]!]!;
    const wave = (byte << 1) | ((ones(byte) & 1) << 9) | (1 << 10);
    this.#drive(((wave >> s[BIT]!) & 1) === 1);
    s[BIT] = s[BIT]! + 1;
    this.#after(at, 1);
  }
}

function ones(value: number): number {
  let count = 0;
  for (let rest = value; rest !== 0; rest >>>= 1) count += rest & 1;
  return count;
}
