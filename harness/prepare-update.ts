/** From a request to everything a rig needs, as plain data that can be handed to a worker:
 *  images read and merged, the plan made, versions known. The last place where files are read. */

import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { boards } from './device/boards/index.ts';
import { RigError } from './errors.ts';
import type { FirmwareImage, Segment, SymbolEntry } from './image/firmware-image.ts';
import { packImage } from './image/pack.ts';
import { readImage } from './image/read-image.ts';
import { schemes } from './plan/index.ts';
import type { UpdatePlan } from './plan/plan.ts';
import { checkScheme, targetOf } from './plan/targets.ts';
import type { ImageSummary } from './report/report.ts';
import type { VerifyRequest } from './request.ts';

export interface PreparedUpdate {
  readonly board: VerifyRequest['board'];
  readonly scheme: string;
  readonly scenario: string | null;
  /** Boot loader and old application, as the factory programs them. */
  readonly factorySegments: readonly Segment[];
  readonly plan: UpdatePlan;
  readonly oldPacked: Uint8Array;
  readonly oldVersion: string | null;
  readonly symbols: readonly SymbolEntry[];
  readonly images: { boot: ImageSummary; from: ImageSummary; to: ImageSummary };
  readonly line: string;
  readonly seed: number;
  readonly resume: VerifyRequest['resume'];
  readonly dialect: VerifyRequest['dialect'];
  readonly engine: VerifyRequest['engine'];
}

export async function prepareUpdate(request: VerifyRequest): Promise<PreparedUpdate> {
  const kind = boards[request.board];
  checkDialect(request);
  const target = targetOf(kind.chip);
  checkScheme(target, request.scheme, request.board);
  const application = { machine: kind.machine, base: kind.applicationAddress };
  const boot = await readImage(request.bootPath, { machine: kind.machine, base: 0 });
  const from = await readImage(request.fromPath, application);
  const to = await readImage(request.toPath, application);
  const names = { bootName: basename(request.bootPath), mainName: basename(request.fromPath) };
  const factorySegments = kind.mergeFactory(boot, from, names);
  const range = { from: kind.applicationAddress, to: kind.applicationEnd };
  const oldPacked = packImage(from, { ...range, file: basename(request.fromPath) });
  const newPacked = packImage(to, { ...range, file: basename(request.toPath) });
  const oldVersion = kind.readVersion(oldPacked);
  const newVersion = kind.readVersion(newPacked);
  const plan = schemes[request.scheme].plan({
    target,
    oldBytes: oldPacked,
    newBytes: newPacked,
    newVersion,
  });
  return {
    board: request.board,
    scheme: request.scheme,
    scenario: request.scenario,
    factorySegments,
    plan,
    oldPacked,
    oldVersion,
    symbols: [
      ...(await symbolsOf(request.bootPath, boot)),
      ...(await symbolsOf(request.fromPath, from)),
    ],
    images: {
      boot: summarize(request.bootPath, boot, null),
      from: summarize(request.fromPath, from, oldVersion),
      to: summarize(request.toPath, to, newVersion),
    },
    line: request.line,
    seed: request.seed,
    resume: request.resume,
    dialect: request.dialect,
    engine: request.engine,
  };
}

function checkDialect({ board, dialect }: VerifyRequest): void {
  const { dialects } = boards[board];
  if (dialects.includes(dialect)) return;
  throw new RigError('DIALECT', { dialect, board, spoken: dialects.join(', ') });
}

/** Symbols of the image itself, or of the .elf beside a .hex, if its bytes are the same. */
async function symbolsOf(path: string, image: FirmwareImage): Promise<readonly SymbolEntry[]> {
  if (image.symbols.length > 0) return image.symbols;
  const elfPath = path.replace(/\.[^.]+$/, '.elf');
  if (elfPath === path || !existsSync(elfPath)) return [];
  const elf = await readImage(elfPath);
  return elf.sha256 === image.sha256 ? elf.symbols : [];
}

function summarize(path: string, image: FirmwareImage, version: string | null): ImageSummary {
  const bytes = image.segments.reduce((sum, segment) => sum + segment.bytes.length, 0);
  return { name: basename(path), sha256: image.sha256, bytes, version };
}

/** Short name of an image in replay lines. */
export const shortHash = (sha256: string): string => sha256.slice(0, 8);
