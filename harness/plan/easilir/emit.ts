/** A layout into bytes: every item at its place with its references and jumps set, and the glue between.
 *  Leaves out: how the node is told (commands.ts). */

import { RigError } from '../../errors.ts';
import { BR, CALL, JMP, jumpWord, RET } from './glue.ts';
import { entriesOf, type Layout } from './layout.ts';
import {
  APP_START,
  AREA_START,
  CRC_OFFSET,
  HEADER_ADDRESS,
  headerCrcOf,
  hex4,
  LENGTH_OFFSET,
  putWord,
  wordOf,
} from './memory-map.ts';
import { memoryOf, type NodeImage } from './node-image.ts';
import { fallsThrough, type Item, isJmp, isJn, opcodeOf, reaches } from './program.ts';

/** A jump that skips what lies between it and its target. */
export interface Skip {
  readonly at: number;
  readonly target: number;
}

export interface Emitted {
  /** By address: what must be in memory; where nothing must, what is there. */
  readonly memory: Uint8Array;
  /** Set where a byte matters. */
  readonly live: Uint8Array;
  readonly skips: readonly Skip[];
}

export function emit(layout: Layout, old: NodeImage): Emitted {
  const writer = new Writer(memoryOf(old));
  const entries = entriesOf(layout);
  for (const [index, item] of layout.program.items.entries()) {
    emitItem(writer, layout, entries, index, item);
  }
  emitGlue(writer, layout);
  finishHeader(writer.memory, old.flash.length);
  return writer;
}

const WORD_MASK = 0xffff;

class Writer implements Emitted {
  readonly memory: Uint8Array;
  readonly before: Uint8Array;
  readonly live = new Uint8Array(0x1_0000);
  readonly skips: Skip[] = [];

  constructor(memory: Uint8Array) {
    this.memory = memory;
    this.before = memory.slice();
  }
  bytes(at: number, bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i++) {
      if (this.live[at + i] !== 0) {
        throw new RigError('INTERNAL', { problem: `two items at ${hex4(at + i)}` });
      }
      this.live[at + i] = 1;
    }
    this.memory.set(bytes, at);
  }
  words(at: number, ...words: readonly number[]): void {
    const bytes = new Uint8Array(2 * words.length);
    for (const [i, word] of words.entries()) putWord(bytes, 2 * i, word & WORD_MASK);
    this.bytes(at, bytes);
  }
  /** JMP or BR. */
  jump(at: number, target: number): void {
    if (at === target) return;
    this.skips.push({ at, target });
    if (reaches(at, target)) this.words(at, jumpWord(JMP, at, target));
    else this.words(at, BR, target);
  }
}

const CONDITION = 0xfc00;
/** JNE and JEQ, JNC and JC, JGE and JL differ in one bit. */
const INVERSE = 0x0400;

function emitItem(
  writer: Writer,
  { places, isLong }: Layout,
  entries: ReadonlyMap<number, number>,
  index: number,
  item: Item,
): void {
  const at = places[index]!;
  if (item.jump === null) {
    const bytes = item.bytes.slice();
    for (const { at: word, target, offset, isRelative } of item.references) {
      const value = places[target]! + offset - (isRelative ? at + word : 0);
      putWord(bytes, word, value & WORD_MASK);
    }
    writer.bytes(at, bytes);
    return;
  }
  const condition = opcodeOf(item) & CONDITION;
  const target = places[item.jump]!;
  if (!isLong[index]) {
    const ways = [target, entries.get(item.jump)].filter(
      (way): way is number => way !== undefined && reaches(at, way),
    );
    const words = ways.map((way) => jumpWord(condition, at, way));
    writer.words(at, words.find((word) => word === wordOf(writer.before, at)) ?? words[0]!);
    return;
  }
  if (isJmp(item)) writer.words(at, BR, target);
  else if (isJn(item)) {
    const skip = jumpWord(JMP, at + 2, at + 8);
    writer.words(at, jumpWord(condition, at, at + 4), skip, BR, target);
  } else {
    writer.words(at, jumpWord(condition ^ INVERSE, at, at + 6), BR, target);
  }
}

function emitGlue(writer: Writer, layout: Layout): void {
  const { program, places, sizes, calledRuns, inserts } = layout;
  // What the node itself puts behind an insert is a BR, however near it leads.
  const endsInBranch = new Set(inserts.map(({ last }) => last));
  const runFrom = new Map(calledRuns.map((run) => [run.first, run]));
  const lastOfRun = new Set(calledRuns.map(({ last }) => last));
  for (let index = 0; index < places.length; index++) {
    if (!fallsThrough(program.items, index)) continue;
    const end = places[index]! + sizes[index]!;
    const run = runFrom.get(index + 1);
    if (lastOfRun.has(index)) writer.words(end, RET);
    else if (endsInBranch.has(index)) writer.words(end, BR, places[index + 1]!);
    else if (run === undefined) writer.jump(end, places[index + 1]!);
    else {
      writer.words(end, CALL, places[run.first]!);
      writer.jump(end + 4, places[run.last + 1]!);
    }
  }
}

/** Length and CRC of the image as it will be; version and the rest are the new program's. */
function finishHeader(memory: Uint8Array, bytes: number): void {
  putWord(memory, HEADER_ADDRESS + LENGTH_OFFSET, bytes);
  putWord(
    memory,
    HEADER_ADDRESS + CRC_OFFSET,
    headerCrcOf(memory.subarray(APP_START, APP_START + bytes)),
  );
}

/** The node that runs what was emitted. */
export function nodeAfter(layout: Layout, { memory }: Emitted, old: NodeImage): NodeImage {
  return {
    flash: memory.slice(APP_START, APP_START + old.flash.length),
    area: memory.slice(AREA_START, AREA_START + layout.areaBytes),
    program: layout.program,
    places: layout.places,
    isLong: layout.isLong,
    calledRuns: layout.calledRuns,
  };
}
