import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UU_BYTES, uuDecode, uuEncode } from '../../../emulator/flash/uuencode.ts';

test('uuencode: "Cat" is the line #0V%T, and 45 zeros are an M and 60 backquotes', () => {
  const text = (bytes: Uint8Array) => String.fromCharCode(...uuEncode(bytes));
  expect(text(new TextEncoder().encode('Cat'))).toBe('#0V%T');
  expect(text(new Uint8Array(UU_BYTES))).toBe(`M${'`'.repeat(60)}`);
});

test('uuencode: any line decodes to what was encoded', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: UU_BYTES }), (bytes) => {
      expect(uuDecode(Uint8Array.from(uuEncode(bytes)), bytes.length)).toEqual(bytes);
    }),
    { seed: 1 },
  );
});

test('uuencode: a wrong length, a foreign character and an overlong line are refused', () => {
  const line = Uint8Array.from(uuEncode(new Uint8Array([1, 2, 3])));
  expect(uuDecode(line, 4)).toBeNull();
  expect(uuDecode(Uint8Array.from([...line, 0x20]), 3)).toBeNull();
  expect(uuDecode(line.fill(0x7f, 2, 3), 3)).toBeNull();
});
