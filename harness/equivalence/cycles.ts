/** What the two programs spend: cycles of the instructions that ran, by function, and those of the jumps and calls
 *  that an in-situ modification adds. Source: SLAU049F, tables of cycles (instruction-table.ts).
 *  Leaves out: entering interrupts (6 cycles each), a CPU that stands still, and rounds of waiting loops that
 *  the emulator skipped: waiting is no work. */

import { cyclesOf, extensionWords } from '../../emulator/cpu/msp430/instruction-table.ts';
import type { ObservedBoard } from '../device/observed/index.ts';
import type { AddressRange } from '../device/observed/observed.ts';
import type { Namer } from './names.ts';

/** Kinds of instructions that go elsewhere; conditional jumps are a program's own. */
export const FLOWS = ['JMP', 'BR', 'CALL', 'RET'] as const;
export type Flow = (typeof FLOWS)[number];

export interface CycleRow {
  readonly what: string;
  readonly modifiedCount: number;
  readonly modifiedCycles: number;
  readonly newCount: number;
  readonly newCycles: number;
}

export interface Cycles {
  /** From power-on. */
  readonly seconds: number;
  readonly modified: number;
  readonly fresh: number;
  /** JMP, BR, CALL, RET, and what goes into the ifunction area, runs in it, and leaves it. */
  readonly flows: readonly CycleRow[];
  /** Functions whose cycles differ, the largest difference first; counts are of instructions. */
  readonly functions: readonly CycleRow[];
}

interface Tally {
  readonly count: number;
  readonly cycles: number;
}
interface Spent {
  readonly total: number;
  readonly flows: ReadonlyMap<string, Tally>;
  readonly functions: ReadonlyMap<string, Tally>;
}

const [INTO, INSIDE, OUT_OF] = [
  'into the ifunction area',
  'inside the ifunction area',
  'out of the ifunction area',
];
const RET = 0x4130;
const NO_SYMBOL = '(no symbol)';

/** @returns null where the cycles of the core are not known. */
export function spentCycles(
  board: ObservedBoard,
  namer: Namer,
  patchRam: AddressRange | null,
): Spent | null {
  const { executions } = board;
  if (executions === null) return null;
  const flows = new Map<string, Tally>();
  const functions = new Map<string, Tally>();
  let total = 0;
  const isPatch = (address: number): boolean =>
    patchRam !== null && address >= patchRam.address && address < patchRam.end;
  for (const [half, count] of executions.entries()) {
    if (count === 0) continue;
    const at = 2 * half;
    const opcode = board.wordAt(at);
    const tally = { count, cycles: count * cyclesOf(opcode) };
    total += tally.cycles;
    add(functions, namer(at) ?? NO_SYMBOL, tally);
    const flow = flowOf(opcode);
    if (flow !== null) add(flows, flow, tally);
    if (!isPatch(at)) {
      if (flow !== null && isPatch(targetOf(board, at, opcode))) add(flows, INTO!, tally);
      continue;
    }
    const leaves = flow === 'RET' || (flow !== null && !isPatch(targetOf(board, at, opcode)));
    add(flows, leaves ? OUT_OF! : INSIDE!, tally);
  }
  return { total, flows, functions };
}

function add(tallies: Map<string, Tally>, name: string, { count, cycles }: Tally): void {
  const before = tallies.get(name);
  tallies.set(name, {
    count: count + (before?.count ?? 0),
    cycles: cycles + (before?.cycles ?? 0),
  });
}

function flowOf(opcode: number): Flow | null {
  if ((opcode & 0xfc00) === 0x3c00) return 'JMP';
  if (opcode === RET) return 'RET';
  if ((opcode & 0xffc0) === 0x1280) return 'CALL';
  // MOV ..., PC
  return (opcode & 0xf08f) === 0x4000 ? 'BR' : null;
}

/** Of a jump, or an immediate BR or CALL; -1 = known only when it runs. */
function targetOf(board: ObservedBoard, at: number, opcode: number): number {
  if (flowOf(opcode) === 'JMP') return at + 2 + 2 * ((opcode << 22) >> 22);
  const isImmediate = opcode === 0x4030 || opcode === 0x12b0;
  return isImmediate && extensionWords(opcode) === 1 ? board.wordAt(at + 2) : -1;
}

export function compareCycles(
  modified: Spent | null,
  fresh: Spent | null,
  seconds: number,
): Cycles | null {
  if (modified === null || fresh === null) return null;
  const rows = (names: Iterable<string>, of: 'flows' | 'functions'): CycleRow[] =>
    [...names].map((what) => ({
      what,
      modifiedCount: modified[of].get(what)?.count ?? 0,
      modifiedCycles: modified[of].get(what)?.cycles ?? 0,
      newCount: fresh[of].get(what)?.count ?? 0,
      newCycles: fresh[of].get(what)?.cycles ?? 0,
    }));
  const extra = (row: CycleRow): number => Math.abs(row.modifiedCycles - row.newCycles);
  const names = new Set([...modified.functions.keys(), ...fresh.functions.keys()]);
  return {
    seconds,
    modified: modified.total,
    fresh: fresh.total,
    flows: rows([...FLOWS, INTO!, INSIDE!, OUT_OF!], 'flows'),
    functions: rows(names, 'functions')
      .filter((row) => extra(row) > 0)
      .sort((a, b) => extra(b) - extra(a)),
  };
}
