/** A file as AFN 0F F1 carries it: segments in order, the check of the whole file behind the last one.
 *  Source: decision 0001, rows "segment" and "last segment"; Bao 2021, section 3.4.1 and Table 5.
 *  Leaves out: FTP download (instruction 1) and group addresses (instruction 2). */

import { crc32 } from '../../crc32.ts';
import { RigError } from '../../errors.ts';
import { type Dialect, fileHeaderBytes, maxSegments } from '../dialects.ts';
import { MAX_USER_BYTES, MIN_USER_BYTES } from '../ft12/frame.ts';
import { sum16 } from './checks.ts';
import { UNIT_ID_BYTES } from './units.ts';

/** File ids: 0 forgets a transfer in progress, 1 is the terminal's program. */
export const FILE_CLEAR = 0;
export const FILE_PROGRAM = 1;
/** Reply id that means file error. */
export const FILE_ERROR = 0xffffffff;

export interface FileSegment {
  readonly fileId: number;
  /** 1 on the last segment. */
  readonly attribute: number;
  /** 0 = download by messages. */
  readonly instruction: number;
  readonly total: number;
  readonly index: number;
  /** Lf bytes, the file check included on the last segment. */
  readonly data: Uint8Array;
}

export function encodeSegment(segment: FileSegment, dialect: Dialect): Uint8Array {
  const header = fileHeaderBytes(dialect);
  const bytes = new Uint8Array(header + segment.data.length);
  bytes.set([segment.fileId, segment.attribute, segment.instruction]);
  const idAt = 3 + dialect.totalBytes;
  putLittle(bytes, 3, segment.total, dialect.totalBytes);
  putLittle(bytes, idAt, segment.index, dialect.segmentIdBytes);
  putLittle(bytes, header - 2, segment.data.length, 2);
  bytes.set(segment.data, header);
  return bytes;
}

/** Null if the header is cut short or Lf disagrees with the bytes that are there. */
export function decodeSegment(content: Uint8Array, dialect: Dialect): FileSegment | null {
  const header = fileHeaderBytes(dialect);
  if (content.length < header) return null;
  const idAt = 3 + dialect.totalBytes;
  if (getLittle(content, header - 2, 2) !== content.length - header) return null;
  return {
    fileId: content[0]!,
    attribute: content[1]!,
    instruction: content[2]!,
    total: getLittle(content, 3, dialect.totalBytes),
    index: getLittle(content, idAt, dialect.segmentIdBytes),
    data: content.slice(header),
  };
}

/** The check that follows the last data bytes: sum16, then CRC-32 unless the dialect has the sum only. */
export function fileCheck(file: Uint8Array, dialect: Dialect): Uint8Array {
  const check = new Uint8Array(fileCheckBytes(dialect));
  putLittle(check, 0, sum16(file), 2);
  if (dialect.fileCheck === 'sum16+crc32') putLittle(check, 2, crc32(file), 4);
  return check;
}
export const fileCheckBytes = (dialect: Dialect): number => (dialect.fileCheck === 'sum16' ? 2 : 6);

/** Cut a packed image into the segments of its transfer.
 *  @param swap two segments whose contents change places while the check stays that of the true file:
 *  the sum is blind to it, a CRC is not. */
export function segmentsOf(
  packed: Uint8Array,
  segmentBytes: number,
  dialect: Dialect,
  swap: readonly [number, number] | null = null,
): FileSegment[] {
  refuseBadSize(packed, segmentBytes, dialect);
  const total = Math.ceil(packed.length / segmentBytes);
  const pieces = Array.from({ length: total }, (_, i) =>
    packed.slice(i * segmentBytes, (i + 1) * segmentBytes),
  );
  if (swap !== null) swapPieces(pieces, swap);
  return pieces.map((piece, index) => {
    const isLast = index === total - 1;
    const data = isLast ? Uint8Array.from([...piece, ...fileCheck(packed, dialect)]) : piece;
    const attribute = isLast ? 1 : 0;
    return { fileId: FILE_PROGRAM, attribute, instruction: 0, total, index, data };
  });
}

function refuseBadSize(packed: Uint8Array, segmentBytes: number, dialect: Dialect): void {
  const room =
    MAX_USER_BYTES -
    (MIN_USER_BYTES + UNIT_ID_BYTES + fileHeaderBytes(dialect) + dialect.passwordBytes) -
    fileCheckBytes(dialect);
  if (!Number.isInteger(segmentBytes) || segmentBytes < 1 || segmentBytes > room)
    throw new RigError('TRANSPORT_SEGMENT_BYTES', { segmentBytes, room, dialect: dialect.name });
  if (packed.length === 0) throw new RigError('TRANSPORT_FILE_EMPTY', {});
  const segments = Math.ceil(packed.length / segmentBytes);
  const limit = maxSegments(dialect);
  if (segments > limit) {
    throw new RigError('TRANSPORT_FILE_TOO_LONG', {
      bytes: packed.length,
      segments,
      segmentBytes,
      dialect: dialect.name,
      limit,
      limitBytes: limit * segmentBytes,
    });
  }
}

function swapPieces(pieces: Uint8Array[], [i, j]: readonly [number, number]): void {
  const [a, b] = [pieces[i], pieces[j]];
  if (a === undefined || b === undefined || a.length !== b.length)
    throw new RigError('TRANSPORT_SWAP', { i, j, total: pieces.length });
  [pieces[i], pieces[j]] = [b, a];
}

export function putLittle(bytes: Uint8Array, at: number, value: number, width: number): void {
  for (let i = 0; i < width; i++) bytes[at + i] = Math.floor(value / 2 ** (8 * i)) & 0xff;
}
export function getLittle(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let i = width - 1; i >= 0; i--) value = value * 256 + bytes[at + i]!;
  return value;
}
