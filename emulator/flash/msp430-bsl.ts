/** Boot loader (BSL) of the MSP430F1611, version 1.61, at its interface: frames, password, commands.
 *  Source: SLAU319Z, "BSL protocol" and its command table. UNKNOWN: its answer while a frame is wrong in its first
 *  four bytes (NAK at once), and to an odd or an empty read (NAK).
 *  Leaves out: the ROM's instructions; the warm start's use of R11; 21 (memory offset), which 2.12 brought. */

import type { Machine } from '../machine/machine.ts';
import type { Msp430Ports } from '../peripherals/msp430/ports.ts';
import { BslFlash } from './msp430-bsl-flash.ts';
import { BslLine } from './msp430-bsl-line.ts';

const HEADER = 0x80;
const ACK = 0x90;
const NAK = 0xa0;
const CMD = {
  RX_PASSWORD: 0x10,
  RX_DATA_BLOCK: 0x12,
  TX_DATA_BLOCK: 0x14,
  ERASE_SEGMENT: 0x16,
  MASS_ERASE: 0x18,
  LOAD_PC: 0x1a,
  ERASE_CHECK: 0x1c,
  TX_VERSION: 0x1e,
  CHANGE_BAUD: 0x20,
} as const;
/** Commands that a locked loader obeys. */
const OPEN_TO_ALL: readonly number[] = [
  CMD.RX_PASSWORD,
  CMD.MASS_ERASE,
  CMD.TX_VERSION,
  CMD.CHANGE_BAUD,
];
const BAUD_RATES = [9600, 19_200, 38_400];

const PASSWORD = { address: 0xffe0, bytes: 32 };
const VERSION = { address: 0x0ff0, bytes: 16 };
/** RAM of the loader's variables and stack; the address of an error stands in its first word. */
export const BSL_RAM = { address: 0x0200, bytes: 0x20 };
const MASS_ERASE_MODE = 0x06;

const DCOCTL = 0x56;
const BCSCTL1 = 0x57;
const BCSCTL2 = 0x58;
const WDTCTL = 0x120;
const WATCHDOG_HELD = 0x5a80;
/** At 9600 baud. */
const START_DCOCTL = 0x80;
const START_BCSCTL1 = 0x85;

/** 80, command, L1, L2; AL, AH, LL, LH come next and count as data. */
const HEAD_BYTES = 4;
const ADDRESS_BYTES = 4;
const SUM_BYTES = 2;
const FRAME_BYTES = HEAD_BYTES + 254 + SUM_BYTES;
const FIRST_WORD_ADDRESS = 0x100;

/** What follows when an answer has left. */
const AWAIT_SYNC = 0;
const TAKE_FRAME = 1;
const LEAVE = 2;
const NEW_RATE = 3;
/** Words of the state block. */
const RUNNING = 0;
const UNLOCKED = 1;
const COUNT = 2;
const NEXT = 3;
/** A character of the frame was damaged. */
const DAMAGED = 4;
/** Where a store failed, or -1. */
const BAD_ADDRESS = 5;
/** The frame is complete, its last word still in the making. */
const AT_END = 6;
const RATE = 7;
const GO_ADDRESS = 8;
const WORDS = 9;

export class Msp430Bsl {
  /** Load PC, after its answer has left. */
  onGo: ((address: number) => void) | null = null;
  readonly #machine: Machine;
  readonly #line: BslLine;
  readonly #flash: BslFlash;
  readonly #s: Int32Array;
  readonly #frame: Uint8Array;

  constructor(machine: Machine, ports: Msp430Ports) {
    this.#machine = machine;
    this.#s = machine.memory.stateWords('BSL', WORDS);
    this.#frame = machine.memory.stateU8('BSL frame', FRAME_BYTES);
    this.#line = new BslLine(machine, ports, {
      synchronised: () => this.#synchronised(),
      character: (byte, isGood) => this.#take(byte, isGood),
      said: () => this.#said(),
    });
    this.#flash = new BslFlash(machine, { done: (bad) => this.#stored(bad) });
  }

  get running(): boolean {
    return this.#s[RUNNING] === 1;
  }
  /** The password has been given. */
  get isUnlocked(): boolean {
    return this.#s[UNLOCKED] === 1;
  }
  start(): void {
    const { bus } = this.#machine;
    this.stop();
    this.#s[RUNNING] = 1;
    bus.write(WDTCTL, 2, WATCHDOG_HELD);
    bus.write(BCSCTL2, 1, 0);
    this.#setClock(START_DCOCTL, START_BCSCTL1);
    // What stood there is lost to the loader's variables and its stack.
    for (let at = 0; at < BSL_RAM.bytes; at += 2) bus.write(BSL_RAM.address + at, 2, 0);
    this.#line.open();
  }
  stop(): void {
    this.#line.close();
    this.#flash.stop();
    this.#s.fill(0);
  }

  #setClock(dcoctl: number, bcsctl1: number): void {
    const { bus } = this.#machine;
    bus.write(DCOCTL, 1, dcoctl);
    bus.write(BCSCTL1, 1, bcsctl1);
  }
  #synchronised(): void {
    const s = this.#s;
    // The loader knows the nominal rate alone: a host at another one gives flash a wrong clock.
    this.#flash.setClock(this.#line.bitCycles * BAUD_RATES[s[RATE]!]!);
    s[COUNT] = 0;
    s[DAMAGED] = 0;
    s[AT_END] = 0;
    s[BAD_ADDRESS] = -1;
    this.#answer(TAKE_FRAME, ACK);
  }
  #answer(next: number, ...bytes: number[]): void {
    this.#s[NEXT] = next;
    this.#line.say(Uint8Array.from(bytes));
  }
  #said(): void {
    const s = this.#s;
    if (s[NEXT] === TAKE_FRAME) {
      this.#line.listen();
      return;
    }
    if (s[NEXT] === NEW_RATE) {
      this.#setClock(this.#frame[4]!, this.#frame[5]!);
      s[RATE] = this.#frame[6]!;
    }
    if (s[NEXT] !== LEAVE) {
      this.#line.awaitSync();
      return;
    }
    const address = s[GO_ADDRESS]!;
    this.stop();
    this.onGo?.(address);
  }

  #take(byte: number, isGood: boolean): void {
    const s = this.#s;
    const frame = this.#frame;
    const at = s[COUNT]!;
    frame[at] = byte;
    s[COUNT] = at + 1;
    if (!isGood) s[DAMAGED] = 1;
    const length = frame[3]!;
    if (at < HEAD_BYTES) {
      const isEven = length % 2 === 0 && length >= ADDRESS_BYTES;
      const isHead = at < 3 || (isEven && frame[2] === length);
      if (frame[0] !== HEADER || !isHead) this.#answer(AWAIT_SYNC, NAK);
      return;
    }
    const end = HEAD_BYTES + length;
    if (at >= HEAD_BYTES + ADDRESS_BYTES && at < end) this.#storeOnline(at);
    if (at + 1 < end + SUM_BYTES) return;
    if (this.#flash.isBusy) s[AT_END] = 1;
    else this.#execute();
  }
  /** Each word goes to memory when its second byte has come, before anybody knows whether the frame is whole. */
  #storeOnline(at: number): void {
    const frame = this.#frame;
    if (frame[1] !== CMD.RX_DATA_BLOCK || !this.isUnlocked) return;
    const offset = at - HEAD_BYTES - ADDRESS_BYTES;
    const address = (this.#address + offset) & 0xffff;
    if (address < FIRST_WORD_ADDRESS) this.#stored(this.#flash.store(address, frame[at]!));
    else if (offset % 2 === 1 && this.#flash.isBusy) this.#stored(address);
    else if (offset % 2 === 1) {
      this.#stored(this.#flash.store((address - 1) & ~1, frame[at - 1]! | (frame[at]! << 8)));
    }
  }
  /** @param bad null: flash is at it. */
  #stored(bad: number | null): void {
    const s = this.#s;
    if (bad === null) return;
    if (bad >= 0 && s[BAD_ADDRESS]! < 0) {
      s[BAD_ADDRESS] = bad;
      this.#machine.bus.write(BSL_RAM.address, 2, bad);
    }
    if (s[AT_END] === 0) return;
    s[AT_END] = 0;
    if (this.#frame[1] === CMD.RX_DATA_BLOCK) this.#execute();
    else this.#finish();
  }
  #finish(): void {
    this.#answer(AWAIT_SYNC, this.#s[BAD_ADDRESS]! < 0 ? ACK : NAK);
  }

  get #address(): number {
    return this.#frame[4]! | (this.#frame[5]! << 8);
  }
  get #hasGoodSum(): boolean {
    const end = HEAD_BYTES + this.#frame[3]!;
    const sum = bslChecksum(this.#frame.subarray(0, end));
    return this.#s[DAMAGED] === 0 && sum === (this.#frame[end]! | (this.#frame[end + 1]! << 8));
  }
  /** The frame is complete. */
  #execute(): void {
    const command = this.#frame[1]!;
    const allowed = OPEN_TO_ALL.includes(command) || this.isUnlocked;
    if (!this.#hasGoodSum || !allowed) this.#answer(AWAIT_SYNC, NAK);
    else this.#run(command, this.#address, this.#frame[6]!, this.#frame[7]!);
  }
  #run(command: number, address: number, low: number, high: number): void {
    const flash = this.#flash;
    switch (command) {
      case CMD.RX_PASSWORD:
        this.#password();
        return;
      case CMD.RX_DATA_BLOCK:
        this.#finish();
        return;
      case CMD.TX_DATA_BLOCK:
        if (high !== 0 || low === 0 || low % 2 !== 0) break;
        this.#sendBytes(address, low);
        return;
      case CMD.ERASE_SEGMENT:
        if (high !== 0xa5) break;
        this.#s[AT_END] = 1;
        flash.erase(address, low, false);
        return;
      case CMD.MASS_ERASE:
        this.#s[AT_END] = 1;
        flash.erase(PASSWORD.address, MASS_ERASE_MODE, true);
        return;
      case CMD.LOAD_PC:
        this.#s[GO_ADDRESS] = address & ~1;
        this.#answer(LEAVE, ACK);
        return;
      case CMD.ERASE_CHECK:
        this.#stored(flash.notErased(address, low | (high << 8)));
        this.#finish();
        return;
      case CMD.TX_VERSION:
        this.#sendBytes(VERSION.address, VERSION.bytes);
        return;
      case CMD.CHANGE_BAUD:
        if (low >= BAUD_RATES.length) break;
        this.#answer(NEW_RATE, ACK);
        return;
    }
    this.#answer(AWAIT_SYNC, NAK);
  }
  /** The answer does not tell: a host finds out with the next command. */
  #password(): void {
    if (this.#frame[3] !== ADDRESS_BYTES + PASSWORD.bytes) {
      this.#answer(AWAIT_SYNC, NAK);
      return;
    }
    const given = this.#frame.subarray(HEAD_BYTES + ADDRESS_BYTES);
    const { bus } = this.#machine;
    let differ = 0;
    for (let i = 0; i < PASSWORD.bytes; i++) {
      differ |= given[i]! ^ bus.read(PASSWORD.address + i, 1);
    }
    if (differ === 0) this.#s[UNLOCKED] = 1;
    this.#answer(AWAIT_SYNC, ACK);
  }
  #sendBytes(address: number, count: number): void {
    const { bus } = this.#machine;
    const answer = [HEADER, 0, count, count];
    for (let i = 0; i < count; ) {
      const at = (address + i) & 0xffff;
      if (at < FIRST_WORD_ADDRESS) answer.push(bus.read(at, 1));
      else {
        const word = bus.read(at & ~1, 2);
        answer.push(word & 0xff, (word >>> 8) & 0xff);
      }
      i = answer.length - HEAD_BYTES;
    }
    const sum = bslChecksum(answer);
    this.#answer(AWAIT_SYNC, ...answer, sum & 0xff, sum >>> 8);
  }
}

/** Inverted exclusive-or of the frame's 16-bit words, low byte first. */
export function bslChecksum(bytes: ArrayLike<number>): number {
  let sum = 0xffff;
  for (let i = 0; i < bytes.length; i++) sum ^= bytes[i]! << ((i & 1) << 3);
  return sum;
}
