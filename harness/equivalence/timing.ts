/** How much later the modified program's outputs come than the new one's.
 *  Leaves out: outputs that have no partner. */

import type { Output } from '../device/observed/index.ts';
import type { Outputs } from './compare.ts';

export interface Timing {
  readonly outputs: number;
  /** Later is positive. */
  readonly meanUs: number;
  readonly worstUs: number;
  /** The output of `worstUs`. */
  readonly worstAt: number;
  /** Microseconds that a second of the program adds: the slope of the line of least squares. */
  readonly driftUsPerSecond: number;
  /** The longest that two outputs in a row lie further apart than in the new program, and which the second is. */
  readonly extraGapUs: number;
  readonly extraGapAt: number;
}

export interface ChannelTiming extends Timing {
  readonly channel: string;
  /** For a picture: seconds since power-on, microseconds later. At most MAX_POINTS. */
  readonly points: readonly (readonly [atSeconds: number, laterUs: number])[];
}

const MAX_POINTS = 400;

interface Pair {
  readonly modified: Output;
  readonly fresh: Output;
}

export function channelTimings(
  modified: Outputs,
  fresh: Outputs,
  equal: ReadonlyMap<string, number>,
): ChannelTiming[] {
  return [...equal].flatMap(([channel, count]) => {
    if (count === 0) return [];
    const pairs = pairsOf(modified.get(channel)!, fresh.get(channel)!, count);
    return [{ channel, ...timing(pairs), points: pointsOf(pairs) }];
  });
}

/** Of all channels together, in the new program's order. */
export function totalTiming(
  modified: Outputs,
  fresh: Outputs,
  equal: ReadonlyMap<string, number>,
): Timing | null {
  const pairs = [...equal]
    .flatMap(([channel, count]) =>
      pairsOf(modified.get(channel) ?? [], fresh.get(channel) ?? [], count),
    )
    .sort((a, b) => a.fresh.atUs - b.fresh.atUs);
  return pairs.length === 0 ? null : timing(pairs);
}

const pairsOf = (modified: readonly Output[], fresh: readonly Output[], count: number): Pair[] =>
  Array.from({ length: count }, (_, i) => ({ modified: modified[i]!, fresh: fresh[i]! }));

const laterUs = ({ modified, fresh }: Pair): number => modified.atUs - fresh.atUs;

function timing(pairs: readonly Pair[]): Timing {
  let sum = 0;
  let worstAt = 0;
  let extraGapAt = 0;
  let extraGapUs = 0;
  for (const [i, pair] of pairs.entries()) {
    const later = laterUs(pair);
    sum += later;
    if (Math.abs(later) > Math.abs(laterUs(pairs[worstAt]!))) worstAt = i;
    const extra = i === 0 ? 0 : later - laterUs(pairs[i - 1]!);
    if (extra > extraGapUs) {
      extraGapUs = extra;
      extraGapAt = i;
    }
  }
  const meanUs = sum / pairs.length;
  return {
    outputs: pairs.length,
    meanUs,
    worstUs: laterUs(pairs[worstAt]!),
    worstAt,
    driftUsPerSecond: slope(pairs, meanUs),
    extraGapUs,
    extraGapAt,
  };
}

function slope(pairs: readonly Pair[], meanUs: number): number {
  const meanAt = pairs.reduce((sum, { fresh }) => sum + fresh.atUs, 0) / pairs.length;
  let along = 0;
  let both = 0;
  for (const pair of pairs) {
    const at = pair.fresh.atUs - meanAt;
    along += at * at;
    both += at * (laterUs(pair) - meanUs);
  }
  return along === 0 ? 0 : (both / along) * 1e6;
}

function pointsOf(pairs: readonly Pair[]): [number, number][] {
  const step = Math.max(1, Math.ceil(pairs.length / MAX_POINTS));
  return pairs.flatMap((pair, i): [number, number][] =>
    i % step === 0 || i === pairs.length - 1 ? [[pair.fresh.atUs / 1e6, laterUs(pair)]] : [],
  );
}
