/** Where simavr 1.6 and the AVR core may differ, who follows the manual, and in what fields.
 *  A difference that no row covers fails the lock-step test. */

import { openPointer } from '../../emulator/cpu/avr/decode.ts';
import { PROGRAM_WORDS } from './avr-machine.ts';

export type Field = 'registers' | 'sreg' | 'sp' | 'pc' | 'cycles' | 'memory';

export interface Difference {
  /** Name of the only instruction of the case, or `row`. */
  readonly name: string;
  readonly opcode: number;
  readonly following: number;
  /** r0 to r31 before it. */
  readonly before: Uint8Array;
  readonly fields: ReadonlySet<Field>;
  readonly ourPc: number;
  readonly theirPc: number;
  readonly ourCycles: number;
  readonly theirCycles: number;
}

export interface Reason {
  readonly name: string;
  readonly section: string;
  readonly follows: 'core' | 'simavr' | 'both';
  readonly covers: (difference: Difference) => boolean;
}

const only = (fields: ReadonlySet<Field>, ...allowed: readonly Field[]): boolean =>
  [...fields].every((field) => allowed.includes(field));

export const REASONS: readonly Reason[] = [
  {
    name: 'the program counter has 14 bits; simavr lets it leave the flash',
    section: 'ATmega16U4/32U4 data sheet, "In-System Reprogrammable Flash Program Memory"',
    follows: 'core',
    covers: ({ fields, ourPc, theirPc }) =>
      only(fields, 'pc') && ourPc === (theirPc & (PROGRAM_WORDS - 1)),
  },
  {
    name: 'a pointer that points at itself is moved down before the access; simavr moves it afterwards',
    section:
      'AVR Instruction Set Manual, "LD - Load Indirect" and "ST - Store Indirect", operation (iii)',
    follows: 'core',
    covers: ({ name, before, fields }) => {
      const pointer = /^(?:ld|st)--[xyz]$/.test(name) ? openPointer(name) : -1;
      if (pointer < 0 || !only(fields, 'registers')) return false;
      const address = (before[pointer]! | (before[pointer + 1]! << 8)) - 1;
      return address === pointer || address === pointer + 1;
    },
  },
  {
    name: 'ST X does not write X, so a store into X stays; simavr writes X back afterwards',
    section:
      'AVR Instruction Set Manual, "ST - Store Indirect From Register to Data Space using Index X"',
    follows: 'core',
    covers: ({ name, before, fields }) =>
      name === 'st-x' && only(fields, 'registers') && (before[26]! & ~1) === 26 && before[27] === 0,
  },
  {
    name: 'a pointer that is moved is the operand: result undefined',
    section:
      'AVR Instruction Set Manual, "LD", "ST" and "LPM": "The result of these combinations is undefined"',
    follows: 'both',
    covers: ({ name, opcode, fields }) =>
      ((opcode >>> 4) & 30) === openPointer(name) && only(fields, 'registers'),
  },
  {
    name: 'a skip passes over ADIW and SBIW of 12 to 15 mod 16 as one word; simavr takes them for JMP',
    section: 'AVR Instruction Set Manual, "JMP - Jump": 1001 010k kkkk 110k',
    follows: 'core',
    covers: ({ name, following, fields, ourPc, theirPc, ourCycles, theirCycles }) =>
      /^(cpse|sbrc|sbrs|sbic|sbis)$/.test(name) &&
      (following & 0xfe0c) === 0x960c &&
      only(fields, 'pc', 'cycles') &&
      theirPc === ourPc + 1 &&
      theirCycles === ourCycles + 1,
  },
];

export const reasonFor = (difference: Difference): Reason | undefined =>
  REASONS.find(({ covers }) => covers(difference));
