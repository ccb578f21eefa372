/** One page in RAM between the operations of a delta and the flash, as the agent on the device holds it.
 *  A *step* ends when an operation touches another page: the page is erased and programmed, unless the
 *  flash reads like that already. Source: ATmega16U4/32U4 data sheet, "Self-Programming the Flash".
 *  Leaves out: the journal around a step (it changes no byte of the image) and torn pages (emulator/). */

import { regionTerms } from '../../emulator/energy/flash-traffic.ts';

export interface StepCounts {
  /** Pages taken into RAM, one after the other. */
  steps: number;
  /** Steps that ended with an erase and a program. */
  pagesProgrammed: number;
  /** Equation 5, for the pages really programmed: from the last byte read to the page, and back. */
  regionsActivated: number;
  /** Bytes that COPYs read from the image in flash. */
  imageBytesRead: number;
}

export class PageWriter {
  readonly counts: StepCounts = {
    steps: 0,
    pagesProgrammed: 0,
    regionsActivated: 0,
    imageBytesRead: 0,
  };
  /** How often each page was erased and programmed. */
  readonly programsOfPage: Uint16Array;
  readonly #flash: Uint8Array;
  readonly #ram: Uint8Array;
  readonly #pageBytes: number;
  #page = -1;
  #readFrom = 0;

  /** @param flash whole pages; changed in place. */
  constructor(flash: Uint8Array, pageBytes: number) {
    this.#flash = flash;
    this.#pageBytes = pageBytes;
    this.#ram = new Uint8Array(pageBytes);
    this.programsOfPage = new Uint16Array(Math.ceil(flash.length / pageBytes));
  }

  /** What the flash holds: the page in work reads as it was, so no operation sees what an earlier one
   *  wrote into it, and none needs to. */
  readFlash(address: number): number {
    this.counts.imageBytesRead++;
    return this.#flash[address]!;
  }

  /** @param readFrom address in flash that the byte came from. */
  write(address: number, value: number, readFrom: number): void {
    const page = Math.floor(address / this.#pageBytes);
    if (page !== this.#page) this.#take(page);
    this.#ram[address - page * this.#pageBytes] = value;
    this.#readFrom = readFrom;
  }

  #take(page: number): void {
    this.flush();
    const from = page * this.#pageBytes;
    this.#ram.set(this.#flash.subarray(from, from + this.#pageBytes));
    this.#page = page;
    this.counts.steps++;
  }

  /** Ends the step in work; nothing happens if there is none. */
  flush(): void {
    if (this.#page < 0) return;
    const from = this.#page * this.#pageBytes;
    const there = this.#flash.subarray(from, from + this.#pageBytes);
    if (there.some((byte, i) => byte !== this.#ram[i])) {
      there.set(this.#ram);
      this.counts.pagesProgrammed++;
      this.counts.regionsActivated += 2 * regionTerms(this.#readFrom, from);
      this.programsOfPage[this.#page]!++;
    }
    this.#page = -1;
  }
}
