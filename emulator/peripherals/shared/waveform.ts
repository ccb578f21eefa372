/** What the ADC's inputs see: a sine around an offset for each channel, as plain numbers in the machine's
 *  memory, so that a snapshot holds it. Source: the board's wiring. Leaves out: noise, source impedance,
 *  and any other shape. */

import type { Machine } from '../../machine/machine.ts';

export interface Wave {
  /** In volts at the pin. */
  readonly offsetVolts: number;
  readonly amplitudeVolts: number;
  readonly hz: number;
  /** Radians at tick 0. */
  readonly phase: number;
}

const WORDS = 4;

export class Waveforms {
  readonly #machine: Machine;
  readonly #waves: Float64Array;

  constructor(machine: Machine, channels: number) {
    this.#machine = machine;
    this.#waves = machine.memory.stateDoubles('analog inputs', channels * WORDS);
  }
  set(channel: number, wave: Wave): void {
    this.#waves.set([wave.offsetVolts, wave.amplitudeVolts, wave.hz, wave.phase], channel * WORDS);
  }
  get(channel: number): Wave {
    const at = channel * WORDS;
    const w = this.#waves;
    return { offsetVolts: w[at]!, amplitudeVolts: w[at + 1]!, hz: w[at + 2]!, phase: w[at + 3]! };
  }
  /** Volts at the pin at a tick. Whole periods are taken off first, so that the sine keeps its precision. */
  voltsAt(channel: number, tick: number): number {
    const at = channel * WORDS;
    const w = this.#waves;
    const periods = (tick / this.#machine.rootHz) * w[at + 2]!;
    const angle = 2 * Math.PI * (periods - Math.floor(periods)) + w[at + 3]!;
    return w[at]! + w[at + 1]! * Math.sin(angle);
  }
}
