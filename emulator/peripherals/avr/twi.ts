/** TWI of the ATmega32U4 as a master: start, address, data, stop on a bus with or without a device.
 *  Source: ATmega16U4/32U4 datasheet, "2-wire Serial Interface", "Transmission Modes" (status codes), "Bit
 *  Rate Generator Unit". Leaves out: slave modes (the part is never addressed), other masters and lost
 *  arbitration, stretching of the clock by a device, levels of SCL and SDA at the pins. */

import type { ClockId, ClockTree } from '../../machine/clock-tree.ts';
import type { Machine } from '../../machine/machine.ts';
import {
  bit,
  bits,
  byteRegister,
  gap,
  type Register,
  readOnly,
  register,
  reserved,
} from '../../machine/registers.ts';
import type { EventSlot } from '../../machine/scheduler.ts';
import type { IoSpace } from './io-space.ts';

const NO_SLAVE = 'the part is never addressed as a slave';

export const TWI = {
  TWBR: byteRegister('TWBR', 0xb8),
  TWSR: register(
    'TWSR',
    { at: 0xb9, width: 8, reset: 0xf8 },
    { TWPS: bits(1, 0), TWS: readOnly(bits(7, 3)), RES: reserved(bit(2)) },
  ),
  TWAR: register(
    'TWAR',
    { at: 0xba, width: 8, reset: 0xfe },
    { TWGCE: gap(bit(0), NO_SLAVE), TWA: gap(bits(7, 1), NO_SLAVE) },
  ),
  TWDR: byteRegister('TWDR', 0xbb, { reset: 0xff }),
  TWCR: register(
    'TWCR',
    { at: 0xbc, width: 8 },
    {
      TWIE: bit(0),
      TWEN: bit(2),
      TWWC: readOnly(bit(3)),
      TWSTO: bit(4),
      TWSTA: bit(5),
      TWEA: bit(6),
      TWINT: bit(7),
      RES: reserved(bit(1)),
    },
  ),
  TWAMR: register(
    'TWAMR',
    { at: 0xbd, width: 8 },
    { TWAM: gap(bits(7, 1), NO_SLAVE), RES: reserved(bit(0)) },
  ),
};
export const TWI_REGISTERS: readonly Register[] = Object.values(TWI);

const { TWINT, TWEA, TWSTA, TWSTO, TWWC, TWEN, TWIE } = TWI.TWCR.mask;
const NEVER = Number.POSITIVE_INFINITY;
const BYTE_BITS = 9;

/** Status codes, TWSR 7:3. */
const START = 0x08;
const REPEATED_START = 0x10;
const SLA_W_ACK = 0x18;
const SLA_W_NACK = 0x20;
const DATA_W_ACK = 0x28;
const DATA_W_NACK = 0x30;
const SLA_R_ACK = 0x40;
const SLA_R_NACK = 0x48;
const DATA_R_ACK = 0x50;
const DATA_R_NACK = 0x58;
const NOTHING = 0xf8;

/** A device on the bus, or several: it knows its own addresses. */
export interface TwiDevice {
  /** @returns true if a device acknowledges the address. */
  address(address: number, read: boolean): boolean;
  /** @returns true if it acknowledges the byte. */
  write(byte: number): boolean;
  read(acknowledged: boolean): number;
  stop(): void;
}

/** Words of the state block. */
const STATE = 0;
const ACTION = 1;
const OFF = 2;
const WORDS = 3;
/** What the bus is in. */
const IDLE = 0;
const STARTED = 1;
const WRITING = 2;
const READING = 3;
const REFUSED = 4;
/** What is going on. */
const NONE = 0;
const DO_START = 1;
const DO_BYTE = 2;
const DO_STOP = 3;

export interface TwiOptions {
  readonly clock: ClockId;
  readonly vector: number;
  readonly setLine: (vector: number, asserted: boolean) => void;
}

export class AvrTwi {
  /** Null = nobody acknowledges. */
  device: TwiDevice | null = null;
  readonly #machine: Machine;
  readonly #clocks: ClockTree;
  readonly #io: IoSpace;
  readonly #options: TwiOptions;
  readonly #s: Int32Array;
  readonly #slot: EventSlot;

  constructor(machine: Machine, clocks: ClockTree, io: IoSpace, options: TwiOptions) {
    this.#machine = machine;
    this.#clocks = clocks;
    this.#io = io;
    this.#options = options;
    io.declare('TWI', TWI_REGISTERS);
    this.#s = machine.memory.stateWords('TWI', WORDS);
    this.#slot = machine.scheduler.register('TWI', () => this.#finish());
    io.hook(TWI.TWCR, { write: (value, mask, previous) => this.#control(value, mask, previous) });
    io.hook(TWI.TWDR, {
      write: (_value, _mask, previous) => {
        if ((io.value(TWI.TWCR) & TWINT) !== 0) return;
        io.set(TWI.TWDR, previous);
        io.set(TWI.TWCR, io.value(TWI.TWCR) | TWWC);
      },
    });
  }

  reset(): void {
    this.#s.fill(0);
    this.#machine.scheduler.cancel(this.#slot);
    this.#line();
  }
  /** PRR0.PRTWI. "If the module was in use it must be initialised again": what was going on is dropped. */
  set powered(on: boolean) {
    if (on === (this.#s[OFF] === 0)) return;
    this.reset();
    this.#s[OFF] = on ? 0 : 1;
  }

  /** Writing a one to TWINT clears it and starts what the other bits ask for. */
  #control(value: number, mask: number, previous: number): void {
    const io = this.#io;
    const go = (value & mask & TWINT) !== 0;
    const stored = io.value(TWI.TWCR) & (TWIE | TWEN | TWSTO | TWSTA | TWEA);
    io.set(TWI.TWCR, stored | (previous & TWWC) | (go ? 0 : previous & TWINT));
    if ((stored & TWEN) === 0) {
      this.#s[STATE] = IDLE;
      this.#s[ACTION] = NONE;
      this.#machine.scheduler.cancel(this.#slot);
    } else if (go) this.#go(stored);
    this.#line();
  }
  #go(control: number): void {
    const s = this.#s;
    this.#io.set(TWI.TWCR, this.#io.value(TWI.TWCR) & ~TWWC);
    if ((control & TWSTO) !== 0) this.#begin(DO_STOP, 1);
    else if ((control & TWSTA) !== 0) this.#begin(DO_START, 1);
    else if (s[STATE] !== IDLE) this.#begin(DO_BYTE, BYTE_BITS);
  }
  #begin(action: number, bits: number): void {
    this.#s[ACTION] = action;
    const ticks = this.#bitTicks();
    if (ticks === NEVER) return;
    this.#machine.scheduler.schedule(this.#slot, this.#machine.now + Math.round(bits * ticks));
  }
  /** SCL = clkIO / (16 + 2 TWBR x 4^TWPS). */
  #bitTicks(): number {
    const prescale = 4 ** (this.#io.value(TWI.TWSR) & 3);
    const cycles = 16 + 2 * this.#io.value(TWI.TWBR) * prescale;
    return this.#clocks.ticks[this.#options.clock]! * cycles;
  }

  #finish(): void {
    const action = this.#s[ACTION]!;
    this.#s[ACTION] = NONE;
    if (action === DO_STOP) this.#stopped();
    else if (action === DO_START) {
      const status = this.#s[STATE] === IDLE ? START : REPEATED_START;
      this.#s[STATE] = STARTED;
      this.#report(status);
    } else this.#report(this.#byte());
  }
  /** A stop sets no flag; a start asked for with it follows. */
  #stopped(): void {
    const io = this.#io;
    if (this.#s[STATE] !== IDLE) this.device?.stop();
    this.#s[STATE] = IDLE;
    io.set(TWI.TWCR, io.value(TWI.TWCR) & ~TWSTO);
    io.set(TWI.TWSR, (io.value(TWI.TWSR) & 3) | NOTHING);
    if ((io.value(TWI.TWCR) & TWSTA) !== 0) this.#begin(DO_START, 1);
  }
  #byte(): number {
    const s = this.#s;
    const data = this.#io.value(TWI.TWDR);
    switch (s[STATE]) {
      case STARTED: {
        const read = (data & 1) === 1;
        const taken = this.device?.address(data >> 1, read) ?? false;
        s[STATE] = taken ? (read ? READING : WRITING) : REFUSED;
        if (read) return taken ? SLA_R_ACK : SLA_R_NACK;
        return taken ? SLA_W_ACK : SLA_W_NACK;
      }
      case READING: {
        const acknowledge = (this.#io.value(TWI.TWCR) & TWEA) !== 0;
        this.#io.set(TWI.TWDR, (this.device?.read(acknowledge) ?? 0xff) & 0xff);
        return acknowledge ? DATA_R_ACK : DATA_R_NACK;
      }
      default:
        return s[STATE] === WRITING && this.device?.write(data) === true ? DATA_W_ACK : DATA_W_NACK;
    }
  }
  #report(status: number): void {
    const io = this.#io;
    io.set(TWI.TWSR, (io.value(TWI.TWSR) & 3) | status);
    io.set(TWI.TWCR, io.value(TWI.TWCR) | TWINT);
    this.#line();
  }
  #line(): void {
    const control = this.#io.value(TWI.TWCR);
    const asks = (control & TWINT) !== 0 && (control & TWIE) !== 0;
    this.#options.setLine(this.#options.vector, asks);
  }
}
