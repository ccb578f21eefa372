/** What each reset of the ATmega32U4 sets, clears and keeps: one table, read by the chip and tested row by
 *  row; and the levels of its supply. Source: ATmega16U4/32U4 datasheet, "System Control and Reset", "MCU
 *  Status Register", "Brown-out Detection". From memory, so parameters: every voltage here.
 *  Leaves out: resets by JTAG and USB, which nothing in this model causes. */

import type { SupplyLevels } from './supply.ts';

export type AvrResetCause = 'power-on' | 'external' | 'brown-out' | 'watchdog';

/** Bits of MCUSR. */
export const PORF = 1;
export const EXTRF = 2;
export const BORF = 4;
export const WDRF = 8;

export interface AvrResetRow {
  /** MCUSR bits that the reset leaves standing, of those there before: causes accumulate. */
  readonly keeps: number;
  readonly sets: number;
  /** SRAM and the 32 registers keep their contents. */
  readonly keepsRam: boolean;
  /** An erase or program in flight goes on to its end. Loss of supply is no reset: it tears. */
  readonly keepsProgramming: boolean;
  /** The watchdog runs on in system reset mode: WDRF forces WDE. */
  readonly forcesWatchdog: boolean;
}

/** I/O registers go to their initial values in every reset, MCUSR excepted.
 *  UNKNOWN: on a part, a slow rise of the supply can set BORF beside PORF; taken as PORF alone. */
export const AVR_RESET_TABLE: Readonly<Record<AvrResetCause, AvrResetRow>> = {
  'power-on': {
    keeps: 0,
    sets: PORF,
    keepsRam: false,
    keepsProgramming: false,
    forcesWatchdog: false,
  },
  external: {
    keeps: 0x1f,
    sets: EXTRF,
    keepsRam: true,
    keepsProgramming: true,
    forcesWatchdog: false,
  },
  'brown-out': {
    keeps: 0x1f,
    sets: BORF,
    keepsRam: true,
    keepsProgramming: true,
    forcesWatchdog: false,
  },
  watchdog: {
    keeps: 0x1f,
    sets: WDRF,
    keepsRam: true,
    keepsProgramming: true,
    forcesWatchdog: true,
  },
};

export const mcusrAfter = (cause: AvrResetCause, before: number): number =>
  (before & AVR_RESET_TABLE[cause].keeps) | AVR_RESET_TABLE[cause].sets;

/** BODLEVEL2:0 → typical level; 7 = the detector is off. */
export const BOD_MILLIVOLTS: readonly (number | null)[] = [
  4300,
  3500,
  3400,
  2600,
  2400,
  2200,
  2000,
  null,
];

export interface AvrSupplyOptions {
  readonly powerOnMillivolts: number;
  readonly hysteresisMillivolts: number;
}
export const AVR_SUPPLY_DEFAULTS: AvrSupplyOptions = {
  powerOnMillivolts: 1400,
  hysteresisMillivolts: 50,
};

/** Levels that the fuses choose. There is no warning stage. */
export function avrSupplyLevels(extendedFuse: number, options: AvrSupplyOptions): SupplyLevels {
  const reset = BOD_MILLIVOLTS[extendedFuse & 7] ?? options.powerOnMillivolts;
  return { ...options, resetMillivolts: reset, interruptMillivolts: reset };
}

/** The slowest supply for a CPU clock: 8 MHz at 2.7 V to 16 MHz at 4.5 V, a straight line between. */
export const avrMaxHz = (millivolts: number): number => {
  if (millivolts < 2700) return 0;
  return Math.min(16e6, 8e6 + ((millivolts - 2700) / 1800) * 8e6);
};
