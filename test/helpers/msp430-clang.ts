/** C programs for the MSP430, built by clang and lld: what compilers make, not what a test would write by hand.
 *  Sources are in msp430-programs. Leaves out: a C library. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../harness/package.ts';
import { needPeer } from './peers.ts';

const FOLDER = join(PACKAGE_ROOT, 'test', 'helpers', 'msp430-programs');

/** Null where the compiler or the linker is missing. */
export function msp430Compiler(): {
  build(source: string, defines: readonly string[], elf: string): void;
} | null {
  const clang = needPeer('clang-14');
  const lld = needPeer('ld.lld-14');
  if (clang === null || lld === null) return null;
  return {
    build(source, defines, elf) {
      const object = `${elf}.o`;
      const options = ['--target=msp430', '-Os', '-ffreestanding', '-Wall', '-Werror'];
      execFileSync(clang, [
        ...options,
        ...defines.map((name) => `-D${name}`),
        '-c',
        join(FOLDER, source),
        '-o',
        object,
      ]);
      execFileSync(lld, ['-T', join(FOLDER, 'link.ld'), object, '-o', elf]);
    },
  };
}
