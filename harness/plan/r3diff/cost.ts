/** What R3diff's commands cost in a delta.
 *  Source: Dong et al. 2013, the authors' format of 2011; Table 1 of Kachman and Balaz 2016, case 1:
 *  COPY 5 + ADD 3 + 2 bytes + COPY 5 = 15. Published sizes count commands only: no envelope, no CRC.
 *  Leaves out: what the device pays (plan/delta-cost.ts). */

import { isCopy, type Operation } from '../operations.ts';

/** alpha: header of an ADD (type, length). */
export const ALPHA = 3;
/** beta: a COPY (type, length, old offset). */
export const BETA = 5;

export const commandBytes = (operations: readonly Operation[]): number =>
  operations.reduce(
    (sum, operation) => sum + (isCopy(operation) ? BETA : ALPHA + operation.bytes.length),
    0,
  );
