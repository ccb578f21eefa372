/** SHT11: humidity and temperature on two wires: commands, measurements in time, status register, checksums.
 *  Source: SHT1x data sheet, "Communication with sensor", "Status register"; application note "CRC checksum".
 *  Times of a measurement are the longest ones. Leaves out: the heater's warmth, self-heating, the reload of
 *  calibration data, a start that comes less than 11 ms after power. */

import type { Machine } from '../machine/machine.ts';
import type { EventSlot } from '../machine/scheduler.ts';
import { countOfCelsius, countOfHumidity } from './sht11-conversion.ts';

/** Address 000 and five bits. */
const CMD = {
  TEMPERATURE: 0x03,
  HUMIDITY: 0x05,
  WRITE_STATUS: 0x06,
  READ_STATUS: 0x07,
  SOFT_RESET: 0x1e,
} as const;
const COMMANDS: readonly number[] = Object.values(CMD);

/** Status register: low battery, then what can be written: heater, no reload, low resolution. */
const LOW_BATTERY = 0x40;
const WRITABLE = 0x07;
const LOW_RESOLUTION = 0x01;
const LOW_BATTERY_MILLIVOLTS = 2470;

const TEMPERATURE_MS = { high: 320, low: 80 };
const HUMIDITY_MS = { high: 80, low: 20 };
const SOFT_RESET_MS = 11;

export interface Sht11Options {
  /** What the sensor does to the data line: low, or nothing (the pull-up wins). */
  readonly pullLow: (low: boolean) => void;
  readonly supplyMillivolts: () => number;
}

/** Phases. */
const IDLE = 0;
const COMMAND = 1;
const MEASURING = 2;
const SENDING = 3;
const TAKING_STATUS = 4;
const RESETTING = 5;
/** Words of the state. */
const POWERED = 0;
const PHASE = 1;
const SCK = 2;
const DATA = 3;
/** How much of a transmission start has been seen, 0 to 3. */
const START = 4;
const BITS = 5;
const SHIFT = 6;
const CODE = 7;
const STATUS = 8;
const PULLING = 9;
const ACKNOWLEDGED = 10;
const BYTE = 11;
const BYTES = 12;
const OUT = 13;
const WORDS = 16;
/** Doubles. */
const CELSIUS = 0;
const PERCENT = 1;

export class Sht11 {
  readonly #machine: Machine;
  readonly #options: Sht11Options;
  readonly #s: Int32Array;
  readonly #world: Float64Array;
  readonly #slot: EventSlot;

  constructor(machine: Machine, options: Sht11Options) {
    this.#machine = machine;
    this.#options = options;
    this.#s = machine.memory.stateWords('SHT11', WORDS);
    this.#world = machine.memory.stateDoubles('SHT11 surroundings', 2);
    this.#world.set([25, 50]);
    this.#slot = machine.scheduler.register('SHT11', () => this.#due());
  }

  /** Degrees Celsius around the sensor. */
  setTemperature(celsius: number): void {
    this.#world[CELSIUS] = celsius;
  }
  /** Relative humidity around it, in percent. */
  setHumidity(percent: number): void {
    this.#world[PERCENT] = percent;
  }
  setPower(on: boolean): void {
    if (on === (this.#s[POWERED] === 1)) return;
    const [clock, data] = [this.#s[SCK]!, this.#s[DATA]!];
    this.#machine.scheduler.cancel(this.#slot);
    this.#pull(false);
    this.#s.fill(0);
    this.#s.set([on ? 1 : 0, IDLE, clock, data]);
  }
  /** Levels at SCK and DATA, whoever makes them. */
  lines(clock: boolean, data: boolean): void {
    const s = this.#s;
    const before = [s[SCK]!, s[DATA]!];
    s[SCK] = clock ? 1 : 0;
    s[DATA] = data ? 1 : 0;
    if (s[POWERED] === 0) return;
    if (s[SCK] !== before[0]) {
      this.#startClock(clock);
      if (clock) this.#rose();
      else this.#fell();
    } else if (s[DATA] !== before[1]) this.#dataEdge(data);
  }
  get status(): number {
    const low = this.#options.supplyMillivolts() < LOW_BATTERY_MILLIVOLTS ? LOW_BATTERY : 0;
    return this.#s[STATUS]! | low;
  }

  /** Transmission start: DATA falls and, one low of SCK later, rises, both while SCK is high. */
  #dataEdge(isHigh: boolean): void {
    const s = this.#s;
    if (s[SCK] === 0) s[START] = 0;
    else if (!isHigh) s[START] = 1;
    else if (s[START] === 3) this.#started();
    else s[START] = 0;
  }
  #startClock(isHigh: boolean): void {
    const s = this.#s;
    if (s[START] === (isHigh ? 2 : 1)) s[START] = s[START]! + 1;
    else s[START] = 0;
  }
  #started(): void {
    const s = this.#s;
    s[START] = 0;
    if (s[PHASE] === RESETTING) return;
    this.#machine.scheduler.cancel(this.#slot);
    this.#pull(false);
    this.#expect(COMMAND);
  }
  #expect(phase: number): void {
    const s = this.#s;
    s[PHASE] = phase;
    s[BITS] = 0;
    s[SHIFT] = 0;
  }

  /** Both sides read on the rising edge. */
  #rose(): void {
    const s = this.#s;
    const phase = s[PHASE]!;
    if (phase === SENDING && s[BITS] === 8) s[ACKNOWLEDGED] = 1 - s[DATA]!;
    if (phase !== COMMAND && phase !== TAKING_STATUS && phase !== SENDING) return;
    if (s[BITS]! < 8) s[SHIFT] = (s[SHIFT]! << 1) | s[DATA]!;
    s[BITS] = s[BITS]! + 1;
  }
  /** The sensor changes DATA after the falling edge. The ninth clock is the acknowledgement. */
  #fell(): void {
    const s = this.#s;
    const phase = s[PHASE]!;
    if (phase === SENDING) {
      if (s[BITS]! < 8) this.#show();
      else if (s[BITS] === 8) this.#pull(false);
      else this.#nextByte();
    } else if (phase === COMMAND || phase === TAKING_STATUS) {
      if (s[BITS] === 8) this.#pull(phase === TAKING_STATUS || COMMANDS.includes(s[SHIFT]!));
      else if (s[BITS] === 9) this.#taken(phase);
    }
  }
  #taken(phase: number): void {
    const s = this.#s;
    this.#pull(false);
    s[PHASE] = IDLE;
    if (phase === TAKING_STATUS) {
      s[STATUS] = s[SHIFT]! & WRITABLE;
      return;
    }
    s[CODE] = s[SHIFT]!;
    const isLow = (s[STATUS]! & LOW_RESOLUTION) !== 0;
    switch (s[CODE]) {
      case CMD.TEMPERATURE:
        this.#later(MEASURING, isLow ? TEMPERATURE_MS.low : TEMPERATURE_MS.high);
        break;
      case CMD.HUMIDITY:
        this.#later(MEASURING, isLow ? HUMIDITY_MS.low : HUMIDITY_MS.high);
        break;
      case CMD.READ_STATUS:
        this.#send([this.status]);
        break;
      case CMD.WRITE_STATUS:
        this.#expect(TAKING_STATUS);
        break;
      case CMD.SOFT_RESET:
        s[STATUS] = 0;
        this.#later(RESETTING, SOFT_RESET_MS);
        break;
    }
  }
  #later(phase: number, ms: number): void {
    const { scheduler, now, rootHz } = this.#machine;
    this.#s[PHASE] = phase;
    scheduler.schedule(this.#slot, now + Math.round((ms * rootHz) / 1000));
  }
  #due(): void {
    const s = this.#s;
    if (s[PHASE] === RESETTING) {
      s[PHASE] = IDLE;
      return;
    }
    const [celsius, percent] = [this.#world[CELSIUS]!, this.#world[PERCENT]!];
    const isLow = (s[STATUS]! & LOW_RESOLUTION) !== 0;
    const count =
      s[CODE] === CMD.TEMPERATURE
        ? countOfCelsius(celsius, isLow)
        : countOfHumidity(percent, celsius, isLow);
    // The first bit is always 0: the same low that says that data is ready.
    this.#send([count >> 8, count & 0xff]);
  }

  #send(bytes: readonly number[]): void {
    const s = this.#s;
    const sum = sht11Checksum([s[CODE]!, ...bytes], this.status);
    s.set([...bytes, sum], OUT);
    s[BYTE] = 0;
    s[BYTES] = bytes.length + 1;
    this.#expect(SENDING);
    this.#show();
  }
  #show(): void {
    const s = this.#s;
    this.#pull(((s[OUT + s[BYTE]!]! >> (7 - s[BITS]!)) & 1) === 0);
  }
  #nextByte(): void {
    const s = this.#s;
    s[BYTE] = s[BYTE]! + 1;
    s[BITS] = 0;
    if (s[ACKNOWLEDGED] === 1 && s[BYTE]! < s[BYTES]!) this.#show();
    else s[PHASE] = IDLE;
  }
  /** The line follows; the state is changed before, so that what follows is not taken for an edge of its own. */
  #pull(low: boolean): void {
    if (low === (this.#s[PULLING] === 1)) return;
    this.#s[PULLING] = low ? 1 : 0;
    this.#options.pullLow(low);
    this.#s[START] = 0;
  }
}

/** x^8 + x^5 + x^4 + 1 over command and data, begun with the low half of the status register and sent with bit 0
 *  first, both of them the other way round. */
export function sht11Checksum(bytes: readonly number[], status: number): number {
  let crc = reversed(status & 0x0f);
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = (crc & 0x80) !== 0 ? ((crc << 1) ^ 0x31) & 0xff : crc << 1;
  }
  return reversed(crc);
}
function reversed(byte: number): number {
  let out = 0;
  for (let i = 0; i < 8; i++) out = (out << 1) | ((byte >> i) & 1);
  return out;
}
