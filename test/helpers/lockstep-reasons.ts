/** Where Unicorn's model TI925T and the ARM7TDMI may differ, who follows the manual, and in what fields.
 *  A difference that no row covers fails the lock-step test. */

import { armClass, thumbToArm } from '../../emulator/cpu/arm7tdmi/instruction-table.ts';
import type { Case } from './arm-cases.ts';

export type Field =
  | 'outcome'
  | 'pc'
  | 'cpsr'
  | 'spsr'
  | 'memory'
  /** The fast loop and the reference path of the interpreter differ: never allowed. */
  | 'paths'
  | `r${number}`;

/** Fields that differ, each with its exclusive or. */
export type Differences = ReadonlyMap<Field, number>;

export interface Reason {
  readonly name: string;
  readonly section: string;
  readonly follows: 'interpreter' | 'unicorn' | 'both';
  readonly covers: (test: Case, differences: Differences, outcome: string) => boolean;
}

const equivalent = (test: Case): number =>
  test.template.thumb ? thumbToArm(test.opcode) : test.opcode;
const classOf = (test: Case): string => {
  const arm = equivalent(test);
  return arm === 0 ? 'none' : armClass(arm);
};
const only = (differences: Differences, ...allowed: readonly Field[]): boolean =>
  [...differences.keys()].every((field) => allowed.includes(field));

/** Address of a load or store of one register, as far as its alignment goes. */
function transferAddress(test: Case): number {
  const arm = equivalent(test);
  // Only the alignment matters, and a base of r15 is aligned.
  const base = test.r[(arm >>> 16) & 15] ?? 0;
  const preIndexed = (arm & 0x100_0000) !== 0;
  return preIndexed ? base + offsetOf(test, arm) : base;
}
function offsetOf(test: Case, arm: number): number {
  const name = armClass(arm);
  const sign = (arm & 0x80_0000) !== 0 ? 1 : -1;
  if (name.endsWith('h-imm') || name === 'ldrs-imm') {
    return sign * (((arm >>> 4) & 0xf0) | (arm & 15));
  }
  if (name.endsWith('-imm')) return sign * (arm & 0xfff);
  const index = test.r[arm & 15] ?? 0;
  if (!/^(ldr|str)-reg$/.test(name)) return sign * index;
  const amount = (arm >>> 7) & 31;
  const type = (arm >>> 5) & 3;
  const carry = (test.cpsr >>> 29) & 1;
  if (type === 0) return sign * (index << amount);
  if (type === 1) return sign * (amount === 0 ? 0 : index >>> amount);
  if (type === 2) return sign * (index >> (amount === 0 ? 31 : amount));
  if (amount === 0) return sign * ((carry << 31) | (index >>> 1));
  return sign * ((index >>> amount) | (index << (32 - amount)));
}

export const REASONS: readonly Reason[] = [
  {
    name: 'an unaligned word or halfword load is rotated; Unicorn reads across the boundary',
    section: 'DDI 0100 A2.8 and A4 "LDR"; DDI 0210 3.5.4',
    follows: 'interpreter',
    covers: (test, differences) => {
      const arm = equivalent(test);
      const name = classOf(test);
      const isWord = name.startsWith('ldr-') && (arm & 0x40_0000) === 0;
      const isHalf = name.startsWith('ldrh-') || (name.startsWith('ldrs-') && (arm & 0x20) !== 0);
      if (!isWord && !isHalf) return false;
      const low = transferAddress(test) & (isWord ? 3 : 1);
      const d = (arm >>> 12) & 15;
      return low !== 0 && only(differences, d === 15 ? 'pc' : `r${d}`);
    },
  },
  {
    name: 'an unaligned word or halfword store goes to the aligned address; Unicorn crosses the boundary',
    section: 'DDI 0100 A2.8 and A4 "STR"',
    follows: 'interpreter',
    covers: (test, differences) => {
      const name = classOf(test);
      const isWord = name.startsWith('str-') && (equivalent(test) & 0x40_0000) === 0;
      if (!isWord && !name.startsWith('strh-')) return false;
      const low = transferAddress(test) & (isWord ? 3 : 1);
      return low !== 0 && only(differences, 'memory');
    },
  },
  {
    name: 'LDM and STM ignore address bits 1:0; Unicorn crosses the boundary',
    section: 'DDI 0100 A4 "LDM (1)": address[1:0] are ignored',
    follows: 'interpreter',
    covers: (test, differences) => {
      const arm = equivalent(test);
      const name = classOf(test);
      if (name !== 'ldm' && name !== 'stm') return false;
      const low = (test.r[(arm >>> 16) & 15] ?? 0) & 3;
      if (low === 0) return false;
      if (name === 'stm') return only(differences, 'memory');
      const loaded = Array.from({ length: 15 }, (_, i) => `r${i}` as const);
      return only(differences, ...loaded.filter((_, i) => ((arm >>> i) & 1) !== 0), 'pc');
    },
  },
  {
    name: 'SWP at an unaligned address rotates; Unicorn aborts',
    section: 'DDI 0100 A4 "SWP"',
    follows: 'interpreter',
    covers: (test) => {
      const arm = equivalent(test);
      const low = (test.r[(arm >>> 16) & 15] ?? 0) & 3;
      return classOf(test) === 'swp' && (arm & 0x40_0000) === 0 && low !== 0;
    },
  },
  {
    name: 'a stored r15 is the address + 12 on this core; Unicorn stores + 8',
    section: 'DDI 0100 A2.4.3 (implementation defined); DDI 0210 3.4',
    follows: 'both',
    covers: (test, differences) => {
      const arm = equivalent(test);
      const name = classOf(test);
      const single = /^strh?-/.test(name) && ((arm >>> 12) & 15) === 15;
      return (single || (name === 'stm' && (arm & 0x8000) !== 0)) && only(differences, 'memory');
    },
  },
  {
    name: 'PSR bits 27:8 do not exist on ARMv4T; Unicorn keeps bit 8 of later versions',
    section: 'DDI 0100 A2.5.5 (reserved bits)',
    follows: 'interpreter',
    covers: (test, differences) =>
      classOf(test).startsWith('msr-') &&
      only(differences, 'cpsr', 'spsr') &&
      [...differences.values()].every((bits) => (bits & 0xf000_00ff) === 0),
  },
  {
    name: 'data processing with S and r15 restores the CPSR; Unicorn does so for SUBS and MOVS only',
    section: 'DDI 0100 A4 "ADC", "AND", ... : if S == 1 and Rd == R15 then CPSR = SPSR',
    follows: 'interpreter',
    covers: (test, differences) => {
      const arm = equivalent(test);
      const operation = (arm >>> 21) & 15;
      const returns = classOf(test).startsWith('data-') && (arm & 0x10_f000) === 0x10_f000;
      return returns && operation !== 2 && operation !== 13 && !differences.has('outcome');
    },
  },
  {
    name: 'MSR without fields does nothing; Unicorn has the hints of ARMv6K in its immediate form',
    section: 'DDI 0100 A4 "MSR": each field_mask bit writes one byte',
    follows: 'interpreter',
    covers: (test, differences) =>
      classOf(test) === 'msr-imm' &&
      (test.opcode & 0x4f_0000) === 0 &&
      only(differences, 'outcome', 'pc'),
  },
  {
    name: 'undefined Thumb encodings 1011 xxxx; Unicorn executes CBZ and others of later versions',
    section: 'DDI 0100 A6.1 (figure A6-1: undefined in ARMv4T)',
    follows: 'interpreter',
    covers: (test) => test.template.key === 'thumb undefined' && test.opcode >>> 12 === 0xb,
  },
];

/** @returns the name of a reason that covers all these differences, or null. */
export const differencesAllowed = (
  test: Case,
  differences: Differences,
  outcome: string,
): string | null =>
  differences.has('paths')
    ? null
    : (REASONS.find((reason) => reason.covers(test, differences, outcome))?.name ?? null);
