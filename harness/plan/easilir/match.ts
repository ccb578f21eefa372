/** Which items of the new program are kept of the old one: the cheapest alignment of two sequences.
 *  Costs are bytes: what is new is sent whole; a kept item of another operand is patched; every place where the
 *  two part has its command. With the last two at nought it is the longest common subsequence by bytes.
 *  Exact: dynamic programming in a band. A path through (x, y) costs at least what must be inserted before and
 *  behind it, so cells farther off than the cost found cannot be on a cheaper one (Ukkonen 1985); the band is
 *  doubled until that holds. Two states, kept and parted, as in Gotoh 1982.
 *  Time and memory: items times band, a byte a cell; at worst the product of both lengths. */

import type { Keys } from './keys.ts';

export interface MatchCosts {
  /** For a place where the programs part. */
  readonly gap: number;
  /** More for one that code runs through and where nothing is deleted: it takes a transfer. */
  readonly flow: number;
  /** For a kept item whose operands differ; Infinity = such items are not kept. */
  readonly patch: number;
}

/** A command's head; a branch there and back; a word and its part of a head. */
export const UPDATE_COSTS: MatchCosts = { gap: 4, flow: 6, patch: 4 };
export const LCS_COSTS: MatchCosts = { gap: 0, flow: 0, patch: Number.POSITIVE_INFINITY };

export interface Matching {
  /** For every new item the old one that it is, or -1. Ascending. */
  readonly oldOf: Int32Array;
  readonly cost: number;
}

const FIRST_BAND_BYTES = 256;
const NEVER = 0x3fff_ffff;

export function matchItems(a: Keys, b: Keys, costs: MatchCosts): Matching {
  const offsetsA = offsets(a.bytes);
  const offsetsB = offsets(b.bytes);
  const surplus = offsetsB.at(-1)! - offsetsA.at(-1)!;
  const everything = offsetsA.at(-1)! + offsetsB.at(-1)! + costs.gap + costs.flow;
  for (let band = Math.max(surplus, 0) + FIRST_BAND_BYTES; ; band *= 2) {
    const table = fill(a, b, costs, rowsOf(offsetsA, offsetsB, surplus, band));
    if (table.cost <= band || band >= everything) {
      return { oldOf: trace(table, a.whole.length, b.whole.length), cost: table.cost };
    }
  }
}

function offsets(bytes: Int32Array): Int32Array {
  const found = new Int32Array(bytes.length + 1);
  bytes.forEach((count, i) => {
    found[i + 1] = found[i]! + count;
  });
  return found;
}

interface Rows {
  /** First and last y of every x. */
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** Cells that a path of cost `band` can touch: with d = bytes of b less bytes of a so far, it inserts at
 *  least d before and `surplus` - d behind. */
function rowsOf(a: Int32Array, b: Int32Array, surplus: number, band: number): Rows {
  const from = new Int32Array(a.length);
  const to = new Int32Array(a.length);
  let low = 0;
  let high = 0;
  for (let x = 0; x < a.length; x++) {
    while (low < b.length - 1 && b[low]! - a[x]! < surplus - band) low++;
    while (high < b.length - 1 && b[high + 1]! - a[x]! <= band) high++;
    from[x] = Math.min(low, high);
    to[x] = Math.max(low, high);
  }
  return { from, to };
}

/** Bits of a step: kept came from parted; parted came from kept; parted by inserting. */
const KEPT_FROM_PARTED = 1;
const PARTED_FROM_KEPT = 2;
const BY_INSERT = 4;

interface Table extends Rows {
  /** Where each row begins in `steps`. */
  readonly start: Float64Array;
  readonly steps: Uint8Array;
  readonly cost: number;
  readonly endsKept: boolean;
}

function fill(a: Keys, b: Keys, costs: MatchCosts, { from, to }: Rows): Table {
  const { patch } = costs;
  /** Where it opens by inserting. */
  const gaps = Int32Array.from(b.flows, (flow) => costs.gap + flow * costs.flow);
  const start = new Float64Array(from.length + 1);
  for (let x = 0; x < from.length; x++) start[x + 1] = start[x]! + to[x]! - from[x]! + 1;
  const steps = new Uint8Array(start[from.length]!);
  const columns = b.whole.length + 1;
  let kept = new Float64Array(columns).fill(NEVER);
  let parted = new Float64Array(columns).fill(NEVER);
  let keptAbove = new Float64Array(columns).fill(NEVER);
  let partedAbove = new Float64Array(columns).fill(NEVER);
  for (let x = 0; x < from.length; x++) {
    [kept, keptAbove] = [keptAbove, kept];
    [parted, partedAbove] = [partedAbove, parted];
    const first = from[x]!;
    const last = to[x]!;
    const base = start[x]! - first;
    if (first > 0) {
      kept[first - 1] = NEVER;
      parted[first - 1] = NEVER;
    }
    // What the row above did not reach.
    for (let y = x === 0 ? 0 : to[x - 1]! + 1; y <= last; y++) {
      keptAbove[y] = NEVER;
      partedAbove[y] = NEVER;
    }
    for (let y = first; y <= last; y++) {
      let step = 0;
      let bestKept = x === 0 && y === 0 ? 0 : NEVER;
      if (x > 0 && y > 0) {
        const change =
          a.whole[x - 1] === b.whole[y - 1] ? 0 : a.shape[x - 1] === b.shape[y - 1] ? patch : NEVER;
        const before = Math.min(keptAbove[y - 1]!, partedAbove[y - 1]!);
        if (partedAbove[y - 1]! < keptAbove[y - 1]!) step |= KEPT_FROM_PARTED;
        bestKept = Math.min(NEVER, before + change);
      }
      let bestParted = NEVER;
      if (x > 0) {
        const opened = keptAbove[y]! + costs.gap;
        bestParted = Math.min(partedAbove[y]!, opened);
        if (opened < partedAbove[y]!) step |= PARTED_FROM_KEPT;
      }
      if (y > 0) {
        const opened = kept[y - 1]! + gaps[y - 1]!;
        const inserted = Math.min(parted[y - 1]!, opened) + b.bytes[y - 1]!;
        if (inserted < bestParted) {
          bestParted = inserted;
          step |= BY_INSERT;
          if (opened < parted[y - 1]!) step |= PARTED_FROM_KEPT;
          else step &= ~PARTED_FROM_KEPT;
        }
      }
      kept[y] = bestKept;
      parted[y] = Math.min(NEVER, bestParted);
      steps[base + y] = step;
    }
  }
  const endKept = kept[columns - 1]!;
  const endParted = parted[columns - 1]!;
  return {
    from,
    to,
    start,
    steps,
    cost: Math.min(endKept, endParted),
    endsKept: endKept <= endParted,
  };
}

function trace({ from, start, steps, endsKept }: Table, rows: number, columns: number): Int32Array {
  const oldOf = new Int32Array(columns).fill(-1);
  let x = rows;
  let y = columns;
  let isKept = endsKept;
  while (x > 0 || y > 0) {
    const step = steps[start[x]! + y - from[x]!]!;
    if (isKept) {
      x--;
      y--;
      oldOf[y] = x;
      isKept = (step & KEPT_FROM_PARTED) === 0;
      continue;
    }
    if ((step & BY_INSERT) !== 0) y--;
    else x--;
    isKept = (step & PARTED_FROM_KEPT) !== 0;
  }
  return oldOf;
}
