/** Chains of made-up versions: every update is applied, proved, and run beside the build that it stands for. */

import { describe, expect, test } from 'vitest';
import {
  applyFile,
  checkImage,
  freshNode,
  nodeFromJson,
  nodeToJson,
  planInSitu,
  planRebuild,
} from '../../../../harness/plan/easilir/index.ts';
import { buildProgram, canBuild } from '../../../helpers/msp430-build.ts';
import { portAccesses } from '../../../helpers/msp430-run.ts';
import { firstVersion, nextVersion, sourceOf } from '../../../helpers/msp430-versions.ts';

const ACCESSES = 600;

describe.skipIf(!canBuild)(
  'EasiLIR, chains of versions from one modified image to the next',
  () => {
    test.each([1, 2, 3, 4])('seed %i: four updates in situ', (seed) => {
      let version = firstVersion(seed, 12);
      let node = freshNode(buildProgram(sourceOf(version)));
      for (let step = 1; step <= 4; step++) {
        version = nextVersion(version, 100 * seed + step, 3);
        const program = buildProgram(sourceOf(version));
        const plan = planInSitu(node, program);
        const after = applyFile(plan.file, node, 'test');
        expect(after.flash).toEqual(plan.node.flash);
        expect(after.area).toEqual(plan.node.area);
        expect(checkImage(program, after)).toMatchObject({ isEqual: true });
        const wanted = portAccesses(freshNode(program), ACCESSES, seed);
        expect(wanted.length).toBeGreaterThan(100);
        expect(portAccesses(after, ACCESSES, seed)).toEqual(wanted);
        node = nodeFromJson(nodeToJson(plan.node), 'test');
        expect(node).toEqual(plan.node);
      }
      const rebuilt = planRebuild(node, node.program);
      expect(applyFile(rebuilt.file, node, 'test')).toEqual({
        flash: node.program.image,
        area: new Uint8Array(0),
      });
      expect(rebuilt.file.length).toBeLessThan(node.program.image.length);
    });
  },
);
