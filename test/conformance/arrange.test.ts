/** lld as the judge of `arrange`: told the order of the functions when it links, it must put the same code in the same
 *  places; and a program that runs must go on doing what it did, wherever its parts are. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createEz240 } from '../../emulator/boards/ez240.ts';
import { type ArrangeOptions, arrange } from '../../harness/image/arrange/arrange.ts';
import type { FirmwareImage } from '../../harness/image/firmware-image.ts';
import { parseImage } from '../../harness/image/read-image.ts';
import { FIXTURES_ROOT } from '../../harness/scenarios.ts';
import { needPeer } from '../helpers/peers.ts';

/** Results go into `out`: what functions, pointers, tables and variables make of each other. */
const parts = {
  tail: 'NO static uint16_t tail(uint16_t a) { kept += a; return pick(a & 3) ^ kept; }',
  first:
    'NO uint16_t first(uint16_t a) { for (uint8_t i = 0; i < 5; i++) a += small[i]++; return a; }',
  second: 'NO uint16_t second(uint16_t a) { return first(a) * 3 + (uint16_t)(name[a & 3]); }',
  pick: 'NO uint16_t pick(uint16_t a) { switch (a) { case 0: return first(1); case 1: return second(2); case 2: start_value++; return 7; default: return wide[a]; } }',
  fresh: 'NO uint16_t fresh(uint16_t a) { added += a; return added + tail(a); }',
};
const HEAD = `
#include <stdint.h>
#define NO __attribute__((noinline))
uint16_t first(uint16_t), second(uint16_t), pick(uint16_t), fresh(uint16_t);
static uint16_t tail(uint16_t);
extern volatile uint16_t out[16];
uint8_t small[5]; static uint16_t kept; uint16_t wide[9]; uint16_t added; int16_t start_value = 55;
static const char name[4] = "qrst";
static uint16_t (*const steps[])(uint16_t) = { tail, second, pick };
volatile uint16_t out[16];
`;
const START = `
    .section .vectors, "a", @progbits
    .fill 31, 2, 0xffff
    .short _start
    .section .calls, "ax", @progbits
    .global callTable
callTable:
    .rept 12
    br #_start
    .endr
    .section .text._start, "ax", @progbits
    .global _start
    .type _start, @function
_start:
    mov #0x5a80, &0x120
    mov #0x3900, r1
    mov #__data_start, r12
    mov #__data_load, r13
1:  cmp #__data_end, r12
    jhs 2f
    mov @r13, 0(r12)
    incd r13
    incd r12
    jmp 1b
2:  mov #0x1200, r12
4:  clr 0(r12)
    incd r12
    cmp #0x1300, r12
    jne 4b
    call #run
3:  jmp 3b
    .size _start, . - _start
`;
const SCRIPT = `
ENTRY(_start)
SECTIONS {
  .calls 0x4000 : { KEEP(*(.calls)) }
  .text : { *(.text._start) *(.text.*) }
  .rodata : ALIGN(2) { *(.rodata*) . = ALIGN(2); }
  __data_load = .;
  .data 0x1100 : AT(__data_load) { *(.data .data.*) . = ALIGN(2); }
  .bss 0x1200 (NOLOAD) : { *(.bss .bss.*) . = 0x1300; }
  .vectors 0xffc0 : AT(0xffc0) { KEEP(*(.vectors)) }
  __data_start = ADDR(.data); __data_end = ADDR(.data) + SIZEOF(.data);
}`;
/** What clang calls to multiply and divide. */
const LIBRARY = ['multiply', 'divide'];
const LIBRARY_FOLDER = join(FIXTURES_ROOT, 'msp430f1611', 'src', 'lib');

const run = (steps: string): string => `void run(void) {
  for (uint16_t i = 0; i < 12; i++) { wide[i % 9] += 3 * i; out[i] = steps[i % 3](i) + ${steps}; }
  out[15] = 0xd0e;
}`;

const folder = mkdtempSync(join(tmpdir(), 'flashrig-arrange-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
const tool = (name: string, ...words: string[]): void => {
  execFileSync(name, words, { cwd: folder, stdio: 'pipe' });
};

interface Built {
  readonly bytes: Uint8Array;
  readonly file: string;
  readonly objects: readonly string[];
}

function build(name: string, source: string): Built {
  writeFileSync(at('program.c'), source);
  writeFileSync(at('start.S'), START);
  writeFileSync(at('link.ld'), SCRIPT);
  const objects = [`${name}.o`, 'start.o', ...LIBRARY.map((part) => `${part}.o`)];
  const flags = [
    '--target=msp430',
    '-Os',
    '-ffreestanding',
    '-ffunction-sections',
    '-fdata-sections',
    '-c',
  ];
  tool('clang-14', ...flags, 'program.c', '-o', objects[0]!);
  tool('clang-14', '--target=msp430', '-c', 'start.S', '-o', 'start.o');
  for (const part of LIBRARY) {
    tool('clang-14', '--target=msp430', '-c', join(LIBRARY_FOLDER, `${part}.S`), '-o', `${part}.o`);
  }
  return { ...link(name, objects), objects };
}
function link(name: string, objects: readonly string[], ...flags: string[]) {
  const file = `${name}.elf`;
  tool('ld.lld-14', '-T', 'link.ld', '--emit-relocs', ...flags, ...objects, '-o', file);
  return { bytes: readFileSync(at(file)), file };
}

const { tail, first, second, pick, fresh } = parts;
const oldSource = `${HEAD}${tail}\n${first}\n${second}\n${pick}\n${run('second(i)')}`;
const newSource =
  `${HEAD.replace('uint8_t small[5];', '').replace('int16_t start', 'uint16_t extra[3]; uint8_t small[5]; int16_t start')}
${fresh}\n${pick}\n${second}\n${run('fresh(i)')}\n${first}\n${tail}`.replace(
    'added += a;',
    'added += a; extra[a % 3]++;',
  );

const imageOf = (bytes: Uint8Array): FirmwareImage =>
  parseImage(bytes, 'x.elf', { machine: 'msp430' });
const symbolsOf = (bytes: Uint8Array): Map<string, number> =>
  new Map(imageOf(bytes).symbols.map(({ name, address }) => [name, address]));

/** What the program leaves in `out`. */
function results(bytes: Uint8Array): number[] {
  const { chip } = createEz240({ seed: 1 });
  const { segments } = imageOf(bytes);
  for (const { address, bytes: content } of segments) chip.flash.load(address, content);
  chip.powerOn();
  chip.machine.runUntil(chip.machine.now + chip.machine.rootHz);
  const out = symbolsOf(bytes).get('out')!;
  return Array.from({ length: 16 }, (_, i) => chip.machine.bus.read(out + 2 * i, 2) & 0xffff);
}

describe.skipIf(needPeer('clang-14') === null || needPeer('ld.lld-14') === null)('arrange', () => {
  const setup = () => ({ old: build('old', oldSource), fresh: build('new', newSource) });
  const only = (name: keyof ArrangeOptions): ArrangeOptions => ({
    ...{ functions: false, variables: false, calls: false },
    [name]: true,
  });

  test('functions are where lld puts them when it is told their order', () => {
    const { old, fresh: made } = setup();
    const order = [...imageOf(old.bytes).symbols]
      .filter(({ kind }) => kind === 'function')
      .sort((a, b) => a.address - b.address)
      .map(({ name }) => name);
    writeFileSync(at('order.txt'), `${[...order, 'fresh'].join('\n')}\n`);
    const judge = link('judge', made.objects, '--symbol-ordering-file=order.txt');
    const arranged = arrange(old, made, only('functions'));
    expect(arranged.functionsMoved).toBeGreaterThan(2);
    expect(imageOf(arranged.elf).sha256).toBe(imageOf(judge.bytes).sha256);
    expect(imageOf(arranged.elf).sha256).not.toBe(imageOf(made.bytes).sha256);
  });

  test('variables of the same size stay where they were; the program does what it did', () => {
    const { old, fresh: made } = setup();
    const arranged = arrange(old, made, only('variables'));
    const [before, linked, after] = [old.bytes, made.bytes, arranged.elf].map(symbolsOf) as [
      Map<string, number>,
      Map<string, number>,
      Map<string, number>,
    ];
    for (const name of ['small', 'kept', 'wide', 'start_value', 'out']) {
      expect(after.get(name), name).toBe(before.get(name));
    }
    expect(linked.get('out')).not.toBe(before.get('out'));
    expect(results(arranged.elf)).toEqual(results(made.bytes));
  });

  test('calls go through the table, and an item stays that of its function', () => {
    const { old, fresh: made } = setup();
    const first = arrange(old, old, only('calls'));
    const second = arrange({ bytes: first.elf, file: 'first' }, made, only('calls'));
    expect(first.tableItems).toBeGreaterThan(2);
    expect(second.callsRevised).toBeGreaterThan(4);
    const table = symbolsOf(made.bytes).get('callTable') ?? 0x4000;
    const leadsTo = (bytes: Uint8Array): (string | undefined)[] => {
      const view = new DataView(imageOf(bytes).segments[0]!.bytes.slice().buffer);
      const names = new Map([...symbolsOf(bytes)].map(([name, address]) => [address, name]));
      return Array.from({ length: 12 }, (_, item) =>
        names.get(view.getUint16(table - 0x4000 + 4 * item + 2, true)),
      );
    };
    const [items, later] = [leadsTo(first.elf), leadsTo(second.elf)];
    for (const [item, name] of items.entries()) {
      if (name !== '_start' && later.includes(name)) expect(later[item]).toBe(name);
    }
    expect(later).toContain('fresh');
    expect(results(first.elf)).toEqual(results(old.bytes));
    expect(results(second.elf)).toEqual(results(made.bytes));
  });

  test('all together, and again: nothing is left to do', () => {
    const { old, fresh: made } = setup();
    const all = { functions: true, variables: true, calls: true };
    const once = arrange(old, made, all);
    expect(results(once.elf)).toEqual(results(made.bytes));
    expect(results(made.bytes)[15]).toBe(0xd0e);
    const again = arrange(
      { bytes: once.elf, file: 'once' },
      { bytes: once.elf, file: 'once' },
      all,
    );
    expect(again.functionsMoved + again.variablesMoved).toBe(0);
    expect(imageOf(again.elf).sha256).toBe(imageOf(once.elf).sha256);
  });

  test('a program without relocations or table is refused', () => {
    const { old, fresh: made } = setup();
    tool('llvm-objcopy-14', '--strip-all', made.file, 'bare.elf');
    const bare = { bytes: readFileSync(at('bare.elf')), file: 'bare.elf' };
    expect(() => arrange(old, bare, only('functions'))).toThrow(/no relocations/);
  });
});
