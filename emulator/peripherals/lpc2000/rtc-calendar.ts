/** The calendar of the LPC24xx RTC: counters that carry into each other.
 *  Source: UM10237, "Real-time clock", "Leap year calculation": a year is a leap year if its two low bits
 *  are 0. Leaves out: nothing; DOW and DOY are plain counters there too. */

/** SEC, MIN, HOUR, DOM, DOW, DOY, MONTH, YEAR: the order of the registers and of the bits of CIIR and AMR. */
export type Calendar = Int32Array;
export const FIELD = {
  SEC: 0,
  MIN: 1,
  HOUR: 2,
  DOM: 3,
  DOW: 4,
  DOY: 5,
  MONTH: 6,
  YEAR: 7,
} as const;
export const FIELD_WIDTHS = [6, 6, 5, 5, 3, 9, 4, 12] as const;

const DAY_SECONDS = 86_400;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
/** Days counted one by one; a longer gap (over 27 years) is cut off there. */
const MAX_DAYS = 10_000;

const isLeap = (year: number): boolean => (year & 3) === 0;
const daysIn = (month: number, year: number): number =>
  month === 2 && isLeap(year) ? 29 : (MONTH_DAYS[month - 1] ?? 31);

/** @returns a bit for each field that was incremented. */
export function addSeconds(c: Calendar, seconds: number): number {
  let changed = 1 << FIELD.SEC;
  const sum = c[FIELD.HOUR]! * 3600 + c[FIELD.MIN]! * 60 + c[FIELD.SEC]! + seconds;
  const minutes = Math.floor(sum / 60);
  if (c[FIELD.SEC]! + seconds >= 60) changed |= 1 << FIELD.MIN;
  const hours = Math.floor(minutes / 60);
  if (c[FIELD.MIN]! * 60 + c[FIELD.SEC]! + seconds >= 3600) changed |= 1 << FIELD.HOUR;
  const days = Math.min(MAX_DAYS, Math.floor(sum / DAY_SECONDS));
  c[FIELD.SEC] = sum - minutes * 60;
  c[FIELD.MIN] = minutes - hours * 60;
  c[FIELD.HOUR] = hours % 24;
  for (let i = 0; i < days; i++) changed |= nextDay(c);
  return changed;
}

function nextDay(c: Calendar): number {
  let changed = (1 << FIELD.DOM) | (1 << FIELD.DOW) | (1 << FIELD.DOY);
  c[FIELD.DOW] = c[FIELD.DOW]! >= 6 ? 0 : c[FIELD.DOW]! + 1;
  c[FIELD.DOY] = c[FIELD.DOY]! + 1;
  c[FIELD.DOM] = c[FIELD.DOM]! + 1;
  if (c[FIELD.DOM]! > daysIn(c[FIELD.MONTH]!, c[FIELD.YEAR]!)) {
    c[FIELD.DOM] = 1;
    c[FIELD.MONTH] = c[FIELD.MONTH]! + 1;
    changed |= 1 << FIELD.MONTH;
  }
  if (c[FIELD.MONTH]! > 12 || c[FIELD.DOY]! > (isLeap(c[FIELD.YEAR]!) ? 366 : 365)) {
    c[FIELD.DOY] = 1;
    c[FIELD.DOM] = 1;
    c[FIELD.MONTH] = 1;
    c[FIELD.YEAR] = (c[FIELD.YEAR]! + 1) & 0xfff;
    changed |= 1 << FIELD.YEAR;
  }
  return changed;
}
