import { expect, test } from 'vitest';
import { boards } from '../../../harness/device/boards/index.ts';
import { observeDevice } from '../../../harness/device/observe.ts';
import { createProbe } from '../../../harness/transport/stations.ts';
import { UpdateRig } from '../../../harness/update-rig.ts';
import { prepareNode } from '../../helpers/node-update.ts';

/** Of the delta of one page: it is accepted, and about to be applied. */
const OPERATIONS_SEEN = 6;

test('what a device does while it is looked at is no part of the update: time, operations, wear', async () => {
  const update = await prepareNode('dg-safe', 'app-v1', 'app-v2');
  const rig = new UpdateRig(update, true);
  const { bench, board } = rig;
  rig.start('resumes');
  for (let i = 0; i <= OPERATIONS_SEEN; i++) expect(rig.nextOperation()).toBe(true);
  const before = { wear: board.flash.erasesBySector(), timeUs: bench.nowUs };
  const seen = observeDevice(bench, boards['atmega32u4-node'], {
    cutsDone: 0,
    applicationLength: update.plan.expectedBytes.length,
    limit: null,
    createProbe: () => createProbe('376.1'),
  });
  expect(seen).toMatchObject({ running: 'application', answeredVersion: '1.01' });
  expect(seen.operations.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(seen.erasesBySector).toEqual(before.wear);
  expect(seen.deviceTimeUs).toBe(before.timeUs);
  // It has gone on.
  expect(board.flash.erasesBySector()).not.toEqual(before.wear);
  expect(bench.recorder.operations.length).toBeGreaterThan(OPERATIONS_SEEN + 1);
});
