/** Output units of an MSP430 timer, by OUTMOD, and the edges of a clock that a channel captures.
 *  Source: MSP430x1xx family user's guide, "Timer_A", "Output Unit". Leaves out: glitches of a changed OUTMOD. */

import type { Machine } from '../../machine/machine.ts';

/** Modes with a second action, at EQU0. */
export const resets = (mode: number): boolean =>
  mode === 2 || mode === 3 || mode === 6 || mode === 7;

/** OUTMOD: set, toggle/reset, set/reset, toggle, reset, toggle/set, reset/set. */
function afterEqu(mode: number, high: boolean): boolean {
  if (mode === 1 || mode === 3) return true;
  if (mode === 5 || mode === 7) return false;
  return !high;
}

export class TimerOutputs {
  /** [levels, a bit for each channel] */
  readonly #s: Int32Array;
  readonly #onOutput: ((channel: number, high: boolean) => void) | undefined;

  constructor(
    machine: Machine,
    name: string,
    onOutput: ((channel: number, high: boolean) => void) | undefined,
  ) {
    this.#s = machine.memory.stateWords(`${name} outputs`, 1);
    this.#onOutput = onOutput;
  }

  reset(): void {
    this.#s[0] = 0;
  }
  set(n: number, high: boolean): void {
    const mask = 1 << n;
    if (((this.#s[0]! & mask) !== 0) === high) return;
    this.#s[0]! ^= mask;
    this.#onOutput?.(n, high);
  }
  /** The counter is at TxCCRn, at TxCCR0, or at both: then the first action of the mode counts. */
  compare(n: number, mode: number, isEqu: boolean, isEqu0: boolean): void {
    if (mode === 0) return;
    if (isEqu) this.set(n, afterEqu(mode, (this.#s[0]! & (1 << n)) !== 0));
    else if (isEqu0 && resets(mode)) this.set(n, mode >= 6);
  }
}

/** Tick of the next edge of a clock after this one; it rises at whole cycles and falls between.
 *  @param edges 1 rising, 2 falling, 3 both. */
export function nextEdge(after: number, period: number, edges: number): number {
  const half = period / 2;
  const step = edges === 3 ? half : period;
  const phase = edges === 2 ? half : 0;
  return (Math.floor((after - phase) / step) + 1) * step + phase;
}
