/** CC2420: an IEEE 802.15.4 transceiver: registers, FIFOs and RAM over SPI, strobes, its four pins, frames in time.
 *  Source: CC2420 data sheet SWRS041, "Radio Control State Machine", "RF Data Buffering". A frame shows in RXFIFO as a
 *  whole at its end; TXFIFO is taken when the preamble begins. Leaves out: encryption, unbuffered modes, address
 *  decoding of beacons, an acknowledgement strobed after the end of its frame, a change of channel inside one. */

import { RADIO_POWER_STATES, type RadioPowerState } from '../energy/ez240-currents.ts';
import { EnergyMeter } from '../energy/meter.ts';
import type { Machine } from '../machine/machine.ts';
import type { EventSlot } from '../machine/scheduler.ts';
import { Cc2420Antenna } from './cc2420-antenna.ts';
import {
  acceptsFrame,
  acknowledgement,
  asksForAck,
  hasGoodCheck,
  withStatus,
} from './cc2420-frames.ts';
import { type Cc2420Pins, cc2420Pins } from './cc2420-pins.ts';
import * as R from './cc2420-registers.ts';
import { Cc2420RxFifo } from './cc2420-rx-fifo.ts';
import { Cc2420Spi } from './cc2420-spi.ts';
import { Cc2420TxFifo } from './cc2420-tx-fifo.ts';

/** Times in microseconds. */
const OSCILLATOR_US = 860;
const BYTE_US = 32;
const TURNAROUND_US = 192;
const RSSI_US = 128;
/** RSSI register for noise and for a frame: dBm + 45. */
const NOISE = -50;
const SIGNAL = -15;

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
const HEARING = 1;
/** SACK or SACKPEND has come for the frame that is being heard: 1 or 2. */
const WANTS_ACK = 2;
const SENDS_ACK = 3;
const VREG = 4;
const RESET_LOW = 5;
const WORDS = 6;

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
  readonly #tx: Cc2420TxFifo;
  readonly #spi: Cc2420Spi;
  readonly #antenna: Cc2420Antenna;
  readonly #sent: Uint8Array;
  /** [tick from which RSSI is valid] */
  readonly #validFrom: Float64Array;
  readonly #stateSlot: EventSlot;

  constructor(machine: Machine, options: Cc2420Options) {
    this.#machine = machine;
    this.#options = options;
    this.#s = machine.memory.stateWords('CC2420', WORDS);
    this.energy = new EnergyMeter(machine, 'CC2420 power', RADIO_POWER_STATES);
    this.#tally = machine.memory.stateWords('tally of CC2420 bytes', 2);
    this.#registers = machine.memory.stateWords('CC2420 registers', R.REGISTERS);
    this.#ram = machine.memory.stateU8('CC2420 RAM', R.RAM_BYTES);
    const fifo = (at: number) => this.#ram.subarray(at, at + R.FIFO_BYTES);
    this.#rx = new Cc2420RxFifo(machine, fifo(R.RXFIFO_AT));
    this.#tx = new Cc2420TxFifo(machine, fifo(R.TXFIFO_AT));
    this.#spi = new Cc2420Spi(machine, {
      registers: this.#registers,
      ram: this.#ram,
      rx: this.#rx,
      status: () => this.status,
      rssi: () => this.#rssi,
      strobe: (strobe) => this.#strobe(strobe),
      pushTx: (byte) => this.#tx.push(byte),
      changed: () => this.#show(),
    });
    this.#sent = machine.memory.stateU8('CC2420 sent', 128);
    this.#validFrom = machine.memory.stateDoubles('CC2420 times', 1);
    this.#stateSlot = machine.scheduler.register('CC2420 state', (at) => this.#stateDue(at));
    this.#antenna = new Cc2420Antenna(machine, {
      taken: () => this.#show(),
      sfd: () => this.#sfd(),
      ended: (psdu, isDamaged, tick) => this.#ended(psdu, isDamaged, tick),
    });
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
    this.#spi.select(on);
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
    return this.#tx.hasUnderflowed ? status | R.TX_UNDERFLOW : status;
  }
  register(address: number): number {
    return this.#registers[address]!;
  }

  /** Centre of the channel that FSCTRL asks for, in MHz. */
  get channelMhz(): number {
    return R.FIRST_MHZ + (this.#registers[R.FSCTRL]! & R.FREQ);
  }

  /** One byte of SPI. @returns what the part sends meanwhile, or -1 while it drives nothing. */
  exchange(byte: number): number {
    if (!this.#spi.isSelected || this.#s[STATE]! <= IN_RESET) return -1;
    return this.#spi.exchange(byte);
  }

  /** A frame on the air, its SFD at `sfdTick`. @param isDamaged another frame, or noise, is in it. */
  hear(psdu: Uint8Array, sfdTick: number, isDamaged = false): void {
    this.#antenna.hear(psdu, sfdTick, isDamaged);
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
        this.#tx.flush();
        break;
      case R.STROBES.SACK:
      case R.STROBES.SACKPEND:
        if (s[HEARING] === 1) s[WANTS_ACK] = strobe === R.STROBES.SACK ? 1 : 2;
        break;
    }
    this.#show();
  }
  #listen(at = this.#machine.now): void {
    // At its end RSSI is valid, and CCA shows it.
    this.#enter(RX, TURNAROUND_US + RSSI_US, at);
    this.#validFrom[0] = at + this.#ticks(TURNAROUND_US + RSSI_US);
  }
  /** The rest of a frame that is being heard is not received. */
  #flushRx(): void {
    this.#rx.flush();
    this.#s[HEARING] = 0;
    this.#s[WANTS_ACK] = 0;
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
    const control = this.#registers[R.MDMCTRL0]!;
    if (this.#s[SENDS_ACK] === 0) {
      const frame = this.#tx.take(control);
      if (frame === null) {
        this.#listen(at);
        return;
      }
      this.#sent.set(frame);
    }
    const length = this.#sent[0]!;
    // Zero bytes, and two of synchronisation.
    const header = BYTE_US * ((control & R.PREAMBLE_LENGTH) + 1 + 2);
    this.#enter(TX_PREAMBLE, header, at);
    this.#tally[BYTES_SENT]! += HEADER_BYTES + length;
    const sfd = at + this.#ticks(header);
    const end = sfd + this.#ticks(BYTE_US * (1 + length));
    this.onTransmit?.(this.#sent.slice(1, 1 + length), sfd, end);
  }

  #sfd(): void {
    const s = this.#s;
    s[HEARING] = s[STATE] === RX && !this.#rx.hasOverflowed ? 1 : 0;
    this.#show();
  }
  #ended(psdu: Uint8Array, isDamaged: boolean, tick: number): void {
    const s = this.#s;
    const heard = s[HEARING] === 1 && s[STATE] === RX;
    const byStrobe = s[WANTS_ACK]!;
    s[HEARING] = 0;
    s[WANTS_ACK] = 0;
    if (heard) this.#received(psdu, isDamaged, tick, byStrobe);
    this.#show();
  }
  /** @param byStrobe 1 SACK, 2 SACKPEND, 0 neither. */
  #received(psdu: Uint8Array, isDamaged: boolean, end: number, byStrobe: number): void {
    this.#tally[BYTES_RECEIVED]! += HEADER_BYTES + psdu.length;
    const control = this.#registers[R.MDMCTRL0]!;
    if ((control & R.ADR_DECODE) !== 0 && !acceptsFrame(psdu, this.#ram)) return;
    const isGood = !isDamaged && hasGoodCheck(psdu);
    const frame = (control & R.AUTOCRC) === 0 ? psdu : withStatus(psdu, SIGNAL, isGood);
    if (!this.#rx.push(frame)) return;
    const isAsked = byStrobe !== 0 || ((control & R.AUTOACK) !== 0 && asksForAck(psdu));
    if (!isGood || !isAsked) return;
    const ack = acknowledgement(psdu, byStrobe === 2);
    this.#sent.set(ack, 1);
    this.#sent[0] = ack.length;
    this.#s[SENDS_ACK] = 1;
    this.#enter(TX_WAIT, TURNAROUND_US, end);
  }

  get #isClear(): boolean {
    return this.#rssiValid && !this.#antenna.isTaken;
  }
  get #rssiValid(): boolean {
    return this.#s[STATE] === RX && this.#machine.now >= this.#validFrom[0]!;
  }
  get #rssi(): number {
    const value = this.#antenna.isTaken ? SIGNAL : NOISE;
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
    scheduler.cancel(this.#stateSlot);
    this.#rx.flush();
    this.#spi.reset();
    this.#tx.flush();
    this.#s.fill(0, 0, VREG);
    this.#registers.fill(0);
    for (const [at, value] of Object.entries(R.RESET_VALUES)) this.#registers[Number(at)] = value;
  }
  #show(): void {
    const s = this.#s;
    const state = s[STATE]!;
    const shown = {
      isOn: state > IN_RESET,
      isStable: state >= IDLE,
      isClear: this.#isClear,
      inFrame: s[HEARING] === 1 || state === TX_FRAME,
    };
    this.#options.onPins(cc2420Pins(shown, this.#registers, this.#rx));
  }
  #ticks(us: number): number {
    return Math.round((us * this.#machine.rootHz) / 1e6);
  }
}
