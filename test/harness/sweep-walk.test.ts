import { expect, test } from 'vitest';
import { prepareUpdate } from '../../harness/prepare-update.ts';
import { findScenario, requestOf } from '../../harness/scenarios.ts';
import { SweepWalk } from '../../harness/sweep-walk.ts';

test('a walk that meets fewer operations than were counted is an error, not an end', async () => {
  // This agent refuses the file early on: 33 operations, and no more come.
  const scenario = findScenario('terminal-flag-reprogrammed-without-erase');
  const update = await prepareUpdate(requestOf(scenario, { kind: 'linear' }, 1));
  const walk = new SweepWalk(update, { depth: 1, given: new Map() });
  expect(() => walk.judgeRange(0, 99, () => {})).toThrow(
    expect.objectContaining({ code: 'SWEEP_SHORT', facts: { found: 33, expected: 100 } }),
  );
});
