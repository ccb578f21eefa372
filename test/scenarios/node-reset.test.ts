/** A reset with the supply up tears no page: the operation goes on behind it, and what boots meanwhile reads
 *  garbage from the section it writes. The agent has to wait for it.
 *  Source: ATmega16U4/32U4 data sheet, "Self-Programming the Flash". */

import { expect, test } from 'vitest';
import { boards } from '../../harness/device/boards/index.ts';
import { observeDevice } from '../../harness/device/observe.ts';
import { createProbe } from '../../harness/transport/stations.ts';
import { UpdateRig } from '../../harness/update-rig.ts';
import { prepareNode } from '../helpers/node-update.ts';

const SETTLE_US = 3e6;
const PERCENT_DONE = [1, 50, 99];

test('a reset inside every operation, with nobody to ask again, and an application runs', async () => {
  const update = await prepareNode('dg-safe', 'app-v1', 'app-v2');
  const rig = new UpdateRig(update, false);
  const { bench, board } = rig;
  const versions: string[] = [];
  rig.start('resumes');
  while (rig.nextOperation()) {
    const here = bench.snapshot();
    const { index, kind, startTick, endTick } = board.flash.operation!;
    for (const percent of PERCENT_DONE) {
      bench.restore(here);
      const tick = startTick + ((endTick - startTick) * percent) / 100;
      bench.run(tick / (board.machine.rootHz / 1e6));
      expect(board.flash.operation?.index).toBe(index);
      bench.disconnect();
      board.pulseResetLine();
      bench.run(bench.nowUs + SETTLE_US);
      const seen = observeDevice(bench, boards['atmega32u4-node'], {
        cutsDone: 0,
        applicationLength: update.plan.expectedBytes.length,
        limit: bench.limitReached,
        createProbe: () => createProbe('376.1'),
      });
      const what = `${kind} ${index} at ${percent} %`;
      expect([what, seen.running, seen.reachableBy]).toEqual([what, 'application', 'serial']);
      versions.push(seen.answeredVersion!);
    }
    bench.restore(here);
  }
  // Both sides of the point of no return were met.
  expect(new Set(versions).size).toBe(2);
  expect(versions.length).toBeGreaterThan(3 * 10);
});
