import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rebuild } from '../../../../harness/plan/easilir/apply-rebuild.ts';
import { APP_START, AREA_START } from '../../../../harness/plan/easilir/memory-map.ts';
import { parseStretch } from '../../../../harness/plan/easilir/parse-stretch.ts';
import { rebuildSteps } from '../../../../harness/plan/easilir/rebuild.ts';
import { encodeSteps } from '../../../../harness/plan/easilir/script.ts';
import { Prng } from '../../../../harness/prng.ts';

interface Layout {
  readonly flash: Uint8Array;
  readonly area: Uint8Array;
  readonly image: Uint8Array;
}

/** Blocks of an old image, some in the area; the new one has most of them in order, others new. */
function layoutFrom(seed: number): Layout {
  const prng = new Prng(seed);
  const flash: number[] = [];
  const area: number[] = [];
  const image: number[] = [];
  const blocks = 1 + prng.below(10);
  for (let k = 0; k < blocks; k++) {
    const bytes = prng.bytes(1 + prng.below(400));
    const kind = prng.below(6);
    const into = kind === 0 && area.length + bytes.length < 0xc00 ? area : flash;
    if (kind !== 1) into.push(...bytes);
    if (kind !== 2) image.push(...bytes);
    // Moved blocks: what stands in the other order.
    if (kind === 3) image.push(...flash.slice(0, prng.below(flash.length + 1)).slice(-300));
  }
  return {
    flash: Uint8Array.from(flash),
    area: Uint8Array.from(area),
    image: Uint8Array.from(image.length === 0 ? [1] : image),
  };
}

describe('EasiLIR segmented rebuild', () => {
  test('1000 layouts: the new image byte for byte, with one segment of RAM, each segment once', () => {
    for (let seed = 0; seed < 1000; seed++) {
      const { flash, area, image } = layoutFrom(seed);
      const steps = rebuildSteps({ flash, area }, image);
      const after = rebuild(steps, { flash, area }, image.length, `seed ${seed}`);
      expect(Buffer.compare(after.flash, image), `seed ${seed}`).toBe(0);
      expect(after.area).toHaveLength(0);
    }
  });
  test('a block inserted in front: one group downwards, one copy, one add', () => {
    const flash = new Prng(1).bytes(2000);
    const fresh = new Prng(2).bytes(30);
    const steps = rebuildSteps({ flash, area: new Uint8Array(0) }, joined(fresh, flash));
    expect(steps).toEqual([
      { kind: 'down', at: APP_START + 2030 },
      { kind: 'copy', from: APP_START, length: 2000 },
      { kind: 'add', bytes: fresh },
    ]);
  });
  test('a block deleted in front: one group upwards, one copy', () => {
    const flash = new Prng(3).bytes(2000);
    const steps = rebuildSteps({ flash, area: new Uint8Array(0) }, flash.slice(44));
    expect(steps).toEqual([
      { kind: 'up', at: APP_START },
      { kind: 'copy', from: APP_START + 44, length: 1956 },
    ]);
  });
  test('an ifunction: comes home from the area', () => {
    const flash = new Prng(4).bytes(1024);
    const area = new Prng(5).bytes(100);
    const image = joined(flash.slice(0, 700), area, flash.slice(700));
    const steps = rebuildSteps({ flash, area }, image);
    expect(steps).toContainEqual({ kind: 'copy', from: AREA_START, length: 100 });
    expect(encodeSteps(steps).length).toBeLessThan(20);
  });
  test('nothing to do: no group', () => {
    const flash = new Prng(6).bytes(1500);
    expect(rebuildSteps({ flash, area: new Uint8Array(0) }, flash)).toEqual([]);
  });
  test('parse: as cheap as trying every copy and every add', () => {
    const lengths = fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(lengths, fc.constantFrom(1, 60), (wanted, scale) => {
        const length = possible(wanted, scale);
        const matches = { length, source: new Int32Array(length.length) };
        expect(parseStretch(matches, 0, length.length).cost).toBe(cheapest(length));
      }),
      { numRuns: 300 },
    );
  });
});

const joined = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

/** Stretched, and so that a match's tail is a match. */
function possible(wanted: readonly number[], scale: number): Int32Array {
  const length = new Int32Array(wanted.length * scale);
  for (let i = 0; i < length.length; i++) {
    const own = i % scale === 0 ? wanted[i / scale]! * scale : 0;
    const left = i === 0 ? 0 : length[i - 1]! - 1;
    length[i] = Math.min(Math.max(own, left, 0), length.length - i);
  }
  return length;
}

function cheapest(length: Int32Array): number {
  const best = [0];
  for (let to = 1; to <= length.length; to++) {
    best[to] = Number.POSITIVE_INFINITY;
    for (let from = 0; from < to; from++) {
      const long = to - from > 255 ? 1 : 0;
      const add = best[from]! + 2 + long + to - from;
      const copy = from + length[from]! >= to ? best[from]! + 4 + long : add;
      best[to] = Math.min(best[to]!, add, copy);
    }
  }
  return best[length.length]!;
}
