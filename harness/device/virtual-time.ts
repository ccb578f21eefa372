/** Microseconds of virtual time and a machine's ticks, exactly, also where a microsecond is no whole number of
 *  ticks: `usOf(ticksOf(us)) === us` for whole microseconds. Leaves out: real time (real-time.ts). */

const US = 1e6;

/** The first tick that is not before `us`; Infinity stays. */
export function ticksOf(us: number, rootHz: number): number {
  if (us === Number.POSITIVE_INFINITY) return us;
  const seconds = Math.floor(us / US);
  return seconds * rootHz + Math.ceil(((us - seconds * US) * rootHz) / US);
}

/** Whole microseconds that have passed at a tick. */
export function usOf(ticks: number, rootHz: number): number {
  const seconds = Math.floor(ticks / rootHz);
  return seconds * US + Math.floor(((ticks - seconds * rootHz) * US) / rootHz);
}
