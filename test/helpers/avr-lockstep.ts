/** Runs cases on the AVR core and in simavr, and compares everything they did: registers, SREG, stack
 *  pointer, program counter, cycles, and every byte of memory. simavr is a process (avr-oracle.ts). */

import { disassemble } from '../../emulator/cpu/avr/disassemble.ts';
import type { Pattern } from '../../emulator/cpu/avr/instruction-table.ts';
import { PC, SREG } from '../../emulator/cpu/avr/registers.ts';
import {
  type CaseView,
  CODE_WORDS,
  caseView,
  createRandom,
  makeCase,
  type Random,
  rowSteps,
  TEMPLATES,
} from './avr-cases.ts';
import { type Field, reasonFor } from './avr-lockstep-reasons.ts';
import {
  type AvrMachine,
  createAvrMachine,
  DATA_BYTES,
  PROGRAM_WORDS,
  TICKS,
} from './avr-machine.ts';
import { CASE_BYTES, REPLY_BYTES, SimavrOracle } from './avr-oracle.ts';

const BATCH = 2048;
/** One case in so many is a row of several instructions, executed in one go. */
const ROW_EVERY = 4;
const FIRST_IO = 0x20;
const ROW = 'row of several';

/** A change to the core after a case; the planted bugs of the mutation test. */
export type Mutation = (m: AvrMachine, opcode: number, before: Uint8Array) => void;

export interface LockstepOptions {
  readonly program: string;
  readonly cases: number;
  readonly seed: number;
  readonly templates?: readonly Pattern[];
  readonly mutation?: Mutation;
}

export interface LockstepResult {
  cases: number;
  instructions: number;
  /** Instruction to number of cases. */
  readonly counts: Map<string, number>;
  /** Name of a reason to number of cases that needed it. */
  readonly excused: Map<string, number>;
  /** Differences that no reason covers; the first few, in words. */
  readonly failures: string[];
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

export async function runLockstep(options: LockstepOptions): Promise<LockstepResult> {
  const oracle = new SimavrOracle(options.program);
  try {
    const runner = new CaseRunner(options);
    await runner.run(oracle);
    return runner.result;
  } finally {
    oracle.close();
  }
}

class CaseRunner {
  readonly result: LockstepResult = {
    cases: 0,
    instructions: 0,
    counts: new Map(),
    excused: new Map(),
    failures: [],
  };
  readonly #options: LockstepOptions;
  readonly #random: Random;
  readonly #m = createAvrMachine();
  readonly #templates: readonly Pattern[];
  readonly #batch = new ArrayBuffer(BATCH * CASE_BYTES);
  readonly #views: readonly CaseView[];
  /** Memory as simavr has it. */
  readonly #mirror = new Uint8Array(DATA_BYTES);
  readonly #before = new Uint8Array(0x60);
  #next = 0;

  constructor(options: LockstepOptions) {
    this.#options = options;
    this.#random = createRandom(options.seed);
    this.#templates = options.templates ?? TEMPLATES;
    this.#views = Array.from({ length: BATCH }, (_, i) => caseView(this.#batch, i));
  }

  async run(oracle: SimavrOracle): Promise<void> {
    this.#fill(oracle);
    const { result } = this;
    while (result.cases < this.#options.cases && result.failures.length === 0) {
      const count = Math.min(BATCH, this.#options.cases - result.cases);
      for (let i = 0; i < count; i++) this.#make(this.#views[i]!);
      const replies = await oracle.runCases(new Uint8Array(this.#batch, 0, count * CASE_BYTES));
      const words = new DataView(replies.buffer, replies.byteOffset, replies.byteLength);
      for (let i = 0; i < count && result.failures.length === 0; i++) {
        this.#judge(this.#views[i]!, replies, words, i * REPLY_BYTES);
      }
      if (result.failures.length === 0) this.#compareMemory(await oracle.dump(DATA_BYTES));
    }
  }

  /** The same random flash and memory on both sides. */
  #fill(oracle: SimavrOracle): void {
    const words = Uint16Array.from({ length: PROGRAM_WORDS }, () => this.#random(0x1_0000));
    this.#m.load(0, [...words]);
    oracle.putProgram(0, new Uint8Array(words.buffer));
    for (let i = FIRST_IO; i < DATA_BYTES; i++) this.#mirror[i] = this.#random(256);
    this.#m.cpu.data.set(this.#mirror);
    oracle.putData(0, this.#mirror);
  }

  #make(view: CaseView): void {
    const row = this.#options.templates === undefined && this.#random(ROW_EVERY) === 0;
    const template = this.#templates[this.#next++ % this.#templates.length]!;
    makeCase(view, template, row ? rowSteps(this.#random) : 1, this.#random);
    const key = row ? ROW : template.name;
    this.result.counts.set(key, (this.result.counts.get(key) ?? 0) + 1);
  }

  #judge(view: CaseView, replies: Buffer, words: DataView, at: number): void {
    const { machine, cpu, flash } = this.#m;
    const { data } = cpu;
    const start = view.words[18]!;
    machine.memory.u16.set(view.words.subarray(20, 20 + CODE_WORDS), (flash >>> 1) + start);
    machine.memory.touch(flash + start * 2, CODE_WORDS * 2);
    data.set(view.bytes.subarray(0, 32));
    data[SREG] = view.bytes[32]!;
    cpu.core.file.sp = view.words[17]!;
    cpu.core.words[PC] = start;
    this.#before.set(data.subarray(0, 0x60));
    const theirCycles = words.getUint32(at + 40, true);
    const began = machine.now;
    if (view.steps === 1) cpu.step();
    else {
      machine.scheduler.sliceEnd = began + theirCycles * TICKS;
      cpu.run();
    }
    this.#options.mutation?.(this.#m, view.words[20]!, this.#before);
    const ourCycles = (machine.now - began) / TICKS;
    this.result.cases++;
    this.result.instructions += view.steps;

    const changes = replies[at + 33]!;
    let same =
      data[SREG] === replies[at + 32] && cpu.core.file.sp === words.getUint16(at + 34, true);
    const theirPc = words.getUint32(at + 36, true);
    same = same && cpu.core.words[PC] === theirPc && ourCycles === theirCycles;
    for (let i = 0; i < 32; i += 4) {
      same = same && cpu.core.words[16 + (i >> 2)] === words.getInt32(at + i, true);
    }
    for (let i = 0; i < changes; i++) {
      const address = words.getUint16(at + 44 + 4 * i, true);
      this.#mirror[address] = replies[at + 46 + 4 * i]!;
      same = same && data[address] === this.#mirror[address];
    }
    if (!same) this.#differ(view, replies.subarray(at, at + REPLY_BYTES), theirPc, ourCycles);
  }

  #differ(view: CaseView, reply: Buffer, theirPc: number, ourCycles: number): void {
    const { cpu } = this.#m;
    const { data } = cpu;
    const fields = new Set<Field>();
    const notes: string[] = [];
    const compare = (field: Field, what: string, ours: number, theirs: number): void => {
      if (ours === theirs) return;
      fields.add(field);
      notes.push(`${what} ${hex(ours, 2)} (simavr ${hex(theirs, 2)})`);
    };
    for (let i = 0; i < 32; i++) compare('registers', `r${i}`, data[i]!, reply[i]!);
    compare('sreg', 'sreg', data[SREG]!, reply[32]!);
    compare('sp', 'sp', cpu.core.file.sp, reply.readUInt16LE(34));
    compare('pc', 'pc', cpu.core.words[PC]!, theirPc);
    compare('cycles', 'cycles', ourCycles, reply.readUInt32LE(40));
    for (let i = FIRST_IO; i < DATA_BYTES; i++) {
      if (i < 0x5d || i > SREG) compare('memory', `[${hex(i, 4)}]`, data[i]!, this.#mirror[i]!);
    }
    const name = view.steps === 1 ? view.template.name : ROW;
    const [opcode, following] = [view.words[20]!, view.words[21]!];
    const theirCycles = reply.readUInt32LE(40);
    const ourPc = cpu.core.words[PC]!;
    const before = view.bytes.subarray(0, 32);
    const difference = {
      name,
      opcode,
      following,
      before,
      fields,
      ourPc,
      theirPc,
      ourCycles,
      theirCycles,
    };
    const reason = reasonFor(difference);
    if (reason !== undefined) {
      const { excused } = this.result;
      excused.set(reason.name, (excused.get(reason.name) ?? 0) + 1);
      // Both go on from simavr's memory.
      for (let i = FIRST_IO; i < DATA_BYTES; i++) data[i] = this.#mirror[i]!;
      return;
    }
    const code = [...view.words.subarray(20, 20 + CODE_WORDS)];
    const registers = [...view.bytes.subarray(0, 32)].map((value) => hex(value, 2)).join(' ');
    this.result.failures.push(
      `${name}, ${view.steps} steps at ${hex(view.words[18]!, 4)}: ${notes.join(', ')}; ` +
        `before: sreg ${hex(view.bytes[32]!, 2)} sp ${hex(view.words[17]!, 4)} r ${registers}; ` +
        `code ${code.map((word) => hex(word, 4)).join(' ')} (${listing(code, view.steps)})`,
    );
  }

  #compareMemory(dump: Buffer): void {
    const { data } = this.#m.cpu;
    for (let i = FIRST_IO; i < DATA_BYTES; i++) {
      if (i >= 0x5d && i <= SREG) continue;
      if (data[i] === dump[i]) continue;
      this.result.failures.push(
        `memory ${hex(i, 4)} after case ${this.result.cases}: ${data[i]} (simavr ${dump[i]})`,
      );
      return;
    }
  }
}

const listing = (code: readonly number[], steps: number): string =>
  code
    .slice(0, steps + 2)
    .map((word, i) => disassemble(word, code[i + 1] ?? 0))
    .join(' | ');
