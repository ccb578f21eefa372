/** What DG's operations cost in a delta, and the names of the rules by which small ones are merged.
 *  Source: Kachman and Balaz 2016, section 4.1. Table 1, case 1 (12 bytes) fixes header 4, x = 4 and CRC 2;
 *  the paper says nothing of a COPY, y = 6 (source, destination, length) is ours.
 *  Leaves out: how the rules are carried out (merge.ts), what the device pays (plan/delta-cost.ts). */

import { CRC_BYTES } from '../envelope.ts';
import { isCopy, type Operation } from '../operations.ts';

/** x: an ADD without its bytes (destination, length). */
export const ADD_COST = 4;
/** y: a COPY (source, destination, length). */
export const COPY_COST = 6;
/** The two counts. */
export const HEADER_BYTES = 4;

/** `not-larger`: all merges after which the delta is not larger, chosen together. `literal`: the three
 *  rules as printed, neighbours only, from the first to the last. */
export const MERGE_RULES = ['not-larger', 'literal'] as const;
export type MergeRules = (typeof MERGE_RULES)[number];

/** The delta as the paper counts it: header, operations, CRC-16. */
export const deltaBytes = (operations: readonly Operation[]): number =>
  operations.reduce(
    (sum, operation) => sum + (isCopy(operation) ? COPY_COST : ADD_COST + operation.bytes.length),
    HEADER_BYTES + CRC_BYTES,
  );
