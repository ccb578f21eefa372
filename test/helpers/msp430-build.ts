/** Small applications for the sensor node, built for a test by Debian's clang and lld, relocations kept.
 *  Leaves out: the C library; what clang calls to multiply and divide. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseImage, type Segment } from '../../harness/image/index.ts';
import { PACKAGE_ROOT } from '../../harness/package.ts';
import { type Program, readProgram } from '../../harness/plan/easilir/index.ts';
import { APP_START, headerCrcOf, putWord } from '../../harness/plan/easilir/memory-map.ts';
import { needPeer } from './peers.ts';

const CLANG = needPeer('clang-14');
const LLD = needPeer('ld.lld-14');
export const canBuild = CLANG !== null && LLD !== null;

const SOURCES = join(PACKAGE_ROOT, 'test', 'helpers', 'msp430-app');
const FLAGS = [
  '--target=msp430',
  '-Os',
  '-ffreestanding',
  '-ffunction-sections',
  '-fdata-sections',
];

export type Language = 'c' | 'S';

export function buildElf(text: string, language: Language, keepsRelocations = true): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'flashrig-build-'));
  try {
    const source = join(folder, `program.${language}`);
    const objects = [join(folder, 'start.o'), join(folder, 'program.o')];
    const elf = join(folder, 'program.elf');
    writeFileSync(source, text);
    execFileSync(CLANG!, [...FLAGS, '-w', '-c', source, '-o', objects[1]!]);
    execFileSync(CLANG!, [...FLAGS, '-c', join(SOURCES, 'start.S'), '-o', objects[0]!]);
    const script = ['-T', join(SOURCES, 'app.ld'), '--gc-sections'];
    if (keepsRelocations) script.push('--emit-relocs');
    execFileSync(LLD!, [...script, ...objects, '-o', elf]);
    return withCrc(new Uint8Array(readFileSync(elf)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Vectors and header are the first bytes that the file loads; the CRC-16 goes behind the version. */
function withCrc(elf: Uint8Array): Uint8Array {
  const { segments } = parseImage(elf, 'test.elf');
  const image = packedImage(segments);
  const start = Buffer.from(elf).indexOf(image.subarray(0, HEADER_END));
  putWord(elf, start + HEADER_END - 2, headerCrcOf(image));
  return elf;
}

const HEADER_END = 0x30;

/** From 0x4000, gaps FF. */
function packedImage(segments: readonly Segment[]): Uint8Array {
  const last = segments.at(-1)!;
  const image = new Uint8Array(last.address + last.bytes.length - APP_START).fill(0xff);
  for (const { address, bytes } of segments) image.set(bytes, address - APP_START);
  return image;
}

export const buildProgram = (text: string, language: Language = 'c'): Program =>
  readProgram(buildElf(text, language), `test.${language}`);
