/** Runs a compiled program on the AVR core and in simavr and compares both after every instruction. A second
 *  machine runs the same program a slice at a time, so that what the hot loop keeps from one instruction to
 *  the next is compared, too. Leaves out: interrupts; the programs use none. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { disassemble } from '../../emulator/cpu/avr/disassemble.ts';
import { PC, SREG } from '../../emulator/cpu/avr/registers.ts';
import { type AvrMachine, createAvrMachine, DATA_BYTES, TICKS } from './avr-machine.ts';
import { REPLY_BYTES, SimavrOracle } from './avr-oracle.ts';
import { needPeer } from './peers.ts';

export const AVR_PROGRAMS = ['arithmetic', 'memory', 'text'] as const;
const CHUNK = 8192;

/** Program memory of one of the programs; null where the compiler is missing. */
export function compileAvr(name: string, level: string): Uint8Array | null {
  if (needPeer('avr-gcc') === null || needPeer('avr-libc') === null) return null;
  const folder = mkdtempSync(join(tmpdir(), 'flashrig-avr-'));
  try {
    const source = fileURLToPath(new URL(`./avr-programs/${name}.c`, import.meta.url));
    const [elf, bin] = [join(folder, 'a.elf'), join(folder, 'a.bin')];
    const options = ['-mmcu=atmega32u4', '-DF_CPU=16000000', '-std=gnu99', '-w', level];
    execFileSync('avr-gcc', [...options, '-o', elf, source], { stdio: 'pipe' });
    execFileSync('avr-objcopy', ['-O', 'binary', '-j', '.text', '-j', '.data', elf, bin]);
    const bytes = readFileSync(bin);
    const padded = new Uint8Array((bytes.length + 3) & ~3).fill(0xff);
    padded.set(bytes);
    return padded;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export interface ProgramResult {
  readonly instructions: number;
  readonly cycles: number;
  readonly failure: string | null;
}

export async function lockstepProgram(
  helper: string,
  image: Uint8Array,
  instructions: number,
): Promise<ProgramResult> {
  const oracle = new SimavrOracle(helper);
  const stepping = loaded(image);
  const running = loaded(image);
  try {
    oracle.putProgram(0, image);
    let done = 0;
    while (done < instructions) {
      const count = Math.min(CHUNK, instructions - done);
      const replies = await oracle.runSteps(count);
      const failure =
        compareSteps(stepping, replies, count) ??
        compareMemory(stepping, await oracle.dump(DATA_BYTES)) ??
        compareRun(stepping, running);
      const cycles = stepping.machine.now / TICKS;
      if (failure !== null) return { instructions: done, cycles, failure };
      done += count;
    }
    return { instructions: done, cycles: stepping.machine.now / TICKS, failure: null };
  } finally {
    oracle.close();
  }
}

function loaded(image: Uint8Array): AvrMachine {
  const m = createAvrMachine();
  const words = new Uint16Array(image.buffer, image.byteOffset, image.length >> 1);
  m.load(0, [...words]);
  m.cpu.core.file.sp = 0; // simavr begins so; the start-up code sets it
  return m;
}

const hex = (value: number): string => value.toString(16);

/** One instruction at a time; the first difference in words, or null. */
function compareSteps(m: AvrMachine, replies: Buffer, count: number): string | null {
  const { cpu, machine } = m;
  const { data } = cpu;
  const { words } = cpu.core;
  const view = new DataView(replies.buffer, replies.byteOffset, replies.byteLength);
  for (let i = 0, at = 0; i < count; i++, at += REPLY_BYTES) {
    const pc = words[PC]!;
    const began = machine.now;
    cpu.step();
    let same =
      data[SREG] === replies[at + 32] &&
      cpu.core.file.sp === view.getUint16(at + 34, true) &&
      words[PC] === view.getUint32(at + 36, true) &&
      machine.now - began === view.getUint32(at + 40, true) * TICKS;
    for (let r = 0; r < 32; r += 4) {
      same = same && words[16 + (r >> 2)] === view.getInt32(at + r, true);
    }
    for (let c = 0; c < replies[at + 33]!; c++) {
      const address = view.getUint16(at + 44 + 4 * c, true);
      same = same && data[address] === replies[at + 46 + 4 * c];
    }
    if (!same) return describe(m, pc, (machine.now - began) / TICKS, replies, at, i);
  }
  return null;
}

function describe(
  m: AvrMachine,
  pc: number,
  cycles: number,
  replies: Buffer,
  at: number,
  index: number,
): string {
  const { data, core } = m.cpu;
  const word = (address: number): number => m.machine.memory.u16[(m.flash >>> 1) + address]!;
  const notes: string[] = [];
  const compare = (what: string, ours: number, theirs: number): void => {
    if (ours !== theirs) notes.push(`${what} ${hex(ours)} (simavr ${hex(theirs)})`);
  };
  for (let r = 0; r < 32; r++) compare(`r${r}`, data[r]!, replies[at + r]!);
  compare('sreg', data[SREG]!, replies[at + 32]!);
  compare('sp', core.file.sp, replies.readUInt16LE(at + 34));
  compare('pc', core.words[PC]!, replies.readUInt32LE(at + 36));
  compare('cycles', cycles, replies.readUInt32LE(at + 40));
  for (let c = 0; c < replies[at + 33]!; c++) {
    const address = replies.readUInt16LE(at + 44 + 4 * c);
    compare(`[${hex(address)}]`, data[address]!, replies[at + 46 + 4 * c]!);
  }
  const text = disassemble(word(pc), word(pc + 1));
  return `instruction ${index} of the chunk, ${text} at word ${hex(pc)}: ${notes.join(', ')}`;
}

function compareMemory(m: AvrMachine, dump: Buffer): string | null {
  const { data } = m.cpu;
  for (let i = 0; i < DATA_BYTES; i++) {
    if (i !== SREG && data[i] !== dump[i]) {
      return `data ${hex(i)}: ${hex(data[i]!)} (simavr ${hex(dump[i]!)})`;
    }
  }
  return null;
}

/** The second machine, up to the time of the first, in one slice. */
function compareRun(stepping: AvrMachine, running: AvrMachine): string | null {
  running.machine.scheduler.sliceEnd = stepping.machine.now;
  running.cpu.run();
  const [a, b] = [stepping.cpu.state, running.cpu.state];
  const first = a.findIndex((word, i) => word !== b[i]);
  if (first >= 0)
    return `in one slice, state word ${first}: ${hex(b[first]!)}, not ${hex(a[first]!)}`;
  return running.machine.now === stepping.machine.now &&
    running.cpu.instructionCount === stepping.cpu.instructionCount
    ? null
    : 'in one slice, another time or count of instructions';
}
