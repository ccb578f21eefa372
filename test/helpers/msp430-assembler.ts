/** A small assembler for tests: TI syntax, labels, the emulated instructions that tests use, and .word.
 *  Numbers that a constant generator has are encoded so; labels are always words of their own. */

import {
  type InstructionName,
  OPERATION,
  PATTERNS,
} from '../../emulator/cpu/msp430/instruction-table.ts';

const CONSTANTS: Readonly<Record<number, number>> = {
  0: 0x0300,
  1: 0x0310,
  2: 0x0320,
  65535: 0x0330,
  4: 0x0220,
  8: 0x0230,
};
// biome-ignore format: one row a kind
const EMULATED: Readonly<Record<string, string>> = {
  nop: 'mov #0, r3', ret: 'mov @sp+, pc', eint: 'bis #8, sr', dint: 'bic #8, sr', setc: 'bis #1, sr',
  clrc: 'bic #1, sr', br: 'mov $, pc', pop: 'mov @sp+, $', clr: 'mov #0, $', inc: 'add #1, $',
  incd: 'add #2, $', dec: 'sub #1, $', decd: 'sub #2, $', tst: 'cmp #0, $', inv: 'xor #-1, $',
  adc: 'addc #0, $', rla: 'add $, $', rlc: 'addc $, $',
};
const SYNONYMS: Readonly<Record<string, string>> = { jnz: 'jne', jz: 'jeq', jlo: 'jnc', jhs: 'jc' };

interface Operand {
  /** As in bits 5:4, register in bits 11:8. */
  readonly bits: number;
  /** The extension word as written, or null; `relative` is counted from where it is. */
  readonly word: string | null;
  readonly relative: boolean;
}

const registerOf = (name: string): number => {
  const alias = ['pc', 'sp', 'sr'].indexOf(name);
  if (alias >= 0) return alias;
  const match = /^r(\d|1[0-5])$/.exec(name);
  return match === null ? -1 : Number(match[1]);
};

function operandOf(text: string, value: (name: string) => number): Operand {
  const make = (as: number, register: number, word: string | null = null): Operand => ({
    bits: (register << 8) | (as << 4),
    word,
    relative: false,
  });
  const register = registerOf(text);
  if (register >= 0) return make(0, register);
  if (text.startsWith('#')) {
    const literal = Number(text.slice(1));
    const bits = Number.isNaN(literal) ? undefined : CONSTANTS[value(text.slice(1))];
    return bits === undefined ? make(3, 0, text.slice(1)) : { bits, word: null, relative: false };
  }
  if (text.startsWith('&')) return make(1, 2, text.slice(1));
  const indirect = /^@(\w+?)(\+?)$/.exec(text);
  if (indirect !== null) return make(indirect[2] === '+' ? 3 : 2, registerOf(indirect[1]!));
  const indexed = /^(.+)\((\w+)\)$/.exec(text);
  if (indexed !== null) return make(1, registerOf(indexed[2]!), indexed[1]!);
  return { ...make(1, 0, text), relative: true };
}

/** @returns the words, and the address of each label. */
export function assembleWithLabels(
  origin: number,
  source: string,
): { readonly words: number[]; readonly labels: ReadonlyMap<string, number> } {
  const labels = new Map<string, number>();
  const lines = source
    .split('\n')
    .map((line) => line.replace(/;.*/, '').trim())
    .filter((line) => line !== '');
  let words: number[] = [];
  // The first pass finds the labels: lengths do not depend on their values.
  for (const isLast of [false, true]) {
    words = [];
    for (const line of lines) {
      const here = origin + 2 * words.length;
      const label = /^(\w+):\s*(.*)$/.exec(line);
      if (label !== null) labels.set(label[1]!, here);
      const statement = label === null ? line : label[2]!;
      const value = (name: string): number => {
        const number = Number(name);
        if (!Number.isNaN(number)) return number & 0xffff;
        const address = labels.get(name);
        if (address === undefined && isLast) throw new Error(`no label ${name}: ${line}`);
        return address ?? 0;
      };
      if (statement !== '') words.push(...statementWords(statement, here, value));
    }
  }
  return { words, labels };
}

export const assemble = (origin: number, source: string): number[] =>
  assembleWithLabels(origin, source).words;

function statementWords(text: string, here: number, value: (name: string) => number): number[] {
  const [, given, size, rest] = /^(\.?\w+?)(\.b|\.w)?(?:\s+(.*))?$/.exec(text)!;
  const args = (rest ?? '').split(',').map((arg) => arg.trim());
  if (given === '.word') return args.map(value);
  const emulated = EMULATED[given!];
  if (emulated !== undefined) {
    const [name, ...full] = emulated.split(' ');
    const replaced = full.join(' ').replaceAll('$', args[0]!);
    return statementWords(`${name}${size ?? ''} ${replaced}`, here, value);
  }
  const name = (SYNONYMS[given!] ?? given!) as InstructionName;
  const row = PATTERNS[OPERATION[name]];
  if (row === undefined) throw new Error(`no instruction ${text}`);
  if (row.format === 'none') return [row.value];
  if (row.format === 'jump') {
    return [row.value | (((value(args[0]!) - here - 2) >> 1) & 0x3ff)];
  }
  const isByte = size === '.b' ? 0x40 : 0;
  const source = operandOf(args[0]!, value);
  const words: number[] = [];
  const extend = ({ word, relative }: Operand): void => {
    if (word === null) return;
    const at = here + 2 + 2 * words.length;
    words.push((value(word) - (relative ? at : 0)) & 0xffff);
  };
  extend(source);
  if (row.format === 'single') {
    return [row.value | isByte | (source.bits & 0x30) | (source.bits >>> 8), ...words];
  }
  const destination = operandOf(args[1]!, value);
  extend(destination);
  const ad = (destination.bits & 0x10) << 3;
  return [row.value | isByte | source.bits | ad | (destination.bits >>> 8), ...words];
}
