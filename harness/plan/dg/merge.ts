/** The paper's three merge rules: small COPYs become part of an ADD, neighbouring ADDs become one.
 *  Source: Kachman and Balaz 2016, section 4.1. Rule 2 is damaged in print ("2 x bytes"); with x = 4 and
 *  y = 6 the reading 2x and the exact gain 2y - x are both 8.
 *  Leaves out: the order of COPYs, which may turn more of them into ADDs (order.ts). */

import { ADD_COST, COPY_COST, type MergeRules } from './cost.ts';
import type { Piece } from './pieces.ts';

export const mergePieces = (pieces: readonly Piece[], rules: MergeRules): Piece[] =>
  rules === 'literal' ? mergeLiterally(pieces) : mergeBest(pieces);

/** Bytes of the operations in a delta, without header and CRC. */
export const piecesCost = (pieces: readonly Piece[]): number =>
  pieces.reduce(
    (sum, { source, length }) => sum + (source === null ? ADD_COST + length : COPY_COST),
    0,
  );

const endOf = (piece: Piece): number => piece.destination + piece.length;

const joined = (first: Piece, last: Piece): Piece => ({
  destination: first.destination,
  length: endOf(last) - first.destination,
  source: null,
});

/** One pass over neighbours without a gap, each against what the pass has made of those before it. */
function mergeLiterally(pieces: readonly Piece[]): Piece[] {
  const done: Piece[] = [];
  for (const piece of pieces) {
    done.push(piece);
    while (done.length > 1) {
      const merged = literalRule(done.at(-2)!, done.at(-1)!);
      if (merged === null) break;
      done.splice(-2, 2, merged);
    }
  }
  return done;
}

function literalRule(before: Piece, piece: Piece): Piece | null {
  if (endOf(before) !== piece.destination) return null;
  const afterAdd = before.source === null;
  const isCopy = piece.source !== null;
  if (afterAdd && isCopy && piece.length <= COPY_COST) return joined(before, piece); // rule 1
  const bothCopies = !afterAdd && isCopy;
  if (bothCopies && before.length + piece.length < 2 * ADD_COST) return joined(before, piece); // rule 2
  return afterAdd && !isCopy ? joined(before, piece) : null; // rule 3
}

const AS_COPY = 0;
const AS_NEW_ADD = 1;
/** Joins the ADD before it, and the equal bytes between the two go along. */
const AS_SAME_ADD = 2;

/** The cheapest set of merges, by dynamic programming over the pieces. Each rule is one of its moves:
 *  rule 1 COPY to same ADD, rule 2 COPY to new ADD and the next to the same, rule 3 ADD to same ADD.
 *  Where the size is equal the ADD is taken: it has no source that another operation could overwrite. */
function mergeBest(pieces: readonly Piece[]): Piece[] {
  const count = pieces.length;
  /** How piece i is encoded, if piece i ends as an ADD and as a COPY; bit 2: piece i - 1 ends as a COPY. */
  const addChoice = new Uint8Array(count);
  const copyAfterCopy = new Uint8Array(count);
  let asAdd = Number.POSITIVE_INFINITY;
  let asCopy = 0;
  let end = 0;
  pieces.forEach((piece, i) => {
    const same = asAdd + (piece.destination - end) + piece.length;
    const newAdd = Math.min(asAdd, asCopy) + ADD_COST + piece.length;
    const nextCopy =
      piece.source === null ? Number.POSITIVE_INFINITY : Math.min(asAdd, asCopy) + COPY_COST;
    addChoice[i] = (same <= newAdd ? AS_SAME_ADD : AS_NEW_ADD) | (asCopy < asAdd ? 4 : 0);
    copyAfterCopy[i] = asCopy < asAdd ? 1 : 0;
    asAdd = Math.min(same, newAdd);
    asCopy = nextCopy;
    end = endOf(piece);
  });
  const choices = new Uint8Array(count);
  let isCopy = asCopy < asAdd;
  for (let i = count - 1; i >= 0; i--) {
    const how = addChoice[i]! & 3;
    choices[i] = isCopy ? AS_COPY : how;
    if (isCopy) isCopy = copyAfterCopy[i] === 1;
    else isCopy = how === AS_NEW_ADD && (addChoice[i]! & 4) !== 0;
  }
  return carryOut(pieces, choices);
}

function carryOut(pieces: readonly Piece[], choices: Uint8Array): Piece[] {
  const done: Piece[] = [];
  pieces.forEach((piece, i) => {
    const before = done.at(-1);
    if (choices[i] === AS_SAME_ADD && before !== undefined) {
      done[done.length - 1] = joined(before, piece);
    } else {
      done.push(choices[i] === AS_COPY ? piece : { ...piece, source: null });
    }
  });
  return done;
}
