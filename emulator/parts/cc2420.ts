/** CC2420: an IEEE 802.15.4 transceiver: registers, FIFOs and RAM over SPI, strobes, its four pins, frames in time.
 *  Source: CC2420 data sheet SWRS041, "4-wire Serial Configuration", "Radio Control State Machine", "RF Data
 *  Buffering". Leaves out: encryption, unbuffered modes, address decoding of long addresses and beacons, SACK;
 *  a frame shows in RXFIFO as a whole at its end; TXFIFO is taken when the preamble begins. */

import { RADIO_POWER_STATES, type RadioPowerState } from '../energy/ez240-currents.ts';
import { EnergyMeter } from '../energy/meter.ts';
import type { Machine } from '../machine/machine.ts';
import type { EventSlot } from '../machine/scheduler.ts';
import { acceptsFrame, acknowledgement } from './cc2420-frames.ts';
import * as R from './cc2420-registers.ts';
import { Cc2420RxFifo } from './cc2420-rx-fifo.ts';

/** Times in microseconds. */
const OSCILLATOR_US = 860;
const BYTE_US = 32;
const TURNAROUND_US = 192;
const RSSI_US = 128;
/** RSSI register for noise and for a frame: dBm + 45. */
const NOISE = -50;
const SIGNAL = -15;
const GOOD_CORRELATION = 0xea;
const MAX_FRAME = 127;

export interface Cc2420Pins {
  readonly fifo: boolean;
  readonly fifop: boolean;
  readonly sfd: boolean;
  readonly cca: boolean;
}

/** Radio states. */
const VREG_OFF = 0;
const IN_RESET = 1;
const OFF = 2;
const STARTING = 3;
const IDLE = 4;
const RX = 5;
const TX_WAIT = 6;
const TX_PREAMBLE = 7;
const TX_FRAME = 8;

// biome-ignore format: by the states above
const POWER_STATE_OF: readonly RadioPowerState[] = [
  'off', 'power-down', 'power-down', 'idle', 'idle', 'receiving', 'sending', 'sending', 'sending',
];
/** Preamble, start of frame and length. */
const HEADER_BYTES = 6;
/** Words of the tally. */
const BYTES_SENT = 0;
const BYTES_RECEIVED = 1;

/** Words of the state. */
const STATE = 0;
const SELECTED = 1;
const COUNT = 2;
const ADDRESS = 3;
const HIGH_BYTE = 4;
const RAM_AT = 5;
const TX_COUNT = 6;
const UNDERFLOW = 7;
const HEARING = 8;
const AIR_LENGTH = 9;
const DAMAGED = 10;
const SENDS_ACK = 11;
const VREG = 12;
const RESET_LOW = 13;
const WORDS = 14;

export interface Cc2420Options {
  readonly onPins: (pins: Cc2420Pins) => void;
}

export class Cc2420 {
  /** A frame goes on the air: the PSDU with its check sequence; ticks of its SFD and of its end. Called when
   *  the preamble begins, so 160 us before the SFD. */
  onTransmit: ((psdu: Uint8Array, sfdTick: number, endTick: number) => void) | null = null;
  readonly energy: EnergyMeter<RadioPowerState>;
  readonly #tally: Int32Array;
  readonly #machine: Machine;
  readonly #options: Cc2420Options;
  readonly #s: Int32Array;
  readonly #registers: Int32Array;
  readonly #ram: Uint8Array;
  readonly #rx: Cc2420RxFifo;
  /** Frame that is being heard, and the one that is sent. */
  readonly #air: Uint8Array;
  readonly #sent: Uint8Array;
  readonly #t: Float64Array;
  readonly #stateSlot: EventSlot;
  readonly #airSlot: EventSlot;

  constructor(machine: Machine, options: Cc2420Options) {
    this.#machine = machine;
    this.#options = options;
    this.#s = machine.memory.stateWords('CC2420', WORDS);
    this.energy = new EnergyMeter(machine, 'CC2420 power', RADIO_POWER_STATES);
    this.#tally = machine.memory.stateWords('tally of CC2420 bytes', 2);
    this.#registers = machine.memory.stateWords('CC2420 registers', R.REGISTERS);
    this.#ram = machine.memory.stateU8('CC2420 RAM', R.RAM_BYTES);
    this.#rx = new Cc2420RxFifo(
      machine,
      this.#ram.subarray(R.RXFIFO_AT, R.RXFIFO_AT + R.FIFO_BYTES),
    );
    this.#air = machine.memory.stateU8('CC2420 air', 128);
    this.#sent = machine.memory.stateU8('CC2420 sent', 128);
    this.#t = machine.memory.stateDoubles('CC2420 times', 2);
    this.#stateSlot = machine.scheduler.register('CC2420 state', (at) => this.#stateDue(at));
    this.#airSlot = machine.scheduler.register('CC2420 air', (at) => this.#airDue(at));
  }

  /** VREG_EN and RESETn, and whether the board has its supply. */
  setControl(vregOn: boolean, resetLow: boolean): void {
    const s = this.#s;
    const vreg = vregOn ? 1 : 0;
    const low = resetLow ? 1 : 0;
    if (s[VREG] === vreg && s[RESET_LOW] === low) return;
    s[VREG] = vreg;
    s[RESET_LOW] = low;
    this.#reset();
    s[STATE] = !vregOn ? VREG_OFF : resetLow ? IN_RESET : OFF;
    this.energy.enter(POWER_STATE_OF[s[STATE]!]!);
    this.#show();
  }
  /** On the air, since the machine was made: header, frame and check. */
  get bytesSent(): number {
    return this.#tally[BYTES_SENT]!;
  }
  get bytesReceived(): number {
    return this.#tally[BYTES_RECEIVED]!;
  }
  select(on: boolean): void {
    this.#s[SELECTED] = on ? 1 : 0;
    this.#s[COUNT] = 0;
  }
  get isReceiving(): boolean {
    return this.#s[STATE] === RX;
  }
  get status(): number {
    const state = this.#s[STATE]!;
    let status = state >= IDLE ? R.XOSC16M_STABLE : 0;
    if (state >= RX) status |= R.LOCK;
    if (state > RX) status |= R.TX_ACTIVE;
    if (this.#rssiValid) status |= R.RSSI_VALID;
    return this.#s[UNDERFLOW] === 1 ? status | R.TX_UNDERFLOW : status;
  }
  register(address: number): number {
    return this.#registers[address]!;
  }

  /** One byte of SPI. @returns what the part sends meanwhile, or -1 while it drives nothing. */
  exchange(byte: number): number {
    const s = this.#s;
    if (s[SELECTED] === 0 || s[STATE]! <= IN_RESET) return -1;
    const count = s[COUNT]!;
    s[COUNT] = count + 1;
    if (count === 0) {
      s[ADDRESS] = byte;
      const { status } = this;
      if ((byte & 0xb0) === 0) {
        // Strobes and registers follow each other without CSn between them; FIFOs and RAM last until it rises.
        s[COUNT] = 0;
        this.#strobe(byte & 0x0f);
      }
      return status;
    }
    const address = s[ADDRESS]!;
    if ((address & 0x80) !== 0) return this.#ramAccess(count, byte, address);
    if ((address & 0x3f) === R.TXFIFO) return this.#txFifo(byte);
    if ((address & 0x3f) === R.RXFIFO) return this.#rxFifo();
    return this.#registerAccess(count, byte, address);
  }

  /** A frame on the air, its SFD at `sfdTick`. @param isDamaged another frame, or noise, is in it. */
  hear(psdu: Uint8Array, sfdTick: number, isDamaged = false): void {
    const s = this.#s;
    if (s[AIR_LENGTH] !== 0) {
      s[DAMAGED] = 1;
      return;
    }
    this.#air.set(psdu.subarray(0, MAX_FRAME));
    s[AIR_LENGTH] = Math.min(psdu.length, MAX_FRAME);
    s[HEARING] = 0;
    s[DAMAGED] = isDamaged ? 1 : 0;
    this.#t[0] = sfdTick;
    this.#machine.scheduler.schedule(this.#airSlot, sfdTick);
    this.#show();
  }

  #registerAccess(count: number, byte: number, address: number): number {
    const at = address & 0x3f;
    const value = at === R.RSSI ? this.#rssi : this.#registers[at]!;
    const answer = count === 1 ? value >> 8 : value & 0xff;
    if (count === 2) this.#s[COUNT] = 0;
    if ((address & 0x40) !== 0) return answer & 0xff;
    if (count === 1) this.#s[HIGH_BYTE] = byte;
    else {
      this.#registers[at] = (this.#s[HIGH_BYTE]! << 8) | byte;
      this.#show();
    }
    return answer & 0xff;
  }
  #ramAccess(count: number, byte: number, address: number): number {
    const s = this.#s;
    if (count === 1) {
      s[RAM_AT] = (address & 0x7f) | ((byte & 0xc0) << 1);
      s[HIGH_BYTE] = byte;
      return this.status;
    }
    const at = s[RAM_AT]! % R.RAM_BYTES;
    s[RAM_AT] = at + 1;
    const before = this.#ram[at]!;
    if ((s[HIGH_BYTE]! & 0x20) === 0) this.#ram[at] = byte;
    return before;
  }
  #txFifo(byte: number): number {
    const s = this.#s;
    if (s[TX_COUNT]! < R.FIFO_BYTES) {
      this.#ram[R.TXFIFO_AT + s[TX_COUNT]!] = byte;
      s[TX_COUNT] = s[TX_COUNT]! + 1;
    }
    return this.status;
  }
  #rxFifo(): number {
    const byte = this.#rx.read();
    this.#show();
    return byte;
  }

  #strobe(strobe: number): void {
    const s = this.#s;
    const state = s[STATE]!;
    if (strobe === R.STROBES.SXOSCON && state === OFF) this.#enter(STARTING, OSCILLATOR_US);
    if (state < IDLE) return;
    switch (strobe) {
      case R.STROBES.SXOSCOFF:
        this.#enter(OFF, null);
        break;
      case R.STROBES.SRFOFF:
        this.#enter(IDLE, null);
        break;
      case R.STROBES.SRXON:
        this.#listen();
        break;
      case R.STROBES.STXON:
        if (state <= RX) this.#enter(TX_WAIT, TURNAROUND_US);
        break;
      case R.STROBES.STXONCCA:
        if (state === RX && this.#isClear) this.#enter(TX_WAIT, TURNAROUND_US);
        break;
      case R.STROBES.SFLUSHRX:
        this.#flushRx();
        break;
      case R.STROBES.SFLUSHTX:
        s[TX_COUNT] = 0;
        s[UNDERFLOW] = 0;
        break;
    }
    this.#show();
  }
  #listen(at = this.#machine.now): void {
    // At its end RSSI is valid, and CCA shows it.
    this.#enter(RX, TURNAROUND_US + RSSI_US, at);
    this.#t[1] = at + this.#ticks(TURNAROUND_US + RSSI_US);
  }
  /** The rest of a frame that is being heard is not received. */
  #flushRx(): void {
    this.#rx.flush();
    this.#s[HEARING] = 0;
  }

  /** @param at may lie an instruction back: what follows is counted from it. */
  #stateDue(at: number): void {
    switch (this.#s[STATE]) {
      case STARTING:
        this.#enter(IDLE, null);
        break;
      case TX_WAIT:
        this.#beginFrame(at);
        break;
      case TX_PREAMBLE:
        this.#enter(TX_FRAME, BYTE_US * (1 + this.#sent[0]!), at);
        break;
      case TX_FRAME:
        this.#s[SENDS_ACK] = 0;
        this.#listen(at);
        break;
    }
    this.#show();
  }
  #beginFrame(at: number): void {
    const s = this.#s;
    const fifo = this.#ram.subarray(R.TXFIFO_AT, R.TXFIFO_AT + R.FIFO_BYTES);
    const isAck = s[SENDS_ACK] === 1;
    const length = isAck ? this.#sent[0]! : fifo[0]! & 0x7f;
    const control = this.#registers[R.MDMCTRL0]!;
    if (!isAck) {
      const written = (control & R.AUTOCRC) !== 0 ? length - 2 : length;
      if (s[TX_COUNT]! < 1 + written || length < 2) {
        s[UNDERFLOW] = 1;
        this.#listen(at);
        return;
      }
      this.#sent.set(fifo.subarray(0, 1 + length));
      if ((control & R.AUTOCRC) !== 0) {
        const check = R.frameCheck(this.#sent.subarray(1, 1 + written));
        this.#sent[1 + written] = check;
        this.#sent[2 + written] = check >>> 8;
      }
    }
    // Zero bytes, and two of synchronisation.
    const header = BYTE_US * ((control & R.PREAMBLE_LENGTH) + 1 + 2);
    this.#enter(TX_PREAMBLE, header, at);
    if (!isAck) s[TX_COUNT] = 0;
    this.#tally[BYTES_SENT]! += HEADER_BYTES + length;
    const sfd = at + this.#ticks(header);
    const end = sfd + this.#ticks(BYTE_US * (1 + length));
    this.onTransmit?.(this.#sent.slice(1, 1 + length), sfd, end);
  }

  /** SFD of a frame on the air, then its end. */
  #airDue(at: number): void {
    const s = this.#s;
    if (at === this.#t[0]) {
      s[HEARING] = s[STATE] === RX && !this.#rx.hasOverflowed ? 1 : 0;
      const end = at + this.#ticks(BYTE_US * (1 + s[AIR_LENGTH]!));
      this.#machine.scheduler.schedule(this.#airSlot, end);
    } else {
      const psdu = this.#air.slice(0, s[AIR_LENGTH]);
      const heard = s[HEARING] === 1 && s[STATE] === RX;
      s[AIR_LENGTH] = 0;
      s[HEARING] = 0;
      if (heard) this.#received(psdu, at);
    }
    this.#show();
  }
  #received(psdu: Uint8Array, end: number): void {
    const s = this.#s;
    this.#tally[BYTES_RECEIVED]! += HEADER_BYTES + psdu.length;
    const control = this.#registers[R.MDMCTRL0]!;
    if ((control & R.ADR_DECODE) !== 0 && !acceptsFrame(psdu, this.#ram)) return;
    const body = psdu.subarray(0, -2);
    const check = psdu.at(-2)! | (psdu.at(-1)! << 8);
    const isGood = s[DAMAGED] === 0 && R.frameCheck(body) === check;
    const frame = psdu.slice();
    if ((control & R.AUTOCRC) !== 0) {
      frame[psdu.length - 2] = SIGNAL;
      frame[psdu.length - 1] = isGood ? GOOD_CORRELATION : GOOD_CORRELATION & 0x7f;
    }
    if (!this.#rx.push(frame)) return;
    if (!isGood || (control & R.AUTOACK) === 0) return;
    const ack = acknowledgement(psdu);
    if (ack === null) return;
    this.#sent.set(ack, 1);
    this.#sent[0] = ack.length;
    s[SENDS_ACK] = 1;
    this.#enter(TX_WAIT, TURNAROUND_US, end);
  }

  get #isClear(): boolean {
    return this.#rssiValid && this.#s[AIR_LENGTH] === 0;
  }
  get #rssiValid(): boolean {
    return this.#s[STATE] === RX && this.#machine.now >= this.#t[1]!;
  }
  get #rssi(): number {
    const value = this.#s[AIR_LENGTH] !== 0 ? SIGNAL : NOISE;
    return (this.#registers[R.RSSI]! & 0xff00) | (value & 0xff);
  }
  #enter(state: number, afterUs: number | null, from = this.#machine.now): void {
    const { scheduler } = this.#machine;
    this.#s[STATE] = state;
    this.energy.enter(POWER_STATE_OF[state]!);
    if (afterUs === null) scheduler.cancel(this.#stateSlot);
    else scheduler.schedule(this.#stateSlot, from + this.#ticks(afterUs));
  }
  #reset(): void {
    const { scheduler } = this.#machine;
    const [vreg, low, selected] = [VREG, RESET_LOW, SELECTED].map((at) => this.#s[at]!);
    scheduler.cancel(this.#stateSlot);
    this.#rx.flush();
    this.#s.fill(0, 0, AIR_LENGTH);
    this.#s[SENDS_ACK] = 0;
    this.#s[VREG] = vreg!;
    this.#s[RESET_LOW] = low!;
    this.#s[SELECTED] = selected!;
    this.#registers.fill(0);
    for (const [at, value] of Object.entries(R.RESET_VALUES)) this.#registers[Number(at)] = value;
  }
  #show(): void {
    const s = this.#s;
    const state = s[STATE]!;
    const io = this.#registers[R.IOCFG0]!;
    const isOn = state > IN_RESET;
    const { count, frames, hasOverflowed } = this.#rx;
    const showsOscillator = (this.#registers[R.IOCFG1]! & R.CCAMUX) === R.CCAMUX_XOSC16M_STABLE;
    const cca = showsOscillator ? state >= IDLE : this.#isClear;
    const level = (on: boolean, inverted: number) => isOn && on !== ((io & inverted) !== 0);
    this.#options.onPins({
      fifo: level(count > 0 && !hasOverflowed, R.FIFO_INVERTED),
      fifop: level(
        frames > 0 || hasOverflowed || count > (io & R.FIFOP_THRESHOLD),
        R.FIFOP_INVERTED,
      ),
      sfd: level(s[HEARING] === 1 || state === TX_FRAME, R.SFD_INVERTED),
      cca: level(cca, R.CCA_INVERTED),
    });
  }
  #ticks(us: number): number {
    return Math.round((us * this.#machine.rootHz) / 1e6);
  }
}
