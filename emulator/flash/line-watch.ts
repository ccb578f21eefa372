/** A range of flash lines that somebody wants to know about: has anything read them since?
 *  Source: none; it serves sweeps, where runs that differ only in lines nobody reads end alike.
 *  Leaves out: who read them. The watch is not machine state: a restore does not bring it back. */

export class LineWatch {
  #first = 0;
  #end = 0;
  /** Whether a watched byte was read, as data, as code, or by a look from outside. */
  touched = false;

  /** Watch `[first, end)`, byte offsets in the array. */
  set(first: number, end: number): void {
    this.#first = first;
    this.#end = end;
    this.touched = false;
  }
  clear(): void {
    this.set(0, 0);
  }
  get active(): boolean {
    return this.#end > this.#first;
  }
  /** Begin of the range, and its end; equal when nothing is watched. */
  get range(): readonly [first: number, end: number] {
    return [this.#first, this.#end];
  }
  overlaps(at: number, length: number): boolean {
    return at < this.#end && at + length > this.#first;
  }
  /** @returns true when this read ended the watch: it has its answer. */
  noteRead(at: number, length: number): boolean {
    if (!this.overlaps(at, length)) return false;
    this.clear();
    this.touched = true;
    return true;
  }
  /** An erase that covers the whole range makes what was in it not matter any more. */
  noteErased(at: number, length: number): void {
    if (this.active && at <= this.#first && at + length >= this.#end) {
      const { touched } = this;
      this.clear();
      this.touched = touched;
    }
  }
}
