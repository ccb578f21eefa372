/** EasiLIR's two ways: modify in situ, or rebuild by segments where the ifunction area is too small or the caller
 *  says so. Every script is run on the host and its result proved before it is given out.
 *  Source: Qiu et al. 2014, 6.1.1 (3). Leaves out: time and energy (harness/in-situ-or-rebuild.ts). */

import { RigError } from '../../errors.ts';
import { applyFile } from './apply.ts';
import { checkImage } from './check.ts';
import type { InSituCounts, RebuildCounts } from './counts.ts';
import { planInSitu, type Update } from './in-situ.ts';
import { hex4 } from './memory-map.ts';
import type { NodeImage } from './node-image.ts';
import type { Program } from './program.ts';
import { planRebuild } from './rebuild.ts';

export interface EasilirInput {
  /** What the node holds; of a program as linked: `freshNode`. */
  readonly old: NodeImage;
  readonly program: Program;
  readonly mustRebuild?: boolean;
}

export type Reason = 'in situ fits' | 'area' | 'asked';

export interface EasilirPlan extends Update {
  readonly reason: Reason;
  readonly counts: InSituCounts | RebuildCounts;
  /** Of the way not taken; null where in situ was not open. */
  readonly other: InSituCounts | RebuildCounts | null;
}

export function planEasilir(input: EasilirInput): EasilirPlan {
  const { old, program } = input;
  const inSitu = tryInSitu(input);
  const rebuilt = planRebuild(old, program);
  const reason = reasonFor(input, inSitu);
  const [taken, other] =
    reason === 'in situ fits' ? [inSitu!, rebuilt] : ([rebuilt, inSitu] as const);
  verify(taken, input);
  return {
    file: taken.file,
    node: taken.node,
    counts: taken.counts,
    reason,
    other: other?.counts ?? null,
  };
}

function tryInSitu({ old, program }: EasilirInput): ReturnType<typeof planInSitu> | null {
  try {
    return planInSitu(old, program);
  } catch (error) {
    if (error instanceof RigError && error.code === 'EASILIR_AREA') return null;
    throw error;
  }
}

function reasonFor({ mustRebuild = false }: EasilirInput, inSitu: Update | null): Reason {
  if (inSitu === null) return 'area';
  return mustRebuild ? 'asked' : 'in situ fits';
}

/** A plan that fails here is the planner's mistake, never the user's. */
function verify({ file, node }: Update, { old, program }: EasilirInput): void {
  const after = applyFile(file, old, program.file);
  const check = checkImage(program, after);
  if (!check.isEqual) {
    const { problem, newAddress, address } = check;
    const where = `${hex4(newAddress)}, now at ${hex4(address)}`;
    throw new RigError('INTERNAL', {
      problem: `the modified ${program.file} at ${where}: ${problem}`,
    });
  }
  const isSame =
    Buffer.compare(after.flash, node.flash) === 0 && Buffer.compare(after.area, node.area) === 0;
  if (!isSame) throw new RigError('INTERNAL', { problem: 'a script that leads elsewhere' });
}
