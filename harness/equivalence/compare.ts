/** Two programs' outputs, channel by channel: the first that differs, or is missing.
 *  Order within a channel is the program's own; order between channels is looked at apart, since two channels
 *  that run beside each other swap when one comes some cycles later.
 *  Leaves out: time, but for when an output that has not come counts as missing (timing.ts has the rest). */

import type { Output } from '../device/observed/index.ts';

export type Outputs = ReadonlyMap<string, readonly Output[]>;

export interface Difference {
  readonly channel: string;
  /** Of the output in its channel, 0-based. */
  readonly index: number;
  /** Null = it did not come. */
  readonly modified: Output | null;
  readonly fresh: Output | null;
}

/** Beside the share that the caller allows: what happens once, such as a wait for a tick of a slow clock. */
const LATE_US = 2e6;

export class Comparison {
  readonly #modified: Outputs;
  readonly #fresh: Outputs;
  readonly #ratio: number;
  /** Outputs of each channel that were found equal. */
  readonly equal = new Map<string, number>();

  /** @param latePercent how much longer one program may take than the other. */
  constructor(modified: Outputs, fresh: Outputs, latePercent: number) {
    this.#ratio = 1 + latePercent / 100;
    this.#modified = modified;
    this.#fresh = fresh;
  }

  /** Until when the other program must have made an output of `us`. */
  latestUs(us: number): number {
    return us * this.#ratio + LATE_US;
  }
  /** The other way round: what happened before it must be there at `nowUs`. */
  #settledUs(nowUs: number): number {
    return (nowUs - LATE_US) / this.#ratio;
  }
  get equalOutputs(): number {
    return [...this.equal.values()].reduce((sum, count) => sum + count, 0);
  }

  /** @param nowUs how far both have run; @param asked outputs from then on need no partner.
   *  @returns what differs by now, the earliest first. */
  advance(nowUs: number, asked: number): Difference[] {
    const channels = new Set([...this.#modified.keys(), ...this.#fresh.keys()]);
    const found = [...channels].flatMap((channel) => this.#advance(channel, nowUs, asked) ?? []);
    return found.sort((a, b) => timeOf(a) - timeOf(b));
  }

  /** Whether an output from before `us` still waits for its partner. */
  isWaiting(us: number): boolean {
    const channels = new Set([...this.#modified.keys(), ...this.#fresh.keys()]);
    return [...channels].some((channel) => {
      const at = this.equal.get(channel) ?? 0;
      const ours = this.#modified.get(channel)?.[at];
      const theirs = this.#fresh.get(channel)?.[at];
      if (ours !== undefined && theirs !== undefined) return false;
      const alone = ours ?? theirs;
      return alone !== undefined && alone.atUs <= us;
    });
  }

  /** Equal outputs of each channel that both programs made before `us`. */
  equalBefore(us: number): Map<string, number> {
    return new Map(
      [...this.equal].map(([channel, count]) => {
        const isBefore = (i: number): boolean =>
          this.#modified.get(channel)![i]!.atUs <= us && this.#fresh.get(channel)![i]!.atUs <= us;
        let before = count;
        while (before > 0 && !isBefore(before - 1)) before--;
        return [channel, before];
      }),
    );
  }

  #advance(channel: string, nowUs: number, asked: number): Difference | null {
    const ours = this.#modified.get(channel) ?? [];
    const theirs = this.#fresh.get(channel) ?? [];
    const both = Math.min(ours.length, theirs.length);
    let at = this.equal.get(channel) ?? 0;
    while (at < both && ours[at]!.value === theirs[at]!.value) at++;
    this.equal.set(channel, at);
    const modified = ours[at] ?? null;
    const fresh = theirs[at] ?? null;
    if (modified !== null && fresh !== null) return { channel, index: at, modified, fresh };
    const alone = modified ?? fresh;
    if (alone === null || alone.atUs > Math.min(asked, this.#settledUs(nowUs))) return null;
    return { channel, index: at, modified, fresh };
  }
}

export const timeOf = ({ modified, fresh }: Difference): number =>
  Math.min(modified?.atUs ?? Number.POSITIVE_INFINITY, fresh?.atUs ?? Number.POSITIVE_INFINITY);

/** Two outputs of different channels that come in another order. */
export interface Swap {
  readonly first: { readonly channel: string; readonly value: string };
  readonly second: { readonly channel: string; readonly value: string };
  /** From the first to the second; negative in the modified program. */
  readonly freshUs: number;
  readonly modifiedUs: number;
}

export interface Swaps {
  readonly count: number;
  /** The first ones. */
  readonly examples: readonly Swap[];
}

const MAX_EXAMPLES = 10;
const named = ({ channel, value }: Output) => ({ channel, value });

/** Neighbours in the new program's order that the modified one makes the other way round. */
export function findSwaps(
  modified: Outputs,
  fresh: Outputs,
  equal: ReadonlyMap<string, number>,
): Swaps {
  const inOrder = [...equal]
    .flatMap(([channel, count]) =>
      Array.from({ length: count }, (_, i) => ({
        fresh: fresh.get(channel)![i]!,
        modified: modified.get(channel)![i]!,
      })),
    )
    .sort((a, b) => a.fresh.atUs - b.fresh.atUs);
  const examples: Swap[] = [];
  let count = 0;
  for (const [i, second] of inOrder.entries()) {
    const first = inOrder[i - 1];
    if (first === undefined || first.fresh.atUs === second.fresh.atUs) continue;
    const modifiedUs = second.modified.atUs - first.modified.atUs;
    if (modifiedUs >= 0) continue;
    count++;
    if (examples.length === MAX_EXAMPLES) continue;
    examples.push({
      first: named(first.fresh),
      second: named(second.fresh),
      freshUs: second.fresh.atUs - first.fresh.atUs,
      modifiedUs,
    });
  }
  return { count, examples };
}
