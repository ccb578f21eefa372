/** Programs modified by hand as a device modifies them in place: blocks jumped over, code in RAM at 0x1900.
 *  Source: firmware-fixtures/msp430f1611/README.md, commands of "In situ". */

import { extensionWords, patternOf } from '../../emulator/cpu/msp430/instruction-table.ts';
import type { FirmwareImage, Segment } from '../../harness/image/firmware-image.ts';
import { writeHex } from '../../harness/image/hex-write.ts';
import { makeImage } from '../../harness/image/segments.ts';

export const IFUNCTIONS = 0x1900;
const BR = 0x4030;
const CALL = 0x12b0;
const RET = 0x4130;

export class Patcher {
  readonly #segments: readonly Segment[];
  readonly #symbols: FirmwareImage['symbols'];
  readonly #area: number[] = [];

  constructor(image: FirmwareImage) {
    this.#segments = image.segments.map(({ address, bytes }) => ({
      address,
      bytes: bytes.slice(),
    }));
    this.#symbols = image.symbols;
  }

  addressOf(name: string): number {
    const symbol = this.#symbols.find((one) => one.name === name);
    if (symbol === undefined) throw new Error(`no symbol ${name}`);
    return symbol.address;
  }
  /** Address of the only place with these bytes. */
  find(...bytes: readonly number[]): number {
    const found = this.#segments.flatMap(({ address, bytes: all }) => {
      const at = Buffer.from(all).indexOf(Buffer.from(bytes));
      return at < 0 ? [] : [address + at];
    });
    if (found.length !== 1) throw new Error(`${found.length} places with these bytes`);
    return found[0]!;
  }
  word(address: number): number {
    const { bytes, at } = this.#place(address);
    return bytes[at]! | (bytes[at + 1]! << 8);
  }
  set(address: number, ...words: readonly number[]): void {
    words.forEach((word, i) => {
      const { bytes, at } = this.#place(address + 2 * i);
      bytes[at] = word & 0xff;
      bytes[at + 1] = word >>> 8;
    });
  }
  /** A block is jumped over where it lies. */
  delete(address: number, bytes: number): void {
    this.set(address, 0x3c00 | (bytes / 2 - 1));
  }
  /** The first instructions of a function go to RAM, with a branch there and one back.
   *  @param leaveOut the first of them is forgotten: a modification that is wrong. */
  detour(name: string, leaveOut = false): void {
    const address = this.addressOf(name);
    let end = address;
    let first = 0;
    while (end < address + 4) {
      const opcode = this.word(end);
      if (patternOf(opcode)?.format === 'jump') throw new Error(`${name} begins with a jump`);
      end += 2 * (1 + extensionWords(opcode));
      first ||= end;
    }
    const moved: number[] = [];
    for (let at = leaveOut ? first : address; at < end; at += 2) moved.push(this.word(at));
    const there = this.#append(...moved, BR, end);
    this.set(address, BR, there);
  }
  /** A call goes to RAM, and from there to where it went. */
  callThroughRam(address: number): void {
    if (this.word(address) !== CALL) throw new Error(`no CALL # at ${address}`);
    this.set(address + 2, this.#append(CALL, this.word(address + 2), RET));
  }
  hex(): string {
    const area = { address: IFUNCTIONS, bytes: Uint8Array.from(this.#area) };
    const segments = [...this.#segments, area].map((one) => ({ ...one, what: 'a piece' }));
    return writeHex(makeImage('patched', 'hex', { segments }));
  }

  #append(...words: readonly number[]): number {
    const there = IFUNCTIONS + this.#area.length;
    this.#area.push(...words.flatMap((word) => [word & 0xff, word >>> 8]));
    return there;
  }
  #place(address: number): { bytes: Uint8Array; at: number } {
    const segment = this.#segments.find(
      (one) => address >= one.address && address < one.address + one.bytes.length,
    );
    if (segment === undefined) throw new Error(`nothing at ${address}`);
    return { bytes: segment.bytes, at: address - segment.address };
  }
}
