/** What an update costs the node, counted from its commands and the bytes before and after.
 *  Programming only clears bits: where a command must set one, its segment has to be erased. The paper counts bytes
 *  programmed and leaves erasing out, so both are here.
 *  Leaves out: energy and time, which follow from these and the chip's figures. */

import { APP_START, FLASH_SEGMENT_BYTES, isInArea, segmentOf } from './memory-map.ts';
import type { NodeImage } from './node-image.ts';
import type { Command, Step } from './script.ts';

type NodeBytes = Pick<NodeImage, 'flash' | 'area'>;

export interface FlashCounts {
  /** Bytes that differ afterwards. */
  readonly changedBytes: number;
  /** Segments with such bytes. */
  readonly segmentsTouched: number;
  /** Those in which a bit must be set: erased and programmed whole. */
  readonly segmentsErased: number;
}

export interface InSituCounts extends FlashCounts {
  readonly kind: 'in situ';
  /** Of the file, envelope and CRC included. */
  readonly fileBytes: number;
  readonly commands: Readonly<Record<Command['kind'], number>>;
  /** Bytes that commands program into flash: what the paper counts as written. */
  readonly writtenBytes: number;
  /** Commands on flash whose bytes only clear bits. */
  readonly clearingCommands: number;
  /** Commands on flash that set a bit. */
  readonly erasingCommands: number;
  /** Bytes read from flash by MOVE. */
  readonly readBytes: number;
  readonly areaBytes: number;
  readonly areaBytesAdded: number;
  /** Runs of bytes in the image that nothing uses any more, from all updates since it was whole. */
  readonly deletedBlocks: number;
  readonly deletedBytes: number;
}

export interface RebuildCounts extends FlashCounts {
  readonly kind: 'rebuild';
  readonly fileBytes: number;
  readonly groups: number;
  readonly copies: number;
  readonly adds: number;
  /** Bytes programmed: whole segments. */
  readonly writtenBytes: number;
  /** Bytes copied from flash. */
  readonly readBytes: number;
  readonly readAreaBytes: number;
  readonly addedBytes: number;
}

export function flashCounts(before: NodeBytes, after: NodeBytes): FlashCounts {
  const touched = new Set<number>();
  const erased = new Set<number>();
  let changedBytes = 0;
  for (let at = 0; at < after.flash.length; at++) {
    const old = before.flash[at] ?? 0xff;
    const fresh = after.flash[at]!;
    if (old === fresh) continue;
    changedBytes++;
    touched.add(segmentOf(at));
    if ((old & fresh) !== fresh) erased.add(segmentOf(at));
  }
  return { changedBytes, segmentsTouched: touched.size, segmentsErased: erased.size };
}

/** Bytes that a command programs into flash. */
function flashBytesOf(command: Command): number {
  switch (command.kind) {
    case 'replace':
      return command.bytes.length;
    case 'move':
      return command.length;
    case 'delete':
      return command.length - 2 <= JMP_MAX ? 2 : 4;
    case 'area':
      return 0;
    default:
      return 4;
  }
}
const JMP_MAX = 1022;

interface Counted {
  readonly fileBytes: number;
  readonly commands: readonly Command[];
  readonly before: NodeBytes;
  readonly after: NodeBytes;
  /** Set where a byte of the image afterwards matters, by address. */
  readonly live: Uint8Array;
}

export function countInSitu({ fileBytes, commands, before, after, live }: Counted): InSituCounts {
  const kinds = { replace: 0, delete: 0, call: 0, branch: 0, move: 0, area: 0 };
  let writtenBytes = 0;
  let clearingCommands = 0;
  let erasingCommands = 0;
  let readBytes = 0;
  for (const command of commands) {
    kinds[command.kind]++;
    if (command.kind === 'area') continue;
    const bytes = flashBytesOf(command);
    writtenBytes += bytes;
    if (command.kind === 'move') readBytes += bytes;
    if (onlyClears(command.at - APP_START, bytes, before.flash, after.flash)) clearingCommands++;
    else erasingCommands++;
  }
  return {
    kind: 'in situ',
    fileBytes,
    commands: kinds,
    writtenBytes,
    clearingCommands,
    erasingCommands,
    readBytes,
    areaBytes: after.area.length,
    areaBytesAdded: after.area.length - before.area.length,
    ...deleted(live, after.flash.length),
    ...flashCounts(before, after),
  };
}

function onlyClears(at: number, bytes: number, before: Uint8Array, after: Uint8Array): boolean {
  for (let i = at; i < at + bytes; i++) if ((before[i]! & after[i]!) !== after[i]!) return false;
  return true;
}

function deleted(
  live: Uint8Array,
  flashBytes: number,
): { deletedBlocks: number; deletedBytes: number } {
  let deletedBlocks = 0;
  let deletedBytes = 0;
  for (let at = APP_START; at < APP_START + flashBytes; at++) {
    if (live[at] !== 0) continue;
    deletedBytes++;
    if (at === APP_START || live[at - 1] !== 0) deletedBlocks++;
  }
  return { deletedBlocks, deletedBytes };
}

export function countRebuild(
  file: Uint8Array,
  steps: readonly Step[],
  before: NodeBytes,
  after: NodeBytes,
): RebuildCounts {
  const counts = { groups: 0, copies: 0, adds: 0, readBytes: 0, readAreaBytes: 0, addedBytes: 0 };
  for (const step of steps) {
    if (step.kind === 'copy') {
      counts.copies++;
      if (isInArea(step.from)) counts.readAreaBytes += step.length;
      else counts.readBytes += step.length;
    } else if (step.kind === 'add') {
      counts.adds++;
      counts.addedBytes += step.bytes.length;
    } else counts.groups++;
  }
  const segments = segmentsWritten(steps);
  const writtenBytes = segments * FLASH_SEGMENT_BYTES;
  const flash = { ...flashCounts(before, after), segmentsErased: segments };
  return { kind: 'rebuild', fileBytes: file.length, ...counts, writtenBytes, ...flash };
}

/** Segments that the groups put together. */
function segmentsWritten(steps: readonly Step[]): number {
  const segments = new Set<number>();
  let at = 0;
  let isUp = true;
  for (const step of steps) {
    if (step.kind === 'up' || step.kind === 'down') {
      at = step.at;
      isUp = step.kind === 'up';
      continue;
    }
    const bytes = step.kind === 'copy' ? step.length : step.bytes.length;
    const start = isUp ? at : at - bytes;
    for (let s = segmentOf(start); s <= segmentOf(start + bytes - 1); s++) segments.add(s);
    at = isUp ? at + bytes : start;
  }
  return segments.size;
}
