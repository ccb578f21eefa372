/** Delta Generator: XOR, pieces, merge rules, an order that is right in place.
 *  Source: Kachman and Balaz 2016, sections 4.1 and 4.3; Burns, Stockmeyer and Long 2003 for the order.
 *  Leaves out: envelope and plan (plan/delta.ts). */

import type { Copy, Operation } from '../operations.ts';
import type { MergeRules } from './cost.ts';
import { mergePieces, piecesCost } from './merge.ts';
import { orderCopies } from './order.ts';
import { findPieces, type Piece } from './pieces.ts';

export interface DgOptions {
  readonly rules?: MergeRules;
  /** Only breaks ties between orders that are both right. */
  readonly pageBytes?: number;
}

export interface DgDelta {
  /** All COPYs in an order that is right in place, then all ADDs by address. */
  readonly operations: readonly Operation[];
  /** COPYs that became ADDs because they overwrote each other's sources in a circle. */
  readonly cyclesBroken: number;
  /** Bytes that this made the delta larger. */
  readonly growthBytes: number;
}

const DEFAULT_PAGE_BYTES = 128;

export function encodeDg(
  oldImage: Uint8Array,
  newImage: Uint8Array,
  options: DgOptions = {},
): DgDelta {
  const { rules = 'not-larger', pageBytes = DEFAULT_PAGE_BYTES } = options;
  let pieces = mergePieces(findPieces(oldImage, newImage), rules);
  const unconstrained = piecesCost(pieces);
  let cyclesBroken = 0;
  // Each round has fewer COPYs than the one before; without a new ADD the order is final.
  for (;;) {
    const copies = pieces.filter((piece) => piece.source !== null);
    const { order, broken } = orderCopies(copies.map(asCopy), pageBytes);
    if (broken.length === 0) {
      const ordered = order.map((index) => asCopy(copies[index]!));
      const adds = pieces.filter((piece) => piece.source === null);
      const operations = [...ordered, ...adds.map((piece) => asAdd(piece, newImage))];
      return { operations, cyclesBroken, growthBytes: piecesCost(pieces) - unconstrained };
    }
    cyclesBroken += broken.length;
    const turned = new Set(broken.map((index) => copies[index]!));
    const next = pieces.map((piece) => (turned.has(piece) ? { ...piece, source: null } : piece));
    pieces = mergePieces(next, rules);
  }
}

const asCopy = ({ source, destination, length }: Piece): Copy => ({
  kind: 'copy',
  source: source!,
  destination,
  length,
});

const asAdd = ({ destination, length }: Piece, newImage: Uint8Array): Operation => ({
  kind: 'add',
  destination,
  bytes: newImage.subarray(destination, destination + length),
});
