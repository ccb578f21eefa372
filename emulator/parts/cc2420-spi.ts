/** The CC2420's side of SPI: what the bytes of one select mean. Registers and strobes follow each other without CSn
 *  between them; FIFOs and RAM last until it rises.
 *  Source: CC2420 data sheet SWRS041, "4-wire Serial Configuration". Leaves out: nothing. */

import type { Machine } from '../machine/machine.ts';
import * as R from './cc2420-registers.ts';
import type { Cc2420RxFifo } from './cc2420-rx-fifo.ts';

/** What the bytes reach. */
export interface Cc2420Inside {
  readonly registers: Int32Array;
  readonly ram: Uint8Array;
  readonly rx: Cc2420RxFifo;
  readonly status: () => number;
  /** Register 13. */
  readonly rssi: () => number;
  readonly strobe: (strobe: number) => void;
  readonly pushTx: (byte: number) => void;
  /** A register has been written, or RXFIFO read: pins may differ. */
  readonly changed: () => void;
}

/** Words of the state. */
const SELECTED = 0;
const COUNT = 1;
const ADDRESS = 2;
const HIGH_BYTE = 3;
const RAM_AT = 4;

export class Cc2420Spi {
  readonly #inside: Cc2420Inside;
  readonly #s: Int32Array;

  constructor(machine: Machine, inside: Cc2420Inside) {
    this.#inside = inside;
    this.#s = machine.memory.stateWords('CC2420 SPI', 5);
  }

  select(on: boolean): void {
    this.#s[SELECTED] = on ? 1 : 0;
    this.#s[COUNT] = 0;
  }
  get isSelected(): boolean {
    return this.#s[SELECTED] === 1;
  }
  reset(): void {
    this.#s.fill(0, COUNT);
  }
  /** @returns what the part sends meanwhile. */
  exchange(byte: number): number {
    const s = this.#s;
    const count = s[COUNT]!;
    s[COUNT] = count + 1;
    if (count === 0) return this.#begin(byte);
    const address = s[ADDRESS]!;
    if ((address & 0x80) !== 0) return this.#ramAccess(count, byte, address);
    if ((address & 0x3f) === R.TXFIFO) {
      this.#inside.pushTx(byte);
      return this.#inside.status();
    }
    if ((address & 0x3f) === R.RXFIFO) {
      const read = this.#inside.rx.read();
      this.#inside.changed();
      return read;
    }
    return this.#registerAccess(count, byte, address);
  }

  #begin(byte: number): number {
    const s = this.#s;
    s[ADDRESS] = byte;
    const status = this.#inside.status();
    if ((byte & 0xb0) === 0) {
      s[COUNT] = 0;
      this.#inside.strobe(byte & 0x0f);
    }
    return status;
  }
  #registerAccess(count: number, byte: number, address: number): number {
    const { registers, rssi, changed } = this.#inside;
    const at = address & 0x3f;
    const value = at === R.RSSI ? rssi() : registers[at]!;
    const answer = count === 1 ? value >> 8 : value & 0xff;
    if (count === 2) this.#s[COUNT] = 0;
    if ((address & 0x40) !== 0) return answer & 0xff;
    if (count === 1) this.#s[HIGH_BYTE] = byte;
    else {
      registers[at] = (this.#s[HIGH_BYTE]! << 8) | byte;
      changed();
    }
    return answer & 0xff;
  }
  #ramAccess(count: number, byte: number, address: number): number {
    const { ram, status } = this.#inside;
    const s = this.#s;
    if (count === 1) {
      s[RAM_AT] = (address & 0x7f) | ((byte & 0xc0) << 1);
      s[HIGH_BYTE] = byte;
      return status();
    }
    const at = s[RAM_AT]! % R.RAM_BYTES;
    s[RAM_AT] = at + 1;
    const before = ram[at]!;
    if ((s[HIGH_BYTE]! & 0x20) === 0) ram[at] = byte;
    return before;
  }
}
