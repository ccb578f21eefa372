/** A place for every item of a new program in a node that runs an old one.
 *  What is kept stays where it lies. What comes behind a kept item goes into the room behind it; where that is
 *  too small, as much as fits beside a branch, the rest into the ifunction area. Code and data that nothing
 *  runs into goes into a hole or the area. A jump that no longer reaches becomes long.
 *  Ends: every round gives up a kept item or makes a jump long, and neither is undone.
 *  Source: Qiu et al. 2014, 4.1. Leaves out: bytes (emit.ts) and commands (commands.ts). */

import { type Chunk, type Hole, placeChunks } from './free-chunks.ts';
import { bytesFor, runsAsFunction } from './glue.ts';
import { APP_START, AREA_START } from './memory-map.ts';
import type { CalledRun, NodeImage } from './node-image.ts';
import { fallsThrough, type Program, reaches, sizeOf } from './program.ts';
import { costToMove, type Uses, usesOf } from './uses.ts';

/** Code in the area that the room behind an item leads to. */
export interface Insert {
  /** Of the CALL or BR in flash, or in the area. */
  readonly at: number;
  readonly first: number;
  readonly last: number;
  readonly isCalled: boolean;
  /** Item that the code goes on with; null = it ends by itself. */
  readonly back: number | null;
}

export interface Layout {
  readonly program: Program;
  readonly places: readonly number[];
  /** Bytes of every item there. */
  readonly sizes: readonly number[];
  readonly isLong: readonly boolean[];
  /** Kept from the old program, and new ones. */
  readonly calledRuns: readonly CalledRun[];
  /** By ascending address. */
  readonly inserts: readonly Insert[];
  /** Bytes of the area that the code and data without a transfer take, behind what was in use. */
  readonly freeAreaBytes: number;
  readonly areaBytes: number;
}

interface Draft {
  readonly program: Program;
  readonly old: NodeImage;
  readonly uses: Uses;
  /** The old item that a new one is and lies with; -1 = it must be placed. */
  readonly keptOf: Int32Array;
  readonly isLong: boolean[];
}

export function layOut(old: NodeImage, program: Program, oldOf: Int32Array): Layout {
  const draft: Draft = {
    program,
    old,
    uses: usesOf(program),
    keptOf: oldOf.slice(),
    isLong: program.items.map((_, index) => oldOf[index]! >= 0 && old.isLong[oldOf[index]!]!),
  };
  keepFixedPieces(draft);
  for (;;) {
    const kept = keptRuns(draft);
    const attempt = place(draft, kept);
    if ('giveUp' in attempt) {
      for (const index of attempt.giveUp) draft.keptOf[index] = -1;
      continue;
    }
    const far = jumpsTooFar(attempt);
    if (far.length === 0) return attempt;
    for (const index of far) {
      draft.isLong[index] = true;
      draft.keptOf[index] = -1;
    }
  }
}

function keepFixedPieces({ program, old, keptOf }: Draft): void {
  for (const [index, { kind, address }] of program.items.entries()) {
    if (kind !== 'fixed') continue;
    keptOf[index] = old.program.items.findIndex((one) => one.address === address);
  }
}

/** Ifunctions of CALL and RET that stay whole, with the items around them; others are given up whole. */
function keptRuns({ program, old, uses, keptOf }: Draft): CalledRun[] {
  const newOf = new Map<number, number>();
  for (const [index, from] of keptOf.entries()) if (from >= 0) newOf.set(from, index);
  const runs: CalledRun[] = [];
  for (const run of old.calledRuns) {
    const first = newOf.get(run.first);
    const length = run.last - run.first;
    const isWhole =
      first !== undefined &&
      Array.from({ length: length + 3 }, (_, k) => k - 1).every(
        (k) => keptOf[first + k] === run.first + k,
      ) &&
      runsAsFunction(program, uses, first, first + length);
    if (isWhole) {
      runs.push({ first, last: first + length });
      continue;
    }
    for (let from = run.first; from <= run.last; from++) {
      const index = newOf.get(from);
      if (index !== undefined) keptOf[index] = -1;
    }
  }
  return runs;
}

/** An insert whose place in the area is still open. */
interface PendingInsert extends Insert {
  readonly bytes: number;
}

/** @returns a layout, or items that must be given up first. */
function place(
  draft: Draft,
  kept: readonly CalledRun[],
): Layout | { readonly giveUp: ReadonlySet<number> } {
  const { program, old, keptOf, isLong } = draft;
  const { items } = program;
  const places = items.map((_, index) => (keptOf[index]! < 0 ? -1 : old.places[keptOf[index]!]!));
  const size = (index: number): number => sizeOf(items[index]!, isLong[index]!);
  const ends = roomEnds(places, old);
  const calledAt = new Map(kept.map((run) => [run.first, run]));
  const giveUp = new Set<number>();
  const pending: PendingInsert[] = [];
  const holes: Hole[] = [];
  const chunks: Chunk[] = [];
  for (let index = 0; index < items.length; index++) {
    if (keptOf[index]! < 0) continue;
    let next = index + 1;
    while (next < items.length && keptOf[next]! < 0) next++;
    const follower = next < items.length ? next : null;
    let free = index + 1;
    let at = places[index]! + size(index);
    const end = ends.get(index)!;
    if (calledAt.has(index + 1)) {
      // CALL, then on with what stands behind the run.
      at = runsOn(at + 4, places[calledAt.get(index + 1)!.last + 1]!, end);
      if (at < 0) giveUp.add(index + 1);
    } else if (isLastOfRun(kept, index)) {
      at += 2;
    } else if (fallsThrough(items, index)) {
      const room = continueAfter(draft, { index, follower, at, end, places, size });
      if (room.giveUp !== null) {
        giveUp.add(room.giveUp);
        continue;
      }
      at = room.at;
      free = room.free;
      if (room.insert !== null) pending.push(room.insert);
    }
    if (at >= 0 && at < end) holes.push({ start: at, end });
    chunks.push(...chunksOf(draft, { from: free, to: next, size, after: index, follower }));
  }
  if (giveUp.size > 0) return { giveUp };
  return finish(draft, { places, kept, pending, holes, chunks, size });
}

const isLastOfRun = (runs: readonly CalledRun[], index: number): boolean =>
  runs.some(({ last }) => last === index);

/** Address behind a jump from `at` to `target`; -1 = the room up to `end` is too small for it. */
function runsOn(at: number, target: number, end: number): number {
  const behind = at + bytesFor(at, target);
  return behind <= end ? behind : -1;
}

/** For every kept item where the room behind it ends: at the next kept item in memory. */
function roomEnds(places: readonly number[], old: NodeImage): Map<number, number> {
  const kept = places.flatMap((place, index) => (place < 0 ? [] : [{ place, index }]));
  kept.sort((a, b) => a.place - b.place);
  const ends = new Map<number, number>();
  for (const [k, { place, index }] of kept.entries()) {
    const next = kept[k + 1];
    const limit = placesEnd(place, old);
    ends.set(index, next === undefined ? limit : Math.min(limit, next.place));
  }
  return ends;
}

const placesEnd = (place: number, { flash, area }: NodeImage): number =>
  place < APP_START ? AREA_START + area.length : APP_START + flash.length;

interface Room {
  readonly index: number;
  readonly follower: number | null;
  readonly at: number;
  readonly end: number;
  readonly places: number[];
  readonly size: (index: number) => number;
}

interface Continued {
  /** Item that cannot be kept. */
  readonly giveUp: number | null;
  /** First byte of the room that is left. */
  readonly at: number;
  /** First item that the room did not take, inserts included. */
  readonly free: number;
  readonly insert: PendingInsert | null;
}

const TRANSFER_BYTES = 4;

/** What runs on from a kept item: into the room behind it as far as it goes. */
function continueAfter(draft: Draft, room: Room): Continued {
  const { program } = draft;
  const { index, follower, at, end, places, size } = room;
  let last = index;
  while (last + 1 !== follower && fallsThrough(program.items, last)) last++;
  const flowsOn = fallsThrough(program.items, last);
  const total = sum(index + 1, last, size);
  const behind = flowsOn
    ? runsOn(at + total, places[follower!]!, end)
    : at + total <= end
      ? at + total
      : -1;
  if (behind >= 0) {
    putInRow(index + 1, last, at, room);
    return { giveUp: null, at: behind, free: last + 1, insert: null };
  }
  if (end - at < TRANSFER_BYTES || last === index) {
    return { giveUp: leastToMove(draft, room), at, free: last + 1, insert: null };
  }
  let first = index + 1;
  let here = at;
  while (here + size(first) + TRANSFER_BYTES <= end && first < last) here += size(first++);
  putInRow(index + 1, first - 1, at, room);
  const afterCall = here + TRANSFER_BYTES;
  const isCalled =
    flowsOn && places[follower!] === afterCall && runsAsFunction(program, draft.uses, first, last);
  const bytes = sum(first, last, size) + (isCalled ? 2 : flowsOn ? TRANSFER_BYTES : 0);
  const insert = { at: here, first, last, isCalled, back: flowsOn ? follower : null, bytes };
  return { giveUp: null, at: afterCall, free: last + 1, insert };
}

function sum(first: number, last: number, size: (index: number) => number): number {
  let total = 0;
  for (let index = first; index <= last; index++) total += size(index);
  return total;
}

function putInRow(first: number, last: number, at: number, { places, size }: Room): void {
  let here = at;
  for (let index = first; index <= last; index++) {
    places[index] = here;
    here += size(index);
  }
}

/** The neighbour that goes along into the area to make room for the branch there. */
function leastToMove({ uses, program }: Draft, { index, follower, end, places }: Room): number {
  const before = costToMove(program, uses, index);
  if (follower === null || places[follower] !== end) return index;
  return costToMove(program, uses, follower) < before ? follower : index;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly size: (index: number) => number;
  readonly after: number;
  readonly follower: number | null;
}

/** Items that nothing kept runs into, cut where nothing runs on. */
function chunksOf({ program }: Draft, { from, to, size, after, follower }: Stretch): Chunk[] {
  const chunks: Chunk[] = [];
  for (let first = from; first < to; ) {
    let last = first;
    while (last + 1 < to && fallsThrough(program.items, last)) last++;
    const flowsOn = last + 1 === to && fallsThrough(program.items, last);
    chunks.push({
      first,
      last,
      bytes: sum(first, last, size),
      into: flowsOn ? follower : null,
      parity: program.items[first]!.address & 1,
      after,
      follower,
    });
    first = last + 1;
  }
  return chunks;
}

interface Parts {
  readonly places: number[];
  readonly kept: readonly CalledRun[];
  readonly pending: readonly PendingInsert[];
  readonly holes: Hole[];
  readonly chunks: readonly Chunk[];
  readonly size: (index: number) => number;
}

function finish(draft: Draft, parts: Parts): Layout {
  const { places, size } = parts;
  const used = AREA_START + even(draft.old.area.length);
  const inserts = [...parts.pending].sort((a, b) => a.at - b.at);
  const insertBytes = inserts.reduce((total, { bytes }) => total + bytes, 0);
  const put = (first: number, last: number, at: number): void => {
    let here = at;
    for (let index = first; index <= last; index++) {
      places[index] = here;
      here += size(index);
    }
  };
  const freeEnd = placeChunks(parts.chunks, {
    places,
    holes: parts.holes,
    areaFrom: used,
    reserved: insertBytes,
    put,
  });
  let at = even(freeEnd);
  for (const { first, last, bytes } of inserts) {
    put(first, last, at);
    at += bytes;
  }
  const calledRuns = [
    ...parts.kept,
    ...inserts.filter(({ isCalled }) => isCalled).map(({ first, last }) => ({ first, last })),
  ];
  return {
    program: draft.program,
    places,
    sizes: places.map((_, index) => size(index)),
    isLong: [...draft.isLong],
    calledRuns: calledRuns.sort((a, b) => a.first - b.first),
    inserts,
    freeAreaBytes: even(freeEnd) - used,
    areaBytes: at - AREA_START,
  };
}

const even = (value: number): number => value + (value & 1);

/** Transfers in front of items, as addresses that lead to them. */
export function entriesOf({ program, places, sizes, calledRuns }: Layout): Map<number, number> {
  const entries = new Map<number, number>();
  const lastOfRun = new Set(calledRuns.map(({ last }) => last));
  for (let index = 0; index + 1 < places.length; index++) {
    if (!fallsThrough(program.items, index) || lastOfRun.has(index)) continue;
    const end = places[index]! + sizes[index]!;
    if (end !== places[index + 1]) entries.set(index + 1, end);
  }
  return entries;
}

function jumpsTooFar(layout: Layout): number[] {
  const { program, places, isLong } = layout;
  const entries = entriesOf(layout);
  const far: number[] = [];
  for (const [index, { jump }] of program.items.entries()) {
    if (jump === null || isLong[index]) continue;
    const from = places[index]!;
    const entry = entries.get(jump);
    if (reaches(from, places[jump]!) || (entry !== undefined && reaches(from, entry))) continue;
    far.push(index);
  }
  return far;
}
