/** Boards of harness/device, observed at their serial ports and their flash. */

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { proveEquivalence } from '../../../harness/equivalence/prove.ts';
import { FIXTURES_ROOT } from '../../../harness/scenarios.ts';

test.each([
  ['lpc2478-terminal', 'lpc2478', 'boot', 1, "30 '0'", "31 '1'"],
  ['atmega32u4-node', 'atmega32u4', 'agent', 4, null, null],
])(
  '%s: version 1 beside itself, and beside version 2',
  async (board, chip, boot, seconds, ours, theirs) => {
    const image = (name: string): string => join(FIXTURES_ROOT, chip, 'images', `${name}.elf`);
    const prove = (fresh: string) =>
      proveEquivalence({
        board,
        modifiedPath: image('app-v1'),
        newPath: image(fresh),
        bootPath: image(boot),
        symbolsPath: null,
        base: null,
        stimulus: null,
        seconds,
        peer: null,
        totalOrder: false,
        latePercent: 10,
        seed: 1,
      });
    const same = await prove('app-v1');
    expect(same).toMatchObject({ verdict: 'equivalent', cycles: null, difference: null });
    expect(same.coverage.new.executed).toBeGreaterThan(500);
    const other = await prove('app-v2');
    expect(other.difference?.modified?.value ?? null).toBe(ours);
    expect(other.difference?.new?.value ?? null).toBe(theirs);
  },
);
