/** Sleep modes of the ATmega32U4: which clocks stop, which interrupts end them, and how long that takes.
 *  Source: ATmega16U4/32U4 datasheet, "Power Management and Sleep Modes", table "Active Clock Domains and
 *  Wake-up Sources". UNKNOWN: whether an interrupt wakes while SREG.I is 0; taken as no.
 *  Leaves out: the level that must hold until the oscillator runs; it wakes the part all the same. */

import type { Machine } from '../../machine/machine.ts';
import { bit, bits, fieldOf, register, reserved } from '../../machine/registers.ts';
import type { EventSlot } from '../../machine/scheduler.ts';
import type { AvrClocking, Stopped } from './clocking.ts';
import { type InterruptLines, vectorMasks } from './interrupt-lines.ts';
import type { IoSpace } from './io-space.ts';
import { type AvrSystemControl, HALT_SLEEP } from './system-control.ts';

export const SMCR = register(
  'SMCR',
  { at: 0x53, width: 8 },
  { SE: bit(0), SM: bits(3, 1), RES: reserved(bits(7, 4)) },
);

export type SleepMode =
  | 'idle'
  | 'adc-noise-reduction'
  | 'power-down'
  | 'power-save'
  | 'standby'
  | 'extended-standby';

interface ModeRow {
  readonly mode: SleepMode;
  readonly stopped: Stopped;
  /** The oscillator stands still and has to start again. */
  readonly oscillatorStops: boolean;
  /** Cycles until the CPU is halted for its four, where the oscillator runs on. */
  readonly wakeCycles: number;
}
const row = (mode: SleepMode, stopped: Stopped, oscillatorStops: boolean, wakeCycles = 0) => ({
  mode,
  stopped,
  oscillatorStops,
  wakeCycles,
});
/** SMCR.SM → mode; the other two codes are reserved. */
const MODES: readonly (ModeRow | null)[] = [
  row('idle', 0, false),
  row('adc-noise-reduction', 1, false),
  row('power-down', 2, true),
  row('power-save', 2, true),
  null,
  null,
  row('standby', 2, false, 6),
  row('extended-standby', 2, false, 6),
];

const HALTED_CYCLES = 4;
const SREG_I = 0x80;
const SREG = 0x5f;

const AWAKE = 0;
const ASLEEP = 1;
const STARTING = 2;
const HALTED = 3;

export interface SleepOptions {
  readonly lines: InterruptLines;
  readonly clocking: AvrClocking;
  readonly system: AvrSystemControl;
  readonly data: Uint8Array;
  /** Vectors that wake from ADC noise reduction, and from the modes below it. */
  readonly wakeFromNoiseReduction: readonly number[];
  readonly wakeFromDeep: readonly number[];
  /** Idle and ADC noise reduction start a conversion. */
  readonly onEnter: (mode: SleepMode) => void;
  /** The CPU is about to run again. */
  readonly onWake: () => void;
}

export class AvrSleep {
  readonly #machine: Machine;
  readonly #io: IoSpace;
  readonly #options: SleepOptions;
  /** Wake-up sources by `Stopped`. */
  readonly #sources: readonly (readonly number[])[];
  /** [AWAKE..., SM] */
  readonly #s: Int32Array;
  readonly #slot: EventSlot;

  constructor(machine: Machine, io: IoSpace, options: SleepOptions) {
    this.#machine = machine;
    this.#io = io;
    this.#options = options;
    this.#sources = [
      [-1, -1],
      vectorMasks(options.wakeFromNoiseReduction),
      vectorMasks(options.wakeFromDeep),
    ];
    io.declare('sleep', [SMCR]);
    this.#s = machine.memory.stateWords('sleep mode', 2);
    this.#slot = machine.scheduler.register('wake-up', () => this.#step());
  }

  reset(): void {
    this.#s.fill(0);
    this.#machine.scheduler.cancel(this.#slot);
    this.#options.system.halt(HALT_SLEEP, false);
  }
  /** The mode the part is in, or null while the CPU runs. */
  get mode(): SleepMode | null {
    return this.#s[0] === AWAKE ? null : this.#row.mode;
  }

  /** Instruction SLEEP. Without SE it does nothing. */
  enter(): void {
    const control = this.#io.value(SMCR);
    if ((control & SMCR.mask.SE) === 0) return;
    const select = fieldOf(control, SMCR.mask.SM);
    const wanted = MODES[select]!;
    if (wanted === null) {
      const { events, bus, now } = this.#machine;
      const detail = `SLEEP with the reserved mode ${select}: nothing happens`;
      events.raise({ kind: 'reserved-bit', at: now, pc: bus.currentPc, where: 'SMCR', detail });
      return;
    }
    this.#s[0] = ASLEEP;
    this.#s[1] = select;
    this.#options.onEnter(wanted.mode);
    this.#options.system.halt(HALT_SLEEP, true);
    this.#options.clocking.setStopped(wanted.stopped);
    /** The core is at the begin of the instruction's only cycle. */
    this.#wake(this.#machine.scheduler.ticksPerCycle);
  }

  /** A line went up: does it end the sleep? */
  interrupt(): void {
    this.#wake(0);
  }

  #wake(after: number): void {
    const s = this.#s;
    if (s[0] !== ASLEEP || (this.#options.data[SREG]! & SREG_I) === 0) return;
    const { stopped, oscillatorStops, wakeCycles } = this.#row;
    if (!this.#options.lines.anyOf(this.#sources[stopped]!)) return;
    const { scheduler } = this.#machine;
    s[0] = STARTING;
    const startUp = oscillatorStops
      ? this.#options.clocking.wakeTicks
      : wakeCycles * scheduler.ticksPerCycle;
    const ticks = after + startUp;
    if (ticks === 0) this.#step();
    else scheduler.schedule(this.#slot, scheduler.now + ticks);
  }

  get #row(): ModeRow {
    return MODES[this.#s[1]!]!;
  }
  #step(): void {
    const { scheduler } = this.#machine;
    if (this.#s[0] === STARTING) {
      this.#s[0] = HALTED;
      this.#options.clocking.setStopped(0);
      scheduler.schedule(this.#slot, scheduler.now + HALTED_CYCLES * scheduler.ticksPerCycle);
      return;
    }
    this.#s[0] = AWAKE;
    this.#options.onWake();
    this.#options.system.halt(HALT_SLEEP, false);
  }
}
