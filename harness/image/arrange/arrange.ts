/** A linked MSP430 program laid out like an older version of it, so that less differs: functions in its order,
 *  variables at its addresses, calls through a table. Each can be had alone. The ELF must have kept its relocations
 *  (`--emit-relocs`); it stays as long as it is. Source: Qiu et al. 2014, 5.2 and 5.3; System V ABI, chapter 4.
 *  Leaves out: order of read-only data; programs for other machines. */

import type { ElfFile, ElfSymbol } from '../elf-file.ts';
import { type CallTable, makeCallTable } from './call-table.ts';
import { fitHeader } from './header.ts';
import { type Move, mapOf, orderFunctions, pinVariables } from './layout.ts';
import {
  isSectionSymbol,
  JUMP_DISTANCE,
  type Linked,
  offsetOf,
  openLinked,
  SHF_ALLOC,
  SHF_EXECINSTR,
  SHF_WRITE,
  SHT_NOBITS,
} from './linked.ts';
import { functionPieces, type Piece, variablePieces } from './pieces.ts';

const STT_NOTYPE = 0;
/** CALL #N; its operand follows it. */
const CALL = 0x12b0;
const OPCODE_BEFORE = 2;

/** A file's bytes, and its name for errors. */
export interface ElfBytes {
  readonly bytes: Uint8Array;
  readonly file: string;
}

export interface ArrangeOptions {
  /** Functions in the order of the old version. */
  readonly functions: boolean;
  /** Variables at the addresses of the old version. */
  readonly variables: boolean;
  /** Each CALL #function goes to a branch in section .calls. */
  readonly calls: boolean;
}

export interface Arranged {
  readonly elf: Uint8Array;
  readonly functionsMoved: number;
  readonly variablesMoved: number;
  readonly callsRevised: number;
  readonly tableItems: number;
}

/** @param old what the device holds, arranged itself if it was.
 *  @throws where a program has no relocations, one that is not known, or no table although one is asked for. */
export function arrange(old: ElfBytes, fresh: ElfBytes, options: ArrangeOptions): Arranged {
  const before = openLinked(old.bytes, old.file);
  const program = openLinked(fresh.bytes, fresh.file);
  const bytes = Uint8Array.from(fresh.bytes);
  const moves = program.elf.sections.flatMap((_, index) =>
    movesOf(before, program, index, options),
  );
  const table = options.calls ? makeCallTable(before, program) : null;
  moveBytes(program, bytes, moves);
  const newAddress = mapOf(moves);
  const callsRevised = revise(program, bytes, newAddress, table);
  moveSymbols(program, bytes, newAddress);
  fitHeader(bytes, fresh.file);
  const moved = (isCode: boolean): number =>
    moves.filter(({ from, to }) => from !== to && isInCode(program.elf, from) === isCode).length;
  return {
    elf: bytes,
    functionsMoved: moved(true),
    variablesMoved: moved(false),
    callsRevised,
    tableItems: table?.items ?? 0,
  };
}

const isInCode = (elf: ElfFile, address: number): boolean =>
  elf.sections.some(
    (one) =>
      (one.flags & SHF_EXECINSTR) !== 0 &&
      address >= one.address &&
      address < one.address + one.size,
  );

function movesOf(before: Linked, program: Linked, index: number, options: ArrangeOptions): Move[] {
  const section = program.elf.sections[index]!;
  if ((section.flags & SHF_ALLOC) === 0) return [];
  const isCode = (section.flags & SHF_EXECINSTR) !== 0;
  const isRam = (section.flags & SHF_WRITE) !== 0;
  const like = before.elf.sections.findIndex(({ name }) => name === section.name);
  const of = (pieces: typeof functionPieces, { elf, symbols }: Linked, at: number): Piece[] =>
    at < 0 ? [] : pieces(elf, symbols, at);
  if (isCode && options.functions) {
    return orderFunctions(of(functionPieces, before, like), of(functionPieces, program, index));
  }
  if (isRam && options.variables) {
    const range = [section.address, section.address + section.size] as const;
    return pinVariables(
      of(variablePieces, before, like),
      of(variablePieces, program, index),
      range,
    );
  }
  return [];
}

/** Contents of sections that have some. */
function moveBytes({ elf }: Linked, bytes: Uint8Array, moves: readonly Move[]): void {
  const original = bytes.slice();
  for (const { address, size, offset, type, flags } of elf.sections) {
    if (type === SHT_NOBITS || (flags & SHF_ALLOC) === 0) continue;
    const here = moves.filter(({ from }) => from >= address && from < address + size);
    // What a variable leaves behind is nobody's.
    if (here.length > 0 && (flags & SHF_WRITE) !== 0) {
      bytes.fill(0, offset, offset + size);
    }
    for (const { from, to, bytes: count } of here) {
      bytes.set(
        original.subarray(offset + from - address, offset + from - address + count),
        offset + to - address,
      );
    }
  }
}

/** Every field that refers to something, and its relocation. @returns calls that now go to the table. */
function revise(
  program: Linked,
  bytes: Uint8Array,
  newAddress: (address: number) => number,
  table: CallTable | null,
): number {
  const { elf, symbols, relocations } = program;
  const file = new DataView(bytes.buffer);
  let calls = 0;
  for (const { address, type, symbol: index, addend, entryOffset } of relocations) {
    const symbol = symbols[index]!;
    const place = newAddress(address);
    const field = offsetOf(elf, place);
    const isCall = file.getUint16(field - OPCODE_BEFORE, true) === CALL;
    const item = isCall ? table?.itemOf(symbol.value + addend) : undefined;
    const functionOfItem = table?.functionOf(address);
    file.setUint32(entryOffset, place, true);
    if (type === JUMP_DISTANCE && !isSectionSymbol(symbol)) continue;
    if (functionOfItem !== undefined) {
      file.setUint16(field, newAddress(functionOfItem.value), true);
      pointAt(file, entryOffset, symbols.indexOf(functionOfItem), 0);
    } else if (item !== undefined && table) {
      file.setUint16(field, item, true);
      pointAt(file, entryOffset, symbols.indexOf(table.symbol), item - table.symbol.value);
      calls++;
    } else if (isSectionSymbol(symbol)) {
      const target = newAddress(symbol.value + addend);
      if (type !== JUMP_DISTANCE) file.setUint16(field, target, true);
      file.setInt32(entryOffset + 8, target - symbol.value, true);
    } else {
      // It goes with its symbol, even where the address is outside of it.
      file.setUint16(field, newValue(elf, symbol, newAddress) + addend, true);
    }
  }
  return calls;
}

/** Another symbol for a relocation. */
function pointAt(file: DataView, entryOffset: number, symbol: number, addend: number): void {
  const type = file.getUint8(entryOffset + 4);
  file.setUint32(entryOffset + 4, (symbol << 8) | type, true);
  file.setInt32(entryOffset + 8, addend, true);
}

function moveSymbols(
  { elf, symbols }: Linked,
  bytes: Uint8Array,
  newAddress: (address: number) => number,
): void {
  const file = new DataView(bytes.buffer);
  for (const symbol of symbols) {
    file.setUint32(symbol.entryOffset + 4, newValue(elf, symbol, newAddress), true);
  }
}

/** Labels of a linker script in RAM are ends of sections, and stay. */
function newValue(
  elf: ElfFile,
  symbol: ElfSymbol,
  newAddress: (address: number) => number,
): number {
  const { section, value, info } = symbol;
  const { flags } = elf.sections[section] ?? { flags: 0 };
  const isLabel = (info & 15) === STT_NOTYPE && (flags & SHF_WRITE) !== 0;
  const stays = isSectionSymbol(symbol) || isLabel || (flags & SHF_ALLOC) === 0;
  return stays ? value : newAddress(value);
}
