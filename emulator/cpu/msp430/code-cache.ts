/** Decoded instructions: one step for each word of the address space, RAM included.
 *  Decoding happens at the first execution, so what was decoded is what was covered. Derived data only:
 *  a store, a restore or a change of the memory map drops what it touches.
 *  Leaves out: what is not plain memory (busy or weak flash); such words are fetched each time. */

import { SLOW } from '../../machine/bus.ts';
import { HAS_CODE, PAGE_BYTES, PAGE_SHIFT } from '../../machine/memory.ts';
import { BLOCK_BYTES, BLOCK_SHIFT, BLOCKS } from './address-map.ts';
import type { Core } from './core.ts';
import { decode, OP } from './decode.ts';
import { extensionWords } from './instruction-table.ts';

const WORDS = 0x8000;
/** An instruction at the last word goes this far beyond it, and so far do the words before it reach. */
const LONGEST = 3;
const BLOCK_WORDS = BLOCK_BYTES >>> 1;

export class CodeCache {
  /** Two words a step (decode.ts); behind the last word the program counter wraps. */
  readonly control = new Int32Array(WORDS + LONGEST);
  readonly displacements = new Int32Array(WORDS + LONGEST);
  /** One byte for each word from address 0, set at first execution; null = off. */
  coverage: Uint8Array | null = null;
  readonly #core: Core;
  /** 1 = steps were made of this block of the linear memory. */
  readonly #hasCode: Uint8Array;

  constructor(core: Core) {
    this.#core = core;
    const { memory } = core.bus;
    this.#hasCode = new Uint8Array(memory.buffer.byteLength >>> BLOCK_SHIFT);
    this.control.fill(OP.WRAP, WORDS);
    core.map.onMove = (block) => this.#forget(block * BLOCK_WORDS, BLOCK_WORDS);
    memory.storeListeners.push((page, first, bytes) => this.#onStore(page, first, bytes));
    memory.restoreListeners.push((page) => {
      this.#onStore(page, page << PAGE_SHIFT, PAGE_BYTES);
      memory.pageState[page]! &= ~HAS_CODE;
    });
  }

  clear(): void {
    this.control.fill(0, 0, WORDS);
  }

  /** Decode the word at word address `at` for good. @returns false where it has to be fetched each time. */
  decode(at: number): boolean {
    const { map, bus } = this.#core;
    const address = at * 2;
    if (map.reads[address >>> BLOCK_SHIFT] === SLOW) return false;
    if (bus.traps.size > 0 && bus.traps.has(address)) return false;
    const more = extensionWords(this.#core.fetch(address));
    const last = (address + 2 * more) & 0xffff;
    if (map.reads[last >>> BLOCK_SHIFT] === SLOW) return false;
    this.decodeFetched(at);
    this.#mark(map.reads[address >>> BLOCK_SHIFT]!);
    this.#mark(map.reads[last >>> BLOCK_SHIFT]!);
    return true;
  }
  /** The same for what reads differently the next time: the caller drops the step again. */
  decodeFetched(at: number): void {
    const address = at * 2;
    const opcode = this.#core.fetch(address);
    const more = extensionWords(opcode);
    const first = more > 0 ? this.#core.fetch(address + 2) : 0;
    const second = more > 1 ? this.#core.fetch(address + 4) : 0;
    const step = decode(opcode, first, second, address);
    this.control[at] = step.control;
    this.displacements[at] = step.displacements;
    const { coverage } = this;
    if (coverage === null) return;
    for (let i = 0; i <= more; i++) {
      const word = (at + i) & (WORDS - 1);
      if (word < coverage.length) coverage[word] = 1;
    }
  }
  drop(at: number): void {
    this.control[at] = 0;
  }

  #mark(offset: number): void {
    this.#hasCode[offset >>> BLOCK_SHIFT] = 1;
    this.#core.bus.memory.pageState[offset >>> PAGE_SHIFT]! |= HAS_CODE;
  }
  /** Instructions that begin before the first word may reach it, over the end of the address space, too. */
  #forget(first: number, words: number): void {
    this.control.fill(0, Math.max(first - LONGEST + 1, 0), first + words);
    if (first < LONGEST - 1) this.control.fill(0, WORDS - (LONGEST - 1) + first, WORDS);
  }
  /** A part of a page of the linear memory, which may be at several addresses. */
  #onStore(page: number, firstByte: number, byteCount: number): void {
    const start = Math.max(firstByte, page << PAGE_SHIFT);
    const end = Math.min(firstByte + byteCount, (page + 1) << PAGE_SHIFT);
    for (let block = start >>> BLOCK_SHIFT; block <= (end - 1) >>> BLOCK_SHIFT; block++) {
      if (this.#hasCode[block] === 0) continue;
      const from = Math.max(start - block * BLOCK_BYTES, 0) >>> 1;
      const to = (Math.min(end - block * BLOCK_BYTES, BLOCK_BYTES) + 1) >>> 1;
      const { reads } = this.#core.map;
      for (let i = 0; i < BLOCKS; i++) {
        if (reads[i] === block * BLOCK_BYTES) this.#forget(i * BLOCK_WORDS + from, to - from);
      }
    }
  }
}
