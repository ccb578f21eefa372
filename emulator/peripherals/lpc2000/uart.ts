/** LPC24xx UART0-3: registers and interrupts over a receiver and a transmitter, and the line's other end.
 *  Source: UM10237, chapters "UART0/2/3" and "UART1". Leaves out: see uart-registers.ts.
 *  Reception is lazy; transmission has an event for each character. */

import type { Clocked, ClockId, ClockTree } from '../../machine/clock-tree.ts';
import type { Machine } from '../../machine/machine.ts';
import { RegisterBlock } from '../../machine/register-block.ts';
import type { Register } from '../../machine/registers.ts';
import type { EventSlot } from '../../machine/scheduler.ts';
import { type PeerSettings, UartLine } from '../shared/uart-line.ts';
import { UartReceiver } from './uart-receiver.ts';
import { UART, uartRegisters } from './uart-registers.ts';
import { UartSettings } from './uart-settings.ts';
import { UartTransmitter } from './uart-transmitter.ts';

/** LSR bits. */
const RDR = 0x01;
const OE = 0x02;
const THRE = 0x20;
const TEMT = 0x40;
const RXFE = 0x80;
/** IIR bits 3:0. */
const LINE_STATUS = 0x6;
const DATA_AVAILABLE = 0x4;
const TIME_OUT = 0xc;
const TRANSMIT_EMPTY = 0x2;
const NOTHING = 0x1;

const NEVER = Number.POSITIVE_INFINITY;
/** Of a character of the ROM's handler: 8N1. */
const ROM_CHARACTER_BITS = 10;

export interface UartOptions {
  readonly n: number;
  readonly base: number;
  readonly clock: ClockId;
  readonly setLine: (asserted: boolean) => void;
}

export class Uart implements Clocked {
  readonly block: RegisterBlock;
  readonly line: UartLine;
  /** A character has left the chip: called at the end of its last stop bit. */
  onTransmit: ((byte: number, startTicks: number, endTicks: number) => void) | null = null;
  readonly #machine: Machine;
  readonly #setLine: (asserted: boolean) => void;
  readonly #name: string;
  readonly #settings: UartSettings;
  readonly #receiver: UartReceiver;
  readonly #transmitter: UartTransmitter;
  /** [FCR as written, TXD reaches a pin] */
  readonly #s: Int32Array;
  readonly #rxSlot: EventSlot;
  readonly #txSlot: EventSlot;
  readonly #ier: number;

  constructor(machine: Machine, clocks: ClockTree, options: UartOptions) {
    this.#machine = machine;
    this.#setLine = options.setLine;
    const name = `U${options.n}`;
    this.#name = name;
    this.block = new RegisterBlock(machine, name, options.base, uartRegisters(options.n));
    this.line = new UartLine(machine, name, {
      sync: () => this.#sync(),
      settle: () => this.#settle(),
    });
    this.#settings = new UartSettings(this.block, clocks, options.clock);
    this.#receiver = new UartReceiver(machine, name, this.#settings, this.line);
    this.#transmitter = new UartTransmitter(machine, name, this.#settings);
    this.#transmitter.onSent = (byte, start, end) => this.#sent(byte, start, end);
    this.#s = machine.memory.stateWords(`${name}.state`, 2);
    this.#rxSlot = machine.scheduler.register(`${name} receive`, () => this.#touch());
    this.#txSlot = machine.scheduler.register(`${name} transmit`, () => this.#touch());
    this.#ier = this.block.at(UART.IER);
    this.#hook();
    clocks.use(this);
    this.reset();
  }

  /** Characters that are on the line now have begun before the receiver listens: they are lost. */
  reset(): void {
    this.#clear(this.#machine.now);
  }
  /** The chip has no supply or is held in reset: the line goes on without it. */
  silence(): void {
    this.#clear(NEVER);
  }
  #clear(deafUntil: number): void {
    this.block.reset();
    this.#s[0] = 0;
    this.#transmitter.reset();
    this.#receiver.reset(deafUntil);
    this.#machine.scheduler.cancel(this.#txSlot);
    this.#machine.scheduler.cancel(this.#rxSlot);
    this.#setLine(false);
  }

  /** Which pins the pin connect block gives to this UART. */
  setPins(receive: boolean, transmit: boolean): void {
    if (receive === this.#receiver.connected && transmit === (this.#s[1] === 1)) return;
    this.#sync();
    this.#receiver.connected = receive;
    this.#s[1] = transmit ? 1 : 0;
    this.#settle();
  }

  /** The ROM's handler takes the receiver, or gives it back (null). */
  takeReceiver(taker: ((character: number) => void) | null): void {
    this.#receiver.taker = taker;
    this.#plan();
  }
  /** The ROM's handler has sent a character that ends now. */
  sentByRom(byte: number, baud: number): void {
    const { now, rootHz } = this.#machine;
    this.onTransmit?.(byte, now - Math.round((ROM_CHARACTER_BITS * rootHz) / baud), now);
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
    return this.#transmitter.idle;
  }
  /** Root ticks of one bit by the chip's own settings. */
  get bitTicks(): number {
    return this.#settings.bitTicks;
  }

  beforeClockChange(): void {
    this.#sync();
  }
  afterClockChange(): void {
    this.#settle();
  }

  #hook(): void {
    const { block } = this;
    block.hook(UART.RBR, { read: () => this.#readRbr() });
    block.hook(UART.THR, { write: (value) => this.#writeThr(value & 0xff) });
    block.hook(UART.IER, { write: () => this.#touch() });
    block.hook(UART.IIR, { read: () => this.#readIir(), pure: true });
    block.hook(UART.FCR, { write: (value) => this.#writeFcr(value & 0xff) });
    block.hook(UART.LSR, { read: () => this.#readLsr(), pure: true });
    for (const reg of [UART.DLL, UART.DLM, UART.FDR]) this.#setting(reg, () => {});
    this.#setting(UART.LCR, (value) => {
      block.bank = value >>> 7;
    });
    this.#setting(UART.TER, () => this.#transmitter.load(this.#machine.now));
  }
  /** A new setting is for later characters: those that are through are taken by the old one first. */
  #setting(reg: Register, apply: (value: number) => void): void {
    const { values } = this.block;
    const index = this.block.at(reg);
    this.block.hook(reg, {
      before: () => this.#sync(),
      write: () => {
        apply(values[index]!);
        this.#settle();
      },
    });
  }

  #readRbr(): number {
    this.#sync();
    const byte = this.#receiver.take(this.#machine.now);
    this.#settle();
    return byte;
  }
  #writeThr(byte: number): void {
    this.#sync();
    this.#transmitter.write(byte, this.#receiver.depth(this.#s[0]!), this.#machine.now);
    this.#settle();
  }
  #readIir(): number {
    this.#sync();
    const id = this.#interruptId();
    if (id === TRANSMIT_EMPTY) {
      this.#machine.bus.sideEffects++;
      this.#transmitter.acknowledge();
      this.#settle();
    }
    return id | ((this.#s[0]! & 1) !== 0 ? 0xc0 : 0);
  }
  #writeFcr(value: number): void {
    this.#sync();
    /** Turning the FIFOs on or off clears both. */
    const toggled = ((value ^ this.#s[0]!) & 1) !== 0;
    this.#s[0] = value;
    if (toggled || (value & 2) !== 0) this.#receiver.clearFifo();
    if (toggled || (value & 4) !== 0) this.#transmitter.clearFifo();
    this.#settle();
  }
  #readLsr(): number {
    this.#sync();
    const receiver = this.#receiver;
    const errors = receiver.headErrors | (receiver.overrun ? OE : 0);
    let value = errors;
    if (receiver.count > 0) value |= receiver.anyErrors ? RDR | RXFE : RDR;
    else if (receiver.poll()) this.#plan();
    if (this.#transmitter.fifoEmpty) value |= this.#transmitter.idle ? THRE | TEMT : THRE;
    if (errors !== 0) {
      this.#machine.bus.sideEffects++;
      receiver.clearErrors();
      this.#settle();
    }
    return value;
  }

  /** IIR bits 3:0, highest priority first. UM10237, table "UART interrupt handling". */
  #interruptId(): number {
    const receiver = this.#receiver;
    const ier = this.block.values[this.#ier]!;
    if ((ier & 4) !== 0 && (receiver.overrun || receiver.headErrors !== 0)) return LINE_STATUS;
    if ((ier & 1) !== 0) {
      if (receiver.count >= receiver.trigger(this.#s[0]!)) return DATA_AVAILABLE;
      if (receiver.timedOut) return TIME_OUT;
    }
    return (ier & 2) !== 0 && this.#transmitter.requested ? TRANSMIT_EMPTY : NOTHING;
  }

  #sent(byte: number, start: number, end: number): void {
    if (this.#s[1] === 1) {
      this.onTransmit?.(byte, start, end);
      return;
    }
    const { bus, events, now } = this.#machine;
    const where = `${this.#name} TXD`;
    const detail = 'a character was sent to no pin';
    events.raise({ kind: 'pin-not-selected', at: now, pc: bus.currentPc, where, detail });
  }

  #touch(): void {
    this.#sync();
    this.#settle();
  }
  /** Bring both directions up to now. */
  #sync(): void {
    const { now } = this.#machine;
    this.#transmitter.sync(now);
    this.#receiver.sync(now, this.#s[0]!);
  }
  /** Interrupt line and next events, after any change. */
  #settle(): void {
    this.#setLine(this.#interruptId() !== NOTHING);
    this.#plan();
  }
  #plan(): void {
    const { scheduler } = this.#machine;
    scheduler.plan(this.#txSlot, this.#transmitter.nextAt);
    const ier = this.block.values[this.#ier]!;
    scheduler.plan(this.#rxSlot, this.#receiver.nextEvent(ier, this.#s[0]!));
  }
}
