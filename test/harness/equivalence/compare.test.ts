/** Comparing outputs: what is a difference, from when on, and what is a swap. */

import { describe, expect, test } from 'vitest';
import type { Output } from '../../../harness/device/observed/index.ts';
import { Comparison, findSwaps } from '../../../harness/equivalence/compare.ts';
import { channelTimings, totalTiming } from '../../../harness/equivalence/timing.ts';

const SECOND = 1e6;
/** `a1 b2`: outputs of channels a and b; each `ms` after the one before it. */
function outputs(text: string, ms = 1): Map<string, Output[]> {
  const channels = new Map<string, Output[]>();
  text
    .split(' ')
    .filter((word) => word !== '')
    .forEach((word, i) => {
      const output = {
        channel: word[0]!,
        value: word.slice(1),
        atUs: (i + 1) * ms * 1000,
        chain: [],
      };
      channels.set(output.channel, [...(channels.get(output.channel) ?? []), output]);
    });
  return channels;
}
const compare = (modified: string, fresh: string, nowUs = SECOND, asked = SECOND) => {
  const comparison = new Comparison(outputs(modified), outputs(fresh), 50);
  const found = comparison
    .advance(nowUs, asked)
    .map(({ channel, index, modified: a, fresh: b }) => [
      channel,
      index,
      a?.value ?? null,
      b?.value ?? null,
    ]);
  return { found, comparison };
};

describe('differences', () => {
  test.each([
    ['a1 a2 b1', 'a1 b1 a2', []],
    ['a1 a2', 'a2 a1', [['a', 0, '1', '2']]],
    ['a1 b1 b2', 'a1 b2 b1', [['b', 0, '1', '2']]],
    [
      'a1 b1 b2 a3',
      'a1 b2 b1 a2',
      [
        ['b', 0, '1', '2'],
        ['a', 1, '3', '2'],
      ],
    ],
    ['', '', []],
  ])('"%s" and "%s" after a second: %j', (modified, fresh, expected) => {
    expect(compare(modified, fresh).found).toEqual(expected);
  });

  test('an output without a partner: missing from half as much again and 2 s on, not before', () => {
    const latest = compare('', '').comparison.latestUs(2000);
    expect(latest).toBe(2 * SECOND + 3000);
    const [ours, theirs] = ['a1', 'a1 a2'];
    expect(compare(ours, theirs, latest - 1).found).toEqual([]);
    expect(compare(ours, theirs, latest).found).toEqual([['a', 1, null, '2']]);
    expect(compare(theirs, ours, latest).found).toEqual([['a', 1, '2', null]]);
  });
  test('an output from after the time asked for needs no partner', () => {
    expect(compare('a1', 'a1 a2', 10 * SECOND, 1999).found).toEqual([]);
    expect(compare('a1', 'a1 a2', 10 * SECOND, 2000).found).toHaveLength(1);
  });
  test('it is waited for while it is from before the time, and not once its channel differs', () => {
    expect(compare('a1', 'a1 a2').comparison.isWaiting(2000)).toBe(true);
    expect(compare('a1', 'a1 a2').comparison.isWaiting(1999)).toBe(false);
    expect(compare('a1 a3', 'a1 a2').comparison.isWaiting(SECOND)).toBe(false);
  });
  test('outputs that come later are compared when they do', () => {
    const modified = outputs('a1');
    const fresh = outputs('a1 a2');
    const comparison = new Comparison(modified, fresh, 50);
    expect(comparison.advance(SECOND, SECOND)).toEqual([]);
    modified.get('a')!.push({ channel: 'a', value: '3', atUs: 5000, chain: [] });
    expect(comparison.advance(SECOND, SECOND)).toMatchObject([{ channel: 'a', index: 1 }]);
    expect(comparison.equal.get('a')).toBe(1);
  });
  test('equal outputs before a time: those that both made by then', () => {
    const { comparison } = compare('a1 a2 b1 a3', 'a1 b1 a2 a3');
    expect([...comparison.equalBefore(2000)]).toEqual([
      ['a', 1],
      ['b', 0],
    ]);
    expect([...comparison.equalBefore(4000)]).toEqual([
      ['a', 3],
      ['b', 1],
    ]);
  });
});

describe('swaps', () => {
  const swaps = (modified: string, fresh: string) => {
    const [a, b] = [outputs(modified), outputs(fresh)];
    const comparison = new Comparison(a, b, 50);
    comparison.advance(SECOND, SECOND);
    return findSwaps(a, b, comparison.equal);
  };
  test('neighbours of two channels the other way round, with how far they lie apart', () => {
    expect(swaps('a1 b1 a2', 'b1 a1 a2')).toEqual({
      count: 1,
      examples: [
        {
          first: { channel: 'b', value: '1' },
          second: { channel: 'a', value: '1' },
          freshUs: 1000,
          modifiedUs: -1000,
        },
      ],
    });
  });
  test('none where only the time differs', () => {
    expect(swaps('a1 b1 a2 b2', 'a1 b1 a2 b2')).toEqual({ count: 0, examples: [] });
  });
});

describe('lateness', () => {
  test('each output 10 % later: mean, worst, drift, and the longest between two', () => {
    const fresh = outputs('a1 a1 a1 a1', 100);
    const modified = outputs('a1 a1 a1 a1', 110);
    const [one] = channelTimings(modified, fresh, new Map([['a', 4]]));
    expect(one).toMatchObject({ outputs: 4, meanUs: 25_000, worstUs: 40_000, worstAt: 3 });
    expect(one!.driftUsPerSecond).toBeCloseTo(100_000, 6);
    expect(one).toMatchObject({ extraGapUs: 10_000 });
    expect(one!.points[3]).toEqual([0.4, 40_000]);
  });
  test('one output late by itself: the drift is small, the gap before it is not', () => {
    const fresh = outputs('a1 a1 a1', 100);
    const modified = outputs('a1 a1 a1', 100);
    modified.get('a')![1] = { channel: 'a', value: '1', atUs: 207_000, chain: [] };
    expect(totalTiming(modified, fresh, new Map([['a', 3]]))).toMatchObject({
      worstUs: 7000,
      worstAt: 1,
      extraGapUs: 7000,
      extraGapAt: 1,
      driftUsPerSecond: 0,
    });
  });
  test('earlier is negative', () => {
    const timing = totalTiming(outputs('a1', 90), outputs('a1', 100), new Map([['a', 1]]));
    expect(timing).toMatchObject({ meanUs: -10_000, worstUs: -10_000, extraGapUs: 0 });
  });
  test('nothing equal: no timing', () => {
    expect(totalTiming(outputs('a1'), outputs('a2'), new Map([['a', 0]]))).toBe(null);
  });
});
