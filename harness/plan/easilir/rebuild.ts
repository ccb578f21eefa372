/** Segmented rebuild: the new image as linked, made in place from what the node holds, a segment at a time.
 *  Source: Qiu et al. 2014, 4.2, whose groups are runs of segments here: where bytes move down they are filled
 *  upwards, where bytes move up, downwards, so that nothing is overwritten before it is read. Each segment is
 *  erased and programmed once at most; those that stay as they are, not at all.
 *  All groups of one direction come before those of the other; both orders are tried.
 *  Leaves out: references, which are bytes like others here. */

import type { Matches } from '../r3diff/matches.ts';
import { countRebuild, type RebuildCounts } from './counts.ts';
import { envelopeOf } from './in-situ.ts';
import { APP_START, AREA_START, FLASH_SEGMENT_BYTES } from './memory-map.ts';
import type { NodeImage } from './node-image.ts';
import { freshNode } from './node-image.ts';
import { type Piece, parseStretch } from './parse-stretch.ts';
import type { Program } from './program.ts';
import { type Direction, matchesOf, type RebuildText, rebuildText } from './rebuild-matches.ts';
import { encodeFile, encodeSteps, KINDS, type Step } from './script.ts';

export interface Rebuild {
  readonly file: Uint8Array;
  readonly steps: readonly Step[];
  readonly node: NodeImage;
  readonly counts: RebuildCounts;
}

type NodeBytes = Pick<NodeImage, 'flash' | 'area'>;

export function planRebuild(old: NodeBytes, program: Program): Rebuild {
  const node = freshNode(program);
  const steps = rebuildSteps(old, program.image);
  const file = encodeFile(envelopeOf(KINDS.rebuild, old, node), encodeSteps(steps));
  return { file, steps, node, counts: countRebuild(file, steps, old, node) };
}

/** A run of segments that are filled in one direction. */
interface Group {
  readonly direction: Direction;
  readonly first: number;
  /** Last segment. */
  readonly last: number;
}

/** The cheapest found that leads from the node's bytes to the image. */
export function rebuildSteps(old: NodeBytes, image: Uint8Array): Step[] {
  const text = rebuildText(old.flash, old.area, image);
  const none = (): boolean => false;
  const up = matchesOf(text, 'up', FLASH_SEGMENT_BYTES, none);
  const down = matchesOf(text, 'down', FLASH_SEGMENT_BYTES, none);
  const isSame = sameSegments(old.flash, image);
  const ways = [groupsFor(isSame, up, down), allIn('up', isSame), allIn('down', isSame)];
  let best: { steps: Step[]; bytes: number } | null = null;
  for (const groups of ways) {
    for (const leader of ['up', 'down'] as const) {
      const steps = stepsOf(text, groups, leader, old.flash, image);
      const bytes = encodeSteps(steps).length;
      if (best === null || bytes < best.bytes) best = { steps, bytes };
    }
  }
  return best!.steps;
}

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
function groupsFor(isSame: readonly boolean[], up: Matches, down: Matches): Group[] {
  const prices = isSame.map((same, segment) => {
    const start = segment * FLASH_SEGMENT_BYTES;
    const end = Math.min(start + FLASH_SEGMENT_BYTES, up.length.length);
    const way = (matches: Matches): number => parseStretch(matches, start, end).cost;
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

function stepsOf(
  text: RebuildText,
  groups: readonly Group[],
  leader: Direction,
  flash: Uint8Array,
  image: Uint8Array,
): Step[] {
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
    const matches = matchesOf(text, direction, FLASH_SEGMENT_BYTES, isGone);
    if (direction === 'down') mine.reverse();
    for (const group of mine) steps.push(...groupSteps(text, group, matches, flash, image));
  }
  return steps;
}

function groupSteps(
  text: RebuildText,
  { direction, first, last }: Group,
  matches: Matches,
  flash: Uint8Array,
  image: Uint8Array,
): Step[] {
  // What stands at both ends already stays: a segment is put together from what it holds.
  let start = first * FLASH_SEGMENT_BYTES;
  let end = Math.min((last + 1) * FLASH_SEGMENT_BYTES, image.length);
  while (start < end && flash[start] === image[start]) start++;
  while (end > start && flash[end - 1] === image[end - 1]) end--;
  if (start === end) return [];
  const { pieces } = parseStretch(matches, start, end);
  const steps = pieces.map((piece) => stepOf(text, piece, image));
  if (direction === 'down') steps.reverse();
  return [{ kind: direction, at: APP_START + (direction === 'up' ? start : end) }, ...steps];
}

function stepOf(text: RebuildText, { start, end, source }: Piece, image: Uint8Array): Step {
  if (source === null) return { kind: 'add', bytes: image.slice(start, end) };
  const from =
    source < text.flashBytes ? APP_START + source : AREA_START + source - text.flashBytes - 1;
  return { kind: 'copy', from, length: end - start };
}
