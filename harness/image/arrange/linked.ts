/** A linked MSP430 program that has kept its relocations, as arrange.ts takes it apart.
 *  Source: System V ABI, edition 4.1, chapter 4; MSP430 EABI (SLAA534) for the relocation types. */

import { RigError } from '../../errors.ts';
import { MACHINES } from '../elf.ts';
import { ElfFile, type ElfRelocation, type ElfSymbol } from '../elf-file.ts';

const SHT_SYMTAB = 2;
const SHT_RELA = 4;
export const SHT_NOBITS = 8;
export const SHF_WRITE = 1;
export const SHF_ALLOC = 2;
export const SHF_EXECINSTR = 4;
const STT_SECTION = 3;
const PT_LOAD = 1;
/** R_MSP430_16 and R_MSP430_16_BYTE: the 16 bits are the address. */
const ABSOLUTE = [3, 5];
/** R_MSP430_10_PCREL: the distance of a jump. What jumps into each other is moved as one piece. */
export const JUMP_DISTANCE = 2;

export interface Linked {
  readonly file: string;
  readonly elf: ElfFile;
  readonly symbols: readonly ElfSymbol[];
  /** Of sections that are loaded. */
  readonly relocations: readonly LinkedRelocation[];
}
export type LinkedRelocation = ElfRelocation & {
  /** Index of the section that the field is in. */
  readonly section: number;
};

/** @throws where a program has no relocations, or one of a kind that is not known here. */
export function openLinked(bytes: Uint8Array, file: string): Linked {
  const elf = new ElfFile(bytes, file);
  if (elf.machine !== MACHINES.msp430) {
    const found = `e_machine ${elf.machine}`;
    throw new RigError('ELF_MACHINE', { file, found, expected: `MSP430 (${MACHINES.msp430})` });
  }
  const symbols = elf.sections
    .filter(({ type }) => type === SHT_SYMTAB)
    .flatMap((section) => elf.symbolsOf(section));
  const relocations = elf.sections
    .filter(({ type, info }) => type === SHT_RELA && isLoaded(elf, info))
    .flatMap((table) => elf.relocationsOf(table).map((one) => ({ ...one, section: table.info })));
  if (relocations.length === 0) throw new RigError('ELF_RELOCATIONS', { file });
  for (const { type, address } of relocations) {
    if (ABSOLUTE.includes(type) || type === JUMP_DISTANCE) continue;
    throw new RigError('ELF_RELOCATION', { file, type, address: `0x${address.toString(16)}` });
  }
  return { file, elf, symbols, relocations };
}

export const isLoaded = (elf: ElfFile, section: number): boolean =>
  ((elf.sections[section]?.flags ?? 0) & SHF_ALLOC) !== 0;
export const isSectionSymbol = ({ info }: ElfSymbol): boolean => (info & 15) === STT_SECTION;

/** Where the bytes of an address are in the file. */
export function offsetOf({ sections }: ElfFile, address: number): number {
  const section = sections.find(
    ({ address: from, size, type, flags }) =>
      type !== SHT_NOBITS && (flags & SHF_ALLOC) !== 0 && address >= from && address < from + size,
  )!;
  return section.offset + address - section.address;
}

/** Where a section's first byte is programmed. */
export function loadAddressOf(elf: ElfFile, section: number): number {
  const { offset, size } = elf.sections[section]!;
  const segment = elf.programHeaders.find(
    ({ type, offset: from, fileBytes }) =>
      type === PT_LOAD && offset >= from && offset + size <= from + fileBytes,
  )!;
  return segment.physical + offset - segment.offset;
}
