/** The 64 KB address space in blocks of 256 bytes: where each block is plain memory, for the hot loop.
 *  Source: MSP430F15x/16x/161x data sheet (SLAS368), "Memory Organization": RAM, its mirror, information memory
 *  and peripherals share pages of 4 KB, which is the grain of the machine's bus; every border is at 256.
 *  Leaves out: memory above 64 KB. Derived data only: the bus has the maps, the chip declares the rest. */

import { type Bus, type BusDevice, SLOW } from '../../machine/bus.ts';
import { PAGE_BYTES, PAGE_SHIFT } from '../../machine/memory.ts';

export const BLOCK_SHIFT = 8;
export const BLOCK_BYTES = 1 << BLOCK_SHIFT;
export const BLOCKS = 0x1_0000 >>> BLOCK_SHIFT;
const PAGES = 0x1_0000 >>> PAGE_SHIFT;
const BLOCK_OF_PAGE_SHIFT = PAGE_SHIFT - BLOCK_SHIFT;

export class AddressMap {
  /** Offset of each block in the linear memory, or SLOW: then the bus is asked. */
  readonly reads = new Int32Array(BLOCKS).fill(SLOW);
  readonly writes = new Int32Array(BLOCKS).fill(SLOW);
  /** No block takes stores: every one of them leaves the hot loop. */
  readonly noWrites = new Int32Array(BLOCKS).fill(SLOW);
  /** Called with each block that reads from elsewhere than before. */
  onMove: (block: number) => void = () => undefined;
  readonly #bus: Bus;
  /** The bus's pages as they were last seen. */
  readonly #readPages = new Int32Array(PAGES).fill(SLOW);
  readonly #writePages = new Int32Array(PAGES).fill(SLOW);
  /** Blocks in pages that the bus cannot have as a whole. */
  readonly #readBlocks = new Int32Array(BLOCKS).fill(SLOW);
  readonly #writeBlocks = new Int32Array(BLOCKS).fill(SLOW);

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  /** Memory finer than a page of the bus. The bus gets a device for it, unless stores to it are something
   *  else than stores: then the device is the caller's. All three numbers are multiples of 256. */
  mapPlain(address: number, offset: number, bytes: number, writable: boolean): void {
    if (((address | offset | bytes) & (BLOCK_BYTES - 1)) !== 0) {
      throw new RangeError(`plain memory at ${address} is not made of blocks of ${BLOCK_BYTES}`);
    }
    for (let i = 0; i < bytes; i += BLOCK_BYTES) {
      this.#readBlocks[(address + i) >>> BLOCK_SHIFT] = offset + i;
      this.#writeBlocks[(address + i) >>> BLOCK_SHIFT] = writable ? offset + i : SLOW;
    }
    if (writable) this.#bus.attach(address, address + bytes - 1, this.#device(address, offset));
    this.#derive();
  }
  /** From now on the bus's devices answer. */
  unmapPlain(address: number, bytes: number): void {
    const [first, end] = [address >>> BLOCK_SHIFT, (address + bytes) >>> BLOCK_SHIFT];
    this.#readBlocks.fill(SLOW, first, end);
    this.#writeBlocks.fill(SLOW, first, end);
    this.#derive();
  }

  /** The bus has another map than when this one was made. */
  get isStale(): boolean {
    const { readMap, writeMap } = this.#bus;
    for (let page = 0; page < PAGES; page++) {
      if (this.#readPages[page] !== readMap[page]) return true;
      if (this.#writePages[page] !== writeMap[page]) return true;
    }
    return false;
  }
  refresh(): void {
    this.#readPages.set(this.#bus.readMap.subarray(0, PAGES));
    this.#writePages.set(this.#bus.writeMap.subarray(0, PAGES));
    this.#derive();
  }

  #derive(): void {
    const { reads, writes } = this;
    for (let block = 0; block < BLOCKS; block++) {
      const page = block >>> BLOCK_OF_PAGE_SHIFT;
      const within = (block << BLOCK_SHIFT) & (PAGE_BYTES - 1);
      const inPage = (base: number): number => (base === SLOW ? SLOW : base + within);
      const own = this.#readBlocks[block]!;
      const read = own === SLOW ? inPage(this.#readPages[page]!) : own;
      const write = own === SLOW ? inPage(this.#writePages[page]!) : this.#writeBlocks[block]!;
      // What is stored is read back from the same place, on which the hot loop relies.
      writes[block] = write === read ? write : SLOW;
      if (reads[block] === read) continue;
      reads[block] = read;
      this.onMove(block);
    }
  }

  #device(address: number, offset: number): BusDevice {
    const { memory } = this.#bus;
    const at = (from: number): number => offset + from - address;
    const read = (from: number, size: number): number => {
      let value = 0;
      for (let i = size - 1; i >= 0; i--) value = (value << 8) | memory.u8[at(from) + i]!;
      return value;
    };
    return {
      name: 'plain memory',
      pureReads: true,
      read,
      write: (to, size, value) => {
        for (let i = 0; i < size; i++) memory.u8[at(to) + i] = value >>> (8 * i);
        memory.touch(at(to), size);
      },
      fetch: read,
    };
  }
}
