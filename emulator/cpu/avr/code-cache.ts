/** Decoded instructions: one step for each word of program memory, by its address.
 *  Decoding happens at the first execution, so what was decoded is what was covered. Derived data only:
 *  a store, a restore or a change of the memory map drops what it touches.
 *  Leaves out: what is not plain memory (busy or weak flash); such words are fetched each time. */

import { SLOW } from '../../machine/bus.ts';
import { HAS_CODE, PAGE_BYTES, PAGE_SHIFT } from '../../machine/memory.ts';
import type { Core } from './core.ts';
import { decode, OP } from './decode.ts';
import { hasSecondWord } from './instruction-table.ts';

/** A skip over two words at the end of program memory goes this far beyond it. */
const BEYOND_END = 3;
const PAGE_WORDS_SHIFT = PAGE_SHIFT - 1;

export class CodeCache {
  /** A step a word; behind the last word the program counter wraps. */
  readonly code: Int32Array;
  /** One byte for each word from address 0, set at first execution; null = off. */
  coverage: Uint8Array | null = null;
  readonly #core: Core;
  readonly #words: number;
  /** Where each page was in memory when its steps were made. */
  readonly #mapped: Int32Array;

  constructor(core: Core) {
    this.#core = core;
    const { memory } = core.bus;
    this.#words = core.options.programWords;
    this.code = new Int32Array(this.#words + BEYOND_END);
    this.code.fill(OP.WRAP, this.#words);
    this.#mapped = new Int32Array(Math.max(1, this.#words >>> PAGE_WORDS_SHIFT)).fill(SLOW);
    memory.storeListeners.push((page, first, bytes) => this.#onStore(page, first, bytes));
    memory.restoreListeners.push((page) => this.#dropPage(page));
  }

  /** Some page is elsewhere than when its steps were made. */
  get isStale(): boolean {
    const { readMap } = this.#core.bus;
    for (let page = 0; page < this.#mapped.length; page++) {
      if (this.#mapped[page] !== readMap[page]) return true;
    }
    return false;
  }
  /** Drop the steps of such pages. */
  refresh(): void {
    const { bus } = this.#core;
    for (let page = 0; page < this.#mapped.length; page++) {
      if (this.#mapped[page] === bus.readMap[page]) continue;
      this.#mapped[page] = bus.readMap[page]!;
      this.#forget(page << PAGE_WORDS_SHIFT, PAGE_BYTES >>> 1);
    }
  }
  clear(): void {
    this.code.fill(0, 0, this.#words);
    this.#mapped.fill(SLOW);
  }

  /** Decode the word at `address` for good. @returns false where it has to be fetched each time. */
  decode(address: number): boolean {
    const { bus, options } = this.#core;
    const { traps, memory } = bus;
    const next = (address + 1) & (this.#words - 1);
    const base = this.#mapped[address >>> PAGE_WORDS_SHIFT]!;
    const nextBase = this.#mapped[next >>> PAGE_WORDS_SHIFT]!;
    if (base === SLOW || nextBase === SLOW) return false;
    if (traps.size > 0 && traps.has(address * 2)) return false;
    const opcode = this.#core.fetch(address);
    this.code[address] = decode(opcode, this.#core.fetch(next), address, options);
    memory.pageState[base >>> PAGE_SHIFT]! |= HAS_CODE;
    memory.pageState[nextBase >>> PAGE_SHIFT]! |= HAS_CODE;
    this.cover(address, opcode);
    return true;
  }

  cover(address: number, opcode: number): void {
    const { coverage } = this;
    if (coverage === null || address >= coverage.length) return;
    coverage[address] = 1;
    if (hasSecondWord(opcode)) coverage[(address + 1) & (this.#words - 1)] = 1;
  }

  /** The word before depends on the first one, too. */
  #forget(first: number, words: number): void {
    this.code.fill(0, first, first + words);
    this.code[(first - 1) & (this.#words - 1)] = 0;
  }
  #onStore(page: number, firstByte: number, byteCount: number): void {
    if ((this.#core.bus.memory.pageState[page]! & HAS_CODE) === 0) return;
    const start = page << PAGE_SHIFT;
    const first = Math.max(firstByte - start, 0) >>> 1;
    const last = (Math.min(firstByte + byteCount - start, PAGE_BYTES) - 1) >>> 1;
    this.#mapped.forEach((base, index) => {
      if (base === start) this.#forget((index << PAGE_WORDS_SHIFT) + first, last - first + 1);
    });
  }
  #dropPage(page: number): void {
    const { pageState } = this.#core.bus.memory;
    if ((pageState[page]! & HAS_CODE) === 0) return;
    this.#mapped.forEach((base, index) => {
      if (base === page << PAGE_SHIFT) this.#forget(index << PAGE_WORDS_SHIFT, PAGE_BYTES >>> 1);
    });
    pageState[page]! &= ~HAS_CODE;
  }
}
