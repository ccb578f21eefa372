/** Everything `image info` says of an image, as plain data.
 *  Source: the parts of this folder.
 *  Leaves out: symbols one by one (only how many). */

import { crc32 } from '../crc32.ts';
import { flatten } from './bin.ts';
import type { FirmwareImage } from './firmware-image.ts';
import { APPLICATION_ADDRESS, BOOT_ADDRESS } from './layout.ts';
import { type ProgramHeader, programCrc32, readProgramHeader } from './program-header.ts';
import { endAddress, firstAddress, imageBytes, slice } from './segments.ts';
import { type CrpFinding, checkVectors, findCrp, type VectorCheck } from './vectors.ts';

export interface ImageInfo {
  readonly schema: 1;
  readonly name: string;
  readonly format: FirmwareImage['format'];
  readonly bytes: number;
  readonly ranges: readonly { address: number; bytes: number; crc32: number }[];
  readonly entry: number | null;
  readonly sha256: string;
  readonly symbols: number;
  /** Vectors at 0, or at 0x2000 where the image begins above 0; null = not all eight there. */
  readonly vectors: VectorCheck | null;
  readonly header: (ProgramHeader & { readonly crcValid: boolean }) | null;
  readonly crp: CrpFinding | null;
}

/** Flash of no chip here is larger; a header beyond it is not looked for. */
const HEADER_SEARCH_BYTES = 1024 * 1024;

export function describeImage(image: FirmwareImage, name: string): ImageInfo {
  const base = firstAddress(image) < APPLICATION_ADDRESS ? BOOT_ADDRESS : APPLICATION_ADDRESS;
  return {
    schema: 1,
    name,
    format: image.format,
    bytes: imageBytes(image),
    ranges: image.segments.map(({ address, bytes }) => ({
      address,
      bytes: bytes.length,
      crc32: crc32(bytes),
    })),
    entry: image.entry,
    sha256: image.sha256,
    symbols: image.symbols.length,
    vectors: checkVectors(image, base),
    header: headerOf(image),
    crp: findCrp(image),
  };
}

/** Version in the program header, or null. */
export const imageVersion = (image: FirmwareImage): string | null =>
  headerOf(image)?.version ?? null;

function headerOf(image: FirmwareImage): ImageInfo['header'] {
  const end = Math.min(endAddress(image), APPLICATION_ADDRESS + HEADER_SEARCH_BYTES);
  if (end <= APPLICATION_ADDRESS) return null;
  const parts = slice(image, APPLICATION_ADDRESS, end);
  const bytes = flatten(parts, APPLICATION_ADDRESS, end - APPLICATION_ADDRESS, 0xff);
  const header = readProgramHeader(bytes, APPLICATION_ADDRESS);
  if (header === null) return null;
  const crcValid = programCrc32(bytes, APPLICATION_ADDRESS) === header.crc32;
  return { ...header, crcValid };
}
