/** Timer_A3 and Timer_B7 of the MSP430F1611: counting, compare, capture, outputs, interrupt vector register.
 *  Source: MSP430x1xx family user's guide, "Timer_A", "Timer_B". Leaves out: the clocks TACLK, TBCLK and INCLK from
 *  pins, the phase of the divider, and see timer-table.ts. */

import type { Clocked, ClockId, ClockTree } from '../../machine/clock-tree.ts';
import type { Machine } from '../../machine/machine.ts';
import { fieldOf } from '../../machine/registers.ts';
import type { EventSlot } from '../../machine/scheduler.ts';
import type { Msp430Interrupts } from './interrupts.ts';
import type { RegisterSpace } from './register-space.ts';
import type { ResetKind } from './sfr.ts';
import { TimerCapture } from './timer-capture.ts';
import { TimerCompare } from './timer-compare.ts';
import { after, CONTINUOUS, type Cycle, placeOf, standsStill } from './timer-counter.ts';
import {
  type TimerRegisters,
  type TimerTable,
  timerRegisterList,
  timerRegisters,
} from './timer-table.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** Bits of TxCTL, the same in both timers. */
const CLR = 0x04;
const IE = 0x02;
const IFG = 0x01;
/** Bits of TxCCTLn. */
const CCIE = 0x10;
const CCI = 0x08;
const CCIFG = 0x01;
const SSEL_ACLK = 1;
const SSEL_SMCLK = 2;

export interface Msp430TimerOptions {
  readonly sources: { readonly aclk: ClockId; readonly smclk: ClockId };
  /** Output unit n changed. */
  readonly onOutput?: (channel: number, high: boolean) => void;
  /** Whether anybody looks at output n; nobody means that its edges are no events. */
  readonly isOutputUsed?: (channel: number) => boolean;
  /** An input B of this channel is ACLK (CCI2B of Timer_A3, CCI6B of Timer_B7). */
  readonly aclkChannel: number;
  /** A compare or capture has set CCIFGn and CCIEn is clear: the DMA listens. */
  readonly onFlag?: (channel: number) => void;
}

/** [it counts down] */
const DOWN = 0;
/** Doubles: tick at which TxR had its stored value, root ticks of a count that holds since then. */
const AT = 0;
const RATE = 1;

export class Msp430Timer implements Clocked {
  readonly #machine: Machine;
  readonly #clocks: ClockTree;
  readonly #registers: RegisterSpace;
  readonly #interrupts: Msp430Interrupts;
  readonly #table: TimerTable;
  readonly #options: Msp430TimerOptions;
  readonly #regs: TimerRegisters;
  readonly #s: Int32Array;
  readonly #t: Float64Array;
  readonly #compare: TimerCompare;
  readonly #capture: TimerCapture;
  readonly #slot: EventSlot;

  constructor(
    machine: Machine,
    clocks: ClockTree,
    registers: RegisterSpace,
    interrupts: Msp430Interrupts,
    table: TimerTable,
    options: Msp430TimerOptions,
  ) {
    this.#machine = machine;
    this.#clocks = clocks;
    this.#registers = registers;
    this.#interrupts = interrupts;
    this.#table = table;
    this.#options = options;
    this.#regs = timerRegisters(table);
    this.#s = machine.memory.stateWords(table.name, 1);
    this.#t = machine.memory.stateDoubles(`${table.name} time`, 2);
    this.#compare = new TimerCompare(machine, table.name, registers, this.#regs, options);
    this.#capture = new TimerCapture(machine, {
      name: table.name,
      registers,
      clocks,
      regs: this.#regs,
      aclkChannel: options.aclkChannel,
      aclk: options.sources.aclk,
      captured: (n) => this.#compare.flag(n),
    });
    this.#slot = machine.scheduler.register(table.name, () => this.#touch());
    registers.declare(timerRegisterList(this.#regs));
    this.#hook();
    interrupts.onTaken(table.vectors[0], () => this.clearFlag(0));
    clocks.use(this);
  }

  reset(_cause: ResetKind): void {
    this.#registers.reset(timerRegisterList(this.#regs));
    this.#s[DOWN] = 0;
    this.#capture.reset(this.#machine.now);
    this.#compare.reset();
    this.#t.fill(this.#machine.now);
    this.#settle();
  }
  beforeClockChange(): void {
    this.#sync();
  }
  afterClockChange(): void {
    this.#settle();
  }
  /** Level at a capture input. */
  setInput(channel: number, input: 'A' | 'B', high: boolean): void {
    if (this.#capture.isAt(channel, input, high)) return;
    this.#sync();
    this.#capture.toggle(channel, input);
    this.#settle();
  }
  /** What takes CCIFGn up clears it: the vector of channel 0, a DMA transfer. */
  clearFlag(channel: number): void {
    this.#sync();
    this.#registers.setBits(this.#regs.CCTL[channel]!, CCIFG, false);
    this.#settle();
  }
  /** Somebody begins or ends to look at outputs: `isOutputUsed` has another answer. */
  outputsChanged(): void {
    this.#touch();
  }

  #hook(): void {
    const registers = this.#registers;
    const { CTL, R, CCTL, CCR, IV } = this.#regs;
    const before = () => this.#sync();
    registers.hook(CTL, { before, write: (value) => this.#control(value) });
    registers.hook(R, {
      read: () => {
        this.#sync();
        return registers.value(R);
      },
      before,
      write: () => this.#settle(),
    });
    CCTL.forEach((reg, n) => {
      registers.hook(reg, {
        read: (stored) => (this.#capture.input(n) ? stored | CCI : stored & ~CCI),
        pure: true,
        before,
        write: (_value, previous) => this.#channelControl(n, previous),
      });
    });
    CCR.forEach((reg, n) => {
      registers.hook(reg, {
        read: (stored) => {
          this.#capture.taken(n);
          return stored;
        },
        before,
        write: () => this.#settle(),
      });
    });
    /** Any access takes the highest pending flag with it. */
    registers.hook(IV, {
      read: () => this.#vector(),
      write: () => {
        registers.set(IV, 0);
        this.#vector();
      },
    });
  }
  #control(value: number): void {
    if ((value & CLR) !== 0) {
      this.#registers.set(this.#regs.R, 0);
      this.#registers.setBits(this.#regs.CTL, CLR, false);
      this.#s[DOWN] = 0;
      this.#t[AT] = this.#machine.now;
    }
    if (this.#cycle.mode === CONTINUOUS) this.#s[DOWN] = 0;
    const select = fieldOf(value, this.#regs.CTL.mask.SSEL);
    const byPin = select !== SSEL_ACLK && select !== SSEL_SMCLK;
    if (byPin && !standsStill(this.#cycle)) this.#raiseNoClock();
    this.#settle();
  }
  #channelControl(n: number, previous: number): void {
    this.#capture.controlChanged(n, previous);
    this.#compare.controlChanged(n);
    this.#settle();
  }
  #vector(): number {
    this.#sync();
    const registers = this.#registers;
    const { CTL, CCTL } = this.#regs;
    const pending = CCTL.findIndex((reg, n) => n > 0 && this.#isPending(registers.value(reg)));
    let code = 0;
    if (pending > 0) {
      registers.setBits(CCTL[pending]!, CCIFG, false);
      code = 2 * pending;
    } else if ((registers.value(CTL) & (IE | IFG)) === (IE | IFG)) {
      registers.setBits(CTL, IFG, false);
      code = this.#table.overflowCode;
    }
    this.#settle();
    return code;
  }
  #isPending(control: number): boolean {
    return (control & (CCIE | CCIFG)) === (CCIE | CCIFG);
  }

  #touch(): void {
    this.#sync();
    this.#settle();
  }
  get #cycle(): Cycle {
    const registers = this.#registers;
    const { CTL, CCR } = this.#regs;
    const control = registers.value(CTL);
    const mode = fieldOf(control, CTL.mask.MC);
    const max = this.#table.maxima[(control >>> 11) & 3]!;
    const top = mode === CONTINUOUS ? max : Math.min(max, registers.value(CCR[0]!));
    return { mode, top };
  }
  /** Root ticks of one count; Infinity while it stands still. */
  get #tick(): number {
    const control = this.#registers.value(this.#regs.CTL);
    const { SSEL, ID } = this.#regs.CTL.mask;
    const select = fieldOf(control, SSEL);
    const { aclk, smclk } = this.#options.sources;
    if ((select !== SSEL_ACLK && select !== SSEL_SMCLK) || standsStill(this.#cycle)) return NEVER;
    const ticks = this.#clocks.ticks[select === SSEL_ACLK ? aclk : smclk]!;
    return ticks * 2 ** fieldOf(control, ID);
  }
  get #clocksToEffect(): number {
    return this.#compare.clocksToEffect(this.#cycle, this.#place);
  }
  get #place(): number {
    return placeOf(this.#cycle, this.#registers.value(this.#regs.R), this.#s[DOWN] === 1);
  }

  /** Count up to now, through everything that happens on the way, captures of ACLK included. */
  #sync(): void {
    const { now } = this.#machine;
    for (;;) {
      const tick = this.#tick;
      const count = tick === NEVER ? NEVER : this.#t[AT]! + this.#clocksToEffect * tick;
      const edge = this.#capture.nextAclkEdge();
      const at = Math.min(count, edge);
      if (at > now) break;
      this.#advance(at);
      if (count === at) this.#compare.effects();
      if (edge === at) this.#capture.aclkEdge(at);
    }
    this.#advance(now);
    this.#capture.aclkSeenUntil(now);
  }
  #advance(to: number): void {
    const tick = this.#tick;
    if (tick === NEVER) {
      this.#t[AT] = to;
      return;
    }
    const clocks = Math.floor((to - this.#t[AT]!) / tick);
    if (clocks === 0) return;
    const [count, isDown] = after(this.#cycle, this.#place, clocks);
    this.#registers.set(this.#regs.R, count);
    this.#s[DOWN] = isDown ? 1 : 0;
    this.#t[AT] = this.#t[AT]! + clocks * tick;
  }

  /** Lines and the next event, after any change. */
  #settle(): void {
    const registers = this.#registers;
    const { scheduler } = this.#machine;
    const { CTL, CCTL } = this.#regs;
    const [first, others] = this.#table.vectors;
    const overflow = (registers.value(CTL) & (IE | IFG)) === (IE | IFG);
    const pending = CCTL.some((reg, n) => n > 0 && this.#isPending(registers.value(reg)));
    this.#interrupts.set(first, this.#isPending(registers.value(CCTL[0]!)));
    this.#interrupts.set(others, overflow || pending);
    const tick = this.#tick;
    // Part of a count by one clock is none by another.
    if (tick !== this.#t[RATE]) this.#t[AT] = this.#machine.now;
    this.#t[RATE] = tick;
    const count = tick === NEVER ? NEVER : this.#t[AT]! + this.#clocksToEffect * tick;
    const at = Math.min(count, this.#capture.nextAclkEdge());
    scheduler.plan(this.#slot, at);
  }
  #raiseNoClock(): void {
    const { bus, events, now } = this.#machine;
    const where = this.#regs.CTL.name;
    const detail = 'a clock from a pin is not modelled: the timer stands still';
    events.raise({ kind: 'gap-register', at: now, pc: bus.currentPc, where, detail });
  }
}
