/** Segments into an image: sorted, joined, checked for overlap and hashed.
 *  Canonical form for the hash: for each segment address (LE32), length (LE32), bytes.
 *  Leaves out: where the bytes came from. */

import { createHash } from 'node:crypto';
import { RigError } from '../errors.ts';
import type { FirmwareImage, Segment, SymbolEntry } from './firmware-image.ts';

export const ADDRESS_SPACE_BYTES = 0x1_0000_0000;

/** A piece of an image with the words that an error uses for it: `line 7`, `program header 2`. */
export interface NamedSegment extends Segment {
  readonly what: string;
}

export interface ImageParts {
  readonly segments: readonly NamedSegment[];
  readonly entry?: number | null;
  readonly symbols?: readonly SymbolEntry[];
}

/** @param file name for errors. */
export function makeImage(
  file: string,
  format: FirmwareImage['format'],
  parts: ImageParts,
): FirmwareImage {
  const segments = joinSegments(file, parts.segments);
  if (segments.length === 0) throw new RigError('IMAGE_EMPTY', { file });
  const symbols = [...(parts.symbols ?? [])].sort(
    (a, b) => a.address - b.address || (a.name < b.name ? -1 : 1),
  );
  return { format, segments, entry: parts.entry ?? null, symbols, sha256: hashSegments(segments) };
}

/** Sorted by address, adjacent ones joined; empty ones vanish. An overlap is an error. */
export function joinSegments(file: string, pieces: readonly NamedSegment[]): Segment[] {
  const sorted = pieces.filter((piece) => piece.bytes.length > 0).sort(byAddress);
  const runs: NamedSegment[][] = [];
  let end = -1;
  let last: NamedSegment | null = null;
  for (const piece of sorted) {
    if (last !== null && piece.address < end) {
      const facts = { file, what: piece.what, other: last.what, address: hex32(piece.address) };
      throw new RigError('IMAGE_OVERLAP', facts);
    }
    if (piece.address === end) runs.at(-1)!.push(piece);
    else runs.push([piece]);
    end = piece.address + piece.bytes.length;
    last = piece;
    if (end > ADDRESS_SPACE_BYTES) throw new RigError('IMAGE_RANGE', beyondSpace(file, piece));
  }
  return runs.map(concatenate);
}

const byAddress = (a: Segment, b: Segment): number => a.address - b.address;

const beyondSpace = (file: string, piece: NamedSegment) => ({
  file,
  what: `${piece.what} (${rangeText(piece.address, piece.bytes.length)})`,
  allowed: 'the 32-bit address space',
  step: 'Check the base address.',
});

function concatenate(run: readonly Segment[]): Segment {
  const address = run[0]!.address;
  const last = run.at(-1)!;
  const bytes = new Uint8Array(last.address + last.bytes.length - address);
  for (const piece of run) bytes.set(piece.bytes, piece.address - address);
  return { address, bytes };
}

export function hashSegments(segments: readonly Segment[]): string {
  const hash = createHash('sha256');
  const head = new DataView(new ArrayBuffer(8));
  for (const { address, bytes } of segments) {
    head.setUint32(0, address, true);
    head.setUint32(4, bytes.length, true);
    hash.update(new Uint8Array(head.buffer)).update(bytes);
  }
  return hash.digest('hex');
}

export const imageBytes = (image: FirmwareImage): number =>
  image.segments.reduce((sum, segment) => sum + segment.bytes.length, 0);

export const firstAddress = (image: FirmwareImage): number => image.segments[0]!.address;

/** Address behind the last byte. */
export const endAddress = (image: FirmwareImage): number => {
  const last = image.segments.at(-1)!;
  return last.address + last.bytes.length;
};

/** The bytes of [address, address + count), or null where the image has a gap in it. */
export function bytesAt(image: FirmwareImage, address: number, count: number): Uint8Array | null {
  const segment = image.segments.find(
    (one) => one.address <= address && address + count <= one.address + one.bytes.length,
  );
  if (segment === undefined) return null;
  return segment.bytes.subarray(address - segment.address, address - segment.address + count);
}

/** Little-endian word, or null where the image has a gap in it. */
export function wordAt(image: FirmwareImage, address: number): number | null {
  const bytes = bytesAt(image, address, 4);
  if (bytes === null) return null;
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
}

/** The part of the image in [from, to), as segments of its own. */
export function slice(image: FirmwareImage, from: number, to: number): Segment[] {
  return image.segments.flatMap(({ address, bytes }) => {
    const first = Math.max(from, address);
    const end = Math.min(to, address + bytes.length);
    if (first >= end) return [];
    return [{ address: first, bytes: bytes.subarray(first - address, end - address) }];
  });
}

export const hex32 = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;

/** First and last address of a range, as errors and summaries print it. */
export const rangeText = (address: number, bytes: number): string =>
  `${hex32(address)}..${hex32(address + bytes - 1)}`;
