/** The MSP430 disassembler beside mspdebug's, on every opcode there is. */

import { afterAll, expect, test } from 'vitest';
import { disassemble } from '../../emulator/cpu/msp430/disassemble.ts';
import {
  adOf,
  destinationOf,
  isByteForm,
  operandsOf,
  patternOf,
} from '../../emulator/cpu/msp430/instruction-table.ts';
import { findMspdebug, MspdebugOracle } from '../helpers/msp430-oracle.ts';

const OPCODES = 0x1_0000;
/** An opcode and two words after it that read as one instruction each, to keep in step. */
const STRIDE = 8;
const NOP = 0x4303;
const FIRST = 0x1000;
const CHUNK = 0x1000;

const program = findMspdebug();
const oracle = program === null ? null : new MspdebugOracle(program);
afterAll(() => oracle?.close());

/** Blanks to one, numbers to one form, spellings that mean the same to one. */
const normalise = (line: string): string =>
  line
    .trim()
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/ ?, ?/g, ',')
    .replace(
      /-?\b(0x[0-9a-f]+|\d+)\b(?!:)/g,
      (number) =>
        `${(Number(number.replace('-', '')) * (number.startsWith('-') ? -1 : 1)) & 0xffff}`,
    )
    .replace(/^jnz/, 'jne')
    .replace(/^jz/, 'jeq')
    .replace(/^jlo/, 'jnc')
    .replace(/^jhs/, 'jc');

/** mspdebug's text of each opcode, with the two words after it. */
async function theirs(from: number, first: number, second: number): Promise<Map<number, string>> {
  const bytes = Buffer.alloc(CHUNK * STRIDE);
  for (let i = 0; i < CHUNK; i++) {
    [from + i, first, second, NOP].forEach((word, at) => {
      bytes.writeUInt16LE(word, i * STRIDE + at * 2);
    });
  }
  await oracle!.putMemory(FIRST, bytes);
  const text = await oracle!.text(`dis 0x${FIRST.toString(16)} ${bytes.length}`);
  const lines = text.matchAll(/^ {4}0([0-9a-f]{4}): (?:[0-9a-f]{2} )+\s+(\S.*)$/gm);
  const found = new Map<number, string>();
  for (const [, address, line] of lines) {
    const at = Number.parseInt(address!, 16) - FIRST;
    if (at % STRIDE === 0) found.set(from + at / STRIDE, normalise(line!));
  }
  return found;
}

/** Opcodes that mspdebug prints otherwise, and why. */
const OTHERWISE: readonly (readonly [why: string, is: (opcode: number) => boolean])[] = [
  [
    'reserved, which mspdebug prints as its nearest relative',
    (opcode) => patternOf(opcode) === null,
  ],
  [
    'the destination R3, where mspdebug prints emulated forms that keep no result',
    (opcode) => patternOf(opcode)!.format === 'double' && destinationOf(opcode) === 3,
  ],
  [
    'a byte to PC or SR, which mspdebug prints as branches and flags with a size',
    (opcode) =>
      patternOf(opcode)!.format === 'double' &&
      isByteForm(opcode) &&
      adOf(opcode) === 0 &&
      [0, 2].includes(destinationOf(opcode)),
  ],
  [
    'a symbolic single operand, which mspdebug prints two too high though it executes it right',
    (opcode) =>
      patternOf(opcode)!.format === 'single' && operandsOf(opcode, 'single').source === 'symbolic',
  ],
];
const isOtherwise = (opcode: number): boolean => OTHERWISE.some(([, is]) => is(opcode));

/** mspdebug leaves the size out of single operand forms, and the high byte out of what a byte form ignores. */
function comparable(opcode: number, text: string): string {
  const { format } = patternOf(opcode)!;
  const sized = format === 'single' ? text.replace('.b ', ' ') : text;
  if (format === 'jump' || !isByteForm(opcode)) return sized;
  return sized.replace(/#(\d+)/, (_all, value) => `#${Number(value) & 0xff}`);
}

test.skipIf(oracle === null).each([
  [0x1234, 0xfffe],
  [NOP, 0x0002],
] as const)(
  'MSP430 disassembler, every opcode followed by %i and %i: the same text as mspdebug',
  async (first, second) => {
    const differences: string[] = [];
    let compared = 0;
    for (let from = 0; from < OPCODES; from += CHUNK) {
      const lines = await theirs(from, first, second);
      for (const [opcode, line] of lines) {
        const address = FIRST + (opcode - from) * STRIDE;
        if (isOtherwise(opcode)) continue;
        compared++;
        const { text } = disassemble(opcode, first, second, address);
        const ours = comparable(opcode, normalise(text));
        const other = comparable(opcode, line);
        if (ours !== other) differences.push(`${opcode.toString(16)}: ${ours} | ${other}`);
      }
    }
    expect(differences.slice(0, 40)).toEqual([]);
    expect(compared).toBeGreaterThan(50_000);
  },
);
