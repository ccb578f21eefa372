/** Random instructions of the AVR with registers that make them mean something: pointers into the data
 *  space, a stack inside it. A case is one instruction of any kind, or a few in a row of the plain kinds,
 *  so that flags that one leaves are used by the next. */

import { hasSecondWord, PATTERNS, type Pattern } from '../../emulator/cpu/avr/instruction-table.ts';
import { DATA_BYTES, PROGRAM_WORDS } from './avr-machine.ts';
import { CASE_BYTES } from './avr-oracle.ts';

export type Random = (below: number) => number;
/** xorshift32. */
export function createRandom(seed: number): Random {
  let state = seed | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

export const CODE_WORDS = 12;
const FIRST_SRAM = 0x100;
/** Each step moves at most three words, so a row stays within the code of its case. */
const LONGEST_ROW = 4;
/** Jumps of 2048 words either way stay inside the flash. */
const FIRST_PC = 0x0900;
const LAST_PC = 0x3600;

/** Every instruction there is; opcodes outside the set are a group of their own. */
export const TEMPLATES: readonly Pattern[] = PATTERNS.filter(({ absent }) => !absent);
/** What a row of several instructions is made of: no pointers, no jumps but short ones forward. */
const CONTROL =
  /^((ld|st)[d-].*|lpm.*|ijmp|icall|reti?|r?jmp|r?call|spm|sleep|wdr|break|push|pop)$/;
const ROW_TEMPLATES = TEMPLATES.filter(({ name }) => !CONTROL.test(name));

export interface CaseView {
  readonly bytes: Uint8Array;
  readonly words: Uint16Array;
  steps: number;
  template: Pattern;
}

/** Where the second word of LDS, STS, JMP and CALL goes. */
function secondWord(name: string, random: Random, row: boolean): number {
  if (name === 'jmp' || name === 'call') return random(PROGRAM_WORDS);
  if (row) return FIRST_SRAM + random(DATA_BYTES - FIRST_SRAM);
  return random(4) === 0 ? random(FIRST_SRAM) : random(DATA_BYTES);
}

function opcodeOf({ name, mask, value }: Pattern, random: Random, row: boolean): number {
  const free = ~mask & 0xffff;
  const opcode = value | (random(0x1_0000) & free);
  // JMP and CALL beyond 64 K words would leave the program memory of any small part.
  if (name === 'jmp' || name === 'call') return value;
  // OUT in a row goes to SREG or a plain register: the stack stays where it is.
  if (row && name === 'out') return (value | 0x060f | (opcode & 0x1f0)) ^ (random(2) === 0 ? 0 : 5);
  // simavr skips ADIW and SBIW of 12 to 15 mod 16 as if they had two words (see the reasons).
  if (row && (opcode & 0xfe0c) === 0x960c) return opcode & ~8;
  if (row && (name === 'brbs' || name === 'brbc')) {
    return (opcode & 0xfc07) | (random(3) << 3);
  }
  return opcode;
}

/** A pointer such that the instruction's own address lies in the data space. */
function placePointers(name: string, opcode: number, bytes: Uint8Array, random: Random): void {
  const data = random(3) === 0 ? random(FIRST_SRAM) : FIRST_SRAM + random(DATA_BYTES - FIRST_SRAM);
  const q = ((opcode >>> 8) & 0x20) | ((opcode >>> 7) & 0x18) | (opcode & 7);
  const before = name.startsWith('ld--') || name.startsWith('st--') ? 1 : 0;
  const displaced = name.startsWith('ldd') || name.startsWith('std') ? q : 0;
  let address = Math.max(data, displaced);
  if (name.startsWith('lpm')) address = random(PROGRAM_WORDS * 2);
  else address = address - displaced + before;
  for (const at of [26, 28, 30]) {
    bytes[at] = address;
    bytes[at + 1] = address >>> 8;
  }
}

/** Fill a case. @param steps 1 for a single instruction of `template`; more for a row of plain ones. */
export function makeCase(view: CaseView, template: Pattern, steps: number, random: Random): void {
  const { bytes, words } = view;
  view.template = template;
  view.steps = steps;
  for (let i = 0; i < 17; i++) words[i] = random(0x1_0000);
  // Equal, zero and extreme values are where flags change.
  const special = [0, 1, 0x7f, 0x80, 0xff, bytes[1]!][random(6)]!;
  for (let i = random(8); i < 32; i += 1 + random(12)) bytes[i] = special;
  const sp = FIRST_SRAM + 4 + random(DATA_BYTES - FIRST_SRAM - 8);
  words[17] = sp;
  const pc = FIRST_PC + random(LAST_PC - FIRST_PC);
  words[18] = pc;
  words[19] = 0;
  bytes[33] = steps;
  let at = 20;
  const row = steps > 1;
  for (let i = 0; at < 20 + CODE_WORDS; i++) {
    const next =
      i === 0 && !row ? template : ROW_TEMPLATES[random(row ? ROW_TEMPLATES.length : 1)]!;
    const chosen = i === 0 || row ? next : TEMPLATES[random(TEMPLATES.length)]!;
    const opcode = opcodeOf(chosen, random, row);
    words[at++] = opcode;
    if (i === 0 && !row) placePointers(chosen.name, opcode, bytes, random);
    if (hasSecondWord(opcode) && at < 20 + CODE_WORDS) {
      words[at++] = secondWord(chosen.name, random, row);
    }
  }
}

export const rowSteps = (random: Random): number => 2 + random(LONGEST_ROW - 1);

/** A view of case `index` of a batch. */
export const caseView = (batch: ArrayBuffer, index: number): CaseView => ({
  bytes: new Uint8Array(batch, index * CASE_BYTES, CASE_BYTES),
  words: new Uint16Array(batch, index * CASE_BYTES, CASE_BYTES / 2),
  steps: 1,
  template: TEMPLATES[0]!,
});
