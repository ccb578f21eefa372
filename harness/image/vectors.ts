/** What the LPC2000 ROM looks at before it runs user code: the sum of the vectors, the CRP word.
 *  Source: UM10237, chapter "Flash memory programming firmware", on valid user code and on CRP.
 *  Leaves out: what the ROM then does (emulator). */

import type { FirmwareImage, Segment } from './firmware-image.ts';
import { bytesAt, wordAt } from './segments.ts';

export const VECTOR_BYTES = 32;
export const CHECKSUM_OFFSET = 0x14;
export const CRP_ADDRESS = 0x1fc;

/** The word at 0x14 that makes the eight vectors sum to zero.
 *  @param vectors the eight vectors; what stands at 0x14 does not matter. */
export function vectorChecksum(vectors: Uint8Array): number {
  const view = new DataView(vectors.buffer, vectors.byteOffset, VECTOR_BYTES);
  let sum = 0;
  for (let at = 0; at < VECTOR_BYTES; at += 4) {
    if (at !== CHECKSUM_OFFSET) sum = (sum + view.getUint32(at, true)) >>> 0;
  }
  return -sum >>> 0;
}

export interface VectorCheck {
  readonly base: number;
  readonly words: readonly number[];
  /** Where each vector leads, where it is a branch or a load of pc from within the image. */
  readonly targets: readonly (number | null)[];
  readonly found: number;
  readonly expected: number;
  readonly valid: boolean;
}

/** @returns null where the image does not hold all eight vectors at `base`. */
export function checkVectors(image: FirmwareImage, base: number): VectorCheck | null {
  const bytes = bytesAt(image, base, VECTOR_BYTES);
  if (bytes === null) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, VECTOR_BYTES);
  const words = Array.from({ length: 8 }, (_, i) => view.getUint32(i * 4, true));
  const targets = words.map((word, i) => targetOf(image, word, base + i * 4));
  const found = words[CHECKSUM_OFFSET / 4]!;
  const expected = vectorChecksum(bytes);
  return { base, words, targets, found, expected, valid: found === expected };
}

/** ARM's pc reads two instructions ahead. */
const PIPELINE_BYTES = 8;

function targetOf(image: FirmwareImage, word: number, address: number): number | null {
  const pc = address + PIPELINE_BYTES;
  // cond 0101 U001 1111 1111 offset12: LDR pc, [pc, #offset]
  if ((word & 0xff7f_f000) >>> 0 === 0xe51f_f000) {
    const offset = word & 0xfff;
    return wordAt(image, (word & 0x0080_0000) !== 0 ? pc + offset : pc - offset);
  }
  // cond 1010 offset24: B label
  if ((word & 0xff00_0000) >>> 0 === 0xea00_0000) return (pc + ((word << 8) >> 6)) >>> 0;
  return null;
}

/** The segments with the right word at 0x14 of `base`. They must hold all eight vectors. */
export function withVectorChecksum(segments: readonly Segment[], base: number): Segment[] {
  return segments.map(({ address, bytes }) => {
    const at = base - address;
    if (at < 0 || at + VECTOR_BYTES > bytes.length) return { address, bytes };
    const copy = bytes.slice();
    const sum = vectorChecksum(copy.subarray(at, at + VECTOR_BYTES));
    new DataView(copy.buffer).setUint32(at + CHECKSUM_OFFSET, sum, true);
    return { address, bytes: copy };
  });
}

const CRP_WORDS = new Map<number, 1 | 2 | 3>([
  [0x1234_5678, 1],
  [0x8765_4321, 2],
  [0x4321_8765, 3],
]);

const CRP_MEANS = {
  1: 'JTAG is off, ISP cannot read and updates sector 0 only by a full erase',
  2: 'JTAG is off, ISP can only erase everything',
  3: 'JTAG is off and ISP is shut while valid code is in flash: a broken update is beyond repair',
} as const;

export interface CrpFinding {
  readonly level: 1 | 2 | 3;
  readonly warning: string;
}

/** Code read protection that an image switches on, or null. */
export function findCrp(image: FirmwareImage): CrpFinding | null {
  const word = wordAt(image, CRP_ADDRESS);
  const level = word === null ? undefined : CRP_WORDS.get(word);
  if (level === undefined) return null;
  const warning = `the word at 0x1fc switches on CRP${level}: ${CRP_MEANS[level]}`;
  return { level, warning };
}
