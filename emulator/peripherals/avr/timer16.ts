/** Timer/Counter1 and 3 of the ATmega32U4: sixteen bits, three compare channels, input capture.
 *  Source: ATmega16U4/32U4 datasheet, "16-bit Timers/Counters (Timer/Counter1 and Timer/Counter3)", table
 *  "Waveform Generation Mode Bit Description", "Accessing 16-bit Registers". Leaves out: the noise canceller
 *  (gap), capture by the comparator; timer 3 has no clock pin, and pins for its channel A only. */

import type { ClockTree } from '../../machine/clock-tree.ts';
import type { Machine } from '../../machine/machine.ts';
import {
  bit,
  bits,
  byteRegister,
  fieldOf,
  gap,
  type Register,
  register,
  reserved,
} from '../../machine/registers.ts';
import type { IoHooks, IoSpace } from './io-space.ts';
import { type Prescaler, TimerClock } from './timer-clock.ts';
import { TimerCore, type TimerMode } from './timer-core.ts';
import { DIVIDERS } from './timer8.ts';

const MAX = 0xffff;
const CHANNELS = ['A', 'B', 'C'] as const;

const flags = (name: string, options: { at: number; access?: 'w1c' }) =>
  register(
    name,
    { width: 8, ...options },
    { OVF: bit(0), A: bit(1), B: bit(2), C: bit(3), IC: bit(5), RES: reserved(bit(4), bits(7, 6)) },
  );
interface Pair {
  readonly L: Register;
  readonly H: Register;
}
const pair = (name: string, at: number): Pair => ({
  L: byteRegister(`${name}L`, at),
  H: byteRegister(`${name}H`, at + 1),
});
function registersOf(n: 1 | 3) {
  const base = n === 1 ? 0x80 : 0x90;
  return {
    TIFR: flags(`TIFR${n}`, { at: n === 1 ? 0x36 : 0x38, access: 'w1c' }),
    TIMSK: flags(`TIMSK${n}`, { at: n === 1 ? 0x6f : 0x71 }),
    TCCRA: register(
      `TCCR${n}A`,
      { at: base, width: 8 },
      { WGM: bits(1, 0), COMC: bits(3, 2), COMB: bits(5, 4), COMA: bits(7, 6) },
    ),
    TCCRB: register(
      `TCCR${n}B`,
      { at: base + 1, width: 8 },
      {
        CS: bits(2, 0),
        WGM32: bits(4, 3),
        ICES: bit(6),
        ICNC: gap(bit(7), 'the noise canceller delays nothing'),
        RES: reserved(bit(5)),
      },
    ),
    TCCRC: register(
      `TCCR${n}C`,
      { at: base + 2, width: 8 },
      { FOCC: bit(5), FOCB: bit(6), FOCA: bit(7), RES: reserved(bits(4, 0)) },
    ),
    TCNT: pair(`TCNT${n}`, base + 4),
    ICR: pair(`ICR${n}`, base + 6),
    OCR: CHANNELS.map((channel, k) => pair(`OCR${n}${channel}`, base + 8 + 2 * k)),
  };
}
const T16 = { 1: registersOf(1), 3: registersOf(3) };
const allOf = ({ TIFR, TIMSK, TCCRA, TCCRB, TCCRC, TCNT, ICR, OCR }: (typeof T16)[1]) => [
  ...[TIFR, TIMSK, TCCRA, TCCRB, TCCRC],
  ...[TCNT, ICR, ...OCR].flatMap(({ L, H }) => [L, H]),
];
export const timer16Registers = (n: 1 | 3): readonly Register[] => allOf(T16[n]);

const normal: TimerMode = { slope: 'single', top: MAX, update: 'now', overflow: 'max', pwm: false };
const ctc = (top: TimerMode['top']): TimerMode => ({ ...normal, top });
const pwm = (rest: Pick<TimerMode, 'slope' | 'top' | 'update' | 'overflow'>): TimerMode => ({
  ...rest,
  pwm: true,
  togglesA: typeof rest.top !== 'number',
});
const fast = (top: TimerMode['top']) =>
  pwm({ slope: 'single', top, update: 'top', overflow: 'top' });
const phase = (top: TimerMode['top']) =>
  pwm({ slope: 'dual', top, update: 'top', overflow: 'bottom' });
const frequency = (top: TimerMode['top']) =>
  pwm({ slope: 'dual', top, update: 'bottom', overflow: 'bottom' });
/** By WGM3:0; 13 is reserved and taken as normal. UNKNOWN: COM 1 in modes 8 and 10; taken as a toggle. */
const MODES: readonly TimerMode[] = [
  normal,
  phase(0xff),
  phase(0x1ff),
  phase(0x3ff),
  ctc('OCRA'),
  fast(0xff),
  fast(0x1ff),
  fast(0x3ff),
  frequency('ICR'),
  frequency('OCRA'),
  phase('ICR'),
  phase('OCRA'),
  ctc('ICR'),
  normal,
  fast('ICR'),
  fast('OCRA'),
];

export interface Timer16Options {
  readonly n: 1 | 3;
  readonly prescaler: Prescaler;
  readonly vectors: {
    readonly overflow: number;
    readonly compare: readonly [number, number, number];
    readonly capture: number;
  };
  readonly setLine: (vector: number, asserted: boolean) => void;
  readonly onOutput: (channel: number, level: boolean | null) => void;
}

export class AvrTimer16 {
  readonly core: TimerCore;
  readonly #io: IoSpace;
  readonly #regs: (typeof T16)[1];
  /** The TEMP byte that all 16-bit registers of a timer share. */
  readonly #temp: Int32Array;

  constructor(machine: Machine, clocks: ClockTree, io: IoSpace, options: Timer16Options) {
    const name = `timer ${options.n}`;
    this.#io = io;
    this.#regs = T16[options.n];
    io.declare(name, allOf(this.#regs));
    this.#temp = machine.memory.stateWords(`${name}.TEMP`, 1);
    const { OVF, A, B, C, IC } = this.#regs.TIFR.mask;
    const [vectorA, vectorB, vectorC] = options.vectors.compare;
    this.core = new TimerCore(machine, clocks, io, {
      name,
      max: MAX,
      normal,
      clock: new TimerClock(machine, name, options.prescaler),
      tifr: this.#regs.TIFR,
      timsk: this.#regs.TIMSK,
      overflow: [OVF, options.vectors.overflow],
      compare: [
        [A, vectorA],
        [B, vectorB],
        [C, vectorC],
      ],
      capture: [IC, options.vectors.capture],
      setLine: options.setLine,
      onOutput: options.onOutput,
    });
    this.#hookControl();
    this.#hookValues();
    machine.afterRestore.push(() => this.core.restoreMode(this.#mode));
  }

  reset(): void {
    this.#temp[0] = 0;
    this.core.reset();
  }
  /** The level at the clock pin changed. */
  clockEdge(rose: boolean): void {
    const wanted = (this.#io.value(this.#regs.TCCRB) & 1) === 1;
    if (!this.core.clock.countsPin || rose !== wanted) return;
    this.core.clock.pulse();
    this.core.touch();
  }
  /** The level at the input capture pin changed. */
  captureEdge(rose: boolean): void {
    const { TCCRB } = this.#regs;
    if (rose === ((this.#io.value(TCCRB) & TCCRB.mask.ICES) !== 0)) this.core.captured();
  }

  get #mode(): TimerMode {
    const { TCCRA, TCCRB } = this.#regs;
    const high = fieldOf(this.#io.value(TCCRB), TCCRB.mask.WGM32) << 2;
    return MODES[high | (this.#io.value(TCCRA) & 3)]!;
  }
  #hookControl(): void {
    const io = this.#io;
    const { core } = this;
    const { TCCRA, TCCRB, TCCRC } = this.#regs;
    io.hook(TCCRA, { write: () => this.#configure() });
    io.hook(TCCRB, {
      write: () => {
        core.change(() => core.clock.select(DIVIDERS[io.value(TCCRB) & 7]!));
        this.#configure();
      },
    });
    io.hook(TCCRC, {
      write: (value) => {
        io.set(TCCRC, 0);
        const { FOCA, FOCB, FOCC } = TCCRC.mask;
        [FOCA, FOCB, FOCC].forEach((mask, k) => {
          if ((value & mask) !== 0) core.force(k);
        });
      },
    });
  }
  #hookValues(): void {
    const { core } = this;
    const { TCNT, ICR, OCR } = this.#regs;
    const count = (value: number): void => {
      core.count = value;
    };
    /** ICR is written by software only where it is TOP. */
    const capture = (value: number): void => {
      if (core.mode.top === 'ICR') core.icr = value;
    };
    this.#pair(TCNT, count, { read: this.#lowOf(() => core.count) });
    this.#pair(ICR, capture, { read: this.#lowOf(() => core.icr), pure: true });
    OCR.forEach((regs, k) => {
      this.#pair(regs, (value) => core.setCompare(k, value));
    });
  }
  /** Reading the low byte puts the high one into TEMP. */
  #lowOf(get: () => number): () => number {
    return () => {
      const value = get();
      this.#temp[0] = value >> 8;
      return value & 0xff;
    };
  }
  /** Writing the low byte stores both, the high one from TEMP.
   *  @param low how the low byte is read; without it both are read as they are stored. */
  #pair({ L, H }: Pair, store: (value: number) => void, low?: IoHooks): void {
    const io = this.#io;
    io.hook(H, {
      ...(low === undefined ? {} : { read: () => this.#temp[0]!, pure: true }),
      write: (value, _mask, previous) => {
        this.#temp[0] = value;
        io.set(H, previous);
      },
    });
    io.hook(L, {
      ...low,
      write: (value) => {
        io.set(H, this.#temp[0]!);
        store((this.#temp[0]! << 8) | value);
      },
    });
  }
  #configure(): void {
    const { TCCRA } = this.#regs;
    const { COMA, COMB, COMC } = TCCRA.mask;
    const control = this.#io.value(TCCRA);
    this.core.configure(
      this.#mode,
      [COMA, COMB, COMC].map((mask) => fieldOf(control, mask)),
    );
  }
}
