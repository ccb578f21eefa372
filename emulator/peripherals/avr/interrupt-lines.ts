/** The interrupt lines of an AVR between its peripherals and its core: levels, and the short time in which
 *  a change of the vector table keeps them from the core. Source: ATmega16U4/32U4 datasheet, "Interrupts",
 *  "Moving Interrupts Between Application and Boot Space". Leaves out: priorities; the core has them. */

import type { Machine } from '../../machine/machine.ts';
import type { EventSlot } from '../../machine/scheduler.ts';

const WORD_BITS = 32;
const WORDS = 2;
const BLOCKED = WORDS;

export class InterruptLines {
  /** A line went up. */
  onAsserted: (() => void) | null = null;
  readonly #machine: Machine;
  readonly #toCpu: (vector: number, asserted: boolean) => void;
  readonly #vectors: number;
  readonly #s: Int32Array;
  readonly #slot: EventSlot;

  /** @param vectors number of the last vector. */
  constructor(machine: Machine, vectors: number, toCpu: (vector: number, on: boolean) => void) {
    this.#machine = machine;
    this.#vectors = vectors;
    this.#toCpu = toCpu;
    this.#s = machine.memory.stateWords('interrupt lines', WORDS + 1);
    this.#slot = machine.scheduler.register('interrupts after IVCE', () => this.#unblock());
  }

  readonly set = (vector: number, asserted: boolean): void => {
    const word = vector >>> 5;
    const mask = 1 << (vector & (WORD_BITS - 1));
    const before = this.#s[word]!;
    if (((before & mask) !== 0) === asserted) return;
    this.#s[word] = before ^ mask;
    if (this.#s[BLOCKED] === 0) this.#toCpu(vector, asserted);
    if (asserted) this.onAsserted?.();
  };
  isAsserted(vector: number): boolean {
    return ((this.#s[vector >>> 5]! >>> (vector & (WORD_BITS - 1))) & 1) === 1;
  }
  /** @param masks two words, a bit for each vector. */
  anyOf(masks: readonly number[]): boolean {
    return ((this.#s[0]! & masks[0]!) | (this.#s[1]! & masks[1]!)) !== 0;
  }
  reset(): void {
    this.#s.fill(0);
    this.#machine.scheduler.cancel(this.#slot);
    for (let vector = 1; vector <= this.#vectors; vector++) this.#toCpu(vector, false);
  }
  /** No interrupt reaches the core for so many cycles. */
  block(cycles: number): void {
    const { scheduler } = this.#machine;
    if (this.#s[BLOCKED] === 0) this.#pass((vector) => this.#toCpu(vector, false));
    this.#s[BLOCKED] = 1;
    scheduler.schedule(this.#slot, scheduler.now + cycles * scheduler.ticksPerCycle);
  }
  #unblock(): void {
    this.#s[BLOCKED] = 0;
    this.#pass((vector) => this.#toCpu(vector, true));
  }
  #pass(act: (vector: number) => void): void {
    for (let vector = 1; vector <= this.#vectors; vector++)
      if (this.isAsserted(vector)) act(vector);
  }
}

/** Two words with a bit for each of these vectors. */
export const vectorMasks = (vectors: readonly number[]): readonly number[] =>
  Array.from({ length: WORDS }, (_, word) =>
    vectors
      .filter((vector) => vector >>> 5 === word)
      .reduce((mask, vector) => mask | (1 << (vector & (WORD_BITS - 1))), 0),
  );
