import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FaultPlan, TORN_MODELS } from '../../../harness/faults/fault-plan.ts';
import { parseFault } from '../../../harness/faults/parse.ts';
import { formatFault } from '../../../harness/faults/print.ts';
import { formatReplay, parseReplay, type ReplayLine } from '../../../harness/faults/replay-line.ts';

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const operation = fc.nat(100_000);
const cut = fc.oneof(
  fc.record({
    operation,
    at: fc.constantFrom('before' as const, 'after' as const),
    torn: fc.constant(null),
  }),
  fc.record({
    operation,
    at: fc.double({ min: 0, max: 1, minExcluded: true, maxExcluded: true, noNaN: true }),
    torn: fc.constantFrom(...TORN_MODELS),
  }),
);
const some = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 3 });
const plan: fc.Arbitrary<FaultPlan> = fc.record(
  {
    cuts: fc.array(cut, { maxLength: 3 }),
    station: fc.constantFrom<FaultPlan['station'][]>(
      'silent',
      'resumes',
      'stranger',
      'swapped-segments',
      'damaged-patch',
    ),
    line: fc.constantFrom('', 'drop=0.05', 'delay=0.1:50..500ms,down=20..45+90..91'),
    seed: u32,
    stationRestarts: some(fc.nat(1_000)),
  },
  { requiredKeys: ['cuts', 'station', 'line', 'seed'] },
);

describe('fault line', () => {
  test('any plan prints to a line that parses back to it', () => {
    fc.assert(
      fc.property(plan, (one) => {
        expect(parseFault(formatFault(one))).toEqual(one);
      }),
      { seed: 1, numRuns: 2_000 },
    );
  });

  test.each([
    [
      {
        cuts: [{ operation: 17, at: 0.5, torn: 'weak-bits' }],
        station: 'resumes',
        line: '',
        seed: 0x5eed,
      },
      'cut@op=17+0.5 torn=weak-bits station=resumes seed=0x5eed',
    ],
    [
      {
        cuts: [
          { operation: 17, at: 'before', torn: null },
          { operation: 3, at: 'after', torn: null },
        ],
        station: 'silent',
        line: 'drop=0.05',
        seed: 0,
      },
      'cut@op=17-before cut@op=3-after station=silent line="drop=0.05" seed=0x0',
    ],
    [
      {
        cuts: [],
        station: 'resumes',
        line: '',
        seed: 1,
        stationRestarts: [12, 40],
      },
      'station=resumes restart@frame=12 restart@frame=40 seed=0x1',
    ],
  ] as [FaultPlan, string][])('%j prints as %s', (one, text) => {
    expect(formatFault(one)).toBe(text);
    expect(parseFault(text)).toEqual(one);
  });

  test('what is left out is usual: no cut, a station that resumes, a perfect line, seed 0', () => {
    expect(parseFault('')).toEqual({ cuts: [], station: 'resumes', line: '', seed: 0 });
  });

  test('a line whose quotes a shell took away is read alike', () => {
    expect(parseFault('line=drop=0.05,noise=0.1')).toEqual(
      parseFault('line="drop=0.05,noise=0.1"'),
    );
  });

  test.each([
    ['cut@op=17+0.5', 14, 'the line ends here', 'torn=clean-prefix, torn=random-bits'],
    ['cut@op=17+0.5 station=silent', 15, '"station=silent"', 'torn=clean-prefix'],
    ['cut@op=17+0.5 torn=bits', 20, '"bits" is no torn model', 'clean-prefix, random-bits'],
    ['cut@op=17-after torn=weak-bits', 17, 'no torn operation', 'right behind a cut@op=N+FRACTION'],
    ['torn=weak-bits', 1, 'no torn operation', 'right behind'],
    ['cut@op=1+0.5 torn=weak-bits torn=weak-bits', 29, 'no torn operation', 'right behind'],
    ['cut@op=17', 10, 'the cut ends here', '-before, -after, or +FRACTION'],
    ['cut@op=17+1', 10, '"+1"', 'between 0 and 1'],
    ['cut@op=17+0', 10, '"+0"', 'between 0 and 1'],
    ['cut@op=17-during', 10, '"-during"', '-before, -after'],
    ['cut@op=x-before', 8, '"x" is no such number', 'a whole number from 0'],
    ['cut@op=-before', 8, '"" is no such number', 'a whole number from 0'],
    ['  cat@op=1-before', 3, '"cat@op=1-before" is no fault', 'cut@op=N-before'],
    ['station=asleep', 9, '"asleep"', 'silent, resumes, stranger, swapped-segments, damaged-patch'],
    ['station=silent station=silent', 16, 'a second station', 'one'],
    ['seed=1 seed=2', 8, 'a second seed', 'one'],
    ['seed=0x100000000', 6, '"0x100000000" is no such number', '4294967295'],
    ['seed=1e3', 6, '"1e3" is no such number', 'a whole number'],
    ['line=""', 6, 'no line faults', 'no line token at all'],
    ['line="drop=0.05', 6, 'a stray quote', 'line="KEY=VALUE,..."'],
    ['restart@frame=-1', 15, '"-1" is no such number', 'a whole number'],
  ])('"%s" is refused at character %i: %s', (text, at, problem, expected) => {
    expect(() => parseFault(text)).toThrow(
      expect.objectContaining({
        code: 'FAULT_SYNTAX',
        exitCode: 2,
        facts: {
          text,
          at,
          problem: expect.stringContaining(problem),
          expected: expect.stringContaining(expected),
        },
      }),
    );
  });
});

const LINE =
  'lpc2478-terminal full boot:1f9c33aa 77ab0102→9b1c0304 ' +
  'cut@op=17+0.5 torn=weak-bits station=resumes seed=0x5eed';

describe('replay line', () => {
  const hash = fc
    .uint8Array({ minLength: 4, maxLength: 4 })
    .map((bytes) => Buffer.from(bytes).toString('hex'));
  const name = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}$/);
  const replay: fc.Arbitrary<ReplayLine> = fc.record({
    board: name,
    scheme: name,
    boot: hash,
    from: hash,
    to: hash,
    via: fc.array(hash, { maxLength: 3 }),
    scenario: fc.option(name),
    resume: fc.constantFrom('query', 'flags'),
    dialect: fc.constantFrom('376.1', '2004', 'paper', 'paper-wide'),
    fault: plan,
  });

  test('any run prints to a line that parses back to it', () => {
    fc.assert(
      fc.property(replay, (run) => {
        expect(parseReplay(formatReplay(run))).toEqual(run);
      }),
      { seed: 1, numRuns: 1_000 },
    );
  });

  test('has board, scheme, eight digits of each image, and the fault', () => {
    const run = parseReplay(LINE);
    expect(run).toMatchObject({
      board: 'lpc2478-terminal',
      scheme: 'full',
      boot: '1f9c33aa',
      from: '77ab0102',
      to: '9b1c0304',
      scenario: null,
      resume: 'query',
      dialect: '376.1',
    });
    expect(formatReplay({ ...run, boot: `${run.boot}${'0'.repeat(56)}` })).toBe(LINE);
    expect(parseReplay(LINE.replace('→', '->'))).toEqual(run);
  });

  test('names its scenario, and its station where that is not the usual one', () => {
    const run = { ...parseReplay(LINE), scenario: 'safe', resume: 'flags', dialect: 'paper' };
    const text = formatReplay(run);
    expect(text).toContain(' 77ab0102→9b1c0304 scenario=safe resume=flags dialect=paper cut@op=17');
    expect(parseReplay(text)).toEqual(run);
  });

  test.each([
    ['', 1, 'the line ends here', 'the name of a board'],
    ['lpc2478-terminal full 1f9c33aa', 23, '"1f9c33aa"', 'boot: and 8 digits'],
    ['b full boot:1f9c33aa 77ab..→9b1c..', 22, '"77ab..→9b1c.."', 'OLD→NEW'],
    ['b full boot:1f9c33aa', 21, 'the line ends here', 'OLD→NEW'],
    [`${LINE} scenario=x`, 112, '"scenario=x" is no fault', 'cut@op='],
    [LINE.replace('cut', 'scenario=A cut'), 64, '"A"', 'a name'],
  ])('"%s" is refused at character %i: %s', (text, at, problem, expected) => {
    expect(() => parseReplay(text)).toThrow(
      expect.objectContaining({
        code: 'FAULT_SYNTAX',
        facts: expect.objectContaining({
          at,
          problem,
          expected: expect.stringContaining(expected),
        }),
      }),
    );
  });
});
