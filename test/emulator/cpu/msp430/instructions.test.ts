import { expect, test } from 'vitest';
import { assemble } from '../../../helpers/msp430-assembler.ts';
import { createMsp430Machine } from '../../../helpers/msp430-machine.ts';

type Registers = Readonly<Record<string, number>>;
/** The arithmetic bits of SR as letters, set ones in capitals. */
const letters = (sr: number): string =>
  (
    [
      ['v', 8],
      ['n', 2],
      ['z', 1],
      ['c', 0],
    ] as const
  )
    .map(([letter, bit]) => ((sr >> bit) & 1 ? letter.toUpperCase() : letter))
    .join('');

const hex = (value: number): string => value.toString(16).padStart(4, '0');
const CODE = 0x4000;

/** Operands and results of the manual's status bits at their edges; once in the hot loop, once behind a
 *  device, where every access leaves it. */
// biome-ignore format: one row an instruction
const ROWS: readonly (readonly [string, Registers, Registers, string])[] = [
  ['add r5, r6', { r5: 0xffff, r6: 1 }, { r6: 0 }, 'vnZC'],
  ['add r5, r6', { r5: 0x7fff, r6: 1 }, { r6: 0x8000 }, 'VNzc'],
  ['add r5, r6', { r5: 0x8000, r6: 0x8000 }, { r6: 0 }, 'VnZC'],
  ['add.b r5, r6', { r5: 0x12ff, r6: 0x3401 }, { r6: 0 }, 'vnZC'],
  ['add.b r5, r6', { r5: 0x7f, r6: 0xff01 }, { r6: 0x80 }, 'VNzc'],
  ['addc r5, r6', { r5: 0xffff, r6: 0, sr: 1 }, { r6: 0 }, 'vnZC'],
  ['addc.b r5, r6', { r5: 0x7f, r6: 0, sr: 1 }, { r6: 0x80 }, 'VNzc'],
  ['sub r5, r6', { r5: 1, r6: 0 }, { r6: 0xffff }, 'vNzc'],
  ['sub r5, r6', { r5: 1, r6: 0x8000 }, { r6: 0x7fff }, 'VnzC'],
  ['sub r5, r6', { r5: 5, r6: 5 }, { r6: 0 }, 'vnZC'],
  ['subc r5, r6', { r5: 5, r6: 5 }, { r6: 0xffff }, 'vNzc'],
  ['subc r5, r6', { r5: 5, r6: 5, sr: 1 }, { r6: 0 }, 'vnZC'],
  ['subc.b r5, r6', { r5: 0, r6: 0x80 }, { r6: 0x7f }, 'VnzC'],
  ['cmp r5, r6', { r5: 6, r6: 5 }, { r6: 5 }, 'vNzc'],
  ['cmp.b #-1, r6', { r6: 0x12ff }, { r6: 0x12ff }, 'vnZC'],
  ['dadd r5, r6', { r5: 0x9999, r6: 0x0001 }, { r6: 0 }, 'vnZC'],
  ['dadd r5, r6', { r5: 0x1234, r6: 0x4321, sr: 1 }, { r6: 0x5556 }, 'vnzc'],
  ['dadd.b r5, r6', { r5: 0x45, r6: 0x1237 }, { r6: 0x82 }, 'vNzc'],
  ['bit r5, r6', { r5: 0x8000, r6: 0x8001, sr: 0x100 }, { r6: 0x8001 }, 'vNzC'],
  ['bit.b #8, r6', { r6: 0x00f7, sr: 1 }, { r6: 0x00f7 }, 'vnZc'],
  ['and r5, r6', { r5: 0x0ff0, r6: 0x00ff, sr: 0x100 }, { r6: 0x00f0 }, 'vnzC'],
  ['and.b r5, r6', { r5: 0xff80, r6: 0xffff }, { r6: 0x80 }, 'vNzC'],
  ['bic r5, r6', { r5: 0x00ff, r6: 0xffff, sr: 0x107 }, { r6: 0xff00 }, 'VNZC'],
  ['bis r5, r6', { r5: 0x00f0, r6: 0x0f00 }, { r6: 0x0ff0 }, 'vnzc'],
  ['bis.b r5, r6', { r5: 0x12f0, r6: 0x340f }, { r6: 0xff }, 'vnzc'],
  ['xor r5, r6', { r5: 0x8001, r6: 0x8000 }, { r6: 1 }, 'VnzC'],
  ['xor.b r5, r6', { r5: 0x55, r6: 0xff55 }, { r6: 0 }, 'vnZc'],
  ['mov r5, r6', { r5: 0, r6: 1, sr: 0x104 }, { r6: 0 }, 'VNzc'],
  ['mov.b r5, r6', { r5: 0xabcd, r6: 0xffff }, { r6: 0xcd }, 'vnzc'],
  ['rra r6', { r6: 0x8001, sr: 0x100 }, { r6: 0xc000 }, 'vNzC'],
  ['rra.b r6', { r6: 0x1280 }, { r6: 0xc0 }, 'vNzc'],
  ['rrc r6', { r6: 2, sr: 1 }, { r6: 0x8001 }, 'VNzc'],
  ['rrc r6', { r6: 0x8001, sr: 1 }, { r6: 0xc000 }, 'vNzC'],
  ['rrc.b r6', { r6: 0xff01 }, { r6: 0 }, 'vnZC'],
  ['swpb r6', { r6: 0x12ab, sr: 5 }, { r6: 0xab12 }, 'vNzC'],
  ['sxt r6', { r6: 0x1280, sr: 0x100 }, { r6: 0xff80 }, 'vNzC'],
  ['sxt r6', { r6: 0xff00, sr: 1 }, { r6: 0 }, 'vnZc'],
];

test.each(ROWS.flatMap((row) => [true, false].map((plain) => [...row, plain] as const)))(
  '%s with %o: %o %s, plain memory %s',
  (text, before, after, flags, plain) => {
    const m = createMsp430Machine({ plain });
    m.load(CODE, assemble(CODE, text));
    m.set({ pc: CODE, ...before });
    m.steps(1);
    for (const [name, value] of Object.entries(after)) {
      expect([name, ...m.get(name)]).toEqual([name, value]);
    }
    expect(letters(m.cpu.getRegister('sr'))).toBe(flags);
  },
);

/** Operand in memory, by addressing mode; 0x2000 holds 0x1234, 0x2010 holds 0x5678. */
// biome-ignore format: one row a mode
test.each<readonly [string, Registers, Registers, Readonly<Record<number, number>>]>([
  ['mov 2(r5), r6', { r5: 0x1ffe }, { r6: 0x1234 }, {}],
  ['mov -2(r5), r6', { r5: 0x2002 }, { r6: 0x1234 }, {}],
  ['mov 0x2000, r6', {}, { r6: 0x1234 }, {}],
  ['mov &0x2000, r6', {}, { r6: 0x1234 }, {}],
  ['mov @r5, r6', { r5: 0x2000 }, { r5: 0x2000, r6: 0x1234 }, {}],
  ['mov @r5+, r6', { r5: 0x2000 }, { r5: 0x2002, r6: 0x1234 }, {}],
  ['mov.b @r5+, r6', { r5: 0x2001 }, { r5: 0x2002, r6: 0x12 }, {}],
  ['mov.b @sp+, r6', { sp: 0x2000 }, { sp: 0x2002, r6: 0x34 }, {}],
  ['mov #0x8765, r6', {}, { r6: 0x8765 }, {}],
  ['mov.b #0x8765, r6', {}, { r6: 0x65 }, {}],
  ['mov @r5+, r5', { r5: 0x2000 }, { r5: 0x1234 }, {}],
  ['add @r5+, r5', { r5: 0x2000 }, { r5: 0x3236 }, {}],
  ['mov @r5+, 0xe(r5)', { r5: 0x2000 }, { r5: 0x2002 }, { 8208: 0x1234 }],
  ['mov &0x2000, &0x2010', {}, {}, { 8208: 0x1234 }],
  ['add 0x2000, 0x2010', {}, {}, { 8208: 0x68ac }],
  ['mov.b r5, &0x2011', { r5: 0xffab }, {}, { 8208: 0xab78 }],
  ['xor.b @r5, 0(r7)', { r5: 0x2001, r7: 0x2010 }, {}, { 8208: 0x566a }],
  ['cmp &0x2000, &0x2010', {}, { sr: 1 }, { 8208: 0x5678 }],
  ['mov &0x2001, r6', {}, { r6: 0x1234 }, {}],
  ['mov r5, &0x2011', { r5: 0xabcd }, {}, { 8208: 0xabcd }],
  ['swpb &0x2000', {}, {}, { 8192: 0x3412 }],
  ['rra.b @r5+', { r5: 0x2001 }, { r5: 0x2002 }, { 8192: 0x0934 }],
  ['mov #0, r6', { r6: 9 }, { r6: 0 }, {}], ['mov #1, r6', {}, { r6: 1 }, {}],
  ['mov #2, r6', {}, { r6: 2 }, {}], ['mov #4, r6', {}, { r6: 4 }, {}],
  ['mov #8, r6', {}, { r6: 8 }, {}], ['mov #-1, r6', {}, { r6: 0xffff }, {}],
  ['mov.b #-1, r6', {}, { r6: 0xff }, {}],
  ['mov pc, r6', {}, { r6: CODE + 2 }, {}],
  ['add #6, pc', {}, { pc: CODE + 10 }, {}],
  ['mov #0x2345, sp', {}, { sp: 0x2344 }, {}],
  ['mov #0x1234, r3', {}, { r3: 0 }, {}],
  ['add #4, r3', {}, { r3: 0, sr: 0 }, {}],
  ['mov 0x1ffe(r5), r6', { r5: 2 }, { r6: 0x1234 }, {}],
  ['mov 0x3000(r5), r6', { r5: 0xf000 }, { r6: 0x1234 }, {}],
])('%s with %o: %o, memory %o', (text, before, after, memory) => {
  for (const plain of [true, false]) {
    const m = createMsp430Machine({ plain });
    m.load(0x2000, [0x1234]);
    m.load(0x2010, [0x5678]);
    m.load(CODE, assemble(CODE, text));
    m.set({ pc: CODE, ...before });
    m.steps(1);
    for (const [name, value] of Object.entries(after)) expect([name, ...m.get(name)]).toEqual([name, value]);
    for (const [at, value] of Object.entries(memory)) expect([at, m.word(Number(at))]).toEqual([at, value]);
  }
});

/** SP 0x2000 before, which holds 0x4567; the two words below are 0xaaaa. */
// biome-ignore format: one row an instruction
test.each<readonly [string, Registers, number, number, number]>([
  ['push r5', { r5: 0x1234 }, 0x1ffe, 0x1234, CODE + 2],
  ['push.b r5', { r5: 0x1234 }, 0x1ffe, 0xaa34, CODE + 2],
  ['push #0x1234', {}, 0x1ffe, 0x1234, CODE + 4],
  ['push sp', {}, 0x1ffe, 0x1ffe, CODE + 2],
  ['push @sp+', {}, 0x2000, 0x4567, CODE + 2],
  ['push pc', {}, 0x1ffe, CODE + 2, CODE + 2],
  ['push sr', { sr: 0x105 }, 0x1ffe, 0x105, CODE + 2],
  ['call #0x5000', {}, 0x1ffe, CODE + 4, 0x5000],
  ['call r5', { r5: 0x5001 }, 0x1ffe, CODE + 2, 0x5000],
  ['call sp', {}, 0x1ffe, CODE + 2, 0x2000],
  ['push 2(sp)', {}, 0x1ffe, 0x4567, CODE + 4],
  ['call 2(sp)', {}, 0x1ffe, CODE + 4, 0x4566],
  ['push @sp', {}, 0x1ffe, 0xaaaa, CODE + 2],
  ['call @sp+', {}, 0x2000, CODE + 2, 0x4566],
  ['pop sp', {}, 0x4566, 0, CODE + 2],
  ['ret', {}, 0x2002, 0, 0x4566],
  ['br #0x5000', {}, 0x2000, 0x4567, 0x5000],
])('%s with %o: SP %i, at it %i, PC %i', (text, before, sp, top, pc) => {
  const m = createMsp430Machine();
  m.load(0x1ffc, [0xaaaa, 0xaaaa, 0x4567]);
  m.load(CODE, assemble(CODE, text));
  m.set({ pc: CODE, sp: 0x2000, ...before });
  m.steps(1);
  expect([...m.get('sp', 'pc'), m.word(sp)]).toEqual([sp, pc, top]);
});

test('jumps, each condition for each SR: taken as the manual says, two cycles either way', () => {
  const conditions: Readonly<
    Record<string, (v: number, n: number, z: number, c: number) => boolean>
  > = {
    jne: (_v, _n, z) => z === 0,
    jeq: (_v, _n, z) => z === 1,
    jnc: (_v, _n, _z, c) => c === 0,
    jc: (_v, _n, _z, c) => c === 1,
    jn: (_v, n) => n === 1,
    jge: (v, n) => n === v,
    jl: (v, n) => n !== v,
    jmp: () => true,
  };
  const m = createMsp430Machine();
  for (const [name, isTaken] of Object.entries(conditions)) {
    m.load(CODE, assemble(CODE, `${name} 0x4100`));
    for (let flags = 0; flags < 16; flags++) {
      const sr = ((flags & 8) << 5) | (flags & 7);
      m.set({ pc: CODE, sr });
      const cycles = m.steps(1);
      const taken = isTaken(flags >> 3, (flags >> 2) & 1, (flags >> 1) & 1, flags & 1);
      expect([name, flags, cycles, m.cpu.pc]).toEqual([name, flags, 2, taken ? 0x4100 : CODE + 2]);
      expect(m.cpu.getRegister('sr')).toBe(sr);
    }
  }
});

test.each(
  [0x0000, 0x1301, 0x10c0, 0x11c5, 0x12d5, 0x1380, 0x1fff].map(
    (opcode) => [hex(opcode), opcode] as const,
  ),
)('reserved opcode 0x%s: one event with its address, and on to the next word', (_name, opcode) => {
  const m = createMsp430Machine();
  m.load(CODE, [opcode]);
  m.set({ pc: CODE, r5: 0x2000 });
  expect([m.steps(1), m.cpu.pc]).toEqual([1, CODE + 2]);
  const rows = m.machine.events.summary().map(({ event }) => [event.kind, event.pc]);
  expect(rows).toEqual([['undefined-instruction', CODE]]);
});
