/** The planning part of `npm run speed`: EasiLIR's two plans for programs of 8 to 47 KB, made up of small functions and
 *  compiled by clang; the new version has six functions changed and two more. Beside the time, how it grows: the ratio
 *  to the smallest. The largest is all the flash that the chip has; an application has 36 KB of it. */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fitHeader } from '../../dist/harness/image/arrange/header.js';
import {
  freshNode,
  planInSitu,
  planRebuild,
  readProgram,
} from '../../dist/harness/plan/easilir/index.js';
import { Prng } from '../../dist/harness/prng.js';

const SIZES_KB = [8, 16, 24, 32, 40, 47];
/** About what one of these functions takes, with main's call of it. */
const FUNCTION_BYTES = 47;
const CHANGED = 6;
const ADDED = 2;
const FLASH_END = 0xff00;
const REPEATS = 3;

const SCRIPT = `
ENTRY(start)
MEMORY { flash (rx) : ORIGIN = 0x4000, LENGTH = 0xbf00  ram (rw) : ORIGIN = 0x1100, LENGTH = 0x800 }
SECTIONS {
  .vectors : { KEEP(*(.vectors)) } > flash
  .header 0x4020 : { BYTE(0x45) BYTE(0x5a) SHORT(imageEnd - 0x4000) LONG(0) SHORT(0) BYTE(0x31) BYTE(0x2e) BYTE(0x30)
    BYTE(0x30) SHORT(0) } > flash
  .text : { *(.text.start) *(.text.*) } > flash
  .rodata : ALIGN(2) { *(.rodata .rodata.*) . = ALIGN(2); } > flash
  imageEnd = .;
  .bss (NOLOAD) : { *(.bss .bss.*) } > ram
}`;
const HEAD = `
typedef unsigned short u16;
volatile u16 state[8];
`;
const START = `
__attribute__((naked)) void start(void) { __asm__("mov #0x3900, r1\\ncall #main"); }
__attribute__((section(".vectors"), used)) void (*const vectors[16])(void) =
  { [0 ... 15] = start };
`;

/** @param change another constant in the function's middle; the rest of it stays. */
function functionText(index, count, change) {
  const prng = new Prng(index + 1);
  const [a, b, c] = [prng.below(8), prng.below(0x7fff), prng.below(count)];
  const callee = c < index ? `f${c}(x)` : `state[${prng.below(8)}]`;
  const more = change ? `if (x & ${1 << prng.below(8)}) state[${a}] ^= ${b & 0xff};` : '';
  return `__attribute__((noinline)) u16 f${index}(u16 x) { if (x > ${b}) state[${a}] += ${callee}; ${more}
  else state[${prng.below(8)}] ^= x + ${prng.below(0x7fff)}; return state[${prng.below(8)}] - x; }`
    .replace(`${more}\n  else`, `\n  else`)
    .replace('return', `${more} return`);
}

function source(count, isNew) {
  const changed = (i) => isNew && i % Math.floor(count / CHANGED) === 1;
  const lines = Array.from({ length: count }, (_, i) => functionText(i, count, changed(i)));
  const total = isNew ? count + ADDED : count;
  for (let i = count; i < total; i++) lines.push(functionText(i, count, false));
  const calls = Array.from({ length: total }, (_, i) => `f${i}(state[${i % 8}]);`).join(' ');
  return `${HEAD}${lines.join('\n')}\n__attribute__((noinline)) void main(void) { for (;;) { ${calls} } }\n${START}`;
}

function build(folder, text) {
  const at = (name) => join(folder, name);
  writeFileSync(at('program.c'), text);
  writeFileSync(at('link.ld'), SCRIPT);
  const flags = [
    '--target=msp430',
    '-Os',
    '-ffreestanding',
    '-ffunction-sections',
    '-fdata-sections',
    '-w',
  ];
  execFileSync('clang-14', [...flags, '-c', at('program.c'), '-o', at('program.o')]);
  const link = ['-T', at('link.ld'), '--emit-relocs', at('program.o'), '-o', at('program.elf')];
  execFileSync('ld.lld-14', link);
  const elf = new Uint8Array(readFileSync(at('program.elf')));
  fitHeader(elf, 'program.elf');
  return readProgram(elf, 'program.elf', FLASH_END);
}

/** The fastest of a few. */
function timed(work) {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < REPEATS; i++) {
    const start = performance.now();
    work();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

export function measurePlanning() {
  for (const tool of ['clang-14', 'ld.lld-14']) {
    if (spawnSync(tool, ['--version']).error === undefined) continue;
    console.log(`plans   ${tool} is not installed (Debian packages clang-14, lld-14)`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'flashrig-planning-'));
  try {
    let first = null;
    for (const kilobytes of SIZES_KB) {
      const count = Math.floor((kilobytes * 1024) / FUNCTION_BYTES);
      const old = freshNode(build(folder, source(count, false)));
      const program = build(folder, source(count, true));
      const plans = [planInSitu, planRebuild].map((plan) => timed(() => plan(old, program)));
      first ??= plans;
      const cells = plans.map(
        (ms, i) => `${ms.toFixed(0).padStart(5)} ms (${(ms / first[i]).toFixed(1)})`,
      );
      const bytes = `${(program.image.length / 1024).toFixed(1)} KB, ${program.items.length} items`;
      console.log(`plans   ${bytes.padEnd(24)} in situ ${cells[0]}, rebuild ${cells[1]}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
