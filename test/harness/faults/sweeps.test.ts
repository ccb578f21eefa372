import { describe, expect, test } from 'vitest';
import type { TornModel } from '../../../harness/faults/fault-plan.ts';
import { formatFault, parseFault } from '../../../harness/faults/index.ts';
import {
  countLinear,
  linearSweep,
  randomSweep,
  type SweptOperation,
} from '../../../harness/faults/sweeps.ts';

/** As emulator/flash/torn has them. */
const models = (kind: SweptOperation['kind']): readonly TornModel[] =>
  kind === 'program'
    ? ['clean-prefix', 'random-bits', 'weak-bits']
    : ['old-data', 'random-bits', 'weak-bits', 'marginal-erase'];

const operations: SweptOperation[] = [
  { index: 0, kind: 'erase' },
  { index: 1, kind: 'program' },
];

describe('linear sweep', () => {
  test('one program: before, nine torn ends and after, each judged with both stations', () => {
    const texts = linearSweep(operations.slice(1), models, '', 7).map(formatFault);
    expect(texts).toHaveLength(2 * 11);
    expect(texts.slice(0, 4)).toEqual([
      'cut@op=1-before station=silent seed=0x7',
      'cut@op=1-before station=resumes seed=0x7',
      'cut@op=1+0.1 torn=clean-prefix station=silent seed=0x7',
      'cut@op=1+0.1 torn=clean-prefix station=resumes seed=0x7',
    ]);
    expect(texts.at(-1)).toBe('cut@op=1-after station=resumes seed=0x7');
    expect(new Set(texts).size).toBe(texts.length);
  });

  test('the count is known before: 28 for an erase, 22 for a program', () => {
    expect(countLinear(operations, models)).toBe(28 + 22);
    expect(linearSweep(operations, models)).toHaveLength(28 + 22);
    expect(countLinear([], models)).toBe(0);
  });
});

describe('random sweep', () => {
  const sweep = (count: number, seed: number) => randomSweep(count, seed, operations, models);

  test('the same seed gives the same plans, more of them begin alike, another seed differs', () => {
    expect(sweep(50, 1)).toEqual(sweep(50, 1));
    expect(sweep(80, 1).slice(0, 50)).toEqual(sweep(50, 1));
    expect(sweep(50, 1)).not.toEqual(sweep(50, 2));
  });

  test('every plan prints and parses back, and its models fit the operation', () => {
    for (const plan of sweep(2_000, 3)) {
      expect(parseFault(formatFault(plan))).toEqual(plan);
      // The board's and the line's chance come from it too: a replay has no second seed to give.
      expect(plan.seed).toBe(3);
      const [first, ...later] = plan.cuts;
      const kind = operations[first!.operation]!.kind;
      if (first!.torn !== null) expect(models(kind)).toContain(first!.torn);
      for (const { torn } of later) {
        if (torn !== null) expect(['random-bits', 'weak-bits']).toContain(torn);
      }
    }
  });

  test('the mix has every cut point, one to three cuts, both stations and station restarts', () => {
    const plans = sweep(2_000, 3);
    const points = new Set(
      plans.map(({ cuts }) => (typeof cuts[0]!.at === 'number' ? 'in' : cuts[0]!.at)),
    );
    expect([...points].sort()).toEqual(['after', 'before', 'in']);
    expect(new Set(plans.map(({ cuts }) => cuts.length))).toEqual(new Set([1, 2, 3]));
    expect(new Set(plans.map(({ station }) => station)).size).toBe(2);
    expect(plans.some(({ stationRestarts }) => stationRestarts !== undefined)).toBe(true);
  });

  test('an update without a flash operation has nothing to cut', () => {
    expect(randomSweep(10, 1, [], models)).toEqual([]);
  });
});
