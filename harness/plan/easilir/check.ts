/** A proof that a modified image runs as the new program: both are walked together from the vectors, the new one
 *  item by item, the modified one from its bytes alone. At every pair the instructions must be equal but for
 *  addresses, and these must lead to pairs again; data must be equal but for addresses likewise.
 *  Between instructions only glue may lie: JMP, BR, NOP, an ifunction's CALL and RET; a conditional jump may be
 *  inverted. A bisimulation, so what it accepts behaves alike whatever the planner meant.
 *  Leaves out: time, code that reads its own address, and what no vector leads to. */

import { patternOf } from '../../../emulator/cpu/msp430/instruction-table.ts';
import { Memory } from './check-memory.ts';
import { BR, CALL, JMP, RET, touchesStack } from './glue.ts';
import {
  APP_START,
  CRC_OFFSET,
  HEADER_ADDRESS,
  headerCrcOf,
  hex4,
  isInArea,
  LENGTH_OFFSET,
  wordOf,
} from './memory-map.ts';
import type { NodeImage } from './node-image.ts';
import { fallsThrough, type Item, opcodeOf, type Program, type Reference } from './program.ts';

export type CheckResult =
  | { readonly isEqual: true; readonly instructions: number; readonly dataBytes: number }
  | {
      readonly isEqual: false;
      readonly problem: string;
      /** In the new program as linked, and in the modified image. */
      readonly newAddress: number;
      readonly address: number;
    };

export function checkImage(program: Program, node: Pick<NodeImage, 'flash' | 'area'>): CheckResult {
  const walk = new Walk(program, new Memory(node));
  for (const [index, { kind }] of program.items.entries()) {
    if (kind === 'fixed') walk.relateData(index, program.items[index]!.address, 'a vector');
  }
  return walk.run();
}

/** An instruction of the new program, where it runs in the modified image, and where a RET there leads. */
interface Pair {
  readonly index: number;
  readonly at: number;
  /** -1 = not inside an ifunction. */
  readonly returnTo: number;
}

const NOP = 0x4303;
const CONDITION = 0xfc00;
const INVERSE = 0x0400;
const JN = 0x3000;
/** Of a walk through nothing but jumps: it never ends. */
const ENDLESS = -2;

class Walk {
  readonly #items: readonly Item[];
  readonly #memory: Memory;
  readonly #seen = new Set<number>();
  readonly #open: Pair[] = [];
  /** Where data lies, and code whose address is taken: one place each. */
  readonly #placeOf = new Map<number, number>();
  readonly #data: { index: number; at: number }[] = [];
  #fault: CheckResult | null = null;
  readonly #met = new Set<number>();
  #dataBytes = 0;

  constructor(program: Program, memory: Memory) {
    this.#items = program.items;
    this.#memory = memory;
  }

  run(): CheckResult {
    while (this.#fault === null) {
      const data = this.#data.pop();
      if (data !== undefined) {
        this.#checkData(data.index, data.at);
        continue;
      }
      const pair = this.#open.pop();
      if (pair === undefined) {
        return { isEqual: true, instructions: this.#met.size, dataBytes: this.#dataBytes };
      }
      this.#checkCode(pair);
    }
    return this.#fault;
  }

  relateData(index: number, at: number, what: string): void {
    if (!this.#isOnlyPlace(index, at, what)) return;
    if (this.#seen.has(-1 - index)) return;
    this.#seen.add(-1 - index);
    this.#data.push({ index, at });
  }

  #fail(index: number, address: number, problem: string): void {
    const newAddress = this.#items[index]?.address ?? 0;
    this.#fault ??= { isEqual: false, problem, newAddress, address };
  }

  #isOnlyPlace(index: number, at: number, what: string): boolean {
    const known = this.#placeOf.get(index) ?? at;
    this.#placeOf.set(index, known);
    if (known !== at) this.#fail(index, at, `${what} leads there, another to ${hex4(known)}`);
    return known === at;
  }

  #relateCode(index: number, at: number, returnTo: number): void {
    const key = (index * 0x1_0001 + returnTo + 1) * 0x1_0000 + at;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#open.push({ index, at, returnTo });
  }

  /** @param value that stands for the reference. */
  #relate(reference: Reference, value: number, isCalled: boolean): void {
    const { target, offset } = reference;
    const item = this.#items[target]!;
    const at = (value - offset) & 0xffff;
    if (item.kind !== 'instruction') this.relateData(target, at, 'one reference');
    else if (offset !== 0) this.#fail(target, value, 'a reference into an instruction');
    else if (isCalled || this.#isOnlyPlace(target, at, 'one pointer')) {
      this.#relateCode(target, at, -1);
    }
  }

  #checkData(index: number, at: number): void {
    const item = this.#items[index]!;
    const found = this.#memory.bytes(at, item.bytes.length);
    if (found === null) {
      this.#fail(index, at, 'data where the node has none');
      return;
    }
    if (((at ^ item.address) & 1) !== 0) {
      this.#fail(index, at, 'words of data at an odd address');
      return;
    }
    const isHeader = item.kind === 'fixed' && item.address === HEADER_ADDRESS;
    if (item.kind === 'fixed' && at !== item.address) {
      this.#fail(index, at, 'a piece whose place is fixed');
      return;
    }
    const free = isHeader ? this.#checkHeader(index, found) : new Set<number>();
    for (const { at: word } of item.references) free.add(word).add(word + 1);
    for (let i = 0; i < found.length; i++) {
      if (!free.has(i) && found[i] !== item.bytes[i]) {
        this.#fail(index, at + i, 'another byte of data');
        return;
      }
    }
    this.#dataBytes += found.length;
    if (isHeader) return;
    for (const reference of item.references) {
      this.#relate(reference, wordOf(found, reference.at), item.address === APP_START);
    }
  }

  /** @returns offsets of what belongs to the image and not to the program. */
  #checkHeader(index: number, header: Uint8Array): Set<number> {
    if (wordOf(header, LENGTH_OFFSET) !== this.#memory.flash.length) {
      this.#fail(index, HEADER_ADDRESS + LENGTH_OFFSET, 'a length that the image does not have');
    }
    if (wordOf(header, CRC_OFFSET) !== headerCrcOf(this.#memory.flash)) {
      this.#fail(index, HEADER_ADDRESS + CRC_OFFSET, 'a CRC that does not fit');
    }
    return new Set([LENGTH_OFFSET, LENGTH_OFFSET + 1, CRC_OFFSET, CRC_OFFSET + 1]);
  }

  #checkCode(pair: Pair): void {
    const index = this.#throughJumps(pair.index);
    const landed = this.#throughGlue(pair, index === ENDLESS ? null : this.#items[index]!);
    if (landed === null) return;
    if (index === ENDLESS || landed.at === ENDLESS) {
      if (index !== landed.at) this.#fail(pair.index, pair.at, 'an endless loop in one of both');
      return;
    }
    const key = -1_000_000 - (index * 0x1_0001 + landed.returnTo + 1) * 0x1_0000 - landed.at;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#met.add(index);
    this.#compare(index, landed.at, landed.returnTo);
  }

  /** To the first instruction that does something. */
  #throughJumps(from: number): number {
    let index = from;
    for (let steps = 0; steps <= this.#items.length; steps++) {
      const item = this.#items[index]!;
      const opcode = opcodeOf(item);
      if (item.jump !== null && (opcode & CONDITION) === JMP) index = item.jump;
      else if (opcode === BR && item.references.length === 1) index = item.references[0]!.target;
      else return index;
    }
    return ENDLESS;
  }

  /** The same in the modified image, where calls of ifunctions are glue too. */
  #throughGlue(pair: Pair, item: Item | null): { at: number; returnTo: number } | null {
    let { at, returnTo } = pair;
    for (let steps = 0; steps <= 0x8000; steps++) {
      const opcode = this.#memory.word(at);
      if (opcode === null) {
        this.#fail(pair.index, at, 'code where the node has none');
        return null;
      }
      const operand = this.#memory.word(at + 2);
      const isInside = operand !== null && this.#memory.word(operand) !== null;
      if ((opcode & CONDITION) === JMP) at += 2 + 2 * ((opcode << 22) >> 22);
      else if (opcode === BR && isInside) at = operand;
      else if (opcode === NOP && (item === null || opcodeOf(item) !== NOP)) at += 2;
      else if (opcode === RET && returnTo >= 0) {
        at = returnTo;
        returnTo = -1;
      } else if (opcode === CALL && isInside && isInArea(operand) && !isCall(item)) {
        if (returnTo >= 0) {
          this.#fail(pair.index, at, 'an ifunction called in an ifunction');
          return null;
        }
        returnTo = at + 4;
        at = operand;
      } else return { at, returnTo };
    }
    return { at: ENDLESS, returnTo };
  }

  #compare(index: number, at: number, returnTo: number): void {
    const item = this.#items[index]!;
    const opcode = this.#memory.word(at)!;
    if (returnTo >= 0 && touchesStack(item)) {
      this.#fail(index, at, 'the stack is used in an ifunction');
      return;
    }
    if (item.jump !== null) {
      this.#compareJump(index, at, returnTo);
      return;
    }
    if (opcode !== opcodeOf(item)) {
      this.#fail(index, at, 'another instruction');
      return;
    }
    const references = new Map(item.references.map((one) => [one.at, one]));
    for (let word = 2; word < item.bytes.length; word += 2) {
      const found = this.#memory.word(at + word);
      if (found === null) {
        this.#fail(index, at + word, 'an operand where the node has none');
        return;
      }
      const reference = references.get(word);
      if (reference !== undefined) {
        const base = reference.isRelative ? at + word : 0;
        this.#relate(reference, (found + base) & 0xffff, isCall(item));
      } else if (found !== wordOf(item.bytes, word)) {
        this.#fail(index, at + word, 'another operand');
        return;
      }
    }
    if (fallsThrough(this.#items, index)) {
      this.#relateCode(index + 1, at + item.bytes.length, returnTo);
    }
  }

  #compareJump(index: number, at: number, returnTo: number): void {
    const item = this.#items[index]!;
    const opcode = this.#memory.word(at)!;
    const wanted = opcodeOf(item) & CONDITION;
    const found = opcode & CONDITION;
    const taken = at + 2 + 2 * ((opcode << 22) >> 22);
    const isInverse = wanted !== JN && found === (wanted ^ INVERSE);
    if (found !== wanted && !isInverse) {
      this.#fail(index, at, 'another jump');
      return;
    }
    if (this.#items[index + 1]?.kind !== 'instruction') {
      this.#fail(index, at, 'a conditional jump with nothing behind it');
      return;
    }
    this.#relateCode(item.jump!, isInverse ? at + 2 : taken, returnTo);
    this.#relateCode(index + 1, isInverse ? taken : at + 2, returnTo);
  }
}

const isCall = (item: Item | null): boolean =>
  item !== null && patternOf(opcodeOf(item))?.name === 'call';
