/** The smallest ELF file with everything the reader looks at, laid out by hand from the System V ABI:
 *  one PT_LOAD that begins with the ELF header (as some linkers make it), .text, .data with a load address
 *  of its own, .bss, a symbol table. */

export interface TinyElfChanges {
  readonly machine?: number;
  readonly fileClass?: number;
  readonly encoding?: number;
  readonly withSections?: boolean;
}

const HEADER = 52;
const TEXT_AT = 0x80;
const TEXT = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const DATA = Uint8Array.of(0xa0, 0xa1, 0xa2, 0xa3);
export const TINY = {
  text: { address: 0x2080, bytes: TEXT },
  data: { address: 0x3000, bytes: DATA },
  entry: 0x2081,
};

const NAMES = '\0main\0counter\0table\0elsewhere\0';

export function tinyElf(changes: TinyElfChanges = {}): Uint8Array {
  const { machine = 40, fileClass = 1, encoding = 1, withSections = true } = changes;
  const dataAt = TEXT_AT + TEXT.length;
  const symbolsAt = dataAt + DATA.length;
  const symbols = [
    [0, 0, 0, 0, 0],
    [NAMES.indexOf('main'), 0x2081, 8, 0x12, 1], // function, Thumb
    [NAMES.indexOf('counter'), 0x4000_0000, 4, 0x11, 2], // object
    [NAMES.indexOf('table'), 0x2085, 2, 0x11, 1], // object at an odd address: stays odd
    [NAMES.indexOf('elsewhere'), 0, 0, 0x12, 0], // undefined: left out
  ];
  const namesAt = symbolsAt + symbols.length * 16;
  const sectionsAt = namesAt + NAMES.length + (4 - (NAMES.length % 4));
  const sections = [
    [0, 0, 0, 0, 0, 0, 0],
    // type, flags, address, offset, size, link
    [1, 6, 0x2080, TEXT_AT, TEXT.length, 0],
    [1, 3, 0x4000_0000, dataAt, DATA.length, 0],
    [8, 3, 0x4000_0004, dataAt + DATA.length, 64, 0],
    [2, 0, 0, symbolsAt, symbols.length * 16, 5],
    [3, 0, 0, namesAt, NAMES.length, 0],
  ];
  const bytes = new Uint8Array(sectionsAt + (withSections ? sections.length * 40 : 0));
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, fileClass, encoding, 1]);
  const half = (at: number, value: number) => view.setUint16(at, value, true);
  const word = (at: number, value: number) => view.setUint32(at, value, true);
  half(16, 2);
  half(18, machine);
  word(20, 1);
  word(24, TINY.entry);
  word(28, HEADER);
  word(32, withSections ? sectionsAt : 0);
  half(40, HEADER);
  half(42, 32);
  half(44, 2);
  half(46, 40);
  half(48, withSections ? sections.length : 0);
  programHeader(HEADER, [0, 0x2000, 0x2000, TEXT_AT + TEXT.length]);
  programHeader(HEADER + 32, [dataAt, 0x4000_0000, TINY.data.address, DATA.length]);
  bytes.set(TEXT, TEXT_AT);
  bytes.set(DATA, dataAt);
  for (const [i, [name, value, size, info, section]] of symbols.entries()) {
    const at = symbolsAt + i * 16;
    word(at, name!);
    word(at + 4, value!);
    word(at + 8, size!);
    bytes[at + 12] = info!;
    half(at + 14, section!);
  }
  bytes.set(new TextEncoder().encode(NAMES), namesAt);
  if (!withSections) return bytes;
  for (const [i, [type, flags, address, offset, size, link]] of sections.entries()) {
    const at = sectionsAt + i * 40;
    for (const [k, value] of [0, type, flags, address, offset, size, link].entries()) {
      word(at + k * 4, value!);
    }
  }
  return bytes;

  function programHeader(at: number, [offset, address, physical, size]: number[]): void {
    for (const [k, value] of [1, offset, address, physical, size, size].entries()) {
      word(at + k * 4, value!);
    }
  }
}
