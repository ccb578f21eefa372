/** Places for code and data that nothing runs into: a hole between its neighbours, else the ifunction area,
 *  else the nearest hole, else an error: then only a rebuild helps. */

import { RigError } from '../../errors.ts';
import { AREA_BYTES, AREA_START } from './memory-map.ts';

export interface Chunk {
  readonly first: number;
  readonly last: number;
  readonly bytes: number;
  /** Kept item that it runs on into; null = it ends by itself. */
  readonly into: number | null;
  /** 0 or 1: what its address must be odd or even as, since words may lie in it. */
  readonly parity: number;
  /** Kept items around it in the order of the program. */
  readonly after: number;
  readonly follower: number | null;
}

export interface Hole {
  start: number;
  end: number;
}

export interface Ground {
  readonly places: readonly number[];
  /** Changed. */
  readonly holes: Hole[];
  /** Address of the first free byte of the area. */
  readonly areaFrom: number;
  /** Bytes of the area that others will take. */
  readonly reserved: number;
  readonly put: (first: number, last: number, at: number) => void;
}

const BRANCH_BYTES = 4;

/** @returns address behind what went into the area. */
export function placeChunks(chunks: readonly Chunk[], ground: Ground): number {
  const { places, holes, put } = ground;
  let areaEnd = ground.areaFrom;
  for (const chunk of chunks) {
    const { first, last } = chunk;
    const before = chunk.into === null ? null : holeBefore(holes, chunk, places[chunk.into]!);
    if (before !== null) {
      before.end -= chunk.bytes;
      put(first, last, before.end);
      continue;
    }
    const bytes = chunk.bytes + (chunk.into === null ? 0 : BRANCH_BYTES);
    const near = holeFor(holes, chunk, bytes, places, true);
    const at = aligned(areaEnd, chunk);
    const fitsArea = at + bytes + ground.reserved <= AREA_START + AREA_BYTES;
    const hole = near ?? (fitsArea ? null : holeFor(holes, chunk, bytes, places, false));
    if (hole !== null) {
      const start = aligned(hole.start, chunk);
      put(first, last, start);
      hole.start = start + bytes;
      continue;
    }
    put(first, last, at);
    areaEnd = at + bytes;
  }
  const needed = areaEnd - AREA_START + ground.reserved;
  if (needed > AREA_BYTES) throw new RigError('EASILIR_AREA', { needed, limit: AREA_BYTES });
  return areaEnd;
}

const aligned = (address: number, { parity }: Chunk): number => address + ((address ^ parity) & 1);

/** The hole that ends where the chunk runs on. */
function holeBefore(holes: readonly Hole[], chunk: Chunk, target: number): Hole | null {
  const hole = holes.find(({ end }) => end === target);
  return hole !== undefined && hole.end - hole.start >= chunk.bytes ? hole : null;
}

function holeFor(
  holes: readonly Hole[],
  chunk: Chunk,
  bytes: number,
  places: readonly number[],
  isNear: boolean,
): Hole | null {
  const low = places[chunk.after]!;
  const high = chunk.follower === null ? Number.POSITIVE_INFINITY : places[chunk.follower]!;
  let best: Hole | null = null;
  for (const hole of holes) {
    if (isNear && (hole.start < low || hole.end > high)) continue;
    if (hole.end - aligned(hole.start, chunk) < bytes) continue;
    if (best === null || Math.abs(hole.start - low) < Math.abs(best.start - low)) best = hole;
  }
  return best;
}
