/** The instructions of the AVR, one bit picture a row: the one table behind decoder and disassembler.
 *  Source: AVR Instruction Set Manual (Atmel-0856), "Instruction Description"; ATmega16U4/32U4 data sheet
 *  (7766), "Instruction Set Summary". Letters are operand fields; 0 and 1 are fixed. The first row wins.
 *  `absent` names what other AVRs have and this family member treats as reserved. */

/** How the manual's operand fields lie in the opcode; decode.ts and disassemble.ts take them apart. */
export type Operands =
  | 'none'
  | 'd'
  | 'd,r'
  | 'd,k'
  | 'pair,pair'
  | 'high,high'
  | 'low,low'
  | 'word,k'
  | 'd,bit'
  | 'sreg-bit'
  | 'io,bit'
  | 'd,io'
  | 'io,d'
  | 'd,q'
  | 'q,d'
  | 'd,address'
  | 'address,d'
  | 'far'
  | 'near'
  | 'branch'
  | 'round';

// biome-ignore format: one row an instruction reads best in columns
const ROWS = [
  ['nop',    'none',      '0000 0000 0000 0000'],
  ['movw',   'pair,pair', '0000 0001 dddd rrrr'],
  ['muls',   'high,high', '0000 0010 dddd rrrr'],
  ['mulsu',  'low,low',   '0000 0011 0ddd 0rrr'],
  ['fmul',   'low,low',   '0000 0011 0ddd 1rrr'],
  ['fmuls',  'low,low',   '0000 0011 1ddd 0rrr'],
  ['fmulsu', 'low,low',   '0000 0011 1ddd 1rrr'],
  ['cpc',    'd,r',       '0000 01rd dddd rrrr'],
  ['sbc',    'd,r',       '0000 10rd dddd rrrr'],
  ['add',    'd,r',       '0000 11rd dddd rrrr'],
  ['cpse',   'd,r',       '0001 00rd dddd rrrr'],
  ['cp',     'd,r',       '0001 01rd dddd rrrr'],
  ['sub',    'd,r',       '0001 10rd dddd rrrr'],
  ['adc',    'd,r',       '0001 11rd dddd rrrr'],
  ['and',    'd,r',       '0010 00rd dddd rrrr'],
  ['eor',    'd,r',       '0010 01rd dddd rrrr'],
  ['or',     'd,r',       '0010 10rd dddd rrrr'],
  ['mov',    'd,r',       '0010 11rd dddd rrrr'],
  ['cpi',    'd,k',       '0011 kkkk dddd kkkk'],
  ['sbci',   'd,k',       '0100 kkkk dddd kkkk'],
  ['subi',   'd,k',       '0101 kkkk dddd kkkk'],
  ['ori',    'd,k',       '0110 kkkk dddd kkkk'],
  ['andi',   'd,k',       '0111 kkkk dddd kkkk'],
  ['ld-z',   'd',         '1000 000d dddd 0000'],
  ['ld-y',   'd',         '1000 000d dddd 1000'],
  ['st-z',   'd',         '1000 001d dddd 0000'],
  ['st-y',   'd',         '1000 001d dddd 1000'],
  ['ldd-z',  'd,q',       '10q0 qq0d dddd 0qqq'],
  ['ldd-y',  'd,q',       '10q0 qq0d dddd 1qqq'],
  ['std-z',  'q,d',       '10q0 qq1d dddd 0qqq'],
  ['std-y',  'q,d',       '10q0 qq1d dddd 1qqq'],
  ['lds',    'd,address', '1001 000d dddd 0000'],
  ['ld-z+',  'd',         '1001 000d dddd 0001'],
  ['ld--z',  'd',         '1001 000d dddd 0010'],
  ['lpm-z',  'd',         '1001 000d dddd 0100'],
  ['lpm-z+', 'd',         '1001 000d dddd 0101'],
  ['ld-y+',  'd',         '1001 000d dddd 1001'],
  ['ld--y',  'd',         '1001 000d dddd 1010'],
  ['ld-x',   'd',         '1001 000d dddd 1100'],
  ['ld-x+',  'd',         '1001 000d dddd 1101'],
  ['ld--x',  'd',         '1001 000d dddd 1110'],
  ['pop',    'd',         '1001 000d dddd 1111'],
  ['sts',    'address,d', '1001 001d dddd 0000'],
  ['st-z+',  'd',         '1001 001d dddd 0001'],
  ['st--z',  'd',         '1001 001d dddd 0010'],
  ['st-y+',  'd',         '1001 001d dddd 1001'],
  ['st--y',  'd',         '1001 001d dddd 1010'],
  ['st-x',   'd',         '1001 001d dddd 1100'],
  ['st-x+',  'd',         '1001 001d dddd 1101'],
  ['st--x',  'd',         '1001 001d dddd 1110'],
  ['push',   'd',         '1001 001d dddd 1111'],
  ['com',    'd',         '1001 010d dddd 0000'],
  ['neg',    'd',         '1001 010d dddd 0001'],
  ['swap',   'd',         '1001 010d dddd 0010'],
  ['inc',    'd',         '1001 010d dddd 0011'],
  ['asr',    'd',         '1001 010d dddd 0101'],
  ['lsr',    'd',         '1001 010d dddd 0110'],
  ['ror',    'd',         '1001 010d dddd 0111'],
  ['dec',    'd',         '1001 010d dddd 1010'],
  ['bset',   'sreg-bit',  '1001 0100 0sss 1000'],
  ['bclr',   'sreg-bit',  '1001 0100 1sss 1000'],
  ['ijmp',   'none',      '1001 0100 0000 1001'],
  ['icall',  'none',      '1001 0101 0000 1001'],
  ['ret',    'none',      '1001 0101 0000 1000'],
  ['reti',   'none',      '1001 0101 0001 1000'],
  ['sleep',  'none',      '1001 0101 1000 1000'],
  ['break',  'none',      '1001 0101 1001 1000'],
  ['wdr',    'none',      '1001 0101 1010 1000'],
  ['lpm',    'none',      '1001 0101 1100 1000'],
  ['spm',    'none',      '1001 0101 1110 1000'],
  ['jmp',    'far',       '1001 010k kkkk 110k'],
  ['call',   'far',       '1001 010k kkkk 111k'],
  ['adiw',   'word,k',    '1001 0110 kkdd kkkk'],
  ['sbiw',   'word,k',    '1001 0111 kkdd kkkk'],
  ['cbi',    'io,bit',    '1001 1000 aaaa abbb'],
  ['sbic',   'io,bit',    '1001 1001 aaaa abbb'],
  ['sbi',    'io,bit',    '1001 1010 aaaa abbb'],
  ['sbis',   'io,bit',    '1001 1011 aaaa abbb'],
  ['mul',    'd,r',       '1001 11rd dddd rrrr'],
  ['in',     'd,io',      '1011 0aad dddd aaaa'],
  ['out',    'io,d',      '1011 1aad dddd aaaa'],
  ['rjmp',   'near',      '1100 kkkk kkkk kkkk'],
  ['rcall',  'near',      '1101 kkkk kkkk kkkk'],
  ['ldi',    'd,k',       '1110 kkkk dddd kkkk'],
  ['brbs',   'branch',    '1111 00kk kkkk ksss'],
  ['brbc',   'branch',    '1111 01kk kkkk ksss'],
  ['bld',    'd,bit',     '1111 100d dddd 0bbb'],
  ['bst',    'd,bit',     '1111 101d dddd 0bbb'],
  ['sbrc',   'd,bit',     '1111 110d dddd 0bbb'],
  ['sbrs',   'd,bit',     '1111 111d dddd 0bbb'],
] as const;

/** On other AVRs only. The set of this part has neither program memory above 64 KB (ELPM, EIJMP, EICALL)
 *  nor the additions of the XMEGA. UNKNOWN: what the silicon does with them; a run on a part would show it. */
// biome-ignore format: one row an instruction reads best in columns
const ABSENT_ROWS = [
  ['elpm-z',  'd',     '1001 000d dddd 0110'],
  ['elpm-z+', 'd',     '1001 000d dddd 0111'],
  ['xch',     'd',     '1001 001d dddd 0100'],
  ['las',     'd',     '1001 001d dddd 0101'],
  ['lac',     'd',     '1001 001d dddd 0110'],
  ['lat',     'd',     '1001 001d dddd 0111'],
  ['eijmp',   'none',  '1001 0100 0001 1001'],
  ['eicall',  'none',  '1001 0101 0001 1001'],
  ['elpm',    'none',  '1001 0101 1101 1000'],
  ['spm-z+',  'none',  '1001 0101 1111 1000'],
  ['des',     'round', '1001 0100 kkkk 1011'],
] as const;

export type InstructionName = (typeof ROWS)[number][0];
export type AbsentName = (typeof ABSENT_ROWS)[number][0];

export interface Pattern {
  readonly name: InstructionName | AbsentName;
  readonly operands: Operands;
  readonly picture: string;
  readonly mask: number;
  readonly value: number;
  /** Not an instruction of this part. */
  readonly absent: boolean;
}

const pattern = (
  [name, operands, picture]: readonly [Pattern['name'], Operands, string],
  absent: boolean,
): Pattern => {
  const bits = picture.replaceAll(' ', '');
  return {
    name,
    operands,
    picture,
    mask: Number.parseInt(bits.replace(/[01]/g, '1').replace(/[^01]/g, '0'), 2),
    value: Number.parseInt(bits.replace(/[^1]/g, '0'), 2),
    absent,
  };
};

export const PATTERNS: readonly Pattern[] = [
  ...ROWS.map((row) => pattern(row, false)),
  ...ABSENT_ROWS.map((row) => pattern(row, true)),
];

/** Opcode to 1 + index in PATTERNS; 0 = reserved. Later rows are entered first, so that the first wins. */
const ROW_OF = new Uint8Array(0x1_0000);
for (let row = PATTERNS.length - 1; row >= 0; row--) {
  const { mask, value } = PATTERNS[row]!;
  const free = ~mask & 0xffff;
  for (let bits = free; ; bits = (bits - 1) & free) {
    ROW_OF[value | bits] = row + 1;
    if (bits === 0) break;
  }
}

/** The row of an opcode; null = reserved on every AVR. */
export const patternOf = (opcode: number): Pattern | null =>
  PATTERNS[ROW_OF[opcode & 0xffff]! - 1] ?? null;

/** LDS, STS, JMP and CALL are followed by a word of address. */
export const hasSecondWord = (opcode: number): boolean =>
  (opcode & 0xfc0f) === 0x9000 || (opcode & 0xfe0c) === 0x940c;

// The fields of the pictures above.
export const d5 = (opcode: number): number => (opcode >>> 4) & 31;
export const r5 = (opcode: number): number => ((opcode >>> 5) & 16) | (opcode & 15);
export const d4 = (opcode: number): number => 16 | ((opcode >>> 4) & 15);
export const k8 = (opcode: number): number => ((opcode >>> 4) & 0xf0) | (opcode & 15);
export const k6 = (opcode: number): number => ((opcode >>> 2) & 0x30) | (opcode & 15);
export const q6 = (opcode: number): number =>
  ((opcode >>> 8) & 0x20) | ((opcode >>> 7) & 0x18) | (opcode & 7);
/** I/O addresses as in the opcode; the data space has them 0x20 higher. */
export const io6 = (opcode: number): number => ((opcode >>> 5) & 0x30) | (opcode & 15);
export const io5 = (opcode: number): number => (opcode >>> 3) & 31;
/** Signed distances in words. */
export const near12 = (opcode: number): number => (opcode << 20) >> 20;
export const branch7 = (opcode: number): number => (opcode << 22) >> 25;
/** JMP and CALL: 22 bits of word address, six of them in the first word. */
export const far22 = (opcode: number, second: number): number =>
  ((((opcode >>> 3) & 0x3e) | (opcode & 1)) << 16) | second;
