/** An ELF file with relocations into a program that can lie anywhere.
 *  Source: System V ABI, edition 4.1, chapter 4; relocation types as in LLVM's ELFRelocs/MSP430.def.
 *  Needs what `ld.lld --emit-relocs` keeps: without it no word can be told from an address.
 *  Leaves out: code that computes jumps from PC, and 8-bit relocations; both are errors. */

import {
  destinationOf,
  extensionWords,
  jumpWords,
  operandsOf,
  patternOf,
} from '../../../emulator/cpu/msp430/instruction-table.ts';
import { RigError } from '../../errors.ts';
import { MACHINES } from '../../image/elf.ts';
import { ElfFile, type ElfSymbol, type SectionHeader } from '../../image/elf-file.ts';
import { dataPieces, type Pointer } from './data-pieces.ts';
import {
  APP_END,
  APP_START,
  CODE_START,
  CRC_OFFSET,
  HEADER_ADDRESS,
  HEADER_BYTES,
  headerCrcOf,
  hex4,
  LENGTH_OFFSET,
  VECTORS_BYTES,
  wordOf,
} from './memory-map.ts';
import type { Item, Program, Reference } from './program.ts';

const SHT_SYMTAB = 2;
const SHT_RELA = 4;
const SHT_NOBITS = 8;
const SHF_ALLOC = 2;
const SHF_EXECINSTR = 4;
const PT_LOAD = 1;
const SHN_UNDEF = 0;
const SHN_RESERVED = 0xff00;
const STT_OBJECT = 1;
const STT_FUNC = 2;
const STT_SECTION = 3;

/** R_MSP430_ types. */
const ADDRESS_TYPES: ReadonlySet<number> = new Set([1, 3, 5]);
const RELATIVE_TYPES: ReadonlySet<number> = new Set([4, 6]);
const JUMP_TYPE = 2;

interface Section {
  readonly header: SectionHeader;
  /** Where the loader puts it. */
  readonly address: number;
  readonly bytes: Uint8Array;
}

interface Word {
  /** What the linker put there. */
  readonly value: number;
  readonly symbol: ElfSymbol;
  readonly isRelative: boolean;
}

/** What stands in an item before items have indices. */
interface Draft {
  readonly kind: Item['kind'];
  readonly address: number;
  readonly bytes: Uint8Array;
  /** Address that a 10-bit jump goes to. */
  readonly jump: number | null;
}

/** @param end first address that the program may not use. */
export function readProgram(bytes: Uint8Array, file: string, end = APP_END): Program {
  // A copy: slices of a Buffer would share its bytes.
  const elf = new ElfFile(Uint8Array.from(bytes), file);
  if (elf.machine !== MACHINES.msp430) {
    const facts = { file, what: 'e_machine', found: elf.machine, expected: MACHINES.msp430 };
    throw new RigError('PROGRAM', facts);
  }
  const sections = loadedSections(elf, file, end);
  const symbols = symbolsOf(elf);
  const words = relocatedWords(elf, sections, symbols, file);
  const objects = symbols.filter(
    ({ info, size, section }) => (info & 15) === STT_OBJECT && size > 0 && isPlaced(section),
  );
  const drafts = sections
    .flatMap((section) => draftsOf(section, { file, words, objects, elf, sections }))
    .sort((a, b) => a.address - b.address);
  const image = imageOf(sections);
  expectHeader(image, file);
  return { file, items: linkItems(drafts, { words, symbols, file, sections, elf }), image };
}

const isPlaced = (section: number): boolean => section !== SHN_UNDEF && section < SHN_RESERVED;

function symbolsOf(elf: ElfFile): ElfSymbol[] {
  const table = elf.sections.find(({ type }) => type === SHT_SYMTAB);
  return table === undefined ? [] : elf.symbolsOf(table);
}

/** Sections in the application's flash, by where the loader puts them. */
function loadedSections(elf: ElfFile, file: string, end: number): Section[] {
  const found: Section[] = [];
  for (const header of elf.sections) {
    if ((header.flags & SHF_ALLOC) === 0 || header.type === SHT_NOBITS || header.size === 0) {
      continue;
    }
    const load = elf.programHeaders.find(
      ({ type, offset, fileBytes }) =>
        type === PT_LOAD &&
        offset <= header.offset &&
        header.offset + header.size <= offset + fileBytes,
    );
    if (load === undefined) continue;
    const address = load.physical + header.offset - load.offset;
    if (address < APP_START || address + header.size > end) {
      const what = `a section from ${hex4(address)} to ${hex4(address + header.size - 1)}`;
      const expected = `all of it in ${hex4(APP_START)} to ${hex4(end - 1)}`;
      throw new RigError('PROGRAM', { file, what, found: 'loaded there', expected });
    }
    found.push({ header, address, bytes: elf.take(header.offset, header.size, 'a section') });
  }
  return found.sort((a, b) => a.address - b.address);
}

function imageOf(sections: readonly Section[]): Uint8Array {
  const end = Math.max(...sections.map(({ address, bytes }) => address + bytes.length));
  const image = new Uint8Array(end - APP_START).fill(0xff);
  for (const { address, bytes } of sections) image.set(bytes, address - APP_START);
  return image;
}

/** Whoever builds the image fills in its length and CRC-16 after the link. */
function expectHeader(image: Uint8Array, file: string): void {
  const at = HEADER_ADDRESS - APP_START;
  const expect = (what: string, found: number, expected: number): void => {
    if (found === expected) return;
    const facts = { file, what: `${what} in its header`, found: hex4(found) };
    throw new RigError('PROGRAM', { ...facts, expected: hex4(expected) });
  };
  expect('the mark', wordOf(image, at), MARK);
  expect('the length', wordOf(image, at + LENGTH_OFFSET), image.length);
  expect('the CRC-16', wordOf(image, at + CRC_OFFSET), headerCrcOf(image));
}

/** "EZ". */
const MARK = 0x5a45;

/** By the address where the loader puts the word. */
function relocatedWords(
  elf: ElfFile,
  sections: readonly Section[],
  symbols: readonly ElfSymbol[],
  file: string,
): Map<number, Word> {
  const words = new Map<number, Word>();
  let tables = 0;
  for (const table of elf.sections.filter(({ type }) => type === SHT_RELA)) {
    const place = sections.find(({ header }) => header === elf.sections[table.info]);
    if (place === undefined) continue;
    tables++;
    for (const { address, type, symbol, addend } of elf.relocationsOf(table)) {
      if (type === JUMP_TYPE || type === 0) continue;
      const isRelative = RELATIVE_TYPES.has(type);
      const at = address - place.header.address + place.address;
      if (!isRelative && !ADDRESS_TYPES.has(type)) {
        const facts = { what: `a relocation of type ${type} at ${hex4(at)}`, found: 'there' };
        throw new RigError('PROGRAM', { file, ...facts, expected: '16 bits, or none' });
      }
      const target = symbols[symbol]!;
      words.set(at, { value: (target.value + addend) & 0xffff, symbol: target, isRelative });
    }
  }
  if (tables === 0) {
    const facts = { what: 'its relocation tables', found: 'none' };
    throw new RigError('PROGRAM', { file, ...facts, expected: 'a link with --emit-relocs' });
  }
  return words;
}

interface Around {
  readonly file: string;
  readonly words: ReadonlyMap<number, Word>;
  readonly elf: ElfFile;
  readonly sections: readonly Section[];
}

function draftsOf(section: Section, around: Around & { objects: readonly ElfSymbol[] }): Draft[] {
  const { address, bytes, header } = section;
  if ((header.flags & SHF_EXECINSTR) !== 0) return instructionsOf(section, around);
  if (address < CODE_START) return fixedPieces(section, around.file);
  // Initial values of variables: start-up code copies them as one.
  if (header.address !== address) return [{ kind: 'data', address, bytes, jump: null }];
  const index = around.elf.sections.indexOf(header);
  const inside = around.objects.filter((object) => object.section === index);
  const pieces = dataPieces(
    { start: address, end: address + bytes.length },
    inside.map(({ value, size }) => ({ start: value, end: value + size })),
    pointersInto(section, around),
  );
  return pieces.map(({ start, end }) => ({
    kind: 'data',
    address: start,
    bytes: bytes.subarray(start - address, end - address),
    jump: null,
  }));
}

function fixedPieces({ address, bytes }: Section, file: string): Draft[] {
  const isVectors = address === APP_START && bytes.length === VECTORS_BYTES;
  const isHeader = address === HEADER_ADDRESS && bytes.length === HEADER_BYTES;
  const isBoth = address === APP_START && bytes.length === VECTORS_BYTES + HEADER_BYTES;
  if (!isVectors && !isHeader && !isBoth) {
    const found = `${bytes.length} bytes at ${hex4(address)}`;
    const expected = `${VECTORS_BYTES} at ${hex4(APP_START)}, ${HEADER_BYTES} at ${hex4(HEADER_ADDRESS)}`;
    throw new RigError('PROGRAM', { file, what: 'vectors or header', found, expected });
  }
  const piece = (from: number, to: number): Draft => ({
    kind: 'fixed',
    address: address + from,
    bytes: bytes.subarray(from, to),
    jump: null,
  });
  return isBoth
    ? [piece(0, VECTORS_BYTES), piece(VECTORS_BYTES, bytes.length)]
    : [piece(0, bytes.length)];
}

function instructionsOf({ address, bytes }: Section, { file }: Around): Draft[] {
  const drafts: Draft[] = [];
  for (let at = 0; at + 2 <= bytes.length; ) {
    const opcode = wordOf(bytes, at);
    const pattern = patternOf(opcode);
    const size = 2 + 2 * extensionWords(opcode);
    const place = address + at;
    if (pattern === null || at + size > bytes.length) {
      const what = `the word ${hex4(opcode)} at ${hex4(place)}, in code,`;
      throw new RigError('PROGRAM', { file, what, found: 'no instruction', expected: 'one' });
    }
    const jump = pattern.format === 'jump' ? place + 2 + 2 * jumpWords(opcode) : null;
    drafts.push({
      kind: 'instruction',
      address: place,
      bytes: bytes.subarray(at, at + size),
      jump,
    });
    at += size;
  }
  return drafts;
}

/** Every reference into a section of data, and how far it can be trusted to name its object. */
function pointersInto(section: Section, { words, elf, sections }: Around): Pointer[] {
  const { address, bytes } = section;
  const pointers: Pointer[] = [];
  for (const [at, { value, symbol }] of words) {
    if (!isPlaced(symbol.section) || value < address || value > address + bytes.length) continue;
    if (elf.sections[symbol.section] !== section.header) continue;
    const isNamed = (symbol.info & 15) !== STT_SECTION;
    const use = isNamed ? 'exact' : useOf(at, sections);
    pointers.push({ value: isNamed ? symbol.value : value, use });
  }
  return pointers;
}

const CMP = 'cmp';

/** How the instruction around a word uses it. */
function useOf(at: number, sections: readonly Section[]): Pointer['use'] {
  const section = sections.find(
    ({ address, bytes }) => address <= at && at < address + bytes.length,
  )!;
  if ((section.header.flags & SHF_EXECINSTR) === 0) return 'start';
  // The word is an extension word: its opcode is one or two words in front of it.
  for (const back of [2, 4]) {
    const from = at - back - section.address;
    if (from < 0) continue;
    const opcode = wordOf(section.bytes, from);
    const pattern = patternOf(opcode);
    if (pattern === null || 2 * extensionWords(opcode) < back) continue;
    const { source, sourceWords, destination } = operandsOf(opcode, pattern.format);
    const mode = sourceWords * 2 >= back ? source : destination;
    // A jump table: its index counts from nought.
    if (destination === 'register' && destinationOf(opcode) === 0) return 'table';
    if (mode === 'absolute' || mode === 'symbolic') return 'exact';
    if (mode === 'indexed' || (mode === 'immediate' && pattern.name === CMP)) return 'near';
    if (mode === 'immediate') return 'start';
  }
  return 'near';
}

interface Linking extends Around {
  readonly symbols: readonly ElfSymbol[];
}

function linkItems(drafts: readonly Draft[], linking: Linking): Item[] {
  const { words, file } = linking;
  const starts = drafts.map(({ address }) => address);
  const exact = new Map(starts.map((address, index) => [address, index]));
  const holding = (address: number): number => lastAtOrBelow(starts, address);
  const name = namer(linking.symbols);
  const imageEnd = Math.max(...drafts.map(({ address, bytes }) => address + bytes.length));
  return drafts.map((draft): Item => {
    const references: Reference[] = [];
    for (let at = draft.address & 1; at + 2 <= draft.bytes.length; at += 2) {
      const word = words.get(draft.address + at);
      if (word === undefined || !pointsIntoFlash(word, imageEnd)) continue;
      const base = (word.symbol.info & 15) === STT_SECTION ? word.value : word.symbol.value;
      const target = holding(base);
      references.push({
        at,
        target,
        offset: word.value - starts[target]!,
        isRelative: word.isRelative,
      });
    }
    const jump = draft.jump === null ? null : exact.get(draft.jump);
    if (jump === undefined || (jump !== null && drafts[jump]!.kind !== 'instruction')) {
      const what = `the jump at ${hex4(draft.address)}`;
      const found = `to ${hex4(draft.jump!)}`;
      throw new RigError('PROGRAM', { file, what, found, expected: 'a jump to an instruction' });
    }
    return { ...draft, references, jump, name: name(draft.address) };
  });
}

/** Symbols of sections in flash, and what the linker script computes of them (absolute). */
const pointsIntoFlash = ({ symbol }: Word, imageEnd: number): boolean =>
  symbol.section !== SHN_UNDEF && symbol.value >= APP_START && symbol.value < imageEnd;

function lastAtOrBelow(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** Names of functions and objects by their start and size; without a size, up to the next one. */
function namer(symbols: readonly ElfSymbol[]): (address: number) => string {
  const named = symbols
    .filter(({ info, name, section }) => {
      return isPlaced(section) && name !== '' && (info & 15) <= STT_FUNC;
    })
    .sort((a, b) => a.value - b.value || a.size - b.size);
  const starts = named.map(({ value }) => value);
  return (address) => {
    const found = named[lastAtOrBelow(starts, address)];
    if (found === undefined || found.value > address) return '';
    return found.size === 0 || address < found.value + found.size ? found.name : '';
  };
}
