/** Recognises runs that must end like one already judged, so that each future is run once.
 *  At checkpoints the whole bench is compared with all runs before. Two benches have the same future
 *  when everything is equal; or when everything is equal but some flash lines, and the run that was
 *  judged read none of those from there on (decision 0003).
 *  Leaves out: sharing between worker threads. */

import { createHash } from 'node:crypto';
import type { EmulatedBench } from './device/emulated-bench.ts';
import type { Verdict } from './verdict/verdict.ts';

interface Checkpoint {
  readonly exact: string;
  readonly without: string;
  /** The lines in question were read between this checkpoint and the next. */
  read: boolean;
}

export class Rejoin {
  readonly #verdicts = new Map<string, Verdict>();
  readonly #bench: EmulatedBench;
  /** Flash lines that the cut may have left in any state. */
  #lines: readonly [first: number, end: number] = [0, 0];

  constructor(bench: EmulatedBench) {
    this.#bench = bench;
  }

  /** Call when the operation to be cut is in flight: what it writes to is what cuts differ in. */
  beginRun(): void {
    const { flash } = this.#bench.board;
    flash.watchOperation();
    this.#lines = flash.watch.range;
  }
  /** @param mark what else decides the future, beside the bench. */
  trail(mark: string): Trail {
    return new Trail(this.#bench, this.#verdicts, this.#lines, mark);
  }
  endRun(): void {
    this.#bench.board.flash.unwatch();
  }
}

/** The checkpoints of one run. Two runs may share a beginning: both note it before they part. */
export class Trail {
  readonly #bench: EmulatedBench;
  readonly #verdicts: Map<string, Verdict>;
  readonly #lines: readonly [first: number, end: number];
  readonly #mark: string;
  readonly #passed: Checkpoint[] = [];

  constructor(
    bench: EmulatedBench,
    verdicts: Map<string, Verdict>,
    lines: readonly [first: number, end: number],
    mark: string,
  ) {
    this.#bench = bench;
    this.#verdicts = verdicts;
    this.#lines = lines;
    this.#mark = mark;
  }

  get checkpoints(): number {
    return this.#passed.length;
  }

  /** @param listens whether the station does, from here on.
   *  @returns the verdict of a run that was here before, or null. */
  checkpoint(listens: boolean): Verdict | null {
    this.noteReads();
    const keys = this.#bench.futureKeys(...this.#lines, listens);
    const exact = digest(`${this.#mark} = ${keys.exact}`);
    const without = digest(`${this.#mark} - ${this.#lines} ${keys.without}`);
    const known = this.#verdicts.get(exact) ?? this.#verdicts.get(without);
    if (known !== undefined) {
      // Whatever was passed on the way here leads here.
      this.#remember(known, true);
      return known;
    }
    this.#passed.push({ exact, without, read: false });
    this.watch();
    return null;
  }

  /** The run was judged: all its checkpoints lead to this verdict. */
  conclude(verdict: Verdict): void {
    this.noteReads();
    this.#remember(verdict, false);
  }

  /** Reads count from here on. */
  watch(): void {
    this.#bench.board.flash.watchLines(...this.#lines);
  }
  noteReads(): void {
    const last = this.#passed.at(-1);
    if (last !== undefined && this.#bench.board.flash.watch.touched) last.read = true;
  }

  /** @param readLater whether the lines may be read after the last checkpoint, in a part not run here. */
  #remember(verdict: Verdict, readLater: boolean): void {
    let read = readLater;
    for (const passed of [...this.#passed].reverse()) {
      read ||= passed.read;
      this.#verdicts.set(passed.exact, verdict);
      if (!read) this.#verdicts.set(passed.without, verdict);
    }
  }
}

const digest = (text: string): string => createHash('sha1').update(text).digest('base64');
