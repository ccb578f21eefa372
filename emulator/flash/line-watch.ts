/** Ranges of flash lines that somebody wants to know about: what has become of them since?
 *  Source: none; it serves sweeps, where runs that differ only in lines nobody reads end alike.
 *  Leaves out: who read them. The watch is not machine state: a restore does not bring it back. */

/** `[first, end)`, byte offsets in the array. */
export type LineRange = readonly [first: number, end: number];

/** The first that happened: a byte was read, as data, as code, or by a look from outside; or all was erased
 *  unread, from where on its past is gone. */
export type LineFate = 'left alone' | 'read' | 'erased';

export class LineWatch {
  #ranges: readonly LineRange[] = [];
  #fates: LineFate[] = [];

  set(ranges: readonly LineRange[]): void {
    this.#ranges = ranges;
    this.#fates = ranges.map(() => 'left alone');
  }
  fate(range: number): LineFate {
    return this.#fates[range]!;
  }
  /** Is a range there that still waits for its fate? */
  overlaps(at: number, length: number): boolean {
    for (let i = 0; i < this.#ranges.length; i++) {
      const [first, end] = this.#ranges[i]!;
      if (this.#fates[i] === 'left alone' && at < end && at + length > first) return true;
    }
    return false;
  }
  /** @returns true when a range has got its fate by this read. */
  noteRead(at: number, length: number): boolean {
    if (!this.overlaps(at, length)) return false;
    this.#decide('read', ([first, end]) => at < end && at + length > first);
    return true;
  }
  noteErased(at: number, length: number): void {
    this.#decide('erased', ([first, end]) => at <= first && at + length >= end);
  }
  #decide(fate: LineFate, concerns: (range: LineRange) => boolean): void {
    this.#ranges.forEach((range, i) => {
      if (this.#fates[i] === 'left alone' && concerns(range)) this.#fates[i] = fate;
    });
  }
}
