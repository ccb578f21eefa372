import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Keys } from '../../../../harness/plan/easilir/keys.ts';
import {
  LCS_COSTS,
  type MatchCosts,
  matchItems,
  UPDATE_COSTS,
} from '../../../../harness/plan/easilir/match.ts';

/** Few kinds of items, so that much is alike: two of a shape, of 2, 4 or 6 bytes. */
const keysOf = (values: readonly number[]): Keys => ({
  whole: Int32Array.from(values),
  shape: Int32Array.from(values, (value) => value >> 1),
  bytes: Int32Array.from(values, (value) => 2 + 2 * ((value >> 1) % 3)),
  flows: Uint8Array.from([0, ...values.map((value) => value % 3 && 1)]),
});

const changeCost = (a: Keys, b: Keys, x: number, y: number, { patch }: MatchCosts): number => {
  if (a.whole[x] === b.whole[y]) return 0;
  return a.shape[x] === b.shape[y] ? patch : Number.POSITIVE_INFINITY;
};

/** Every cell of both states, nothing clever. */
function leastCost(a: Keys, b: Keys, costs: MatchCosts): number {
  const rows = a.whole.length;
  const columns = b.whole.length;
  const kept = Array.from({ length: rows + 1 }, () =>
    new Array<number>(columns + 1).fill(Infinity),
  );
  const parted = kept.map((row) => [...row]);
  kept[0]![0] = 0;
  const inserting = (y: number): number => costs.gap + costs.flow * b.flows[y]!;
  for (let x = 0; x <= rows; x++) {
    for (let y = 0; y <= columns; y++) {
      if (x > 0 && y > 0) {
        const before = Math.min(kept[x - 1]![y - 1]!, parted[x - 1]![y - 1]!);
        kept[x]![y] = before + changeCost(a, b, x - 1, y - 1, costs);
      }
      const ways = [parted[x]![y]!];
      if (x > 0) ways.push(parted[x - 1]![y]!, kept[x - 1]![y]! + costs.gap);
      if (y > 0) {
        const bytes = b.bytes[y - 1]!;
        ways.push(parted[x]![y - 1]! + bytes, kept[x]![y - 1]! + inserting(y - 1) + bytes);
      }
      parted[x]![y] = Math.min(...ways);
    }
  }
  return Math.min(kept[rows]![columns]!, parted[rows]![columns]!);
}

/** What a matching costs, from the matching alone. */
function costOf(a: Keys, b: Keys, oldOf: Int32Array, costs: MatchCosts): number {
  let total = 0;
  let old = 0;
  let start = 0;
  for (let y = 0; y <= oldOf.length; y++) {
    const from = y < oldOf.length ? oldOf[y]! : a.whole.length;
    if (from < 0) {
      total += b.bytes[y]!;
      continue;
    }
    if (from > old) total += costs.gap;
    else if (y > start) total += costs.gap + costs.flow * b.flows[start]!;
    if (y < oldOf.length) total += changeCost(a, b, from, y, costs);
    old = from + 1;
    start = y + 1;
  }
  return total;
}

describe('EasiLIR matching', () => {
  const items = fc.array(fc.nat({ max: 11 }), { maxLength: 40 });
  test.each([
    ['update', UPDATE_COSTS],
    ['longest common subsequence', LCS_COSTS],
    ['dear gaps', { gap: 30, flow: 5, patch: 1 }],
  ])(
    'costs of %s: never more than plain dynamic programming finds, and as much as said',
    (_, costs) => {
      fc.assert(
        fc.property(items, items, (before, after) => {
          const [a, b] = [keysOf(before), keysOf(after)];
          const { oldOf, cost } = matchItems(a, b, costs);
          expect(cost).toBe(leastCost(a, b, costs));
          expect(costOf(a, b, oldOf, costs)).toBe(cost);
          const kept = oldOf.filter((from) => from >= 0);
          expect([...kept].sort((x, y) => x - y)).toEqual([...kept]);
        }),
        { numRuns: 500 },
      );
    },
  );
  test('two long programs with little in common: the band grows until it holds the best way', () => {
    const make = (step: number): Keys =>
      keysOf(Array.from({ length: 700 }, (_, i) => (i * i * step + (i >> 3)) % 97));
    const [a, b] = [make(7), make(11)];
    expect(matchItems(a, b, UPDATE_COSTS).cost).toBe(leastCost(a, b, UPDATE_COSTS));
  });
});
