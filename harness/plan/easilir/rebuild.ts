/** Segmented rebuild: the new image as linked, made in place from what the node holds, a segment at a time.
 *  Source: Qiu et al. 2014, 4.2, whose groups are runs of segments here: where bytes move down they are filled
 *  upwards, where bytes move up, downwards, so that nothing is overwritten before it is read. Each segment is
 *  erased and programmed once at most; those that stay as they are, not at all.
 *  All groups of one direction come before those of the other; both orders are tried.
 *  Ours: addresses in what is copied can be put right by a map (address-map.ts), if that makes a shorter script. */

import type { Matches } from '../r3diff/matches.ts';
import { type AdjustedBytes, addressMap, adjust } from './address-map.ts';
import { countRebuild, type RebuildCounts } from './counts.ts';
import { fileOf } from './in-situ.ts';
import { APP_START, AREA_START, FLASH_SEGMENT_BYTES } from './memory-map.ts';
import type { NodeImage } from './node-image.ts';
import { freshNode } from './node-image.ts';
import { parseStretch, REBUILD_COSTS, type Surcharge } from './parse-stretch.ts';
import type { Program } from './program.ts';
import { type Direction, matchesOf, type RebuildText, rebuildText } from './rebuild-matches.ts';
import { stepsOfPieces } from './rebuild-steps.ts';
import { encodeSteps, type Step } from './script.ts';

export interface Rebuild {
  readonly file: Uint8Array;
  readonly steps: readonly Step[];
  readonly node: NodeImage;
  readonly counts: RebuildCounts;
}

type NodeBytes = Pick<NodeImage, 'flash' | 'area'>;

export function planRebuild(old: NodeImage, program: Program): Rebuild {
  const node = freshNode(program);
  const ranges = addressMap(old, program);
  const plain = rebuildSteps(old, program.image);
  const aided = rebuildSteps(old, program.image, adjust(old, ranges));
  const withMap: Step[] = [{ kind: 'map', ranges }, ...aided];
  const isShorter = encodeSteps(withMap).length < encodeSteps(plain).length;
  const steps = isShorter ? withMap : plain;
  const file = fileOf('rebuild', old, node, encodeSteps(steps));
  return { file, steps, node, counts: countRebuild(file, steps, old, node) };
}

/** A run of segments that are filled in one direction. */
interface Group {
  readonly direction: Direction;
  readonly first: number;
  /** Last segment. */
  readonly last: number;
}

/** What is made, and of what: the node's bytes, or those with their addresses put right. */
interface Work {
  readonly text: RebuildText;
  readonly flash: Uint8Array;
  readonly image: Uint8Array;
  readonly isAdjusted: Uint8Array;
}

/** The cheapest found that leads from the node's bytes to the image.
 *  @param adjusted the same bytes as the node's map makes them; null = there is no map. */
export function rebuildSteps(
  old: NodeBytes,
  image: Uint8Array,
  adjusted: AdjustedBytes | null = null,
): Step[] {
  const { flash, area } = adjusted ?? old;
  const isAdjusted = adjusted?.isAdjusted ?? new Uint8Array(0x1_0000);
  const work = { text: rebuildText(flash, area, image), flash: old.flash, image, isAdjusted };
  const none = (): boolean => false;
  const up = pricedMatches(work, 'up', none);
  const down = pricedMatches(work, 'down', none);
  const isSame = sameSegments(old.flash, image);
  const ways = [groupsFor(isSame, up, down), allIn('up', isSame), allIn('down', isSame)];
  let best: { steps: Step[]; bytes: number } | null = null;
  for (const groups of ways) {
    for (const leader of ['up', 'down'] as const) {
      const steps = stepsOf(work, groups, leader);
      const bytes = encodeSteps(steps).length;
      if (best === null || bytes < best.bytes) best = { steps, bytes };
    }
  }
  return best!.steps;
}

interface Priced {
  readonly matches: Matches;
  /** A byte for each word that is translated. */
  readonly surcharge: Surcharge;
}

function pricedMatches(
  { text, image, isAdjusted }: Work,
  direction: Direction,
  isGone: (segment: number) => boolean,
): Priced {
  const matches = matchesOf(text, direction, FLASH_SEGMENT_BYTES, isGone);
  const surcharge = new Int32Array(image.length + 1);
  for (let k = 0; k < image.length; k++) {
    const isWord = matches.length[k]! > 1 && isAdjusted[addressOf(text, matches.source[k]!)] === 1;
    surcharge[k + 1] = surcharge[k]! + (isWord ? 1 : 0);
  }
  return { matches, surcharge };
}

const addressOf = ({ flashBytes }: RebuildText, source: number): number =>
  source < flashBytes ? APP_START + source : AREA_START + source - flashBytes - 1;

function sameSegments(flash: Uint8Array, image: Uint8Array): boolean[] {
  const count = Math.ceil(image.length / FLASH_SEGMENT_BYTES);
  return Array.from({ length: count }, (_, segment) => {
    const start = segment * FLASH_SEGMENT_BYTES;
    const end = Math.min(start + FLASH_SEGMENT_BYTES, image.length);
    for (let at = start; at < end; at++) if (flash[at] !== image[at]) return false;
    return true;
  });
}

const allIn = (direction: Direction, isSame: readonly boolean[]): Group[] =>
  runs(isSame.map((same) => (same ? null : direction)));

function runs(directions: readonly (Direction | null)[]): Group[] {
  const groups: Group[] = [];
  for (const [segment, direction] of directions.entries()) {
    if (direction === null) continue;
    const before = groups.at(-1);
    if (before?.direction === direction && before.last === segment - 1) {
      groups[groups.length - 1] = { ...before, last: segment };
    } else groups.push({ direction, first: segment, last: segment });
  }
  return groups;
}

const GROUP_BYTES = 3;
const STATES = [null, 'up', 'down'] as const;

/** Direction of every segment by what it costs alone, and a group's head where it changes. */
function groupsFor(isSame: readonly boolean[], up: Priced, down: Priced): Group[] {
  const prices = isSame.map((same, segment) => {
    const start = segment * FLASH_SEGMENT_BYTES;
    const end = Math.min(start + FLASH_SEGMENT_BYTES, up.matches.length.length);
    const way = ({ matches, surcharge }: Priced): number =>
      parseStretch(matches, start, end, REBUILD_COSTS, surcharge).cost;
    return [same ? 0 : Number.POSITIVE_INFINITY, way(up), way(down)];
  });
  let costs = [0, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const ways: number[][] = [];
  for (const price of prices) {
    const next: number[] = [];
    const way: number[] = [];
    for (let state = 0; state < STATES.length; state++) {
      const entries = costs.map((cost, before) => {
        return cost + (state === 0 || before === state ? 0 : GROUP_BYTES);
      });
      way[state] = entries.indexOf(Math.min(...entries));
      next[state] = entries[way[state]!]! + price[state]!;
    }
    costs = next;
    ways.push(way);
  }
  const directions: (Direction | null)[] = [];
  let state = costs.indexOf(Math.min(...costs));
  for (let segment = prices.length - 1; segment >= 0; segment--) {
    directions[segment] = STATES[state]!;
    state = ways[segment]![state]!;
  }
  return runs(directions);
}

function stepsOf(work: Work, groups: readonly Group[], leader: Direction): Step[] {
  const ofLeader = new Set<number>();
  for (const { direction, first, last } of groups) {
    for (let segment = first; segment <= last && direction === leader; segment++) {
      ofLeader.add(segment);
    }
  }
  const follower = leader === 'up' ? 'down' : 'up';
  const steps: Step[] = [];
  for (const direction of [leader, follower] as const) {
    const mine = groups.filter((group) => group.direction === direction);
    if (mine.length === 0) continue;
    const isGone = (segment: number): boolean => direction === follower && ofLeader.has(segment);
    const priced = pricedMatches(work, direction, isGone);
    if (direction === 'down') mine.reverse();
    for (const group of mine) steps.push(...groupSteps(work, group, priced));
  }
  return steps;
}

function groupSteps(work: Work, { direction, first, last }: Group, priced: Priced): Step[] {
  const { flash, image, text, isAdjusted } = work;
  // What stands at both ends already stays: a segment is put together from what it holds.
  let start = first * FLASH_SEGMENT_BYTES;
  let end = Math.min((last + 1) * FLASH_SEGMENT_BYTES, image.length);
  while (start < end && flash[start] === image[start]) start++;
  while (end > start && flash[end - 1] === image[end - 1]) end--;
  if (start === end) return [];
  const { pieces } = parseStretch(priced.matches, start, end, REBUILD_COSTS, priced.surcharge);
  const sources = {
    ...{ image, isAdjusted, start: APP_START },
    addressOf: (source: number): number => addressOf(text, source),
  };
  const at = APP_START + (direction === 'up' ? start : end);
  return [{ kind: direction, at }, ...stepsOfPieces(pieces, direction, sources)];
}
