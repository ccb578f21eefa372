/** Which pins of the MSP430F1611 the modules use when PxSEL gives them.
 *  Source: msp430f1611.h and the device's pin-out, from memory for Timer_A's second and third sets.
 *  Leaves out: clock outputs, and pins of the modules that are gaps. */

import type { PortNumber } from './ports.ts';

export type Pin = readonly [port: PortNumber, pin: number];

export const USART_PINS: Readonly<Record<0 | 1, { rx: Pin; tx: Pin }>> = {
  0: { tx: [3, 4], rx: [3, 5] },
  1: { tx: [3, 6], rx: [3, 7] },
};

/** Output of each channel. */
export const TIMER_OUTPUTS: Readonly<Record<'A' | 'B', readonly (readonly Pin[])[]>> = {
  A: [
    [
      [1, 1],
      [1, 5],
      [2, 7],
    ],
    [
      [1, 2],
      [1, 6],
      [2, 3],
    ],
    [
      [1, 3],
      [1, 7],
      [2, 4],
    ],
  ],
  B: [[[4, 0]], [[4, 1]], [[4, 2]], [[4, 3]], [[4, 4]], [[4, 5]], [[4, 6]]],
};

export interface CaptureInput {
  readonly pin: Pin;
  readonly timer: 'A' | 'B';
  readonly channel: number;
  readonly input: 'A' | 'B';
}
const capture = (timer: 'A' | 'B', channel: number, input: 'A' | 'B', pin: Pin): CaptureInput => ({
  pin,
  timer,
  channel,
  input,
});
/** Inputs B that come from inside are not here: CCI1B of Timer_A is the comparator, CCI2B and CCI6B are ACLK. */
export const CAPTURE_INPUTS: readonly CaptureInput[] = [
  capture('A', 0, 'A', [1, 1]),
  capture('A', 0, 'B', [2, 2]),
  capture('A', 1, 'A', [1, 2]),
  capture('A', 2, 'A', [1, 3]),
  ...[0, 1, 2, 3, 4, 5, 6].map((n) => capture('B', n, 'A', [4, n])),
  ...[0, 1, 2, 3, 4, 5].map((n) => capture('B', n, 'B', [4, n])),
];
