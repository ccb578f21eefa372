/** What all timers of the ATmega32U4 share: a counter with compare channels, their double buffers, flags,
 *  interrupts and output levels; counted lazily, with an event for each flag that is still clear.
 *  Source: ATmega16U4/32U4 datasheet, "8-bit Timer/Counter0", "16-bit Timers/Counters". Leaves out: the
 *  clock cycles by which an external signal is synchronised. */

import type { Clocked, ClockTree } from '../../machine/clock-tree.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Register } from '../../machine/registers.ts';
import type { EventSlot } from '../../machine/scheduler.ts';
import { advance, type Counting, clocksToLeave, periodOf, type Slope } from './counter.ts';
import type { IoSpace } from './io-space.ts';
import type { Rebased, TimerClock } from './timer-clock.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** One waveform generation mode, as its table row in the datasheet. */
export interface TimerMode {
  readonly slope: Slope;
  /** A number, a compare channel, or the input capture register. */
  readonly top: number | 'OCRA' | 'OCRC' | 'ICR';
  /** When double-buffered compare values are taken over. */
  readonly update: 'now' | 'top' | 'bottom';
  /** The value that sets TOV when it is left. */
  readonly overflow: 'max' | 'top' | 'bottom';
  readonly pwm: boolean;
  /** COM 1 toggles channel A in a PWM mode. */
  readonly togglesA?: boolean;
}

export interface TimerCoreOptions {
  readonly name: string;
  readonly max: number;
  /** The mode after a reset. */
  readonly normal: TimerMode;
  readonly clock: TimerClock;
  readonly tifr: Register;
  readonly timsk: Register;
  /** Bit of a flag in TIFR and TIMSK, and its vector; mask 0 = a channel that only gives TOP. */
  readonly overflow: readonly [mask: number, vector: number];
  readonly compare: readonly (readonly [mask: number, vector: number])[];
  readonly capture?: readonly [mask: number, vector: number];
  readonly setLine: (vector: number, asserted: boolean) => void;
  /** Level of a compare output, or null while the pin is the port's. */
  readonly onOutput: (channel: number, level: boolean | null) => void;
}

/** Words of the state block: [count, down] as counter.ts has them, then these. */
const BLOCKED = 2;
const ICR = 3;
const CHANNELS = 4;
/** Words of a channel. */
const ACTIVE = 0;
const BUFFER = 1;
const LEVEL = 2;
const WORDS = 3;

export class TimerCore implements Clocked, Rebased {
  readonly clock: TimerClock;
  mode: TimerMode;
  readonly #machine: Machine;
  readonly #io: IoSpace;
  readonly #options: TimerCoreOptions;
  readonly #s: Int32Array;
  /** [position of the clock up to which is counted] */
  readonly #last: Float64Array;
  readonly #slot: EventSlot;
  /** COM bits of each channel. */
  readonly #com: Int32Array;
  readonly #counting: Counting;

  constructor(machine: Machine, clocks: ClockTree, io: IoSpace, options: TimerCoreOptions) {
    this.#machine = machine;
    this.#io = io;
    this.#options = options;
    this.clock = options.clock;
    this.mode = options.normal;
    const { name, compare, tifr, timsk, max } = options;
    this.#s = machine.memory.stateWords(`${name}.state`, CHANNELS + WORDS * compare.length);
    this.#last = machine.memory.stateDoubles(`${name}.last`, 1);
    this.#com = machine.memory.stateWords(`${name}.outputs`, compare.length);
    this.#slot = machine.scheduler.register(`${name} flag`, () => this.touch());
    this.#counting = { slope: 'single', top: max, max };
    io.hook(tifr, {
      read: () => {
        this.#sync();
        return io.value(tifr);
      },
      pure: true,
      before: () => this.#sync(),
      write: () => this.#settle(),
    });
    io.hook(timsk, { before: () => this.#sync(), write: () => this.#settle() });
    clocks.use(this);
  }

  reset(): void {
    this.#s.fill(0);
    for (let k = 0; k < this.#com.length; k++) this.#s[CHANNELS + k * WORDS + BUFFER] = -1;
    this.#com.fill(0);
    this.mode = this.#options.normal;
    this.clock.reset();
    this.#last[0] = this.clock.position;
    this.#com.forEach((_com, k) => {
      this.#options.onOutput(k, null);
    });
    this.#settle();
  }
  beforeClockChange(): void {
    this.#sync();
  }
  /** Positions of the clock go on over a change of its rate. */
  afterClockChange(): void {
    this.#settle();
  }
  change(act: () => void): void {
    this.#sync();
    act();
    this.#last[0] = this.clock.positionAfterStore;
    this.#settle();
  }
  /** Bring everything up to now. */
  touch(): void {
    this.#sync();
    this.#settle();
  }
  set powered(on: boolean) {
    this.change(() => {
      this.clock.powered = on;
    });
  }
  /** The core has entered the vector: its flag is cleared. */
  acknowledge(vector: number): void {
    this.#sync();
    const { tifr, overflow, compare, capture } = this.#options;
    for (const row of [overflow, ...compare, ...(capture === undefined ? [] : [capture])]) {
      if (row[1] === vector) this.#io.set(tifr, this.#io.value(tifr) & ~row[0]);
    }
    this.#settle();
  }

  get count(): number {
    this.#sync();
    return this.#s[0]!;
  }
  /** A store into TCNT also blocks the compare match of the next timer clock. */
  set count(value: number) {
    this.#sync();
    this.#s[0] = value;
    this.#s[BLOCKED] = 1;
    this.#last[0] = this.clock.positionAfterStore;
    this.#settle();
  }
  get icr(): number {
    return this.#s[ICR]!;
  }
  set icr(value: number) {
    this.#sync();
    this.#s[ICR] = value;
    this.#settle();
  }
  /** What the CPU sees: the buffer, where there is one. */
  compare(channel: number): number {
    const at = CHANNELS + channel * WORDS;
    const buffered = this.#s[at + BUFFER]!;
    return buffered >= 0 ? buffered : this.#s[at + ACTIVE]!;
  }
  setCompare(channel: number, value: number): void {
    this.#sync();
    const at = CHANNELS + channel * WORDS;
    if (this.mode.update === 'now') this.#s[at + ACTIVE] = value;
    else this.#s[at + BUFFER] = value;
    this.#settle();
  }
  /** Mode and COM bits as the control registers have them now. */
  configure(mode: TimerMode, com: readonly number[]): void {
    this.#sync();
    this.mode = mode;
    com.forEach((bits, k) => {
      this.#com[k] = bits;
      if (mode.update === 'now') this.#takeBuffer(k);
      const at = CHANNELS + k * WORDS;
      this.#options.onOutput(k, this.#drives(k) ? this.#s[at + LEVEL] === 1 : null);
    });
    this.#settle();
  }
  /** After a restore: only the mode is kept outside the machine's memory. */
  restoreMode(mode: TimerMode): void {
    this.mode = mode;
  }
  /** FOC: what a match would do to the pin, outside the PWM modes. */
  force(channel: number): void {
    this.#sync();
    if (!this.mode.pwm) this.#match(channel);
  }
  /** An edge at the input capture pin. */
  captured(): void {
    const { capture, tifr } = this.#options;
    if (capture === undefined || this.mode.top === 'ICR') return;
    this.#sync();
    this.#s[ICR] = this.#s[0]!;
    this.#io.set(tifr, this.#io.value(tifr) | capture[0]);
    this.#settle();
  }

  #takeBuffer(channel: number): void {
    const at = CHANNELS + channel * WORDS;
    if (this.#s[at + BUFFER]! < 0) return;
    this.#s[at + ACTIVE] = this.#s[at + BUFFER]!;
    this.#s[at + BUFFER] = -1;
  }
  #top(): number {
    const { top } = this.mode;
    if (typeof top === 'number') return top;
    if (top === 'ICR') return this.#s[ICR]!;
    return this.#s[CHANNELS + (top === 'OCRA' ? 0 : 2) * WORDS + ACTIVE]!;
  }
  #setCounting(): Counting {
    this.#counting.slope = this.mode.slope;
    this.#counting.top = this.#top();
    return this.#counting;
  }
  #overflowValue(top: number): number {
    const { overflow } = this.mode;
    if (overflow === 'bottom') return 0;
    return overflow === 'top' ? top : this.#options.max;
  }
  /** BOTTOM was stored, not reached: no overflow of the dual slope. UNKNOWN: what a part does. */
  get #startsAtBottom(): boolean {
    return this.#s[BLOCKED] === 1 && this.mode.overflow === 'bottom';
  }
  #drives(channel: number): boolean {
    const com = this.#com[channel]!;
    if (com === 1 && this.mode.pwm) return channel === 0 && this.mode.togglesA === true;
    return com !== 0;
  }

  /** Count up to now, through everything that happens on the way. */
  #sync(): void {
    const position = this.clock.position;
    let left = position - this.#last[0]!;
    /** Below 0: a store of this very cycle has not had its effect yet. */
    if (left <= 0) return;
    this.#last[0] = position;
    while (left > 0) {
      const counting = this.#setCounting();
      const next = this.#nextEffect(counting);
      if (next > left) {
        advance(this.#s, counting, left);
        this.#s[BLOCKED] = 0;
        return;
      }
      advance(this.#s, counting, next - 1);
      if (next > 1) this.#s[BLOCKED] = 0;
      this.#leave(counting);
      left -= next;
    }
  }

  /** Clocks until a flag that is clear is set, an output changes or a buffer is taken over. */
  #nextEffect(counting: Counting): number {
    const { overflow, compare, capture, tifr } = this.#options;
    const s = this.#s;
    const flags = this.#io.value(tifr);
    let next = NEVER;
    let buffered = false;
    for (let k = 0; k < compare.length; k++) {
      const at = CHANNELS + k * WORDS;
      if (s[at + BUFFER]! >= 0) buffered = true;
      const [mask] = compare[k]!;
      if ((mask === 0 || (flags & mask) !== 0) && !this.#drives(k)) continue;
      if (this.mode.pwm && this.#drives(k)) buffered = true;
      let clocks = clocksToLeave(s, counting, s[at + ACTIVE]!);
      if (clocks === 1 && s[BLOCKED] === 1) clocks += periodOf(counting);
      if (clocks < next) next = clocks;
    }
    if ((flags & overflow[0]) === 0) {
      let clocks = clocksToLeave(s, counting, this.#overflowValue(counting.top));
      if (clocks === 1 && this.#startsAtBottom) clocks += periodOf(counting);
      next = Math.min(next, clocks);
    }
    const icfAtTop = capture !== undefined && this.mode.top === 'ICR' && (flags & capture[0]) === 0;
    if (buffered || icfAtTop) {
      next = Math.min(next, clocksToLeave(s, counting, counting.top));
      if (this.mode.slope === 'dual') next = Math.min(next, clocksToLeave(s, counting, 0));
    }
    return next;
  }

  /** One clock, with all that happens on it. */
  #leave(counting: Counting): void {
    const { overflow, compare, capture, tifr } = this.#options;
    const s = this.#s;
    const count = s[0]!;
    const { top } = counting;
    const blocked = s[BLOCKED] === 1;
    const atBottom = this.#startsAtBottom;
    s[BLOCKED] = 0;
    advance(s, counting, 1);
    let flags = this.#io.value(tifr);
    for (let k = 0; k < compare.length; k++) {
      if (count !== s[CHANNELS + k * WORDS + ACTIVE] || blocked) continue;
      flags |= compare[k]![0];
      this.#match(k);
    }
    if (count === this.#overflowValue(top) && !atBottom) flags |= overflow[0];
    if (count === top && capture !== undefined && this.mode.top === 'ICR') flags |= capture[0];
    this.#io.set(tifr, flags);
    const { update, pwm, slope } = this.mode;
    if ((update === 'top' && count === top) || (update === 'bottom' && count === 0)) {
      for (let k = 0; k < compare.length; k++) this.#takeBuffer(k);
    }
    if (pwm && slope === 'single' && count === top) {
      for (let k = 0; k < compare.length; k++) {
        if (this.#com[k]! >= 2) this.#output(k, this.#com[k] === 2);
      }
    }
  }

  #match(channel: number): void {
    const com = this.#com[channel]!;
    if (!this.#drives(channel)) return;
    const level = this.#s[CHANNELS + channel * WORDS + LEVEL] === 1;
    if (com === 1) this.#output(channel, !level);
    else if (!this.mode.pwm || this.mode.slope === 'single') this.#output(channel, com === 3);
    /** Dual slope: cleared on the way up and set on the way down, or the other way round. */ else {
      const down = this.#s[1] === 1;
      this.#output(channel, down === (com === 2));
    }
  }
  #output(channel: number, level: boolean): void {
    const at = CHANNELS + channel * WORDS + LEVEL;
    if ((this.#s[at] === 1) === level) return;
    this.#s[at] = level ? 1 : 0;
    this.#options.onOutput(channel, level);
  }

  /** Lines and the next event, after any change. */
  #settle(): void {
    const { tifr, timsk, setLine, overflow, compare, capture } = this.#options;
    const asks = this.#io.value(tifr) & this.#io.value(timsk);
    setLine(overflow[1], (asks & overflow[0]) !== 0);
    for (const [mask, vector] of compare) if (mask !== 0) setLine(vector, (asks & mask) !== 0);
    if (capture !== undefined) setLine(capture[1], (asks & capture[0]) !== 0);
    const clocks = this.#nextEffect(this.#setCounting());
    const at = clocks === NEVER ? NEVER : this.clock.tickOf(this.#last[0]! + clocks);
    const { scheduler } = this.#machine;
    if (at === NEVER) scheduler.cancel(this.#slot);
    else scheduler.schedule(this.#slot, at);
  }
}
