/** The tables of an ELF32 little-endian file; every access is checked against the file's end.
 *  Source: System V ABI, edition 4.1, chapter 4, figures 4-3, 4-8, 4-15, 4-18 and 5-1.
 *  Leaves out: what the entries mean for an image (elf.ts). */

import { RigError } from '../errors.ts';

export interface ProgramHeader {
  readonly type: number;
  readonly offset: number;
  readonly physical: number;
  readonly fileBytes: number;
}
export interface SectionHeader {
  readonly type: number;
  readonly flags: number;
  /** Where the program sees it; the loader's place is its program header's `physical`. */
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  /** Of relocations: index of the section that they are in. */
  readonly info: number;
}
export interface Relocation {
  /** Of the place, as the program sees it. */
  readonly address: number;
  readonly type: number;
  /** Index in the symbol table that the section links to. */
  readonly symbol: number;
  readonly addend: number;
}
export interface ElfSymbol {
  readonly name: string;
  readonly value: number;
  readonly size: number;
  readonly info: number;
  readonly section: number;
}

const HEADER_BYTES = 52;
const PROGRAM_HEADER_BYTES = 32;
const SECTION_HEADER_BYTES = 40;
const SYMBOL_BYTES = 16;
const RELOCATION_BYTES = 12;
const MAGIC = [0x7f, 0x45, 0x4c, 0x46];

export const hasElfMagic = (bytes: Uint8Array): boolean =>
  MAGIC.every((byte, i) => bytes[i] === byte);

export class ElfFile {
  readonly machine: number;
  readonly entry: number;
  readonly programHeaders: readonly ProgramHeader[];
  readonly sections: readonly SectionHeader[];
  readonly #bytes: Uint8Array;
  readonly #file: string;

  constructor(bytes: Uint8Array, file: string) {
    this.#bytes = bytes;
    this.#file = file;
    if (!hasElfMagic(bytes)) {
      throw new RigError('ELF_MAGIC', { file, found: firstBytesText(bytes) });
    }
    const header = this.#view(0, HEADER_BYTES, 'the ELF header');
    this.#expect('file class', header.getUint8(4), 1, '1 (32 bits)');
    this.#expect('data encoding', header.getUint8(5), 1, '1 (little-endian)');
    this.machine = header.getUint16(18, true);
    this.entry = header.getUint32(24, true);
    this.programHeaders = this.#table(
      { what: 'the program header table', at: header.getUint32(28, true) },
      { count: header.getUint16(44, true), bytes: header.getUint16(42, true) },
      PROGRAM_HEADER_BYTES,
      programHeader,
    );
    this.sections = this.#table(
      { what: 'the section header table', at: header.getUint32(32, true) },
      { count: header.getUint16(48, true), bytes: header.getUint16(46, true) },
      SECTION_HEADER_BYTES,
      sectionHeader,
    );
  }

  take(offset: number, bytes: number, what: string): Uint8Array {
    if (offset + bytes > this.#bytes.length) {
      const facts = { file: this.#file, what, from: offset, to: offset + bytes - 1 };
      throw new RigError('ELF_TRUNCATED', { ...facts, bytes: this.#bytes.length });
    }
    return this.#bytes.subarray(offset, offset + bytes);
  }

  symbolsOf(table: SectionHeader): ElfSymbol[] {
    const view = this.#view(table.offset, table.size, 'the symbol table');
    const names = this.sections[table.link];
    const text = names ? this.take(names.offset, names.size, 'the string table') : null;
    return Array.from({ length: Math.floor(table.size / SYMBOL_BYTES) }, (_, index) => {
      const at = index * SYMBOL_BYTES;
      return {
        name: text === null ? '' : nameAt(text, view.getUint32(at, true)),
        value: view.getUint32(at + 4, true),
        size: view.getUint32(at + 8, true),
        info: view.getUint8(at + 12),
        section: view.getUint16(at + 14, true),
      };
    });
  }

  /** @param table of type RELA. */
  relocationsOf(table: SectionHeader): Relocation[] {
    const view = this.#view(table.offset, table.size, 'a relocation table');
    return Array.from({ length: Math.floor(table.size / RELOCATION_BYTES) }, (_, index) => {
      const at = index * RELOCATION_BYTES;
      const info = view.getUint32(at + 4, true);
      return {
        address: view.getUint32(at, true),
        type: info & 0xff,
        symbol: info >>> 8,
        addend: view.getInt32(at + 8, true),
      };
    });
  }

  #view(offset: number, bytes: number, what: string): DataView {
    const part = this.take(offset, bytes, what);
    return new DataView(part.buffer, part.byteOffset, part.length);
  }

  #expect(what: string, found: number, wanted: number, expected: string): void {
    if (found === wanted) return;
    throw new RigError('ELF_KIND', { file: this.#file, what, found, expected });
  }

  #table<T>(
    place: { what: string; at: number },
    size: { count: number; bytes: number },
    minimum: number,
    read: (view: DataView, at: number) => T,
  ): T[] {
    if (size.count === 0) return [];
    if (size.bytes < minimum) {
      const what = `the entry size of ${place.what}`;
      this.#expect(what, size.bytes, minimum, `${minimum} bytes`);
    }
    const view = this.#view(place.at, size.count * size.bytes, place.what);
    return Array.from({ length: size.count }, (_, index) => read(view, index * size.bytes));
  }
}

const programHeader = (view: DataView, at: number): ProgramHeader => ({
  type: view.getUint32(at, true),
  offset: view.getUint32(at + 4, true),
  physical: view.getUint32(at + 12, true),
  fileBytes: view.getUint32(at + 16, true),
});

const sectionHeader = (view: DataView, at: number): SectionHeader => ({
  type: view.getUint32(at + 4, true),
  flags: view.getUint32(at + 8, true),
  address: view.getUint32(at + 12, true),
  offset: view.getUint32(at + 16, true),
  size: view.getUint32(at + 20, true),
  link: view.getUint32(at + 24, true),
  info: view.getUint32(at + 28, true),
});

/** The zero-terminated name; a missing terminator ends it with the table. */
function nameAt(text: Uint8Array, at: number): string {
  const end = text.indexOf(0, at);
  return Buffer.from(text.subarray(at, end < 0 ? undefined : end)).toString('latin1');
}

export const firstBytesText = (bytes: Uint8Array): string =>
  Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
