/** COPYs in an order that is right in place: each is read before another overwrites its source.
 *  Source: Burns, Stockmeyer and Long, "In-Place Reconstruction of Version Differences" (TKDE 2003): the
 *  digraph of write-before-read conflicts, sorted topologically; a cycle loses its cheapest COPY.
 *  The edges are not stored: destinations do not overlap, so a source meets a range of them in address order.
 *  Leaves out: pages; two orders are made and the one with fewer page steps is kept. */

import type { Copy } from '../operations.ts';

export interface Ordered {
  /** Indices into the COPYs, in their order. */
  readonly order: readonly number[];
  /** Indices of COPYs that must become ADDs. */
  readonly broken: readonly number[];
}

/** @param copies in order of their destinations. */
export function orderCopies(copies: readonly Copy[], pageBytes: number): Ordered {
  const conflicts = conflictsOf(copies);
  const broken = breakCycles(copies, conflicts);
  const kept = new Uint8Array(copies.length).fill(1);
  for (const index of broken) kept[index] = 0;
  const up = sortTopologically(kept, conflicts, true);
  const down = sortTopologically(kept, conflicts, false);
  const steps = (order: readonly number[]) => pageSteps(copies, order, pageBytes);
  return { order: steps(up) <= steps(down) ? up : down, broken };
}

interface Conflicts {
  /** COPYs first[i] .. behind[i] - 1, but for i itself, write into what COPY i reads. */
  readonly first: Int32Array;
  readonly behind: Int32Array;
}

function conflictsOf(copies: readonly Copy[]): Conflicts {
  const first = new Int32Array(copies.length);
  const behind = new Int32Array(copies.length);
  copies.forEach(({ source, length }, i) => {
    first[i] = lowest(copies.length, (at) => copies[at]!.destination + copies[at]!.length > source);
    behind[i] = lowest(copies.length, (at) => copies[at]!.destination >= source + length);
  });
  return { first, behind };
}

/** Lowest index for which a test holds that stays true from there on. */
function lowest(count: number, holds: (at: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

const FRESH = 0;
const ON_PATH = 1;
const DONE = 2;
const BROKEN = 3;

/** Depth first; where the path runs into itself, the shortest COPY of that cycle is taken out and the walk
 *  goes on in front of it. */
function breakCycles(copies: readonly Copy[], { first, behind }: Conflicts): number[] {
  const state = new Uint8Array(copies.length);
  const next = new Int32Array(copies.length);
  const placeOnPath = new Int32Array(copies.length);
  const path: number[] = [];
  const broken: number[] = [];
  const enter = (i: number) => {
    state[i] = ON_PATH;
    next[i] = first[i]!;
    placeOnPath[i] = path.length;
    path.push(i);
  };
  const leaveDownTo = (place: number) => {
    while (path.length > place) state[path.pop()!] = FRESH;
  };
  for (let root = 0; root < copies.length; root++) {
    if (state[root] === FRESH) enter(root);
    while (path.length > 0) {
      const here = path.at(-1)!;
      if (next[here]! >= behind[here]!) {
        state[here] = DONE;
        path.pop();
        continue;
      }
      const there = next[here]!++;
      if (there === here) continue;
      if (state[there] === FRESH) enter(there);
      else if (state[there] === ON_PATH) {
        const cycle = path.slice(placeOnPath[there]!);
        const cheapest = cycle.reduce((a, b) => (copies[b]!.length < copies[a]!.length ? b : a));
        leaveDownTo(placeOnPath[cheapest]!);
        state[cheapest] = BROKEN;
        broken.push(cheapest);
      }
    }
  }
  return broken;
}

/** Among the COPYs that may come next, the nearest in the direction of travel; at its end it turns. */
function sortTopologically(kept: Uint8Array, conflicts: Conflicts, startUp: boolean): number[] {
  const { first, behind } = conflicts;
  const count = kept.length;
  const readers = countReaders(kept, conflicts);
  const above = new Heap((a, b) => a - b);
  const below = new Heap((a, b) => b - a);
  let up = startUp;
  let here = up ? -1 : count;
  const release = (i: number) => (i > here ? above : below).push(i);
  for (let i = 0; i < count; i++) if (kept[i] === 1 && readers[i] === 0) release(i);
  const order: number[] = [];
  for (;;) {
    if ((up ? above : below).size === 0) up = !up;
    const taken = (up ? above : below).pop();
    if (taken === undefined) return order;
    here = taken;
    order.push(here);
    for (let i = first[here]!; i < behind[here]!; i++) {
      if (i === here || kept[i] === 0) continue;
      readers[i]!--;
      if (readers[i] === 0) release(i);
    }
  }
}

/** How many kept COPYs read what COPY i overwrites: sums over ranges, then without COPY i itself. */
function countReaders(kept: Uint8Array, { first, behind }: Conflicts): Int32Array {
  const readers = new Int32Array(kept.length + 1);
  for (let i = 0; i < kept.length; i++) {
    if (kept[i] === 0 || first[i]! >= behind[i]!) continue;
    readers[first[i]!]!++;
    readers[behind[i]!]!--;
  }
  for (let i = 1; i < kept.length; i++) readers[i]! += readers[i - 1]!;
  for (let i = 0; i < kept.length; i++) {
    if (kept[i] === 1 && i >= first[i]! && i < behind[i]!) readers[i]!--;
  }
  return readers;
}

/** Pages taken into RAM one after the other when the COPYs run in this order. */
function pageSteps(copies: readonly Copy[], order: readonly number[], pageBytes: number): number {
  let steps = 0;
  let page = -1;
  for (const index of order) {
    const { source, destination, length } = copies[index]!;
    const low = Math.floor(destination / pageBytes);
    const high = Math.floor((destination + length - 1) / pageBytes);
    const [from, to] = destination > source ? [high, low] : [low, high];
    steps += high - low + (from === page ? 0 : 1);
    page = to;
  }
  return steps;
}

/** Binary heap of numbers; the one that is first by `compare` comes out first. */
class Heap {
  readonly #items: number[] = [];
  readonly #compare: (a: number, b: number) => number;
  constructor(compare: (a: number, b: number) => number) {
    this.#compare = compare;
  }
  get size(): number {
    return this.#items.length;
  }
  push(item: number): void {
    const items = this.#items;
    items.push(item);
    for (let i = items.length - 1; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (this.#compare(items[parent]!, items[i]!) <= 0) return;
      this.#swap(i, parent);
      i = parent;
    }
  }
  pop(): number | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (items.length === 0 || last === undefined) return top;
    items[0] = last;
    for (let i = 0; ; ) {
      let child = 2 * i + 1;
      if (child >= items.length) return top;
      const right = child + 1;
      if (right < items.length && this.#compare(items[right]!, items[child]!) < 0) child = right;
      if (this.#compare(items[i]!, items[child]!) <= 0) return top;
      this.#swap(i, child);
      i = child;
    }
  }
  #swap(a: number, b: number): void {
    const items = this.#items;
    [items[a], items[b]] = [items[b]!, items[a]!];
  }
}
