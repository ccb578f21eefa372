/** Suffix array by induced sorting, in linear time and memory.
 *  Source: Nong, Zhang and Chan, "Linear Suffix Array Construction by Almost Pure Induced-Sorting"
 *  (DCC 2009). The end of the text counts as a sentinel below every symbol; it is not stored.
 *  Leaves out: the LCP array (r3diff/matches.ts) and searching (dg/longest-match.ts). */

export type Text = Uint8Array | Uint16Array | Int32Array;

const EMPTY = -1;

/** Starts of all suffixes in lexicographic order. @param symbols every symbol is below this. */
export function suffixArray(text: Text, symbols: number): Int32Array {
  const order = new Int32Array(text.length);
  if (text.length > 0) sortSuffixes(text, symbols, order);
  return order;
}

function sortSuffixes(text: Text, symbols: number, order: Int32Array): void {
  const isSmaller = typesOf(text);
  const counts = countSymbols(text, symbols);
  order.fill(EMPTY);
  seedUnsorted(text, isSmaller, counts, order);
  induce(text, isSmaller, counts, order);
  const starts = sortStarts(text, isSmaller, order);
  order.fill(EMPTY);
  const ends = bucketEnds(counts);
  for (let i = starts.length - 1; i >= 0; i--) order[--ends[text[starts[i]!]!]!] = starts[i]!;
  induce(text, isSmaller, counts, order);
}

/** 1 where a suffix is smaller than the one behind it (type S), else 0 (type L). */
function typesOf(text: Text): Uint8Array {
  const isSmaller = new Uint8Array(text.length);
  for (let i = text.length - 2; i >= 0; i--) {
    const here = text[i]!;
    const next = text[i + 1]!;
    if (here < next || (here === next && isSmaller[i + 1] === 1)) isSmaller[i] = 1;
  }
  return isSmaller;
}

/** A leftmost S: the suffix in front of it is larger. */
const isStart = (isSmaller: Uint8Array, i: number): boolean =>
  i > 0 && isSmaller[i] === 1 && isSmaller[i - 1] === 0;

function countSymbols(text: Text, symbols: number): Int32Array {
  const counts = new Int32Array(symbols);
  for (let i = 0; i < text.length; i++) counts[text[i]!]!++;
  return counts;
}

function bucketStarts(counts: Int32Array): Int32Array {
  const starts = new Int32Array(counts.length);
  for (let c = 1; c < counts.length; c++) starts[c] = starts[c - 1]! + counts[c - 1]!;
  return starts;
}

function bucketEnds(counts: Int32Array): Int32Array {
  const ends = bucketStarts(counts);
  for (let c = 0; c < counts.length; c++) ends[c]! += counts[c]!;
  return ends;
}

function seedUnsorted(
  text: Text,
  isSmaller: Uint8Array,
  counts: Int32Array,
  order: Int32Array,
): void {
  const ends = bucketEnds(counts);
  for (let i = 1; i < text.length; i++) {
    if (isStart(isSmaller, i)) order[--ends[text[i]!]!] = i;
  }
}

/** From the leftmost S suffixes in their buckets to all L, and from these to all S. */
function induce(text: Text, isSmaller: Uint8Array, counts: Int32Array, order: Int32Array): void {
  const n = text.length;
  const starts = bucketStarts(counts);
  order[starts[text[n - 1]!]!++] = n - 1;
  for (let i = 0; i < n; i++) {
    const before = order[i]! - 1;
    if (before >= 0 && isSmaller[before] === 0) order[starts[text[before]!]!++] = before;
  }
  const ends = bucketEnds(counts);
  for (let i = n - 1; i >= 0; i--) {
    const before = order[i]! - 1;
    if (before >= 0 && isSmaller[before] === 1) order[--ends[text[before]!]!] = before;
  }
}

/** The leftmost S suffixes in their final order; equal substrings between them are told apart by
 *  sorting the text of their names. */
function sortStarts(text: Text, isSmaller: Uint8Array, order: Int32Array): Int32Array {
  let count = 0;
  for (let i = 0; i < order.length; i++) {
    if (isStart(isSmaller, order[i]!)) order[count++] = order[i]!;
  }
  const sorted = order.slice(0, count);
  const nameAt = order.fill(EMPTY);
  let names = 0;
  for (let i = 0; i < count; i++) {
    const fresh = i === 0 || !sameSubstring(text, isSmaller, sorted[i - 1]!, sorted[i]!);
    if (fresh) names++;
    // Two starts are never neighbours, so half the places are enough.
    nameAt[sorted[i]! >> 1] = names - 1;
  }
  if (names === count) return sorted;
  const starts = new Int32Array(count);
  const reduced = new Int32Array(count);
  for (let i = 1, at = 0; i < text.length; i++) {
    if (!isStart(isSmaller, i)) continue;
    starts[at] = i;
    reduced[at++] = nameAt[i >> 1]!;
  }
  sortSuffixes(reduced, names, sorted);
  for (let i = 0; i < count; i++) sorted[i] = starts[sorted[i]!]!;
  return sorted;
}

function sameSubstring(text: Text, isSmaller: Uint8Array, a: number, b: number): boolean {
  for (let i = 0; ; i++) {
    if (a + i >= text.length || b + i >= text.length) return false;
    if (text[a + i] !== text[b + i] || isSmaller[a + i] !== isSmaller[b + i]) return false;
    if (i === 0) continue;
    const endA = isStart(isSmaller, a + i);
    const endB = isStart(isSmaller, b + i);
    if (endA || endB) return endA && endB;
  }
}
