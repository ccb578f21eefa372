/** Smallest value of any range of an array, in logarithmic time and linear memory: a tree of minima.
 *  Source: textbook (segment tree, bottom up).
 *  Leaves out: changes after it is built. */

export class RangeMinimum {
  readonly #count: number;
  readonly #tree: Int32Array;

  constructor(values: Int32Array) {
    this.#count = values.length;
    this.#tree = new Int32Array(2 * values.length);
    this.#tree.set(values, values.length);
    for (let i = values.length - 1; i > 0; i--) {
      this.#tree[i] = Math.min(this.#tree[2 * i]!, this.#tree[2 * i + 1]!);
    }
  }

  /** Over `from` .. `behind` - 1, which must not be empty. */
  of(from: number, behind: number): number {
    const tree = this.#tree;
    let least = Number.MAX_SAFE_INTEGER;
    let low = from + this.#count;
    let high = behind + this.#count;
    while (low < high) {
      if (low & 1) least = Math.min(least, tree[low++]!);
      if (high & 1) least = Math.min(least, tree[--high]!);
      low >>>= 1;
      high >>>= 1;
    }
    return least;
  }
}
