/** Opcodes as text, by the rows of instruction-table.ts, in the syntax that GNU tools print and read.
 *  Source: AVR Instruction Set Manual (Atmel-0856). Leaves out: symbols, and comments with the other base;
 *  relative targets are bytes from here, as the assembler takes them. */

import {
  branch7,
  d4,
  d5,
  far22,
  io5,
  io6,
  k6,
  k8,
  near12,
  type Pattern,
  patternOf,
  q6,
  r5,
} from './instruction-table.ts';

/** Letters of SREG, bit 0 first, as the short forms of BSET and BCLR have them. */
const SREG_LETTERS = 'cznvshti';
// biome-ignore format: bit 0 first
const BRANCHES = {
  brbs: ['brcs', 'breq', 'brmi', 'brvs', 'brlt', 'brhs', 'brts', 'brie'],
  brbc: ['brcc', 'brne', 'brpl', 'brvc', 'brge', 'brhc', 'brtc', 'brid'],
} as const;

const hex = (value: number, digits: number): string =>
  `0x${value.toString(16).padStart(digits, '0')}`;
const relative = (words: number): string => `.${words < 0 ? '-' : '+'}${Math.abs(words) * 2}`;

/** One instruction; `following` is the word after it, which LDS, STS, JMP and CALL need. */
export function disassemble(opcode: number, following: number): string {
  const row = patternOf(opcode);
  if (row === null) return `.word ${hex(opcode, 4)}`;
  const [mnemonic, operands] = parts(row, opcode, following);
  return operands === '' ? mnemonic : `${mnemonic} ${operands}`;
}

function parts(row: Pattern, opcode: number, following: number): [string, string] {
  const { name } = row;
  const d = `r${d5(opcode)}`;
  const pointer = /^(ld|st|lpm|elpm|ldd|std|spm)-(-?[xyz]\+?)$/.exec(name);
  if (pointer !== null) return throughPointer(pointer[1]!, pointer[2]!.toUpperCase(), opcode, d);
  switch (row.operands) {
    case 'none':
      return [name, ''];
    case 'd':
      return [name, exchanges(name) ? `Z, ${d}` : d];
    case 'd,r':
      return [name, `${d}, r${r5(opcode)}`];
    case 'd,k':
      return [name, `r${d4(opcode)}, ${hex(k8(opcode), 2)}`];
    case 'pair,pair':
      return [name, `r${(opcode >>> 3) & 30}, r${(opcode & 15) * 2}`];
    case 'high,high':
      return [name, `r${d4(opcode)}, r${16 | (opcode & 15)}`];
    case 'low,low':
      return [name, `r${16 | ((opcode >>> 4) & 7)}, r${16 | (opcode & 7)}`];
    case 'word,k':
      return [name, `r${24 + ((opcode >>> 3) & 6)}, ${hex(k6(opcode), 2)}`];
    case 'd,bit':
      return [name, `${d}, ${opcode & 7}`];
    case 'sreg-bit':
      return [`${name === 'bset' ? 'se' : 'cl'}${SREG_LETTERS[(opcode >>> 4) & 7]}`, ''];
    case 'io,bit':
      return [name, `${hex(io5(opcode), 2)}, ${opcode & 7}`];
    case 'd,io':
      return [name, `${d}, ${hex(io6(opcode), 2)}`];
    case 'io,d':
      return [name, `${hex(io6(opcode), 2)}, ${d}`];
    case 'd,address':
      return [name, `${d}, ${hex(following, 4)}`];
    case 'address,d':
      return [name, `${hex(following, 4)}, ${d}`];
    case 'far':
      return [name, hex(far22(opcode, following) * 2, 1)];
    case 'near':
      return [name, relative(near12(opcode))];
    case 'branch':
      return [BRANCHES[name as 'brbs' | 'brbc'][opcode & 7]!, relative(branch7(opcode))];
    default: // a round of DES
      return [name, `${(opcode >>> 4) & 15}`];
  }
}

const exchanges = (name: string): boolean => /^(xch|la[sct])$/.test(name);

function throughPointer(
  mnemonic: string,
  pointer: string,
  opcode: number,
  d: string,
): [string, string] {
  if (mnemonic === 'ldd') return [mnemonic, `${d}, ${pointer}+${q6(opcode)}`];
  if (mnemonic === 'std') return [mnemonic, `${pointer}+${q6(opcode)}, ${d}`];
  if (mnemonic === 'spm') return [mnemonic, pointer];
  return [mnemonic, mnemonic === 'st' ? `${pointer}, ${d}` : `${d}, ${pointer}`];
}
