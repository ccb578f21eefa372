/** From a request to everything a rig needs, as plain data that can be handed to a worker:
 *  images read and merged, the plan made, versions known. The last place where files are read. */

import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { BoardKind } from './device/boards/board.ts';
import { boards } from './device/boards/index.ts';
import { RigError } from './errors.ts';
import type { FirmwareImage, Segment, SymbolEntry } from './image/firmware-image.ts';
import { packImage } from './image/pack.ts';
import { parseImage, readImage, readImageFile } from './image/read-image.ts';
import { schemes } from './plan/index.ts';
import type { LinkedProgram, Scheme, UpdatePlan } from './plan/plan.ts';
import { checkScheme, targetOf } from './plan/targets.ts';
import type { ImageSummary } from './report/report.ts';
import type { VerifyRequest } from './request.ts';

export interface PreparedUpdate {
  readonly board: VerifyRequest['board'];
  readonly scheme: string;
  readonly scenario: string | null;
  /** Boot loader and first application, as the factory programs them. */
  readonly factorySegments: readonly Segment[];
  /** Updates that the device went through before this one, each with what it was before its own. */
  readonly earlier: readonly PreparedUpdate[];
  /** What they have left in its non-volatile memory (`encodeFlash`), once they have been run; null = nothing was. */
  readonly factoryFlash: Uint8Array | null;
  readonly plan: UpdatePlan;
  readonly oldPacked: Uint8Array;
  readonly oldVersion: string | null;
  readonly symbols: readonly SymbolEntry[];
  readonly images: UpdateImages;
  readonly line: string;
  readonly seed: number;
  readonly resume: VerifyRequest['resume'];
  readonly dialect: VerifyRequest['dialect'];
  readonly engine: VerifyRequest['engine'];
}

export interface UpdateImages {
  readonly boot: ImageSummary;
  readonly via: readonly ImageSummary[];
  readonly from: ImageSummary;
  readonly to: ImageSummary;
}

/** An application image in all its forms. */
interface Application {
  readonly path: string;
  readonly image: FirmwareImage;
  readonly packed: Uint8Array;
  readonly version: string | null;
  /** The .elf itself, or the one beside a .hex, if its bytes are the same. */
  readonly linked: { readonly program: LinkedProgram; readonly image: FirmwareImage } | null;
}

export async function prepareUpdate(request: VerifyRequest): Promise<PreparedUpdate> {
  const kind = boards[request.board];
  checkDialect(request);
  checkScheme(targetOf(kind.chip), request.scheme, request.board);
  const boot = await readImage(request.bootPath, { machine: kind.machine, base: 0 });
  const paths = [...request.viaPaths, request.fromPath, request.toPath];
  const images = await Promise.all(paths.map((path) => readApplication(path, kind)));
  const names = { bootName: basename(request.bootPath), mainName: basename(paths[0]!) };
  const device: Device = {
    boot,
    bootLinked: await readLinked(request.bootPath, boot),
    factorySegments: kind.mergeFactory(boot, images[0]!, names),
  };
  const versions = await Promise.all(
    images.map((image, i) => packApplication(paths[i]!, image, kind)),
  );
  const updates: PreparedUpdate[] = [];
  for (let step = 1; step < versions.length; step++) {
    const chain = versions.slice(0, step + 1);
    updates.push(prepareStep(request, device, chain, [...updates]));
  }
  return updates.at(-1)!;
}

interface Device {
  readonly boot: FirmwareImage;
  readonly bootLinked: Application['linked'];
  readonly factorySegments: readonly Segment[];
}

/** The update to the last version of the chain, after those to the others. */
function prepareStep(
  request: VerifyRequest,
  { boot, bootLinked, factorySegments }: Device,
  chain: readonly Application[],
  earlier: readonly PreparedUpdate[],
): PreparedUpdate {
  const kind = boards[request.board];
  const [from, to] = chain.slice(-2) as [Application, Application];
  const oldPacked = earlier.at(-1)?.plan.expectedBytes ?? from.packed;
  const asked: Scheme = schemes[request.scheme];
  const isEarlier = chain.length < request.viaPaths.length + 2;
  const scheme = isEarlier ? (asked.earlier ?? request.scheme) : request.scheme;
  const plan = schemes[scheme].plan({
    target: targetOf(kind.chip),
    oldBytes: oldPacked,
    newBytes: to.packed,
    newVersion: to.version,
    node: {
      residentBytes: Buffer.concat(boot.segments.map(({ bytes }) => bytes)),
      oldProgram: from.linked?.program ?? null,
      newProgram: to.linked?.program ?? null,
      earlier: earlier.map((update) => update.plan),
    },
  });
  const first = earlier[0]?.plan ?? plan;
  return {
    board: request.board,
    scheme,
    scenario: request.scenario,
    factorySegments: [...factorySegments, ...(first.factory ?? [])],
    earlier,
    factoryFlash: null,
    plan,
    oldPacked,
    oldVersion: kind.readVersion(oldPacked),
    symbols: [bootLinked, from.linked].flatMap((linked) => linked?.image.symbols ?? []),
    images: {
      boot: summarize(request.bootPath, boot, null),
      via: chain.slice(0, -2).map(summaryOf),
      from: summaryOf(from),
      to: summaryOf(to),
    },
    line: request.line,
    seed: request.seed,
    resume: request.resume,
    dialect: request.dialect,
    engine: request.engine,
  };
}

const readApplication = (path: string, kind: BoardKind): Promise<FirmwareImage> =>
  readImage(path, { machine: kind.machine, base: kind.applicationAddress });

async function packApplication(
  path: string,
  image: FirmwareImage,
  kind: BoardKind,
): Promise<Application> {
  const range = { from: kind.applicationAddress, to: kind.applicationEnd };
  const packed = packImage(image, { ...range, file: basename(path) });
  const version = kind.readVersion(packed);
  return { path, image, packed, version, linked: await readLinked(path, image) };
}

function checkDialect({ board, dialect }: VerifyRequest): void {
  const { dialects } = boards[board];
  if (dialects.includes(dialect)) return;
  throw new RigError('DIALECT', { dialect, board, spoken: dialects.join(', ') });
}

async function readLinked(path: string, image: FirmwareImage): Promise<Application['linked']> {
  const elfPath = image.format === 'elf' ? path : path.replace(/\.[^.]+$/, '.elf');
  if (!existsSync(elfPath) || (elfPath === path && image.format !== 'elf')) return null;
  const elf = await readImageFile(elfPath);
  const file = basename(elfPath);
  const same = elfPath === path ? image : parseImage(elf, file);
  return same.sha256 === image.sha256 ? { program: { file, elf }, image: same } : null;
}

const summaryOf = ({ path, image, version }: Application): ImageSummary =>
  summarize(path, image, version);

function summarize(path: string, image: FirmwareImage, version: string | null): ImageSummary {
  const bytes = image.segments.reduce((sum, segment) => sum + segment.bytes.length, 0);
  return { name: basename(path), sha256: image.sha256, bytes, version };
}

/** Short name of an image in replay lines. */
export const shortHash = (sha256: string): string => sha256.slice(0, 8);
