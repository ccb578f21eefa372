/** Watchdog of an ATmega: interrupt mode, system reset mode, both, and the sequence that unlocks it.
 *  Source: ATmega16U4/32U4 datasheet, "Watchdog Timer", tables "Watchdog Timer Configuration" and "Watchdog
 *  Timer Prescale Select". Leaves out: the spread of its oscillator over voltage and temperature. */

import type { Clocked, ClockId, ClockTree } from '../../machine/clock-tree.ts';
import type { Machine } from '../../machine/machine.ts';
import { bit, bits, register } from '../../machine/registers.ts';
import type { EventSlot } from '../../machine/scheduler.ts';
import type { IoSpace } from './io-space.ts';
import { TimedSequence } from './timed-sequence.ts';

export const WDTCSR = register(
  'WDTCSR',
  { at: 0x60, width: 8 },
  { WDP: bits(2, 0), WDE: bit(3), WDCE: bit(4), WDP3: bit(5), WDIE: bit(6), WDIF: bit(7) },
);
const { WDP, WDE, WDCE, WDP3, WDIE, WDIF } = WDTCSR.mask;
/** Cycles of the shortest time-out. */
const SHORTEST = 2048;
const LONGEST_CODE = 9;
const NEVER = Number.POSITIVE_INFINITY;

export interface AvrWatchdogOptions {
  readonly clock: ClockId;
  /** WDTON is programmed: always system reset mode. */
  readonly alwaysOn: boolean;
  readonly vector: number;
  readonly setLine: (vector: number, asserted: boolean) => void;
  /** MCUSR.WDRF is set: the watchdog cannot be turned off. */
  readonly isForced: () => boolean;
  readonly reset: () => void;
}

export class AvrWatchdog implements Clocked {
  readonly #machine: Machine;
  readonly #clocks: ClockTree;
  readonly #io: IoSpace;
  readonly #options: AvrWatchdogOptions;
  readonly #sequence: TimedSequence;
  readonly #slot: EventSlot;
  /** [tick of the last restart of the counter, or of its last time-out; Infinity while in reset] */
  readonly #since: Float64Array;

  constructor(machine: Machine, clocks: ClockTree, io: IoSpace, options: AvrWatchdogOptions) {
    this.#machine = machine;
    this.#clocks = clocks;
    this.#io = io;
    this.#options = options;
    io.declare('watchdog', [WDTCSR]);
    this.#sequence = new TimedSequence(machine, 'WDTCSR');
    this.#since = machine.memory.stateDoubles('watchdog', 1);
    this.#slot = machine.scheduler.register('watchdog time-out', (at) => this.#expire(at));
    io.hook(WDTCSR, {
      read: (stored) => (stored & ~WDCE) | this.#sequence.readBit(WDCE),
      pure: true,
      write: (value, mask, previous) => this.#write(value, mask, previous),
    });
    clocks.use(this);
  }

  /** The counter stands still until the start-up time is over: see `restart`. */
  reset(): void {
    this.#sequence.close();
    this.#io.set(WDTCSR, this.#isForced ? WDE : 0);
    this.#since[0] = NEVER;
    this.#settle();
  }
  /** Instruction WDR; and the end of the start-up time. */
  restart(): void {
    this.#since[0] = this.#machine.now;
    this.#settle();
  }
  /** The vector was entered: in interrupt and system reset mode the next time-out resets. */
  acknowledge(): void {
    const value = this.#io.value(WDTCSR);
    const spent = (value & WDE) !== 0 ? WDIF | WDIE : WDIF;
    this.#io.set(WDTCSR, value & ~spent);
    this.#settle();
  }
  beforeClockChange(): void {}
  afterClockChange(): void {
    this.#settle();
  }

  get #isForced(): boolean {
    return this.#options.alwaysOn || this.#options.isForced();
  }

  #write(value: number, mask: number, previous: number): void {
    const open = this.#sequence.isOpen;
    this.#sequence.close();
    const flag = (value & WDIF) !== 0 ? 0 : previous & WDIF;
    const interrupt = this.#options.alwaysOn ? 0 : ((mask & WDIE) !== 0 ? value : previous) & WDIE;
    let rest = previous & (WDE | WDP | WDP3);
    if ((value & (WDCE | WDE)) === (WDCE | WDE)) {
      this.#sequence.open();
      rest |= WDE;
    } else if (open && (value & WDCE) === 0) rest = value & (WDE | WDP | WDP3);
    else rest |= value & WDE;
    if (this.#isForced) rest |= WDE;
    const ran = (previous & (WDE | WDIE)) !== 0;
    this.#io.set(WDTCSR, flag | interrupt | rest);
    if (!ran) this.#since[0] = this.#machine.now;
    this.#settle();
  }

  /** UNKNOWN: WDP codes above 9 are reserved; taken as the longest time. */
  #periodTicks(): number {
    const value = this.#io.value(WDTCSR);
    const code = (value & WDP) | ((value & WDP3) !== 0 ? 8 : 0);
    const cycles = SHORTEST * 2 ** Math.min(code, LONGEST_CODE);
    return cycles * this.#clocks.ticks[this.#options.clock]!;
  }

  #settle(): void {
    const value = this.#io.value(WDTCSR);
    const asserted = (value & (WDIF | WDIE)) === (WDIF | WDIE);
    this.#options.setLine(this.#options.vector, asserted);
    const period = this.#periodTicks();
    const { scheduler, now } = this.#machine;
    if ((value & (WDE | WDIE)) === 0 || period === NEVER || this.#since[0] === NEVER) {
      scheduler.cancel(this.#slot);
      return;
    }
    /** A shorter time may be past already: the counter's bit rises again one period later. */
    const periods = Math.max(1, Math.ceil((now - this.#since[0]!) / period));
    scheduler.schedule(this.#slot, this.#since[0]! + periods * period);
  }

  #expire(at: number): void {
    const value = this.#io.value(WDTCSR);
    const interruptFirst = (value & WDIE) !== 0 && (value & WDIF) === 0;
    if ((value & WDE) !== 0 && !interruptFirst) {
      const { events, bus, now } = this.#machine;
      const where = 'WDT';
      events.raise({
        kind: 'watchdog-reset',
        at: now,
        pc: bus.currentPc,
        where,
        detail: 'time-out',
      });
      this.#options.reset();
      return;
    }
    this.#since[0] = at;
    this.#io.set(WDTCSR, value | WDIF);
    this.#settle();
  }
}
