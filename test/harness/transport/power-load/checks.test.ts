import { describe, expect, test } from 'vitest';
import { crc32 } from '../../../../harness/crc32.ts';
import { password16, sum16 } from '../../../../harness/transport/power-load/checks.ts';
import { xteaEncrypt } from '../../../../harness/transport/power-load/xtea.ts';
import { bytesOf, hexOf } from '../../../helpers/hex.ts';

const DIGITS = new TextEncoder().encode('123456789');

describe('sums and CRCs', () => {
  test('CRC-32 of the digits 1 to 9 is CBF43926', () => {
    expect(crc32(DIGITS)).toBe(0xcbf43926);
  });
  test('the 2004 password with polynomial A001 is CRC-16/ARC: BB3D for the digits 1 to 9', () => {
    expect(password16(0xa001, DIGITS)).toBe(0xbb3d);
  });
  test('sum16 wraps at 65536 and does not see an exchange', () => {
    expect(sum16(new Uint8Array(258).fill(255))).toBe((258 * 255) & 0xffff);
    expect(sum16(Uint8Array.of(1, 2))).toBe(sum16(Uint8Array.of(2, 1)));
  });
});

describe('XTEA', () => {
  /** Published vectors are big-endian words; ours are little-endian, so each word is turned round. */
  const turned = (hex: string): Uint8Array => {
    const bytes = bytesOf(hex);
    for (let at = 0; at < bytes.length; at += 4) bytes.subarray(at, at + 4).reverse();
    return bytes;
  };
  test.each([
    [
      '00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F',
      '41 42 43 44 45 46 47 48',
      '49 7D F3 D0 72 61 2C B5',
    ],
    ['00*16', '41 42 43 44 45 46 47 48', 'A0 39 05 89 F8 B8 EF A5'],
    ['00*16', '41*8', 'ED 23 37 5A 82 1A 8C 2D'],
  ])('key %s, block %s gives the published %s', (key, block, cipher) => {
    expect(hexOf(xteaEncrypt(turned(key), turned(block)))).toBe(hexOf(turned(cipher)));
  });
});
