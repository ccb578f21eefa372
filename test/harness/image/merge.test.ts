import { describe, expect, test } from 'vitest';
import { parseHex } from '../../../harness/image/hex.ts';
import { writeHex } from '../../../harness/image/hex-write.ts';
import { mergeHexText, mergeImages } from '../../../harness/image/merge.ts';
import { makeImage, wordAt } from '../../../harness/image/segments.ts';
import { checkVectors, findCrp, vectorChecksum } from '../../../harness/image/vectors.ts';

/** The example of a data sheet user: branch to reset, seven branches to themselves (reference sheet, section 5). */
const BRANCHES = [
  0xea000006, 0xeafffffe, 0xeafffffe, 0xeafffffe, 0xeafffffe, 0, 0xeafffffe, 0xeafffffe,
];
const wordBytes = (words: readonly number[]) => new Uint8Array(Uint32Array.from(words).buffer);
const imageOf = (...parts: [number, Uint8Array][]) =>
  makeImage('x', 'hex', {
    segments: parts.map(([address, bytes]) => ({ what: 'a part', address, bytes })),
  });
const boot = imageOf([0, wordBytes(BRANCHES)]);
const main = imageOf([0x2000, Uint8Array.of(1, 2, 3, 4)], [0x2100, Uint8Array.of(5)]);

const PAPER_MAIN = [
  ':020000040000FA',
  ':1020000018F09FE518F09FE518F09FE510F09FE5A8',
  ':102010000CF09FE5846FA0B80CF09FE50CF09FE5F5',
  ':102020002C21000034200000382000009420000003',
  ':0CBF90000000000040000040EC1F00001A',
  ':00000001FF',
];

describe('vectors', () => {
  test('vector checksum, the branches of the known example, 94000006', () => {
    expect(vectorChecksum(wordBytes(BRANCHES))).toBe(0x94000006);
  });

  test('vectors, branches, targets computed from address + 8', () => {
    expect(checkVectors(boot, 0)).toMatchObject({
      valid: false,
      expected: 0x94000006,
      targets: [0x20, 4, 8, 12, 16, null, 24, 28],
    });
  });

  test('vectors, seven of eight in the image, null', () => {
    expect(checkVectors(imageOf([0, new Uint8Array(31)]), 0)).toBeNull();
  });

  test.each([
    [0x12345678, 1],
    [0x87654321, 2],
    [0x43218765, 3],
  ])('CRP, word 0x1fc is %i, level %i is found', (word, level) => {
    expect(findCrp(imageOf([0x1fc, wordBytes([word])]))?.level).toBe(level);
  });

  test.each([0xffffffff, 0, 0x12345679])('CRP, word 0x1fc is %i, none', (word) => {
    expect(findCrp(imageOf([0x1fc, wordBytes([word])]))).toBeNull();
  });
});

describe('merge of boot and main', () => {
  test('merge, two images, all segments and the loader vectors made valid', () => {
    const merged = mergeImages(boot, main);
    expect(merged.checksumSet).toBe(true);
    expect(merged.image.segments.map((s) => [s.address, s.bytes.length])).toEqual([
      [0, 32],
      [0x2000, 4],
      [0x2100, 1],
    ]);
    expect(wordAt(merged.image, 0x14)).toBe(0x94000006);
    expect(checkVectors(merged.image, 0)?.valid).toBe(true);
    expect(wordAt(boot, 0x14)).toBe(0);
  });

  test('merge, checksum kept, the word stays and a warning says that the ROM will not start it', () => {
    const merged = mergeImages(boot, main, { checksum: 'keep' });
    expect(wordAt(merged.image, 0x14)).toBe(0);
    expect(merged.warnings).toEqual([
      'vector checksum at 0x14 is 0x00000000, should be 0x94000006: the ROM will not start it',
    ]);
  });

  test('merge, a loader without all vectors, warning', () => {
    const merged = mergeImages(imageOf([0, new Uint8Array(4)]), main);
    expect(merged.warnings[0]).toContain('does not hold the eight vectors at 0');
  });

  test('merge, CRP3 in the loader, warning says what it means', () => {
    const protectedBoot = imageOf([0, wordBytes(BRANCHES)], [0x1fc, wordBytes([0x43218765])]);
    expect(mergeImages(protectedBoot, main).warnings.join()).toContain('CRP3: JTAG is off');
  });

  test.each([
    ['main linked at 0', boot, boot, 'm.hex: linked at 0x00000000, a build without the upgrade'],
    [
      'main below 0x2000',
      boot,
      imageOf([0x1fff, new Uint8Array(4)]),
      'm.hex: 0x00001fff..0x00002002',
    ],
    [
      'main into the boot block',
      boot,
      imageOf([0x7dffe, new Uint8Array(3)]),
      '0x00002000..0x0007dfff',
    ],
    ['boot over main', imageOf([0x1ffe, new Uint8Array(3)]), main, 'b.hex: 0x00001ffe..0x00002000'],
    ['the two swapped', main, boot, 'm.hex: linked at 0x00000000'],
  ])('merge, %s, refused with the reason', (_, first, second, message) => {
    const names = { bootName: 'b.hex', mainName: 'm.hex' };
    expect(() => mergeImages(first, second, names)).toThrow(message);
  });

  test.each([
    ['boot up to 0x1fff', imageOf([0, new Uint8Array(0x2000)]), main],
    ['main up to 0x7dfff', boot, imageOf([0x2000, new Uint8Array(0x7c000)])],
  ])('merge, %s, one byte before the edge, accepted', (_, first, second) => {
    expect(() => mergeImages(first, second)).not.toThrow();
  });
});

describe('merge record by record', () => {
  const mergeText = (bootText: string, mainText: string) => {
    const read = (text: string) => parseHex(new TextEncoder().encode(text), 'x');
    const merged = mergeImages(read(bootText), read(mainText));
    return { merged, text: mergeHexText(bootText, mainText, merged) };
  };

  test('merge, the paper main behind a loader, boot header, boot body, main body, main footer', () => {
    const { merged, text } = mergeText(writeHex(boot), PAPER_MAIN.join('\r\n'));
    const lines = text.trim().split('\n');
    expect(lines[0]).toBe(':020000040000FA');
    expect(lines[1]).toMatch(/^:10000000/);
    expect(lines.slice(3)).toEqual(PAPER_MAIN.slice(1));
    expect(parseHex(new TextEncoder().encode(text), 'x').sha256).toBe(merged.image.sha256);
  });

  test('merge, loader row with the word at 0x14, only that row differs and its checksum is right', () => {
    const bootText = writeHex(boot);
    const { text } = mergeText(bootText, PAPER_MAIN.join('\n'));
    const before = bootText.split('\n');
    const after = text.split('\n');
    expect(after[1]).toBe(before[1]);
    expect(after[2]).not.toBe(before[2]);
    expect(after[2]!.slice(17, 25)).toBe('06000094');
  });

  test('merge, rows of other lengths in the loader, they stay as they are', () => {
    const { text } = mergeText(':03000000010203F7\n:00000001FF\n', PAPER_MAIN.join('\n'));
    expect(text.split('\n')[1]).toBe(':03000000010203F7');
  });

  test('merge, loader ends in another 64 KB than main begins, record 04 between them', () => {
    const far = imageOf([0x2000, Uint8Array.of(9)], [0x10000, Uint8Array.of(7)]);
    const { merged, text } = mergeText(writeHex(boot), writeHex(far));
    expect(text.split('\n').filter((line) => line.startsWith(':02000004'))).toHaveLength(2);
    expect(parseHex(new TextEncoder().encode(text), 'x').sha256).toBe(merged.image.sha256);
  });

  test('merge, start addresses in both files, the loader one is kept', () => {
    const withEntry = (image: typeof boot, entry: number) => writeHex({ ...image, entry });
    const { text } = mergeText(withEntry(boot, 0), withEntry(main, 0x2000));
    const starts = text.split('\n').filter((line) => line.startsWith(':04000005'));
    expect(starts).toEqual([':0400000500000000F7']);
  });

  test('merge, main under record 02, rows made anew and the same bytes', () => {
    const segmented = ':020000020200FA\n:0100000001FE\n:00000001FF\n';
    const { merged, text } = mergeText(writeHex(boot), segmented);
    expect(merged.image.segments[1]!.address).toBe(0x2000);
    expect(parseHex(new TextEncoder().encode(text), 'x').sha256).toBe(merged.image.sha256);
  });
});
