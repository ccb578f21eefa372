/** A file into an image. The content says which format it is; the name decides only in doubt.
 *  Formats: Intel HEX, ELF32 little-endian, raw.
 *  Leaves out: Motorola S-records, UF2 and archives. */

import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { RigError } from '../errors.ts';
import { reasonOf } from '../files.ts';
import { parseBin } from './bin.ts';
import { type MachineName, parseElf } from './elf.ts';
import { firstBytesText, hasElfMagic } from './elf-file.ts';
import type { FirmwareImage } from './firmware-image.ts';
import { parseHex } from './hex.ts';

export interface ReadOptions {
  /** Overrules what the content looks like. */
  readonly format?: FirmwareImage['format'];
  /** Address of the first byte of a raw image. */
  readonly base?: number;
  /** Machine that an ELF file must be for; absent = any. */
  readonly machine?: MachineName;
}

/** Larger files are not firmware for any chip here. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

export async function readImage(path: string, options: ReadOptions = {}): Promise<FirmwareImage> {
  return parseImage(await readImageFile(path), basename(path), options);
}

export async function readImageFile(path: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(path);
    if (bytes.length <= MAX_FILE_BYTES) return bytes;
  } catch (cause) {
    if ((cause as { code?: unknown }).code === 'ENOENT') {
      throw new RigError('IMAGE_NOT_FOUND', { path }, cause);
    }
    throw new RigError('IMAGE_UNREADABLE', { path, why: reasonOf(cause) }, cause);
  }
  throw new RigError('IMAGE_UNREADABLE', { path, why: `over ${MAX_FILE_BYTES} bytes` });
}

/** @param name for errors, and to decide where the content leaves doubt. */
export function parseImage(
  bytes: Uint8Array,
  name: string,
  options: ReadOptions = {},
): FirmwareImage {
  if (bytes.length === 0) throw new RigError('IMAGE_EMPTY', { file: name });
  const format = options.format ?? formatOf(bytes, name, options);
  if (format === 'hex') return parseHex(bytes, name);
  if (format === 'elf') return parseElf(bytes, name, options.machine ?? null);
  return parseBin(bytes, name, options.base ?? null);
}

/** Mark, length, address and type of a record: a raw image hardly starts like that. */
const HEX_START = /^\s*:[0-9A-Fa-f]{8}/;
const HEX_START_BYTES = 256;

const BY_EXTENSION: Record<string, FirmwareImage['format']> = {
  '.hex': 'hex',
  '.ihex': 'hex',
  '.ihx': 'hex',
  '.elf': 'elf',
  '.axf': 'elf',
  '.out': 'elf',
  '.bin': 'bin',
};

export function formatOf(
  bytes: Uint8Array,
  name: string,
  options: ReadOptions = {},
): FirmwareImage['format'] {
  if (hasElfMagic(bytes)) return 'elf';
  const start = Buffer.from(bytes.subarray(0, HEX_START_BYTES)).toString('latin1');
  if (HEX_START.test(start)) return 'hex';
  if (options.base !== undefined) return 'bin';
  const byName = BY_EXTENSION[extname(name).toLowerCase()];
  if (byName === undefined) {
    throw new RigError('IMAGE_FORMAT', { file: name, found: firstBytesText(bytes) });
  }
  return byName;
}
