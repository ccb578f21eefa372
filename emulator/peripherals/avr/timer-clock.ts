/** What the timers of an AVR count: the synchronous prescaler that timers 0, 1 and 3 share, timer 4's own
 *  one, and edges at a pin. Source: ATmega16U4/32U4 datasheet, "Timer/Counter0, Timer/Counter1, and
 *  Timer/Counter3 Prescalers", "Timer/Counter4 Prescaler". Leaves out: synchronisation of an external clock. */

import type { Clocked, ClockTree } from '../../machine/clock-tree.ts';
import type { Machine } from '../../machine/machine.ts';
import { bit, bits, gap, register, reserved } from '../../machine/registers.ts';
import type { IoSpace } from './io-space.ts';

export const GTCCR = register(
  'GTCCR',
  { at: 0x43, width: 8 },
  {
    PSRSYNC: bit(0),
    PSRASY: gap(bit(1), 'there is no asynchronous timer 2'),
    TSM: bit(7),
    RES: reserved(bits(6, 2)),
  },
);
const { PSRSYNC, TSM } = GTCCR.mask;

const NEVER = Number.POSITIVE_INFINITY;
const DONE = 0;
const BASE = 1;
const ORIGIN = 2;

/** A prescaler: whole cycles of a clock since the machine was made, and where its taps begin. */
export class Prescaler implements Clocked {
  readonly #machine: Machine;
  readonly #ticks: () => number;
  /** Doubles: cycles done at the tick `BASE`; the cycle in which the prescaler was last 0. */
  readonly #t: Float64Array;

  /** @param ticks root ticks of a cycle now. */
  constructor(machine: Machine, clocks: ClockTree, name: string, ticks: () => number) {
    this.#machine = machine;
    this.#ticks = ticks;
    this.#t = machine.memory.stateDoubles(`prescaler ${name}`, 3);
    clocks.use(this);
  }
  beforeClockChange(): void {
    this.#t[DONE] = this.#cycles();
    this.#t[BASE] = this.#machine.now;
  }
  afterClockChange(): void {}
  /** The prescaler starts from 0, at the end of the store that resets it. */
  reset(): void {
    this.#t[ORIGIN] = this.#cycles(this.#storeTicks);
  }
  /** Edges of the tap that divides by so many: so far, or when the store of this moment has its effect. */
  edges(divider: number, afterStore: boolean): number {
    const cycles = this.#cycles(afterStore ? this.#storeTicks : 0);
    return Math.floor((cycles - (divider === 1 ? 0 : this.#t[ORIGIN]!)) / divider);
  }
  /** Tick of an edge of that tap. */
  tickOf(edge: number, divider: number): number {
    const ticks = this.#ticks();
    if (ticks === NEVER) return NEVER;
    const cycle = edge * divider + (divider === 1 ? 0 : this.#t[ORIGIN]!);
    return this.#t[BASE]! + (cycle - this.#t[DONE]!) * ticks;
  }
  /** A device sees the begin of a store's last cycle; the value is there at its end. */
  get #storeTicks(): number {
    return this.#machine.scheduler.ticksPerCycle;
  }
  #cycles(ahead = 0): number {
    const ticks = this.#ticks();
    if (ticks === NEVER) return this.#t[DONE]!;
    return this.#t[DONE]! + Math.floor((this.#machine.now + ahead - this.#t[BASE]!) / ticks);
  }
}

/** What a timer counts, chosen by its clock select bits. */
export class TimerClock {
  readonly prescaler: Prescaler;
  /** [divider; 0 = stopped, -1 = edges at a pin; edges counted; held by TSM; power reduced] */
  readonly #s: Int32Array;

  constructor(machine: Machine, name: string, prescaler: Prescaler) {
    this.prescaler = prescaler;
    this.#s = machine.memory.stateWords(`${name}.clock`, 4);
  }
  reset(): void {
    this.#s.fill(0);
  }
  select(divider: number | 'pin'): void {
    this.#s[0] = divider === 'pin' ? -1 : divider;
  }
  set held(on: boolean) {
    this.#s[2] = on ? 1 : 0;
  }
  set powered(on: boolean) {
    this.#s[3] = on ? 0 : 1;
  }
  get countsPin(): boolean {
    return this.#s[0] === -1 && this.#s[3] === 0;
  }
  /** An edge at the pin. */
  pulse(): void {
    this.#s[1] = (this.#s[1]! + 1) | 0;
  }
  /** Edges so far; only differences mean anything, and only between two changes of the selection. */
  get position(): number {
    return this.#position(false);
  }
  /** The same at the end of the store that is going on: edges up to there do not count. */
  get positionAfterStore(): number {
    return this.#position(true);
  }
  #position(afterStore: boolean): number {
    if (this.#s[0] === -1) return this.#s[1]!;
    return this.#runs ? this.prescaler.edges(this.#s[0]!, afterStore) : 0;
  }
  tickOf(position: number): number {
    return this.#runs ? this.prescaler.tickOf(position, this.#s[0]!) : NEVER;
  }
  /** The undivided clock does not come from the prescaler. */
  get #runs(): boolean {
    const divider = this.#s[0]!;
    return divider > 0 && this.#s[3] === 0 && (this.#s[2] === 0 || divider === 1);
  }
}

/** A timer whose clock may be changed from outside it. */
export interface Rebased {
  readonly clock: TimerClock;
  /** Count up to now, change, go on. */
  change(act: () => void): void;
}

/** GTCCR: reset of the shared prescaler, and holding it to start timers together. */
export function createSynchronousPrescaler(
  io: IoSpace,
  prescaler: Prescaler,
  timers: readonly Rebased[],
): void {
  io.declare('prescaler', [GTCCR]);
  io.hook(GTCCR, {
    write: () => {
      const value = io.value(GTCCR);
      const held = (value & (TSM | PSRSYNC)) === (TSM | PSRSYNC);
      const act = () => {
        if ((value & PSRSYNC) !== 0) prescaler.reset();
        for (const { clock } of timers) clock.held = held;
      };
      /** Each timer counts up to now before the shared prescaler changes under all of them. */
      timers.reduceRight((inner, timer) => () => timer.change(inner), act)();
      if ((value & TSM) === 0) io.set(GTCCR, 0);
    },
  });
}
