/** What a linked MSP430 program can be cut into without changing what it does: functions, and variables in RAM.
 *  A function ends where the next one begins, unless one runs or jumps into the other: then both are one piece.
 *  Source: SLAU049F, 3.4 (jumps reach ten bits of words, RET and BR are MOVs to PC). */

import { extensionWords, jumpWords } from '../../../emulator/cpu/msp430/instruction-table.ts';
import type { ElfFile, ElfSymbol } from '../elf-file.ts';

const STT_OBJECT = 1;
const STT_FUNC = 2;
const STT_FILE = 4;
const STB_LOCAL = 0;

export interface Piece {
  /** Name that it keeps from version to version. */
  readonly key: string;
  readonly address: number;
  readonly bytes: number;
}

/** Functions of a section of code; together they cover it, the first one with what lies before it. */
export function functionPieces(
  elf: ElfFile,
  symbols: readonly ElfSymbol[],
  index: number,
): Piece[] {
  const section = elf.sections[index]!;
  const end = section.address + section.size;
  const code = elf.take(section.offset, section.size, section.name);
  const starts = named(elf, symbols, index, STT_FUNC).map(({ key, symbol }, i) => ({
    key,
    address: i === 0 ? section.address : symbol.value,
  }));
  const bounds = [...starts.map(({ address }) => address), end];
  const isCrossed = new Set<number>();
  starts.forEach((_, i) => {
    const { first, last } = reach(code, section.address, bounds[i]!, bounds[i + 1]!);
    for (const bound of bounds) if (bound > first && bound <= last) isCrossed.add(bound);
  });
  const kept = starts.filter(({ address }) => !isCrossed.has(address));
  return kept.map(({ key, address }, i) => ({
    key,
    address,
    bytes: (kept[i + 1]?.address ?? end) - address,
  }));
}

/** The lowest and highest address that code from `from` to before `to` runs or jumps to without a reference. */
function reach(code: Uint8Array, base: number, from: number, to: number) {
  const word = (at: number): number => code[at - base]! | (code[at - base + 1]! << 8);
  let [first, last] = [from, to - 1];
  for (let at = from, next: number; at < to; at = next) {
    const opcode = word(at);
    const isJump = opcode >>> 13 === 1;
    next = at + 2 + 2 * (isJump ? 0 : extensionWords(opcode));
    if (isJump) {
      const target = at + 2 + 2 * jumpWords(opcode);
      [first, last] = [Math.min(first, target), Math.max(last, target)];
    }
    if (next >= to && !endsFlow(opcode)) last = Math.max(last, next);
  }
  return { first, last };
}

/** JMP; MOV to PC: RET, BR; RETI. */
const endsFlow = (opcode: number): boolean =>
  (opcode & 0xfc00) === 0x3c00 || (opcode & 0xf0cf) === 0x4000 || opcode === 0x1300;

/** Variables of a section; what lies between them belongs to nobody. */
export const variablePieces = (
  elf: ElfFile,
  symbols: readonly ElfSymbol[],
  index: number,
): Piece[] =>
  named(elf, symbols, index, STT_OBJECT)
    .map(({ key, symbol }) => ({ key, address: symbol.value, bytes: symbol.size }))
    .filter(({ bytes }) => bytes > 0);

interface Named {
  readonly key: string;
  readonly symbol: ElfSymbol;
}

/** Functions and variables of a section by address. */
export const namedSymbols = (elf: ElfFile, symbols: readonly ElfSymbol[], index: number): Named[] =>
  [STT_FUNC, STT_OBJECT]
    .flatMap((type) => named(elf, symbols, index, type))
    .sort((a, b) => a.symbol.value - b.symbol.value);

/** Every function of the program, one symbol for each. */
export const functionSymbols = (elf: ElfFile, symbols: readonly ElfSymbol[]): Named[] =>
  elf.sections.flatMap((_, index) => named(elf, symbols, index, STT_FUNC));

/** Symbols of a section by address, one for each; a local one is told from others of its name by its file. */
function named(elf: ElfFile, symbols: readonly ElfSymbol[], index: number, type: number): Named[] {
  const { address, size } = elf.sections[index]!;
  const found: Named[] = [];
  let file = '';
  for (const symbol of symbols) {
    const { info, name, value, section } = symbol;
    if ((info & 15) === STT_FILE) file = name;
    const isInside = section === index && value >= address && value < address + size;
    if ((info & 15) !== type || !isInside) continue;
    found.push({ key: info >> 4 === STB_LOCAL ? `${file}:${name}` : name, symbol });
  }
  // Of aliases the longest, then the first by name: the same one in every version.
  found.sort(
    ({ key: a, symbol: one }, { key: b, symbol: other }) =>
      one.value - other.value || other.size - one.size || (a < b ? -1 : 1),
  );
  return found.filter(({ symbol }, i) => symbol.value !== found[i - 1]?.symbol.value);
}
