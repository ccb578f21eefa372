/** The files of a proof into what the boards get: images checked against the board, and their symbols.
 *  Leaves out: running them. */

import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { ObservedKind } from '../device/observed/index.ts';
import type { AddressRange } from '../device/observed/observed.ts';
import { RigError } from '../errors.ts';
import type { FirmwareImage, Segment, SymbolEntry } from '../image/firmware-image.ts';
import { readImage, readImageFile } from '../image/read-image.ts';
import { imageBytes, rangeText } from '../image/segments.ts';
import { nodeFromJson } from '../plan/easilir/index.ts';
import { sizeOf } from '../plan/easilir/program.ts';
import type { EquivalenceRequest, ProgramFile } from './equivalence.ts';
import { type Namer, placeNamer } from './names.ts';

export interface Program {
  readonly file: ProgramFile;
  /** With the functions of the ELF beside it, where it has none of its own. */
  readonly image: FirmwareImage;
  /** Everything that the board gets. */
  readonly segments: readonly Segment[];
  readonly namer: Namer;
}

export interface Programs {
  readonly modified: Program;
  readonly fresh: Program;
  readonly boot: ProgramFile | null;
}

const ERASED = 0xffff;
/** What the planner of in-situ updates keeps of a node. */
const NODE_END = '.node.json';

export async function loadPrograms(
  request: EquivalenceRequest,
  kind: ObservedKind,
): Promise<Programs> {
  const { modifiedPath, newPath, bootPath, symbolsPath } = request;
  const read = async (path: string, symbols: string | null) => {
    const base = request.base === null ? {} : { base: request.base };
    const image = await readImage(path, { machine: kind.machine, ...base });
    checkPlaces(image, basename(path), kind);
    return withSymbols(image, symbols ?? namesBeside(path), kind);
  };
  const boot = bootPath === null ? null : await read(bootPath, null);
  const program = async (path: string, symbols: string | null): Promise<Program> => {
    const image = await read(path, symbols);
    const mainName = basename(path);
    const bootName = basename(bootPath ?? '');
    const segments =
      boot === null ? image.segments : kind.merge(boot, image, { bootName, mainName });
    checkStart(segments, mainName, kind);
    const allSymbols: SymbolEntry[] = [...image.symbols, ...(boot?.symbols ?? [])];
    const namer = placeNamer(allSymbols, kind.patchRam);
    return { file: fileOf(image, mainName, kind), image, segments, namer };
  };
  return {
    modified: await program(modifiedPath, symbolsPath),
    fresh: await program(newPath, null),
    boot: boot === null ? null : fileOf(boot, basename(bootPath ?? ''), kind),
  };
}

/** `x.elf` or `x.node.json` beside `x.hex`. */
function namesBeside(path: string): string | null {
  const stem = path.replace(/\.[^./\\]*$/, '');
  return (
    [`${stem}.elf`, `${stem}${NODE_END}`].find((one) => one !== path && existsSync(one)) ?? null
  );
}

async function withSymbols(
  image: FirmwareImage,
  path: string | null,
  kind: ObservedKind,
): Promise<FirmwareImage> {
  if (path === null || image.symbols.length > 0) return image;
  if (path.endsWith(NODE_END)) return { ...image, symbols: await symbolsOfNode(path) };
  const { symbols } = await readImage(path, { machine: kind.machine });
  return { ...image, symbols };
}

/** Of a node that was modified in place: where each piece of a function lies now. */
async function symbolsOfNode(path: string): Promise<SymbolEntry[]> {
  const text = Buffer.from(await readImageFile(path)).toString('utf8');
  const { program, places, isLong } = nodeFromJson(text, basename(path));
  return program.items.flatMap((item, i) =>
    item.kind === 'instruction' && item.name !== ''
      ? [
          {
            name: item.name,
            address: places[i]!,
            bytes: sizeOf(item, isLong[i]!),
            kind: 'function' as const,
          },
        ]
      : [],
  );
}

const isIn = (range: AddressRange | null, { address, bytes }: Segment): boolean =>
  range !== null && address >= range.address && address + bytes.length <= range.end;

function checkPlaces(image: FirmwareImage, file: string, kind: ObservedKind): void {
  const ranges = [...kind.flash, ...(kind.patchRam === null ? [] : [kind.patchRam])];
  const bad = image.segments.find((segment) => !ranges.some((range) => isIn(range, segment)));
  if (bad === undefined) return;
  throw new RigError('IMAGE_RANGE', {
    file,
    what: rangeText(bad.address, bad.bytes.length),
    allowed: ranges.map(({ address, end }) => rangeText(address, end - address)).join(' and '),
    step: 'Give an image of this board.',
  });
}

function checkStart(
  segments: readonly Segment[],
  file: string,
  { resetVector }: ObservedKind,
): void {
  if (resetVector === null) return;
  const segment = segments.find((one) =>
    isIn(
      { address: one.address, end: one.address + one.bytes.length },
      {
        address: resetVector,
        bytes: new Uint8Array(2),
      },
    ),
  );
  const at = resetVector - (segment?.address ?? 0);
  const word = segment === undefined ? ERASED : segment.bytes[at]! | (segment.bytes[at + 1]! << 8);
  if (word !== ERASED) return;
  throw new RigError('EQUIVALENCE_START', { file, address: `0x${resetVector.toString(16)}` });
}

function fileOf(image: FirmwareImage, name: string, { patchRam }: ObservedKind): ProgramFile {
  const patches = image.segments.filter((segment) => isIn(patchRam, segment));
  return {
    name,
    sha256: image.sha256,
    bytes: imageBytes(image),
    patchBytes: patches.reduce((sum, { bytes }) => sum + bytes.length, 0),
    functions: new Set(
      image.symbols.flatMap(({ kind, name }) => (kind === 'function' ? [name] : [])),
    ).size,
  };
}
