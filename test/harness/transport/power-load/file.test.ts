import { describe, expect, test } from 'vitest';
import { crc32 } from '../../../../harness/crc32.ts';
import { dialects } from '../../../../harness/transport/dialects.ts';
import {
  decodeSegment,
  encodeSegment,
  segmentsOf,
} from '../../../../harness/transport/power-load/file.ts';
import { bytesOf, hexOf } from '../../../helpers/hex.ts';

const gdw = dialects['376.1'];
const file = (bytes: number) => Uint8Array.from({ length: bytes }, (_, i) => (i * 7) & 0xff);

describe('segments of a file', () => {
  test('are 256 bytes each, the last has the rest, and attribute 1', () => {
    const segments = segmentsOf(file(600), 256, gdw);
    expect(segments.map(({ data }) => data.length)).toEqual([256, 256, 88 + 6]);
    expect(segments.map(({ attribute }) => attribute)).toEqual([0, 0, 1]);
    expect(segments.map(({ index, total }) => [index, total])).toEqual([
      [0, 3],
      [1, 3],
      [2, 3],
    ]);
  });

  test('a file of whole segments has its check behind a full last one', () => {
    expect(segmentsOf(file(512), 256, gdw).map(({ data }) => data.length)).toEqual([256, 262]);
  });

  test('the last one ends with sum16 and CRC-32 of the file, low byte first; in the paper with the sum', () => {
    const bytes = bytesOf('FF FF 03');
    const crc = crc32(bytes);
    const crcBytes = [0, 8, 16, 24].map((shift) => (crc >>> shift) & 0xff);
    expect([...segmentsOf(bytes, 256, gdw)[0]!.data]).toEqual([
      0xff,
      0xff,
      3,
      0x01,
      0x02,
      ...crcBytes,
    ]);
    expect(hexOf(segmentsOf(bytes, 256, dialects.paper)[0]!.data)).toBe('FF FF 03 01 02');
  });

  test.each(Object.values(dialects))(
    'dialect $name: header and data decode to the segment',
    (dialect) => {
      for (const segment of segmentsOf(file(900), 256, dialect)) {
        expect(decodeSegment(encodeSegment(segment, dialect), dialect)).toEqual(segment);
      }
    },
  );

  test('a unit whose Lf is not the number of its data bytes is no segment', () => {
    const unit = encodeSegment(segmentsOf(file(20), 256, gdw)[0]!, gdw);
    expect(decodeSegment(unit.subarray(0, -1), gdw)).toBeNull();
    expect(decodeSegment(Uint8Array.from([...unit, 0]), gdw)).toBeNull();
    expect(decodeSegment(unit.subarray(0, 10), gdw)).toBeNull();
  });
});

describe('a file that does not fit', () => {
  test('BIN 1 numbers of the paper end at 255 segments, its own file of 210.78 kB needs 844', () => {
    expect(segmentsOf(file(255 * 256), 256, dialects.paper)).toHaveLength(255);
    expect(() => segmentsOf(file(255 * 256 + 1), 256, dialects.paper)).toThrow(
      '65281 bytes are 256 segments of 256; dialect paper counts 255 at most (65280 bytes)',
    );
    expect(() => segmentsOf(file(215_839), 256, dialects.paper)).toThrow('844 segments');
    expect(segmentsOf(file(215_839), 256, dialects['paper-wide'])).toHaveLength(844);
  });

  test('1024 segments fit the bitmap, 1025 do not', () => {
    expect(segmentsOf(file(1024 * 16), 16, gdw)).toHaveLength(1024);
    expect(() => segmentsOf(file(1024 * 16 + 1), 16, gdw)).toThrow('1025 segments');
  });

  test('an empty file and senseless segment sizes are refused', () => {
    expect(() => segmentsOf(file(0), 256, gdw)).toThrow('no bytes');
    for (const size of [0, -1, 1.5, 16_384]) {
      expect(() => segmentsOf(file(10), size, gdw)).toThrow(`segment size ${size}`);
    }
  });

  test('two segments of different length, or ones that are not there, cannot change places', () => {
    expect(() => segmentsOf(file(600), 256, gdw, [0, 2])).toThrow('cannot change places');
    expect(() => segmentsOf(file(600), 256, gdw, [0, 3])).toThrow('cannot change places');
    const [a, b] = segmentsOf(file(600), 256, gdw, [0, 1]);
    expect([a!.data, b!.data]).toEqual([file(600).slice(256, 512), file(600).slice(0, 256)]);
  });
});
