import { describe, expect, test } from 'vitest';
import { LPC2478_SECTORS } from '../../../emulator/flash/lpc2000-sectors.ts';
import { crc32 } from '../../../harness/crc32.ts';
import { writeBin } from '../../../harness/image/bin.ts';
import { describeImage, imageVersion } from '../../../harness/image/describe.ts';
import { diffImages } from '../../../harness/image/diff.ts';
import { packedSegment, packImage, segmentCount } from '../../../harness/image/pack.ts';
import { programCrc32, readProgramHeader } from '../../../harness/image/program-header.ts';
import { makeImage } from '../../../harness/image/segments.ts';

const imageOf = (...parts: [number, Uint8Array][]) =>
  makeImage('x', 'hex', {
    segments: parts.map(([address, bytes]) => ({ what: 'a part', address, bytes })),
  });
const ascii = (text: string) => new TextEncoder().encode(text);

describe('CRC-32', () => {
  test('CRC-32, the digits 1 to 9, the published check value', () => {
    expect(crc32(ascii('123456789'))).toBe(0xcbf43926);
  });
  test('CRC-32, in two parts, the same as in one', () => {
    expect(crc32(ascii('56789'), crc32(ascii('1234')))).toBe(0xcbf43926);
  });
  test('CRC-32, no bytes, zero', () => {
    expect(crc32(new Uint8Array(0))).toBe(0);
  });
});

describe('layout', () => {
  test('LPC2478 sectors, 28 of them, 8 x 4 KB, 14 x 32 KB, 6 x 4 KB, 504 KB without a hole', () => {
    expect(LPC2478_SECTORS).toHaveLength(28);
    expect(LPC2478_SECTORS[8]).toEqual({ index: 8, address: 0x8000, bytes: 0x8000 });
    expect(LPC2478_SECTORS[22]).toEqual({ index: 22, address: 0x78000, bytes: 0x1000 });
    let at = 0;
    for (const sector of LPC2478_SECTORS) {
      expect(sector.address).toBe(at);
      at += sector.bytes;
    }
    expect(at).toBe(504 * 1024);
  });
});

describe('diff', () => {
  const a = imageOf([0x7ffe, Uint8Array.of(1, 2, 3, 4, 5)], [0x9000, Uint8Array.of(9)]);
  const b = imageOf([0x7fff, Uint8Array.of(0xff, 3, 4, 6, 7)]);

  test('diff, overlapping images, ranges with their kinds in address order', () => {
    expect(diffImages(a, b).ranges).toEqual([
      { kind: 'removed', address: 0x7ffe, bytes: 1 },
      { kind: 'changed', address: 0x7fff, bytes: 1 },
      { kind: 'changed', address: 0x8002, bytes: 1 },
      { kind: 'added', address: 0x8003, bytes: 1 },
      { kind: 'removed', address: 0x9000, bytes: 1 },
    ]);
  });

  test('diff, overlapping images, counts and sectors', () => {
    expect(diffImages(a, b)).toMatchObject({
      bytesChanged: 2,
      bytesAdded: 1,
      bytesRemoved: 2,
      bytesSame: 2,
      sectors: [
        { index: 7, address: 0x7000, bytes: 2 },
        { index: 8, address: 0x8000, bytes: 3 },
      ],
      bytesOutside: 0,
    });
  });

  test('diff, an image with itself, nothing', () => {
    expect(diffImages(a, a)).toMatchObject({ ranges: [], sectors: [], bytesSame: 6 });
  });

  test('diff, a difference beyond the last sector, counted as outside', () => {
    const ram = imageOf([0x7ffe, Uint8Array.of(1)], [0x4000_0000, Uint8Array.of(1)]);
    expect(diffImages(ram, imageOf([0x7ffe, Uint8Array.of(1)])).bytesOutside).toBe(1);
  });
});

describe('pack', () => {
  const image = imageOf([0x2010, Uint8Array.of(1)], [0x2200, Uint8Array.of(2, 3)]);

  test('pack, gaps, FF from 0x2000 on, up to the last byte', () => {
    const packed = packImage(image);
    expect(packed.length).toBe(0x202);
    expect([packed[0], packed[0x10], packed[0x11], packed[0x200]]).toEqual([255, 1, 255, 2]);
    expect(segmentCount(packed)).toBe(3);
    expect([...packedSegment(packed, 2)]).toEqual([2, 3]);
    expect(packedSegment(packed, 1)).toHaveLength(256);
  });

  test.each([
    ['a byte below 0x2000', imageOf([0x1fff, Uint8Array.of(1)])],
    ['a byte at the boot block', imageOf([0x7e000, Uint8Array.of(1)])],
  ])('pack, %s, range error', (_, outside) => {
    expect(() => packImage(outside)).toThrow('lies outside 0x00002000..0x0007dfff');
  });

  test('BIN out, fill and limit', () => {
    const gap = imageOf([0, Uint8Array.of(1)], [3, Uint8Array.of(2)]);
    expect([...writeBin(gap, 'x', { fill: 0xaa })]).toEqual([1, 0xaa, 0xaa, 2]);
    expect(writeBin(gap, 'x', { limitBytes: 4 })).toHaveLength(4);
    expect(() => writeBin(gap, 'x', { limitBytes: 3 })).toThrow('the limit is 3');
  });
});

describe('program header', () => {
  /** 64 bytes at 0x2000 with a header whose CRC is worked out here over a copy with the field zeroed. */
  const program = (): Uint8Array => {
    const bytes = Uint8Array.from({ length: 64 }, (_, i) => i ^ 0x5a);
    const view = new DataView(bytes.buffer);
    bytes.set(ascii('TRM1'), 0x20);
    view.setUint32(0x24, 60, true);
    view.setUint32(0x28, 0, true);
    bytes.set(ascii('1.02'), 0x2c);
    view.setUint32(0x28, crc32(bytes.subarray(0, 60)), true);
    return bytes;
  };

  test('program header, at 0x2020, length, CRC and version', () => {
    expect(readProgramHeader(program(), 0x2000)).toMatchObject({ length: 60, version: '1.02' });
    expect(programCrc32(program(), 0x2000)).toBe(readProgramHeader(program(), 0x2000)!.crc32);
  });

  test('program header, bytes that begin at another address, found at the same place', () => {
    const whole = new Uint8Array(0x2040);
    whole.set(program(), 0x2000);
    expect(readProgramHeader(whole, 0)).toEqual(readProgramHeader(program(), 0x2000));
    expect(programCrc32(whole, 0)).toBe(programCrc32(program(), 0x2000));
  });

  test.each([
    ['other magic', Uint8Array.from(program(), (byte, i) => (i === 0x23 ? 0x32 : byte)), 0x2000],
    ['one byte too few', program().slice(0, 0x2f), 0x2000],
    ['bytes that begin behind it', program(), 0x2021],
  ])('program header, %s, null', (_, bytes, base) => {
    expect(readProgramHeader(bytes, base)).toBeNull();
  });

  test('program header, one bit of the image changed, the CRC no longer matches', () => {
    const bytes = program();
    bytes[0x3b]! ^= 1;
    expect(programCrc32(bytes, 0x2000)).not.toBe(readProgramHeader(bytes, 0x2000)!.crc32);
  });

  test.each([0, 0x2b, 65, 0xffffffff])('program header, impossible length %i, no CRC', (length) => {
    const bytes = program();
    new DataView(bytes.buffer).setUint32(0x24, length, true);
    expect(programCrc32(bytes, 0x2000)).toBeNull();
  });

  test('image facts, an application, version and a matching CRC', () => {
    const image = imageOf([0x2000, program()]);
    expect(imageVersion(image)).toBe('1.02');
    expect(describeImage(image, 'v1.hex').header).toMatchObject({ crcValid: true });
  });
});
