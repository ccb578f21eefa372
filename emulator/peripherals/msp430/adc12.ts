/** ADC12 of the MSP430F1611: single and repeated conversions, sequences, sample timer, references, ADC12IV.
 *  Source: MSP430x1xx family user's guide, "ADC12". From memory: the sensor's voltage, ADC12OSC. UNKNOWN: what a
 *  reference that is off gives; a full scale is taken. Leaves out: settling of the reference, noise, a clock
 *  that changes inside a conversion, ISSH with the timers' triggers, sampling as long as a timer's output is high. */

import type { ClockId, ClockTree } from '../../machine/clock-tree.ts';
import type { Machine } from '../../machine/machine.ts';
import { fieldOf } from '../../machine/registers.ts';
import type { EventSlot } from '../../machine/scheduler.ts';
import {
  ADC12,
  ADC12_REGISTERS,
  LOCKED_CTL0,
  LOCKED_CTL1,
  SAMPLE_CLOCKS,
} from './adc12-registers.ts';
import { type Msp430Interrupts, VECTORS } from './interrupts.ts';
import type { RegisterSpace } from './register-space.ts';
import type { ResetKind } from './sfr.ts';

const { MSC, REF2_5V, REFON, ADC12ON, OVIE, TOVIE, ENC, SC } = ADC12.CTL0.mask;
const { CSTARTADD, SHS, SHP, DIV, SSEL, CONSEQ, BUSY } = ADC12.CTL1.mask;
/** Of ADC12MCTLx. */
const EOS = 0x80;
const FULL_SCALE = 0xfff;
const CONVERT_CLOCKS = 13;
const OSCILLATOR_HZ = 5_000_000;
const SENSOR_CHANNEL = 10;
const HALF_SUPPLY_CHANNEL = 11;

/** Codes of CONSEQ. */
const SINGLE = 0;
const SEQUENCE = 1;
const REPEAT_SINGLE = 2;

export interface Adc12Options {
  readonly sources: { readonly aclk: ClockId; readonly mclk: ClockId; readonly smclk: ClockId };
  /** Volts at inputs A0 to A7, at a tick. */
  readonly voltsAt: (channel: number, tick: number) => number;
  readonly supplyVolts: () => number;
  /** Of the temperature sensor, at a tick. */
  readonly sensorVolts: (tick: number) => number;
  /** At VeREF+; absent = nothing connected. */
  readonly externalReferenceVolts?: number;
  /** A conversion, or the last of a sequence, has set its flag: the DMA listens. */
  readonly onFlag?: () => void;
  /** `listensTo` may have another answer. */
  readonly onListening?: () => void;
}

/** Words: 1 sampling by SC or 2 converting, memory in use, overflow flags (1 OV, 2 TOV), a sequence is on. */
const PHASE = 0;
const MEMORY = 1;
const OVERFLOWS = 2;
const IN_SEQUENCE = 3;
const SAMPLING = 1;
const CONVERTING = 2;
const OV = 1;
const TOV = 2;

export class Adc12 {
  readonly #machine: Machine;
  readonly #clocks: ClockTree;
  readonly #registers: RegisterSpace;
  readonly #interrupts: Msp430Interrupts;
  readonly #options: Adc12Options;
  readonly #s: Int32Array;
  readonly #slot: EventSlot;

  constructor(
    machine: Machine,
    clocks: ClockTree,
    registers: RegisterSpace,
    interrupts: Msp430Interrupts,
    options: Adc12Options,
  ) {
    this.#machine = machine;
    this.#clocks = clocks;
    this.#registers = registers;
    this.#interrupts = interrupts;
    this.#options = options;
    this.#s = machine.memory.stateWords('ADC12', 4);
    this.#slot = machine.scheduler.register('ADC12 conversion', (at) => this.#done(at));
    registers.declare(ADC12_REGISTERS);
    registers.hook(ADC12.CTL0, { write: (value, previous) => this.#control(value, previous) });
    registers.hook(ADC12.CTL1, { write: (_value, previous) => this.#configure(previous) });
    for (const reg of [ADC12.IFG, ADC12.IE]) registers.hook(reg, { write: () => this.#line() });
    registers.hook(ADC12.IV, { read: () => this.#vector(), write: () => void this.#vector() });
    ADC12.MEM.forEach((reg, n) => {
      registers.hook(reg, {
        read: (stored) => {
          this.#setFlag(n, false);
          return stored;
        },
      });
    });
    for (const reg of ADC12.MCTL) {
      registers.hook(reg, {
        write: (_value, previous) => {
          if (this.#isEnabled) registers.set(reg, previous);
        },
      });
    }
  }

  reset(_cause: ResetKind): void {
    this.#registers.reset(ADC12_REGISTERS);
    this.#s.fill(0);
    this.#machine.scheduler.cancel(this.#slot);
    this.#line();
  }
  /** A rising edge of a timer's output: 1 TA.OUT1, 2 TB.OUT0, 3 TB.OUT1. */
  trigger(source: 1 | 2 | 3): void {
    if (fieldOf(this.#registers.value(ADC12.CTL1), SHS) === source) this.#triggered();
  }
  /** Whether a timer's output would start anything now. */
  listensTo(source: 1 | 2 | 3): boolean {
    return this.#isEnabled && fieldOf(this.#registers.value(ADC12.CTL1), SHS) === source;
  }

  get #isEnabled(): boolean {
    return (this.#registers.value(ADC12.CTL0) & ENC) !== 0;
  }
  #mode(): number {
    return fieldOf(this.#registers.value(ADC12.CTL1), CONSEQ);
  }

  #control(value: number, previous: number): void {
    const registers = this.#registers;
    if ((previous & ENC) !== 0) {
      registers.set(ADC12.CTL0, (value & ~LOCKED_CTL0) | (previous & LOCKED_CTL0));
    }
    if (!this.#isEnabled && this.#mode() === SINGLE) this.#stop();
    const byTimer = (registers.value(ADC12.CTL1) & SHP) !== 0;
    const bySoftware = fieldOf(registers.value(ADC12.CTL1), SHS) === 0;
    if ((value & SC) !== 0 && bySoftware) this.#triggered();
    else if (this.#s[PHASE] === SAMPLING) this.#convert();
    if (byTimer) registers.setBits(ADC12.CTL0, SC, false);
    this.#line();
    this.#options.onListening?.();
  }
  #configure(previous: number): void {
    const registers = this.#registers;
    if (this.#isEnabled) {
      const now = registers.value(ADC12.CTL1);
      registers.set(ADC12.CTL1, (now & ~LOCKED_CTL1) | (previous & LOCKED_CTL1));
    }
  }

  #triggered(): void {
    const registers = this.#registers;
    if (!this.#isEnabled || (registers.value(ADC12.CTL0) & ADC12ON) === 0) return;
    if (this.#s[PHASE] === SAMPLING) return;
    if (this.#s[PHASE] === CONVERTING) {
      this.#s[OVERFLOWS]! |= TOV;
      this.#line();
      return;
    }
    if (this.#s[IN_SEQUENCE] === 0) {
      this.#s[MEMORY] = fieldOf(registers.value(ADC12.CTL1), CSTARTADD);
      this.#s[IN_SEQUENCE] = 1;
    }
    registers.setBits(ADC12.CTL1, BUSY, true);
    if ((registers.value(ADC12.CTL1) & SHP) === 0) this.#s[PHASE] = SAMPLING;
    else this.#convert();
  }
  /** ADC12CLKs as root ticks. */
  #clockTicks(): number {
    const { rootHz } = this.#machine;
    const { aclk, mclk, smclk } = this.#options.sources;
    const control = this.#registers.value(ADC12.CTL1);
    const source = [null, aclk, mclk, smclk][fieldOf(control, SSEL)] ?? null;
    const ticks =
      source === null ? Math.round(rootHz / OSCILLATOR_HZ) : this.#clocks.ticks[source]!;
    return ticks * (fieldOf(control, DIV) + 1);
  }
  /** Sampling by the timer is part of it, sampling by SC is over. */
  #convert(): void {
    const registers = this.#registers;
    const { scheduler, now } = this.#machine;
    const { SHT0, SHT1 } = ADC12.CTL0.mask;
    const half = this.#s[MEMORY]! < 8 ? SHT0 : SHT1;
    const timed = (registers.value(ADC12.CTL1) & SHP) !== 0;
    const sample = timed ? SAMPLE_CLOCKS[fieldOf(registers.value(ADC12.CTL0), half)]! : 0;
    const ticks = (sample + CONVERT_CLOCKS) * this.#clockTicks();
    this.#s[PHASE] = CONVERTING;
    if (ticks !== Number.POSITIVE_INFINITY) scheduler.schedule(this.#slot, now + ticks);
    else this.#raise('no clock: the conversion does not end');
  }

  #done(at: number): void {
    const registers = this.#registers;
    const n = this.#s[MEMORY]!;
    const control = registers.value(ADC12.MCTL[n]!);
    const sampledAt = at - CONVERT_CLOCKS * this.#clockTicks();
    registers.set(ADC12.MEM[n]!, this.#convertVolts(control, sampledAt));
    this.#s[PHASE] = 0;
    if ((registers.value(ADC12.IFG) & (1 << n)) !== 0) this.#s[OVERFLOWS]! |= OV;
    this.#setFlag(n, true);
    const mode = this.#mode();
    const isSequence = (mode & SEQUENCE) !== 0;
    const isLast = !isSequence || (control & EOS) !== 0;
    if (isSequence) {
      const first = fieldOf(registers.value(ADC12.CTL1), CSTARTADD);
      this.#s[MEMORY] = isLast ? first : (n + 1) & 15;
    }
    const repeats = mode >= REPEAT_SINGLE && this.#isEnabled;
    if (isLast && !repeats) this.#stop();
    else if ((registers.value(ADC12.CTL0) & MSC) !== 0) this.#convert();
    if (isLast) this.#options.onFlag?.();
  }
  #stop(): void {
    this.#s[PHASE] = 0;
    this.#s[IN_SEQUENCE] = 0;
    this.#registers.setBits(ADC12.CTL1, BUSY, false);
    this.#machine.scheduler.cancel(this.#slot);
  }

  #convertVolts(control: number, tick: number): number {
    const { voltsAt, supplyVolts, sensorVolts, externalReferenceVolts = 0 } = this.#options;
    const channel = control & 15;
    const select = (control >>> 4) & 7;
    const setting = this.#registers.value(ADC12.CTL0);
    const internal = (setting & REFON) === 0 ? 0 : (setting & REF2_5V) !== 0 ? 2.5 : 1.5;
    const top = [supplyVolts(), internal][select & 3] ?? externalReferenceVolts;
    let volts = supplyVolts() / 2;
    if (channel < 8) volts = voltsAt(channel, tick);
    else if (channel === 8) volts = externalReferenceVolts;
    else if (channel === 9) volts = 0;
    else if (channel === SENSOR_CHANNEL) volts = sensorVolts(tick);
    else if (channel > HALF_SUPPLY_CHANNEL) volts = supplyVolts() / 2;
    if (top <= 0) {
      this.#raise('the reference is off');
      return FULL_SCALE;
    }
    return Math.max(0, Math.min(FULL_SCALE, Math.round((FULL_SCALE * volts) / top)));
  }

  #setFlag(n: number, on: boolean): void {
    this.#registers.setBits(ADC12.IFG, 1 << n, on);
    this.#line();
  }
  /** Highest first: overflow, time overflow, then the memories. */
  #vector(): number {
    const registers = this.#registers;
    const enables = registers.value(ADC12.CTL0);
    const overflows = this.#s[OVERFLOWS]!;
    if ((overflows & OV) !== 0 && (enables & OVIE) !== 0) return this.#clearOverflow(OV, 2);
    if ((overflows & TOV) !== 0 && (enables & TOVIE) !== 0) return this.#clearOverflow(TOV, 4);
    const pending = registers.value(ADC12.IFG) & registers.value(ADC12.IE);
    // Reading ADC12IV leaves these flags; reading ADC12MEMx clears them.
    return pending === 0 ? 0 : 6 + 2 * (31 - Math.clz32(pending & -pending));
  }
  #clearOverflow(flag: number, code: number): number {
    this.#s[OVERFLOWS]! &= ~flag;
    this.#line();
    return code;
  }
  #line(): void {
    const registers = this.#registers;
    const enables = registers.value(ADC12.CTL0);
    const overflows = this.#s[OVERFLOWS]!;
    const on =
      (registers.value(ADC12.IFG) & registers.value(ADC12.IE)) !== 0 ||
      ((overflows & OV) !== 0 && (enables & OVIE) !== 0) ||
      ((overflows & TOV) !== 0 && (enables & TOVIE) !== 0);
    this.#interrupts.set(VECTORS.ADC12, on);
  }
  #raise(detail: string): void {
    const { bus, events, now } = this.#machine;
    events.raise({ kind: 'gap-register', at: now, pc: bus.currentPc, where: 'ADC12', detail });
  }
}
