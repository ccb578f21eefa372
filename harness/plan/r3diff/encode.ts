/** R3diff: the optimal COPY/ADD parse, and the same under the condition that it is right in place.
 *  Source: Dong et al. 2013; Burns, Stockmeyer and Long 2003 for what goes wrong in place. A parse that
 *  never takes a COPY whose source is gone is at most as large as one whose conflicts became ADDs later.
 *  Leaves out: envelope and plan (plan/delta.ts). */

import type { Operation } from '../operations.ts';
import { commandBytes } from './cost.ts';
import { type Direction, matchesAnywhere, matchesInPlace, sharedSuffixes } from './matches.ts';
import { parse } from './parse.ts';

export interface R3Delta {
  /** In the order of application. */
  readonly operations: readonly Operation[];
  readonly direction: Direction;
  /** Commands only, as the published sizes count. */
  readonly commandBytes: number;
  /** The same where the old image stays whole. */
  readonly unconstrainedBytes: number;
}

export interface R3Options {
  /** Default: whichever gives the smaller delta, up if both do. */
  readonly direction?: Direction;
}

export function encodeR3(
  oldImage: Uint8Array,
  newImage: Uint8Array,
  options: R3Options = {},
): R3Delta {
  const shared = sharedSuffixes(oldImage, newImage);
  const unconstrainedBytes = commandBytes(parse(newImage, matchesAnywhere(shared)));
  const directions: readonly Direction[] = options.direction ? [options.direction] : ['up', 'down'];
  const deltas = directions.map((direction): R3Delta => {
    const operations = parse(newImage, matchesInPlace(shared, direction));
    const bytes = commandBytes(operations);
    if (direction === 'down') operations.reverse();
    return { operations, direction, commandBytes: bytes, unconstrainedBytes };
  });
  return deltas.reduce((a, b) => (b.commandBytes < a.commandBytes ? b : a));
}

/** The optimum where the old image stays whole: what the published sizes are of. */
export const encodeR3OutOfPlace = (oldImage: Uint8Array, newImage: Uint8Array): Operation[] =>
  parse(newImage, matchesAnywhere(sharedSuffixes(oldImage, newImage)));
