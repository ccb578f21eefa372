/** A line that loses, damages, cuts short, doubles, delays and swaps frames, adds noise, and goes down.
 *  Source: line contract in ../session.ts; DESIGN.md section 4, fault kind `line`.
 *  Leaves out: dependence between frames (bursts), other than the windows in which the line is down. */

import { RigError } from '../../errors.ts';
import { Prng } from '../../prng.ts';
import type { Delivery, Line } from '../session.ts';
import type { LineSpec } from './spec.ts';

const MAX_NOISE_BYTES = 16;
const MAX_FLIPPED_BITS = 3;

type Direction = 'down' | 'up';

export function createLossyLine(spec: LineSpec, seed: number): Line {
  const prng = new Prng(seed);
  const counters = { carried: 0, lost: 0, damaged: 0, duplicated: 0, delayed: 0 };
  /** Frames that wait until the next one of their direction has passed. */
  const held: Record<Direction, Delivery | null> = { down: null, up: null };

  const isDown = (nowUs: number) =>
    spec.down.some(({ fromS, toS }) => nowUs >= fromS * 1e6 && nowUs < toS * 1e6);

  /** Each fate is drawn for each frame, so that one probability does not shift the fates of another. */
  const carry = (frame: Uint8Array, direction: Direction, nowUs: number): Delivery[] => {
    counters.carried++;
    const isLost = prng.chance(spec.drop);
    const isDamaged = prng.chance(spec.damage);
    const isTruncated = prng.chance(spec.truncate);
    const isDoubled = prng.chance(spec.duplicate);
    const isSwapped = prng.chance(spec.swap);
    const isNoisy = prng.chance(spec.noise);
    const isDelayed = prng.chance(spec.delay.probability);
    const detail = new Prng(prng.next());
    if (isLost || isDown(nowUs)) {
      counters.lost++;
      return release(direction);
    }
    let bytes = isDamaged ? flipBits(frame, detail) : frame;
    if (isTruncated) bytes = bytes.slice(0, Math.max(1, detail.below(bytes.length)));
    if (isDamaged || isTruncated) counters.damaged++;
    if (isNoisy) bytes = withNoise(bytes, detail);
    const { fromMs, toMs } = spec.delay;
    const delayUs = isDelayed ? Math.round(1e3 * fromMs) + detail.below(1e3 * (toMs - fromMs)) : 0;
    if (isDelayed) counters.delayed++;
    const delivery = { delayUs, bytes };
    if (isDoubled) counters.duplicated++;
    const copies = isDoubled ? [delivery, delivery] : [delivery];
    if (isSwapped && held[direction] === null) {
      counters.delayed++;
      held[direction] = delivery;
      return copies.slice(1);
    }
    return [...copies, ...release(direction)];
  };

  const release = (direction: Direction): Delivery[] => {
    const waiting = held[direction];
    held[direction] = null;
    return waiting === null ? [] : [waiting];
  };

  return {
    counters,
    carry,
    save: () => JSON.stringify({ state: prng.state, down: packed(held.down), up: packed(held.up) }),
    restore(saved) {
      try {
        const { state, down, up } = JSON.parse(saved) as SavedLine;
        prng.state = state;
        held.down = unpacked(down);
        held.up = unpacked(up);
      } catch (cause) {
        throw new RigError('TRANSPORT_SAVED', { what: 'line', problem: 'not its JSON' }, cause);
      }
    },
  };
}

type SavedDelivery = [number, ...number[]] | null;
interface SavedLine {
  state: number;
  down: SavedDelivery;
  up: SavedDelivery;
}
const packed = (delivery: Delivery | null): SavedDelivery =>
  delivery === null ? null : [delivery.delayUs, ...delivery.bytes];
const unpacked = (saved: SavedDelivery): Delivery | null =>
  saved === null ? null : { delayUs: saved[0], bytes: Uint8Array.from(saved.slice(1)) };

/** Different bits, so that no two flips undo each other. */
function flipBits(frame: Uint8Array, prng: Prng): Uint8Array {
  const flips = 1 + prng.below(MAX_FLIPPED_BITS);
  const chosen = new Set<number>();
  while (chosen.size < flips) chosen.add(prng.below(8 * frame.length));
  const bytes = frame.slice();
  for (const bit of chosen) bytes[bit >>> 3] = bytes[bit >>> 3]! ^ (1 << (bit & 7));
  return bytes;
}

function withNoise(frame: Uint8Array, prng: Prng): Uint8Array {
  const noise = prng.bytes(1 + prng.below(MAX_NOISE_BYTES));
  const bytes = new Uint8Array(noise.length + frame.length);
  bytes.set(noise);
  bytes.set(frame, noise.length);
  return bytes;
}
