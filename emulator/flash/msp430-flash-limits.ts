/** What an MSP430's flash has been through since its last erase: the time each block was programmed, and
 *  the time of mass erase each segment has had. Source: SLAS648E, "Flash memory" (cumulative program time,
 *  cumulative mass erase time); SLAU320, the note on mass erase. Leaves out: what a breach does to the cells. */

import type { Machine } from '../machine/machine.ts';
import { BLOCK_BYTES, busAddressOf } from './msp430-nvm.ts';
import type { NorArray } from './nor-array.ts';

export interface FlashLimits {
  /** Longest program time of a block between erases. From memory: 10 ms for the F161x, 4 ms for its siblings. */
  readonly programTimeUs: number;
  /** Shortest mass erase in all, over as many as it takes. */
  readonly massEraseTimeUs: number;
}
export const MSP430F1611_FLASH_LIMITS: FlashLimits = {
  programTimeUs: 10_000,
  massEraseTimeUs: 200_000,
};

export class FlashHistory {
  readonly #machine: Machine;
  readonly #flash: NorArray;
  readonly #limits: FlashLimits;
  /** By block, since its last erase. */
  readonly #programUs: Float64Array;
  /** By segment: 0 = erased as a segment, or programmed since. */
  readonly #massEraseUs: Float64Array;

  constructor(machine: Machine, flash: NorArray, limits: FlashLimits) {
    this.#machine = machine;
    this.#flash = flash;
    this.#limits = limits;
    const last = flash.options.sectors.at(-1)!;
    const blocks = (last.address + last.bytes) / BLOCK_BYTES;
    const { memory } = machine;
    this.#programUs = memory.stateDoubles('tally of program time', blocks);
    const { length } = flash.options.sectors;
    this.#massEraseUs = memory.stateDoubles('tally of mass erase time', length);
  }

  programTimeUs(address: number): number {
    return this.#programUs[this.#block(address)]!;
  }
  /** Factory programming: nothing has been done to the cells yet. */
  forget(): void {
    this.#programUs.fill(0);
    this.#massEraseUs.fill(0);
  }

  /** @param address in the array, as in all that follows. */
  noteProgram(address: number, timeUs: number): void {
    const block = this.#block(address);
    const { programTimeUs, massEraseTimeUs } = this.#limits;
    const before = this.#programUs[block]!;
    const total = before + timeUs;
    this.#programUs[block] = total;
    if (total > programTimeUs) {
      this.#raise('flash-program-time', address, `${Math.round(total)} us since the last erase`);
    }
    const segment = this.#flash.sectorAt(address)!.index;
    const erased = this.#massEraseUs[segment]!;
    this.#massEraseUs[segment] = 0;
    if (erased > 0 && erased < massEraseTimeUs) {
      this.#raise('flash-erase-short', address, `${Math.round(erased)} us of mass erase`);
    }
  }
  noteErase(address: number, bytes: number, timeUs: number, isMass: boolean): void {
    const first = this.#block(address);
    this.#programUs.fill(0, first, first + bytes / BLOCK_BYTES);
    const from = this.#flash.sectorAt(address)!.index;
    const to = this.#flash.sectorAt(address + bytes - 1)!.index;
    for (let segment = from; segment <= to; segment++) {
      this.#massEraseUs[segment] = isMass ? this.#massEraseUs[segment]! + timeUs : 0;
    }
  }

  #block(address: number): number {
    return Math.floor((address - this.#flash.options.address) / BLOCK_BYTES);
  }
  #raise(kind: 'flash-program-time' | 'flash-erase-short', address: number, detail: string): void {
    const { bus, events, now } = this.#machine;
    const unit = kind === 'flash-program-time' ? BLOCK_BYTES : 1;
    const at = busAddressOf(address - (address % unit));
    const where = `0x${at.toString(16).padStart(4, '0')}`;
    events.raise({ kind, at: now, pc: bus.currentPc, where, detail });
  }
}
