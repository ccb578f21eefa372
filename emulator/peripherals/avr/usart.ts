/** USART1 of the ATmega32U4 in asynchronous mode: baud rate, receiver, transmitter, three interrupts, and
 *  the line's other end. Source: ATmega16U4/32U4 datasheet, "USART". Leaves out: see usart-registers.ts;
 *  the phase of the baud rate generator at the first start bit. Each character is an event. */

import type { Clocked, ClockId, ClockTree } from '../../machine/clock-tree.ts';
import type { Machine } from '../../machine/machine.ts';
import { fieldOf } from '../../machine/registers.ts';
import type { EventSlot } from '../../machine/scheduler.ts';
import { type PeerSettings, type ReceiverFormat, UartLine } from '../shared/uart-line.ts';
import type { IoSpace } from './io-space.ts';
import { UsartReceiver } from './usart-receiver.ts';
import { USART, USART_REGISTERS } from './usart-registers.ts';

const { TXC, RXC, UDRE, U2X } = USART.UCSRA.mask;
const { TXEN, RXEN, UDRIE, TXCIE, RXCIE } = USART.UCSRB.mask;
const NEVER = Number.POSITIVE_INFINITY;
/** UPM → parity of uart-line.ts. The code 1 is reserved. */
const PARITIES = [0, 0, 2, 1] as const;

/** Words of the transmitter: characters, or -1. */
const SHIFT = 0;
const BUFFER = 1;
/** Doubles: start of the character in the shift register, bits of it left, at the tick. */
const START = 0;
const BITS_LEFT = 1;
const AT = 2;

export interface UsartOptions {
  readonly clock: ClockId;
  readonly vectors: { readonly rx: number; readonly udre: number; readonly tx: number };
  readonly setLine: (vector: number, asserted: boolean) => void;
}

export class AvrUsart implements Clocked {
  readonly line: UartLine;
  /** A character has left the chip: called at the end of its last stop bit. */
  onTransmit: ((byte: number, startTicks: number, endTicks: number) => void) | null = null;
  /** RXEN or TXEN changed: the pins belong to the USART or not. */
  onEnable: ((receiver: boolean, transmitter: boolean) => void) | null = null;
  readonly #machine: Machine;
  readonly #clocks: ClockTree;
  readonly #io: IoSpace;
  readonly #options: UsartOptions;
  readonly #receiver: UsartReceiver;
  readonly #s: Int32Array;
  readonly #t: Float64Array;
  /** 1 = the power reduction bit stops it. */
  readonly #off: Int32Array;
  readonly #rxSlot: EventSlot;
  readonly #txSlot: EventSlot;

  constructor(machine: Machine, clocks: ClockTree, io: IoSpace, options: UsartOptions) {
    this.#machine = machine;
    this.#clocks = clocks;
    this.#io = io;
    this.#options = options;
    io.declare('USART1', USART_REGISTERS);
    this.line = new UartLine(machine, 'USART1', {
      sync: () => this.#sync(),
      settle: () => this.#settle(),
    });
    this.#receiver = new UsartReceiver(machine, 'USART1', this.line, () => this.#format());
    this.#s = machine.memory.stateWords('USART1.transmitter', 2);
    this.#t = machine.memory.stateDoubles('USART1.transmitter times', 3);
    this.#off = machine.memory.stateWords('USART1.off', 1);
    this.#rxSlot = machine.scheduler.register('USART1 receive', () => this.#touch());
    this.#txSlot = machine.scheduler.register('USART1 transmit', () => this.#touch());
    this.#hook();
    clocks.use(this);
    this.reset();
  }

  reset(): void {
    this.#clear(this.#machine.now);
  }
  /** The chip has no supply or is held in reset: the line goes on without it. */
  silence(): void {
    this.#clear(NEVER);
  }
  #clear(deafUntil: number): void {
    this.#s.fill(-1);
    this.#t.fill(0);
    this.#off[0] = 0;
    this.#receiver.clear(deafUntil);
    this.#settle();
    this.onEnable?.(false, false);
  }
  /** PRR1.PRUSART1. */
  set powered(on: boolean) {
    if (on === (this.#off[0] === 0)) return;
    this.beforeClockChange();
    this.#off[0] = on ? 0 : 1;
    this.afterClockChange();
  }
  /** The line as the device at its other end has it (uart-line.ts). */
  setPeer(peer: PeerSettings): void {
    this.line.setPeer(peer);
  }
  send(bytes: Uint8Array, atTicks?: number): number {
    return this.line.send(bytes, atTicks);
  }
  get sendSpace(): number {
    return this.line.space;
  }
  get receiverIdle(): boolean {
    return this.line.isIdle;
  }
  get transmitterIdle(): boolean {
    return this.#s[SHIFT] === -1 && this.#s[BUFFER] === -1;
  }
  /** Root ticks of one bit by the chip's own settings. */
  get bitTicks(): number {
    if (this.#off[0] !== 0) return NEVER;
    const ubrr = this.#io.value(USART.UBRRL) | ((this.#io.value(USART.UBRRH) & 15) << 8);
    const samples = (this.#io.value(USART.UCSRA) & U2X) !== 0 ? 8 : 16;
    return this.#clocks.ticks[this.#options.clock]! * samples * (ubrr + 1);
  }
  /** The TX vector was entered: TXC is cleared. The others stay until their cause is gone. */
  acknowledge(vector: number): void {
    if (vector !== this.#options.vectors.tx) return;
    this.#io.set(USART.UCSRA, this.#io.value(USART.UCSRA) & ~TXC);
    this.#lines();
  }

  beforeClockChange(): void {
    this.#sync();
  }
  /** A character that starts while the clock stands still is not heard. */
  afterClockChange(): void {
    this.#settle();
  }

  #hook(): void {
    const io = this.#io;
    const { UCSRA, UCSRB, UCSRC, UBRRL, UBRRH, UDR } = USART;
    const before = () => this.#sync();
    io.hook(UDR, {
      read: () => {
        this.#sync();
        const byte = this.#receiver.take();
        this.#settle();
        return byte;
      },
      before,
      write: (value) => {
        /** Without room the character is lost, as the datasheet has it. */
        if (this.#s[BUFFER] === -1) this.#s[BUFFER] = value;
        this.#load(this.#machine.now);
        this.#settle();
      },
    });
    io.hook(UCSRA, {
      before,
      write: (value) => {
        if ((value & TXC) !== 0) io.set(UCSRA, io.value(UCSRA) & ~TXC);
        this.#settle();
      },
    });
    io.hook(UCSRB, {
      before,
      write: (_value, _mask, previous) => {
        const value = io.value(UCSRB);
        if (((value ^ previous) & RXEN) !== 0) this.#receiver.clear(this.#machine.now);
        this.#load(this.#machine.now);
        this.#settle();
        if (((value ^ previous) & (RXEN | TXEN)) !== 0) {
          this.onEnable?.((value & RXEN) !== 0, (value & TXEN) !== 0);
        }
      },
    });
    for (const reg of [UCSRC, UBRRL, UBRRH]) io.hook(reg, { before, write: () => this.#settle() });
  }

  #format(): ReceiverFormat {
    const control = this.#io.value(USART.UCSRC);
    return {
      bitTicks: this.bitTicks,
      dataBits: 5 + fieldOf(control, USART.UCSRC.mask.UCSZ),
      parity: PARITIES[fieldOf(control, USART.UCSRC.mask.UPM)]!,
    };
  }
  #frameBits(): number {
    const { dataBits, parity } = this.#format();
    const stopBits = (this.#io.value(USART.UCSRC) & USART.UCSRC.mask.USBS) !== 0 ? 2 : 1;
    return 1 + dataBits + (parity === 0 ? 0 : 1) + stopBits;
  }
  get #hears(): boolean {
    return (this.#io.value(USART.UCSRB) & RXEN) !== 0 && this.bitTicks !== NEVER;
  }

  #touch(): void {
    this.#sync();
    this.#settle();
  }
  /** Bring both directions up to now, by the settings that hold until now. */
  #sync(): void {
    const { now } = this.#machine;
    this.#receiver.sync(now, this.#hears);
    this.#transmit(now);
  }

  #load(at: number): void {
    const s = this.#s;
    if (s[SHIFT] !== -1 || s[BUFFER] === -1) return;
    if ((this.#io.value(USART.UCSRB) & TXEN) === 0) return;
    s[SHIFT] = s[BUFFER]!;
    s[BUFFER] = -1;
    this.#t[START] = at;
    this.#t[AT] = at;
    this.#t[BITS_LEFT] = this.#frameBits();
  }
  /** Bits are counted, not ticks: the clock may change or stop inside a character. */
  #transmit(now: number): void {
    const s = this.#s;
    const t = this.#t;
    const bit = this.bitTicks;
    while (s[SHIFT] !== -1 && bit !== NEVER && this.#sentAt(bit) <= now) {
      const end = this.#sentAt(bit);
      const byte = s[SHIFT]!;
      s[SHIFT] = -1;
      this.onTransmit?.(byte, t[START]!, end);
      this.#load(end);
      if (s[SHIFT] === -1) this.#io.set(USART.UCSRA, this.#io.value(USART.UCSRA) | TXC);
    }
    if (s[SHIFT] === -1) return;
    if (bit !== NEVER) t[BITS_LEFT] = t[BITS_LEFT]! - (now - t[AT]!) / bit;
    t[AT] = now;
  }
  #sentAt(bit: number): number {
    return Math.round(this.#t[AT]! + this.#t[BITS_LEFT]! * bit);
  }

  /** Flags, lines and next events, after any change. */
  #settle(): void {
    const io = this.#io;
    const s = this.#s;
    const own = TXC | U2X | USART.UCSRA.mask.MPCM;
    const receiver = this.#receiver;
    const flags = receiver.flags | (receiver.hasData ? RXC : 0) | (s[BUFFER] === -1 ? UDRE : 0);
    io.set(USART.UCSRA, (io.value(USART.UCSRA) & own) | flags);
    this.#lines();
    const { scheduler } = this.#machine;
    const bit = this.bitTicks;
    const sent = s[SHIFT] === -1 || bit === NEVER ? NEVER : this.#sentAt(bit);
    scheduler.plan(this.#txSlot, sent);
    scheduler.plan(this.#rxSlot, receiver.nextEvent(this.#hears));
  }
  #lines(): void {
    const status = this.#io.value(USART.UCSRA);
    const enable = this.#io.value(USART.UCSRB);
    const { vectors, setLine } = this.#options;
    setLine(vectors.rx, (status & RXC) !== 0 && (enable & RXCIE) !== 0);
    setLine(vectors.udre, (status & UDRE) !== 0 && (enable & UDRIE) !== 0);
    setLine(vectors.tx, (status & TXC) !== 0 && (enable & TXCIE) !== 0);
  }
}
