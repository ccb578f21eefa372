/** Timer/Counter4 of the ATmega32U4: ten bits, TOP in OCR4C, clocked by clkIO or by the PLL.
 *  Source: ATmega16U4/32U4 datasheet, "10-bit High Speed Timer/Counter4"; bit names from iom32u4.h. Modelled:
 *  counting, compare and overflow flags in normal, fast PWM and phase and frequency correct mode.
 *  Leaves out (declared as gaps): its output pins, dead time, fault protection, PWM6, enhanced mode, the lock
 *  of the compare registers. */

import type { ClockTree } from '../../machine/clock-tree.ts';
import type { Machine } from '../../machine/machine.ts';
import {
  bit,
  bits,
  byteRegister,
  gap,
  gapRegister,
  type Register,
  register,
  reserved,
} from '../../machine/registers.ts';
import type { IoSpace } from './io-space.ts';
import { Prescaler, TimerClock } from './timer-clock.ts';
import { TimerCore, type TimerMode } from './timer-core.ts';

const NO_OUTPUT = 'the outputs of timer 4 do not reach their pins';
const NO_DEAD_TIME = 'dead time is not modelled';
const NO_FAULT = 'fault protection is not modelled';

const flags = (name: string, options: { at: number; access?: 'w1c' }) =>
  register(
    name,
    { width: 8, ...options },
    { OVF: bit(2), B: bit(5), A: bit(6), D: bit(7), RES: reserved(bits(1, 0), bits(4, 3)) },
  );
export const T4 = {
  TIFR: flags('TIFR4', { at: 0x39, access: 'w1c' }),
  TIMSK: flags('TIMSK4', { at: 0x72 }),
  TCNT: byteRegister('TCNT4', 0xbe),
  TCH: register('TC4H', { at: 0xbf, width: 8 }, { HIGH: bits(2, 0), RES: reserved(bits(7, 3)) }),
  TCCRA: register(
    'TCCR4A',
    { at: 0xc0, width: 8 },
    {
      PWMB: bit(0),
      PWMA: bit(1),
      FOC: gap(bits(3, 2), NO_OUTPUT),
      COM: gap(bits(7, 4), NO_OUTPUT),
    },
  ),
  TCCRB: register(
    'TCCR4B',
    { at: 0xc1, width: 8 },
    {
      CS: bits(3, 0),
      DTPS: gap(bits(5, 4), NO_DEAD_TIME),
      PSR: bit(6),
      PWMX: gap(bit(7), NO_OUTPUT),
    },
  ),
  TCCRC: register(
    'TCCR4C',
    { at: 0xc2, width: 8 },
    { PWMD: bit(0), FOC: gap(bit(1), NO_OUTPUT), COM: gap(bits(7, 2), NO_OUTPUT) },
  ),
  TCCRD: register(
    'TCCR4D',
    { at: 0xc3, width: 8 },
    { WGM0: bit(0), WGM1: gap(bit(1), 'PWM6 is not modelled'), FP: gap(bits(7, 2), NO_FAULT) },
  ),
  TCCRE: register(
    'TCCR4E',
    { at: 0xc4, width: 8 },
    {
      OE: gap(bits(5, 0), NO_OUTPUT),
      ENHC: gap(bit(6), 'enhanced compare mode is not modelled'),
      TLOCK: gap(bit(7), 'the lock of the compare registers is not modelled'),
    },
  ),
  OCRA: byteRegister('OCR4A', 0xcf),
  OCRB: byteRegister('OCR4B', 0xd0),
  OCRC: byteRegister('OCR4C', 0xd1, { reset: 0xff }),
  OCRD: byteRegister('OCR4D', 0xd2),
  DT: gapRegister('DT4', { at: 0xd4, width: 8 }, NO_DEAD_TIME),
};
export const TIMER4_REGISTERS: readonly Register[] = Object.values(T4);

const MAX = 0x3ff;
const TOP_CHANNEL = 2;
const RESET_TOP = 0xff;
const COMPARE = [T4.OCRA, T4.OCRB, T4.OCRC, T4.OCRD] as const;

const normal: TimerMode = {
  slope: 'single',
  top: 'OCRC',
  update: 'now',
  overflow: 'top',
  pwm: false,
};
const fast: TimerMode = { ...normal, update: 'top', pwm: true };
const dual: TimerMode = { ...fast, slope: 'dual', update: 'bottom', overflow: 'bottom' };

export interface Timer4Options {
  /** Root ticks of a cycle of its clock: the PLL's where that runs, else clkIO's. */
  readonly ticks: () => number;
  readonly vectors: {
    readonly overflow: number;
    readonly a: number;
    readonly b: number;
    readonly d: number;
  };
  readonly setLine: (vector: number, asserted: boolean) => void;
}

export class AvrTimer4 {
  readonly core: TimerCore;
  readonly #io: IoSpace;
  readonly #prescaler: Prescaler;

  constructor(machine: Machine, clocks: ClockTree, io: IoSpace, options: Timer4Options) {
    this.#io = io;
    io.declare('timer 4', TIMER4_REGISTERS);
    this.#prescaler = new Prescaler(machine, clocks, 'timer 4', options.ticks);
    const { OVF, A, B, D } = T4.TIFR.mask;
    const { vectors } = options;
    this.core = new TimerCore(machine, clocks, io, {
      name: 'timer 4',
      max: MAX,
      normal,
      clock: new TimerClock(machine, 'timer 4', this.#prescaler),
      tifr: T4.TIFR,
      timsk: T4.TIMSK,
      overflow: [OVF, vectors.overflow],
      compare: [
        [A, vectors.a],
        [B, vectors.b],
        [0, 0],
        [D, vectors.d],
      ],
      setLine: options.setLine,
      onOutput: () => {},
    });
    this.#hook();
    machine.afterRestore.push(() => this.core.restoreMode(this.#mode));
  }

  reset(): void {
    this.core.reset();
    this.core.setCompare(TOP_CHANNEL, RESET_TOP);
  }

  get #mode(): TimerMode {
    const io = this.#io;
    const { PWMA, PWMB } = T4.TCCRA.mask;
    const pwm = (io.value(T4.TCCRA) & (PWMA | PWMB)) | (io.value(T4.TCCRC) & T4.TCCRC.mask.PWMD);
    if (pwm === 0) return normal;
    return (io.value(T4.TCCRD) & T4.TCCRD.mask.WGM0) !== 0 ? dual : fast;
  }
  #hook(): void {
    const io = this.#io;
    const { core } = this;
    const write = () => core.configure(this.#mode, [0, 0, 0, 0]);
    for (const reg of [T4.TCCRA, T4.TCCRC, T4.TCCRD]) io.hook(reg, { write });
    io.hook(T4.TCCRB, {
      write: (value) => {
        const select = io.value(T4.TCCRB) & T4.TCCRB.mask.CS;
        core.change(() => {
          if ((value & T4.TCCRB.mask.PSR) !== 0) this.#prescaler.reset();
          core.clock.select(select === 0 ? 0 : 2 ** (select - 1));
        });
        io.set(T4.TCCRB, io.value(T4.TCCRB) & ~T4.TCCRB.mask.PSR);
      },
    });
    /** TC4H holds the two high bits on the way in and out. */
    const whole = (low: number) => (((io.value(T4.TCH) & 3) << 8) | low) & MAX;
    const lowOf = (value: number) => {
      io.set(T4.TCH, value >> 8);
      return value & 0xff;
    };
    io.hook(T4.TCNT, {
      read: () => lowOf(core.count),
      write: (value) => {
        core.count = whole(value);
      },
    });
    COMPARE.forEach((reg, k) => {
      io.hook(reg, {
        read: () => lowOf(core.compare(k)),
        pure: true,
        write: (value) => core.setCompare(k, whole(value)),
      });
    });
  }
}
