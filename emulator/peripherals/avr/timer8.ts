/** Timer/Counter0 of the ATmega32U4: eight bits, two compare channels.
 *  Source: ATmega16U4/32U4 datasheet, "8-bit Timer/Counter0 with PWM", table "Waveform Generation Mode".
 *  Leaves out: nothing but what timer-core.ts does. */

import type { ClockTree } from '../../machine/clock-tree.ts';
import type { Machine } from '../../machine/machine.ts';
import {
  bit,
  bits,
  byteRegister,
  fieldOf,
  type Register,
  register,
  reserved,
} from '../../machine/registers.ts';
import type { IoSpace } from './io-space.ts';
import { type Prescaler, TimerClock } from './timer-clock.ts';
import { TimerCore, type TimerMode } from './timer-core.ts';

const MAX = 0xff;
const flags = (options: { at: number; access?: 'w1c' }, name: string) =>
  register(
    name,
    { width: 8, ...options },
    { OVF: bit(0), A: bit(1), B: bit(2), RES: reserved(bits(7, 3)) },
  );

export const T0 = {
  TIFR: flags({ at: 0x35, access: 'w1c' }, 'TIFR0'),
  TIMSK: flags({ at: 0x6e }, 'TIMSK0'),
  TCCRA: register(
    'TCCR0A',
    { at: 0x44, width: 8 },
    { WGM: bits(1, 0), COMB: bits(5, 4), COMA: bits(7, 6), RES: reserved(bits(3, 2)) },
  ),
  TCCRB: register(
    'TCCR0B',
    { at: 0x45, width: 8 },
    { CS: bits(2, 0), WGM2: bit(3), FOCB: bit(6), FOCA: bit(7), RES: reserved(bits(5, 4)) },
  ),
  TCNT: byteRegister('TCNT0', 0x46),
  OCRA: byteRegister('OCR0A', 0x47),
  OCRB: byteRegister('OCR0B', 0x48),
};
export const TIMER0_REGISTERS: readonly Register[] = Object.values(T0);

const normal: TimerMode = { slope: 'single', top: MAX, update: 'now', overflow: 'max', pwm: false };
const dual = (top: TimerMode['top']): TimerMode => ({
  slope: 'dual',
  top,
  update: 'top',
  overflow: 'bottom',
  pwm: true,
  togglesA: top === 'OCRA',
});
const fast = (top: TimerMode['top']): TimerMode => ({
  slope: 'single',
  top,
  update: 'top',
  overflow: 'top',
  pwm: true,
  togglesA: top === 'OCRA',
});
/** By WGM02:0; 4 and 6 are reserved and taken as normal. */
const MODES: readonly TimerMode[] = [
  normal,
  dual(MAX),
  { ...normal, top: 'OCRA' },
  fast(MAX),
  normal,
  dual('OCRA'),
  normal,
  fast('OCRA'),
];
/** By CS2:0; 6 and 7 count falling and rising edges at the pin. */
export const DIVIDERS = [0, 1, 8, 64, 256, 1024, 'pin', 'pin'] as const;

export interface Timer8Options {
  readonly prescaler: Prescaler;
  readonly vectors: { readonly overflow: number; readonly compare: readonly [number, number] };
  readonly setLine: (vector: number, asserted: boolean) => void;
  readonly onOutput: (channel: number, level: boolean | null) => void;
}

export class AvrTimer8 {
  readonly core: TimerCore;
  readonly #io: IoSpace;

  constructor(machine: Machine, clocks: ClockTree, io: IoSpace, options: Timer8Options) {
    this.#io = io;
    io.declare('timer 0', TIMER0_REGISTERS);
    const { OVF, A, B } = T0.TIFR.mask;
    const [vectorA, vectorB] = options.vectors.compare;
    this.core = new TimerCore(machine, clocks, io, {
      name: 'timer 0',
      max: MAX,
      normal,
      clock: new TimerClock(machine, 'timer 0', options.prescaler),
      tifr: T0.TIFR,
      timsk: T0.TIMSK,
      overflow: [OVF, options.vectors.overflow],
      compare: [
        [A, vectorA],
        [B, vectorB],
      ],
      setLine: options.setLine,
      onOutput: options.onOutput,
    });
    this.#hook();
    machine.afterRestore.push(() => this.core.restoreMode(this.#mode));
  }

  reset(): void {
    this.core.reset();
  }
  /** The level at pin T0 changed. */
  edge(rose: boolean): void {
    const wanted = (this.#io.value(T0.TCCRB) & 1) === 1;
    if (!this.core.clock.countsPin || rose !== wanted) return;
    this.core.clock.pulse();
    this.core.touch();
  }

  get #mode(): TimerMode {
    const high = (this.#io.value(T0.TCCRB) & T0.TCCRB.mask.WGM2) !== 0 ? 4 : 0;
    return MODES[high | (this.#io.value(T0.TCCRA) & 3)]!;
  }
  #hook(): void {
    const io = this.#io;
    const { core } = this;
    const { FOCA, FOCB, CS } = T0.TCCRB.mask;
    io.hook(T0.TCCRA, { write: () => this.#configure() });
    io.hook(T0.TCCRB, {
      write: (value) => {
        io.set(T0.TCCRB, io.value(T0.TCCRB) & ~(FOCA | FOCB));
        core.change(() => core.clock.select(DIVIDERS[fieldOf(io.value(T0.TCCRB), CS)]!));
        this.#configure();
        if ((value & FOCA) !== 0) core.force(0);
        if ((value & FOCB) !== 0) core.force(1);
      },
    });
    io.hook(T0.TCNT, {
      read: () => core.count,
      write: (value) => {
        core.count = value;
      },
    });
    io.hook(T0.OCRA, { write: () => core.setCompare(0, io.value(T0.OCRA)) });
    io.hook(T0.OCRB, { write: () => core.setCompare(1, io.value(T0.OCRB)) });
  }
  #configure(): void {
    const control = this.#io.value(T0.TCCRA);
    const { COMA, COMB } = T0.TCCRA.mask;
    this.core.configure(this.#mode, [fieldOf(control, COMA), fieldOf(control, COMB)]);
  }
}
