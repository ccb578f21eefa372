/** LPC24xx UART0-3: FIFOs, trigger levels, character time-out, THRE rule, fractional divider, real character
 *  times. Source: UM10237, chapters "UART0/2/3" and "UART1". Leaves out: see uart-registers.ts.
 *  Reception is lazy: characters are taken from the line when a register is touched or at the tick at
 *  which the interrupt condition becomes true, whichever is first. Transmission has an event a character. */

import type { Clocked, ClockId, ClockTree } from '../../machine/clock-tree.ts';
import type { Machine } from '../../machine/machine.ts';
import { RegisterBlock } from '../../machine/register-block.ts';
import type { EventSlot } from '../../machine/scheduler.ts';
import { BI, FE, PE, type PeerSettings, type ReceiverFormat, UartLine } from './uart-line.ts';
import { UART, uartRegisters } from './uart-registers.ts';

const FIFO = 16;
const TRIGGERS = [1, 4, 8, 14];
const RDR = 0x01;
const OE = 0x02;
const THRE = 0x20;
const TEMT = 0x40;
const RXFE = 0x80;

/** Words of the state block. */
const RX_HEAD = 0;
const RX_COUNT = 1;
const TX_HEAD = 2;
const TX_COUNT = 3;
/** Highest count of the transmit FIFO since it was last empty. */
const TX_PEAK = 4;
/** Character in the shift register, or -1. */
const TX_SHIFT = 5;
const FCR_VALUE = 6;
const OVERRUN = 7;
const CTI = 8;
const THRE_PENDING = 9;
/** Somebody polled an empty receiver: the next arrival must be an event. */
const POLLED = 10;
/** Pins that reach the UART: bit 0 RXD, bit 1 TXD. */
const PINS = 11;
const STATE_WORDS = 12;
/** Doubles of the time block. */
const TX_START = 0;
const TX_END = 1;
const THRE_AT = 2;
/** Last activity of the receive FIFO. */
const RX_LAST = 3;
/** The receiver hears nothing that starts before this tick. */
const DEAF_UNTIL = 4;

const NEVER = Number.POSITIVE_INFINITY;

export class Uart implements Clocked {
  readonly block: RegisterBlock;
  readonly line: UartLine;
  /** A character has left the chip: called at the end of its last stop bit. */
  onTransmit: ((byte: number, startTicks: number, endTicks: number) => void) | null = null;
  /** Takes every character that arrives, whatever the settings: the ROM's serial handler. */
  #taker: ((character: number) => void) | null = null;
  readonly #machine: Machine;
  readonly #clocks: ClockTree;
  readonly #clock: ClockId;
  readonly #setLine: (asserted: boolean) => void;
  readonly #name: string;
  readonly #s: Int32Array;
  readonly #t: Float64Array;
  readonly #rx: Uint16Array;
  readonly #tx: Uint8Array;
  readonly #rxSlot: EventSlot;
  readonly #txSlot: EventSlot;
  readonly #format: ReceiverFormat = { bitTicks: 1, dataBits: 8, parity: 0 };
  readonly #ier: number;
  readonly #lcr: number;
  readonly #dll: number;
  readonly #dlm: number;
  readonly #fdr: number;
  readonly #ter: number;

  constructor(
    machine: Machine,
    clocks: ClockTree,
    options: { n: number; base: number; clock: ClockId; setLine: (asserted: boolean) => void },
  ) {
    const { n, base } = options;
    this.#machine = machine;
    this.#clocks = clocks;
    this.#clock = options.clock;
    this.#setLine = options.setLine;
    this.#name = `U${n}`;
    const { memory, scheduler } = machine;
    this.block = new RegisterBlock(machine, this.#name, base, uartRegisters(n));
    this.line = new UartLine(machine, this.#name);
    this.#s = memory.stateWords(`${this.#name}.state`, STATE_WORDS);
    this.#t = memory.stateDoubles(`${this.#name}.times`, 5);
    this.#rx = new Uint16Array(
      memory.buffer,
      memory.state(`${this.#name}.rx`, FIFO * 2).offset,
      FIFO,
    );
    this.#tx = memory.stateU8(`${this.#name}.tx`, FIFO);
    this.#rxSlot = scheduler.register(`${this.#name} receive`, () => this.#due());
    this.#txSlot = scheduler.register(`${this.#name} transmit`, () => this.#due());
    this.#ier = this.block.at(UART.IER);
    this.#lcr = this.block.at(UART.LCR);
    this.#dll = this.block.at(UART.DLL);
    this.#dlm = this.block.at(UART.DLM);
    this.#fdr = this.block.at(UART.FDR);
    this.#ter = this.block.at(UART.TER);
    this.#hook();
    clocks.use(this);
    this.reset();
  }

  reset(): void {
    this.block.reset();
    const pins = this.#s[PINS]!;
    this.#s.fill(0);
    this.#s[PINS] = pins;
    this.#s[TX_SHIFT] = -1;
    this.#t.fill(NEVER);
    this.#machine.scheduler.cancel(this.#txSlot);
    this.#machine.scheduler.cancel(this.#rxSlot);
    this.#t[RX_LAST] = 0;
    this.#t[DEAF_UNTIL] = this.#machine.now;
    this.#setLine(false);
  }

  /** The chip has no supply or is held in reset: the line goes on without it. */
  silence(): void {
    this.reset();
    this.#t[DEAF_UNTIL] = NEVER;
  }

  /** Which pins the pin connect block gives to this UART. */
  setPins(receive: boolean, transmit: boolean): void {
    const pins = (receive ? 1 : 0) | (transmit ? 2 : 0);
    if (pins === this.#s[PINS]) return;
    this.#sync();
    this.#s[PINS] = pins;
    this.#settle();
  }

  /** The ROM's handler takes the receiver, or gives it back (null). */
  takeReceiver(taker: ((character: number) => void) | null): void {
    this.#taker = taker;
    this.#plan();
  }
  /** The ROM's handler has sent a character that ends now. */
  sentByRom(byte: number, baud: number): void {
    const { now, rootHz } = this.#machine;
    this.onTransmit?.(byte, now - Math.round((10 * rootHz) / baud), now);
  }
  /** Settings of the device at the other end. */
  setPeer(peer: PeerSettings): void {
    this.line.setPeer(peer);
  }
  /** Characters from the other end, from `atTicks` on (default now), one after the other.
   *  @returns the tick at which the last one is through. */
  send(bytes: Uint8Array, atTicks = this.#machine.now): number {
    this.#sync();
    const end = this.line.send(bytes, Math.max(atTicks, this.#machine.now));
    this.#settle();
    return end;
  }
  /** Characters that `send` would take now. */
  get sendSpace(): number {
    this.#sync();
    return this.line.space;
  }
  /** Nothing is on its way to the receiver. */
  get receiverIdle(): boolean {
    this.#sync();
    return this.line.length === 0;
  }
  get transmitterIdle(): boolean {
    return this.#s[TX_SHIFT] === -1 && this.#s[TX_COUNT] === 0;
  }
  /** Root ticks of one bit by the chip's own settings. */
  get bitTicks(): number {
    const { values } = this.block;
    const divisor = Math.max(1, (values[this.#dlm]! << 8) | values[this.#dll]!);
    const fdr = values[this.#fdr]!;
    const fraction = fdr >> 4 === 0 ? 1 : 1 + (fdr & 15) / (fdr >> 4);
    return this.#clocks.ticks[this.#clock]! * 16 * divisor * fraction;
  }

  beforeClockChange(): void {
    this.#sync();
  }
  afterClockChange(): void {
    this.#settle();
  }

  #hook(): void {
    const { block } = this;
    const bus = this.#machine.bus;
    const settle = () => {
      this.#sync();
      this.#settle();
    };
    block.hook(UART.RBR, { read: () => this.#readRbr() });
    block.hook(UART.THR, { write: (value) => this.#writeThr(value & 0xff) });
    block.hook(UART.IER, { write: settle });
    block.hook(UART.IIR, { read: () => this.#readIir(), pure: true });
    block.hook(UART.FCR, { write: (value) => this.#writeFcr(value) });
    block.hook(UART.LCR, {
      write: (value) => {
        block.bank = value >>> 7;
        settle();
      },
    });
    block.hook(UART.LSR, { read: () => this.#readLsr(bus), pure: true });
    for (const reg of [UART.DLL, UART.DLM, UART.FDR]) block.hook(reg, { write: settle });
    block.hook(UART.TER, {
      write: () => {
        this.#sync();
        this.#load(this.#machine.now);
        this.#settle();
      },
    });
  }

  #readRbr(): number {
    this.#sync();
    const s = this.#s;
    const head = s[RX_HEAD]!;
    const byte = this.#rx[head]! & 0xff;
    if (s[RX_COUNT]! > 0) {
      s[RX_HEAD] = (head + 1) & (FIFO - 1);
      s[RX_COUNT] = s[RX_COUNT]! - 1;
    }
    s[CTI] = 0;
    this.#t[RX_LAST] = this.#machine.now;
    this.#settle();
    return byte;
  }

  #writeThr(byte: number): void {
    this.#sync();
    const s = this.#s;
    s[THRE_PENDING] = 0;
    this.#t[THRE_AT] = NEVER;
    /** A full FIFO: the manual does not say; the newest character is lost. */
    if (s[TX_COUNT]! < this.#depth()) {
      this.#tx[(s[TX_HEAD]! + s[TX_COUNT]!) & (FIFO - 1)] = byte;
      s[TX_COUNT] = s[TX_COUNT]! + 1;
      if (s[TX_COUNT]! > s[TX_PEAK]!) s[TX_PEAK] = s[TX_COUNT]!;
    }
    if (s[TX_SHIFT] === -1) this.#load(this.#machine.now);
    this.#settle();
  }

  #readIir(): number {
    this.#sync();
    const s = this.#s;
    const id = this.#interruptId();
    if (id === 0x2) {
      this.#machine.bus.sideEffects++;
      s[THRE_PENDING] = 0;
      this.#settle();
    }
    return id | ((s[FCR_VALUE]! & 1) !== 0 ? 0xc0 : 0);
  }

  #writeFcr(value: number): void {
    this.#sync();
    const s = this.#s;
    /** Turning the FIFOs on or off clears both. */
    const toggled = ((value ^ s[FCR_VALUE]!) & 1) !== 0;
    s[FCR_VALUE] = value & 0xff;
    if (toggled || (value & 2) !== 0) {
      s[RX_COUNT] = 0;
      s[CTI] = 0;
    }
    if (toggled || (value & 4) !== 0) s[TX_COUNT] = 0;
    this.#settle();
  }

  #readLsr(bus: { sideEffects: number }): number {
    this.#sync();
    const s = this.#s;
    let value = s[OVERRUN]! !== 0 ? OE : 0;
    if (s[RX_COUNT]! > 0) {
      const head = s[RX_HEAD]!;
      value |= RDR | (this.#rx[head]! >> 8);
      for (let i = 0; i < s[RX_COUNT]!; i++) {
        if (this.#rx[(head + i) & (FIFO - 1)]! > 0xff) value |= RXFE;
      }
    } else if (s[POLLED] === 0) {
      s[POLLED] = 1;
      this.#plan();
    }
    if (s[TX_COUNT] === 0) value |= s[TX_SHIFT] === -1 ? THRE | TEMT : THRE;
    if ((value & (OE | PE | FE | BI)) !== 0) {
      bus.sideEffects++;
      s[OVERRUN] = 0;
      if (s[RX_COUNT]! > 0) this.#rx[s[RX_HEAD]!] = this.#rx[s[RX_HEAD]!]! & 0xff;
      this.#settle();
    }
    return value;
  }

  #depth(): number {
    return (this.#s[FCR_VALUE]! & 1) !== 0 ? FIFO : 1;
  }
  #trigger(): number {
    const fcr = this.#s[FCR_VALUE]!;
    return (fcr & 1) !== 0 ? TRIGGERS[(fcr >> 6) & 3]! : 1;
  }
  /** IIR bits 3:0, highest priority first. UM10237, table "UART interrupt handling". */
  #interruptId(): number {
    const s = this.#s;
    const ier = this.block.values[this.#ier]!;
    if ((ier & 4) !== 0 && (s[OVERRUN] !== 0 || (s[RX_COUNT]! > 0 && this.#headHasError())))
      return 0x6;
    if ((ier & 1) !== 0) {
      if (s[RX_COUNT]! >= this.#trigger()) return 0x4;
      if (s[CTI] !== 0) return 0xc;
    }
    return (ier & 2) !== 0 && s[THRE_PENDING] !== 0 ? 0x2 : 0x1;
  }
  #headHasError(): boolean {
    return this.#rx[this.#s[RX_HEAD]!]! > 0xff;
  }
  #hears(): boolean {
    return this.block.powered && this.#clocks.ticks[this.#clock]! !== NEVER;
  }

  /** Character bits by the chip's own settings. UM10237, "UARTn Line Control Register". */
  #stopBits(): number {
    const lcr = this.block.values[this.#lcr]!;
    if ((lcr & 4) === 0) return 1;
    return (lcr & 3) === 0 ? 1.5 : 2;
  }
  #characterBits(): number {
    const lcr = this.block.values[this.#lcr]!;
    return 6 + (lcr & 3) + ((lcr & 8) >> 3) + this.#stopBits();
  }
  /** Time-out after the last activity of the receive FIFO.
   *  UM10237, table "UART interrupt handling": [(word length) x 7 - 2] x 8 + [(trigger - n) x 8 + 1] RCLKs. */
  #timeoutTicks(count: number): number {
    const word = 5 + (this.block.values[this.#lcr]! & 3);
    const rclks = (word * 7 - 2) * 8 + Math.max(0, this.#trigger() - count) * 8 + 1;
    return Math.round((rclks * this.bitTicks) / 16);
  }

  /** Put the next character into the shift register. */
  #load(at: number): void {
    const s = this.#s;
    if (s[TX_SHIFT] !== -1 || s[TX_COUNT] === 0) return;
    if ((this.block.values[this.#ter]! & 0x80) === 0) return;
    s[TX_SHIFT] = this.#tx[s[TX_HEAD]!]!;
    s[TX_HEAD] = (s[TX_HEAD]! + 1) & (FIFO - 1);
    s[TX_COUNT] = s[TX_COUNT]! - 1;
    const bit = this.bitTicks;
    this.#t[TX_START] = at;
    this.#t[TX_END] = Math.round(at + bit * this.#characterBits());
    if (s[TX_COUNT] !== 0) return;
    /** UM10237, "UARTn IIR": THRE at once if the FIFO has held two characters, else a character later. */
    if (s[TX_PEAK]! >= 2) s[THRE_PENDING] = 1;
    else this.#t[THRE_AT] = Math.round(at + bit * (this.#characterBits() - this.#stopBits()));
    s[TX_PEAK] = 0;
  }

  /** Bring both directions up to now. */
  #sync(): void {
    const now = this.#machine.now;
    this.#syncTransmitter(now);
    this.#syncReceiver(now);
  }

  #syncTransmitter(now: number): void {
    const s = this.#s;
    const t = this.#t;
    for (;;) {
      if (t[THRE_AT]! <= now && t[THRE_AT]! <= t[TX_END]!) {
        t[THRE_AT] = NEVER;
        s[THRE_PENDING] = 1;
      }
      if (s[TX_SHIFT] === -1 || t[TX_END]! > now) return;
      const byte = s[TX_SHIFT]!;
      const start = t[TX_START]!;
      const end = t[TX_END]!;
      s[TX_SHIFT] = -1;
      t[TX_END] = NEVER;
      if ((s[PINS]! & 2) !== 0) this.onTransmit?.(byte, start, end);
      else this.#raise('pin-not-selected', 'TXD', 'a character was sent to no pin');
      this.#load(end);
    }
  }

  #syncReceiver(now: number): void {
    const s = this.#s;
    const t = this.#t;
    const { line } = this;
    while (line.length > 0 && line.endOf(0) <= now) {
      const end = line.endOf(0);
      if (this.#taker !== null) {
        const byte = line.nextByte();
        line.drop();
        this.#taker(byte);
        continue;
      }
      if (!this.#hears() || (s[PINS]! & 1) === 0 || line.startOfNext() < t[DEAF_UNTIL]!) {
        line.drop();
        continue;
      }
      this.#take(this.#decode(), line.nextByte(), end);
      line.drop();
      t[RX_LAST] = end;
      s[CTI] = 0;
      s[POLLED] = 0;
    }
    if (s[RX_COUNT]! > 0 && now >= t[RX_LAST]! + this.#timeoutTicks(s[RX_COUNT]!)) s[CTI] = 1;
  }

  #decode(): number {
    const lcr = this.block.values[this.#lcr]!;
    const format = this.#format;
    format.bitTicks = this.bitTicks;
    format.dataBits = 5 + (lcr & 3);
    format.parity = (lcr & 8) === 0 ? 0 : 1 + ((lcr >> 4) & 3);
    return this.line.decodeNext(format);
  }

  #take(character: number, meant: number, at: number): void {
    const s = this.#s;
    if (character !== meant) {
      const errors = character >> 8;
      const what = errors === 0 ? 'bits' : (errors & FE) !== 0 ? 'stop bit' : 'parity bit';
      const taken = `0x${(character & 0xff).toString(16)}`;
      this.#raise(
        'uart-framing',
        'RXD',
        `wrong ${what}: 0x${meant.toString(16)} taken as ${taken}`,
      );
    }
    if (s[RX_COUNT]! >= this.#depth()) {
      s[OVERRUN] = 1;
      this.#raise('uart-overrun', 'RXD', `character lost at tick ${at}`);
      return;
    }
    this.#rx[(s[RX_HEAD]! + s[RX_COUNT]!) & (FIFO - 1)] = character;
    s[RX_COUNT] = s[RX_COUNT]! + 1;
  }

  #due(): void {
    this.#sync();
    this.#settle();
  }

  /** Interrupt line and next events, after any change. */
  #settle(): void {
    this.#setLine(this.#interruptId() !== 0x1);
    this.#plan();
  }

  #plan(): void {
    const { scheduler } = this.#machine;
    const transmit = Math.min(this.#t[TX_END]!, this.#t[THRE_AT]!);
    if (transmit === NEVER) scheduler.cancel(this.#txSlot);
    else scheduler.schedule(this.#txSlot, transmit);
    const receive = this.#nextReceiveEvent();
    if (receive === NEVER) scheduler.cancel(this.#rxSlot);
    else scheduler.schedule(this.#rxSlot, receive);
  }

  /** The tick at which the interrupt line or a polled LSR changes next, if no register is touched. */
  #nextReceiveEvent(): number {
    const s = this.#s;
    const { line } = this;
    const ier = this.block.values[this.#ier]!;
    if (this.#taker !== null) return line.endOf(0);
    if (!this.#hears()) return NEVER;
    let count = s[RX_COUNT]!;
    const waiting = (s[PINS]! & 1) === 0 ? 0 : line.length;
    if (s[POLLED] !== 0 && waiting > 0) return line.endOf(0);
    if ((ier & 5) === 0) return NEVER;
    /** An error in a character that will be at the head of the FIFO. */
    if ((ier & 4) !== 0 && count === 0 && waiting > 0 && this.#decode() > 0xff)
      return line.endOf(0);
    const wanted = (ier & 1) !== 0 ? this.#trigger() : this.#depth() + 1;
    if (count >= wanted) return (ier & 4) !== 0 ? line.endOf(this.#depth() - count) : NEVER;
    let last = this.#t[RX_LAST]!;
    for (let i = 0; ; i++) {
      const arrival = i < waiting ? line.endOf(i) : NEVER;
      if ((ier & 1) !== 0 && count > 0 && s[CTI] === 0) {
        const timeout = last + this.#timeoutTicks(count);
        if (timeout <= arrival) return timeout;
      }
      if (arrival === NEVER) return NEVER;
      count++;
      last = arrival;
      if (count >= wanted) return arrival;
    }
  }

  #raise(kind: 'uart-overrun' | 'uart-framing' | 'pin-not-selected', pin: string, detail: string) {
    const { bus, events, now } = this.#machine;
    events.raise({ kind, at: now, pc: bus.currentPc, where: `${this.#name} ${pin}`, detail });
  }
}
