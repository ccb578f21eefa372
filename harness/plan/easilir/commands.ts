/** What is sent so that a node's memory becomes what was emitted: the cheapest row of commands for the places
 *  that differ, in ascending order; what goes into the area without a transfer comes first.
 *  Source: Qiu et al. 2014, 4.1 and Algorithm 3; firmware-fixtures/msp430f1611/README.md, "In situ".
 *  Leaves out: MOVE (moves.ts). */

import type { Emitted } from './emit.ts';
import type { Insert, Layout } from './layout.ts';
import { APP_START, AREA_START, isInArea } from './memory-map.ts';
import { memoryOf, type NodeImage } from './node-image.ts';
import type { Command } from './script.ts';

/** Command byte, address, length. */
const HEAD_BYTES = 4;
const TRANSFER_BYTES = 4;

/** A place that differs; a skip can be said by DELETE. */
interface Spot {
  readonly start: number;
  readonly end: number;
  readonly isSkip: boolean;
  /** Of the jump, where it is one. */
  readonly target: number;
}

export function commandsFor(layout: Layout, emitted: Emitted, old: NodeImage): Command[] {
  const before = memoryOf(old);
  const inserts = layout.inserts.filter(({ at }) => !isInArea(at));
  const areaEnd = AREA_START + layout.areaBytes;
  const firstBody = inserts[0] === undefined ? areaEnd : layout.places[inserts[0].first]!;
  const differs = differing(before, emitted);
  const oldAreaEnd = AREA_START + old.area.length;
  for (let at = oldAreaEnd; at < firstBody; at++) differs[at] = 1;
  for (const { at } of inserts) differs.fill(0, at, at + TRANSFER_BYTES);
  const area = rows(spotsOf(differs, AREA_START, firstBody, new Map()));
  const skips = new Map(
    emitted.skips.filter(({ at, target }) => target > at).map(({ at, target }) => [at, target]),
  );
  const flashEnd = APP_START + old.flash.length;
  // Nothing is joined across a transfer: what lies there is said by INSERT.
  const borders = [APP_START, ...inserts.flatMap(({ at }) => [at, at + TRANSFER_BYTES]), flashEnd];
  const flash: Command[] = [];
  for (let k = 0; k + 1 < borders.length; k += 2) {
    const spots = spotsOf(differs, borders[k]!, borders[k + 1]!, skips);
    flash.push(...rows(spots).map((row) => commandOf(row, emitted)));
    const insert = inserts[k / 2];
    if (insert !== undefined) flash.push(insertCommand(insert, layout, emitted));
  }
  const areaCommands = area.map(({ start, end }): Command => {
    return { kind: 'area', offset: start - AREA_START, bytes: emitted.memory.slice(start, end) };
  });
  return [...areaCommands, ...flash];
}

function differing(before: Uint8Array, { memory, live }: Emitted): Uint8Array {
  const differs = new Uint8Array(before.length);
  for (let at = 0; at < before.length; at++) {
    if (live[at] !== 0 && memory[at] !== before[at]) differs[at] = 1;
  }
  return differs;
}

/** Runs of places that differ, skips apart. */
function spotsOf(
  differs: Uint8Array,
  from: number,
  to: number,
  skips: ReadonlyMap<number, number>,
): Spot[] {
  const spots: Spot[] = [];
  for (let at = from; at < to; ) {
    const skip = skipAt(differs, at, skips);
    if (skip !== null) {
      spots.push(skip);
      at = skip.end;
    } else if (differs[at] === 0) at++;
    else {
      const start = at;
      while (at < to && differs[at] !== 0 && skipAt(differs, at, skips) === null) at++;
      spots.push({ start, end: at, isSkip: false, target: 0 });
    }
  }
  return spots;
}

/** Longest jump by DELETE that is a JMP. */
const JMP_LENGTH = 1024;

function skipAt(differs: Uint8Array, at: number, skips: ReadonlyMap<number, number>): Spot | null {
  const target = skips.get(at);
  if (target === undefined) return null;
  const end = at + (target - at <= JMP_LENGTH ? 2 : 4);
  const isNew = differs.subarray(at, end).includes(1);
  return isNew ? { start: at, end, isSkip: true, target } : null;
}

interface Row {
  readonly start: number;
  readonly end: number;
  /** Of a DELETE; null = bytes. */
  readonly target: number | null;
}

const lengthBytes = (length: number): number => (length > 0xff ? 1 : 0);

/** Spots joined into commands at the least cost: a skip is a DELETE or part of a REPLACE. */
function rows(spots: readonly Spot[]): Row[] {
  let done: Path = { cost: 0, rows: [] };
  let open = null as Path | null;
  for (const spot of spots) {
    const bytes = spot.end - spot.start;
    const base = open !== null && open.cost < done.cost ? open : done;
    const fresh: Path = {
      cost: base.cost + HEAD_BYTES + bytes,
      rows: { row: { start: spot.start, end: spot.end, target: null }, before: base.rows },
    };
    const joined: Path | null = open === null ? null : extend(open, spot);
    const closed: Path | null = spot.isSkip
      ? {
          cost: base.cost + HEAD_BYTES + lengthBytes(spot.target - spot.start),
          rows: { row: { ...spot }, before: base.rows },
        }
      : null;
    open = joined !== null && joined.cost < fresh.cost ? joined : fresh;
    done = closed ?? { cost: Number.POSITIVE_INFINITY, rows: [] };
  }
  return listOf(open !== null && open.cost < done.cost ? open.rows : done.rows);
}

/** Rows from the last to the first. */
type Chain = { readonly row: Row; readonly before: Chain } | readonly [];
interface Path {
  readonly cost: number;
  readonly rows: Chain;
}

const isEmpty = (chain: Chain): chain is readonly [] => Array.isArray(chain);

function extend({ cost, rows: chain }: Path, { end }: Spot): Path | null {
  if (isEmpty(chain)) return null;
  const { row, before } = chain;
  return { cost: cost + end - row.end, rows: { row: { ...row, end }, before } };
}

function listOf(chain: Chain): Row[] {
  const found: Row[] = [];
  for (let link = chain; !isEmpty(link); link = link.before) found.push(link.row);
  return found.reverse();
}

const commandOf = ({ start, end, target }: Row, { memory }: Emitted): Command =>
  target === null
    ? { kind: 'replace', at: start, bytes: memory.slice(start, end) }
    : { kind: 'delete', at: start, length: target - start };

function insertCommand(insert: Insert, layout: Layout, { memory }: Emitted): Command {
  const { at, first, last, isCalled, back } = insert;
  const start = layout.places[first]!;
  const end = layout.places[last]! + layout.sizes[last]!;
  const bytes = memory.slice(start, end);
  if (isCalled) return { kind: 'call', at, bytes };
  return { kind: 'branch', at, back: back === null ? 0 : layout.places[back]!, bytes };
}
