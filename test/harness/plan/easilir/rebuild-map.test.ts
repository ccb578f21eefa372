/** What the map of addresses is worth on real images: the monitor rebuilt without its sensing (case D). */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freshNode, planRebuild, readProgram } from '../../../../harness/plan/easilir/index.ts';
import { rebuildSteps } from '../../../../harness/plan/easilir/rebuild.ts';
import { encodeSteps } from '../../../../harness/plan/easilir/script.ts';
import { FIXTURES_ROOT } from '../../../../harness/scenarios.ts';

const program = (name: string) => {
  const path = join(FIXTURES_ROOT, 'msp430f1611', 'images', `${name}.elf`);
  return readProgram(readFileSync(path), name);
};

test('nearly every address in what is copied is put right by the map, so the script is a third of the literal one', () => {
  const old = freshNode(program('monitor-v0.2-c'));
  const fresh = program('monitor-v0.21-d');
  const { counts, file } = planRebuild(old, fresh);
  const literal = encodeSteps(rebuildSteps(old, fresh.image)).length;
  expect(counts.adjustedWords).toBeGreaterThan(500);
  expect(file.length).toBeLessThan(literal / 3);
});
