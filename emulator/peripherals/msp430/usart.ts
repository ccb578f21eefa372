/** USART0 and USART1 of the MSP430F1611: UART with real character times, and SPI master.
 *  Source: MSP430x1xx family user's guide, "USART Peripheral Interface". A character is through at the end of its
 *  last stop bit. Leaves out: see usart-registers.ts; SPI slave; a character in flight when the receiver or
 *  its clock is turned on is lost, not rubbish. */

import type { Clocked, ClockTree } from '../../machine/clock-tree.ts';
import type { EventKind } from '../../machine/events.ts';
import type { Machine } from '../../machine/machine.ts';
import type { EventSlot } from '../../machine/scheduler.ts';
import {
  BI as LINE_BREAK,
  FE as LINE_FE,
  PE as LINE_PE,
  type PeerSettings,
  UartLine,
} from '../shared/uart-line.ts';
import type { RegisterSpace } from './register-space.ts';
import type { Msp430Sfr, ResetKind } from './sfr.ts';
import { USART_SFR, type UsartRegisters, usartRegisters } from './usart-registers.ts';
import { type UsartClocks, UsartSettings } from './usart-settings.ts';
import { UsartTransmitter } from './usart-transmitter.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** What an SPI master reads from a line that nothing drives. */
const OPEN_LINE = 0xff;
/** U0CTL with SYNC. */
const I2C = 0x20;

export interface Msp430UsartOptions {
  readonly n: 0 | 1;
  readonly sources: UsartClocks;
  /** PxSEL gives the pin to the USART. */
  readonly rxSelected: () => boolean;
  readonly txSelected: () => boolean;
}

/** [RXBUF has not been read] */
const UNREAD = 0;
/** [deaf to what starts before this tick] */
const DEAF_UNTIL = 0;

export class Msp430Usart implements Clocked {
  readonly line: UartLine;
  /** A character has left the chip: called at the end of its last stop bit. */
  onTransmit: ((byte: number, startTicks: number, endTicks: number) => void) | null = null;
  /** The program has written a character to UxTXBUF: the instruction is `bus.currentPc`, unless it was the DMA. */
  onPut: ((byte: number) => void) | null = null;
  /** SPI: a character has been shifted out; @returns what came in meanwhile. */
  onExchange: ((byte: number) => number) | null = null;
  /** A flag has just been set whose interrupt is off: the DMA controller listens. */
  onFlag: ((flag: 'rx' | 'tx') => void) | null = null;
  readonly #machine: Machine;
  readonly #registers: RegisterSpace;
  readonly #sfr: Msp430Sfr;
  readonly #options: Msp430UsartOptions;
  readonly #regs: UsartRegisters;
  readonly #bits: (typeof USART_SFR)[0 | 1];
  readonly #settings: UsartSettings;
  readonly #transmitter: UsartTransmitter;
  readonly #s: Int32Array;
  readonly #t: Float64Array;
  readonly #txSlot: EventSlot;
  readonly #rxSlot: EventSlot;

  constructor(
    machine: Machine,
    clocks: ClockTree,
    registers: RegisterSpace,
    sfr: Msp430Sfr,
    options: Msp430UsartOptions,
  ) {
    const { n } = options;
    this.#machine = machine;
    this.#registers = registers;
    this.#sfr = sfr;
    this.#options = options;
    this.#regs = usartRegisters(n);
    this.#bits = USART_SFR[n];
    registers.declare(Object.values(this.#regs));
    this.#settings = new UsartSettings(registers, this.#regs, clocks, options.sources);
    this.line = new UartLine(machine, `USART${n}`, {
      sync: () => this.#sync(),
      settle: () => this.#plan(),
    });
    this.#transmitter = new UsartTransmitter(machine, `USART${n}`, this.#settings, {
      mayTransmit: () => this.#mayTransmit,
      loaded: () => this.#loaded(),
      sent: (byte, start, end) => this.#sent(byte, start, end),
      emptied: () => registers.setBits(this.#regs.TCTL, this.#regs.TCTL.mask.TXEPT, true),
    });
    this.#s = machine.memory.stateWords(`USART${n}`, 1);
    this.#t = machine.memory.stateDoubles(`USART${n} times`, 1);
    this.#txSlot = machine.scheduler.register(`USART${n} transmit`, () => this.#touch());
    this.#rxSlot = machine.scheduler.register(`USART${n} receive`, () => this.#touch());
    this.#hook();
    sfr.onModules.push(() => this.#touch());
    clocks.use(this);
    this.reset('por');
  }

  reset(_cause: ResetKind): void {
    this.#registers.reset(Object.values(this.#regs));
    this.#clear();
  }
  /** The chip has no supply or is held in reset: the line goes on without it. */
  silence(): void {
    this.reset('por');
    this.#t[DEAF_UNTIL] = NEVER;
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
    return this.#transmitter.isIdle;
  }
  /** Root ticks of one bit by the chip's own settings. */
  get bitTicks(): number {
    return this.#settings.format.bitTicks;
  }
  beforeClockChange(): void {
    this.#sync();
  }
  afterClockChange(): void {
    this.#plan();
  }

  #hook(): void {
    const registers = this.#registers;
    const { CTL, TCTL, MCTL, BR0, BR1, RXBUF, TXBUF } = this.#regs;
    const before = () => this.#sync();
    registers.hook(CTL, { before, write: (_value, previous) => this.#control(previous) });
    for (const reg of [TCTL, MCTL, BR0, BR1]) {
      registers.hook(reg, { before, write: () => this.#plan() });
    }
    registers.hook(RXBUF, { read: (stored) => this.#take(stored) });
    registers.hook(TXBUF, { before, write: (value) => this.#put(value) });
  }
  #control(previous: number): void {
    const { SWRST } = this.#regs.CTL.mask;
    const { inReset, isSpi, isMaster, control } = this.#settings;
    if (inReset && (previous & SWRST) === 0) this.#clear();
    if (isSpi && this.#options.n === 0 && (control & I2C) !== 0) this.#gap('I2C');
    else if (isSpi && !isMaster && !inReset) this.#gap('SPI slave');
    this.#plan();
  }
  /** As with SWRST. What is on the line now has begun before the receiver listens. */
  #clear(): void {
    const { RCTL, TCTL } = this.#regs;
    const { ie, ifg, rx, tx } = this.#bits;
    const { URXEIE, URXWIE } = RCTL.mask;
    this.#registers.setBits(RCTL, 0xff & ~(URXEIE | URXWIE), false);
    this.#registers.setBits(TCTL, TCTL.mask.TXEPT, true);
    this.#transmitter.clear();
    this.#s[UNREAD] = 0;
    this.#t[DEAF_UNTIL] = this.#machine.now;
    this.#sfr.set(ie, rx | tx, false);
    this.#sfr.set(ifg, rx, false);
    this.#sfr.set(ifg, tx, true);
    this.#plan();
  }

  /** Reading UxRXBUF clears the flag and the errors. */
  #take(stored: number): number {
    const { ifg, rx } = this.#bits;
    const { RCTL } = this.#regs;
    const { FE, PE, OE, BRK, RXERR } = RCTL.mask;
    this.#s[UNREAD] = 0;
    this.#registers.setBits(RCTL, FE | PE | OE | BRK | RXERR, false);
    this.#sfr.set(ifg, rx, false);
    return stored;
  }
  #put(value: number): void {
    const { ifg, tx } = this.#bits;
    if (this.#settings.inReset) return;
    if (this.#settings.clockIsPin) this.#raise('gap-register', 'TCTL', 'no clock comes from UCLK');
    const byte = value & (this.#settings.dataBits === 8 ? 0xff : 0x7f);
    this.#transmitter.put(byte);
    this.onPut?.(byte);
    this.#sfr.set(ifg, tx, false);
    this.#transmitter.load(this.#machine.now);
    this.#plan();
  }

  /** URXEx is USPIEx in SPI mode, and enables both directions there. */
  get #mayTransmit(): boolean {
    const { me, rx, tx } = this.#bits;
    const { isSpi, isMaster } = this.#settings;
    return isSpi ? isMaster && this.#sfr.isSet(me, rx) : this.#sfr.isSet(me, tx);
  }
  get #hears(): boolean {
    const { me, rx } = this.#bits;
    const { runs, isSpi } = this.#settings;
    return runs && !isSpi && this.#sfr.isSet(me, rx) && this.#options.rxSelected();
  }

  #touch(): void {
    this.#sync();
    this.#transmitter.load(this.#machine.now);
    this.#plan();
  }
  /** Bring both directions up to now, by the settings that hold until now. */
  #sync(): void {
    const { now } = this.#machine;
    this.#receive(now);
    this.#transmitter.sync(now);
  }

  #loaded(): void {
    const { ifg, tx } = this.#bits;
    this.#registers.setBits(this.#regs.TCTL, this.#regs.TCTL.mask.TXEPT, false);
    this.#sfr.set(ifg, tx, true);
    this.#flagged('tx');
  }
  #sent(byte: number, start: number, end: number): void {
    if (this.#settings.isSpi) {
      this.#received(this.onExchange?.(byte) ?? OPEN_LINE);
      return;
    }
    if (this.#options.txSelected()) this.onTransmit?.(byte, start, end);
    else this.#raise('pin-not-selected', 'UTXD', 'a character was sent to no pin');
  }

  #receive(now: number): void {
    const { line } = this;
    const hears = this.#hears;
    if (!hears) this.#t[DEAF_UNTIL] = Math.max(this.#t[DEAF_UNTIL]!, now);
    while (line.length > 0 && line.endOf(0) <= now) {
      if (hears && line.startOfNext() >= this.#t[DEAF_UNTIL]!) {
        const taken = line.decodeNext(this.#settings.format);
        this.#check(taken, line.nextByte());
        this.#arrived(taken);
      }
      line.drop();
    }
  }
  #check(taken: number, meant: number): void {
    if (taken === meant) return;
    const errors = taken >> 8;
    const what = errors === 0 ? 'bits' : (errors & LINE_FE) !== 0 ? 'stop bit' : 'parity bit';
    const bytes = `0x${meant.toString(16)} taken as 0x${(taken & 0xff).toString(16)}`;
    this.#raise('uart-framing', 'URXD', `wrong ${what}: ${bytes}`);
  }
  /** A character from the line with its errors; without URXEIE an erroneous one is not received. */
  #arrived(taken: number): void {
    const { RCTL } = this.#regs;
    const { FE, PE, BRK, RXERR, URXEIE } = RCTL.mask;
    const errors = taken >> 8;
    const isBreak = (errors & LINE_BREAK) !== 0;
    let flags = isBreak ? BRK : 0;
    if ((errors & LINE_FE) !== 0 && !isBreak) flags |= FE;
    if ((errors & LINE_PE) !== 0) flags |= PE;
    if (flags !== 0) this.#registers.setBits(RCTL, flags | RXERR, true);
    if (flags !== 0 && (this.#registers.value(RCTL) & URXEIE) === 0) return;
    this.#received(taken & 0xff);
  }
  #received(byte: number): void {
    const { RCTL, RXBUF } = this.#regs;
    const { ifg, rx } = this.#bits;
    if (this.#s[UNREAD] === 1) {
      this.#registers.setBits(RCTL, RCTL.mask.OE | RCTL.mask.RXERR, true);
      // A master that only sends over SPI need not read what comes in.
      if (!this.#settings.isSpi) this.#raise('uart-overrun', 'URXD', 'UxRXBUF was not read');
    }
    this.#s[UNREAD] = 1;
    this.#registers.set(RXBUF, byte);
    this.#sfr.set(ifg, rx, true);
    this.#flagged('rx');
  }
  #flagged(flag: 'rx' | 'tx'): void {
    if (!this.#sfr.isSet(this.#bits.ie, this.#bits[flag])) this.onFlag?.(flag);
  }

  #plan(): void {
    const { scheduler } = this.#machine;
    scheduler.plan(this.#txSlot, this.#transmitter.sentAt);
    scheduler.plan(this.#rxSlot, this.#hears ? this.line.endOf(0) : NEVER);
  }
  #gap(what: string): void {
    this.#raise('gap-register', 'CTL', `${what} is not modelled`);
  }
  #raise(kind: EventKind, part: string, detail: string): void {
    const { bus, events, now } = this.#machine;
    const where = `U${this.#options.n}${part}`;
    events.raise({ kind, at: now, pc: bus.currentPc, where, detail });
  }
}
