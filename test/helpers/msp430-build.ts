/** Small applications for the sensor node, built for a test by Debian's clang and lld, relocations kept.
 *  Leaves out: the C library; what clang calls to multiply and divide. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../harness/package.ts';
import { type Program, readProgram } from '../../harness/plan/easilir/index.ts';
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

/** @param flags for the linker. */
export function buildElf(text: string, language: Language = 'c', flags: string[] = []): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'flashrig-build-'));
  try {
    const source = join(folder, `program.${language}`);
    const objects = [join(folder, 'program.o'), join(folder, 'start.o')];
    const elf = join(folder, 'program.elf');
    writeFileSync(source, text);
    execFileSync(CLANG!, [...FLAGS, '-w', '-c', source, '-o', objects[0]!]);
    execFileSync(CLANG!, [...FLAGS, '-c', join(SOURCES, 'start.S'), '-o', objects[1]!]);
    const script = ['-T', join(SOURCES, 'app.ld'), '--emit-relocs', '--gc-sections'];
    execFileSync(LLD!, [...script, ...flags, ...objects, '-o', elf]);
    return new Uint8Array(readFileSync(elf));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const buildProgram = (text: string, language: Language = 'c'): Program =>
  readProgram(buildElf(text, language), `test.${language}`);
