/** The MSP430 fixture's support library, built as it is there and run on the core, against JavaScript's arithmetic.
 *  Source: MSP430 EABI (SLAA534), "Helper Function API": operands in R12 to R15, results in R12 and R13. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { garbageStream } from '../../emulator/peripherals/shared/garbage.ts';
import { parseElf } from '../../harness/image/elf.ts';
import { FIXTURES_ROOT } from '../../harness/scenarios.ts';
import { createMsp430Machine } from '../helpers/msp430-machine.ts';
import { needPeer } from '../helpers/peers.ts';

const hasToolchain = ['clang-14', 'ld.lld-14'].every((name) => needPeer(name) !== null);
const FILES = ['multiply', 'divide', 'shift', 'memory'];
const STACK = 0x3000;
const RETURN = 0xf000;
const MAX_INSTRUCTIONS = 4000;
const CALLEE_SAVED = ['r4', 'r5', 'r6', 'r7', 'r8', 'r9', 'r10'];

function buildLibrary() {
  const folder = mkdtempSync(join(tmpdir(), 'flashrig-library-'));
  try {
    const objects = FILES.map((name) => {
      const object = join(folder, `${name}.o`);
      const source = join(FIXTURES_ROOT, 'msp430f1611', 'src', 'lib', `${name}.S`);
      execFileSync('clang-14', ['--target=msp430-none-elf', '-c', source, '-o', object]);
      return object;
    });
    const elf = join(folder, 'library.elf');
    execFileSync('ld.lld-14', ['-Ttext=0x4000', '-e', 'memcpy', ...objects, '-o', elf]);
    return parseElf(new Uint8Array(readFileSync(elf)), elf, 'msp430');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns a function that calls one of the library: R12 to R15 in, R12 and R13 out. */
function createLibrary() {
  const image = buildLibrary();
  const m = createMsp430Machine();
  for (const { address, bytes } of image.segments) {
    if (address >= 0x4000) m.memory.set(bytes, address);
  }
  const call = (name: string, ...words: number[]): [number, number] => {
    const symbol = image.symbols.find((each) => each.name === name)!;
    const [r12 = 0, r13 = 0, r14 = 0, r15 = 0] = words;
    const saved = Object.fromEntries(
      CALLEE_SAVED.map((register, n) => [register, 0x1111 * (n + 1)]),
    );
    m.set({ ...saved, r12, r13, r14, r15, sp: STACK - 2, pc: symbol.address });
    m.load(STACK - 2, [RETURN]);
    for (let n = 0; m.cpu.pc !== RETURN; n++) {
      if (n === MAX_INSTRUCTIONS) throw new Error(`${name} does not return`);
      m.steps(1);
    }
    expect(m.get('sp', ...CALLEE_SAVED)).toEqual([STACK, ...Object.values(saved)]);
    return m.get('r12', 'r13') as [number, number];
  };
  return { call, memory: m.memory };
}

const EDGES_16 = [0, 1, 2, 3, 7, 10, 0xff, 0x100, 0x7fff, 0x8000, 0x8001, 0xfffe, 0xffff];
const EDGES_32 = [
  ...EDGES_16,
  0x1_0000,
  0xffff_0000,
  0x7fff_ffff,
  0x8000_0000,
  0x8000_0001,
  0xffff_ffff,
];
function pairs(edges: readonly number[], mask: number): [number, number][] {
  const random = garbageStream(0x5eed);
  const seeded = Array.from({ length: 100 }, (_, n): [number, number] => {
    const second = (random() >>> (n % 24)) & mask;
    return [(random() & mask) >>> 0, second >>> 0];
  });
  return [...edges.flatMap((a) => edges.map((b): [number, number] => [a, b])), ...seeded];
}
const signed = (value: number, bits: 16 | 32): bigint => BigInt.asIntN(bits, BigInt(value));
const words = (value: number): [number, number] => [value & 0xffff, value >>> 16];

type Operation = (a: bigint, b: bigint) => bigint;
const multiply: Operation = (a, b) => a * b;
const divide: Operation = (a, b) => a / b;
const remainder: Operation = (a, b) => a % b;

describe.runIf(hasToolchain)('MSP430 support library', () => {
  const library = hasToolchain ? createLibrary() : null;
  const call = (name: string, ...given: number[]): [number, number] =>
    library!.call(name, ...given);

  test.each([
    ['__mspabi_mpyi', multiply, false],
    ['__mspabi_divu', divide, false],
    ['__mspabi_remu', remainder, false],
    ['__mspabi_divi', divide, true],
    ['__mspabi_remi', remainder, true],
  ])('%s, 16 bits, edges and seeded values', (name, operation, isSigned) => {
    for (const [a, b] of pairs(EDGES_16, 0xffff)) {
      if (b === 0 && operation !== multiply) continue;
      const of = (value: number): bigint => (isSigned ? signed(value, 16) : BigInt(value));
      const due = Number(BigInt.asUintN(16, operation(of(a), of(b))));
      expect([a, b, call(name, a, b)[0]]).toEqual([a, b, due]);
    }
  });

  test.each([
    ['__mspabi_mpyl', multiply, false],
    ['__mspabi_divul', divide, false],
    ['__mspabi_remul', remainder, false],
    ['__mspabi_divli', divide, true],
    ['__mspabi_remli', remainder, true],
  ])('%s, 32 bits, edges and seeded values', (name, operation, isSigned) => {
    for (const [a, b] of pairs(EDGES_32, 0xffff_ffff)) {
      if (b === 0 && operation !== multiply) continue;
      const of = (value: number): bigint => (isSigned ? signed(value, 32) : BigInt(value));
      const due = Number(BigInt.asUintN(32, operation(of(a), of(b))));
      expect([a, b, call(name, ...words(a), ...words(b))]).toEqual([a, b, words(due)]);
    }
  });

  test.each([
    ['__mspabi_slll', (value: number, by: number) => value << by],
    ['__mspabi_srll', (value: number, by: number) => value >>> by],
    ['__mspabi_sral', (value: number, by: number) => value >> by],
  ])('%s, by 0 to 31', (name, shift) => {
    for (const value of EDGES_32) {
      for (let by = 0; by < 32; by++) {
        expect([value, by, call(name, ...words(value), by)]).toEqual([
          value,
          by,
          words(shift(value, by)),
        ]);
      }
    }
  });

  test('memcpy, memmove, memset and memcmp, of none and of some bytes, over each other as well', () => {
    const { memory } = library!;
    const from = 0x1200;
    for (const [name, to] of [
      ['memcpy', 0x1301],
      ['memmove', 0x1203],
      ['memmove', 0x11fd],
    ] as const) {
      for (const count of [0, 1, 17]) {
        memory.set(
          Array.from({ length: 64 }, (_, n) => n),
          from - 8,
        );
        const due = memory.slice();
        due.copyWithin(to, from, from + count);
        expect(call(name, to, from, count)[0]).toBe(to);
        expect(memory.slice(0x1100, 0x1400)).toEqual(due.slice(0x1100, 0x1400));
      }
    }
    memory.fill(9, 0x11ff, 0x1204);
    expect(call('memset', 0x1200, 0x1a5, 3)[0]).toBe(0x1200);
    expect([...memory.slice(0x11ff, 0x1204)]).toEqual([9, 0xa5, 0xa5, 0xa5, 9]);
    memory.set([1, 2, 0x80, 1, 2, 0x7f], 0x1200);
    const compare = (count: number): number =>
      Math.sign((call('memcmp', 0x1200, 0x1203, count)[0] << 16) >> 16);
    expect([compare(0), compare(2), compare(3)]).toEqual([0, 0, 1]);
    memory.set([0x7e], 0x1202);
    expect(compare(3)).toBe(-1);
  });
});
