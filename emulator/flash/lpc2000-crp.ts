/** Boot decision and code read protection of the LPC2478 ROM.
 *  Source: UM10237 Rev 4 table 602 "Code Read Protection hardware/software interaction" and "Boot process";
 *  commands refused at each level from UM10360 (LPC17xx, same ROM family), table "ISP commands allowed".
 *  Leaves out: JTAG itself. */

import { LPC2478_SECTORS } from './lpc2000-sectors.ts';

export type CrpLevel = 0 | 1 | 2 | 3;

export const CRP_ADDRESS = 0x1fc;
const PATTERNS = new Map<number, CrpLevel>([
  [0x1234_5678, 1],
  [0x8765_4321, 2],
  [0x4321_8765, 3],
]);
/** The level that the word at 1FC asks for; any other value is no protection. */
export const crpLevelOf = (word: number): CrpLevel => PATTERNS.get(word >>> 0) ?? 0;

/** Valid user code: the eight exception vectors add up to 0. Nothing else is looked at. */
export function vectorsAreValid(vectors: readonly number[]): boolean {
  return vectors.reduce((sum, word) => (sum + word) | 0, 0) === 0;
}

export interface BootFacts {
  readonly crp: CrpLevel;
  readonly userCodeValid: boolean;
  /** P2.10 is low at reset. */
  readonly ispPinLow: boolean;
  /** The watchdog flag WDTOF is set: the pin is then not looked at. */
  readonly watchdogFlag: boolean;
}
export interface BootDecision {
  readonly run: 'user' | 'isp';
  readonly jtag: boolean;
  /** Null where ISP is not entered. */
  readonly partialUpdate: boolean | null;
}

export function decideBoot(facts: BootFacts): BootDecision {
  const { crp, userCodeValid, ispPinLow, watchdogFlag } = facts;
  const pinCounts = crp !== 3 && !watchdogFlag;
  const entersIsp = !userCodeValid || (pinCounts && ispPinLow);
  return {
    run: entersIsp ? 'isp' : 'user',
    jtag: crp === 0,
    partialUpdate: entersIsp ? crp <= 1 : null,
  };
}

/** With CRP1, "Write to RAM" stays above what ISP itself uses. */
const CRP1_RAM_FLOOR = 0x4000_0200;
const SECTOR_0_END = LPC2478_SECTORS[1]!.address;
const LAST_SECTOR = LPC2478_SECTORS.length - 1;

/** Whether ISP answers this command with CODE_READ_PROTECTION_ENABLED. */
export function refusedByCrp(crp: CrpLevel, command: string, p: readonly number[]): boolean {
  if (crp === 0) return false;
  const allSectors = p[0] === 0 && p[1] === LAST_SECTOR;
  switch (command) {
    case 'R':
    case 'M':
    case 'G':
    case 'I':
      return true;
    case 'W':
      return crp > 1 || p[0]! < CRP1_RAM_FLOOR;
    case 'C':
      return crp > 1 || p[0]! < SECTOR_0_END;
    case 'E':
      return crp > 1 ? !allSectors : p[0] === 0 && !allSectors;
    default:
      return false;
  }
}
