import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLine } from '../../../harness/transport/lines/index.ts';
import { formatLineSpec, LINE_KEYS, parseLineSpec } from '../../../harness/transport/lines/spec.ts';

const FRAME = Uint8Array.from({ length: 40 }, (_, i) => i);
const EVERYTHING =
  'drop=0.2,damage=0.2,truncate=0.1,duplicate=0.2,swap=0.2,noise=0.2,delay=0.3:5..50ms,down=1..2';

const carried = (text: string, seed: number, count: number) => {
  const line = createLine(text, seed);
  return Array.from({ length: count }, (_, i) => line.carry(FRAME, i % 2 ? 'up' : 'down', i * 1e4));
};

/** The first delivery of each frame. */
const arrived = (text: string, count: number): Uint8Array[] =>
  carried(text, 2, count).map(([delivery]) => delivery!.bytes);

describe('line text', () => {
  const probability = fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000);
  const range = fc
    .tuple(fc.nat(1000), fc.nat(1000))
    .map(([from, more]) => [from, from + more] as const);
  const spec = fc.record({
    drop: probability,
    damage: probability,
    truncate: probability,
    duplicate: probability,
    swap: probability,
    noise: probability,
    delay: fc
      .tuple(probability, range)
      .map(([chance, [fromMs, toMs]]) =>
        chance === 0
          ? { probability: 0, fromMs: 0, toMs: 0 }
          : { probability: chance, fromMs, toMs },
      ),
    down: fc.array(
      range.map(([fromS, toS]) => ({ fromS, toS: toS + 1 })),
      { maxLength: 3 },
    ),
  });

  test('what is printed parses back to the same line', () => {
    fc.assert(
      fc.property(spec, (one) => {
        expect(parseLineSpec(formatLineSpec(one))).toEqual(one);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('the empty text is a perfect line, and so it prints', () => {
    expect(formatLineSpec(parseLineSpec(''))).toBe('');
  });

  test.each([
    ['lost=0.1', 1, '"lost" is no key', Object.keys(LINE_KEYS).join(', ')],
    ['drop=0.1,,', 10, '"" is no key', 'drop'],
    ['drop', 1, '"drop"', 'drop=VALUE'],
    ['drop=0.1=2', 1, '"drop=0.1=2"', 'drop=VALUE'],
    ['drop=1.01', 1, 'drop is "1.01"', '0 to 1'],
    ['drop=-0.1', 1, 'drop is "-0.1"', '0 to 1'],
    ['drop=1e-3', 1, 'drop is "1e-3"', '0 to 1'],
    ['drop=', 1, 'drop is ""', '0 to 1'],
    ['drop=0.1,drop=0.2', 10, 'drop comes twice', 'each key once'],
    ['noise=0.1,delay=0.1', 11, 'delay is "0.1"', 'PROBABILITY:FROM..TOms'],
    ['delay=0.1:50..20ms', 1, 'delay is "0.1:50..20ms"', 'PROBABILITY:FROM..TOms'],
    ['down=20..20', 1, 'down is "20..20"', 'FROM..TO'],
    ['down=20..30+', 1, 'down is "20..30+"', 'FROM..TO'],
    ['constructor=1', 1, '"constructor" is no key', 'drop'],
  ])('"%s" is refused at character %i: %s', (text, at, problem, expected) => {
    expect(() => parseLineSpec(text)).toThrow(
      expect.objectContaining({
        code: 'LINE_SPEC',
        exitCode: 2,
        facts: expect.objectContaining({
          at,
          problem,
          expected: expect.stringContaining(expected),
        }),
      }),
    );
  });
});

describe('lossy line', () => {
  test('the same seed gives the same fates, another seed others', () => {
    expect(carried(EVERYTHING, 7, 300)).toEqual(carried(EVERYTHING, 7, 300));
    expect(carried(EVERYTHING, 7, 300)).not.toEqual(carried(EVERYTHING, 8, 300));
  });

  test('saved and restored in the middle it goes on as if it had not been', () => {
    for (let cut = 0; cut < 60; cut++) {
      const line = createLine(EVERYTHING, 3);
      for (let i = 0; i < cut; i++) line.carry(FRAME, 'up', 0);
      const copy = createLine(EVERYTHING, 99);
      copy.restore(line.save());
      const rest = (one: typeof line) =>
        Array.from({ length: 60 }, () => one.carry(FRAME, 'up', 0));
      expect(rest(copy)).toEqual(rest(line));
    }
  });

  test('drop=0.034 loses 3.4 % of 100,000 frames, within four standard deviations', () => {
    const line = createLine('drop=0.034', 1);
    for (let i = 0; i < 100_000; i++) line.carry(FRAME, 'down', 0);
    const deviation = Math.sqrt(100_000 * 0.034 * 0.966);
    expect(Math.abs(line.counters.lost - 3_400)).toBeLessThan(4 * deviation);
  });

  test('one probability does not shift the fates of another', () => {
    const lostAt = (text: string) =>
      carried(text, 5, 500).flatMap((deliveries, i) => (deliveries.length === 0 ? [i] : []));
    expect(lostAt('drop=0.1,damage=0.5,noise=0.5')).toEqual(lostAt('drop=0.1'));
  });

  test('damage changes one to three bits and no length', () => {
    for (const bytes of arrived('damage=1', 500)) {
      const flipped = bytes.reduce((sum, byte, i) => sum + popCount(byte ^ FRAME[i]!), 0);
      expect(bytes).toHaveLength(FRAME.length);
      expect([1, 2, 3]).toContain(flipped);
    }
  });

  test('truncate keeps a true beginning, noise a true end, duplicate both times all', () => {
    for (const bytes of arrived('truncate=1', 200)) {
      expect(bytes.length).toBeGreaterThan(0);
      expect(bytes.length).toBeLessThan(FRAME.length);
      expect(bytes).toEqual(FRAME.subarray(0, bytes.length));
    }
    for (const bytes of arrived('noise=1', 200)) {
      expect(bytes.length - FRAME.length).toBeGreaterThanOrEqual(1);
      expect(bytes.length - FRAME.length).toBeLessThanOrEqual(16);
      expect(bytes.subarray(-FRAME.length)).toEqual(FRAME);
    }
    const twice = { delayUs: 0, bytes: FRAME };
    expect(carried('duplicate=1', 2, 2)).toEqual([
      [twice, twice],
      [twice, twice],
    ]);
  });

  test('a delay lies within its range', () => {
    const delays = carried('delay=1:50..60ms', 2, 500).map(([delivery]) => delivery!.delayUs);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(50_000);
    expect(Math.max(...delays)).toBeLessThan(60_000);
    expect(new Set(delays).size).toBeGreaterThan(100);
  });

  test('swap lets a frame arrive after the next one of its direction', () => {
    const line = createLine('swap=1', 1);
    const at = (value: number) => Uint8Array.of(value);
    expect(line.carry(at(1), 'down', 0)).toEqual([]);
    expect(line.carry(at(2), 'up', 0)).toEqual([]);
    expect(line.carry(at(3), 'down', 0).map(({ bytes }) => bytes[0])).toEqual([3, 1]);
    expect(line.carry(at(4), 'up', 0).map(({ bytes }) => bytes[0])).toEqual([4, 2]);
  });

  test('nothing gets through while the line is down, everything just before and just after', () => {
    const line = createLine('down=20..45+90..91', 1);
    const passes = (nowUs: number) => line.carry(FRAME, 'up', nowUs).length === 1;
    expect([19_999_999, 20e6, 44_999_999, 45e6, 89_999_999, 90e6, 91e6].map(passes)).toEqual([
      true,
      false,
      false,
      true,
      true,
      false,
      true,
    ]);
  });
});

const popCount = (byte: number): number => byte.toString(2).replaceAll('0', '').length;
