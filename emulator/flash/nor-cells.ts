/** The cells of a NOR flash: raw bits, one ECC byte for each 16-byte line, and an overlay of weak bits.
 *  An array without check bytes (AVR) keeps them at their erased value.
 *  Source: UM10139 "Flash memory", ECC section (data and check byte only lose bits until the next erase).
 *  Leaves out: time, operations and wear (nor-array.ts); retention loss over years. */

import type { LinearMemory, Region } from '../machine/memory.ts';
import { PAGE_BYTES, PAGE_SHIFT } from '../machine/memory.ts';
import { correctLine, eccOf, LINE_BYTES, LINE_GOOD, type LineVerdict, verdictOf } from './ecc.ts';
import type { LineRange } from './line-watch.ts';
import { noiseAt, spread } from './noise.ts';
import { type TornModel, tearCells } from './torn.ts';

/** Line states: an ECC verdict, plus this bit when any cell of the line or its check byte is weak. */
export const LINE_WEAK = 4;

const LINES_PER_PAGE = PAGE_BYTES / LINE_BYTES;
const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');

/** Bulk memory that `NorCells` needs for an array of this size. */
export const norBulkBytes = (bytes: number): number => {
  const pages = (count: number) => Math.ceil(count / PAGE_BYTES) * PAGE_BYTES;
  return 2 * pages(bytes) + 3 * pages(bytes / LINE_BYTES);
};
/** State arena that `NorCells` needs. */
export const norStateBytes = (bytes: number): number => (bytes / PAGE_BYTES) * 16 + 64;

export class NorCells {
  readonly bytes: number;
  readonly #hasEcc: boolean;
  /** Raw bits, as the cells most likely read; 1 = erased. */
  readonly data: Uint8Array;
  readonly ecc: Uint8Array;
  /** 1 = the cell lies between 0 and 1 and may read either way. */
  readonly weakData: Uint8Array;
  readonly weakEcc: Uint8Array;
  readonly dataOffset: number;
  readonly #memory: LinearMemory;
  readonly #regions: readonly [Region, Region, Region, Region];
  /** Derived from the cells, yet kept in the linear memory: a restore then brings it back for nothing.
   *  State of each line; for each page, how many lines are not plain good, and its hash. */
  readonly #lineStates: Region;
  readonly #lineState: Uint8Array;
  readonly #oddLines: Int32Array;
  readonly #hashStale: Uint8Array;
  readonly #pageHash: Int32Array;
  readonly #line = new Uint8Array(LINE_BYTES);
  /** Called with the first and last page whose lines may have changed state. */
  onLinesChanged: ((firstPage: number, lastPage: number) => void) | null = null;

  constructor(memory: LinearMemory, name: string, bytes: number, hasEcc: boolean) {
    this.bytes = bytes;
    this.#hasEcc = hasEcc;
    this.#memory = memory;
    this.#regions = [
      memory.bulk(`${name} cells`, bytes),
      memory.bulk(`${name} ecc`, bytes / LINE_BYTES),
      memory.bulk(`${name} weak cells`, bytes),
      memory.bulk(`${name} weak ecc`, bytes / LINE_BYTES),
    ];
    this.data = memory.bytesOf(this.#regions[0]);
    this.ecc = memory.bytesOf(this.#regions[1]);
    this.weakData = memory.bytesOf(this.#regions[2]);
    this.weakEcc = memory.bytesOf(this.#regions[3]);
    this.dataOffset = this.#regions[0].offset;
    const pages = bytes / PAGE_BYTES;
    this.#lineStates = memory.bulk(`${name} line states`, bytes / LINE_BYTES);
    this.#lineState = memory.bytesOf(this.#lineStates);
    this.#oddLines = memory.stateWords(`${name} odd lines`, pages);
    this.#pageHash = memory.stateWords(`${name} page hashes`, 2 * pages);
    this.#hashStale = memory.stateU8(`${name} stale hashes`, pages).fill(1);
    this.data.fill(0xff);
    this.ecc.fill(0xff);
    this.#touch(0, bytes);
  }

  /** No line of the page needs correction and none is weak: its raw bytes are what a reader sees. */
  pageIsPlain(page: number): boolean {
    return this.#oddLines[page] === 0;
  }
  lineState(at: number): number {
    return this.#lineState[Math.floor(at / LINE_BYTES)]!;
  }
  /** Weak bits in a range, check bytes of its lines included. */
  weakBitsIn(at: number, length: number): number {
    let count = 0;
    for (let i = at; i < at + length; i++) count += onesIn(this.weakData[i]!);
    const lastLine = Math.floor((at + length - 1) / LINE_BYTES);
    for (let line = Math.floor(at / LINE_BYTES); line <= lastLine; line++) {
      count += onesIn(this.weakEcc[line]!);
    }
    return count;
  }

  /** Put bytes there with the right check bytes and strong cells, as a factory programmer would. */
  load(at: number, bytes: Uint8Array): void {
    this.data.set(bytes, at);
    this.weakData.fill(0, at, at + bytes.length);
    this.#eachLine(at, bytes.length, (line) => {
      if (!this.#hasEcc) return;
      this.ecc[line] = eccOf(this.data, line * LINE_BYTES);
      this.weakEcc[line] = 0;
    });
    this.changed(at, bytes.length);
  }

  /** What a reader gets with every weak cell at its most likely value. No side effect. */
  view(at: number, length: number): Uint8Array {
    const first = at - (at % LINE_BYTES);
    const end = Math.ceil((at + length) / LINE_BYTES) * LINE_BYTES;
    const bytes = this.data.slice(first, end);
    for (let i = 0; i < bytes.length; i += LINE_BYTES) {
      if (this.#hasEcc && this.lineState(first + i) !== LINE_GOOD) {
        correctLine(bytes, i, this.ecc[(first + i) / LINE_BYTES]!);
      }
    }
    return bytes.slice(at - first, at - first + length);
  }

  /** One read of the line around `at` as the hardware does it: weak cells fall by noise, then ECC.
   *  @returns the verdict; the 16 bytes are in `out`. */
  senseLine(at: number, seed: number, readCount: number, out: Uint8Array): LineVerdict {
    const line = Math.floor(at / LINE_BYTES);
    const first = line * LINE_BYTES;
    for (let i = 0; i < LINE_BYTES; i++) {
      const weak = this.weakData[first + i]!;
      const noise = weak === 0 ? 0 : weak & flips(noiseAt(seed, first + i, readCount));
      out[i] = this.data[first + i]! ^ noise;
    }
    if (!this.#hasEcc) return LINE_GOOD;
    const weak = this.weakEcc[line]!;
    const noise = weak === 0 ? 0 : weak & flips(noiseAt(seed, ~line, readCount));
    return correctLine(out, 0, this.ecc[line]! ^ noise);
  }

  /** Program bytes of an array without check bytes: bits only fall. */
  programBytes(at: number, bytes: Uint8Array): void {
    this.programPrefix(at, bytes, 0, bytes.length);
    this.changed(at, bytes.length);
  }

  /** Program one line: bits and check bits only fall.
   *  @returns true when the line was neither erased nor held these data already. */
  programLine(at: number, bytes: Uint8Array, from: number): boolean {
    const line = at / LINE_BYTES;
    this.#line.set(bytes.subarray(from, from + LINE_BYTES));
    if (this.#line.every((byte) => byte === 0xff)) return false;
    let erased = this.ecc[line] === 0xff;
    let same = true;
    for (let i = 0; i < LINE_BYTES; i++) {
      if (this.data[at + i] !== 0xff) erased = false;
      if (this.data[at + i] !== this.#line[i]) same = false;
    }
    this.programPrefix(at, this.#line, 0, LINE_BYTES);
    return !erased && !same;
  }

  /** Program the first `length` bytes of a line; its check byte only when the line is whole. */
  programPrefix(at: number, bytes: Uint8Array, from: number, length: number): void {
    for (let i = 0; i < length; i++) {
      const byte = bytes[from + i]!;
      this.data[at + i] = this.data[at + i]! & byte;
      // A cell pulled to 0 is strong; one that should stay 1 keeps whatever charge it has.
      this.weakData[at + i] = this.weakData[at + i]! & byte;
    }
    if (length < LINE_BYTES || !this.#hasEcc) return;
    const line = at / LINE_BYTES;
    const ecc = eccOf(bytes, from);
    this.ecc[line] = this.ecc[line]! & ecc;
    this.weakEcc[line] = this.weakEcc[line]! & ecc;
  }

  erase(at: number, length: number): void {
    this.data.fill(0xff, at, at + length);
    this.weakData.fill(0, at, at + length);
    if (this.#hasEcc) {
      const line = at / LINE_BYTES;
      const lineEnd = (at + length) / LINE_BYTES;
      this.ecc.fill(0xff, line, lineEnd);
      this.weakEcc.fill(0, line, lineEnd);
    }
    this.changed(at, length);
  }

  /** Tear an erase (`latch` null) or the program of `latch` in [at, at+length), at this fraction. */
  tear(
    model: TornModel,
    fraction: number,
    seed: number,
    at: number,
    length: number,
    latch: Uint8Array | null,
  ): void {
    if (model === 'clean-prefix' && latch !== null) this.#tearPrefix(fraction, at, latch);
    else {
      this.#tearRange(0, 2, model, fraction, seed, at, length, latch);
      if (this.#hasEcc) {
        const line = at / LINE_BYTES;
        const eccLatch = latch === null ? null : eccsOf(latch);
        this.#tearRange(1, 3, model, fraction, ~seed, line, length / LINE_BYTES, eccLatch);
      }
    }
    this.changed(at, length);
  }

  /** Two 32-bit hashes over raw cells, check bytes and weak overlay: equal text = equal cells. */
  hash(): string {
    let a = 0;
    let b = 0;
    for (let page = 0; page < this.#hashStale.length; page++) {
      if (this.#hashStale[page] === 1) this.#hashPage(page);
      a = spread((a ^ this.#pageHash[2 * page]!) + 0x632be5ab);
      b = (Math.imul(b, 0x01000193) ^ this.#pageHash[2 * page + 1]!) | 0;
    }
    return hex(a) + hex(b);
  }

  /** The same for all lines but these, and how many of those others need correction or are weak. */
  keyWithout(ranges: readonly LineRange[]): { hash: string; oddLines: number } {
    const spared = ranges.filter(([first, end]) => end > first);
    const left = new Set(spared.flatMap(linesOf));
    let oddLines = this.#oddLines.reduce((sum, lines) => sum + lines, 0);
    for (const line of left) if (this.#lineState[line] !== LINE_GOOD) oddLines--;
    if (spared.length === 0) return { hash: this.hash(), oddLines };
    const held = spared.flatMap((range) => this.#blank(range));
    const pages = spared.map(([first, end]) => [
      first >>> PAGE_SHIFT,
      ((end - 1) >>> PAGE_SHIFT) + 1,
    ]);
    const hashes = this.#pageHash.slice();
    for (const [first, end] of pages) this.#hashStale.fill(1, first, end);
    const hash = this.hash();
    // Ranges may overlap: the copy taken first is the true one.
    for (const { bytes, copy } of held.reverse()) bytes.set(copy);
    this.#pageHash.set(hashes);
    for (const [first, end] of pages) this.#hashStale.fill(1, first, end);
    return { hash, oddLines };
  }
  #blank([first, end]: LineRange): { bytes: Uint8Array; copy: Uint8Array }[] {
    return this.#regions.map((region, r) => {
      const unit = r % 2 === 0 ? 1 : LINE_BYTES;
      const from = region.offset + first / unit;
      const bytes = this.#memory.u8.subarray(from, region.offset + end / unit);
      const copy = bytes.slice();
      bytes.fill(0);
      return { bytes, copy };
    });
  }

  /** The cells in this range changed: keep everything derived in step. */
  changed(at: number, length: number): void {
    this.#touch(at, length);
    this.#eachLine(at, length, (line) => this.#classify(line));
    const firstPage = at >>> PAGE_SHIFT;
    const lastPage = (at + length - 1) >>> PAGE_SHIFT;
    this.#hashStale.fill(1, firstPage, lastPage + 1);
    this.onLinesChanged?.(firstPage, lastPage);
  }

  #tearPrefix(fraction: number, at: number, latch: Uint8Array): void {
    const done = Math.floor(fraction * latch.length);
    for (let i = 0; i < done; i += LINE_BYTES) {
      this.programPrefix(at + i, latch, i, Math.min(LINE_BYTES, done - i));
    }
  }

  #tearRange(
    cells: 0 | 1,
    weak: 2 | 3,
    model: TornModel,
    fraction: number,
    seed: number,
    at: number,
    length: number,
    latch: Uint8Array | null,
  ): void {
    // Whole words; a lone line's check byte shares its word with neighbours that are not in flight.
    const first = at & ~3;
    const words = (at + length + 3 - first) >>> 2;
    const goalBytes = new Uint8Array(words * 4).fill(0xff);
    if (latch !== null) goalBytes.set(latch, at - first);
    const goals = new Int32Array(goalBytes.buffer);
    const moves = new Int32Array(words);
    new Uint8Array(moves.buffer).fill(0xff, at - first, at - first + length);
    const view = (region: Region) =>
      new Int32Array(this.#memory.buffer, region.offset + first, words);
    tearCells(model, fraction, seed, {
      cells: view(this.#regions[cells]),
      weak: view(this.#regions[weak]),
      at: 0,
      words,
      goal: (i, old) => (latch === null ? old | moves[i]! : old & (goals[i]! | ~moves[i]!)),
    });
  }

  #classify(line: number): void {
    const at = line * LINE_BYTES;
    let state: number = this.#hasEcc
      ? verdictOf(this.ecc[line]! ^ eccOf(this.data, at))
      : LINE_GOOD;
    let weak = this.weakEcc[line]!;
    for (let i = 0; i < LINE_BYTES; i++) weak |= this.weakData[at + i]!;
    if (weak !== 0) state |= LINE_WEAK;
    const old = this.#lineState[line]!;
    if (old === state) return;
    this.#lineState[line] = state;
    this.#memory.touch(this.#lineStates.offset + line, 1);
    const page = Math.floor(line / LINES_PER_PAGE);
    const change = (state === LINE_GOOD ? 0 : 1) - (old === LINE_GOOD ? 0 : 1);
    this.#oddLines[page] = this.#oddLines[page]! + change;
  }

  #hashPage(page: number): void {
    let a = page;
    let b = ~page;
    for (let r = 0; r < 4; r++) {
      const region = this.#regions[r]!;
      const bytes = r % 2 === 0 ? PAGE_BYTES : LINES_PER_PAGE;
      const words = new Int32Array(this.#memory.buffer, region.offset + page * bytes, bytes / 4);
      for (let i = 0; i < words.length; i++) {
        const word = words[i]!;
        a = Math.imul((a ^ word) + 0x632be5ab, 0x2c1b3c6d);
        a ^= a >>> 15;
        b = Math.imul((b << 7) ^ (b >>> 25) ^ word, 0x9e3779b1);
      }
    }
    this.#pageHash[2 * page] = spread(a);
    this.#pageHash[2 * page + 1] = spread(b);
    this.#hashStale[page] = 0;
  }

  #eachLine(at: number, length: number, visit: (line: number) => void): void {
    const last = Math.floor((at + length - 1) / LINE_BYTES);
    for (let line = Math.floor(at / LINE_BYTES); line <= last; line++) visit(line);
  }

  #touch(at: number, length: number): void {
    const [data, ecc, weakData, weakEcc] = this.#regions;
    const line = Math.floor(at / LINE_BYTES);
    const lines = Math.ceil((at + length) / LINE_BYTES) - line;
    this.#memory.touch(data.offset + at, length);
    this.#memory.touch(ecc.offset + line, lines);
    this.#memory.touch(weakData.offset + at, length);
    this.#memory.touch(weakEcc.offset + line, lines);
  }
}

/** A weak cell falls on the unlikely side in a quarter of its reads: two noise bits have to agree. */
const flips = (noise: number): number => noise & (noise >>> 8) & 0xff;

function onesIn(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return count;
}

function eccsOf(latch: Uint8Array): Uint8Array {
  const eccs = new Uint8Array(latch.length / LINE_BYTES);
  for (let i = 0; i < eccs.length; i++) eccs[i] = eccOf(latch, i * LINE_BYTES);
  return eccs;
}

const linesOf = ([first, end]: LineRange): number[] =>
  Array.from({ length: (end - first) / LINE_BYTES }, (_, i) => first / LINE_BYTES + i);
