/** The disassembler beside GNU objdump over a wide sample of every operation of both instruction sets. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { disassemble } from '../../emulator/cpu/arm7tdmi/disassemble.ts';
import { createRandom, opcodeOf, TEMPLATES, type Template } from '../helpers/arm-cases.ts';

const SAMPLES = 100;

/** Opcodes that are not compared, and why. */
const SKIPPED: readonly [
  reason: string,
  applies: (template: Template, opcode: number) => boolean,
][] = [
  [
    'undefined space: objdump prints instructions of later architectures and data directives',
    ({ className }) => className === 'undefined',
  ],
  [
    'BL halves: objdump joins them, or prints a half as data',
    ({ className }) => className.startsWith('bl-'),
  ],
  [
    'MSR without fields: objdump prints hints of later architectures',
    ({ className }, opcode) => className.startsWith('msr-') && ((opcode >>> 16) & 15) === 0,
  ],
  [
    'coprocessors other than 7, 12 and 13, MCRR and MRRC: objdump prints private mnemonics',
    ({ className }, opcode) =>
      /^(ldc-stc|cdp|mrc-mcr)$/.test(className) &&
      (![7, 12, 13].includes((opcode >>> 8) & 15) || (opcode & 0x0fa0_0000) === 0x0c00_0000),
  ],
];
/** Comments off, blanks to one, register and immediate spellings that mean the same to one form. */
const normalise = (line: string): string =>
  line
    .replace(/\s*[;@].*$/, '')
    .replace(/<[^>]*>/g, '')
    .replace(/\s+/g, ' ')
    .replace(/^(b\w*)\.n /, '$1 ')
    .replace(/^(ldm|stm)ia/, '$1')
    .replace(/\br10\b/g, 'sl')
    .replace(/\br11\b/g, 'fp')
    .replace(/\br12\b/g, 'ip')
    .trim();

function objdump(opcodes: readonly number[], thumb: boolean): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'flashrig-objdump-'));
  try {
    const file = join(folder, 'code.bin');
    const size = thumb ? 2 : 4;
    const bytes = Buffer.alloc(opcodes.length * size);
    opcodes.forEach((opcode, i) => {
      if (thumb) bytes.writeUInt16LE(opcode, i * size);
      else bytes.writeUInt32LE(opcode >>> 0, i * size);
    });
    writeFileSync(file, bytes);
    const options = ['-D', '-z', '-b', 'binary', '-m', 'armv4t', '-M', 'reg-names-std'];
    if (thumb) options.push('-M', 'force-thumb');
    const text = execFileSync('arm-none-eabi-objdump', [...options, file], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    return text
      .split('\n')
      .map((line) => /^\s*[0-9a-f]+:\t[0-9a-f ]+\t(.*)$/.exec(line)?.[1])
      .filter((line) => line !== undefined);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each([
  ['ARM', false],
  ['Thumb', true],
])('disassembler, %s, every operation: the same text as objdump', (_name, thumb) => {
  const random = createRandom(0x0b_5eed);
  const opcodes: number[] = [];
  for (const template of TEMPLATES) {
    if (template.thumb !== thumb) continue;
    for (let i = 0; i < SAMPLES; i++) {
      const opcode = opcodeOf(template, random);
      if (opcode === null || SKIPPED.some(([, applies]) => applies(template, opcode))) continue;
      opcodes.push(opcode);
    }
  }
  const lines = objdump(opcodes, thumb);
  expect(lines.length).toBe(opcodes.length);
  const size = thumb ? 2 : 4;
  const differences = opcodes.flatMap((opcode, i) => {
    const ours = normalise(disassemble(opcode, i * size, thumb));
    const theirs = normalise(lines[i]!);
    return ours === theirs ? [] : [`${opcode.toString(16)}: ${ours} | ${theirs}`];
  });
  expect(differences.slice(0, 40)).toEqual([]);
  expect(opcodes.length).toBeGreaterThan(thumb ? 4_000 : 9_000);
});
