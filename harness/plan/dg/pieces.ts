/** The sections of the new image that the XOR with the old one leaves, cut into COPYs and ADDs.
 *  Source: Kachman and Balaz 2016, section 4.1: equal bytes at equal places are already there, only the k
 *  others are compared with the old image, so extra memory is O(n + k).
 *  Leaves out: merging of small pieces (merge.ts) and the order of COPYs (order.ts). */

import { type FindLongest, longestMatches } from './longest-match.ts';

/** A piece of the new image; pieces come in address order and between them the image stays as it is. */
export interface Piece {
  readonly destination: number;
  readonly length: number;
  /** Where a COPY takes its bytes; null = an ADD. */
  readonly source: number | null;
}

/** @returns a test for bytes that are not yet right where they lie. */
export const nonMatching =
  (oldImage: Uint8Array, newImage: Uint8Array) =>
  (at: number): boolean =>
    at >= oldImage.length || (oldImage[at]! ^ newImage[at]!) !== 0;

export function findPieces(oldImage: Uint8Array, newImage: Uint8Array): Piece[] {
  const differs = nonMatching(oldImage, newImage);
  const pieces: Piece[] = [];
  let find: FindLongest | null = null;
  for (let at = 0; at < newImage.length; ) {
    if (!differs(at)) {
      at++;
      continue;
    }
    find ??= longestMatches(oldImage, newImage);
    const match = find(at);
    if (match.length === 0) {
      appendByte(pieces, at++);
      continue;
    }
    // A match may run over bytes that are equal in place; those at its end need not be written.
    let length = match.length;
    while (!differs(at + length - 1)) length--;
    pieces.push({ destination: at, length, source: match.source });
    at += length;
  }
  return pieces;
}

/** A byte value that the old image does not have. */
function appendByte(pieces: Piece[], at: number): void {
  const last = pieces.at(-1);
  if (last?.source === null && last.destination + last.length === at) {
    pieces[pieces.length - 1] = { ...last, length: last.length + 1 };
  } else {
    pieces.push({ destination: at, length: 1, source: null });
  }
}
