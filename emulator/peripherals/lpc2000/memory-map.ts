/** Address space of an LPC2000: RAM, and the 64 bytes at 0 that MEMMAP takes from elsewhere.
 *  Source: UM10237, chapter "LPC24xx memory addressing", "Memory mapping control". With user flash selected,
 *  page 0 is plain flash. Otherwise it is an overlay page: a copy of flash page 0 whose first 64 bytes come
 *  from the boot block or RAM, kept equal to them. Leaves out: external memory as a source (gap). */

import type { NorArray } from '../../flash/nor-array.ts';
import { type BusDevice, SLOW } from '../../machine/bus.ts';
import type { Machine } from '../../machine/machine.ts';
import { PAGE_BYTES, PAGE_SHIFT, type Region, WATCHED } from '../../machine/memory.ts';

/** Bytes at address 0 that are re-mapped. */
export const REMAPPED_BYTES = 64;
const BOOT_BLOCK_MODE = 0;
const USER_FLASH_MODE = 1;
const RAM_MODE = 2;
const EXTERNAL_MODE = 3;

export interface RemapOptions {
  readonly flash: NorArray;
  /** On-chip RAM whose first 64 bytes mode 2 shows. */
  readonly ram: Region;
  readonly ramAddress: number;
  /** Array address of the boot block that mode 0 shows. */
  readonly bootBlock: number;
  /** What MEMMAP holds: 0 boot block, 1 user flash, 2 RAM, 3 external memory. */
  readonly mode: () => number;
}

export class VectorRemap {
  readonly #machine: Machine;
  readonly #options: RemapOptions;
  readonly #overlay: Region;
  readonly #ramPage: number;
  readonly #flashPage: number;

  constructor(machine: Machine, options: RemapOptions) {
    this.#machine = machine;
    this.#options = options;
    this.#overlay = machine.memory.bulk('vector overlay', PAGE_BYTES);
    this.#ramPage = options.ram.offset >>> PAGE_SHIFT;
    this.#flashPage = options.flash.cells.dataOffset >>> PAGE_SHIFT;
    /** Reached while the page is not plain memory: flash busy, or weak cells in it. */
    machine.bus.attach(0, REMAPPED_BYTES - 1, this.#slowVectors());
    machine.memory.storeListeners.push((page, first, bytes) => this.#onStore(page, first, bytes));
    options.flash.onMapChanged = (first) => {
      if (first < PAGE_BYTES) this.apply();
    };
  }

  /** MEMMAP was written. */
  changed(): void {
    if (this.#options.mode() === EXTERNAL_MODE) {
      const { events, bus, now } = this.#machine;
      const detail = 'vectors from external memory are not modelled, user flash is shown';
      events.raise({ kind: 'gap-register', at: now, pc: bus.currentPc, where: 'MEMMAP', detail });
    }
    this.apply();
  }
  get #mode(): number {
    const mode = this.#options.mode();
    return mode === EXTERNAL_MODE ? USER_FLASH_MODE : mode;
  }

  /** Map page 0 anew: after a change of MEMMAP or of the flash, and after a restore. */
  apply(): void {
    const { bus, memory } = this.#machine;
    const { flash } = this.#options;
    const watched = this.#mode === RAM_MODE;
    const state = memory.pageState[this.#ramPage]!;
    memory.pageState[this.#ramPage] = watched ? state | WATCHED : state & ~WATCHED;
    const plain = flash.pageOffset(0);
    if (this.#mode === USER_FLASH_MODE || plain === SLOW) {
      bus.readMap[0] = plain;
      return;
    }
    this.#fill();
    bus.readMap[0] = this.#overlay.offset;
  }
  #fill(): void {
    const { memory } = this.#machine;
    const { offset } = this.#overlay;
    const flash = this.#flashPage << PAGE_SHIFT;
    memory.u8.copyWithin(offset, flash, flash + PAGE_BYTES);
    const source = this.#source();
    memory.u8.copyWithin(offset, source, source + REMAPPED_BYTES);
    memory.touch(offset, PAGE_BYTES);
  }
  /** Offset in the linear memory of the 64 bytes shown. */
  #source(): number {
    const { flash, ram, bootBlock } = this.#options;
    return this.#mode === RAM_MODE ? ram.offset : flash.cells.dataOffset + bootBlock;
  }

  #onStore(page: number, firstByte: number, byteCount: number): void {
    if (page !== this.#ramPage || this.#mode !== RAM_MODE) return;
    const { memory } = this.#machine;
    const start = this.#options.ram.offset;
    const first = Math.max(firstByte, start);
    const end = Math.min(firstByte + byteCount, start + REMAPPED_BYTES);
    if (first >= end) return;
    const at = this.#overlay.offset + (first - start);
    memory.u8.copyWithin(at, first, end);
    memory.touch(at, end - first);
  }

  #slowVectors(): BusDevice {
    const { flash } = this.#options;
    const read = (address: number, size: 1 | 2 | 4): number => {
      if (this.#mode === USER_FLASH_MODE) return flash.device.read(address, size);
      if (this.#mode === BOOT_BLOCK_MODE) {
        return flash.device.read(this.#options.bootBlock + address, size);
      }
      const { memory } = this.#machine;
      const at = (this.#options.ram.offset + address) & ~(size - 1);
      if (size === 4) return memory.i32[at >>> 2]!;
      return size === 2 ? memory.u16[at >>> 1]! : memory.u8[at]!;
    };
    return {
      name: 'vectors',
      read,
      fetch: read,
      write: (address, size, value) => flash.device.write(address, size, value),
    };
  }
}
