/** Random single-instruction cases for the lock-step test: every class of the instruction table, every
 *  operation in it, every mode, with registers that make memory accesses land. Seeded.
 *  Leaves out what the manual leaves open: such encodings and states are never made. */

import {
  ARM_PATTERNS,
  armClass,
  THUMB_PATTERNS,
  thumbClass,
  thumbToArm,
} from '../../emulator/cpu/arm7tdmi/instruction-table.ts';
import { MODE, type ModeName } from '../../emulator/cpu/arm7tdmi/registers.ts';
import { armUnpredictable, thumbUnpredictable } from '../../emulator/cpu/arm7tdmi/unpredictable.ts';

export const RAM_ADDRESS = 0x4000_0000;
export const RAM_BYTES = 0x3000;
export const MODES = Object.keys(MODE) as ModeName[];

/** xorshift32: the same numbers on every machine. */
export function createRandom(seed: number): (below: number) => number {
  let x = seed | 0 || 0x5eed;
  return (below) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return below === 0x1_0000_0000 ? x >>> 0 : (x >>> 0) % below;
  };
}
export type Random = ReturnType<typeof createRandom>;
const word = (random: Random): number => random(0x1_0000_0000) | 0;

/** One operation of one class: fixed bits, and a mask of those that are free. */
export interface Template {
  readonly key: string;
  readonly thumb: boolean;
  readonly className: string;
  readonly value: number;
  readonly free: number;
}

/** Picture letters that tell operations of one class apart; each of their values is a template. */
const OPERATION_LETTERS: Record<string, string> = {
  'arm data-reg': 'os',
  'arm data-rsr': 'os',
  'arm data-imm': 'os',
  'arm mul': 'as',
  'arm mull': 'uas',
  'arm swp': 'b',
  'arm ldrs-reg': 'h',
  'arm ldrs-imm': 'h',
  'arm ldr-imm': 'b',
  'arm ldr-reg': 'b',
  'arm str-imm': 'b',
  'arm str-reg': 'b',
  'arm ldm': 's',
  'arm stm': 's',
  'arm mrs': 'p',
  'arm msr-reg': 'p',
  'arm msr-imm': 'p',
  'thumb add-sub': 'oi',
  'thumb shift-imm': 'o',
  'thumb immediate': 'o',
  'thumb alu': 'o',
  'thumb hi-reg': 'o',
  'thumb ldst-reg': 'o',
  'thumb ldst-imm': 'bl',
  'thumb ldsth-imm': 'l',
  'thumb ldst-sp': 'l',
  'thumb add-pc-sp': 's',
  'thumb adjust-sp': 's',
  'thumb push-pop': 'l',
  'thumb ldm-stm': 'l',
};
/** Undecoded bits as the manual wants them; elsewhere zero, and free in the undefined space. */
const SHOULD_BE: Record<string, number> = {
  bx: 0x000f_ff00,
  mrs: 0x000f_0000,
  'msr-reg': 0x0000_f000,
  'msr-imm': 0x0000_f000,
};

function templatesOf(thumb: boolean): Template[] {
  const rows: Template[] = [];
  for (const { name, picture } of thumb ? THUMB_PATTERNS : ARM_PATTERNS) {
    const state = thumb ? 'thumb' : 'arm';
    const bits = [...picture.replaceAll(' ', '')];
    const letters = OPERATION_LETTERS[`${state} ${name}`] ?? '';
    const chosen = bits.map((b, i) => (letters.includes(b) ? i : -1)).filter((i) => i >= 0);
    for (let choice = 0; choice < 1 << chosen.length; choice++) {
      const own = [...bits];
      const label = chosen.map((i, n) => {
        own[i] = (choice >>> n) & 1 ? '1' : '0';
        return `${bits[i]}${own[i]}`;
      });
      const isFree = (b: string): boolean =>
        b !== '0' && b !== '1' && (b !== 'x' || name === 'undefined');
      rows.push({
        key: `${state} ${name}${label.length > 0 ? ` ${label.join('')}` : ''}`,
        thumb,
        className: name,
        value:
          Number.parseInt(own.map((b) => (b === '1' ? 1 : 0)).join(''), 2) |
          (thumb ? 0 : (SHOULD_BE[name] ?? 0)),
        free: Number.parseInt(own.map((b) => (isFree(b) ? 1 : 0)).join(''), 2) | 0,
      });
    }
  }
  const random = createRandom(1);
  return rows.filter((row) => opcodeOf(row, random) !== null);
}

/** A defined opcode of this template, or null if a hundred tries found none. */
export function opcodeOf(template: Template, random: Random): number | null {
  for (let i = 0; i < 200; i++) {
    const opcode = template.value | (word(random) & template.free);
    if (template.thumb) {
      if (thumbClass(opcode) === template.className && thumbUnpredictable(opcode) === null) {
        return opcode;
      }
      continue;
    }
    const condition = random(10) < 6 ? 14 : random(14);
    const withCondition = ((opcode & 0x0fff_ffff) | (condition << 28)) >>> 0;
    if (armClass(withCondition) !== template.className) continue;
    if (armUnpredictable(withCondition) === null) return withCondition;
  }
  return null;
}

export const TEMPLATES: readonly Template[] = [...templatesOf(false), ...templatesOf(true)];

export interface Case {
  template: Template;
  mode: ModeName;
  opcode: number;
  cpsr: number;
  spsr: number;
  /** r0 to r14. */
  readonly r: Int32Array;
}

// biome-ignore format: a list of corners
const CORNERS = [0, 1, 2, 31, 32, 33, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x1_0000,
  0x00ff_ffff, 0x0100_0000, 0x7fff_ffff, 0x8000_0000 | 0, 0x8000_0001 | 0, -1, -2, -0x100, -0x1_0000];

const value = (random: Random): number => {
  const kind = random(4);
  if (kind === 0) return CORNERS[random(CORNERS.length)]!;
  return kind === 1 ? random(256) : word(random);
};
const psr = (random: Random, modes: readonly ModeName[], t: number): number =>
  (word(random) & 0xf000_00c0) | (t << 5) | MODE[modes[random(modes.length)]!];

/** Fill `into` with a case of this template in this mode. @returns false where the manual leaves it open. */
export function makeCase(into: Case, template: Template, mode: ModeName, random: Random): boolean {
  const opcode = opcodeOf(template, random);
  if (opcode === null) return false;
  const t = template.thumb ? 1 : 0;
  into.template = template;
  into.mode = mode;
  into.opcode = opcode;
  into.cpsr = (word(random) & 0xf000_00c0) | (t << 5) | MODE[mode];
  into.spsr = psr(random, MODES, random(4) === 0 ? 1 : 0);
  for (let i = 0; i < 15; i++) into.r[i] = value(random);
  if (!isDefinedInMode(template, opcode, mode)) return false;
  shapeOperands(into, random);
  return true;
}

const hasNoSpsr = (mode: ModeName): boolean => mode === 'usr' || mode === 'sys';

function isDefinedInMode(template: Template, opcode: number, mode: ModeName): boolean {
  if (template.thumb || !hasNoSpsr(mode)) return true;
  switch (template.className) {
    case 'mrs':
    case 'msr-reg':
    case 'msr-imm':
    case 'ldm':
    case 'stm':
      return (opcode & 0x40_0000) === 0;
    case 'data-reg':
    case 'data-imm':
      return (opcode & 0x10_0000) === 0 || ((opcode >>> 12) & 15) !== 15;
    default:
      return true;
  }
}

/** Make addresses land in RAM (one in sixteen does not; one in four is unaligned), and PSRs be legal. */
function shapeOperands(into: Case, random: Random): void {
  const { r } = into;
  const t = into.template.thumb;
  const arm = t ? thumbToArm(into.opcode) : into.opcode;
  if (arm === 0) {
    // r14 as a BL prefix leaves it.
    if (into.template.className === 'bl-suffix') r[14]! &= ~1;
    return;
  }
  const name = armClass(arm);
  const n = (arm >>> 16) & 15;
  const m = arm & 15;
  const isMemory = /^(ldr|str|ldm|stm|swp)/.test(name);
  if (name === 'bx' && m < 15 && (r[m]! & 1) === 0) r[m]! &= ~2;
  if (name === 'msr-reg' && m < 15) r[m] = psr(random, MODES, t ? 1 : 0);
  if (name === 'msr-imm') {
    // Only a control field that names a legal mode; the other fields take any value.
    const fields = (arm >>> 16) & 15;
    const mode = MODE[MODES[random(MODES.length)]!];
    if ((fields & 1) !== 0) into.opcode = (arm & ~0xfff) | (random(4) << 6) | mode;
    else into.opcode = arm;
    into.opcode >>>= 0;
  }
  if (/^(ldc-stc|cdp|mrc-mcr)$/.test(name)) {
    // Unicorn's model has coprocessors 14 and 15, and writing them would change its memory system.
    into.opcode = ((into.opcode & ~0xf00) | (random(14) << 8)) >>> 0;
  }
  if (!isMemory) return;
  if (name.endsWith('-reg') && m < 15) r[m] = indexBefore(arm, name, random);
  if (n === 15) return;
  // The base as its own index: shifted to the left or turned it could reach code of other batches, which is
  // there in Unicorn's memory only. To the right it stays clear of it.
  const ownIndex = /^(ldr|str)-reg/.test(name) && n === m && !t;
  if (ownIndex) into.opcode = ((arm & ~0x60) | (random(2) === 0 ? 0x20 : 0x40)) >>> 0;
  // Not with the user bank: an allowed difference there could not be seen and followed.
  const userBank = /^(ldm|stm)$/.test(name) && (arm & 0x40_0000) !== 0;
  const unaligned = !userBank && random(4) === 0 ? random(4) : 0;
  const base = random(16) === 0 ? UNMAPPED_ADDRESS : RAM_ADDRESS;
  r[n] = (base + 0x1400 + (random(0x80) << 2)) | unaligned;
}

const UNMAPPED_ADDRESS = 0x7000_0000;

/** A register value that the shift of this load or store turns into a small index. */
function indexBefore(arm: number, name: string, random: Random): number {
  const index = random(2) === 0 ? random(64) << 2 : random(256);
  if (!/^(ldr|str)-reg/.test(name)) return index;
  const amount = (arm >>> 7) & 31;
  if (amount === 0) return index;
  const type = (arm >>> 5) & 3;
  if (type === 0) return index >>> amount;
  if (type === 3) return (index << amount) | (index >>> (32 - amount));
  return amount < 16 ? index << amount : index;
}
