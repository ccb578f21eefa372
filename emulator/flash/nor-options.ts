/** What describes a NOR flash array: sectors, times, wear, and its operations as others see them.
 *  Source: LPC2478 data sheet Rev 3, "Flash characteristics". Leaves out: behaviour (nor-array.ts). */

import type { OperationKind, TornModel } from './torn.ts';

export interface FlashSector {
  readonly index: number;
  /** Byte address in the array. */
  readonly address: number;
  readonly bytes: number;
  /** Guaranteed erases, where they differ from the array's. */
  readonly endurance?: number;
}

export interface NorTiming {
  /** One erase command, whatever the number of sectors in it. */
  readonly eraseTimeUs: number;
  /** One row. */
  readonly programTimeUs: number;
}

/** Data sheet, typical. */
export const LPC2478_FLASH_TIMING: NorTiming = { eraseTimeUs: 100_000, programTimeUs: 1_000 };
/** The older LPC2000 manuals' figure: the longest window for a cut. */
export const PESSIMISTIC_FLASH_TIMING: NorTiming = { eraseTimeUs: 400_000, programTimeUs: 1_000 };

export interface NorOptions {
  readonly name: string;
  /** Bus address of the first byte. */
  readonly address: number;
  readonly bytes: number;
  /** Bytes from the first that are on the bus; absent = all. */
  readonly busBytes?: number;
  /** One check byte for each 16-byte line, as the LPC2000 has it. */
  readonly ecc: boolean;
  /** In address order; bytes outside any sector can be neither erased nor programmed by an operation. */
  readonly sectors: readonly FlashSector[];
  readonly rowBytes: number;
  readonly maxProgramBytes: number;
  readonly timing: NorTiming;
  /** Guaranteed erases of a sector. */
  readonly endurance: number;
  readonly seed: number;
  /** What a reset without loss of supply does to an operation in flight; null = it goes on to its end.
   *  See harness/docs/decisions/0010-reset-tears-flash-operations.md. */
  readonly tornByReset: TornModel | null;
}

export interface NorOperation {
  /** Number of the operation since the array was made, 0-based; never goes back but by a restore. */
  readonly index: number;
  readonly kind: OperationKind;
  /** Bus address of the first byte. */
  readonly address: number;
  readonly bytes: number;
  readonly startTick: number;
  readonly endTick: number;
  /** First and last sector of an erase; of a program, those its bytes lie in. */
  readonly firstSector: number;
  readonly lastSector: number;
  /** Rows of a program, each with a time of its own; 1 for an erase. */
  readonly rows: number;
}
