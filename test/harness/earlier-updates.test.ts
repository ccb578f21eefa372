import { expect, test } from 'vitest';
import { runEarlier } from '../../harness/earlier-updates.ts';
import { UpdateRig } from '../../harness/update-rig.ts';
import { prepareNode } from '../helpers/node-update.ts';

const clean = { cuts: [], station: 'resumes', line: '', seed: 1 } as const;

test('versions before: each update is run, and the next one starts from what it has left', async () => {
  const prepared = await prepareNode('dg-safe', 'app-v2', 'app-v3', 'agent', ['app-v1']);
  expect(prepared.earlier.map(({ images }) => images.to.name)).toEqual(['app-v2.hex']);
  const steps: string[] = [];
  const update = runEarlier(prepared, (done, total, note) =>
    steps.push(`${done}/${total} ${note}`),
  );
  expect(steps).toEqual(['0/1 to app-v2.hex']);
  const rig = new UpdateRig(update, false);
  const [array] = rig.board.flash.arrays;
  expect(array!.readView(0, update.oldPacked.length)).toEqual(update.oldPacked);
  // The log and the spare pages of the first update are still there.
  const fresh = new UpdateRig(await prepareNode('dg-safe', 'app-v2', 'app-v3'), false);
  expect(rig.board.flash.stateHash()).not.toBe(fresh.board.flash.stateHash());
  expect(Math.max(...rig.board.flash.erasesBySector())).toBe(0);
  expect(rig.judgeFromStart(clean).verdict.outcome).toBe('updated');
});

test('an update before that does not end as updated: an error that names it', async () => {
  const prepared = await prepareNode('dg-safe', 'app-v2', 'app-v3', 'agent', ['app-v1']);
  const [first] = prepared.earlier;
  const damaged = { ...first!, plan: { ...first!.plan, file: Uint8Array.of(1, 2, 3) } };
  expect(() => runEarlier({ ...prepared, earlier: [damaged] }, () => {})).toThrow(
    expect.objectContaining({
      code: 'VIA_FAILED',
      facts: expect.objectContaining({ name: 'app-v2.hex', outcome: 'kept-old' }),
    }),
  );
});
