/** Between physical units and what an SHT11 counts. Source: SHT1x data sheet, "Conversion of signal output": its
 *  coefficients at 3 V, and for humidity those of version 3, by which the drivers of that time convert.
 *  Leaves out: how the coefficients follow the supply. */

interface Coefficients {
  readonly temperatureStep: number;
  readonly temperatureMax: number;
  readonly c2: number;
  readonly c3: number;
  readonly t2: number;
  readonly humidityMax: number;
}
const ZERO_CELSIUS_AT = -39.6;
const C1 = -4;
const T1 = 0.01;
const REFERENCE_CELSIUS = 25;

/** 14 bits of temperature, 12 of humidity. */
const HIGH: Coefficients = {
  temperatureStep: 0.01,
  temperatureMax: 0x3fff,
  c2: 0.0405,
  c3: -2.8e-6,
  t2: 0.00008,
  humidityMax: 0xfff,
};
/** 12 and 8 bits. */
const LOW: Coefficients = {
  temperatureStep: 0.04,
  temperatureMax: 0xfff,
  c2: 0.648,
  c3: -7.2e-4,
  t2: 0.00128,
  humidityMax: 0xff,
};

const of = (isLow: boolean): Coefficients => (isLow ? LOW : HIGH);
const clamp = (value: number, max: number): number => Math.max(0, Math.min(max, value));

export function countOfCelsius(celsius: number, isLow: boolean): number {
  const { temperatureStep, temperatureMax } = of(isLow);
  return clamp(Math.round((celsius - ZERO_CELSIUS_AT) / temperatureStep), temperatureMax);
}
export const celsiusOfCount = (count: number, isLow: boolean): number =>
  ZERO_CELSIUS_AT + of(isLow).temperatureStep * count;

/** Relative humidity in percent, made true for the temperature. */
export function humidityOfCount(count: number, celsius: number, isLow: boolean): number {
  const { c2, c3, t2 } = of(isLow);
  return C1 + c2 * count + c3 * count ** 2 + (celsius - REFERENCE_CELSIUS) * (T1 + t2 * count);
}
/** The count whose humidity is nearest: it rises with the count in all of the range. */
export function countOfHumidity(percent: number, celsius: number, isLow: boolean): number {
  let below = 0;
  let above = of(isLow).humidityMax;
  while (above - below > 1) {
    const middle = (below + above) >> 1;
    if (humidityOfCount(middle, celsius, isLow) <= percent) below = middle;
    else above = middle;
  }
  const miss = (count: number) => Math.abs(humidityOfCount(count, celsius, isLow) - percent);
  return miss(below) <= miss(above) ? below : above;
}
