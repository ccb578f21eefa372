/** The peripherals of an AVR chip, made from its table and wired to each other: vectors, pins, power bits.
 *  Source: ATmega16U4/32U4 datasheet, "Interrupts", "Alternate Port Functions", "Power Reduction Register".
 *  Leaves out: what the peripherals' own files do. */

import type { ClockTree } from '../../machine/clock-tree.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Supply } from '../../power/supply.ts';
import { Waveforms } from '../shared/waveform.ts';
import { AVR_ADC_CHANNELS, AVR_ADC_DEFAULTS, AvrAdc } from './adc.ts';
import type { AvrOptions, AvrTable, VectorName } from './chip-table.ts';
import type { AvrClocking } from './clocking.ts';
import { AvrExternalInterrupts } from './external-interrupts.ts';
import { declareGapBlocks } from './gap-blocks.ts';
import type { InterruptLines } from './interrupt-lines.ts';
import type { IoSpace } from './io-space.ts';
import { AvrPorts, type PinChange, type PortName } from './ports.ts';
import { AvrSpi } from './spi.ts';
import { type AvrSystemControl, SYS } from './system-control.ts';
import { createSynchronousPrescaler, Prescaler } from './timer-clock.ts';
import { AvrTimer4 } from './timer4.ts';
import { AvrTimer8 } from './timer8.ts';
import { AvrTimer16 } from './timer16.ts';
import { AvrTwi } from './twi.ts';
import { AvrUsart } from './usart.ts';
import { AvrWatchdog } from './watchdog.ts';

/** What the parts need of the chip. */
export interface AvrChipParts {
  readonly machine: Machine;
  readonly clocks: ClockTree;
  readonly io: IoSpace;
  readonly lines: InterruptLines;
  readonly clocking: AvrClocking;
  readonly system: AvrSystemControl;
  readonly supply: Supply;
  readonly table: AvrTable;
  readonly options: AvrOptions;
  readonly watchdogAlwaysOn: boolean;
  readonly watchdogReset: () => void;
}

type Pin = readonly [port: PortName, pin: number];
/** Compare outputs by channel; timer 3 has a pin for A only. */
const OUTPUTS: Readonly<Record<0 | 1 | 3, readonly Pin[]>> = {
  0: [
    ['B', 7],
    ['D', 0],
  ],
  1: [
    ['B', 5],
    ['B', 6],
    ['B', 7],
  ],
  3: [['C', 6]],
};
const RXD: Pin = ['D', 2];
const TXD: Pin = ['D', 3];
const T0: Pin = ['D', 7];
const T1: Pin = ['D', 6];
const ICP1: Pin = ['D', 4];
const ICP3: Pin = ['C', 7];

export class AvrPeripherals {
  readonly ports: AvrPorts;
  readonly external: AvrExternalInterrupts;
  readonly watchdog: AvrWatchdog;
  readonly usart1: AvrUsart;
  readonly waves: Waveforms;
  readonly adc: AvrAdc;
  readonly timer0: AvrTimer8;
  readonly timer1: AvrTimer16;
  readonly timer3: AvrTimer16;
  readonly timer4: AvrTimer4;
  readonly spi: AvrSpi;
  readonly twi: AvrTwi;
  readonly #chip: AvrChipParts;
  /** By vector: what the part clears when the core enters it. */
  readonly #acknowledge: ((() => void) | undefined)[] = [];

  constructor(chip: AvrChipParts) {
    this.#chip = chip;
    const { machine, clocks, io, clocking, table } = chip;
    const setLine = chip.lines.set;
    this.ports = new AvrPorts(machine, io, () => chip.system.pullUpsOff);
    this.external = this.#createExternal();
    this.watchdog = new AvrWatchdog(machine, clocks, io, {
      clock: clocking.watchdogClock,
      alwaysOn: chip.watchdogAlwaysOn,
      vector: this.#vector('WDT', () => this.watchdog.acknowledge()),
      setLine,
      isForced: () => chip.system.watchdogFlag,
      reset: chip.watchdogReset,
    });
    this.usart1 = this.#createUsart();
    this.waves = new Waveforms(machine, AVR_ADC_CHANNELS);
    this.adc = this.#createAdc();
    const prescaler = new Prescaler(machine, clocks, '0', () => clocks.ticks[clocking.ioClock]!);
    this.timer0 = this.#createTimer0(prescaler);
    this.timer1 = this.#createTimer16(1, prescaler, (vector) =>
      this.timer1.core.acknowledge(vector),
    );
    this.timer3 = this.#createTimer16(3, prescaler, (vector) =>
      this.timer3.core.acknowledge(vector),
    );
    createSynchronousPrescaler(io, prescaler, [
      this.timer0.core,
      this.timer1.core,
      this.timer3.core,
    ]);
    this.timer4 = this.#createTimer4();
    this.spi = new AvrSpi(machine, clocks, io, {
      clock: clocking.ioClock,
      vector: this.#vector('SPI', () => this.spi.acknowledge()),
      setLine,
    });
    this.twi = new AvrTwi(machine, clocks, io, {
      clock: clocking.ioClock,
      vector: table.vectors.TWI,
      setLine,
    });
    declareGapBlocks(io);
    this.ports.onLevels.push((change) => this.#pinChanged(change));
  }

  /** After the I/O space has its reset values. */
  reset(): void {
    this.ports.reset();
    this.external.reset();
    this.watchdog.reset();
    this.usart1.reset();
    this.adc.reset();
    this.timer0.reset();
    this.timer1.reset();
    this.timer3.reset();
    this.timer4.reset();
    this.spi.reset();
    this.twi.reset();
  }
  /** The core has entered this vector. */
  interruptTaken(vector: number): void {
    this.#acknowledge[vector]?.();
  }
  /** PRR0 and PRR1 as they are now. */
  followPowerReduction(): void {
    const { io } = this.#chip;
    const first = io.value(SYS.PRR0);
    const second = io.value(SYS.PRR1);
    const { PRADC, PRSPI, PRTIM1, PRTIM0, PRTWI } = SYS.PRR0.mask;
    const { PRUSART1, PRTIM3, PRTIM4, PRUSB } = SYS.PRR1.mask;
    const set = (block: string, off: number, part?: { powered: boolean }): void => {
      if (part !== undefined) part.powered = off === 0;
      io.setPowered(block, off === 0);
    };
    set('ADC', first & PRADC, this.adc);
    set('SPI', first & PRSPI, this.spi);
    set('timer 0', first & PRTIM0, this.timer0.core);
    set('timer 1', first & PRTIM1, this.timer1.core);
    set('TWI', first & PRTWI, this.twi);
    set('USART1', second & PRUSART1, this.usart1);
    set('timer 3', second & PRTIM3, this.timer3.core);
    set('timer 4', second & PRTIM4, this.timer4.core);
    set('USB', second & PRUSB);
  }

  /** @returns the vector's number, once `clear` is called whenever the core enters it. */
  #vector(name: VectorName, clear: (vector: number) => void): number {
    const vector = this.#chip.table.vectors[name];
    this.#acknowledge[vector] = () => clear(vector);
    return vector;
  }

  #createExternal(): AvrExternalInterrupts {
    const { io, lines, clocking } = this.#chip;
    const clear = (vector: number) => this.external.acknowledge(vector);
    return new AvrExternalInterrupts(io, {
      ports: this.ports,
      vectors: Object.fromEntries(
        ([0, 1, 2, 3, 6] as const).map((n) => [n, this.#vector(`INT${n}`, clear)]),
      ),
      pinChangeVector: this.#vector('PCINT0', clear),
      setLine: lines.set,
      ioClockRuns: () => clocking.stopped === 0,
    });
  }
  #createUsart(): AvrUsart {
    const { machine, clocks, io, lines, clocking, table } = this.#chip;
    const usart = new AvrUsart(machine, clocks, io, {
      clock: clocking.ioClock,
      vectors: {
        rx: table.vectors.USART1_RX,
        udre: table.vectors.USART1_UDRE,
        tx: this.#vector('USART1_TX', (vector) => this.usart1.acknowledge(vector)),
      },
      setLine: lines.set,
    });
    usart.onEnable = (receiver, transmitter) => {
      this.ports.take(...RXD, receiver ? 'input' : null);
      this.ports.take(...TXD, transmitter ? 'high' : null);
    };
    return usart;
  }
  #createAdc(): AvrAdc {
    const { machine, clocks, io, lines, clocking, supply, options } = this.#chip;
    return new AvrAdc(machine, clocks, io, {
      ...AVR_ADC_DEFAULTS,
      ...options.adc,
      clock: clocking.adcClock,
      inputs: this.waves,
      supplyVolts: () => supply.millivolts / 1000,
      vector: this.#vector('ADC', () => this.adc.acknowledge()),
      setLine: lines.set,
    });
  }

  #output(timer: 0 | 1 | 3): (channel: number, level: boolean | null) => void {
    return (channel, level) => {
      const pin = OUTPUTS[timer][channel];
      if (pin !== undefined) this.ports.wave(...pin, level);
    };
  }
  #createTimer0(prescaler: Prescaler): AvrTimer8 {
    const { machine, clocks, io, lines } = this.#chip;
    const clear = (vector: number) => this.timer0.core.acknowledge(vector);
    return new AvrTimer8(machine, clocks, io, {
      prescaler,
      vectors: {
        overflow: this.#vector('TIMER0_OVF', clear),
        compare: [this.#vector('TIMER0_COMPA', clear), this.#vector('TIMER0_COMPB', clear)],
      },
      setLine: lines.set,
      onOutput: this.#output(0),
    });
  }
  #createTimer16(n: 1 | 3, prescaler: Prescaler, clear: (vector: number) => void): AvrTimer16 {
    const { machine, clocks, io, lines } = this.#chip;
    return new AvrTimer16(machine, clocks, io, {
      n,
      prescaler,
      vectors: {
        overflow: this.#vector(`TIMER${n}_OVF`, clear),
        compare: [
          this.#vector(`TIMER${n}_COMPA`, clear),
          this.#vector(`TIMER${n}_COMPB`, clear),
          this.#vector(`TIMER${n}_COMPC`, clear),
        ],
        capture: this.#vector(`TIMER${n}_CAPT`, clear),
      },
      setLine: lines.set,
      onOutput: this.#output(n),
    });
  }
  #createTimer4(): AvrTimer4 {
    const { machine, clocks, io, lines, clocking } = this.#chip;
    const clear = (vector: number) => this.timer4.core.acknowledge(vector);
    return new AvrTimer4(machine, clocks, io, {
      ticks: () => {
        const pll = clocks.ticks[clocking.pllClock]!;
        return pll === Number.POSITIVE_INFINITY ? clocks.ticks[clocking.ioClock]! : pll;
      },
      vectors: {
        overflow: this.#vector('TIMER4_OVF', clear),
        a: this.#vector('TIMER4_COMPA', clear),
        b: this.#vector('TIMER4_COMPB', clear),
        d: this.#vector('TIMER4_COMPD', clear),
      },
      setLine: lines.set,
    });
  }

  /** Clock and capture inputs of the timers. */
  #pinChanged({ port, before, after }: PinChange): void {
    const changed = before ^ after;
    const edge = ([ofPort, pin]: Pin, act: (rose: boolean) => void): void => {
      if (port === ofPort && ((changed >> pin) & 1) === 1) act(((after >> pin) & 1) === 1);
    };
    edge(T0, (rose) => this.timer0.edge(rose));
    edge(T1, (rose) => this.timer1.clockEdge(rose));
    edge(ICP1, (rose) => this.timer1.captureEdge(rose));
    edge(ICP3, (rose) => this.timer3.captureEdge(rose));
  }
}
