import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc16 } from '../../../harness/crc16.ts';
import { RigError } from '../../../harness/errors.ts';
import { applyPatch } from '../../../harness/plan/apply-patch.ts';
import { CRC_BYTES, ENVELOPE_BYTES, openPatch, sealPatch } from '../../../harness/plan/envelope.ts';
import { makeDgPatch, makeR3Patch } from '../../../harness/plan/patch.ts';
import { writeBody } from '../../../harness/plan/r3diff/body.ts';
import { encodeR3OutOfPlace } from '../../../harness/plan/r3diff/encode.ts';
import { imagePairs, noise } from '../../helpers/image-pairs.ts';

const OPTIONS = { pageBytes: 128, file: 'x.patch' };
type Make = (oldImage: Uint8Array, newImage: Uint8Array) => Uint8Array;

const MAKERS: Record<string, Make> = {
  dg: (a, b) => makeDgPatch(a, b).bytes,
  'dg, literal rules': (a, b) => makeDgPatch(a, b, { rules: 'literal' }).bytes,
  'dg-safe': (a, b) => makeDgPatch(a, b, { journal: true }).bytes,
  r3diff: (a, b) => makeR3Patch(a, b).bytes,
  'r3diff up': (a, b) => makeR3Patch(a, b, { direction: 'up' }).bytes,
  'r3diff down': (a, b) => makeR3Patch(a, b, { direction: 'down' }).bytes,
};
const makers = Object.entries(MAKERS);

const OLD = noise(1500, 1);
const NEW = Uint8Array.from([
  ...OLD.subarray(900),
  1,
  2,
  3,
  ...OLD.subarray(0, 700),
  ...noise(90, 2),
]);

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof RigError) return error.code;
    throw error;
  }
  return 'applied';
};

describe('CRC-16', () => {
  test('the digits 1 to 9, the check value', () => {
    expect(crc16(new TextEncoder().encode('123456789'))).toBe(0x4b37);
  });
});

describe('patch, made and applied in place', () => {
  test.each(makers)('%s, any images: the new image', (_, make) => {
    fc.assert(
      fc.property(imagePairs(), ({ oldImage, newImage }) => {
        const applied = applyPatch(oldImage, make(oldImage, newImage), OPTIONS);
        expect(applied.newImage).toEqual(newImage);
        expect(applied.pagesProgrammed).toBeLessThanOrEqual(applied.steps);
      }),
      { seed: 0xa1, numRuns: 150 },
    );
  });
  test.each(makers)('%s, the same image twice: nothing is programmed', (_, make) => {
    expect(applyPatch(OLD, make(OLD, OLD), OPTIONS).pagesProgrammed).toBe(0);
  });
  test.each(makers)('%s, from nothing and to nothing', (_, make) => {
    const none = new Uint8Array(0);
    expect(applyPatch(none, make(none, NEW), OPTIONS).newImage).toEqual(NEW);
    expect(applyPatch(OLD, make(OLD, none), OPTIONS).newImage).toEqual(none);
  });

  test('paper, Table 1, case 1 (two bytes changed): DG 12 bytes, R3diff 15', () => {
    const now = OLD.slice();
    now.set([now[600]! ^ 0x55, now[601]! ^ 0xaa], 600);
    expect(makeDgPatch(OLD, now).bytes.length - ENVELOPE_BYTES).toBe(12);
    expect(makeR3Patch(OLD, now).bytes.length - ENVELOPE_BYTES - CRC_BYTES).toBe(15);
    const applied = applyPatch(OLD, makeDgPatch(OLD, now).bytes, OPTIONS);
    expect(applied.pagesProgrammed).toBe(1);
  });
  test('envelope: the bytes that the agent reads', () => {
    const [a, b] = [Uint8Array.of(1, 2, 3, 4), Uint8Array.of(1, 9, 9, 4)];
    const bytes = makeDgPatch(a, b, { journal: true }).bytes;
    const head = [0x44, 0x81, 4, 0, 0xa1, 0x2b, 4, 0];
    expect([...bytes.subarray(0, 4)]).toEqual(head.slice(0, 4));
    expect(bytes[4]! | (bytes[5]! << 8)).toBe(crc16(a));
    expect(bytes[8]! | (bytes[9]! << 8)).toBe(crc16(b));
    const body = [0, 0, 1, 0, 1, 0, 2, 0, 9, 9];
    expect([...bytes.subarray(6, 8), ...bytes.subarray(10, 12)]).toEqual([4, 0, body.length, 0]);
    expect([...bytes.subarray(12, -2)]).toEqual(body);
    expect(crc16(bytes)).toBe(0);
  });
});

describe('patch, rubbish in', () => {
  test.each(makers)('%s, one bit turned at any place: refused', (_, make) => {
    const patch = make(OLD, NEW);
    const seen = new Set<string>();
    for (let bit = 0; bit < 8 * patch.length; bit++) {
      patch[bit >> 3]! ^= 1 << (bit & 7);
      seen.add(codeOf(() => applyPatch(OLD, patch, OPTIONS)));
      patch[bit >> 3]! ^= 1 << (bit & 7);
    }
    expect([...seen].sort()).toEqual(['PATCH_CRC', 'PATCH_FORMAT', 'PATCH_LENGTH']);
  });
  test.each(makers)('%s, cut off at any length, or with a byte behind it: refused', (_, make) => {
    const patch = make(OLD, NEW);
    expect(codeOf(() => applyPatch(OLD, patch.subarray(0, 0), OPTIONS))).toBe('PATCH_EMPTY');
    for (let length = 1; length < patch.length; length++) {
      expect(codeOf(() => openPatch(patch.subarray(0, length), 'x'))).toBe('PATCH_LENGTH');
    }
    expect(codeOf(() => openPatch(Uint8Array.from([...patch, 0]), 'x'))).toBe('PATCH_LENGTH');
  });
  test.each(makers)('%s, for another old image: refused', (_, make) => {
    const patch = make(OLD, NEW);
    const other = OLD.slice();
    other[1499]! ^= 1;
    for (const base of [other, NEW, OLD.subarray(0, 1499), new Uint8Array(0)]) {
      expect(codeOf(() => applyPatch(base, patch, OPTIONS))).toBe('PATCH_BASE');
    }
  });
  test('no patch at all: refused by its first byte', () => {
    expect(() => openPatch(new TextEncoder().encode(':100000'), 'a.hex')).toThrow(
      'a.hex: starts with 3a, expected 44',
    );
  });
  test.each([0x00, 0x03, 0x0f, 0x11, 0x21, 0x41, 0x82, 0xc1, 0xc2])(
    'scheme byte %i with a right CRC: refused',
    (scheme) => {
      const patch = makeDgPatch(OLD, NEW).bytes;
      patch[1] = scheme;
      const crc = crc16(patch.subarray(0, -2));
      patch.set([crc & 0xff, crc >> 8], patch.length - 2);
      expect(codeOf(() => openPatch(patch, 'x'))).toBe('PATCH_SCHEME');
    },
  );
  test('images or operations beyond 16 bits: refused by name, with the limit', () => {
    const large = new Uint8Array(0x1_0000);
    expect(() => makeDgPatch(OLD, large)).toThrow('65535');
    expect(() => makeR3Patch(large, OLD)).toThrow('65535');
  });

  const sealed = (body: 'dg' | 'r3', content: readonly number[], descending = false) =>
    sealPatch(OLD, NEW, { body, descending, journal: false, content: Uint8Array.from(content) });
  const end = NEW.length;
  test.each([
    ['dg: no counts', 'dg', []],
    ['dg: a COPY that is not there', 'dg', [1, 0, 0, 0]],
    ['dg: a COPY from behind the old image', 'dg', [1, 0, 0, 0, 0xdb, 5, 0, 0, 2, 0]],
    ['dg: a COPY to behind the new image', 'dg', [1, 0, 0, 0, 0, 0, end & 255, end >> 8, 1, 0]],
    ['dg: an ADD longer than the body', 'dg', [0, 0, 1, 0, 0, 0, 9, 0, 1, 2]],
    ['dg: an ADD to behind the new image', 'dg', [0, 0, 1, 0, end & 255, end >> 8, 1, 0, 7]],
    ['dg: bytes behind the last operation', 'dg', [0, 0, 0, 0, 1]],
    ['r3: half a command', 'r3', [0, 1]],
    ['r3: type 2', 'r3', [2, 1, 0, 1]],
    ['r3: an ADD longer than the body', 'r3', [0, 9, 0, 1]],
    ['r3: more bytes than the new image', 'r3', [1, end & 255, end >> 8, 0, 0, 0, 1, 0, 7]],
    ['r3: fewer bytes than the new image', 'r3', [0, 1, 0, 7]],
    ['r3: a COPY from behind the old image', 'r3', [1, 0xff, 0xff, 0, 0]],
  ] as const)('%s, with a right CRC: refused', (_, body, content) => {
    expect(codeOf(() => applyPatch(OLD, sealed(body, content), OPTIONS))).toBe('PATCH_BODY');
  });
  test('dg: operations that lead to another image, with a right CRC: told apart at the end', () => {
    expect(codeOf(() => applyPatch(OLD, sealed('dg', [0, 0, 0, 0]), OPTIONS))).toBe('PATCH_RESULT');
  });
  test('r3: a COPY from a page that is rewritten already: refused before a byte is changed', () => {
    const operations = encodeR3OutOfPlace(OLD, NEW);
    const content = [...writeBody(operations)];
    const run = () => applyPatch(OLD, sealed('r3', content), OPTIONS);
    expect(run).toThrow('expected one that is not yet rewritten (from ');
  });
  test('any bytes behind a right envelope: refused or applied, never a crash', () => {
    const seen: Record<string, number> = {};
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        fc.constantFrom('dg' as const, 'r3' as const),
        fc.boolean(),
        (content, body, down) => {
          const patch = sealed(body, [...content], down && body === 'r3');
          const code = codeOf(() => applyPatch(OLD, patch, OPTIONS));
          seen[code] = (seen[code] ?? 0) + 1;
        },
      ),
      { seed: 0xa2, numRuns: 1000 },
    );
    expect(Object.keys(seen).filter((code) => !code.startsWith('PATCH_'))).toEqual([]);
  });
});
