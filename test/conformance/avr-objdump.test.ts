/** The AVR disassembler beside GNU objdump, on every opcode there is. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { disassemble } from '../../emulator/cpu/avr/disassemble.ts';
import { patternOf } from '../../emulator/cpu/avr/instruction-table.ts';
import { needPeer } from '../helpers/peers.ts';

const OPCODES = 0x1_0000;
/** Address words of LDS, STS, JMP and CALL; as an opcode of its own it is a NOP. */
const NOP = 0;

/** Comments off, blanks to one, spellings that mean the same to one form. */
const normalise = (line: string): string =>
  line
    .replace(/\s*;.*$/, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase()
    .replace(/^(jmp|call) (0x)?/, '$1 0x');

/** Each opcode, followed by the word given. @returns the text of each opcode. */
function objdump(following: number): Map<number, string> {
  const folder = mkdtempSync(join(tmpdir(), 'flashrig-objdump-'));
  try {
    const file = join(folder, 'code.bin');
    const bytes = Buffer.alloc(OPCODES * 4);
    for (let opcode = 0; opcode < OPCODES; opcode++) {
      bytes.writeUInt16LE(opcode, opcode * 4);
      bytes.writeUInt16LE(following, opcode * 4 + 2);
    }
    writeFileSync(file, bytes);
    const options = ['-D', '-z', '-b', 'binary', '-m', 'avr5', file];
    const text = execFileSync('avr-objdump', options, { encoding: 'utf8', maxBuffer: 1 << 28 });
    const lines = [...text.matchAll(/^\s*([0-9a-f]+):\t[0-9a-f ]+\t(.*)$/gm)];
    return new Map(
      lines
        .map(([, address, line]) => [Number.parseInt(address!, 16), line!] as const)
        .filter(([address]) => address % 4 === 0)
        .map(([address, line]) => [address / 4, normalise(line)]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.skipIf(needPeer('avr-objdump') === null).each([NOP, 0x0345])(
  'AVR disassembler, every opcode followed by %i: the same text as objdump',
  (following) => {
    const theirs = objdump(following);
    const differences: string[] = [];
    let reserved = 0;
    for (let opcode = 0; opcode < OPCODES; opcode++) {
      const ours = normalise(disassemble(opcode, following));
      if (ours !== theirs.get(opcode)) {
        differences.push(`${opcode.toString(16)}: ${ours} | ${theirs.get(opcode)}`);
      }
      if (patternOf(opcode) === null) reserved++;
    }
    expect(theirs.size).toBe(OPCODES);
    expect(differences.slice(0, 40)).toEqual([]);
    expect(reserved).toBe([...theirs.values()].filter((line) => line.startsWith('.word')).length);
  },
);
