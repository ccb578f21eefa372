import { afterEach, expect, test, vi } from 'vitest';
import { encodeDg } from '../../../harness/plan/dg/encode.ts';
import { encodeR3 } from '../../../harness/plan/r3diff/encode.ts';
import { noise } from '../../helpers/image-pairs.ts';

/** Bytes of all typed arrays that `run` makes, freed or not: no less than its peak. */
function typedArrayBytes(run: () => void): number {
  let total = 0;
  for (const name of ['Uint8Array', 'Uint16Array', 'Int32Array'] as const) {
    const counting = new Proxy(globalThis[name], {
      construct(target, args, newTarget) {
        const made = Reflect.construct(target, args, newTarget) as Uint8Array;
        total += made.byteLength;
        return made;
      },
      get: (target, key) =>
        key === 'from'
          ? (source: ArrayLike<number>, map: (v: unknown, i: number) => number) => {
              const from = target.from as (...args: unknown[]) => Uint8Array;
              const made = from.call(target, source, map);
              total += made.byteLength;
              return made;
            }
          : Reflect.get(target, key),
    });
    vi.stubGlobal(name, counting);
  }
  run();
  vi.unstubAllGlobals();
  return total;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

/** n bytes of which k are changed, spread evenly, some of them moved from elsewhere. */
function pair(n: number, k: number): { oldImage: Uint8Array; newImage: Uint8Array } {
  const oldImage = noise(n, 11);
  const newImage = oldImage.slice();
  const sections = Math.ceil(k / 16);
  for (let i = 0; i < sections; i++) {
    const at = Math.floor((i * (n - 16)) / sections);
    const from = (at + (n >> 1)) % (n - 16);
    newImage.set(i % 2 === 0 ? oldImage.subarray(from, from + 16) : noise(16, i), at);
  }
  return { oldImage, newImage };
}

test('DG, images twice as long with the same number of changed bytes: at most twice the memory', () => {
  const bytesOf = (n: number) => {
    const { oldImage, newImage } = pair(n, 1024);
    return typedArrayBytes(() => encodeDg(oldImage, newImage));
  };
  const [small, twice, four] = [bytesOf(0x8000), bytesOf(0x1_0000), bytesOf(0x2_0000)];
  expect(twice / small).toBeLessThan(2.05);
  expect(four / twice).toBeLessThan(2.05);
  // Suffix array, its work arrays and a margin; nothing grows with n times k.
  expect(four / 0x2_0000).toBeLessThan(20);
});

test('DG, four times the changed bytes in images of one length: less than twice the memory', () => {
  const bytesOf = (k: number) => {
    const { oldImage, newImage } = pair(0x8000, k);
    return typedArrayBytes(() => encodeDg(oldImage, newImage));
  };
  expect(bytesOf(8192) / bytesOf(2048)).toBeLessThan(2);
});

test('DG, images without a changed byte: no memory at all', () => {
  const image = noise(0x8000, 3);
  expect(typedArrayBytes(() => encodeDg(image, image.slice()))).toBeLessThan(100);
});

test('R3diff, images twice as long: at most twice the memory', () => {
  const bytesOf = (n: number) => {
    const { oldImage, newImage } = pair(n, 1024);
    return typedArrayBytes(() => encodeR3(oldImage, newImage));
  };
  const [small, twice] = [bytesOf(0x8000), bytesOf(0x1_0000)];
  expect(twice / small).toBeLessThan(2.05);
  expect(twice / 0x1_0000).toBeLessThan(200);
});
