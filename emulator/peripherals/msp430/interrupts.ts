/** Interrupt vectors of the MSP430F1611, and the lines from its peripherals to the core.
 *  Source: msp430f1611.h, "Interrupt Vectors". The higher address has priority; GIE is the core's.
 *  Leaves out: the reset vector, which is no line. */

import type { Machine } from '../../machine/machine.ts';

/** Number of a vector: its place in the table at 0xffe0. */
export const VECTORS = {
  DACDMA: 0,
  PORT2: 1,
  USART1TX: 2,
  USART1RX: 3,
  PORT1: 4,
  TIMERA1: 5,
  TIMERA0: 6,
  ADC12: 7,
  USART0TX: 8,
  USART0RX: 9,
  WDT: 10,
  COMPARATORA: 11,
  TIMERB1: 12,
  TIMERB0: 13,
  NMI: 14,
  RESET: 15,
} as const;
export type VectorName = keyof typeof VECTORS;

const TABLE = 0xffe0;
export const vectorAddress = (vector: number): number => TABLE + 2 * vector;

export class Msp430Interrupts {
  /** A line went up: what sleeps may wake. */
  onAsserted: ((vector: number) => void) | null = null;
  readonly #toCpu: (vector: number, asserted: boolean) => void;
  readonly #s: Int32Array;
  readonly #clear: ((() => void) | undefined)[] = [];

  /** @param toCpu level of a line, at each change. */
  constructor(machine: Machine, toCpu: (vector: number, asserted: boolean) => void) {
    this.#toCpu = toCpu;
    this.#s = machine.memory.stateWords('interrupt lines', 1);
  }

  readonly set = (vector: number, asserted: boolean): void => {
    const mask = 1 << vector;
    if (((this.#s[0]! & mask) !== 0) === asserted) return;
    this.#s[0]! ^= mask;
    this.#toCpu(vector, asserted);
    if (asserted) this.onAsserted?.(vector);
  };
  isAsserted(vector: number): boolean {
    return ((this.#s[0]! >>> vector) & 1) === 1;
  }
  /** The vector that goes first of those asserted; -1 for none. */
  get highest(): number {
    return 31 - Math.clz32(this.#s[0]!);
  }
  reset(): void {
    for (let vector = 0; vector < VECTORS.RESET; vector++) this.set(vector, false);
  }

  /** For the parts whose flag the hardware clears when its vector is entered. */
  onTaken(vector: number, clear: () => void): void {
    this.#clear[vector] = clear;
  }
  /** The core has entered this vector. */
  taken(vector: number): void {
    this.#clear[vector]?.();
  }
}
