/** AVR instructions as the tests write them, from the bit pictures of the core's own table: a test shows
 *  `avr.add(1, 2)`, not 0x0c12. The pictures themselves are judged by objdump (conformance). */

import { PATTERNS } from '../../emulator/cpu/avr/instruction-table.ts';

const PICTURES = new Map<string, string>(
  PATTERNS.map(({ name, picture }) => [name, picture.replaceAll(' ', '')]),
);

/** Spread each field's bits, highest first, over the places with its letter. */
function encode(name: string, fields: Readonly<Record<string, number>>): number {
  const picture = PICTURES.get(name);
  if (picture === undefined) throw new RangeError(`no AVR instruction ${name}`);
  const left: Record<string, number> = {};
  for (const letter of picture) left[letter] = (left[letter] ?? 0) + 1;
  let word = 0;
  for (const letter of picture) {
    const bit = letter === '0' || letter === '1' ? Number(letter) : -1;
    left[letter] = left[letter]! - 1;
    word = (word << 1) | (bit >= 0 ? bit : ((fields[letter] ?? 0) >> left[letter]!) & 1);
  }
  return word;
}

type Two = (d: number, r: number) => number;
const two =
  (name: string): Two =>
  (d, r) =>
    encode(name, { d, r });
const immediate =
  (name: string): Two =>
  (d, k) =>
    encode(name, { d: d - 16, k });
const one =
  (name: string) =>
  (d = 0): number =>
    encode(name, { d });
const bit =
  (name: string) =>
  (d: number, b: number): number =>
    encode(name, { d, b });
const ioBit =
  (name: string) =>
  (a: number, b: number): number =>
    encode(name, { a, b });
const distance =
  (name: string) =>
  (k: number): number =>
    encode(name, { k });

// biome-ignore format: families read best one a row
export const avr = {
  nop: 0, ret: encode('ret', {}), reti: encode('reti', {}), sleep: encode('sleep', {}),
  wdr: encode('wdr', {}), break: encode('break', {}), spm: encode('spm', {}),
  ijmp: encode('ijmp', {}), icall: encode('icall', {}), lpm0: encode('lpm', {}),
  add: two('add'), adc: two('adc'), sub: two('sub'), sbc: two('sbc'), and: two('and'), or: two('or'),
  eor: two('eor'), mov: two('mov'), cp: two('cp'), cpc: two('cpc'), cpse: two('cpse'), mul: two('mul'),
  subi: immediate('subi'), sbci: immediate('sbci'), cpi: immediate('cpi'), andi: immediate('andi'),
  ori: immediate('ori'), ldi: immediate('ldi'), muls: (d: number, r: number) => encode('muls', { d: d - 16, r: r - 16 }),
  mulsu: (d: number, r: number) => encode('mulsu', { d: d - 16, r: r - 16 }),
  fmul: (d: number, r: number) => encode('fmul', { d: d - 16, r: r - 16 }),
  fmuls: (d: number, r: number) => encode('fmuls', { d: d - 16, r: r - 16 }),
  fmulsu: (d: number, r: number) => encode('fmulsu', { d: d - 16, r: r - 16 }),
  movw: (d: number, r: number) => encode('movw', { d: d >> 1, r: r >> 1 }),
  adiw: (d: number, k: number) => encode('adiw', { d: (d - 24) >> 1, k }),
  sbiw: (d: number, k: number) => encode('sbiw', { d: (d - 24) >> 1, k }),
  com: one('com'), neg: one('neg'), swap: one('swap'), inc: one('inc'), dec: one('dec'), asr: one('asr'),
  lsr: one('lsr'), ror: one('ror'), push: one('push'), pop: one('pop'),
  bst: bit('bst'), bld: bit('bld'), sbrc: bit('sbrc'), sbrs: bit('sbrs'),
  bset: (s: number) => encode('bset', { s }), bclr: (s: number) => encode('bclr', { s }),
  sei: encode('bset', { s: 7 }), cli: encode('bclr', { s: 7 }),
  sbi: ioBit('sbi'), cbi: ioBit('cbi'), sbic: ioBit('sbic'), sbis: ioBit('sbis'),
  /** I/O addresses as the manual counts them: 0x20 below the data space. */
  in: (d: number, a: number) => encode('in', { d, a }), out: (a: number, d: number) => encode('out', { d, a }),
  ld: (d: number, pointer: string) => encode(`ld-${pointer}`, { d }),
  st: (pointer: string, d: number) => encode(`st-${pointer}`, { d }),
  ldd: (d: number, pointer: string, q: number) => encode(`ldd-${pointer}`, { d, q }),
  std: (pointer: string, q: number, d: number) => encode(`std-${pointer}`, { d, q }),
  lpm: (d: number, pointer: string) => encode(`lpm-${pointer}`, { d }),
  lds: (d: number, address: number): readonly number[] => [encode('lds', { d }), address],
  sts: (address: number, d: number): readonly number[] => [encode('sts', { d }), address],
  jmp: (word: number): readonly number[] => [encode('jmp', {}), word],
  call: (word: number): readonly number[] => [encode('call', {}), word],
  rjmp: distance('rjmp'), rcall: distance('rcall'),
  brbs: (s: number, k: number) => encode('brbs', { s, k }), brbc: (s: number, k: number) => encode('brbc', { s, k }),
};
