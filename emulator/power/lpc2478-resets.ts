/** What each reset of the LPC2478 sets, clears and keeps: one table, read by the chip and tested row by row;
 *  and the levels of its supply. Source: UM10237, "Reset", "Reset source identification register", "Brown-out
 *  detection"; UM10360 section 3.4.1 for the cases that the older text leaves open; data sheet Rev 3.
 *  Leaves out: resets by the debugger. */

import type { SupplyLevels } from './supply.ts';

/** Interrupt below 2.95 V, reset below 2.65 V, power-on reset near 1 V. */
export const LPC2478_SUPPLY: SupplyLevels = {
  interruptMillivolts: 2950,
  resetMillivolts: 2650,
  powerOnMillivolts: 1000,
  /** "Some hysteresis" in the manual. UNKNOWN: how much; the data sheet of a part would say. */
  hysteresisMillivolts: 50,
};

export type ResetCause = 'power-on' | 'external' | 'watchdog' | 'brown-out';

/** Bits of RSIR. */
export const RSIR_POR = 1;
export const RSIR_EXTR = 2;
export const RSIR_WDTR = 4;
export const RSIR_BODR = 8;

export interface ResetRow {
  /** RSIR bits that the reset leaves standing, of those there before. */
  readonly keeps: number;
  readonly sets: number;
  /** On-chip RAM (not the battery RAM) keeps its contents. */
  readonly keepsRam: boolean;
  /** WDMOD.WDTOF outlives it. */
  readonly keepsTimeOutFlag: boolean;
}

/** POR clears all other bits. BODR: a dip that recovers above the trip level; a fall to the POR level
 *  clears it. UNKNOWN: UM10360 says BODR is set by a rise from below 1 V as well, and in the next sentence
 *  that it only means something while POR is 0; taken as clear after a power-on. */
export const RESET_TABLE: Readonly<Record<ResetCause, ResetRow>> = {
  'power-on': { keeps: 0, sets: RSIR_POR, keepsRam: false, keepsTimeOutFlag: false },
  external: { keeps: 0xf, sets: RSIR_EXTR, keepsRam: true, keepsTimeOutFlag: false },
  watchdog: { keeps: 0xf, sets: RSIR_WDTR, keepsRam: true, keepsTimeOutFlag: true },
  'brown-out': { keeps: 0xf, sets: RSIR_BODR, keepsRam: true, keepsTimeOutFlag: true },
};

export const rsirAfter = (cause: ResetCause, before: number): number =>
  (before & RESET_TABLE[cause].keeps) | RESET_TABLE[cause].sets;
