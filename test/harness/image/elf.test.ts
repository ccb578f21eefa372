import { describe, expect, test } from 'vitest';
import { parseElf } from '../../../harness/image/elf.ts';
import { TINY, tinyElf } from '../../helpers/tiny-elf.ts';

describe('ELF', () => {
  test('ELF, .data linked to RAM, its bytes lie at the physical (load) address', () => {
    const image = parseElf(tinyElf(), 'x.elf', 'arm');
    expect(image.segments).toEqual([TINY.text, TINY.data]);
    expect(image.entry).toBe(TINY.entry);
  });

  test('ELF, first segment begins with the file header, the header is no part of the image', () => {
    const image = parseElf(tinyElf(), 'x.elf', null);
    expect(image.segments[0]!.address).toBe(0x2080);
  });

  test('ELF, no section headers, whole segments are taken', () => {
    const image = parseElf(tinyElf({ withSections: false }), 'x.elf', null);
    expect(image.segments.map((s) => [s.address, s.bytes.length])).toEqual([
      [0x2000, 0x88],
      [0x3000, 4],
    ]);
    expect(image.symbols).toEqual([]);
  });

  test('ELF for ARM, symbols, Thumb bit stripped from functions only, undefined ones left out', () => {
    expect(parseElf(tinyElf(), 'x.elf', 'arm').symbols).toEqual([
      { name: 'main', address: 0x2080, bytes: 8, kind: 'function' },
      { name: 'table', address: 0x2085, bytes: 2, kind: 'object' },
      { name: 'counter', address: 0x4000_0000, bytes: 4, kind: 'object' },
    ]);
  });

  test('ELF for AVR, symbols, bit 0 of a function stays', () => {
    const image = parseElf(tinyElf({ machine: 83 }), 'x.elf', 'avr');
    expect(image.symbols[0]).toMatchObject({ name: 'main', address: 0x2081 });
  });

  test.each([
    [{ machine: 83 }, 'x.elf: built for AVR (e_machine 83), expected ARM (e_machine 40).'],
    [{ machine: 62 }, 'x.elf: built for x86-64 (e_machine 62), expected ARM (e_machine 40).'],
    [{ machine: 999 }, 'built for an unknown machine (e_machine 999), expected ARM'],
    [{ fileClass: 2 }, 'x.elf: file class is 2, expected 1 (32 bits).'],
    [{ encoding: 2 }, 'x.elf: data encoding is 2, expected 1 (little-endian).'],
  ])('ELF, %j, error says what was found and what was expected', (changes, message) => {
    expect(() => parseElf(tinyElf(changes), 'x.elf', 'arm')).toThrow(message);
  });

  test('ELF, other bytes under the name .elf, error shows the first bytes', () => {
    expect(() => parseElf(Uint8Array.of(0x3a, 0x31), 'x.elf', null)).toThrow(
      'x.elf: starts with 3a 31, expected 7f 45 4c 46 (ELF).',
    );
  });
});
