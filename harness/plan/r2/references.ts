/** Which 16-bit fields of a linked image hold addresses, and of what.
 *  Source: System V ABI, edition 4.1, chapter 4 (relocations that a linker kept).
 *  Leaves out: fields of the image that are not loaded, such as debug information. */

import {
  isSectionSymbol,
  JUMP_DISTANCE,
  type Linked,
  loadAddressOf,
} from '../../image/arrange/linked.ts';
import { namedSymbols } from '../../image/arrange/pieces.ts';
import type { ImageReference } from './base-file.ts';

/** @param base address of the image's first byte. */
export function imageReferences(linked: Linked, base: number): ImageReference[] {
  const { elf, symbols, relocations } = linked;
  const places = elf.sections.map((_, index) => namedSymbols(elf, symbols, index));
  /** By the symbol that the address lies in or behind: its distance from that seldom changes. */
  const nameIn = (section: number, address: number): string => {
    const before = places[section]?.findLast(({ symbol }) => symbol.value <= address);
    const start = before?.symbol.value ?? elf.sections[section]?.address ?? 0;
    return `${before?.key ?? elf.sections[section]?.name ?? ''}+${address - start}`;
  };
  const addresses = relocations.filter(({ type }) => type !== JUMP_DISTANCE);
  return addresses.map(({ address, section, symbol: index, addend }) => {
    const symbol = symbols[index]!;
    const target = isSectionSymbol(symbol)
      ? nameIn(symbol.section, symbol.value + addend)
      : `${symbol.name}+${addend}`;
    return {
      offset: loadAddressOf(elf, section) + address - elf.sections[section]!.address - base,
      target,
    };
  });
}
