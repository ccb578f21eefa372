/** LPC24xx real-time clock: calendar, alarm, increment interrupts, prescaler or 32 kHz oscillator; counted
 *  lazily, it goes on through resets and, with a battery, through loss of supply.
 *  Source: UM10237, chapter "Real-time clock". Leaves out (declared as gaps): sub-second interrupts, test. */

import type { Clocked, ClockId, ClockTree } from '../../machine/clock-tree.ts';
import type { Machine } from '../../machine/machine.ts';
import { RegisterBlock } from '../../machine/register-block.ts';
import { bit, bits, gap, type Register, register, reserved } from '../../machine/registers.ts';
import type { EventSlot } from '../../machine/scheduler.ts';
import { addSeconds, type Calendar, FIELD, FIELD_WIDTHS } from './rtc-calendar.ts';

const SUBSECOND = 'sub-second interrupts are not modelled';
const counter = (name: string, at: number, width: number, reset = 0): Register =>
  register(name, { at, reset }, { VALUE: bits(width - 1, 0), RES: reserved(bits(31, width)) });
const NAMES = ['SEC', 'MIN', 'HOUR', 'DOM', 'DOW', 'DOY', 'MONTH', 'YEAR'] as const;
const TIME = NAMES.map((name, i) => counter(name, 0x20 + 4 * i, FIELD_WIDTHS[i]!));
const ALARM = NAMES.map((name, i) => counter(`AL${name}`, 0x60 + 4 * i, FIELD_WIDTHS[i]!));
const R = {
  ILR: register(
    'ILR',
    { at: 0x00, access: 'w1c' },
    { RTCCIF: bit(0), RTCALF: bit(1), RTSSF: bit(2), RES: reserved(bits(31, 3)) },
  ),
  CTC: register(
    'CTC',
    { at: 0x04, access: 'ro' },
    { COUNTER: bits(15, 1), RES: reserved(bit(0), bits(31, 16)) },
  ),
  CCR: register(
    'CCR',
    { at: 0x08 },
    {
      CLKEN: bit(0),
      CTCRST: bit(1),
      CTTEST: gap(bits(3, 2), 'test modes are not modelled'),
      CLKSRC: bit(4),
      RES: reserved(bits(31, 5)),
    },
  ),
  CIIR: register('CIIR', { at: 0x0c }, { IM: bits(7, 0), RES: reserved(bits(31, 8)) }),
  AMR: register('AMR', { at: 0x10 }, { AMR: bits(7, 0), RES: reserved(bits(31, 8)) }),
  CTIME0: register(
    'CTIME0',
    { at: 0x14, access: 'ro' },
    {
      SEC: bits(5, 0),
      MIN: bits(13, 8),
      HOUR: bits(20, 16),
      DOW: bits(26, 24),
      RES: reserved(bits(7, 6), bits(15, 14), bits(23, 21), bits(31, 27)),
    },
  ),
  CTIME1: register(
    'CTIME1',
    { at: 0x18, access: 'ro' },
    {
      DOM: bits(4, 0),
      MONTH: bits(11, 8),
      YEAR: bits(27, 16),
      RES: reserved(bits(7, 5), bits(15, 12), bits(31, 28)),
    },
  ),
  CTIME2: register(
    'CTIME2',
    { at: 0x1c, access: 'ro' },
    { DOY: bits(8, 0), RES: reserved(bits(31, 9)) },
  ),
  CISS: register(
    'CISS',
    { at: 0x40 },
    {
      SubSecSel: gap(bits(2, 0), SUBSECOND),
      RES: reserved(bits(6, 3), bits(31, 8)),
      SubSecEna: gap(bit(7), SUBSECOND),
    },
  ),
  PREINT: counter('PREINT', 0x80, 13),
  PREFRAC: counter('PREFRAC', 0x84, 15),
};
export const RTC_REGISTERS: readonly Register[] = [...Object.values(R), ...TIME, ...ALARM];

const CLKEN = 1;
const CTCRST = 2;
const CLKSRC = 0x10;
const RTCCIF = 1;
const RTCALF = 2;
const NEVER = Number.POSITIVE_INFINITY;
const COUNTS_PER_SECOND = 32_768;

export interface RtcOptions {
  readonly base: number;
  readonly clock: ClockId;
  readonly oscillator: ClockId;
  readonly setLine: (asserted: boolean) => void;
}

export class Rtc implements Clocked {
  readonly block: RegisterBlock;
  readonly #machine: Machine;
  readonly #clocks: ClockTree;
  readonly #options: RtcOptions;
  readonly #slot: EventSlot;
  /** [tick at which the calendar took its stored value, ticks of the running second before that] */
  readonly #t: Float64Array;
  readonly #ilr: number;
  readonly #ccr: number;
  readonly #ciir: number;
  readonly #amr: number;
  readonly #time: number;
  readonly #alarm: number;
  readonly #preint: number;
  readonly #prefrac: number;

  constructor(machine: Machine, clocks: ClockTree, options: RtcOptions) {
    this.#machine = machine;
    this.#clocks = clocks;
    this.#options = options;
    this.block = new RegisterBlock(machine, 'RTC', options.base, RTC_REGISTERS);
    this.#t = machine.memory.stateDoubles('RTC.time', 2);
    this.#slot = machine.scheduler.register('RTC second', () => {
      this.#sync();
      this.#settle();
    });
    this.#ilr = this.block.at(R.ILR);
    this.#ccr = this.block.at(R.CCR);
    this.#ciir = this.block.at(R.CIIR);
    this.#amr = this.block.at(R.AMR);
    this.#time = this.block.at(TIME[0]!);
    this.#alarm = this.block.at(ALARM[0]!);
    this.#preint = this.block.at(R.PREINT);
    this.#prefrac = this.block.at(R.PREFRAC);
    this.#hook();
    clocks.use(this);
  }

  /** A reset of the chip leaves the RTC alone; only its interrupt line is worked out again. */
  reset(): void {
    this.#sync();
    this.#settle();
  }
  /** The battery domain lost its supply: `random` says what stands in the registers then. */
  loseBattery(random: () => number): void {
    const { values, registers } = this.block;
    registers.forEach((reg, i) => {
      const width = 32 - Math.clz32(reg.fields['VALUE']?.mask ?? 0xff);
      values[i] = random() & ((1 << width) - 1);
    });
    values[this.#ilr] = 0;
    this.#t[0] = this.#machine.now;
    this.#t[1] = 0;
    this.#settle();
  }
  /** Without the chip's supply only the counters run. */
  cancelInterrupt(): void {
    this.#machine.scheduler.cancel(this.#slot);
  }

  beforeClockChange(): void {
    this.#sync();
  }
  afterClockChange(): void {
    this.#settle();
  }

  #hook(): void {
    const { block } = this;
    const { values } = block;
    const counted = (index: number) => () => {
      this.#sync();
      return values[index]!;
    };
    const settle = () => this.#settle();
    block.hook(R.ILR, { read: counted(this.#ilr), pure: true, write: settle });
    block.hook(R.CTC, { read: () => this.#counter() << 1 });
    block.hook(R.CIIR, { write: settle });
    block.hook(R.AMR, { write: settle });
    for (const reg of [R.PREINT, R.PREFRAC, R.CCR, ...TIME]) {
      const index = block.at(reg);
      block.hook(reg, {
        ...(TIME.includes(reg) ? { read: counted(index), pure: false } : {}),
        before: () => this.#sync(),
        write: () => {
          if (reg === R.CCR && (values[index]! & CTCRST) !== 0) this.#t[1] = 0;
          this.#settle();
        },
      });
    }
    for (const reg of ALARM) block.hook(reg, { write: settle });
    const field = (name: number) => values[this.#time + name]!;
    const joined = (read: () => number) => () => {
      this.#sync();
      return read();
    };
    block.hook(R.CTIME0, {
      read: joined(
        () =>
          field(FIELD.SEC) |
          (field(FIELD.MIN) << 8) |
          (field(FIELD.HOUR) << 16) |
          (field(FIELD.DOW) << 24),
      ),
    });
    block.hook(R.CTIME1, {
      read: joined(() => field(FIELD.DOM) | (field(FIELD.MONTH) << 8) | (field(FIELD.YEAR) << 16)),
    });
    block.hook(R.CTIME2, { read: joined(() => field(FIELD.DOY)) });
  }

  #runs(): boolean {
    return (this.block.values[this.#ccr]! & (CLKEN | CTCRST)) === CLKEN;
  }
  /** Root ticks of one second by the chosen source; the prescaler makes 32768 counts of
   *  PREINT + 1 PCLKs, PREFRAC of them one longer. */
  #secondTicks(): number {
    const { values } = this.block;
    if ((values[this.#ccr]! & CLKSRC) !== 0) {
      return this.#clocks.ticks[this.#options.oscillator]! * COUNTS_PER_SECOND;
    }
    const pclks = COUNTS_PER_SECOND * (values[this.#preint]! + 1) + values[this.#prefrac]!;
    return this.#clocks.ticks[this.#options.clock]! * pclks;
  }
  #elapsed(): number {
    return this.#t[1]! + (this.#runs() ? this.#machine.now - this.#t[0]! : 0);
  }
  #counter(): number {
    const second = this.#secondTicks();
    if (second === NEVER) return 0;
    this.#sync();
    return Math.floor((this.#elapsed() / second) * COUNTS_PER_SECOND) & 0x7fff;
  }

  #sync(): void {
    const { now } = this.#machine;
    const second = this.#secondTicks();
    if (this.#runs() && second !== NEVER) {
      const elapsed = this.#elapsed();
      const seconds = Math.floor(elapsed / second);
      this.#t[1] = elapsed - seconds * second;
      if (seconds > 0) this.#increment(seconds);
    }
    this.#t[0] = now;
  }

  #increment(seconds: number): void {
    const { values } = this.block;
    const calendar = values.subarray(this.#time, this.#time + NAMES.length) as Calendar;
    const changed = addSeconds(calendar, seconds);
    if ((changed & values[this.#ciir]!) !== 0) values[this.#ilr] = values[this.#ilr]! | RTCCIF;
    if (this.#alarmMatches()) values[this.#ilr] = values[this.#ilr]! | RTCALF;
  }
  /** Every field that AMR does not mask must match. */
  #alarmMatches(): boolean {
    const { values } = this.block;
    const masked = values[this.#amr]!;
    if (masked === 0xff) return false;
    for (let i = 0; i < NAMES.length; i++) {
      if (((masked >> i) & 1) === 0 && values[this.#time + i] !== values[this.#alarm + i]) {
        return false;
      }
    }
    return true;
  }

  /** With an interrupt enabled every second is an event; otherwise none is. */
  #settle(): void {
    const { values } = this.block;
    const { scheduler } = this.#machine;
    this.#options.setLine((values[this.#ilr]! & (RTCCIF | RTCALF)) !== 0);
    const second = this.#secondTicks();
    const enabled = values[this.#ciir] !== 0 || values[this.#amr] !== 0xff;
    if (!this.#runs() || second === NEVER || !enabled) scheduler.cancel(this.#slot);
    else scheduler.schedule(this.#slot, Math.ceil(this.#t[0]! + second - this.#t[1]!));
  }
}
