/** SLAU049F, 3.4.4: the tables of cycles and lengths, every row; mspdebug agrees but for constants. */

import { expect, test } from 'vitest';
import { assemble } from '../../../helpers/msp430-assembler.ts';
import { createMsp430Machine } from '../../../helpers/msp430-machine.ts';

const CODE = 0x4000;

/** In the hot loop where possible, and where every access leaves it. */
const machines = [createMsp430Machine(), createMsp430Machine({ plain: false })] as const;

/** Cycles of one instruction, and its words. */
function measure(text: string, plain: boolean): [number, number] {
  const m = machines[plain ? 0 : 1];
  const words = assemble(CODE, text);
  m.load(CODE, words);
  m.load(0x2000, [0x5000]);
  m.set({ pc: CODE, sp: 0x2000, sr: 0, r5: 0x2000, r6: 0x2100 });
  return [m.steps(1), words.length];
}

// biome-ignore format: rows and columns of the manual's table
const FORMAT_I: readonly (readonly [string, readonly string[]])[] = [
  //          Rm     PC     x(Rm)  EDE    &EDE
  ['r5',      ['1,1', '2,1', '4,2', '4,2', '4,2']],
  ['#1',      ['1,1', '2,1', '4,2', '4,2', '4,2']],
  ['#8',      ['1,1', '2,1', '4,2', '4,2', '4,2']],
  ['@r5',     ['2,1', '2,1', '5,2', '5,2', '5,2']],
  ['@r5+',    ['2,1', '3,1', '5,2', '5,2', '5,2']],
  ['#0x5000', ['2,2', '3,2', '5,3', '5,3', '5,3']],
  ['2(r5)',   ['3,2', '3,2', '6,3', '6,3', '6,3']],
  ['0x2000',  ['3,2', '3,2', '6,3', '6,3', '6,3']],
  ['&0x2000', ['3,2', '3,2', '6,3', '6,3', '6,3']],
];
const DESTINATIONS = ['r7', 'pc', '4(r6)', '0x2100', '&0x2100'];
const OPERATIONS = [
  'mov',
  'add',
  'addc',
  'subc',
  'sub',
  'cmp',
  'dadd',
  'bit',
  'bic',
  'bis',
  'xor',
  'and',
];

test.each(FORMAT_I)(
  'two operands, source %s: cycles and words of each destination',
  (source, row) => {
    for (const operation of OPERATIONS) {
      for (const size of ['', '.b']) {
        DESTINATIONS.forEach((destination, column) => {
          const text = `${operation}${size} ${source}, ${destination}`;
          for (const plain of [true, false]) {
            expect([text, measure(text, plain).join()]).toEqual([text, row[column]]);
          }
        });
      }
    }
  },
);

// biome-ignore format: rows and columns of the manual's table
const FORMAT_II: readonly (readonly [string, readonly string[]])[] = [
  //          RRA    PUSH   CALL
  ['r5',      ['1,1', '3,1', '4,1']],
  ['#1',      ['1,1', '3,1', '4,1']],
  ['@r5',     ['3,1', '4,1', '4,1']],
  ['@r5+',    ['3,1', '5,1', '5,1']],
  ['#0x5000', ['', '4,2', '5,2']],
  ['2(r5)',   ['4,2', '5,2', '5,2']],
  ['0x2000',  ['4,2', '5,2', '5,2']],
  ['&0x2000', ['4,2', '5,2', '5,2']],
];

test.each(FORMAT_II)('one operand, %s: cycles and words', (operand, [change, push, call]) => {
  const rows = [
    ...['rra', 'rrc', 'swpb', 'sxt', 'rra.b', 'rrc.b'].map((name) => [name, change] as const),
    ...['push', 'push.b'].map((name) => [name, push] as const),
    ['call', call] as const,
  ];
  for (const [name, wanted] of rows) {
    if (wanted === '') continue;
    for (const plain of [true, false]) {
      expect([name, measure(`${name} ${operand}`, plain).join()]).toEqual([name, wanted]);
    }
  }
});

// biome-ignore format: one row an instruction
test.each([
  ['reti', 5, 1], ['jmp 0x4000', 2, 1], ['ret', 3, 1], ['nop', 1, 1], ['pop r7', 2, 1],
  ['br #0x5000', 3, 2], ['eint', 1, 1], ['clr &0x2000', 4, 2],
] as const)('%s: %i cycles, %i words', (text, cycles, words) => {
  expect(measure(text, true)).toEqual([cycles, words]);
});

test('interrupt: six cycles to enter, five to return', () => {
  const m = createMsp430Machine();
  m.load(0xffe0 + 2 * 5, [0x5000]);
  m.load(0x5000, assemble(0x5000, 'reti'));
  m.set({ pc: CODE, sp: 0x2000, sr: 8 });
  m.cpu.setInterrupt(5, true);
  expect(m.steps(1)).toBe(6);
  m.cpu.setInterrupt(5, false);
  expect(m.steps(1)).toBe(5);
});
