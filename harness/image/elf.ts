/** ELF32 little-endian in: what the loader puts into flash, and functions and objects by name.
 *  Source: System V ABI, edition 4.1, chapters 4 and 5; ELF for the Arm Architecture (Thumb bit).
 *  Leaves out: relocation, dynamic linking, debug information, 64-bit and big-endian files. */

import { RigError } from '../errors.ts';
import { ElfFile } from './elf-file.ts';
import type { FirmwareImage, SymbolEntry } from './firmware-image.ts';
import { makeImage, type NamedSegment } from './segments.ts';

/** e_machine values with the names that --machine takes. */
export const MACHINES = { arm: 40, avr: 83, msp430: 105 } as const;
export type MachineName = keyof typeof MACHINES;

const OTHER_MACHINES: Record<number, string> = {
  0: 'no machine',
  2: 'SPARC',
  3: 'x86 (32 bits)',
  4: 'Motorola 68000',
  8: 'MIPS',
  20: 'PowerPC',
  42: 'SuperH',
  62: 'x86-64',
  93: 'ARC',
  94: 'Xtensa',
  183: 'AArch64',
  243: 'RISC-V',
};

const PT_LOAD = 1;
const SHT_SYMTAB = 2;
const SHT_NOBITS = 8;
const SHF_ALLOC = 2;
const STT_OBJECT = 1;
const STT_FUNC = 2;
const SHN_UNDEF = 0;

export function parseElf(
  bytes: Uint8Array,
  file: string,
  machine: MachineName | null,
): FirmwareImage {
  const elf = new ElfFile(bytes, file);
  if (machine !== null && elf.machine !== MACHINES[machine]) {
    const facts = {
      file,
      found: machineText(elf.machine),
      expected: machineText(MACHINES[machine]),
    };
    throw new RigError('ELF_MACHINE', facts);
  }
  const symbols = readSymbols(elf);
  return makeImage(file, 'elf', { segments: loadedPieces(elf), entry: elf.entry, symbols });
}

const machineText = (code: number): string => {
  const known = Object.entries(MACHINES)
    .find(([, value]) => value === code)?.[0]
    .toUpperCase();
  return `${known ?? OTHER_MACHINES[code] ?? 'an unknown machine'} (e_machine ${code})`;
};

/** PT_LOAD by physical address. A linker may let the first segment begin with the ELF header, and
 *  pads between sections: where the file has sections, only theirs are bytes of the program. */
function loadedPieces(elf: ElfFile): NamedSegment[] {
  const sections = elf.sections.filter(
    (one) => (one.flags & SHF_ALLOC) !== 0 && one.type !== SHT_NOBITS && one.size > 0,
  );
  const pieces: NamedSegment[] = [];
  for (const [index, header] of elf.programHeaders.entries()) {
    if (header.type !== PT_LOAD || header.fileBytes === 0) continue;
    const what = `program header ${index}`;
    const bytes = elf.take(header.offset, header.fileBytes, what);
    const inside = sections.filter(
      (one) =>
        one.offset >= header.offset && one.offset + one.size <= header.offset + header.fileBytes,
    );
    if (inside.length === 0) {
      if (elf.sections.length === 0) pieces.push({ what, address: header.physical, bytes });
      continue;
    }
    for (const { offset, size } of inside) {
      const skip = offset - header.offset;
      const address = header.physical + skip;
      pieces.push({ what, address, bytes: bytes.subarray(skip, skip + size) });
    }
  }
  return pieces;
}

function readSymbols(elf: ElfFile): SymbolEntry[] {
  const symbols: SymbolEntry[] = [];
  for (const table of elf.sections.filter((section) => section.type === SHT_SYMTAB)) {
    for (const symbol of elf.symbolsOf(table)) {
      const kind = symbol.info & 15;
      if (symbol.section === SHN_UNDEF || (kind !== STT_FUNC && kind !== STT_OBJECT)) continue;
      // On ARM, bit 0 of a function's value says Thumb; it is no part of the address.
      const thumb = kind === STT_FUNC && elf.machine === MACHINES.arm ? symbol.value & 1 : 0;
      symbols.push({
        name: symbol.name,
        address: symbol.value - thumb,
        bytes: symbol.size,
        kind: kind === STT_FUNC ? 'function' : 'object',
      });
    }
  }
  return symbols;
}
