/** Decoded instructions, a slot of steps for each page of memory that is executed, one slot for each state.
 *  A step has two words; its index within the slot is the byte offset of the instruction in the page.
 *  Decoding happens at the first execution, so what was decoded is what was covered. Derived data only:
 *  a store or a restore drops what it touches. Leaves out: pages that are not plain memory. */

import type { Bus } from '../../machine/bus.ts';
import { HAS_CODE, PAGE_BYTES, PAGE_SHIFT } from '../../machine/memory.ts';
import { decodeArm, decodeThumb, OP, type Step } from './decode.ts';

/** One page of steps, then the page-end step, then the virtual page the slot was decoded for. */
const END = PAGE_BYTES;
export const VIRTUAL_PAGE = PAGE_BYTES + 2;
const SLOT_WORDS = PAGE_BYTES + 4;
const FIRST_SLOTS = 64;
/** A page that is stored to this often loses all its steps, and with them the cost of each store. */
const STORES_BEFORE_DROP = 4096;

export class CodeCache {
  /** All slots, one after another; slot 0 stays empty. Replaced when it grows. */
  code = new Int32Array(FIRST_SLOTS * SLOT_WORDS);
  /** First word of the slot of (page * 2 + thumb); 0 = none. */
  readonly slots: Int32Array;
  /** One byte for each halfword from address 0, set at first execution; null = off. */
  coverage: Uint8Array | null = null;
  readonly #bus: Bus;
  readonly #stores: Uint16Array;
  #used = 1;

  constructor(bus: Bus) {
    const { memory } = bus;
    this.#bus = bus;
    this.slots = new Int32Array(memory.pageState.length * 2);
    this.#stores = new Uint16Array(memory.pageState.length);
    memory.storeListeners.push((page, first, bytes) => this.#onStore(page, first, bytes));
    memory.restoreListeners.push((page) => this.#dropPage(page));
  }

  /** The slot of the page at `linear`, seen at virtual `address`; made or emptied where needed. */
  open(linear: number, address: number, thumb: number): number {
    const index = ((linear >>> PAGE_SHIFT) << 1) | thumb;
    let slot = this.slots[index]!;
    if (slot === 0) {
      slot = this.#used++ * SLOT_WORDS;
      if (slot + SLOT_WORDS > this.code.length) {
        const grown = new Int32Array(this.code.length * 2);
        grown.set(this.code);
        this.code = grown;
      }
      this.slots[index] = slot;
    } else {
      this.code.fill(0, slot, slot + END);
    }
    this.code[slot + END] = OP.PAGE_END;
    this.code[slot + VIRTUAL_PAGE] = address >>> PAGE_SHIFT;
    return slot;
  }

  /** Decode the instruction at virtual `address`, byte `linear` of the memory, into word `at`. */
  decode(at: number, address: number, linear: number, thumb: boolean): void {
    const { memory, traps } = this.#bus;
    memory.pageState[linear >>> PAGE_SHIFT]! |= HAS_CODE;
    if (this.coverage !== null) cover(this.coverage, address, thumb);
    let step: Step;
    if (thumb) {
      const atEnd = (linear & (PAGE_BYTES - 1)) === PAGE_BYTES - 2;
      const alone = atEnd || (traps.size > 0 && traps.has((address + 2) >>> 0));
      const following = alone ? -1 : memory.u16[(linear >>> 1) + 1]!;
      step = decodeThumb(memory.u16[linear >>> 1]!, address, linear, following);
    } else {
      step = decodeArm(memory.i32[linear >>> 2]!, address, linear);
    }
    const trapped = traps.size > 0 && traps.has(address >>> 0);
    const paired = thumb && step.word === OP.BL_PAIR;
    if (paired && this.coverage !== null) cover(this.coverage, address + 2, true);
    this.code[at] = trapped ? OP.BAIL : step.word;
    this.code[at + 1] = step.constant;
  }

  /** Forget everything: the memory map or the set of traps has changed. */
  clear(): void {
    this.code.fill(0);
    this.slots.fill(0);
    this.#used = 1;
  }

  #onStore(page: number, firstByte: number, byteCount: number): void {
    if ((this.#bus.memory.pageState[page]! & HAS_CODE) === 0) return;
    const stores = this.#stores[page]! + 1;
    this.#stores[page] = stores;
    if (stores === STORES_BEFORE_DROP || byteCount > PAGE_BYTES / 4) {
      this.#dropPage(page);
      return;
    }
    const start = page << PAGE_SHIFT;
    const first = Math.max(firstByte - start, 0);
    const last = Math.min(firstByte + byteCount - start, PAGE_BYTES) - 1;
    const arm = this.slots[page * 2]!;
    if (arm !== 0) this.code.fill(0, arm + (first & ~3), arm + (last | 3) + 1);
    // The halfword before may have been decoded as one step with the first one stored.
    const thumb = this.slots[page * 2 + 1]!;
    if (thumb !== 0) {
      this.code.fill(0, thumb + Math.max((first & ~1) - 2, 0), thumb + (last | 1) + 1);
    }
  }

  #dropPage(page: number): void {
    const { pageState } = this.#bus.memory;
    if ((pageState[page]! & HAS_CODE) === 0) return;
    for (let thumb = 0; thumb < 2; thumb++) {
      const slot = this.slots[page * 2 + thumb]!;
      if (slot !== 0) this.code.fill(0, slot, slot + END);
    }
    pageState[page]! &= ~HAS_CODE;
    this.#stores[page] = 0;
  }
}

const cover = (coverage: Uint8Array, address: number, thumb: boolean): void => {
  const halfword = address >>> 1;
  if (halfword >= coverage.length) return;
  coverage[halfword] = 1;
  if (!thumb) coverage[halfword + 1] = 1;
};
