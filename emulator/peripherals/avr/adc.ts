/** 10-bit ADC of the ATmega32U4: single and free-running conversions, in clocks of its own prescaler.
 *  Source: ATmega16U4/32U4 datasheet, "Analog to Digital Converter": 13 ADC clocks a conversion, 25 the first
 *  after ADEN; input and reference are taken at its start. From memory, so parameters: bandgap, temperature
 *  sensor. Leaves out (declared as gaps): differential channels with gain, triggers other than free running,
 *  high speed mode; the settling of a reference, noise and non-linearity. */

import type { Clocked, ClockId, ClockTree } from '../../machine/clock-tree.ts';
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
import type { EventSlot } from '../../machine/scheduler.ts';
import type { Waveforms } from '../shared/waveform.ts';
import type { IoSpace } from './io-space.ts';

/** ADC0 to ADC13; ADC2 and ADC3 have no pin. */
export const AVR_ADC_CHANNELS = 14;

export const ADC = {
  ADCL: byteRegister('ADCL', 0x78, { access: 'ro' }),
  ADCH: byteRegister('ADCH', 0x79, { access: 'ro' }),
  ADCSRA: register(
    'ADCSRA',
    { at: 0x7a, width: 8 },
    { ADPS: bits(2, 0), ADIE: bit(3), ADIF: bit(4), ADATE: bit(5), ADSC: bit(6), ADEN: bit(7) },
  ),
  ADCSRB: register(
    'ADCSRB',
    { at: 0x7b, width: 8 },
    {
      ADTS: gap(bits(3, 0), 'conversions started by timers, pins or the comparator'),
      MUX5: bit(5),
      ACME: gap(bit(6), 'the analog comparator is not modelled'),
      ADHSM: gap(bit(7), 'high speed mode is not modelled'),
      RES: reserved(bit(4)),
    },
  ),
  ADMUX: register(
    'ADMUX',
    { at: 0x7c, width: 8 },
    { MUX: bits(4, 0), ADLAR: bit(5), REFS: bits(7, 6) },
  ),
};
export const AVR_ADC_REGISTERS: readonly Register[] = Object.values(ADC);

const { ADIE, ADIF, ADATE, ADSC, ADEN, ADPS } = ADC.ADCSRA.mask;
const FIRST_CLOCKS = 25;
const CLOCKS = 13;
const BANDGAP = 0x1e;
const GROUND = 0x1f;
const TEMPERATURE = 0x27;
const NEVER = Number.POSITIVE_INFINITY;

export interface AvrAdcOptions {
  readonly bandgapVolts: number;
  /** REFS 3: the internal reference. */
  readonly referenceVolts: number;
  /** At AREF; null = the pin is tied to the supply. */
  readonly arefVolts: number | null;
  readonly celsius: number;
}
/** The temperature sensor: about one step of the internal reference for each kelvin. */
export const AVR_ADC_DEFAULTS: AvrAdcOptions = {
  bandgapVolts: 1.1,
  referenceVolts: 2.56,
  arefVolts: null,
  celsius: 25,
};
const KELVIN = 273;

export interface AvrAdcWiring extends AvrAdcOptions {
  readonly clock: ClockId;
  readonly inputs: Waveforms;
  readonly supplyVolts: () => number;
  readonly vector: number;
  readonly setLine: (vector: number, asserted: boolean) => void;
}

/** Words of the state block. */
const CONVERTING = 0;
const WARM = 1;
const LOCKED = 2;
const RESULT = 3;
/** ADMUX and MUX5 as at the start. */
const SELECT = 4;
const POWER_OFF = 5;
const WORDS = 6;
/** Doubles: ADC clocks left, at the tick; tick of the start; tick of an edge of the ADC clock. */
const LEFT = 0;
const AT = 1;
const START = 2;
const EDGE = 3;

export class AvrAdc implements Clocked {
  readonly #machine: Machine;
  readonly #clocks: ClockTree;
  readonly #io: IoSpace;
  readonly #wiring: AvrAdcWiring;
  readonly #slot: EventSlot;
  readonly #s: Int32Array;
  readonly #t: Float64Array;

  constructor(machine: Machine, clocks: ClockTree, io: IoSpace, wiring: AvrAdcWiring) {
    this.#machine = machine;
    this.#clocks = clocks;
    this.#io = io;
    this.#wiring = wiring;
    io.declare('ADC', AVR_ADC_REGISTERS);
    this.#s = machine.memory.stateWords('ADC', WORDS);
    this.#t = machine.memory.stateDoubles('ADC times', 4);
    this.#slot = machine.scheduler.register('ADC conversion', (at) => this.#finish(at));
    this.#hook();
    clocks.use(this);
  }

  reset(): void {
    this.#s.fill(0);
    this.#t.fill(0);
    this.#settle();
  }
  /** PRR0.PRADC. */
  set powered(on: boolean) {
    if (on === (this.#s[POWER_OFF] === 0)) return;
    this.beforeClockChange();
    this.#s[POWER_OFF] = on ? 0 : 1;
    this.afterClockChange();
  }
  /** The vector was entered. */
  acknowledge(): void {
    this.#io.set(ADC.ADCSRA, this.#io.value(ADC.ADCSRA) & ~ADIF);
    this.#settle();
  }
  /** Idle or ADC noise reduction is entered: a conversion starts if the ADC is on. */
  sleepEntered(): void {
    const control = this.#io.value(ADC.ADCSRA);
    if ((control & ADEN) === 0 || this.#s[CONVERTING] !== 0) return;
    this.#io.set(ADC.ADCSRA, control | ADSC);
    this.#begin(this.#nextEdge());
    this.#settle();
  }
  beforeClockChange(): void {
    this.#sync();
    this.#t[EDGE] = this.#machine.now;
  }
  /** A conversion that waits for its edge has all its clocks left. */
  #sync(): void {
    const { now } = this.#machine;
    const ticks = this.#adcTicks();
    if (now <= this.#t[AT]!) return;
    if (ticks !== NEVER) this.#t[LEFT] = this.#t[LEFT]! - (now - this.#t[AT]!) / ticks;
    this.#t[AT] = now;
  }
  afterClockChange(): void {
    this.#settle();
  }

  #hook(): void {
    const io = this.#io;
    io.hook(ADC.ADCL, {
      read: () => {
        this.#s[LOCKED] = 1;
        return this.#shown() & 0xff;
      },
    });
    io.hook(ADC.ADCH, {
      read: () => {
        this.#s[LOCKED] = 0;
        return this.#shown() >> 8;
      },
    });
    io.hook(ADC.ADCSRA, {
      before: () => this.#sync(),
      write: (value, mask, previous) => this.#control(value, mask, previous),
    });
  }
  #shown(): number {
    const left = (this.#io.value(ADC.ADMUX) & ADC.ADMUX.mask.ADLAR) !== 0;
    return left ? this.#s[RESULT]! << 6 : this.#s[RESULT]!;
  }

  #control(value: number, mask: number, previous: number): void {
    const io = this.#io;
    let control = io.value(ADC.ADCSRA) & ~(ADIF | ADSC);
    if (((control ^ previous) & (ADEN | ADPS)) !== 0) this.#t[EDGE] = this.#machine.now;
    if ((value & ADIF) === 0) control |= previous & ADIF;
    if ((control & ADEN) === 0) {
      this.#s[CONVERTING] = 0;
      this.#s[WARM] = 0;
      io.set(ADC.ADCSRA, control);
      this.#settle();
      return;
    }
    const wanted = (value & mask & ADSC) !== 0;
    if (this.#s[CONVERTING] !== 0 || wanted) control |= ADSC;
    io.set(ADC.ADCSRA, control);
    if (wanted && this.#s[CONVERTING] === 0) this.#begin(this.#nextEdge());
    this.#settle();
  }

  #begin(at: number): void {
    const io = this.#io;
    this.#s[CONVERTING] = 1;
    const high = (io.value(ADC.ADCSRB) & ADC.ADCSRB.mask.MUX5) !== 0 ? 0x100 : 0;
    this.#s[SELECT] = io.value(ADC.ADMUX) | high;
    this.#t[LEFT] = this.#s[WARM] === 0 ? FIRST_CLOCKS : CLOCKS;
    this.#t[AT] = at;
    this.#t[START] = at;
    this.#s[WARM] = 1;
  }
  #finish(at: number): void {
    const io = this.#io;
    if (this.#s[LOCKED] === 0) this.#s[RESULT] = this.#sample();
    this.#s[CONVERTING] = 0;
    const control = io.value(ADC.ADCSRA);
    const again = (control & ADATE) !== 0;
    io.set(ADC.ADCSRA, (again ? control : control & ~ADSC) | ADIF);
    if (again) this.#begin(at);
    this.#settle();
  }

  #sample(): number {
    const { inputs, bandgapVolts, referenceVolts, arefVolts, supplyVolts, celsius } = this.#wiring;
    const select = this.#s[SELECT]!;
    const channel = (select & 0x1f) | ((select & 0x100) >> 3);
    const references = [arefVolts ?? supplyVolts(), supplyVolts(), 0, referenceVolts];
    const reference = references[(select >> 6) & 3]!;
    let volts = 0;
    if (channel < 8) volts = inputs.voltsAt(channel, this.#t[START]!);
    else if (channel >= 0x20 && channel <= 0x25) {
      volts = inputs.voltsAt(channel - 0x20 + 8, this.#t[START]!);
    } else if (channel === BANDGAP) volts = bandgapVolts;
    else if (channel === TEMPERATURE) volts = ((KELVIN + celsius) * referenceVolts) / 1024;
    else if (channel !== GROUND) this.#gap(`differential or reserved channel ${channel}: reads 0`);
    if (reference === 0) {
      this.#gap('reserved reference: reads 0');
      return 0;
    }
    return Math.max(0, Math.min(1023, Math.floor((volts / reference) * 1024)));
  }

  #adcTicks(): number {
    if (this.#s[POWER_OFF] !== 0) return NEVER;
    const code = fieldOf(this.#io.value(ADC.ADCSRA), ADPS);
    return this.#clocks.ticks[this.#wiring.clock]! * 2 ** Math.max(1, code);
  }
  /** A conversion starts with the next edge of the ADC clock, which runs since the last change of it. */
  #nextEdge(): number {
    const ticks = this.#adcTicks();
    const { now } = this.#machine;
    if (ticks === NEVER) return now;
    return this.#t[EDGE]! + Math.ceil((now - this.#t[EDGE]!) / ticks) * ticks;
  }
  #settle(): void {
    const control = this.#io.value(ADC.ADCSRA);
    this.#wiring.setLine(this.#wiring.vector, (control & ADIF) !== 0 && (control & ADIE) !== 0);
    const ticks = this.#adcTicks();
    const { scheduler } = this.#machine;
    if (this.#s[CONVERTING] === 0 || ticks === NEVER) scheduler.cancel(this.#slot);
    else scheduler.schedule(this.#slot, Math.round(this.#t[AT]! + this.#t[LEFT]! * ticks));
  }
  #gap(detail: string): void {
    const { events, bus, now } = this.#machine;
    events.raise({ kind: 'gap-register', at: now, pc: bus.currentPc, where: 'ADMUX', detail });
  }
}
