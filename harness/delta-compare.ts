/** One pair of images, every scheme beside the tools that others use: what is sent and what it costs.
 *  Sources: harness/plan; bsdiff, xdelta3 and zstd --patch-from where this machine has them.
 *  Leaves out: whether a device survives it (`verify`). */

import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { readPacked } from './delta.ts';
import { RigError } from './errors.ts';
import { readOperations } from './plan/apply-patch.ts';
import { predictDeltaCost } from './plan/delta-cost.ts';
import { checkDeltaRoom, type DeltaScheme, layoutOf, patchMakers } from './plan/delta-plan.ts';
import type { DeviceCost } from './plan/device-cost.ts';
import { CRC_BYTES, ENVELOPE_BYTES, openPatch, sealPatch } from './plan/envelope.ts';
import { schemes } from './plan/index.ts';
import { countAsPaper, type PaperCounts } from './plan/paper-model.ts';
import { makeDgPatch } from './plan/patch.ts';
import type { PlanInput } from './plan/plan.ts';
import { writeBody } from './plan/r3diff/body.ts';
import { encodeR3OutOfPlace } from './plan/r3diff/encode.ts';
import { patchAddressOf } from './plan/room.ts';
import { targetOf } from './plan/targets.ts';
import type { ChipName } from './request.ts';

export interface ComparisonRow {
  readonly name: string;
  /** As its authors count it; null where it is no delta of ours or does not fit. */
  readonly deltaBytes: number | null;
  /** The file that is sent; null = there is none, `note` says why. */
  readonly fileBytes: number | null;
  readonly device: DeviceCost | null;
  /** Where only the paper's model applies. */
  readonly paper: PaperCounts | null;
  /** What a cut of the supply leaves, by construction; `verify` proves it. */
  readonly afterCut: string;
  readonly note: string;
}

export interface Comparison {
  readonly chip: ChipName;
  readonly old: { readonly name: string; readonly bytes: number };
  readonly new: { readonly name: string; readonly bytes: number };
  readonly changedBytes: number;
  readonly rows: readonly ComparisonRow[];
}

const AFTER_CUT: Record<'full' | DeltaScheme, string> = {
  full: 'needs-host',
  dg: 'may brick',
  'dg-safe': 'goes on',
  r3diff: 'may brick',
};

export async function compareDeltas(
  oldPath: string,
  newPath: string,
  chip: ChipName,
): Promise<Comparison> {
  const target = targetOf(chip);
  layoutOf(target);
  const oldBytes = await readPacked(oldPath, chip);
  const newBytes = await readPacked(newPath, chip);
  const pair: Pair = { target, oldBytes, newBytes };
  const deltas = (['dg', 'dg-safe', 'r3diff'] as const).map((scheme) => deltaRow(pair, scheme));
  const own = [fullRow(pair), ...deltas, literalRow(pair), outOfPlaceRow(pair)];
  return {
    chip,
    old: { name: basename(oldPath), bytes: oldBytes.length },
    new: { name: basename(newPath), bytes: newBytes.length },
    changedBytes: newBytes.reduce((sum, byte, i) => sum + (byte === oldBytes[i] ? 0 : 1), 0),
    rows: [...own, ...(await otherTools(pair))],
  };
}

type Pair = Pick<PlanInput, 'target' | 'oldBytes' | 'newBytes'>;

const EMPTY = { deltaBytes: null, fileBytes: null, device: null, paper: null } as const;

const noteOf = (thrown: unknown): string => {
  if (!(thrown instanceof RigError)) throw thrown;
  return `${thrown.code}: ${thrown.message}`;
};

/** A row whose patch cannot be made is still a row. */
function orNote(name: string, afterCut: string, make: () => ComparisonRow): ComparisonRow {
  try {
    return make();
  } catch (thrown) {
    return { ...EMPTY, name, afterCut, note: noteOf(thrown) };
  }
}

function fullRow(pair: Pair): ComparisonRow {
  const name = 'full';
  return orNote(name, AFTER_CUT.full, () => {
    const plan = schemes.full.plan({ ...pair, newVersion: null });
    const { device } = plan.predicted;
    const afterCut = AFTER_CUT.full;
    return { ...EMPTY, name, fileBytes: plan.file.length, device, afterCut, note: '' };
  });
}

/** What does not fit into the device is measured all the same. */
function deltaRow(pair: Pair, scheme: keyof typeof patchMakers): ComparisonRow {
  const afterCut = AFTER_CUT[scheme];
  return orNote(scheme, afterCut, () => {
    const { target, oldBytes } = pair;
    const input = { ...pair, newVersion: null };
    const made = patchMakers[scheme](input);
    const { bytes, growthBytes } = made;
    const { device } = predictDeltaCost(oldBytes, made, target, layoutOf(target));
    const deltaBytes = countedBytes(bytes.length, scheme === 'r3diff');
    const note = [growthNote(growthBytes), roomNote(scheme, input, bytes.length)];
    const row = { name: scheme, deltaBytes, fileBytes: bytes.length, device, afterCut };
    return { ...EMPTY, ...row, note: note.filter((text) => text !== '').join('; ') };
  });
}

const growthNote = (bytes: number): string =>
  bytes === 0 ? '' : `${bytes} bytes larger because it is applied in place`;

function roomNote(scheme: keyof typeof patchMakers, input: PlanInput, patchBytes: number): string {
  try {
    checkDeltaRoom(scheme, input, patchBytes);
    return '';
  } catch (thrown) {
    return noteOf(thrown);
  }
}

/** DG's authors count the CRC-16, R3diff's count commands only; the envelope is ours. */
const countedBytes = (fileBytes: number, commandsOnly: boolean): number =>
  fileBytes - ENVELOPE_BYTES - (commandsOnly ? CRC_BYTES : 0);

function literalRow({ target, oldBytes, newBytes }: Pair): ComparisonRow {
  const name = 'dg, literal rules';
  return orNote(name, AFTER_CUT.dg, () => {
    const layout = layoutOf(target);
    const { pageBytes } = layout;
    const made = makeDgPatch(oldBytes, newBytes, { rules: 'literal', pageBytes });
    const { bytes } = made;
    const { device } = predictDeltaCost(oldBytes, made, target, layout);
    const sizes = { deltaBytes: countedBytes(bytes.length, false), fileBytes: bytes.length };
    return { ...EMPTY, name, ...sizes, device, afterCut: AFTER_CUT.dg, note: 'as printed' };
  });
}

/** R3diff as published: the old image stays whole, so it needs a second place for the new one. */
function outOfPlaceRow({ target, oldBytes, newBytes }: Pair): ComparisonRow {
  const name = 'r3diff, old image kept';
  const afterCut = 'no room for it';
  return orNote(name, afterCut, () => {
    const content = writeBody(encodeR3OutOfPlace(oldBytes, newBytes));
    const made = { body: 'r3', descending: false, journal: false, content } as const;
    const bytes = sealPatch(oldBytes, newBytes, made);
    const operations = readOperations(openPatch(bytes, name), name);
    const address = patchAddressOf(target, bytes.length);
    const paper = countAsPaper(operations, layoutOf(target).pageBytes, address);
    const sizes = { deltaBytes: content.length, fileBytes: bytes.length };
    return { ...EMPTY, name, ...sizes, paper, afterCut, note: 'as published' };
  });
}

interface OtherTool {
  readonly name: string;
  readonly command: string;
  readonly args: (old: string, now: string, out: string) => string[];
}

/** Each at its smallest: no checksums, no file names inside. */
const OTHER_TOOLS: readonly OtherTool[] = [
  { name: 'bsdiff', command: 'bsdiff', args: (old, now, out) => [old, now, out] },
  {
    name: 'xdelta3 -9 -S lzma',
    command: 'xdelta3',
    args: (old, now, out) => ['-e', '-f', '-9', '-n', '-A=', '-S', 'lzma', '-s', old, now, out],
  },
  {
    name: 'zstd --patch-from',
    command: 'zstd',
    args: (old, now, out) => [
      ...['-q', '-f', '--ultra', '-22', '--no-check'],
      ...[`--patch-from=${old}`, now, '-o', out],
    ],
  },
];
const TOOL_TIMEOUT_MS = 60_000;

async function otherTools({ oldBytes, newBytes }: Pair): Promise<ComparisonRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'flashrig-delta-'));
  try {
    const old = join(folder, 'old.bin');
    const now = join(folder, 'new.bin');
    await writeFile(old, oldBytes);
    await writeFile(now, newBytes);
    const rows: ComparisonRow[] = [];
    for (const tool of OTHER_TOOLS) {
      rows.push(await otherRow(tool, old, now, join(folder, tool.command)));
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function otherRow(
  tool: OtherTool,
  old: string,
  now: string,
  out: string,
): Promise<ComparisonRow> {
  const row = { ...EMPTY, name: tool.name, afterCut: 'no agent for it', note: '' };
  try {
    await promisify(execFile)(tool.command, tool.args(old, now, out), { timeout: TOOL_TIMEOUT_MS });
    return { ...row, fileBytes: (await stat(out)).size };
  } catch (cause) {
    const missing = (cause as { code?: unknown }).code === 'ENOENT';
    return { ...row, note: missing ? 'not installed' : 'failed' };
  }
}
