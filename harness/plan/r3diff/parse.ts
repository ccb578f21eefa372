/** The cheapest sequence of COPYs and ADDs that makes the new image from the old one.
 *  Source: Dong, Mo, Huang, Liu and Chen, "R3" (INFOCOM 2013): opt0[i] ends in an ADD, opt1[i] in a COPY.
 *  Here A[i] = min(A[i-1] + 1, C[i-1] + alpha + 1) and C[j] = min over i with i + L[i] >= j of
 *  min(A[i], C[i]) + beta; a longer prefix never costs less and i + L[i] never falls, so the smallest such i
 *  is the best one and the whole is linear. Leaves out: where L comes from (matches.ts). */

import type { Operation } from '../operations.ts';
import { ALPHA, BETA } from './cost.ts';
import type { Matches } from './matches.ts';

const NEVER = 0x3fff_ffff;

/** Commands in address order; together they cover the new image. */
export function parse(newImage: Uint8Array, matches: Matches): Operation[] {
  const count = newImage.length;
  const endsInAdd = new Int32Array(count + 1).fill(NEVER);
  const endsInCopy = new Int32Array(count + 1).fill(NEVER);
  /** Where the COPY begins that ends here. */
  const copyFrom = new Int32Array(count + 1);
  // Nothing before the first byte: the first ADD pays its header.
  endsInCopy[0] = 0;
  for (let end = 1, from = 0; end <= count; end++) {
    const sameAdd = endsInAdd[end - 1]! + 1;
    const newAdd = endsInCopy[end - 1]! + ALPHA + 1;
    endsInAdd[end] = Math.min(sameAdd, newAdd);
    while (from < end && from + matches.length[from]! < end) from++;
    if (from === end) continue;
    endsInCopy[end] = Math.min(endsInAdd[from]!, endsInCopy[from]!) + BETA;
    copyFrom[end] = from;
  }
  return trace(newImage, matches, endsInAdd, endsInCopy, copyFrom);
}

function trace(
  newImage: Uint8Array,
  matches: Matches,
  endsInAdd: Int32Array,
  endsInCopy: Int32Array,
  copyFrom: Int32Array,
): Operation[] {
  const operations: Operation[] = [];
  for (let end = newImage.length; end > 0; ) {
    if (endsInCopy[end]! < endsInAdd[end]!) {
      const from = copyFrom[end]!;
      const source = matches.source[from]!;
      operations.push({ kind: 'copy', source, destination: from, length: end - from });
      end = from;
      continue;
    }
    let from = end - 1;
    while (endsInAdd[from]! + 1 === endsInAdd[from + 1]!) from--;
    operations.push({ kind: 'add', destination: from, bytes: newImage.subarray(from, end) });
    end = from;
  }
  return operations.reverse();
}
