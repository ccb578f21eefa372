/** What an update costs in flash traffic, counted on the chip while its agent runs: reads, page operations,
 *  and the flash regions that a jump between reading and writing activates.
 *  Source: Kachman and Balaz 2016, equations 1 and 5: 2P jumps between where the data come from and the page
 *  that is written. Leaves out: jumps between two reads, as the paper does. */

import type { NorArray } from '../flash/nor-array.ts';
import type { Machine } from '../machine/machine.ts';

export interface FlashTraffic {
  /** All by page. */
  readonly bytesRead: readonly number[];
  readonly erases: readonly number[];
  readonly programs: readonly number[];
  readonly regionsActivated: readonly number[];
}

/** What the counter needs of the core. */
interface ReadCounts {
  readonly programReads: Int32Array;
  readonly lastProgramRead: number;
}

/** Terms of equation 1: flash regions that a jump from i to j activates, floor(log2(i xor j)) + 1. */
export const regionTerms = (i: number, j: number): number => 32 - Math.clz32(i ^ j);

export class FlashTrafficCounter {
  readonly #cpu: ReadCounts;
  readonly #erases: Int32Array;
  readonly #programs: Int32Array;
  readonly #regions: Int32Array;

  /** @param pages of the flash, each of `pageBytes`; what lies behind them is not counted. */
  constructor(
    machine: Machine,
    flash: NorArray,
    cpu: ReadCounts,
    { pages, pageBytes }: { pages: number; pageBytes: number },
  ) {
    this.#cpu = cpu;
    this.#erases = machine.memory.stateWords('tally of page erases', pages);
    this.#programs = machine.memory.stateWords('tally of page programs', pages);
    this.#regions = machine.memory.stateWords('tally of regions', pages);
    flash.doneListeners.push(({ kind, address }) => {
      const page = Math.floor(address / pageBytes);
      if (page >= pages) return;
      if (kind === 'erase') {
        this.#erases[page]!++;
        return;
      }
      this.#programs[page]!++;
      // There, and back to where the next bytes are read.
      this.#regions[page]! += 2 * regionTerms(cpu.lastProgramRead, address);
    });
  }

  read(): FlashTraffic {
    return {
      bytesRead: [...this.#cpu.programReads],
      erases: [...this.#erases],
      programs: [...this.#programs],
      regionsActivated: [...this.#regions],
    };
  }
}
