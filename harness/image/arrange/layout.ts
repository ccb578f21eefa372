/** Where pieces go: functions in the order of an older version, variables where they were.
 *  Source: Qiu et al. 2014, 5.2 (function rearrangement); Panta and Bagchi, "Hermes" (INFOCOM 2009) for variables.
 *  Both only change places within a section, whose size stays. */

import type { Piece } from './pieces.ts';

export interface Move {
  readonly from: number;
  readonly bytes: number;
  readonly to: number;
}

/** Those that the old version has in its order, then the others in theirs. */
export function orderFunctions(old: readonly Piece[], pieces: readonly Piece[]): Move[] {
  const rank = new Map(old.map(({ key }, i) => [key, i]));
  const first = pieces[0];
  if (first === undefined) return [];
  const rankOf = ({ key }: Piece): number => rank.get(key) ?? old.length;
  const sorted = [...pieces].sort((a, b) => rankOf(a) - rankOf(b) || a.address - b.address);
  let to = first.address;
  return sorted.map(({ address, bytes }) => {
    const move = { from: address, bytes, to };
    to += bytes;
    return move;
  });
}

/** Variables of the same name and size stay where they were, if that is inside the section; the others take what room
 *  is left, large ones first. @param section [first address, first address behind it]. */
export function pinVariables(
  old: readonly Piece[],
  pieces: readonly Piece[],
  [start, end]: readonly [number, number],
): Move[] {
  const places = new Map(old.map((piece) => [piece.key, piece]));
  const free = new Array<boolean>(end - start).fill(true);
  const take = (at: number, bytes: number): boolean => {
    if (at < start || at + bytes > end) return false;
    const cells = free.slice(at - start, at - start + bytes);
    if (!cells.every(Boolean)) return false;
    free.fill(false, at - start, at - start + bytes);
    return true;
  };
  const moves: Move[] = [];
  const rest: Piece[] = [];
  for (const piece of pieces) {
    const { key, address: from, bytes } = piece;
    const before = places.get(key);
    if (before?.bytes === bytes && take(before.address, bytes)) {
      moves.push({ from, bytes, to: before.address });
    } else rest.push(piece);
  }
  rest.sort((a, b) => b.bytes - a.bytes || a.address - b.address);
  for (const { address: from, bytes } of rest) {
    // Words lie at even addresses.
    const step = bytes === 1 ? 1 : 2;
    let to = start + ((step - (start % step)) % step);
    while (to < end && !take(to, bytes)) to += step;
    // Holes too small for it: everything stays as it was linked.
    if (to >= end)
      return pieces.map(({ address, bytes: size }) => ({
        from: address,
        bytes: size,
        to: address,
      }));
    moves.push({ from, bytes, to });
  }
  return moves;
}

/** @returns where an address goes. */
export function mapOf(moves: readonly Move[]): (address: number) => number {
  const sorted = [...moves].sort((a, b) => a.from - b.from);
  return (address) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]!.from <= address) low = middle + 1;
      else high = middle;
    }
    const move = sorted[low - 1];
    if (move === undefined || address >= move.from + move.bytes) return address;
    return move.to + address - move.from;
  };
}
