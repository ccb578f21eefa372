/** LPC24xx Timer0-3: 32-bit counter with prescaler and four match registers; counted lazily.
 *  Source: UM10237, chapter "Timer0/1/2/3", figures of a match with reset and with stop: interrupt and
 *  stop come one PCLK after the counter reaches the match value, a reset at the end of that count.
 *  Leaves out (declared as gaps): capture inputs, counter mode, match outputs. */

import type { Clocked, ClockId, ClockTree } from '../../machine/clock-tree.ts';
import type { Machine } from '../../machine/machine.ts';
import { type Hooks, RegisterBlock } from '../../machine/register-block.ts';
import {
  bit,
  bits,
  gap,
  gapRegister,
  type Register,
  register,
  reserved,
  wordRegister,
} from '../../machine/registers.ts';
import type { EventSlot } from '../../machine/scheduler.ts';

const MATCHES = 4;
const NO_CAPTURE = 'capture inputs are not modelled';
const NO_OUTPUT = 'match outputs are not modelled';

const match = (n: number) => wordRegister(`MR${n}`, { at: 0x18 + 4 * n });
const capture = (n: number) =>
  gapRegister(`CR${n}`, { at: 0x2c + 4 * n, access: 'ro' }, NO_CAPTURE);
export const TIMER = {
  IR: register(
    'IR',
    { at: 0x00, access: 'w1c' },
    {
      MR0: bit(0),
      MR1: bit(1),
      MR2: bit(2),
      MR3: bit(3),
      CR: bits(7, 4),
      RES: reserved(bits(31, 8)),
    },
  ),
  TCR: register('TCR', { at: 0x04 }, { Enable: bit(0), Reset: bit(1), RES: reserved(bits(31, 2)) }),
  TC: wordRegister('TC', { at: 0x08 }),
  PR: wordRegister('PR', { at: 0x0c }),
  PC: wordRegister('PC', { at: 0x10 }),
  MCR: register('MCR', { at: 0x14 }, { MR: bits(11, 0), RES: reserved(bits(31, 12)) }),
  MR0: match(0),
  MR1: match(1),
  MR2: match(2),
  MR3: match(3),
  CCR: register(
    'CCR',
    { at: 0x28 },
    { CAP: gap(bits(11, 0), NO_CAPTURE), RES: reserved(bits(31, 12)) },
  ),
  CR0: capture(0),
  CR1: capture(1),
  CR2: capture(2),
  CR3: capture(3),
  EMR: register(
    'EMR',
    { at: 0x3c },
    { EM: gap(bits(11, 0), NO_OUTPUT), RES: reserved(bits(31, 12)) },
  ),
  CTCR: register(
    'CTCR',
    { at: 0x70 },
    { Mode: gap(bits(3, 0), 'counter mode is not modelled'), RES: reserved(bits(31, 4)) },
  ),
};
export const TIMER_REGISTERS: readonly Register[] = Object.values(TIMER);

const INTERRUPT = 1;
const RESET = 2;
const STOP = 4;
const NEVER = Number.POSITIVE_INFINITY;
const TWO_32 = 2 ** 32;

export class Timer implements Clocked {
  readonly block: RegisterBlock;
  readonly #machine: Machine;
  readonly #clocks: ClockTree;
  readonly #clock: ClockId;
  readonly #setLine: (asserted: boolean) => void;
  readonly #slot: EventSlot;
  /** Tick at which TC and PC had their stored values. */
  readonly #base: Float64Array;
  readonly #ir: number;
  readonly #tcr: number;
  readonly #tc: number;
  readonly #pr: number;
  readonly #pc: number;
  readonly #mcr: number;
  readonly #mr0: number;

  constructor(
    machine: Machine,
    clocks: ClockTree,
    options: { n: number; base: number; clock: ClockId; setLine: (asserted: boolean) => void },
  ) {
    const name = `T${options.n}`;
    this.#machine = machine;
    this.#clocks = clocks;
    this.#clock = options.clock;
    this.#setLine = options.setLine;
    this.block = new RegisterBlock(machine, name, options.base, TIMER_REGISTERS);
    this.#base = machine.memory.stateDoubles(`${name}.base`, 1);
    this.#slot = machine.scheduler.register(`${name} match`, () => this.#touch());
    this.#ir = this.block.at(TIMER.IR);
    this.#tcr = this.block.at(TIMER.TCR);
    this.#tc = this.block.at(TIMER.TC);
    this.#pr = this.block.at(TIMER.PR);
    this.#pc = this.block.at(TIMER.PC);
    this.#mcr = this.block.at(TIMER.MCR);
    this.#mr0 = this.block.at(TIMER.MR0);
    this.#hook();
    clocks.use(this);
  }

  reset(): void {
    this.block.reset();
    this.#base[0] = this.#machine.now;
    this.#settle();
  }
  beforeClockChange(): void {
    this.#sync();
  }
  afterClockChange(): void {
    this.#settle();
  }

  #hook(): void {
    const { block } = this;
    const read = (index: number) => () => {
      this.#sync();
      return block.values[index]!;
    };
    const counted = this.#counted();
    block.hook(TIMER.TC, { read: read(this.#tc), ...counted });
    block.hook(TIMER.PC, { read: read(this.#pc), ...counted });
    block.hook(TIMER.IR, { write: () => this.#settle() });
    block.hook(TIMER.TCR, counted);
    block.hook(TIMER.PR, counted);
    block.hook(TIMER.MCR, counted);
    for (const reg of [TIMER.MR0, TIMER.MR1, TIMER.MR2, TIMER.MR3]) block.hook(reg, counted);
  }

  /** Count up to now with the old value, then go on with the new one. */
  #counted(): Hooks {
    return {
      before: () => this.#sync(),
      write: () => {
        const { values } = this.block;
        if ((values[this.#tcr]! & 2) !== 0) {
          values[this.#tc] = 0;
          values[this.#pc] = 0;
        }
        this.#settle();
      },
    };
  }

  #running(): boolean {
    return (
      (this.block.values[this.#tcr]! & 3) === 1 &&
      this.block.powered &&
      this.#clocks.ticks[this.#clock]! !== NEVER
    );
  }

  #touch(): void {
    this.#sync();
    this.#settle();
  }

  /** Count up to now, through every match on the way. */
  #sync(): void {
    const { values } = this.block;
    const now = this.#machine.now;
    const ticks = this.#clocks.ticks[this.#clock]!;
    while (this.#running()) {
      const elapsed = Math.floor((now - this.#base[0]!) / ticks);
      const distance = this.#nextEffect();
      if (distance > elapsed) {
        this.#advance(elapsed);
        this.#base[0] = this.#base[0]! + elapsed * ticks;
        return;
      }
      this.#advance(distance);
      this.#base[0] = this.#base[0]! + distance * ticks;
      this.#match();
    }
    this.#base[0] = now;
    if ((values[this.#tcr]! & 2) !== 0) {
      values[this.#tc] = 0;
      values[this.#pc] = 0;
    }
  }

  #advance(pclks: number): void {
    const { values } = this.block;
    const period = (values[this.#pr]! >>> 0) + 1;
    const total = (values[this.#pc]! >>> 0) + pclks;
    const counts = Math.floor(total / period);
    values[this.#pc] = total - counts * period;
    values[this.#tc] = (((values[this.#tc]! >>> 0) + counts) % TWO_32) | 0;
  }

  /** PCLKs until the next interrupt, stop or reset by a match; Infinity if there is none. */
  #nextEffect(): number {
    const { values } = this.block;
    const period = (values[this.#pr]! >>> 0) + 1;
    const pc = values[this.#pc]! >>> 0;
    let next = NEVER;
    for (let k = 0; k < MATCHES; k++) {
      const control = (values[this.#mcr]! >>> (3 * k)) & 7;
      if (control === 0) continue;
      const counts = (values[this.#mr0 + k]! - values[this.#tc]!) >>> 0;
      const reached = counts * period - pc;
      if ((control & (INTERRUPT | STOP)) !== 0) {
        next = Math.min(next, reached + 1 > 0 ? reached + 1 : reached + 1 + TWO_32 * period);
      }
      if ((control & RESET) !== 0) next = Math.min(next, Math.max(1, reached + period));
    }
    return next;
  }

  /** The counter has just been advanced to an effect: do all that fall on this PCLK. */
  #match(): void {
    const { values } = this.block;
    const tc = values[this.#tc]!;
    const pc = values[this.#pc]!;
    const oneAgo = values[this.#pr] === 0 ? (tc - 1) | 0 : tc;
    const startOfCount = pc === 0;
    let reset = false;
    let stopped = false;
    let held = 0;
    for (let k = 0; k < MATCHES; k++) {
      const control = (values[this.#mcr]! >>> (3 * k)) & 7;
      const value = values[this.#mr0 + k]!;
      const reached = values[this.#pr] === 0 ? oneAgo === value : tc === value && pc === 1;
      if (reached && (control & INTERRUPT) !== 0) values[this.#ir] = values[this.#ir]! | (1 << k);
      if (reached && (control & STOP) !== 0) {
        stopped = true;
        held = (control & RESET) !== 0 ? 0 : value;
      }
      if ((control & RESET) !== 0 && startOfCount && ((tc - 1) | 0) === value) reset = true;
    }
    if (stopped) values[this.#tcr] = values[this.#tcr]! & ~1;
    if (reset || stopped) {
      values[this.#tc] = reset ? 0 : held;
      values[this.#pc] = 0;
    }
  }

  #settle(): void {
    const { values } = this.block;
    this.#setLine(values[this.#ir] !== 0);
    const { scheduler } = this.#machine;
    const distance = this.#running() ? this.#nextEffect() : NEVER;
    if (distance === NEVER) scheduler.cancel(this.#slot);
    else {
      const ticks = this.#clocks.ticks[this.#clock]!;
      scheduler.schedule(this.#slot, this.#base[0]! + distance * ticks);
    }
  }
}
