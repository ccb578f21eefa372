/** The counting of an MSP430 timer: stop, up, continuous, up/down, as a place on a cycle of counts.
 *  Source: MSP430x1xx family user's guide, "Timer_A", "Timer Mode Control". A count above TxCCR0 in up mode
 *  rolls to 0 with the next clock, in up/down mode it turns. Leaves out: when counts fall (timer.ts). */

export const STOP = 0;
export const UP = 1;
export const CONTINUOUS = 2;
export const UP_DOWN = 3;

export interface Cycle {
  readonly mode: number;
  /** TxCCR0 in up and up/down mode, else the largest count. */
  readonly top: number;
}
const NEVER = Number.POSITIVE_INFINITY;

const periodOf = ({ mode, top }: Cycle): number => (mode === UP_DOWN ? 2 * top : top + 1);

/** Nothing moves. */
export const standsStill = ({ mode, top }: Cycle): boolean =>
  mode === STOP || (mode !== CONTINUOUS && top === 0);

/** Place on the cycle of a count and its direction. */
export function placeOf(cycle: Cycle, count: number, isDown: boolean): number {
  const inside = Math.min(count, cycle.top);
  return cycle.mode === UP_DOWN && isDown && inside > 0 ? periodOf(cycle) - inside : inside;
}

/** Clocks until the counter gets to this count next, at least one; Infinity if it never does. */
export function clocksTo(cycle: Cycle, place: number, count: number): number {
  if (count > cycle.top) return NEVER;
  const period = periodOf(cycle);
  const ahead = (at: number) => (at - place + period - 1 + period) % period;
  const up = ahead(count) + 1;
  if (cycle.mode !== UP_DOWN || count === 0 || count === cycle.top) return up;
  return Math.min(up, ahead(period - count) + 1);
}

/** Count and direction after so many clocks. */
export function after(cycle: Cycle, place: number, clocks: number): [count: number, down: boolean] {
  const period = periodOf(cycle);
  const at = (place + clocks) % period;
  return cycle.mode === UP_DOWN && at >= cycle.top ? [period - at, true] : [at, false];
}
