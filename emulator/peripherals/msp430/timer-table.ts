/** What differs between Timer_A3 and Timer_B7 of the MSP430F1611: addresses, vectors, channels, extra fields.
 *  Source: msp430f1611.h; MSP430x1xx family user's guide, "Timer_A", "Timer_B".
 *  Leaves out, as gaps: compare latches that load later than at once, groups of them, the latched input SCCI. */

import {
  bit,
  bits,
  gap,
  type Register,
  readOnly,
  register,
  reserved,
  wordRegister,
} from '../../machine/registers.ts';
import { VECTORS } from './interrupts.ts';

export interface TimerTable {
  readonly name: 'Timer_A' | 'Timer_B';
  readonly letter: 'A' | 'B';
  readonly channels: number;
  readonly ivAddress: number;
  readonly address: number;
  /** Of channel 0, and of all the others with the overflow. */
  readonly vectors: readonly [number, number];
  /** What TxIV reads for the overflow. */
  readonly overflowCode: number;
  /** Counts of continuous mode by CNTL, less one. */
  readonly maxima: readonly number[];
}

export const TIMER_A3: TimerTable = {
  name: 'Timer_A',
  letter: 'A',
  channels: 3,
  ivAddress: 0x12e,
  address: 0x160,
  vectors: [VECTORS.TIMERA0, VECTORS.TIMERA1],
  overflowCode: 0x0a,
  maxima: [0xffff, 0xffff, 0xffff, 0xffff],
};
export const TIMER_B7: TimerTable = {
  name: 'Timer_B',
  letter: 'B',
  channels: 7,
  ivAddress: 0x11e,
  address: 0x180,
  vectors: [VECTORS.TIMERB0, VECTORS.TIMERB1],
  overflowCode: 0x0e,
  maxima: [0xffff, 0x0fff, 0x03ff, 0x00ff],
};

const CONTROL = {
  SSEL: bits(9, 8),
  ID: bits(7, 6),
  MC: bits(5, 4),
  CLR: bit(2),
  IE: bit(1),
  IFG: bit(0),
};
const control = ({ letter, address }: TimerTable) => {
  const options = { at: address, width: 16 } as const;
  return letter === 'A'
    ? register('TACTL', options, { RES: reserved(bits(15, 10), bit(3)), ...CONTROL })
    : register('TBCTL', options, {
        RES: reserved(bit(15), bit(10), bit(3)),
        CLGRP: gap(bits(14, 13), 'compare latches are not grouped'),
        CNTL: bits(12, 11),
        ...CONTROL,
      });
};
const CHANNEL = {
  CM: bits(15, 14),
  CCIS: bits(13, 12),
  SCS: bit(11),
  CAP: bit(8),
  OUTMOD: bits(7, 5),
  CCIE: bit(4),
  CCI: readOnly(bit(3)),
  OUT: bit(2),
  COV: bit(1),
  CCIFG: bit(0),
};
const channelControl = ({ letter, address }: TimerTable, n: number): Register => {
  const options = { at: address + 2 + 2 * n, width: 16 } as const;
  return letter === 'A'
    ? register(`TACCTL${n}`, options, {
        ...CHANNEL,
        SCCI: gap(bit(10), 'the latched input reads 0'),
        RES: reserved(bit(9)),
      })
    : register(`TBCCTL${n}`, options, {
        ...CHANNEL,
        CLLD: gap(bits(10, 9), 'a compare latch is loaded at once'),
      });
};

export function timerRegisters(table: TimerTable) {
  const { letter, address, channels, ivAddress } = table;
  const each = Array.from({ length: channels }, (_, n) => n);
  return {
    CTL: control(table),
    R: wordRegister(`T${letter}R`, { at: address + 0x10, width: 16 }),
    CCTL: each.map((n) => channelControl(table, n)),
    CCR: each.map((n) =>
      wordRegister(`T${letter}CCR${n}`, { at: address + 0x12 + 2 * n, width: 16 }),
    ),
    IV: wordRegister(`T${letter}IV`, { at: ivAddress, width: 16 }),
  };
}
export type TimerRegisters = ReturnType<typeof timerRegisters>;
export const timerRegisterList = ({ CTL, R, CCTL, CCR, IV }: TimerRegisters): Register[] => [
  CTL,
  R,
  ...CCTL,
  ...CCR,
  IV,
];
