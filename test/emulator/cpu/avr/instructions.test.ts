import { expect, test } from 'vitest';
import { avr } from '../../../helpers/avr-assembler.ts';
import { createAvrMachine, DATA_BYTES } from '../../../helpers/avr-machine.ts';

type Registers = Readonly<Record<string, number>>;
const hex = (value: number): string => value.toString(16);
/** SREG as its letters, set ones in capitals. */
const letters = (sreg: number): string =>
  [...'ithsvnzc'].map((c, i) => ((sreg >> (7 - i)) & 1 ? c.toUpperCase() : c)).join('');

/** Operands and results of the manual's formulas at their edges. */
// biome-ignore format: one row an instruction
test.each<readonly [string, number, Registers, Registers, string]>([
  ['ADD, carry out of bit 3', avr.add(1, 2), { r1: 0x0f, r2: 0x01 }, { r1: 0x10 }, 'itHsvnzc'],
  ['ADD, carry and zero', avr.add(1, 2), { r1: 0xff, r2: 0x01 }, { r1: 0 }, 'itHsvnZC'],
  ['ADD, overflow', avr.add(1, 2), { r1: 0x7f, r2: 0x01 }, { r1: 0x80 }, 'itHsVNzc'],
  ['ADC, carry in', avr.adc(1, 2), { r1: 0x7f, r2: 0x80, sreg: 1 }, { r1: 0 }, 'itHsvnZC'],
  ['SUB, borrow', avr.sub(1, 2), { r1: 0, r2: 1 }, { r1: 0xff }, 'itHSvNzC'],
  ['SUBI, overflow', avr.subi(16, 1), { r16: 0x80 }, { r16: 0x7f }, 'itHSVnzc'],
  ['SBC, zero keeps Z', avr.sbc(1, 2), { r1: 1, r2: 1, sreg: 2 }, { r1: 0 }, 'ithsvnZc'],
  ['SBC, zero does not set Z', avr.sbc(1, 2), { r1: 1, r2: 1, sreg: 0 }, { r1: 0 }, 'ithsvnzc'],
  ['SBCI, 0 - 0xff - 1', avr.sbci(16, 0xff), { r16: 0, sreg: 3 }, { r16: 0 }, 'itHsvnZC'],
  ['CP, equal', avr.cp(1, 2), { r1: 5, r2: 5 }, { r1: 5 }, 'ithsvnZc'],
  ['CPC, not equal clears Z', avr.cpc(1, 2), { r1: 5, r2: 4, sreg: 2 }, { r1: 5 }, 'ithsvnzc'],
  ['CPI, less', avr.cpi(16, 6), { r16: 5 }, { r16: 5 }, 'itHSvNzC'],
  ['AND clears V, leaves C and H', avr.and(1, 2), { r1: 0x81, r2: 0x80, sreg: 0x29 }, { r1: 0x80 }, 'itHSvNzC'],
  ['EOR with itself', avr.eor(1, 1), { r1: 0x55 }, { r1: 0 }, 'ithsvnZc'],
  ['COM', avr.com(1), { r1: 0x55 }, { r1: 0xaa }, 'ithSvNzC'],
  ['NEG of 0', avr.neg(1), { r1: 0, sreg: 0x21 }, { r1: 0 }, 'ithsvnZc'],
  ['NEG of 0x80', avr.neg(1), { r1: 0x80 }, { r1: 0x80 }, 'ithsVNzC'],
  ['INC of 0x7f', avr.inc(1), { r1: 0x7f, sreg: 1 }, { r1: 0x80 }, 'ithsVNzC'],
  ['DEC of 0x80', avr.dec(1), { r1: 0x80 }, { r1: 0x7f }, 'ithSVnzc'],
  ['ASR', avr.asr(1), { r1: 0x81 }, { r1: 0xc0 }, 'ithSvNzC'],
  ['LSR of 1', avr.lsr(1), { r1: 1 }, { r1: 0 }, 'ithSVnZC'],
  ['ROR, carry in', avr.ror(1), { r1: 2, sreg: 1 }, { r1: 0x81 }, 'ithsVNzc'],
  ['SWAP leaves SREG', avr.swap(1), { r1: 0x1f, sreg: 0xff }, { r1: 0xf1 }, 'ITHSVNZC'],
  ['ADIW over the top', avr.adiw(24, 63), { r24: 0xd0, r25: 0xff }, { r24: 0x0f, r25: 0 }, 'ithsvnzC'],
  ['ADIW, overflow', avr.adiw(26, 1), { x: 0x7fff }, { x: 0x8000 }, 'ithsVNzc'],
  ['SBIW below zero', avr.sbiw(28, 1), { y: 0 }, { y: 0xffff }, 'ithSvNzC'],
  ['SBIW, overflow', avr.sbiw(30, 1), { z: 0x8000 }, { z: 0x7fff }, 'ithSVnzc'],
  ['MUL', avr.mul(2, 3), { r2: 255, r3: 255 }, { r0: 0x01, r1: 0xfe }, 'ithsvnzC'],
  ['MULS', avr.muls(16, 17), { r16: 0xff, r17: 2 }, { r0: 0xfe, r1: 0xff }, 'ithsvnzC'],
  ['MULSU', avr.mulsu(16, 17), { r16: 0xff, r17: 0xff }, { r0: 0x01, r1: 0xff }, 'ithsvnzC'],
  ['FMUL of 1.0 and 1.0', avr.fmul(16, 17), { r16: 0x80, r17: 0x80 }, { r0: 0, r1: 0x80 }, 'ithsvnzc'],
  ['FMULS of -1 and -1 overflows to -1', avr.fmuls(16, 17), { r16: 0x80, r17: 0x80 }, { r0: 0, r1: 0x80 }, 'ithsvnzc'],
  ['FMULSU of 0', avr.fmulsu(16, 17), { r16: 0, r17: 0x80 }, { r0: 0, r1: 0 }, 'ithsvnZc'],
  ['MOVW', avr.movw(4, 30), { z: 0x1234 }, { r4: 0x34, r5: 0x12 }, 'ithsvnzc'],
  ['BST', avr.bst(1, 7), { r1: 0x80 }, { r1: 0x80 }, 'iThsvnzc'],
  ['BLD, clear', avr.bld(1, 0), { r1: 0xff }, { r1: 0xfe }, 'ithsvnzc'],
])('%s', (_name, opcode, before, after, sreg) => {
  const m = createAvrMachine();
  m.load(0, [opcode]);
  m.set(before);
  m.steps(1);
  for (const [name, value] of Object.entries(after)) expect([name, ...m.get(name)]).toEqual([name, value]);
  expect(letters(m.cpu.getRegister('sreg'))).toBe(sreg);
});

/** Cycles of the AVRe+ column for a 16-bit program counter. */
// biome-ignore format: one row an instruction
test.each<readonly [string, readonly number[], Registers, number, number]>([
  ['NOP', [avr.nop], {}, 1, 1],
  ['MUL', [avr.mul(1, 2)], {}, 2, 1],
  ['ADIW', [avr.adiw(24, 1)], {}, 2, 1],
  ['LDS', avr.lds(1, 0x200), {}, 2, 2],
  ['STS', avr.sts(0x200, 1), {}, 2, 2],
  ['LD X+', [avr.ld(1, 'x+')], { x: 0x200 }, 2, 1],
  ['LD -X', [avr.ld(1, '-x')], { x: 0x201 }, 2, 1],
  ['LDD Y+q', [avr.ldd(1, 'y', 63)], { y: 0x200 }, 2, 1],
  ['ST Z', [avr.st('z', 1)], { z: 0x200 }, 2, 1],
  ['PUSH', [avr.push(1)], {}, 2, 1],
  ['POP', [avr.pop(1)], { sp: 0x200 }, 2, 1],
  ['LPM', [avr.lpm0], {}, 3, 1],
  ['LPM Z+', [avr.lpm(1, 'z+')], {}, 3, 1],
  ['IN', [avr.in(1, 0x3f)], {}, 1, 1],
  ['SBI', [avr.sbi(0x1e, 1)], {}, 2, 1],
  ['RJMP', [avr.rjmp(5)], {}, 2, 6],
  ['IJMP', [avr.ijmp], { z: 0x123 }, 2, 0x123],
  ['JMP', avr.jmp(0x2345), {}, 3, 0x2345],
  ['RCALL', [avr.rcall(-1)], {}, 3, 0],
  ['ICALL', [avr.icall], { z: 0x123 }, 3, 0x123],
  ['CALL', avr.call(0x2345), {}, 4, 0x2345],
  ['RET', [avr.ret], { sp: 0x200 }, 4, 0],
  ['RETI', [avr.reti], { sp: 0x200 }, 4, 0],
  ['BREQ, not taken', [avr.brbs(1, 9)], {}, 1, 1],
  ['BREQ, taken', [avr.brbs(1, -3)], { sreg: 2 }, 2, 0x3ffe],
  ['BRSH, taken', [avr.brbc(0, 9)], {}, 2, 10],
  ['WDR', [avr.wdr], {}, 1, 1],
  ['SPM', [avr.spm], {}, 1, 1],
])('%s: cycles and where it goes', (_name, code, registers, cycles, pcWord) => {
  const m = createAvrMachine();
  m.load(0, code);
  m.set(registers);
  expect([m.steps(1), m.cpu.pc / 2]).toEqual([cycles, pcWord]);
});

const LONG = avr.sts(0x200, 1);
// biome-ignore format: one row an instruction
test.each<readonly [string, number, Registers]>([
  ['CPSE', avr.cpse(1, 2), { r1: 7, r2: 7 }],
  ['SBRC', avr.sbrc(1, 3), { r1: 0xf7 }],
  ['SBRS', avr.sbrs(1, 3), { r1: 0x08 }],
  ['SBIC', avr.sbic(0x1e, 0), {}],
  ['SBIS', avr.sbis(0x1f, 0), {}],
])('%s: 2 cycles over one word, 3 over two, 1 where it does not skip', (_name, skip, registers) => {
  const m = createAvrMachine();
  m.cpu.data[0x3f] = 1;
  const run = (code: readonly number[], start = 0): number[] => {
    m.load(start, code);
    m.set({ pc: start * 2, ...registers });
    return [m.steps(1), m.cpu.pc / 2];
  };
  expect(run([skip, avr.nop])).toEqual([2, 2]);
  for (const long of [LONG, avr.lds(1, 0), avr.jmp(0), avr.call(0)]) {
    expect(run([skip, ...long])).toEqual([3, 3]);
  }
  expect(run([skip, avr.adiw(24, 12), avr.nop])).toEqual([2, 2]);
  expect(run([skip, LONG[0]!], 0x3ffe)).toEqual([3, 1]);
  m.cpu.data[0x3e] = 1;
  m.cpu.data[0x3f] = 0;
  m.load(0, [skip]);
  m.set({ pc: 0, r1: skip === avr.sbrc(1, 3) ? 8 : 0, r2: 1 });
  expect([m.steps(1), m.cpu.pc / 2]).toEqual([1, 1]);
});

test('CALL, CALL, RET, RET: word addresses on the stack, low byte at the higher address', () => {
  const m = createAvrMachine();
  m.load(0x1234, avr.call(0x100));
  m.load(0x100, [avr.rcall(0), avr.ret]);
  m.set({ pc: 0x2468 });
  expect(m.steps(2)).toBe(7);
  expect([...m.cpu.data.subarray(DATA_BYTES - 4)].map(hex)).toEqual(['1', '1', '12', '36']);
  expect(m.steps(1)).toBe(4);
  expect(m.get('pc', 'sp')).toEqual([0x202, DATA_BYTES - 3]);
  m.steps(1);
  expect(m.get('pc', 'sp')).toEqual([0x246c, DATA_BYTES - 1]);
});

// biome-ignore format: one row an instruction
test.each<readonly [string, number, Registers, Registers]>([
  ['LD X+', avr.ld(1, 'x+'), { x: 0x1ff }, { x: 0x200, r1: 0xf0 }],
  ['LD -X', avr.ld(1, '-x'), { x: 0x200 }, { x: 0x1ff, r1: 0xf0 }],
  ['LD Y+', avr.ld(1, 'y+'), { y: 0x1ff }, { y: 0x200, r1: 0xf0 }],
  ['LD -Z', avr.ld(1, '-z'), { z: 0x200 }, { z: 0x1ff, r1: 0xf0 }],
  ['LDD Z+63', avr.ldd(1, 'z', 63), { z: 0x1c0 }, { z: 0x1c0, r1: 0xf0 }],
  ['LD of a register', avr.ld(1, 'x'), { x: 20, r20: 9 }, { r1: 9 }],
  ['LD -X of XL itself, moved before', avr.ld(1, '-x'), { x: 27 }, { x: 26, r1: 26 }],
  ['LPM Z, odd byte', avr.lpm(1, 'z'), { z: 0x401 }, { r1: 0xcd }],
  ['LPM Z+', avr.lpm(1, 'z+'), { z: 0x400 }, { r1: 0xab, z: 0x401 }],
])('%s: value and pointer', (_name, opcode, before, after) => {
  const m = createAvrMachine();
  m.load(0, [opcode]);
  m.load(0x200, [0xcdab]);
  m.cpu.data[0x1ff] = 0xf0;
  m.set(before);
  m.steps(1);
  for (const [name, value] of Object.entries(after)) expect([name, ...m.get(name)]).toEqual([name, value]);
});

test('program counter: wraps from the last word to the first, by running on and by a jump', () => {
  const m = createAvrMachine();
  m.load(0x3fff, [avr.inc(1)]);
  m.load(0, [avr.rjmp(-2)]);
  m.set({ pc: 0x7ffe });
  m.machine.scheduler.sliceEnd = m.machine.now + 9 * m.machine.scheduler.ticksPerCycle;
  m.cpu.run();
  expect(m.get('r1', 'pc')).toEqual([3, 0x7ffe]);
});

test('two-word instruction across the end: its second word is the first of the flash', () => {
  const m = createAvrMachine();
  m.load(0x3fff, [avr.jmp(0)[0]!]);
  m.load(0, [0x0155]);
  m.set({ pc: 0x7ffe });
  m.steps(1);
  expect(m.get('pc')).toEqual([0x2aa]);
});
