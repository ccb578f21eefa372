/** A fault plan as one line: `cut@op=17+0.5 torn=weak-bits station=resumes seed=0x5eed`.
 *  Source: STYLE.md rule 6.
 *  Leaves out: board and images; a replay line (replay-line.ts) has them. */

import type { FaultPlan } from './fault-plan.ts';
import { faultKinds } from './kinds/index.ts';
import { hex } from './kinds/kind.ts';

export const formatFault = (plan: FaultPlan): string =>
  [...Object.values(faultKinds).flatMap((kind) => kind.print(plan)), `seed=${hex(plan.seed)}`].join(
    ' ',
  );
