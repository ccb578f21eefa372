/** The call-indirection table: items of four bytes in section .calls, each a BR to a function. A function keeps its item
 *  from version to version, so a call does not change because the function that it calls has moved.
 *  Source: Qiu et al. 2014, 5.3 and 6.2 (4 bytes an item: a BR); Panta et al., "Zephyr" (USENIX ATC 2009).
 *  The program is linked with an empty table: items that branch to its entry. */

import { RigError } from '../../errors.ts';
import type { ElfSymbol, SectionHeader } from '../elf-file.ts';
import { type Linked, offsetOf } from './linked.ts';
import { functionSymbols } from './pieces.ts';

const SECTION = '.calls';
const ITEM_BYTES = 4;
/** CALL #N, and how far behind the opcode its operand is. */
const CALL = 0x12b0;
const OPERAND_AT = 2;

export interface CallTable {
  /** Items in use. */
  readonly items: number;
  /** One in the table's section, for relocations. */
  readonly symbol: ElfSymbol;
  /** Address of the item that leads to this function, by its address before it is moved. */
  itemOf(target: number): number | undefined;
  /** The function that an item leads to, by the address of the item's operand. */
  functionOf(operand: number): ElfSymbol | undefined;
}

export function makeCallTable(before: Linked, program: Linked): CallTable {
  const place = placeOf(program);
  const called = calledFunctions(program);
  const items = new Map<string, number>();
  const taken = new Set<number>();
  const count = Math.floor(place.size / ITEM_BYTES);
  for (const [key, item] of itemsOf(before)) {
    if (!called.has(key) || item >= count) continue;
    items.set(key, item);
    taken.add(item);
  }
  let free = 0;
  for (const key of called.keys()) {
    if (items.has(key)) continue;
    while (taken.has(free)) free++;
    // Full: the rest are called directly.
    if (free >= count) break;
    items.set(key, free++);
  }
  const addressOf = (item: number): number => place.address + ITEM_BYTES * item;
  const byTarget = new Map(
    [...items].map(([key, item]) => [called.get(key)!.value, addressOf(item)]),
  );
  const byOperand = new Map(
    [...items].map(([key, item]) => [addressOf(item) + OPERAND_AT, called.get(key)!]),
  );
  const index = program.elf.sections.findIndex(({ name }) => name === SECTION);
  return {
    items: items.size,
    symbol: program.symbols.find(({ section }) => section === index)!,
    itemOf: (target) => byTarget.get(target),
    functionOf: (operand) => byOperand.get(operand),
  };
}

function placeOf({ elf, file }: Linked): SectionHeader {
  const section = elf.sections.find(({ name }) => name === SECTION);
  if (section === undefined) throw new RigError('ELF_NO_CALLS', { file });
  return section;
}

/** Functions that some CALL #N leads to, by key. */
function calledFunctions(linked: Linked): Map<string, ElfSymbol> {
  const { elf, symbols, relocations, file } = linked;
  const functions = new Map(
    functionSymbols(elf, symbols).map(({ key, symbol }) => [symbol.value, { key, symbol }]),
  );
  const called = new Map<string, ElfSymbol>();
  for (const { address, symbol, addend } of relocations) {
    const opcode = elf.take(offsetOf(elf, address) - OPERAND_AT, 2, file);
    const target = functions.get(symbols[symbol]!.value + addend);
    if ((opcode[0]! | (opcode[1]! << 8)) !== CALL || target === undefined) continue;
    called.set(target.key, target.symbol);
  }
  return called;
}

/** What the items of a program lead to; one that leads to its entry is free. A program without a table has none. */
function itemsOf({ elf, symbols, relocations }: Linked): Map<string, number> {
  const place = elf.sections.find(({ name }) => name === SECTION);
  const items = new Map<string, number>();
  if (place === undefined) return items;
  const keys = new Map(functionSymbols(elf, symbols).map(({ key, symbol }) => [symbol.value, key]));
  for (const { address, symbol, addend } of relocations) {
    const target = symbols[symbol]!.value + addend;
    const at = address - OPERAND_AT - place.address;
    const key = keys.get(target);
    if (at < 0 || at >= place.size || key === undefined || target === elf.entry) continue;
    items.set(key, at / ITEM_BYTES);
  }
  return items;
}
