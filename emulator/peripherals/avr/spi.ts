/** SPI of the ATmega32U4: master with a device on the other side, and slave.
 *  Source: ATmega16U4/32U4 datasheet, "Serial Peripheral Interface". A byte is handed over as a whole at the
 *  end of its transfer. Leaves out: levels of SCK, MOSI and MISO at the pins; CPOL, CPHA and DORD are stored
 *  and taken to suit the device; the SS pin as an input of the master. */

import type { Clocked, ClockId, ClockTree } from '../../machine/clock-tree.ts';
import type { Machine } from '../../machine/machine.ts';
import {
  bit,
  bits,
  byteRegister,
  type Register,
  readOnly,
  register,
  reserved,
} from '../../machine/registers.ts';
import type { EventSlot } from '../../machine/scheduler.ts';
import type { IoSpace } from './io-space.ts';

export const SPI = {
  SPCR: register(
    'SPCR',
    { at: 0x4c, width: 8 },
    {
      SPR: bits(1, 0),
      CPHA: bit(2),
      CPOL: bit(3),
      MSTR: bit(4),
      DORD: bit(5),
      SPE: bit(6),
      SPIE: bit(7),
    },
  ),
  SPSR: register(
    'SPSR',
    { at: 0x4d, width: 8 },
    { SPI2X: bit(0), WCOL: readOnly(bit(6)), SPIF: readOnly(bit(7)), RES: reserved(bits(5, 1)) },
  ),
  SPDR: byteRegister('SPDR', 0x4e),
};
export const SPI_REGISTERS: readonly Register[] = Object.values(SPI);

const { SPE, MSTR, SPIE } = SPI.SPCR.mask;
const { SPIF, WCOL, SPI2X } = SPI.SPSR.mask;
/** By SPR1:0, without SPI2X. */
const DIVIDERS = [4, 16, 64, 128] as const;
const BITS = 8;
const NOTHING_CONNECTED = 0xff;
const NEVER = Number.POSITIVE_INFINITY;

/** Words of the state block. */
const BUSY = 0;
const SHIFT = 1;
const RECEIVED = 2;
/** SPSR was read with SPIF or WCOL set: the next access to SPDR clears them. */
const SEEN = 3;
const OFF = 4;
const WORDS = 5;

export interface SpiOptions {
  readonly clock: ClockId;
  readonly vector: number;
  readonly setLine: (vector: number, asserted: boolean) => void;
}

export class AvrSpi implements Clocked {
  /** The device on the other side: takes the master's byte, gives its own. Null = nothing connected. */
  onExchange: ((byte: number) => number) | null = null;
  readonly #machine: Machine;
  readonly #clocks: ClockTree;
  readonly #io: IoSpace;
  readonly #options: SpiOptions;
  readonly #s: Int32Array;
  /** [SPI clocks left, at the tick] */
  readonly #t: Float64Array;
  readonly #slot: EventSlot;

  constructor(machine: Machine, clocks: ClockTree, io: IoSpace, options: SpiOptions) {
    this.#machine = machine;
    this.#clocks = clocks;
    this.#io = io;
    this.#options = options;
    io.declare('SPI', SPI_REGISTERS);
    this.#s = machine.memory.stateWords('SPI', WORDS);
    this.#t = machine.memory.stateDoubles('SPI times', 2);
    this.#slot = machine.scheduler.register('SPI transfer', () => this.#finish());
    this.#hook();
    clocks.use(this);
  }

  reset(): void {
    this.#s.fill(0);
    this.#settle();
  }
  /** PRR0.PRSPI. */
  set powered(on: boolean) {
    if (on === (this.#s[OFF] === 0)) return;
    this.beforeClockChange();
    this.#s[OFF] = on ? 0 : 1;
    this.afterClockChange();
  }
  acknowledge(): void {
    this.#flags(0, SPIF);
    this.#settle();
  }
  /** A master on the other side has clocked a byte through. @returns the byte that it gets. */
  exchangeAsSlave(byte: number): number {
    const control = this.#io.value(SPI.SPCR);
    if ((control & SPE) === 0 || (control & MSTR) !== 0) return NOTHING_CONNECTED;
    const out = this.#s[SHIFT]!;
    this.#s[RECEIVED] = byte;
    this.#s[SHIFT] = byte;
    this.#flags(SPIF, 0);
    this.#settle();
    return out;
  }
  beforeClockChange(): void {
    const ticks = this.#bitTicks();
    const { now } = this.#machine;
    if (ticks !== NEVER) this.#t[0] = this.#t[0]! - (now - this.#t[1]!) / ticks;
    this.#t[1] = now;
  }
  afterClockChange(): void {
    this.#settle();
  }

  #hook(): void {
    const io = this.#io;
    const before = () => this.beforeClockChange();
    io.hook(SPI.SPCR, {
      before,
      write: () => {
        if ((io.value(SPI.SPCR) & SPE) === 0) this.#s[BUSY] = 0;
        this.#settle();
      },
    });
    io.hook(SPI.SPSR, {
      /** Looking at a flag is half of clearing it. */
      read: (stored) => {
        if ((stored & (SPIF | WCOL)) !== 0 && this.#s[SEEN] === 0) {
          this.#machine.bus.sideEffects++;
          this.#s[SEEN] = 1;
        }
        return stored;
      },
      pure: true,
      before,
      write: () => this.#settle(),
    });
    io.hook(SPI.SPDR, {
      read: () => {
        this.#clearSeen();
        return this.#s[RECEIVED]!;
      },
      write: (value) => {
        this.#clearSeen();
        this.#write(value);
        this.#settle();
      },
    });
  }

  #write(value: number): void {
    const control = this.#io.value(SPI.SPCR);
    if ((control & SPE) === 0) return;
    if (this.#s[BUSY] !== 0) {
      this.#flags(WCOL, 0);
      return;
    }
    this.#s[SHIFT] = value;
    if ((control & MSTR) === 0) return;
    this.#s[BUSY] = 1;
    this.#t[0] = BITS;
    this.#t[1] = this.#machine.now;
  }
  #finish(): void {
    this.#s[BUSY] = 0;
    this.#s[RECEIVED] = (this.onExchange?.(this.#s[SHIFT]!) ?? NOTHING_CONNECTED) & 0xff;
    this.#flags(SPIF, 0);
    this.#settle();
  }
  #clearSeen(): void {
    if (this.#s[SEEN] === 0) return;
    this.#flags(0, SPIF | WCOL);
    this.#settle();
  }
  #flags(set: number, clear: number): void {
    const value = (this.#io.value(SPI.SPSR) & ~clear) | set;
    this.#io.set(SPI.SPSR, value);
    if (clear !== 0) this.#s[SEEN] = 0;
  }
  #bitTicks(): number {
    if (this.#s[OFF] !== 0) return NEVER;
    const double = (this.#io.value(SPI.SPSR) & SPI2X) !== 0 ? 2 : 1;
    const divider = DIVIDERS[this.#io.value(SPI.SPCR) & 3]! / double;
    return this.#clocks.ticks[this.#options.clock]! * divider;
  }
  #settle(): void {
    const asks = (this.#io.value(SPI.SPSR) & SPIF) !== 0 && (this.#io.value(SPI.SPCR) & SPIE) !== 0;
    this.#options.setLine(this.#options.vector, asks);
    const ticks = this.#bitTicks();
    const { scheduler } = this.#machine;
    if (this.#s[BUSY] === 0 || ticks === NEVER) scheduler.cancel(this.#slot);
    else scheduler.schedule(this.#slot, Math.round(this.#t[1]! + this.#t[0]! * ticks));
  }
}
