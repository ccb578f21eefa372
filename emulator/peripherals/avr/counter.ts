/** A timer's counter as arithmetic: where it is after n clocks, and how many clocks until it leaves a value.
 *  Source: ATmega16U4/32U4 datasheet, "Modes of Operation" of the timers. Flags are set on the clock after
 *  the match, that is when the counter leaves the value. UNKNOWN: a dual-slope counter that is above its TOP;
 *  taken as TOP. */

/** Single slope: 0 to TOP and again. Dual slope: up to TOP and down to 0. */
export type Slope = 'single' | 'dual';

export interface Counting {
  slope: Slope;
  top: number;
  /** Where a counter that has passed its TOP turns over. */
  max: number;
}

const NEVER = Number.POSITIVE_INFINITY;

/** [count, 1 = counting down] */
export type CounterState = Int32Array;

/** Place in a period of 2 x TOP clocks of the dual slope. */
const phaseOf = (s: CounterState, top: number): number => {
  const count = Math.min(s[0]!, top);
  return s[1] === 1 && count > 0 && count < top ? 2 * top - count : count;
};

export function advance(s: CounterState, { slope, top, max }: Counting, clocks: number): void {
  if (clocks === 0) return;
  const count = s[0]!;
  if (slope === 'dual') {
    const period = 2 * top;
    const phase = period === 0 ? 0 : (phaseOf(s, top) + clocks) % period;
    s[1] = phase >= top && top > 0 ? 1 : 0;
    s[0] = phase > top ? period - phase : phase;
    return;
  }
  s[1] = 0;
  if (count <= top) s[0] = (count + clocks) % (top + 1);
  else if (count + clocks <= max) s[0] = count + clocks;
  else s[0] = (count + clocks - max - 1) % (top + 1);
}

/** Clocks until the counter leaves `value` (at least 1); Infinity if it never gets there. */
export function clocksToLeave(s: CounterState, counting: Counting, value: number): number {
  const { slope, top, max } = counting;
  const count = s[0]!;
  if (slope === 'dual') {
    if (value > top || top === 0) return NEVER;
    const period = 2 * top;
    const phase = phaseOf(s, top);
    const up = (value - phase + period) % period;
    const down = (2 * period - value - phase) % period;
    return Math.min(up, down) + 1;
  }
  if (count <= top) return value > top ? NEVER : ((value - count + top + 1) % (top + 1)) + 1;
  if (value >= count && value <= max) return value - count + 1;
  return value > top ? NEVER : max - count + value + 2;
}

/** Clocks of one period. */
export const periodOf = ({ slope, top }: Counting): number =>
  slope === 'dual' ? Math.max(1, 2 * top) : top + 1;
