/** A fixture's application made as long as the paper's file, with data behind it that no compression or
 *  erased byte could hide. Source: Bao 2021, Table 8 (210.78 kB). */

import { writeHex } from '../../harness/image/hex-write.ts';
import { APPLICATION_ADDRESS } from '../../harness/image/layout.ts';
import { packImage } from '../../harness/image/pack.ts';
import { PROGRAM_HEADER_ADDRESS, programCrc32 } from '../../harness/image/program-header.ts';
import { readImage } from '../../harness/image/read-image.ts';
import { makeImage } from '../../harness/image/segments.ts';
import { Prng } from '../../harness/prng.ts';

/** 210.78 * 1024 bytes: 844 segments of 256. */
export const LONG_BYTES = 215_839;
const LENGTH_FIELD = PROGRAM_HEADER_ADDRESS - APPLICATION_ADDRESS + 4;
const CRC_FIELD = LENGTH_FIELD + 4;

/** @returns the program from 0x2000 on; its header names the new length and the CRC over all of it. */
export async function longProgram(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const packed = packImage(await readImage(path));
  const program = new Uint8Array(LONG_BYTES);
  const random = new Prng(0x7e57);
  for (let i = 0; i < program.length; i++) program[i] = random.below(256);
  program.set(packed);
  const view = new DataView(program.buffer);
  view.setUint32(LENGTH_FIELD, LONG_BYTES, true);
  view.setUint32(CRC_FIELD, 0, true);
  view.setUint32(CRC_FIELD, programCrc32(program, APPLICATION_ADDRESS)!, true);
  return program;
}

export function programHex(program: Uint8Array): string {
  const segments = [{ address: APPLICATION_ADDRESS, bytes: program, what: 'program' }];
  return writeHex(makeImage('long.hex', 'hex', { segments }));
}
