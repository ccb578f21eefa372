/** DS2411: a silicon serial number on a one-wire bus: presence, Read ROM.
 *  Source: DS2411 data sheet, "1-Wire Signaling": reset 480 us low, presence 60 to 240 us after it, time slots
 *  of 60 us; a slot whose low ends before 15 us is a 1. Times are typical ones.
 *  Leaves out: Search ROM, overdrive; a bus with more than one slave. */

import type { Machine } from '../machine/machine.ts';
import type { EventSlot } from '../machine/scheduler.ts';

export interface Ds2411Options {
  /** 48 bits, most significant byte first, as on the label. */
  readonly serial: readonly number[];
  /** What the slave does to the line: low, or nothing (the pull-up wins). */
  readonly pullLow: (low: boolean) => void;
}

const FAMILY = 0x01;
const READ_ROM = 0x33;
/** Times in microseconds. */
const RESET_LOW_US = 400;
const PRESENCE_AFTER_US = 30;
const PRESENCE_FOR_US = 120;
const WRITE_THRESHOLD_US = 30;
const READ_ZERO_FOR_US = 30;

/** Words of the state. */
const PHASE = 0;
const BITS = 1;
const VALUE = 2;
const LOW = 3;
const PULLING = 4;
const IDLE = 0;
const PRESENCE_DUE = 1;
const PRESENT = 2;
const COMMAND = 3;
const SENDING = 4;

export class Ds2411 {
  /** The eight bytes as they go over the bus: family, serial, CRC. */
  readonly rom: Uint8Array;
  readonly #machine: Machine;
  readonly #options: Ds2411Options;
  readonly #s: Int32Array;
  readonly #fellAt: Float64Array;
  readonly #slot: EventSlot;

  constructor(machine: Machine, options: Ds2411Options) {
    this.#machine = machine;
    this.#options = options;
    const body = [FAMILY, ...[...options.serial].reverse()];
    this.rom = Uint8Array.from([...body, oneWireCrc(body)]);
    this.#s = machine.memory.stateWords('DS2411', 5);
    this.#fellAt = machine.memory.stateDoubles('DS2411 time', 1);
    this.#slot = machine.scheduler.register('DS2411', () => this.#due());
  }

  /** The line is low by the slave, whatever the master does. */
  get isPulling(): boolean {
    return this.#s[PULLING] === 1;
  }
  reset(): void {
    this.#s.fill(0);
    this.#machine.scheduler.cancel(this.#slot);
    this.#pull(false);
  }
  /** Level that the master makes: low, or let go. */
  masterDrives(low: boolean): void {
    const s = this.#s;
    if (low === (s[LOW] === 1)) return;
    s[LOW] = low ? 1 : 0;
    if (low) this.#fell();
    else this.#rose();
  }

  #fell(): void {
    this.#fellAt[0] = this.#machine.now;
    const s = this.#s;
    if (s[PHASE] !== SENDING) return;
    const bit = s[BITS]!;
    s[BITS] = bit + 1;
    if (bit + 1 > this.rom.length * 8) s[PHASE] = IDLE;
    else if (((this.rom[bit >> 3]! >> (bit & 7)) & 1) === 0) {
      this.#pull(true);
      this.#after(READ_ZERO_FOR_US);
    }
  }
  #rose(): void {
    const s = this.#s;
    const lowUs = ((this.#machine.now - this.#fellAt[0]!) * 1e6) / this.#machine.rootHz;
    if (lowUs >= RESET_LOW_US) {
      s[PHASE] = PRESENCE_DUE;
      this.#after(PRESENCE_AFTER_US);
    } else if (s[PHASE] === COMMAND) this.#commandBit(lowUs < WRITE_THRESHOLD_US ? 1 : 0);
  }
  #commandBit(bit: number): void {
    const s = this.#s;
    s[VALUE] = s[VALUE]! | (bit << s[BITS]!);
    s[BITS] = s[BITS]! + 1;
    if (s[BITS] !== 8) return;
    s[PHASE] = s[VALUE] === READ_ROM ? SENDING : IDLE;
    s[BITS] = 0;
  }
  #due(): void {
    const s = this.#s;
    if (s[PHASE] === PRESENCE_DUE) {
      s[PHASE] = PRESENT;
      this.#pull(true);
      this.#after(PRESENCE_FOR_US);
      return;
    }
    if (s[PHASE] === PRESENT) {
      s[PHASE] = COMMAND;
      s[BITS] = 0;
      s[VALUE] = 0;
    }
    this.#pull(false);
  }
  #pull(low: boolean): void {
    this.#s[PULLING] = low ? 1 : 0;
    this.#options.pullLow(low);
  }
  #after(us: number): void {
    const { scheduler, now, rootHz } = this.#machine;
    scheduler.schedule(this.#slot, now + Math.round((us * rootHz) / 1e6));
  }
}

/** x^8 + x^5 + x^4 + 1, least significant bit first. */
export function oneWireCrc(bytes: readonly number[]): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = (crc & 1) !== 0 ? (crc >>> 1) ^ 0x8c : crc >>> 1;
  }
  return crc;
}
