import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PACKAGE_ROOT } from '../../../harness/package.ts';
import { applyPatch } from '../../../harness/plan/apply-patch.ts';
import { makeDgPatch, makeR3Patch } from '../../../harness/plan/patch.ts';
import { encodeR3 } from '../../../harness/plan/r3diff/encode.ts';
import { findInPair } from '../../helpers/pairs.ts';

interface Published {
  readonly name: string;
  readonly full: number;
  /** Commands only, costs 3 and 5. */
  readonly r3diff: number;
}

const TABLE = join(PACKAGE_ROOT, 'test', 'speed', 'delta-pairs.json');
const PUBLISHED = JSON.parse(readFileSync(TABLE, 'utf8')) as Published[];
const read = (name: string, role: string) =>
  new Uint8Array(readFileSync(findInPair(name, `${role}.bin`)!));

for (const { name, full, r3diff } of PUBLISHED) {
  describe.skipIf(findInPair(name, 'new.bin') === null)(name, () => {
    test('R3diff: the published size to the byte', () => {
      const [oldImage, newImage] = [read(name, 'old'), read(name, 'new')];
      expect(newImage.length).toBe(full);
      expect(encodeR3(oldImage, newImage).unconstrainedBytes).toBe(r3diff);
    });
    test('DG and R3diff: the new image in place', () => {
      const [oldImage, newImage] = [read(name, 'old'), read(name, 'new')];
      const literal = makeDgPatch(oldImage, newImage, { rules: 'literal' }).bytes;
      const dg = makeDgPatch(oldImage, newImage).bytes;
      for (const patch of [dg, literal, makeR3Patch(oldImage, newImage).bytes]) {
        const { newImage: applied } = applyPatch(oldImage, patch, { pageBytes: 128, file: name });
        expect(Buffer.compare(applied, newImage)).toBe(0);
      }
      expect(dg.length).toBeLessThanOrEqual(literal.length);
    });
  });
}
