/** Timing generator of the MSP430F1611's flash: what so many of its cycles last by FCTL2 and the clocks.
 *  Source: SLAS648E (257 to 476 kHz); MSP430x4xx user's guide, "Flash Memory Timing Generator".
 *  Leaves out: what cells make of a clock that is out of range; it is only told. */

import type { ClockId, ClockTree } from '../machine/clock-tree.ts';
import type { Machine } from '../machine/machine.ts';
import { fieldOf } from '../machine/registers.ts';
import type { RegisterSpace } from '../peripherals/msp430/register-space.ts';
import { FCTL2 } from './msp430-flash-registers.ts';

const MIN_HZ = 257_000;
const MAX_HZ = 476_000;

export interface GeneratorOptions {
  readonly registers: RegisterSpace;
  readonly clocks: ClockTree;
  /** By FSSEL: ACLK, MCLK, SMCLK. */
  readonly sources: { readonly aclk: ClockId; readonly mclk: ClockId; readonly smclk: ClockId };
}

/** Root ticks; Infinity without a clock. */
export function generatorTicks(
  machine: Machine,
  { registers, clocks, sources }: GeneratorOptions,
  cycles: number,
): number {
  const control = registers.value(FCTL2);
  const select = fieldOf(control, FCTL2.mask.FSSEL);
  const source = [sources.aclk, sources.mclk][select] ?? sources.smclk;
  const ticks = clocks.ticks[source]! * (fieldOf(control, FCTL2.mask.FN) + 1);
  const hz = machine.rootHz / ticks;
  if (hz < MIN_HZ || hz > MAX_HZ) {
    const { bus, events, now } = machine;
    const detail = `${Math.round(hz)} Hz, not 257 to 476 kHz`;
    events.raise({
      kind: 'flash-clock-range',
      at: now,
      pc: bus.currentPc,
      where: 'FCTL2',
      detail,
    });
  }
  return cycles * ticks;
}
