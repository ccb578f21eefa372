import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RigError } from '../../../harness/errors.ts';
import { flatten } from '../../../harness/image/bin.ts';
import type { FirmwareImage } from '../../../harness/image/firmware-image.ts';
import { parseHex } from '../../../harness/image/hex.ts';
import { writeHex } from '../../../harness/image/hex-write.ts';
import { parseImage } from '../../../harness/image/read-image.ts';
import { endAddress, firstAddress, makeImage } from '../../../harness/image/segments.ts';
import { tinyElf } from '../../helpers/tiny-elf.ts';

const SEED = 0x1337;
const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Segments anywhere in 32 bits, near 64 KB borders often, never overlapping. */
const anyImage: fc.Arbitrary<FirmwareImage> = fc
  .array(
    fc.record({
      gap: fc.oneof(fc.nat(40), fc.nat(0x20000), fc.nat(0x1000_0000)),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 80 }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .chain((parts) =>
    fc.record({
      parts: fc.constant(parts),
      entry: fc.option(fc.integer({ min: 0, max: 0xffff_ffff })),
    }),
  )
  .map(({ parts, entry }) => {
    let at = 0;
    const segments = parts.map(({ gap, bytes }, i) => {
      const address = at + gap;
      at = address + bytes.length;
      return { what: `part ${i}`, address, bytes };
    });
    return makeImage('any', 'hex', { segments, entry });
  });

describe('properties', () => {
  test('Intel HEX, any segments written and read, the same image', () => {
    fc.assert(
      fc.property(anyImage, (image) => {
        const back = parseHex(bytesOf(writeHex(image)), 'x');
        expect(back.segments).toEqual(image.segments);
        expect(back.sha256).toBe(image.sha256);
        expect(back.entry).toBe(image.entry);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('image, rows of a HEX in any order, the same image', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 64, maxLength: 300 }),
        fc.nat(0xff00),
        fc.infiniteStream(fc.nat()),
        (bytes, address, order) => {
          const whole = makeImage('x', 'hex', { segments: [{ what: 'a', address, bytes }] });
          const lines = writeHex(whole).trim().split('\n');
          const rows = lines.slice(1, -1).filter((line) => line.slice(7, 9) === '00');
          fc.pre(rows.length === lines.length - 2);
          const keyed = rows.map((row) => ({ row, key: order.next().value as number }));
          const mixed = keyed.sort((a, b) => a.key - b.key).map(({ row }) => row);
          const text = [lines[0], ...mixed, lines.at(-1)].join('\n');
          expect(parseHex(bytesOf(text), 'x').sha256).toBe(whole.sha256);
        },
      ),
      { seed: SEED, numRuns: 200 },
    );
  });

  test('image, segments laid into one block, every byte where its address says and fill elsewhere', () => {
    const small = anyImage.filter((image) => endAddress(image) - firstAddress(image) < 0x4000);
    fc.assert(
      fc.property(small, fc.nat(0xff), (image, fill) => {
        const from = firstAddress(image);
        const block = flatten(image.segments, from, endAddress(image) - from, fill);
        for (let i = 0; i < block.length; i++) {
          const home = image.segments.find(
            (s) => from + i >= s.address && from + i < s.address + s.bytes.length,
          );
          expect(block[i]).toBe(home ? home.bytes[from + i - home.address] : fill);
        }
      }),
      { seed: SEED, numRuns: 100 },
    );
  });
});

describe('rubbish in', () => {
  const mutation = fc.array(
    fc.record({
      at: fc.nat(),
      kind: fc.constantFrom('set', 'delete', 'insert', 'cut'),
      value: fc.oneof(fc.nat(255), fc.constantFrom(...bytesOf(':0123456789abcdefABCDEF\r\n'))),
    }),
    { minLength: 1, maxLength: 5 },
  );
  type Mutation = { at: number; kind: string; value: number }[];

  const mutate = (source: Uint8Array, mutations: Mutation): Uint8Array => {
    let bytes = [...source];
    for (const { at, kind, value } of mutations) {
      const place = at % Math.max(1, bytes.length);
      if (kind === 'set') bytes[place] = value;
      else if (kind === 'delete') bytes.splice(place, 1);
      else if (kind === 'insert') bytes.splice(place, 0, value);
      else bytes = bytes.slice(0, place);
    }
    return Uint8Array.from(bytes);
  };

  /** Reading ends in an image or in a RigError with exit code 2; anything else fails the property. */
  const readsOrSaysWhy = (bytes: Uint8Array, name: string): 'image' | 'error' => {
    try {
      const image = parseImage(bytes, name);
      expect(image.segments.length).toBeGreaterThan(0);
      return 'image';
    } catch (error) {
      if (!(error instanceof RigError)) throw error;
      expect(error.exitCode).toBe(2);
      expect(error.message).toContain(name);
      expect(error.message).not.toMatch(/\{\w+\}/);
      return 'error';
    }
  };

  test.each([
    ['a HEX file', 'x.hex', bytesOf(writeHex(hexSample()))],
    ['an ELF file', 'x.elf', tinyElf()],
  ])('image, %s with random changes, an image or a clear error, never a crash', (_, name, file) => {
    const seen = { image: 0, error: 0 };
    fc.assert(
      fc.property(mutation, (mutations) => {
        seen[readsOrSaysWhy(mutate(file, mutations), name)]++;
      }),
      { seed: SEED, numRuns: 3000 },
    );
    expect(seen.error).toBeGreaterThan(300);
    expect(seen.image).toBeGreaterThan(0);
  });

  test('image, random bytes under any name, an image or a clear error, never a crash', () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.constantFrom('a.hex', 'a.elf', 'a.bin', 'a'),
        (bytes, name) => {
          readsOrSaysWhy(bytes, name);
        },
      ),
      { seed: SEED, numRuns: 1000 },
    );
  });

  test('image, a HEX file cut off anywhere, HEX_TRUNCATED or a damaged last line', () => {
    const whole = bytesOf(writeHex(hexSample()).trim());
    for (let length = 0; length < whole.length; length++) {
      expect(readsOrSaysWhy(whole.slice(0, length), 'x.hex')).toBe('error');
    }
  });

  test('image, an ELF file cut off anywhere before its tables end, ELF_TRUNCATED', () => {
    const whole = tinyElf();
    for (let length = 4; length < whole.length; length++) {
      expect(() => parseImage(whole.slice(0, length), 'x.elf')).toThrow(/cut off or damaged/);
    }
  });
});

function hexSample(): FirmwareImage {
  const ramp = Uint8Array.from({ length: 100 }, (_, i) => i * 3);
  return makeImage('sample', 'hex', {
    segments: [
      { what: 'a', address: 0x2000, bytes: ramp },
      { what: 'b', address: 0x1fff0, bytes: ramp },
    ],
    entry: 0x2040,
  });
}
