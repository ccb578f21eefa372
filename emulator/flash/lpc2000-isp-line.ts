/** The serial line of the LPC2478 ISP handler: characters in and out, echo, flow control, lines of text.
 *  Source: UM10237 "Flash memory programming firmware": ISP protocol, flow control, command abort.
 *  Leaves out: measuring a bit time: autobaud takes over the sender's rate. */

import type { Machine } from '../machine/machine.ts';
import type { EventSlot } from '../machine/scheduler.ts';

/** UART0 as the ROM has it while ISP runs. */
export interface IspPort {
  /** Characters that arrive on RXD0 go to the handler and not to the receive FIFO; null gives them back. */
  takeReceiver(handler: ((character: number) => void) | null): void;
  /** A whole character has left on TXD0. */
  transmit(character: number, baud: number): void;
  /** Bits per second of whoever sends to RXD0. */
  senderBaud(): number;
}

export interface IspLineUser {
  /** The first character that tells the sender's rate has come. */
  synchronised(): void;
  /** A line without its end. Empty lines are dropped. */
  line(characters: Uint8Array): void;
  /** Whether a next character of input may be taken now. */
  ready(): boolean;
  aborted(): void;
  outputEmpty(): void;
}

const XON = 0x11;
const XOFF = 0x13;
const ESC = 0x1b;
const CR = 0x0d;
const LF = 0x0a;
const QUESTION_MARK = 0x3f;

const MAX_LINE = 96;
/** UNKNOWN: size of the ROM's receive buffer; it sends XOFF when three quarters are full. */
const IN_BYTES = 256;
const OUT_BYTES = 512;
const IN_HIGH = (IN_BYTES * 3) / 4;
const IN_LOW = IN_BYTES / 4;
/** Room that one line of input may need in the output: its echo and the longest reply. */
const OUT_RESERVE = 2 * MAX_LINE;
/** A lone CR ends a line when no LF has followed in this many character times. */
const LONE_CR_CHARACTERS = 4;

/** Words of the state block. */
const OPEN = 0;
const SYNCHRONISED = 1;
const ECHO = 2;
const BAUD = 3;
const STOP_BITS = 4;
const NEXT_BAUD = 5;
const NEXT_STOP_BITS = 6;
const LINE_LENGTH = 7;
const CR_SEEN = 8;
const IN_HEAD = 9;
const IN_COUNT = 10;
const OUT_HEAD = 11;
const OUT_COUNT = 12;
const HOST_STOPPED = 13;
const WE_STOPPED = 14;
const SENDING = 15;
const WORDS = 16;

export class IspLine {
  readonly #machine: Machine;
  readonly #port: IspPort;
  readonly #user: IspLineUser;
  readonly #w: Int32Array;
  readonly #line: Uint8Array;
  readonly #in: Uint8Array;
  readonly #out: Uint8Array;
  readonly #sendSlot: EventSlot;
  readonly #lineSlot: EventSlot;

  constructor(machine: Machine, port: IspPort, user: IspLineUser) {
    this.#machine = machine;
    this.#port = port;
    this.#user = user;
    const { memory, scheduler } = machine;
    this.#w = memory.stateWords('isp line', WORDS);
    this.#line = memory.stateU8('isp line text', MAX_LINE);
    this.#in = memory.stateU8('isp line input', IN_BYTES);
    this.#out = memory.stateU8('isp line output', OUT_BYTES);
    this.#sendSlot = scheduler.register('isp character', () => this.#characterSent());
    this.#lineSlot = scheduler.register('isp line end', () => {
      this.#endLine();
      this.pump();
    });
    machine.afterRestore.push(() => this.#connect());
  }

  open(): void {
    this.close();
    this.#w[OPEN] = 1;
    this.#w[ECHO] = 1;
    this.#w[STOP_BITS] = 1;
    this.#connect();
  }
  close(): void {
    this.#machine.scheduler.cancel(this.#sendSlot);
    this.#machine.scheduler.cancel(this.#lineSlot);
    this.#w.fill(0);
    this.#connect();
  }
  get isOpen(): boolean {
    return this.#w[OPEN] === 1;
  }
  /** Wait for the synchronisation character again. */
  resynchronise(): void {
    this.#w[SYNCHRONISED] = 0;
  }
  set echo(on: boolean) {
    this.#w[ECHO] = on ? 1 : 0;
  }
  /** In force once what is being sent has left. */
  setBaud(baud: number, stopBits: number): void {
    this.#w[NEXT_BAUD] = baud;
    this.#w[NEXT_STOP_BITS] = stopBits;
  }
  say(text: string): void {
    for (let i = 0; i < text.length; i++) this.#put(text.charCodeAt(i));
    this.#put(CR);
    this.#put(LF);
  }

  /** Take characters that wait, as long as the user is ready for them. */
  pump(): void {
    const w = this.#w;
    while (w[IN_COUNT]! > 0 && w[OUT_COUNT]! <= OUT_BYTES - OUT_RESERVE && this.#user.ready()) {
      const character = this.#in[w[IN_HEAD]!]!;
      if (w[CR_SEEN] === 1 && character !== LF) {
        this.#endLine();
        continue;
      }
      w[IN_HEAD] = (w[IN_HEAD]! + 1) % IN_BYTES;
      w[IN_COUNT]!--;
      this.#take(character);
    }
    if (w[WE_STOPPED] === 1 && w[IN_COUNT]! <= IN_LOW) this.#control(XON);
  }

  #connect(): void {
    this.#port.takeReceiver(this.isOpen ? (character) => this.#receive(character) : null);
  }

  #receive(character: number): void {
    const w = this.#w;
    if (w[SYNCHRONISED] === 0) {
      // Anything but the synchronisation character gives a bit time that fits nothing.
      if (character !== QUESTION_MARK) return;
      w[SYNCHRONISED] = 1;
      w[BAUD] = this.#port.senderBaud();
      this.#user.synchronised();
    } else if (character === XOFF || character === XON) {
      w[HOST_STOPPED] = character === XOFF ? 1 : 0;
      this.#send();
    } else if (character === ESC) {
      for (const word of [LINE_LENGTH, CR_SEEN, IN_COUNT, OUT_COUNT]) w[word] = 0;
      this.#user.aborted();
    } else if (w[IN_COUNT] === IN_BYTES) {
      const { now, events, bus } = this.#machine;
      const detail = 'the host does not heed XOFF';
      events.raise({ kind: 'uart-overrun', at: now, pc: bus.currentPc, where: 'ISP', detail });
    } else {
      this.#in[(w[IN_HEAD]! + w[IN_COUNT]!) % IN_BYTES] = character;
      w[IN_COUNT]!++;
      this.pump();
      if (w[IN_COUNT]! >= IN_HIGH && w[WE_STOPPED] === 0) this.#control(XOFF);
    }
  }

  #take(character: number): void {
    const w = this.#w;
    if (w[ECHO] === 1) this.#put(character);
    if (character === LF) this.#endLine();
    else if (character === CR) {
      if (w[LINE_LENGTH] === 0) return;
      w[CR_SEEN] = 1;
      const wait = LONE_CR_CHARACTERS * this.#characterTicks();
      this.#machine.scheduler.schedule(this.#lineSlot, this.#machine.now + wait);
    } else if (w[LINE_LENGTH]! < MAX_LINE) {
      this.#line[w[LINE_LENGTH]!] = character;
      w[LINE_LENGTH]!++;
    }
  }
  #endLine(): void {
    const w = this.#w;
    this.#machine.scheduler.cancel(this.#lineSlot);
    const line = this.#line.slice(0, w[LINE_LENGTH]!);
    w[LINE_LENGTH] = 0;
    w[CR_SEEN] = 0;
    if (line.length > 0) this.#user.line(line);
  }

  /** XON and XOFF overtake what waits in the output. */
  #control(character: number): void {
    const w = this.#w;
    w[WE_STOPPED] = character === XOFF ? 1 : 0;
    if (w[OUT_COUNT] === OUT_BYTES) return;
    w[OUT_HEAD] = (w[OUT_HEAD]! + OUT_BYTES - 1) % OUT_BYTES;
    this.#out[w[OUT_HEAD]!] = character;
    w[OUT_COUNT]!++;
    this.#send();
  }
  #put(character: number): void {
    const w = this.#w;
    if (w[OUT_COUNT] === OUT_BYTES) return;
    this.#out[(w[OUT_HEAD]! + w[OUT_COUNT]!) % OUT_BYTES] = character;
    w[OUT_COUNT]!++;
    this.#send();
  }
  #characterTicks(): number {
    const { rootHz } = this.#machine;
    return Math.max(1, Math.round(((9 + this.#w[STOP_BITS]!) * rootHz) / this.#w[BAUD]!));
  }
  #send(): void {
    const w = this.#w;
    if (w[SENDING] === 1 || w[OUT_COUNT] === 0 || w[HOST_STOPPED] === 1) return;
    w[SENDING] = 1;
    const { scheduler, now } = this.#machine;
    scheduler.schedule(this.#sendSlot, now + this.#characterTicks());
  }
  #characterSent(): void {
    const w = this.#w;
    w[SENDING] = 0;
    if (w[OUT_COUNT] === 0) return;
    const character = this.#out[w[OUT_HEAD]!]!;
    w[OUT_HEAD] = (w[OUT_HEAD]! + 1) % OUT_BYTES;
    w[OUT_COUNT]!--;
    this.#port.transmit(character, w[BAUD]!);
    if (w[OUT_COUNT] === 0) {
      if (w[NEXT_BAUD] !== 0) {
        w[BAUD] = w[NEXT_BAUD]!;
        w[STOP_BITS] = w[NEXT_STOP_BITS]!;
        w[NEXT_BAUD] = 0;
      }
      this.#user.outputEmpty();
    }
    this.#send();
    this.pump();
  }
}
