/** The one linear memory that holds all state of a machine.
 *  Source: DESIGN.md section 3, decision 1. Two arenas: *state* (registers, peripheral state; small,
 *  copied whole by a snapshot) and *bulk* (RAM, flash; 4 KB pages, copied only when dirty).
 *  A store into bulk memory must leave `pageState[page] === DIRTY`; see `touch`. */

export const PAGE_SHIFT = 12;
export const PAGE_BYTES = 1 << PAGE_SHIFT;

/** Page states. Anything but DIRTY sends a store to the slow path (`touch`). */
export const CLEAN = 0;
export const DIRTY = 1;
/** Bit set by a CPU that keeps decoded instructions of the page: a store must invalidate them. */
export const HAS_CODE = 2;
/** Bit set by a device that mirrors the page elsewhere: a store must be reported. */
export const WATCHED = 4;

export type PageListener = (page: number, firstByte: number, byteCount: number) => void;

export interface Region {
  readonly name: string;
  /** Byte offset in the linear memory. */
  readonly offset: number;
  readonly bytes: number;
}

export class LinearMemory {
  readonly buffer: ArrayBuffer;
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly f64: Float64Array;
  readonly pageState: Uint8Array;
  readonly stateBytes: number;
  readonly regions: Region[] = [];
  /** Called on a store into a page that HAS_CODE or is WATCHED, after the bytes have changed. */
  readonly storeListeners: PageListener[] = [];
  /** Called for each page whose content a restore replaced. */
  readonly restoreListeners: ((page: number) => void)[] = [];
  #stateTop = 0;
  #bulkTop: number;

  /** @param stateBytes size of the state arena; @param bulkBytes size of everything else. */
  constructor(stateBytes: number, bulkBytes: number) {
    this.stateBytes = roundUp(stateBytes, PAGE_BYTES);
    const total = this.stateBytes + roundUp(bulkBytes, PAGE_BYTES);
    this.buffer = new ArrayBuffer(total);
    this.u8 = new Uint8Array(this.buffer);
    this.u16 = new Uint16Array(this.buffer);
    this.i32 = new Int32Array(this.buffer);
    this.u32 = new Uint32Array(this.buffer);
    this.f64 = new Float64Array(this.buffer);
    this.pageState = new Uint8Array(total >>> PAGE_SHIFT);
    this.#bulkTop = this.stateBytes;
  }

  /** A block of the state arena, 8-byte aligned: saved and restored whole. */
  state(name: string, bytes: number): Region {
    const offset = this.#stateTop;
    this.#stateTop = roundUp(offset + bytes, 8);
    if (this.#stateTop > this.stateBytes) throw new RangeError(`state arena is full at ${name}`);
    return this.#add({ name, offset, bytes });
  }

  /** Views of a new state block. All peripheral state lives in such views, so that snapshots see it. */
  stateWords(name: string, count: number): Int32Array {
    return new Int32Array(this.buffer, this.state(name, count * 4).offset, count);
  }
  stateDoubles(name: string, count: number): Float64Array {
    return new Float64Array(this.buffer, this.state(name, count * 8).offset, count);
  }
  stateU8(name: string, count: number): Uint8Array {
    return new Uint8Array(this.buffer, this.state(name, count).offset, count);
  }

  /** A page-aligned block of bulk memory. */
  bulk(name: string, bytes: number): Region {
    const offset = this.#bulkTop;
    this.#bulkTop = offset + roundUp(bytes, PAGE_BYTES);
    if (this.#bulkTop > this.buffer.byteLength)
      throw new RangeError(`bulk memory is full at ${name}`);
    return this.#add({ name, offset, bytes });
  }

  bytesOf(region: Region): Uint8Array {
    return new Uint8Array(this.buffer, region.offset, region.bytes);
  }

  /** Report a change of `byteCount` bulk bytes at `offset`, after making it. Cheap when already dirty. */
  touch(offset: number, byteCount: number): void {
    const last = (offset + byteCount - 1) >>> PAGE_SHIFT;
    for (let page = offset >>> PAGE_SHIFT; page <= last; page++) {
      const state = this.pageState[page]!;
      if (state === DIRTY) continue;
      this.pageState[page] = state | DIRTY;
      if ((state & (HAS_CODE | WATCHED)) !== 0) {
        for (const listener of this.storeListeners) listener(page, offset, byteCount);
      }
    }
  }

  #add(region: Region): Region {
    this.regions.push(region);
    return region;
  }
}

const roundUp = (value: number, unit: number): number => Math.ceil(value / unit) * unit;
