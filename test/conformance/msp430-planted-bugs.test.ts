/** The MSP430 lock-step must see a bug in any instruction: each row plants one and expects red. */

import { expect, test } from 'vitest';
import {
  type InstructionName,
  OPERATION,
  PATTERNS,
} from '../../emulator/cpu/msp430/instruction-table.ts';
import { PC, SP, SR, slotOf } from '../../emulator/cpu/msp430/registers.ts';
import { type Mutation, runLockstep } from '../helpers/msp430-lockstep.ts';
import { type Instruction, writtenRegister } from '../helpers/msp430-lockstep-reasons.ts';
import { type Msp430Machine, TICKS } from '../helpers/msp430-machine.ts';
import { findMspdebug } from '../helpers/msp430-oracle.ts';

const INSTRUCTIONS = 4_000;
const [C, Z, N, V] = [1, 2, 4, 0x100];

const program = findMspdebug();

/** The flag stays as it was before the instruction. */
const keep =
  (bit: number): Mutation =>
  ({ cpu: { core } }, { registers }) => {
    core.words[SR] = (core.words[SR]! & ~bit) | (registers[2]! & bit);
  };
const toggleWhere =
  (bit: number, where: (m: Msp430Machine, instruction: Instruction) => boolean): Mutation =>
  (m, instruction) => {
    if (where(m, instruction)) m.cpu.core.words[SR]! ^= bit;
  };
const slower: Mutation = ({ machine }) => {
  machine.scheduler.now += TICKS;
};
const faster: Mutation = ({ machine }) => {
  machine.scheduler.now -= TICKS;
};
const when =
  (is: (instruction: Instruction) => boolean, mutation: Mutation): Mutation =>
  (m, instruction) => {
    if (is(instruction)) mutation(m, instruction);
  };
/** Another value in the register that was written, or in memory. */
const change =
  (to: (value: number, instruction: Instruction) => number): Mutation =>
  (m, instruction) => {
    const { words } = m.cpu.core;
    const register = writtenRegister(instruction);
    const { sourceAddress, destinationAddress, operands } = instruction;
    if (register > 3) {
      words[slotOf(register)] = to(words[slotOf(register)]!, instruction) & 0xffff;
    } else if (register < 0 && operands !== null) {
      const at = operands.destination === null ? sourceAddress : destinationAddress;
      if (at >= 0x200) m.memory[at] = to(m.memory[at]!, instruction);
    }
  };
const move =
  (slot: number, by: number): Mutation =>
  ({ cpu: { core } }) => {
    core.words[slot] = (core.words[slot]! + by) & 0xffff;
  };
const damageTop: Mutation = (m) => {
  const sp = m.cpu.core.words[SP]!;
  if (sp >= 0x200) m.memory[sp]! ^= 1;
};
const isByte = (i: Instruction): boolean => i.isByte;
const source =
  (mode: string) =>
  (i: Instruction): boolean =>
    i.operands?.source === mode;
const destination =
  (mode: string) =>
  (i: Instruction): boolean =>
    i.operands?.destination === mode;
const jumped = (m: Msp430Machine, i: Instruction): boolean =>
  m.cpu.core.words[PC] !== i.registers[0]! + 2;

// biome-ignore format: one row a bug
const BUGS: readonly (readonly [bug: string, name: InstructionName, mutation: Mutation])[] = [
  ['MOV sets Z', 'mov', toggleWhere(Z, (m) => (m.cpu.core.words[SR]! & Z) === 0)],
  ['MOV.B keeps the high byte', 'mov', when(isByte, change((v, i) => v | (i.registers[i.opcode & 15]! & 0xff00)))],
  ['MOV to memory takes one cycle less', 'mov', when(destination('indexed'), faster)],
  ['ADD forgets the overflow', 'add', keep(V)],
  ['ADD.B takes the carry from the word', 'add', when(isByte, keep(C))],
  ['ADDC ignores the carry in', 'addc', change((v, i) => v - (i.registers[2]! & C))],
  ['SUBC forgets the carry', 'subc', keep(C)],
  ['SUB takes the carry for a borrow', 'sub', toggleWhere(C, () => true)],
  ['CMP stores its result', 'cmp', (m, i) => {
    if (destination('register')(i) && (i.opcode & 15) > 3) m.cpu.core.words[slotOf(i.opcode & 15)]! ^= 1; }],
  ['DADD takes a cycle more', 'dadd', slower],
  ['BIT leaves V', 'bit', keep(V)],
  ['BIT sets the carry where the result is zero', 'bit', toggleWhere(C, () => true)],
  ['BIC sets N', 'bic', toggleWhere(N, (m) => (m.cpu.core.words[SR]! & N) === 0)],
  ['BIS loses a bit', 'bis', change((v) => v & ~0x40)],
  ['XOR never overflows', 'xor', (m, i) => {
    if (writtenRegister(i) !== 2) m.cpu.core.words[SR]! &= ~V; }],
  ['AND forgets N', 'and', keep(N)],
  ['RRC shifts a zero in', 'rrc', (m, i) => {
    if (!i.isByte && (i.registers[2]! & C) !== 0) change((v) => v & 0x7f)(m, i); }],
  ['RRC forgets the carry out', 'rrc', keep(C)],
  ['SWPB changes Z', 'swpb', toggleWhere(Z, () => true)],
  ['RRA loses the sign', 'rra', when(source('register'), change((v) => v & 0x7f7f))],
  ['RRA of memory takes one cycle less', 'rra', when(source('indirect'), faster)],
  ['SXT leaves the carry', 'sxt', keep(C)],
  ['PUSH moves SP by four', 'push', move(SP, -2)],
  ['PUSH stores a wrong bit', 'push', when((i) => !i.isByte && i.operands?.source !== 'register', damageTop)],
  ['PUSH of an immediate takes one cycle more', 'push', when(source('immediate'), slower)],
  ['CALL pushes its own address', 'call', damageTop],
  ['RETI leaves SR on the stack', 'reti', move(SP, -2)],
  ['RETI takes four cycles', 'reti', faster],
  ['JNE goes one word too far', 'jne', move(PC, 2)],
  ['JEQ takes one cycle where it does not jump', 'jeq', (m, i) => { if (!jumped(m, i)) faster(m, i); }],
  ['JNC jumps where it should not', 'jnc', (m, i) => { if (!jumped(m, i)) move(PC, 2)(m, i); }],
  ['JC changes the carry', 'jc', toggleWhere(C, () => true)],
  ['JN goes back a word too few', 'jn', (m, i) => { if (jumped(m, i)) move(PC, 2)(m, i); }],
  ['JGE looks at N alone', 'jge', (m, i) => { if ((i.registers[2]! & V) !== 0) move(PC, 2)(m, i); }],
  ['JL looks at N alone', 'jl', (m, i) => { if ((i.registers[2]! & V) !== 0) move(PC, 2)(m, i); }],
  ['JMP takes three cycles', 'jmp', slower],
  ['@Rn+ moves by two for a byte', 'add', when((i) => i.isByte && source('autoincrement')(i), (m, i) => {
    move(slotOf(i.operands!.sourceRegister), 1)(m, i); })],
  ['@Rn moves its register', 'add', when(source('indirect'), (m, i) => {
    move(slotOf(i.operands!.sourceRegister), 2)(m, i); })],
  ['&ADDR stores a wrong bit', 'bis', when(destination('absolute'), change((v) => v ^ 1))],
  ['a symbolic operand takes one cycle less', 'xor', when(source('symbolic'), faster)],
];

const run = (rows: readonly InstructionName[], instructions: number, mutation?: Mutation) =>
  runLockstep({
    program: program!,
    instructions,
    seed: 7,
    rows: rows.map((name) => PATTERNS[OPERATION[name]]!),
    ...(mutation === undefined ? {} : { mutation }),
  });

test.skipIf(program === null).each(BUGS)(
  'planted bug "%s": the lock-step turns red',
  async (_bug, name, mutation) => {
    const only: Mutation = (m, instruction) => {
      if (instruction.name === name) mutation(m, instruction);
    };
    expect((await run([name], INSTRUCTIONS, only)).failures.length).toBeGreaterThan(0);
  },
);

test.skipIf(program === null)('no planted bug: the same programs are green', async () => {
  for (const { name } of PATTERNS) {
    expect([name, (await run([name], 400)).failures]).toEqual([name, []]);
  }
});

test('planted bugs: every instruction has one', () => {
  const covered = new Set(BUGS.map(([, name]) => name));
  expect(PATTERNS.map(({ name }) => name).filter((name) => !covered.has(name))).toEqual([]);
});
