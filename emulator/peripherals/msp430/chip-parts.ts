/** The peripherals of the MSP430F1611, made and wired to each other: vectors, pins, triggers, resets.
 *  Source: msp430f1611.h; MSP430x1xx family user's guide, "System Resets, Interrupts, and Operating Modes".
 *  Leaves out: the core, memory, supply and boot loader, which the chip adds; what the peripherals' own files do. */

import { Msp430Flash } from '../../flash/msp430-flash.ts';
import { type FlashLimits, MSP430F1611_FLASH_LIMITS } from '../../flash/msp430-flash-limits.ts';
import type { NorArray } from '../../flash/nor-array.ts';
import { ClockTree } from '../../machine/clock-tree.ts';
import type { Machine } from '../../machine/machine.ts';
import { PAGE_BYTES } from '../../machine/memory.ts';
import { uartLineBulkBytes } from '../shared/uart-line.ts';
import { Waveforms } from '../shared/waveform.ts';
import { Adc12 } from './adc12.ts';
import {
  CPUOFF,
  MSP430F1611_CLOCKING,
  Msp430Clocking,
  type Msp430ClockingOptions,
} from './clocking.ts';
import { DMA_TRIGGERS, type DmaTrigger, Msp430Dma } from './dma.ts';
import { declareGapBlocks, resetGapBlocks } from './gap-blocks.ts';
import { Msp430Interrupts } from './interrupts.ts';
import { Msp430Multiplier } from './multiplier.ts';
import { CAPTURE_INPUTS, TIMER_OUTPUTS, USART_PINS } from './pins.ts';
import { Msp430Ports, type PortChange } from './ports.ts';
import { RegisterSpace } from './register-space.ts';
import { Msp430Sfr, type ResetKind } from './sfr.ts';
import { Msp430Svs } from './svs.ts';
import { Msp430Timer } from './timer.ts';
import { TIMER_A3, TIMER_B7 } from './timer-table.ts';
import { Msp430Usart } from './usart.ts';
import { Msp430Watchdog } from './watchdog.ts';

const KB = 1024;
/** What the parts need in the machine's memory, the flash array not counted. */
export const MSP430_PARTS_STATE_BYTES = 16 * KB;
/** Each line in pages of its own. */
export const MSP430_PARTS_BULK_BYTES = 2 * (uartLineBulkBytes + 3 * PAGE_BYTES);
const ADC_INPUTS = 8;
/** Behind the pins' waves. */
const SENSOR_WAVE = ADC_INPUTS;
const ROOM_CELSIUS = 25;

/** Why the CPU stands still: one bit each. */
export const HALT_FLASH = 1;
export const HALT_DMA = 2;
export const HALT_CPUOFF = 4;
/** Held in reset, or without supply. For the chip. */
export const HALT_RESET = 8;

export interface Msp430PartsOptions {
  readonly flash: NorArray;
  /** Level of an interrupt line, by number of its vector (interrupts.ts). */
  readonly toCpu: (vector: number, asserted: boolean) => void;
  /** A part asks for a power-up clear: the chip resets core and parts. Called in the middle of a store. */
  readonly puc: () => void;
  readonly supplyMillivolts: () => number;
  /** The supply supervisor holds the chip in reset, or lets it go. */
  readonly supervisorHolds: (on: boolean) => void;
  readonly clocking?: Partial<Msp430ClockingOptions>;
  readonly flashLimits?: Partial<FlashLimits>;
  readonly rowAtRisk?: boolean;
}

export class Msp430Parts {
  readonly clocks: ClockTree;
  readonly registers: RegisterSpace;
  readonly interrupts: Msp430Interrupts;
  readonly sfr: Msp430Sfr;
  readonly clocking: Msp430Clocking;
  readonly flash: Msp430Flash;
  readonly watchdog: Msp430Watchdog;
  readonly svs: Msp430Svs;
  readonly ports: Msp430Ports;
  readonly usart0: Msp430Usart;
  readonly usart1: Msp430Usart;
  readonly timerA: Msp430Timer;
  readonly timerB: Msp430Timer;
  readonly multiplier: Msp430Multiplier;
  readonly adc12: Adc12;
  readonly dma: Msp430Dma;
  readonly waves: Waveforms;
  readonly #machine: Machine;
  readonly #options: Msp430PartsOptions;
  /** [reasons to stand still] */
  readonly #s: Int32Array;

  constructor(machine: Machine, options: Msp430PartsOptions) {
    this.#machine = machine;
    this.#options = options;
    this.#s = machine.memory.stateWords('halts', 1);
    this.clocks = new ClockTree(machine);
    this.registers = new RegisterSpace(machine);
    this.interrupts = new Msp430Interrupts(machine, options.toCpu);
    const { clocks, registers, interrupts } = this;
    this.sfr = new Msp430Sfr(machine, registers, interrupts);
    this.clocking = new Msp430Clocking(machine, clocks, registers, this.sfr, {
      ...MSP430F1611_CLOCKING,
      ...options.clocking,
    });
    this.flash = this.#createFlash();
    const { aclk, smclk } = this.clocking;
    this.watchdog = new Msp430Watchdog(machine, clocks, registers, this.sfr, {
      aclk,
      smclk,
      puc: options.puc,
    });
    this.svs = new Msp430Svs(machine, registers, {
      supplyMillivolts: options.supplyMillivolts,
      hold: options.supervisorHolds,
    });
    this.ports = new Msp430Ports(machine, registers, interrupts);
    this.dma = new Msp430Dma(machine, registers, interrupts, {
      hold: (on) => this.halt(HALT_DMA, on),
      acknowledge: (trigger) => this.#acknowledge(trigger),
    });
    this.usart0 = this.#createUsart(0);
    this.usart1 = this.#createUsart(1);
    this.timerA = this.#createTimer('A');
    this.timerB = this.#createTimer('B');
    this.multiplier = new Msp430Multiplier(machine, registers);
    this.waves = new Waveforms(machine, ADC_INPUTS + 1);
    this.setTemperature(ROOM_CELSIUS);
    this.adc12 = new Adc12(machine, clocks, registers, interrupts, {
      sources: this.clocking,
      voltsAt: (channel, tick) => this.waves.voltsAt(channel, tick),
      sensorVolts: (tick) => this.waves.voltsAt(SENSOR_WAVE, tick),
      supplyVolts: () => options.supplyMillivolts() / 1000,
      onFlag: () => this.dma.request(DMA_TRIGGERS.adc12),
      onListening: () => this.#outputsChanged(),
    });
    declareGapBlocks(registers);
    this.ports.onLevels.push((change) => this.#pinChanged(change));
    this.ports.onSelect.push(() => this.#outputsChanged());
  }

  /** Of the chip, as its sensor shows it: SLAS368, "12-bit ADC, temperature sensor". */
  setTemperature(celsius: number): void {
    const offsetVolts = 0.986 + 0.00355 * celsius;
    this.waves.set(SENSOR_WAVE, { offsetVolts, amplitudeVolts: 0, hz: 0, phase: 0 });
  }
  /** Registers and parts as after a POR or PUC; a flash operation in flight ends where it stands. */
  reset(cause: ResetKind): void {
    this.interrupts.reset();
    this.halt(HALT_CPUOFF, false);
    this.sfr.reset(cause);
    this.clocking.reset(cause);
    this.flash.reset(cause);
    this.watchdog.reset(cause);
    this.dma.reset(cause);
    this.ports.reset(cause);
    this.usart0.reset(cause);
    this.usart1.reset(cause);
    this.timerA.reset(cause);
    this.timerB.reset(cause);
    this.adc12.reset(cause);
    resetGapBlocks(this.registers);
  }
  /** The supply is gone, and the array has been told how its operation ends: nothing runs until a reset. */
  powerOff(): void {
    this.flash.powerOff();
    this.reset('por');
    this.watchdog.silence();
    this.usart0.silence();
    this.usart1.silence();
  }
  /** The low-power bits of the core's status register, whenever they change. */
  setStatus(status: number): void {
    this.clocking.setStatus(status);
    this.halt(HALT_CPUOFF, (status & CPUOFF) !== 0);
  }
  /** The CPU stands still for as long as any reason holds. */
  halt(reason: number, on: boolean): void {
    this.#s[0] = on ? this.#s[0]! | reason : this.#s[0]! & ~reason;
    const halted = this.#s[0] !== 0;
    if (this.#machine.sleeping !== halted) this.#machine.sleeping = halted;
  }
  get halts(): number {
    return this.#s[0]!;
  }

  #createFlash(): Msp430Flash {
    const { flash, supplyMillivolts, puc, flashLimits, rowAtRisk } = this.#options;
    return new Msp430Flash(this.#machine, {
      registers: this.registers,
      flash,
      clocks: this.clocks,
      sources: this.clocking,
      supplyMillivolts,
      puc,
      hold: (on) => this.halt(HALT_FLASH, on),
      setViolation: this.sfr.setViolation,
      limits: { ...MSP430F1611_FLASH_LIMITS, ...flashLimits },
      rowAtRisk: rowAtRisk ?? false,
    });
  }
  #createUsart(n: 0 | 1): Msp430Usart {
    const { rx, tx } = USART_PINS[n];
    const usart = new Msp430Usart(this.#machine, this.clocks, this.registers, this.sfr, {
      n,
      sources: this.clocking,
      rxSelected: () => this.ports.isSelected(...rx),
      txSelected: () => this.ports.isSelected(...tx),
    });
    usart.onFlag = (flag) => this.dma.request(DMA_TRIGGERS[`usart${n}${flag}`]);
    return usart;
  }
  #createTimer(letter: 'A' | 'B'): Msp430Timer {
    const table = letter === 'A' ? TIMER_A3 : TIMER_B7;
    const outputs = TIMER_OUTPUTS[letter];
    const isSelected = (n: number) => outputs[n]!.some((pin) => this.ports.isSelected(...pin));
    const adcSource = (n: number) =>
      letter === 'A' ? (n === 1 ? 1 : null) : n === 0 ? 2 : n === 1 ? 3 : null;
    return new Msp430Timer(this.#machine, this.clocks, this.registers, this.interrupts, table, {
      sources: this.clocking,
      aclkChannel: table.channels - 1,
      isOutputUsed: (n) => {
        const source = adcSource(n);
        return isSelected(n) || (source !== null && this.adc12.listensTo(source));
      },
      onOutput: (n, high) => {
        for (const pin of outputs[n]!) this.ports.setModule(...pin, high);
        const source = adcSource(n);
        if (high && source !== null) this.adc12.trigger(source);
      },
      onFlag: (n) => {
        if (n === 0) this.dma.request(DMA_TRIGGERS[letter === 'A' ? 'taccr0' : 'tbccr0']);
        if (n === 2) this.dma.request(DMA_TRIGGERS[letter === 'A' ? 'taccr2' : 'tbccr2']);
      },
    });
  }

  #acknowledge(trigger: DmaTrigger): void {
    if (trigger === DMA_TRIGGERS.taccr0) this.timerA.clearFlag(0);
    if (trigger === DMA_TRIGGERS.taccr2) this.timerA.clearFlag(2);
    if (trigger === DMA_TRIGGERS.tbccr0) this.timerB.clearFlag(0);
    if (trigger === DMA_TRIGGERS.tbccr2) this.timerB.clearFlag(2);
  }
  #outputsChanged(): void {
    this.timerA.outputsChanged();
    this.timerB.outputsChanged();
  }
  /** Capture inputs of the timers. */
  #pinChanged({ port, before, after }: PortChange): void {
    for (const { pin, timer, channel, input } of CAPTURE_INPUTS) {
      const [ofPort, n] = pin;
      if (ofPort !== port || (((before ^ after) >> n) & 1) === 0) continue;
      const part = timer === 'A' ? this.timerA : this.timerB;
      part.setInput(channel, input, ((after >> n) & 1) === 1);
    }
  }
}
