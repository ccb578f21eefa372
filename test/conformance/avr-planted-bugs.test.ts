/** The AVR lock-step must see a bug in any instruction: each row plants one and expects red. */

import { afterAll, expect, test } from 'vitest';
import { d4, d5 } from '../../emulator/cpu/avr/instruction-table.ts';
import { PC, SREG, X, Y, Z } from '../../emulator/cpu/avr/registers.ts';
import { TEMPLATES } from '../helpers/avr-cases.ts';
import { type Mutation, runLockstep } from '../helpers/avr-lockstep.ts';
import { TICKS } from '../helpers/avr-machine.ts';
import { buildSimavr } from '../helpers/avr-oracle.ts';

const CASES = 2_000;
const [C, ZERO, N, V, S, H, T, I] = [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80];

const oracle = buildSimavr();
afterAll(() => oracle?.remove());

/** The flag stays as it was before the instruction. */
const keep =
  (bit: number): Mutation =>
  ({ cpu: { data } }, _opcode, before) => {
    data[SREG] = (data[SREG]! & ~bit) | (before[SREG]! & bit);
  };
const toggleWhere =
  (
    bit: number,
    where: (after: Uint8Array, opcode: number, before: Uint8Array) => boolean,
  ): Mutation =>
  ({ cpu: { data } }, opcode, before) => {
    if (where(data, opcode, before)) data[SREG] = data[SREG]! ^ bit;
  };
/** Another value in the register that the instruction changed. */
const change =
  (
    index: (opcode: number) => number,
    to: (value: number, before: Uint8Array, opcode: number) => number,
  ): Mutation =>
  ({ cpu: { data } }, opcode, before) => {
    const d = index(opcode);
    data[d] = to(data[d]!, before, opcode);
  };
const pairOf = (opcode: number): number => 24 + ((opcode >>> 3) & 6);
const slower: Mutation = ({ machine }) => {
  machine.scheduler.now += TICKS;
};
/** One cycle more, where it skipped or branched. */
const slowerWhenMoved: Mutation = ({ machine, cpu }) => {
  if (cpu.core.words[PC]! !== lastPc + 1) machine.scheduler.now += TICKS;
};
let lastPc = 0;
const noteFirst =
  (mutation: Mutation): Mutation =>
  (m, opcode, before) => {
    // The case's own code is at its program counter: the opcode is found there.
    const { memory } = m.machine;
    const pc = m.cpu.core.words[PC]!;
    for (const back of [1, 2, 3]) {
      if (memory.u16[(m.flash >>> 1) + pc - back] === opcode) {
        lastPc = pc - back;
        break;
      }
    }
    mutation(m, opcode, before);
  };
const jumpOff =
  (words: number): Mutation =>
  ({ cpu }) => {
    cpu.core.words[PC]! += words;
  };
const movePointer =
  (pointer: number, by: number): Mutation =>
  ({ cpu: { core } }) => {
    core.pairs[pointer]! += by;
  };
const moveStack =
  (by: number): Mutation =>
  ({ cpu: { core } }) => {
    core.file.sp += by;
  };
/** The byte that the last push left is wrong. */
const damageStack =
  (offset: number): Mutation =>
  ({ cpu: { core } }) => {
    core.data[(core.file.sp + offset) & 0x0fff]! ^= 1;
  };
/** A store hits its neighbour instead. */
const storeElsewhere =
  (pointer: number, displacement = 0): Mutation =>
  ({ cpu: { core, data } }, _opcode, before) => {
    const address = (before[pointer * 2]! | (before[pointer * 2 + 1]! << 8)) + displacement;
    if (address >= 0x100 && address < 0x0aff) data[address]! ^= 0x10;
    else core.pairs[pointer]! ^= 0x10;
  };
const io = (opcode: number): number => 0x20 + ((opcode >>> 3) & 31);
const low3 = (opcode: number): number => opcode & 7;

// biome-ignore format: one row a bug
const BUGS: readonly [bug: string, names: RegExp, mutation: Mutation][] = [
  ['ADD forgets the half carry', /^add$/, keep(H)],
  ['ADC forgets the carry out', /^adc$/, keep(C)],
  ['SUB forgets the overflow', /^sub$/, keep(V)],
  ['SUBI forgets the sign', /^subi$/, keep(S)],
  ['SBC sets Z from its own result alone', /^sbc$/, toggleWhere(ZERO, (after, opcode, before) =>
    after[d5(opcode)] === 0 && (before[SREG]! & ZERO) === 0)],
  ['SBCI sets Z from its own result alone', /^sbci$/, toggleWhere(ZERO, (after, opcode, before) =>
    after[d4(opcode)] === 0 && (before[SREG]! & ZERO) === 0)],
  ['CPC does not keep Z', /^cpc$/, toggleWhere(ZERO, (after, _opcode, before) =>
    (after[SREG]! & ZERO) === 0 && (before[SREG]! & ZERO) === 0 && (after[SREG]! & C) === 0)],
  ['CP has its operands the wrong way round', /^cp$/, toggleWhere(C, (after) => (after[SREG]! & ZERO) === 0)],
  ['CPI forgets N', /^cpi$/, keep(N)],
  ['AND leaves the overflow', /^and$/, keep(V)],
  ['ANDI clears the carry', /^andi$/, toggleWhere(C, (after) => (after[SREG]! & C) !== 0)],
  ['OR forgets Z', /^or$/, keep(ZERO)],
  ['ORI loses a bit', /^ori$/, change(d4, (v) => v & ~0x40)],
  ['EOR leaves the sign', /^eor$/, keep(S)],
  ['MOV sets Z', /^mov$/, toggleWhere(ZERO, (after) => (after[SREG]! & ZERO) === 0)],
  ['MOVW copies one byte', /^movw$/, ({ cpu: { data } }, opcode, before) => {
    const high = ((opcode >>> 3) & 30) + 1; data[high] = before[high]!; }],
  ['LDI loads the high nibble only', /^ldi$/, change(d4, (v) => v & 0xf0)],
  ['ADIW forgets the carry into the high byte', /^adiw$/, change((op) => pairOf(op) + 1, (v, before, op) =>
    before[pairOf(op) + 1] !== v ? before[pairOf(op) + 1]! : v)],
  ['SBIW sets V from the low byte', /^sbiw$/, toggleWhere(V, (after, opcode) => (after[pairOf(opcode)]! & 0x80) !== 0)],
  ['MUL takes one cycle', /^mul$/, ({ machine }) => { machine.scheduler.now -= TICKS; }],
  ['MULS multiplies unsigned', /^muls$/, ({ cpu: { data } }, opcode, before) => {
    if ((before[d4(opcode)]! & 0x80) !== 0) data[1]! += before[16 | (opcode & 15)]!; }],
  ['MULSU forgets Z', /^mulsu$/, keep(ZERO)],
  ['FMUL takes C after the shift', /^fmul$/, toggleWhere(C, (after, _opcode, before) =>
    ((after[1]! >> 7) ^ (after[SREG]! & 1)) !== 0 && before.length > 0)],
  ['FMULS does not shift', /^fmuls$/, ({ cpu: { core } }) => { core.pairs[0]! >>= 1; }],
  ['FMULSU changes N', /^fmulsu$/, toggleWhere(N, (after) => (after[1]! & 0x80) !== 0)],
  ['COM leaves the carry', /^com$/, keep(C)],
  ['NEG of 0x80 does not overflow', /^neg$/, toggleWhere(V | S, (after, opcode) => after[d5(opcode)] === 0x80)],
  ['SWAP changes H', /^swap$/, toggleWhere(H, (after, opcode) => (after[d5(opcode)]! & 1) !== 0)],
  ['INC changes the carry', /^inc$/, toggleWhere(C, (after, opcode) => after[d5(opcode)] === 0)],
  ['DEC of 0x80 does not overflow', /^dec$/, toggleWhere(V | S, (after, opcode) => after[d5(opcode)] === 0x7f)],
  ['ASR shifts a zero in', /^asr$/, change(d5, (v) => v & 0x7f)],
  ['LSR takes V from N alone', /^lsr$/, toggleWhere(V, (after) => (after[SREG]! & C) !== 0)],
  ['ROR forgets the carry in', /^ror$/, change(d5, (v) => v & 0x7f)],
  ['BST takes the next bit', /^bst$/, toggleWhere(T, (after, opcode) => {
    const d = after[d5(opcode)]!; const b = low3(opcode); return ((d >> b) ^ (d >> ((b + 1) & 7)) & 1) !== 0; })],
  ['BLD only sets', /^bld$/, change(d5, (v, before, op) => v | (before[d5(op)]! & (1 << low3(op))))],
  ['BSET of T does nothing', /^bset$/, keep(T)],
  ['BCLR of I does nothing', /^bclr$/, keep(I)],
  ['LDS is off by one byte', /^lds$/, change(d5, (v) => v ^ 0x81)],
  ['STS stores to its neighbour', /^sts$/, ({ cpu: { data } }) => { data[0x400]! += 1; }],
  ['LD X takes three cycles', /^ld-x$/, slower],
  ['LD X+ does not move X', /^ld-x\+$/, movePointer(X, -1)],
  ['LD -X moves X twice', /^ld--x$/, movePointer(X, -1)],
  ['LD Y extends the sign', /^ld-y$/, change(d5, (v) => v ^ 1)],
  ['LD Y+ moves by two', /^ld-y\+$/, movePointer(Y, 1)],
  ['LD -Y does not move Y', /^ld--y$/, movePointer(Y, 1)],
  ['LDD Y moves Y', /^ldd-y$/, movePointer(Y, 1)],
  ['LD Z loads a wrong bit', /^ld-z$/, change(d5, (v) => v ^ 8)],
  ['LD Z+ does not move Z', /^ld-z\+$/, movePointer(Z, -1)],
  ['LD -Z moves Z up', /^ld--z$/, movePointer(Z, 2)],
  ['LDD Z ignores the displacement', /^ldd-z$/, change(d5, (v) => v ^ 2)],
  ['ST X stores a wrong bit', /^st-x$/, storeElsewhere(X)],
  ['ST X+ does not move X', /^st-x\+$/, movePointer(X, -1)],
  ['ST -X stores before it moves', /^st--x$/, storeElsewhere(X)],
  ['ST Y stores a wrong bit', /^st-y$/, storeElsewhere(Y)],
  ['ST Y+ moves by two', /^st-y\+$/, movePointer(Y, 1)],
  ['ST -Y does not move Y', /^st--y$/, movePointer(Y, 1)],
  ['STD Y stores without displacement', /^std-y$/, storeElsewhere(Y)],
  ['ST Z takes one cycle', /^st-z$/, ({ machine }) => { machine.scheduler.now -= TICKS; }],
  ['ST Z+ does not move Z', /^st-z\+$/, movePointer(Z, -1)],
  ['ST -Z stores before it moves', /^st--z$/, storeElsewhere(Z)],
  ['STD Z stores a byte too far', /^std-z$/, storeElsewhere(Z, 1)],
  ['PUSH moves the stack before the store', /^push$/, damageStack(0)],
  ['POP leaves the stack', /^pop$/, moveStack(-1)],
  ['LPM takes two cycles', /^lpm$/, ({ machine }) => { machine.scheduler.now -= TICKS; }],
  ['LPM Z reads the other byte of the word', /^lpm-z$/, change(d5, (v) => v ^ 0x20)],
  ['LPM Z+ does not move Z', /^lpm-z\+$/, movePointer(Z, -1)],
  ['IN reads a wrong bit', /^in$/, change(d5, (v) => v ^ 4)],
  ['OUT to SREG leaves T', /^out$/, ({ cpu: { data } }, opcode, before) => {
    if ((opcode & 0x60f) === 0x60f) data[SREG] = (data[SREG]! & ~T) | (before[SREG]! & T); }],
  ['SBI sets the next bit', /^sbi$/, ({ cpu: { data } }, opcode) => { data[io(opcode)]! |= 1 << ((low3(opcode) + 1) & 7); }],
  ['CBI clears the whole register', /^cbi$/, ({ cpu: { data } }, opcode) => { data[io(opcode)] = 0; }],
  ['SBIC skips when the bit is set', /^sbic$/, jumpOff(1)],
  ['SBIS takes a cycle too many when it skips', /^sbis$/, noteFirst(slowerWhenMoved)],
  ['SBRC takes a cycle too many when it skips', /^sbrc$/, noteFirst(slowerWhenMoved)],
  ['SBRS skips a word too few', /^sbrs$/, noteFirst(({ cpu }) => {
    if (cpu.core.words[PC] === lastPc + 3) cpu.core.words[PC]! -= 1; })],
  ['CPSE passes over half of a long instruction', /^cpse$/, noteFirst(({ cpu }) => {
    if (cpu.core.words[PC] === lastPc + 3) cpu.core.words[PC]! -= 1; })],
  ['BRBS takes one cycle when it branches', /^brbs$/, noteFirst(slowerWhenMoved)],
  ['BRBC goes one word too far', /^brbc$/, jumpOff(1)],
  ['RJMP goes one word too far', /^rjmp$/, jumpOff(1)],
  ['JMP takes two cycles', /^jmp$/, ({ machine }) => { machine.scheduler.now -= TICKS; }],
  ['IJMP takes three cycles', /^ijmp$/, slower],
  ['RCALL returns to itself', /^rcall$/, damageStack(2)],
  ['CALL pushes the bytes the wrong way round', /^call$/, ({ cpu: { core } }) => {
    const at = core.file.sp + 1; const high = core.data[at]!; core.data[at] = core.data[at + 1]!; core.data[at + 1] = high; }],
  ['ICALL pushes one byte', /^icall$/, moveStack(1)],
  ['RET leaves one byte on the stack', /^ret$/, moveStack(-1)],
  ['RETI does not set I', /^reti$/, keep(I)],
  ['NOP takes two cycles', /^nop$/, slower],
  ['SLEEP repeats itself', /^sleep$/, jumpOff(-1)],
  ['BREAK skips', /^break$/, jumpOff(1)],
  ['WDR takes two cycles', /^wdr$/, slower],
  ['SPM changes r0', /^spm$/, change(() => 0, (v) => v ^ 1)],
];

test.skipIf(oracle === null).each(BUGS)(
  'planted bug "%s": the lock-step turns red',
  async (_bug, names, mutation) => {
    const templates = TEMPLATES.filter(({ name }) => names.test(name));
    expect(templates.length).toBe(1);
    const { program } = oracle!;
    const { failures } = await runLockstep({ program, cases: CASES, seed: 7, templates, mutation });
    expect(failures.length).toBeGreaterThan(0);
  },
);

test.skipIf(oracle === null)('no planted bug: the same cases are green', async () => {
  for (const template of TEMPLATES) {
    const options = { program: oracle!.program, cases: 200, seed: 7, templates: [template] };
    expect((await runLockstep(options)).failures).toEqual([]);
  }
});

test('planted bugs: every instruction has one', () => {
  const covered = (name: string): boolean => BUGS.some(([, names]) => names.test(name));
  expect(TEMPLATES.map(({ name }) => name).filter((name) => !covered(name))).toEqual([]);
});
