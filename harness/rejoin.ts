/** Recognises runs that must end like one already judged, so that each future is run once.
 *  At checkpoints the whole bench is compared with all runs before. Two benches have the same future
 *  when everything is equal; or when everything is equal but the flash lines that cuts may have torn, and
 *  the run that was judged read none of those from there on before it had erased them (decision 0003).
 *  Leaves out: sharing between worker threads. */

import { createHash } from 'node:crypto';
import type { LineFate, LineRange } from '../emulator/flash/line-watch.ts';
import type { EmulatedBench } from './device/emulated-bench.ts';
import type { Verdict } from './verdict/verdict.ts';

interface Checkpoint {
  /** One for each of `Trail.#spared`. */
  readonly keys: readonly string[];
  /** Of each range of lines, between this checkpoint and the next. */
  readonly fates: LineFate[];
}

/** What is known to follow from a checkpoint on. */
interface Future {
  readonly verdict: Verdict;
  /** Ranges of lines that no run from there on reads before it has erased them. */
  readonly unread: readonly LineRange[];
}

export class Rejoin {
  readonly #futures = new Map<string, Future>();
  readonly #bench: EmulatedBench;

  constructor(bench: EmulatedBench) {
    this.#bench = bench;
  }

  /** @param lines what each cut so far may have left in any state, the last cut's last.
   *  @param mark what else decides the future, beside the bench. */
  trail(mark: string, lines: readonly LineRange[]): Trail {
    return new Trail(this.#bench, this.#futures, lines, mark);
  }
  endRun(): void {
    this.#bench.board.flash.watchLines([]);
  }
}

/** The checkpoints of one run. Two runs may share a beginning: both note it before they part. */
export class Trail {
  readonly #bench: EmulatedBench;
  readonly #futures: Map<string, Future>;
  readonly #lines: readonly LineRange[];
  /** Which ranges a comparison leaves out: none, those of earlier cuts, that of the last one, all. */
  readonly #spared: readonly (readonly number[])[];
  readonly #mark: string;
  readonly #passed: Checkpoint[] = [];

  constructor(
    bench: EmulatedBench,
    futures: Map<string, Future>,
    lines: readonly LineRange[],
    mark: string,
  ) {
    this.#bench = bench;
    this.#futures = futures;
    this.#lines = lines;
    this.#mark = mark;
    const all = lines.map((_, range) => range);
    this.#spared = all.length > 1 ? [[], all.slice(0, -1), all.slice(-1), all] : [[], all];
  }

  get checkpoints(): number {
    return this.#passed.length;
  }

  /** @param listens whether the station does, from here on.
   *  @returns the verdict of a run that was here before, or null. */
  checkpoint(listens: boolean): Verdict | null {
    this.noteReads();
    const keys = this.#keys(listens);
    for (const key of keys) {
      const known = this.#futures.get(key);
      if (known === undefined) continue;
      // Whatever was passed on the way here leads here.
      this.#remember(known);
      return known.verdict;
    }
    this.#passed.push({ keys, fates: this.#lines.map(() => 'left alone') });
    this.watch();
    return null;
  }

  #keys(listens: boolean): string[] {
    const ranges = this.#spared.map((spared) => spared.map((range) => this.#lines[range]!));
    const futures = this.#bench.futureKeys(ranges, listens);
    return futures.map((future, i) => digest(`${this.#mark} - ${ranges[i]!.join()} ${future}`));
  }

  /** The run was judged: all its checkpoints lead to this verdict. */
  conclude(verdict: Verdict): void {
    this.noteReads();
    this.#remember({ verdict, unread: this.#lines });
  }

  /** What becomes of the lines counts from here on. */
  watch(): void {
    this.#bench.board.flash.watchLines(this.#lines);
  }
  noteReads(): void {
    const fates = this.#passed.at(-1)?.fates;
    const { flash } = this.#bench.board;
    fates?.forEach((fate, range) => {
      if (fate === 'left alone') fates[range] = flash.fateOf(range);
    });
  }

  /** @param rest what follows the last checkpoint, in a part that may not have been run here. */
  #remember({ verdict, unread }: Future): void {
    const read = this.#lines.map((range) => !unread.some((other) => isSame(other, range)));
    for (const { keys, fates } of [...this.#passed].reverse()) {
      fates.forEach((fate, range) => {
        if (fate !== 'left alone') read[range] = fate === 'read';
      });
      const future = { verdict, unread: this.#lines.filter((_, range) => !read[range]) };
      keys.forEach((key, i) => {
        if (!this.#spared[i]!.some((range) => read[range])) this.#futures.set(key, future);
      });
    }
  }
}

const isSame = (a: LineRange, b: LineRange): boolean => a[0] === b[0] && a[1] === b[1];
const digest = (text: string): string => createHash('sha1').update(text).digest('base64');
