/** LPC24xx 10-bit ADC: software start and burst, result and overrun flags for each channel, interrupt.
 *  Source: UM10237, chapter "10-bit A/D converter": 11 clocks a conversion at PCLK / (CLKDIV + 1), at most
 *  4.5 MHz. Leaves out: start by pins and timers (gap), noise and non-linearity. Burst is counted lazily. */

import type { Clocked, ClockId, ClockTree } from '../../machine/clock-tree.ts';
import type { Machine } from '../../machine/machine.ts';
import { RegisterBlock } from '../../machine/register-block.ts';
import {
  bit,
  bits,
  gap,
  lowestBit,
  type Register,
  register,
  reserved,
  wordRegister,
} from '../../machine/registers.ts';
import type { EventSlot } from '../../machine/scheduler.ts';
import type { Waveforms } from '../shared/waveform.ts';

export const ADC_CHANNELS = 8;
const ADC_MAX_HZ = 4_500_000;
const FULL_SCALE_VOLTS = 3.3;

const DATA = Array.from({ length: ADC_CHANNELS }, (_, i) =>
  wordRegister(`DR${i}`, { at: 0x10 + 4 * i, access: 'ro' }),
);
export const ADC = {
  CR: register(
    'CR',
    { at: 0x00, reset: 1 },
    {
      SEL: bits(7, 0),
      CLKDIV: bits(15, 8),
      BURST: bit(16),
      CLKS: bits(19, 17),
      PDN: bit(21),
      START: bits(26, 24),
      EDGE: gap(bit(27), 'start of a conversion by a pin or timer is not modelled'),
      RES: reserved(bit(20), bits(23, 22), bits(31, 28)),
    },
  ),
  GDR: wordRegister('GDR', { at: 0x04 }),
  INTEN: register(
    'INTEN',
    { at: 0x0c, reset: 0x100 },
    { ADINTEN: bits(7, 0), ADGINTEN: bit(8), RES: reserved(bits(31, 9)) },
  ),
  STAT: wordRegister('STAT', { at: 0x30, access: 'ro' }),
};
export const ADC_REGISTERS: readonly Register[] = [...Object.values(ADC), ...DATA];

const BURST = 1 << 16;
const PDN = 1 << 21;
const DONE = 1 << 31;
const OVERRUN = 1 << 30;
const NEVER = Number.POSITIVE_INFINITY;
/** A scan is worked out again at most this many times in one look: flags need no more than two rounds. */
const MAX_LAZY = 2 * ADC_CHANNELS;

export interface AdcOptions {
  readonly base: number;
  readonly clock: ClockId;
  readonly inputs: Waveforms;
  readonly setLine: (asserted: boolean) => void;
  /** The channel's pin belongs to the ADC. */
  readonly isSelected: (channel: number) => boolean;
}

export class Adc implements Clocked {
  readonly block: RegisterBlock;
  readonly #machine: Machine;
  readonly #clocks: ClockTree;
  readonly #options: AdcOptions;
  readonly #slot: EventSlot;
  /** [start of the conversion in flight, or Infinity] */
  readonly #start: Float64Array;
  /** Channel in flight. */
  readonly #channel: Int32Array;
  readonly #cr: number;
  readonly #gdr: number;
  readonly #inten: number;
  readonly #data: number;

  constructor(machine: Machine, clocks: ClockTree, options: AdcOptions) {
    this.#machine = machine;
    this.#clocks = clocks;
    this.#options = options;
    this.block = new RegisterBlock(machine, 'AD0', options.base, ADC_REGISTERS);
    this.#start = machine.memory.stateDoubles('AD0.start', 1);
    this.#channel = machine.memory.stateWords('AD0.channel', 1);
    this.#slot = machine.scheduler.register('AD0 conversion', () => {
      this.#sync();
      this.#settle();
    });
    this.#cr = this.block.at(ADC.CR);
    this.#gdr = this.block.at(ADC.GDR);
    this.#inten = this.block.at(ADC.INTEN);
    this.#data = this.block.at(DATA[0]!);
    this.#hook();
    clocks.use(this);
  }

  reset(): void {
    this.block.reset();
    this.#start[0] = NEVER;
    this.#channel[0] = 0;
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
    const { values } = block;
    block.hook(ADC.CR, {
      before: () => this.#sync(),
      write: () => {
        this.#writeControl(values[this.#cr]!);
        this.#settle();
      },
    });
    block.hook(ADC.INTEN, { write: () => this.#settle() });
    block.hook(ADC.GDR, {
      read: () => this.#take(this.#gdr),
      pure: true,
      write: () => this.#settle(),
    });
    DATA.forEach((reg, i) => {
      block.hook(reg, { read: () => this.#take(this.#data + i), pure: true });
    });
    block.hook(ADC.STAT, { read: () => this.#status(), pure: true });
  }

  #writeControl(control: number): void {
    const start = (control >>> 24) & 7;
    this.#start[0] = NEVER;
    if ((control & PDN) === 0) {
      if (start === 1 || (control & BURST) !== 0) this.#raise('started while powered down (PDN)');
      return;
    }
    if ((control & BURST) !== 0 && start !== 0) this.#raise('START must be 000 while BURST is 1');
    if ((control & BURST) === 0 && start === 0) return;
    if ((control & BURST) === 0 && start > 1) {
      this.#raise(`START code ${start}: a start by a pin or timer`);
      return;
    }
    const hz = this.#machine.rootHz / this.#clockTicks();
    if (hz > ADC_MAX_HZ) this.#clocks.illegal('AD0CR', `ADC clock ${hz} Hz is above 4.5 MHz`);
    this.#begin(this.#firstChannel(), this.#machine.now);
  }
  #begin(channel: number, at: number): void {
    if (channel < 0) {
      this.#start[0] = NEVER;
      return;
    }
    this.#channel[0] = channel;
    this.#start[0] = at;
    if (!this.#options.isSelected(channel)) {
      const { events, bus, now } = this.#machine;
      const where = `AD0.${channel}`;
      const detail = 'converted although PINSEL gives its pin to another function';
      events.raise({ kind: 'pin-not-selected', at: now, pc: bus.currentPc, where, detail });
    }
  }

  #clockTicks(): number {
    const divider = ((this.block.values[this.#cr]! >>> 8) & 0xff) + 1;
    return this.#clocks.ticks[this.#options.clock]! * divider;
  }
  #conversionTicks(): number {
    const control = this.block.values[this.#cr]!;
    const clocks = (control & BURST) !== 0 ? 11 - ((control >>> 17) & 7) : 11;
    return this.#clockTicks() * clocks;
  }
  #firstChannel(): number {
    const selected = this.block.values[this.#cr]! & 0xff;
    return selected === 0 ? -1 : lowestBit(selected);
  }
  /** Burst scans the selected channels from the lowest number up, again and again. */
  #nextChannel(channel: number): number {
    const above = this.block.values[this.#cr]! & 0xff & ~((2 << channel) - 1);
    return above === 0 ? this.#firstChannel() : lowestBit(above);
  }

  /** Finish every conversion that is through by now. */
  #sync(): void {
    const { now } = this.#machine;
    if (this.#start[0] === NEVER || !this.block.powered) return;
    const ticks = this.#conversionTicks();
    if (ticks === NEVER) return;
    const burst = (this.block.values[this.#cr]! & BURST) !== 0;
    /** Rounds of a burst that nobody looked at leave only their flags behind: skip them. */
    const through = Math.floor((now - this.#start[0]!) / ticks);
    if (burst && through > MAX_LAZY) {
      const channels = countBits(this.block.values[this.#cr]! & 0xff);
      const rounds = Math.floor((through - MAX_LAZY) / channels);
      this.#start[0] = this.#start[0]! + rounds * channels * ticks;
    }
    while (this.#start[0]! + ticks <= now) {
      const channel = this.#channel[0]!;
      const end = this.#start[0]! + ticks;
      this.#finish(channel, this.#start[0]!);
      if (!burst) {
        this.#start[0] = NEVER;
        return;
      }
      this.#begin(this.#nextChannel(channel), end);
    }
  }

  /** The sample is taken at the start of the conversion. */
  #finish(channel: number, sampledAt: number): void {
    const { values } = this.block;
    const volts = this.#options.inputs.voltsAt(channel, sampledAt);
    const code = Math.max(0, Math.min(1023, Math.floor((volts / FULL_SCALE_VOLTS) * 1024)));
    const own = this.#data + channel;
    const overrun = (values[own]! & DONE) !== 0 ? OVERRUN : values[own]! & OVERRUN;
    values[own] = (code << 6) | DONE | overrun;
    const before = values[this.#gdr]!;
    const lost = (before & DONE) !== 0 ? OVERRUN : before & OVERRUN;
    values[this.#gdr] = (code << 6) | (channel << 24) | DONE | lost;
  }

  /** Reading a data register clears its flags. Without a result the read has no effect: the end of the
   *  conversion is an event then, so that a waiting loop can be skipped. */
  #take(index: number): number {
    this.#sync();
    const { values } = this.block;
    const value = values[index]!;
    if ((value & DONE) !== 0) {
      this.#machine.bus.sideEffects++;
      values[index] = value & ~(DONE | OVERRUN);
    }
    this.#settle(true);
    return value;
  }
  #status(): number {
    this.#sync();
    const status = this.#flags();
    this.#settle(true);
    return status;
  }
  #flags(): number {
    const { values } = this.block;
    let flags = 0;
    for (let i = 0; i < ADC_CHANNELS; i++) {
      const value = values[this.#data + i]!;
      if ((value & DONE) !== 0) flags |= 1 << i;
      if ((value & OVERRUN) !== 0) flags |= 1 << (8 + i);
    }
    return this.#asserted(flags) ? flags | (1 << 16) : flags;
  }
  #asserted(flags: number): boolean {
    const enable = this.block.values[this.#inten]!;
    if ((enable & 0x100) !== 0) return (this.block.values[this.#gdr]! & DONE) !== 0;
    return (flags & enable & 0xff) !== 0;
  }

  /** @param polled somebody waits for a result without interrupts. */
  #settle(polled = false): void {
    const flags = this.#flags();
    const asserted = (flags & (1 << 16)) !== 0;
    this.#options.setLine(asserted);
    const { scheduler } = this.#machine;
    const ticks = this.#conversionTicks();
    const waiting = this.#start[0] !== NEVER && this.block.powered && ticks !== NEVER;
    const control = this.block.values[this.#cr]!;
    const canInterrupt = this.block.values[this.#inten] !== 0 && !asserted;
    const wanted = polled || (control & BURST) === 0 || canInterrupt;
    if (waiting && wanted) scheduler.schedule(this.#slot, this.#start[0]! + ticks);
    else scheduler.cancel(this.#slot);
  }

  #raise(detail: string): void {
    const { events, bus, now } = this.#machine;
    events.raise({ kind: 'gap-register', at: now, pc: bus.currentPc, where: 'AD0CR', detail });
  }
}

const countBits = (mask: number): number => {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
};
