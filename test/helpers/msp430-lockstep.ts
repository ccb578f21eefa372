/** Runs random programs on the MSP430 core and in mspdebug's simulator, and compares everything they did:
 *  registers, SR, cycles, and every byte of memory. The core runs each program three ways that must agree:
 *  instruction by instruction, in one slice, and with no plain memory at all. */

import { disassemble } from '../../emulator/cpu/msp430/disassemble.ts';
import { CPUOFF } from '../../emulator/cpu/msp430/flags.ts';
import {
  adOf,
  asOf,
  constantOf,
  destinationOf,
  isByteForm,
  operandsOf,
  type Pattern,
  patternOf,
} from '../../emulator/cpu/msp430/instruction-table.ts';
import {
  createRandom,
  type Random,
  ROWS,
  randomProgram,
  SET_REGISTERS_BYTES,
} from './msp430-cases.ts';
import {
  CONSTANTS_REASON,
  extraCycles,
  type Field,
  type Instruction,
  type Reason,
  reasonsFor,
} from './msp430-lockstep-reasons.ts';
import { createMsp430Machine, type Msp430Machine, SPACE_BYTES, TICKS } from './msp430-machine.ts';
import { MspdebugOracle, type Reply } from './msp430-oracle.ts';

/** Programs between two looks at all memory. */
const PROGRAMS_A_BATCH = 100;
const BODY_INSTRUCTIONS = 60;
const MAX_STEPS = 120;
const FIRST_CODE = 0x4000;
const SLOW_EVERY = 4;

/** A change to the core after an instruction; the planted bugs of the mutation test. */
export type Mutation = (m: Msp430Machine, instruction: Instruction) => void;

export interface LockstepOptions {
  readonly program: string;
  readonly instructions: number;
  readonly seed: number;
  readonly rows?: readonly Pattern[];
  readonly mutation?: Mutation;
}

export interface LockstepResult {
  instructions: number;
  programs: number;
  /** Instruction to how often it was executed. */
  readonly counts: Map<string, number>;
  /** Name of a reason to number of instructions that needed it. */
  readonly excused: Map<string, number>;
  /** Differences that no reason covers; the first few, in words. */
  readonly failures: string[];
}

/** What the core did with one program; the last instruction apart where a reason is about it. */
interface Run {
  readonly start: number;
  readonly steps: number;
  readonly cycles: number;
  readonly extraCycles: number;
  readonly registers: readonly number[];
  readonly last: Last | null;
  /** Address and three words of each instruction executed. */
  readonly trace: readonly number[];
}
interface Last {
  readonly instruction: Instruction;
  readonly reasons: readonly Reason[];
  readonly registers: readonly number[];
  readonly cycles: number;
  readonly extraCycles: number;
  /** Memory around what it may have stored to, afterwards. */
  readonly patches: readonly string[];
}

const hex = (value: number, digits = 4): string => value.toString(16).padStart(digits, '0');
const hexBytes = (bytes: Iterable<number>): string => [...bytes].map((b) => hex(b, 2)).join(' ');

export async function runLockstep(options: LockstepOptions): Promise<LockstepResult> {
  const oracle = new MspdebugOracle(options.program);
  try {
    const runner = new Runner(options, oracle);
    await runner.run();
    return runner.result;
  } finally {
    oracle.close();
  }
}

const registersOf = (m: Msp430Machine): number[] =>
  Array.from({ length: 16 }, (_, i) => m.cpu.core.words[15 - i]!);

/** The instruction at PC, or null where it is none. */
export function instructionAt(m: Msp430Machine): Instruction | null {
  const registers = registersOf(m);
  const pc = registers[0]!;
  const opcode = m.word(pc);
  const row = patternOf(opcode);
  if (row === null) return null;
  const none = { name: row.name, opcode, registers, value: 0, sourceAddress: -1 };
  if (row.format === 'jump' || row.format === 'none') {
    return { ...none, isByte: false, operands: null, destinationAddress: -1 };
  }
  const operands = operandsOf(opcode, row.format);
  const isByte = isByteForm(opcode) && !['swpb', 'sxt', 'call'].includes(row.name);
  const register = operands.sourceRegister;
  const word = m.word((pc + 2) & 0xfffe);
  const indirect = register === 0 ? pc + 2 : registers[register]!;
  const sourceAddress = {
    register: -1,
    constant: -1,
    immediate: -1,
    absolute: word,
    symbolic: (pc + 2 + word) & 0xffff,
    indexed: (registers[register]! + word) & 0xffff,
    indirect,
    autoincrement: indirect,
  }[operands.source];
  let destinationAddress = -1;
  if (row.format === 'double' && adOf(opcode) === 1) {
    const to = destinationOf(opcode);
    const at = pc + 2 + 2 * operands.sourceWords;
    let base = to === 0 ? at : to === 2 || to === 3 ? 0 : registers[to]!;
    if (to === register && operands.source === 'autoincrement') base += isByte && to !== 1 ? 1 : 2;
    destinationAddress = (base + m.word(at & 0xfffe)) & 0xffff;
  }
  const known = operands.source === 'immediate' ? word : constantOf(asOf(opcode), register);
  const isKnown = operands.source === 'immediate' || operands.source === 'constant';
  const inMemory = isByte ? m.memory[sourceAddress]! : m.word(sourceAddress & 0xfffe);
  const inOperand = sourceAddress >= 0 ? inMemory : registers[register]!;
  const value = isKnown ? known : inOperand;
  return { ...none, isByte, operands, sourceAddress, destinationAddress, value };
}

class Runner {
  readonly result: LockstepResult = {
    instructions: 0,
    programs: 0,
    counts: new Map(),
    excused: new Map(),
    failures: [],
  };
  readonly #options: LockstepOptions;
  readonly #oracle: MspdebugOracle;
  readonly #random: Random;
  readonly #stepping = createMsp430Machine();
  readonly #slicing = createMsp430Machine();
  readonly #slow = createMsp430Machine({ plain: false });
  #batches = 0;

  constructor(options: LockstepOptions, oracle: MspdebugOracle) {
    this.#options = options;
    this.#oracle = oracle;
    this.#random = createRandom(options.seed);
    for (const m of [this.#stepping, this.#slicing, this.#slow]) {
      m.onRead = (address) => m.memory[address]! | (m.memory[address + 1]! << 8);
    }
  }

  async run(): Promise<void> {
    const { result } = this;
    while (result.instructions < this.#options.instructions && result.failures.length === 0) {
      await this.#batch();
    }
  }

  async #batch(): Promise<void> {
    const bytes = Uint8Array.from({ length: SPACE_BYTES }, () => this.#random(256));
    const rows = this.#options.rows ?? ROWS;
    const starts: number[] = [];
    // The programs are in memory from the begin: typing them in is what mspdebug is slowest at.
    let next = FIRST_CODE;
    for (let i = 0; i < PROGRAMS_A_BATCH; i++) {
      const code = Uint16Array.from(randomProgram(rows, BODY_INSTRUCTIONS, this.#random));
      bytes.set(new Uint8Array(code.buffer), next);
      starts.push(next);
      next += code.byteLength;
    }
    const main = ++this.#batches % SLOW_EVERY === 0 ? this.#slow : this.#stepping;
    for (const m of [main, this.#slicing]) {
      m.memory.set(bytes);
      m.cpu.invalidateCode();
    }
    await this.#oracle.putMemory(0, bytes);
    const isWhole = (start: number): boolean => {
      const head = main.memory.subarray(start, start + SET_REGISTERS_BYTES);
      return head.every((byte, i) => byte === bytes[start + i]);
    };
    // Where an earlier program has stored over the begin of a later one, that one is left out: it would not
    // set all registers, which a reason may have left different.
    const runs = starts.flatMap((start) => (isWhole(start) ? [this.#runOwn(main, start)] : []));
    const groups = runs.flatMap((run) => [
      [`set pc 0x${hex(run.start)}`, 'set sr 0', run.steps > 0 ? `step ${run.steps}` : 'regs'],
      run.last === null ? ['regs'] : ['step 1'],
      run.last?.patches ?? [],
    ]);
    const replies = await this.#oracle.run(groups);
    runs.forEach((run, i) => {
      if (this.result.failures.length === 0) this.#judge(run, replies, 3 * i);
    });
    if (this.result.failures.length > 0) return;
    const theirs = await this.#oracle.getMemory(0, SPACE_BYTES);
    this.#compareMemory('mspdebug', main.memory, theirs);
    this.#compareMemory('the core in one slice', main.memory, this.#slicing.memory);
  }

  /** One program, up to what ends it or an instruction that a reason is about. */
  #runOwn(m: Msp430Machine, start: number): Run {
    m.set({ pc: start, sr: 0 });
    const before = registersOf(m);
    const began = m.machine.now;
    let steps = 0;
    let extra = 0;
    let run: Run | null = null;
    const trace: number[] = [];
    const finish = (last: Last | null): Run => ({
      start,
      steps,
      cycles: (m.machine.now - began) / TICKS,
      extraCycles: extra,
      registers: registersOf(m),
      last,
      trace,
    });
    while (run === null) {
      const instruction = instructionAt(m);
      if (instruction === null || steps >= MAX_STEPS) break;
      if (m.cpu.pc < 0x200 || m.cpu.pc > 0xfff0) break;
      const { name, opcode } = instruction;
      const [pc] = instruction.registers as [number];
      trace.push(pc, opcode, m.word((pc + 2) & 0xfffe), m.word((pc + 4) & 0xfffe));
      this.result.counts.set(name, (this.result.counts.get(name) ?? 0) + 1);
      const reasons = reasonsFor(instruction);
      const more = extraCycles(opcode);
      if (more !== 0) this.#excuse(CONSTANTS_REASON.name);
      if (reasons.length > 0) {
        const until = finish(null);
        this.#step(m, instruction);
        const last = {
          instruction,
          reasons,
          registers: registersOf(m),
          cycles: (m.machine.now - began) / TICKS - until.cycles,
          extraCycles: more,
          patches: patchesFor(instruction, reasons, m),
        };
        run = { ...until, last };
        break;
      }
      this.#step(m, instruction);
      steps++;
      extra += more;
      if ((m.cpu.getRegister('sr') & CPUOFF) !== 0) break;
    }
    run ??= finish(null);
    this.result.instructions += steps + (run.last === null ? 0 : 1);
    this.result.programs++;
    if (this.#options.mutation === undefined) {
      this.#runInOneSlice(run, before, (m.machine.now - began) / TICKS, registersOf(m));
    }
    return run;
  }
  #step(m: Msp430Machine, instruction: Instruction): void {
    if ((m.cpu.instructionCount & 1) === 0) m.cpu.stepObserved();
    else m.cpu.step();
    this.#options.mutation?.(m, instruction);
  }
  #runInOneSlice(run: Run, before: readonly number[], cycles: number, wanted: number[]): void {
    const m = this.#slicing;
    before.forEach((value, register) => {
      m.cpu.setRegister(`r${register}`, value);
    });
    m.cpu.pc = run.start;
    m.machine.scheduler.sliceEnd = m.machine.now + cycles * TICKS;
    m.cpu.run();
    const got = registersOf(m);
    if (got.join() === wanted.join()) return;
    this.result.failures.push(
      `in one slice ${got.map((v) => hex(v)).join(' ')}, step by step ` +
        `${wanted.map((v) => hex(v)).join(' ')}: ${this.#listing(run)}`,
    );
  }

  #judge(run: Run, replies: readonly Reply[], at: number): void {
    const sequence = replies[at]!;
    const notes = this.#differences(run.registers, sequence.registers);
    if (sequence.instructions !== run.steps) {
      notes.push(`executed ${run.steps} (mspdebug ${sequence.instructions})`);
    }
    if (sequence.cycles !== run.cycles + run.extraCycles) {
      notes.push(`cycles ${run.cycles} and ${run.extraCycles} (mspdebug ${sequence.cycles})`);
    }
    if (notes.length > 0) {
      this.result.failures.push(`${notes.join(', ')}: ${this.#listing(run)}`);
      return;
    }
    if (run.last !== null) this.#judgeLast(run, run.last, replies[at + 1]!);
  }
  #judgeLast(run: Run, last: Last, reply: Reply): void {
    const fields = new Set<Field>();
    const notes = this.#differences(last.registers, reply.registers, fields);
    const allowed = last.reasons.flatMap((reason) => reason.fields);
    const cycles = last.cycles + last.extraCycles;
    const isCovered = [...fields].every((field) => allowed.includes(field));
    if (!isCovered || reply.cycles !== cycles || reply.instructions !== 1) {
      const text = `${notes.join(', ')} cycles ${cycles} (mspdebug ${reply.cycles})`;
      const opcode = hex(last.instruction.opcode);
      this.result.failures.push(`last ${opcode}: ${text}: ${this.#listing(run)}`);
      return;
    }
    const needed = last.reasons.find((reason) => reason.fields.some((field) => fields.has(field)));
    const inMemory = last.reasons.find((reason) => reason.fields.includes('memory'));
    const reason = needed ?? inMemory;
    if (reason !== undefined) this.#excuse(reason.name);
  }
  #excuse(name: string): void {
    const { excused } = this.result;
    excused.set(name, (excused.get(name) ?? 0) + 1);
  }

  /** R3 is left out: it is no register. */
  #differences(ours: readonly number[], theirs: readonly number[], fields?: Set<Field>): string[] {
    const notes: string[] = [];
    ours.forEach((value, register) => {
      if (register === 3 || value === theirs[register]) return;
      fields?.add((['pc', 'sp', 'sr'] as const)[register] ?? 'registers');
      notes.push(`r${register} ${hex(value)} (mspdebug ${hex(theirs[register] ?? -1)})`);
    });
    return notes;
  }

  #compareMemory(whose: string, ours: Uint8Array, theirs: Uint8Array): void {
    const at = ours.findIndex((byte, i) => i >= 0x200 && byte !== theirs[i]);
    if (at < 0) return;
    this.result.failures.push(
      `memory ${hex(at)} after ${this.result.programs} programs: ${hex(ours[at]!, 2)} ` +
        `(${whose} ${hex(theirs[at]!, 2)})`,
    );
  }

  #listing({ start, trace }: Run): string {
    const lines: string[] = [];
    for (let i = 0; i < trace.length; i += 4) {
      const [pc, opcode, first, second] = trace.slice(i, i + 4) as [number, number, number, number];
      lines.push(`${hex(pc)} ${disassemble(opcode, first, second, pc).text}`);
    }
    return `program at ${hex(start)}: ${lines.join(' | ')}`;
  }
}

/** Commands that make mspdebug's memory the same as ours around an instruction that may differ. */
function patchesFor(
  instruction: Instruction,
  reasons: readonly Reason[],
  m: Msp430Machine,
): string[] {
  const { sourceAddress, destinationAddress, registers } = instruction;
  const pushes = ['push', 'call'].includes(instruction.name) ? registers[1]! - 2 : -1;
  // An operand through R3: mspdebug's R3 is the value last stored there, which is nowhere known.
  if (!reasons.some(({ fields }) => fields.includes('memory'))) return [];
  const centres = [sourceAddress, destinationAddress, pushes].filter((address) => address >= 0);
  if (instruction.operands?.source === 'immediate') centres.push(registers[0]! + 2);
  return centres.map((centre) => {
    const first = Math.max(0, (centre & ~1) - 2);
    const bytes = m.memory.subarray(first, Math.min(first + 6, SPACE_BYTES));
    return `mw 0x${hex(first)} ${hexBytes(bytes)}`;
  });
}
