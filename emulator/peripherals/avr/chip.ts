/** An AVR microcontroller put together from its table: core, I/O space, clocks, peripherals, resets, supply.
 *  Source: ATmega16U4/32U4 datasheet, "AVR CPU Core", "System Control and Reset". Leaves out: what the tables
 *  declare as gaps. Everything that can change lives in the machine's linear memory. */

import type { AvrSystem } from '../../cpu/avr/index.ts';
import { POWER_STATES, type PowerState } from '../../energy/currents.ts';
import { FlashTrafficCounter } from '../../energy/flash-traffic.ts';
import { EnergyMeter } from '../../energy/meter.ts';
import { AvrEeprom } from '../../flash/avr-eeprom.ts';
import { FLASH_PAGE_BYTES, FUSES_START } from '../../flash/avr-nvm.ts';
import { AvrSpm } from '../../flash/avr-spm.ts';
import { NorArray, type NorOptions, norMemory } from '../../flash/nor-array.ts';
import { ClockTree } from '../../machine/clock-tree.ts';
import { Machine } from '../../machine/machine.ts';
import { PAGE_BYTES } from '../../machine/memory.ts';
import type { EventSlot } from '../../machine/scheduler.ts';
import { installWaitingLoopSkip } from '../../machine/waiting-loop.ts';
import {
  AVR_RESET_TABLE,
  AVR_SUPPLY_DEFAULTS,
  type AvrResetCause,
  avrMaxHz,
  avrSupplyLevels,
} from '../../power/atmega32u4-resets.ts';
import { Supply, type SupplyState } from '../../power/supply.ts';
import { garbageBytes, garbageStream } from '../shared/garbage.ts';
import type { PinLevel } from '../shared/pin-level.ts';
import { uartLineBulkBytes } from '../shared/uart-line.ts';
import type { Wave } from '../shared/waveform.ts';
import type { AvrAdc } from './adc.ts';
import { AvrPeripherals } from './chip-parts.ts';
import type { AvrCpu, AvrOptions, AvrTable, Fuses, VectorName } from './chip-table.ts';
import { AVR_CLOCKING_DEFAULTS, AvrClocking } from './clocking.ts';
import { InterruptLines } from './interrupt-lines.ts';
import { IoSpace } from './io-space.ts';
import { type AvrPorts, parseAvrPin } from './ports.ts';
import { AvrSleep, type SleepMode } from './sleep.ts';
import { AvrSystemControl, HALT_EEPROM, HALT_FLASH, HALT_RESET, SYS } from './system-control.ts';
import type { AvrUsart } from './usart.ts';
import type { AvrWatchdog } from './watchdog.ts';

const KB = 1024;
/** Data space, registers and times of the peripherals, the clock tree, the core. */
const STATE_BYTES = 16 * KB;
const NOMINAL_MILLIVOLTS = 5000;
const REGISTERS = 32;
/** As an Arduino Leonardo is delivered. */
export const LEONARDO_FUSES: Fuses = { low: 0xff, high: 0xd8, extended: 0xcb };
export const LEONARDO_LOCK_BITS = 0x2f;
/** Bits of the high fuse byte; 0 = programmed. */
const BOOTRST = 0x01;
const WDTON = 0x10;

/** The deeper modes by what they draw. */
const POWER_STATE_OF: Readonly<Record<SleepMode, PowerState>> = {
  idle: 'idle',
  'adc-noise-reduction': 'adc-noise-reduction',
  standby: 'standby',
  'extended-standby': 'standby',
  'power-save': 'power-down',
  'power-down': 'power-down',
};

/** Words of the chip's own state. */
const RESETS = 0;
const NEVER_STARTED = 1;
const PIN_LOW = 2;

export class AvrChip {
  readonly table: AvrTable;
  readonly machine: Machine;
  readonly cpu: AvrCpu;
  readonly io: IoSpace;
  readonly flash: NorArray;
  readonly spm: AvrSpm;
  readonly eeprom: AvrEeprom;
  readonly clocks: ClockTree;
  readonly clocking: AvrClocking;
  readonly lines: InterruptLines;
  readonly system: AvrSystemControl;
  readonly sleep: AvrSleep;
  /** Ports, timers, USART and so on. */
  readonly parts: AvrPeripherals;
  readonly supply: Supply;
  /** Time in each power state, and flash traffic, since the machine was made. */
  readonly energy: EnergyMeter<PowerState>;
  readonly traffic: FlashTrafficCounter;
  readonly fuses: Fuses;
  /** The chip has been reset: memory and registers are as after it, no instruction has run. */
  onReset: ((cause: AvrResetCause) => void) | null = null;
  readonly #options: AvrOptions;
  readonly #s: Int32Array;
  readonly #startSlot: EventSlot;

  constructor(table: AvrTable, options: AvrOptions) {
    this.table = table;
    this.#options = options;
    this.fuses = { ...LEONARDO_FUSES, ...options.fuses };
    const flash: NorOptions = { ...table.flash, seed: options.seed, ...options.flash };
    const cells = norMemory(flash.bytes, flash.sectors.length, flash.maxProgramBytes);
    const machine = new Machine({
      rootHz: table.rootHz,
      stateBytes: cells.stateBytes + STATE_BYTES,
      bulkBytes: cells.bulkBytes + uartLineBulkBytes + 4 * PAGE_BYTES,
    });
    this.machine = machine;
    machine.events.onEvent = options.onEvent ?? null;
    this.clocks = new ClockTree(machine);
    this.supply = new Supply(
      machine,
      avrSupplyLevels(this.fuses.extended, { ...AVR_SUPPLY_DEFAULTS, ...options.supply }),
    );
    this.#s = machine.memory.stateWords('chip', 4);
    this.flash = new NorArray(machine, flash);
    this.flash.attachTo(machine.bus);
    const { low, high, extended } = this.fuses;
    const lockBits = options.lockBits ?? LEONARDO_LOCK_BITS;
    this.flash.load(FUSES_START, Uint8Array.of(low, lockBits | 0xc0, extended, high));
    this.cpu = options.createCpu(machine, table.core);
    machine.attachCpu(this.cpu);
    this.energy = new EnergyMeter(machine, 'power states', POWER_STATES);
    this.traffic = new FlashTrafficCounter(machine, this.flash, this.cpu, {
      pages: (table.core.programWords * 2) / FLASH_PAGE_BYTES,
      pageBytes: FLASH_PAGE_BYTES,
    });
    this.io = new IoSpace(machine, this.cpu.data);
    this.lines = new InterruptLines(machine, table.lastVector, (vector, asserted) =>
      this.cpu.setInterrupt(vector, asserted),
    );

    this.clocking = new AvrClocking(machine, this.clocks, this.io, {
      ...AVR_CLOCKING_DEFAULTS,
      ...options.clocking,
      ...(options.crystalHz === undefined ? {} : { crystalHz: options.crystalHz }),
      lowFuse: this.fuses.low,
    });
    this.clocking.onChange = () => this.#checkOperatingRange();
    this.system = this.#createSystem();
    this.sleep = this.#createSleep();
    this.lines.onAsserted = () => this.sleep.interrupt();
    this.parts = this.#createParts();
    this.#startSlot = machine.scheduler.register('start-up', () => this.#start());
    this.spm = this.#createSpm();
    this.eeprom = this.#createEeprom();
    this.cpu.connect(this.#coreSystem());
    installWaitingLoopSkip(machine);
    this.#standStill();
  }

  /** Resets since the machine was made, power-on included. */
  get resets(): number {
    return this.#s[RESETS]!;
  }
  get isPowered(): boolean {
    return this.supply.state !== 'off';
  }
  /** First word of the boot section, by BOOTSZ. */
  get bootStart(): number {
    return this.table.core.programWords - this.table.bootWords[(this.fuses.high >> 1) & 3]!;
  }
  /** Word address of the first instruction, by BOOTRST. */
  get resetVector(): number {
    return (this.fuses.high & BOOTRST) === 0 ? this.bootStart : 0;
  }

  /** Supply comes up at once, from nothing to 5 V. */
  powerOn(): void {
    if (this.isPowered) throw new Error(`${this.table.name} has its supply already`);
    this.setSupplyMillivolts(NOMINAL_MILLIVOLTS);
  }
  /** Supply is gone at once. A bench that tears a flash operation calls `flash.powerFail` before. */
  powerOff(): void {
    this.setSupplyMillivolts(0);
  }
  /** Power-on reset and brown-out detector follow the voltage. */
  setSupplyMillivolts(millivolts: number): void {
    const before = this.supply.state;
    const after = this.supply.set(millivolts);
    if (after === 'off') {
      if (before === 'off') return;
      this.flash.powerFail(null, 0);
      this.spm.powerOff();
      this.eeprom.powerOff();
      this.#standStill();
      this.energy.enter('off');
      return;
    }
    if (before === 'off') this.#s[NEVER_STARTED] = 1;
    this.#followSupply(before, after);
    this.#checkOperatingRange();
  }
  /** The reset pin: while low the chip stands still, but what the flash began goes on. */
  setResetPin(level: 'low' | 'high'): void {
    const low = level === 'low' ? 1 : 0;
    if (low === this.#s[PIN_LOW]) return;
    this.#s[PIN_LOW] = low;
    if (!this.isPowered || this.supply.state === 'reset') return;
    if (low === 0) this.reset('external');
    else this.#standStill();
  }

  reset(cause: AvrResetCause): void {
    if (!this.isPowered) return;
    const row = AVR_RESET_TABLE[cause];
    this.#s[RESETS] = this.#s[RESETS]! + 1;
    this.#s[NEVER_STARTED] = 0;
    if (!row.keepsRam) this.#fillWithGarbage();
    if (!row.keepsProgramming) this.flash.reset();
    this.#resetRegisters(cause);
    this.cpu.reset(this.resetVector);
    this.energy.enter('active');
    this.system.halt(HALT_RESET, true);
    const { scheduler, now } = this.machine;
    scheduler.schedule(this.#startSlot, now + this.clocking.resetTicks);
    this.onReset?.(cause);
    if (this.#s[PIN_LOW] === 1) this.#standStill();
  }

  /** `PD3`: what the board does to the pin. */
  setPin(name: string, level: PinLevel): void {
    const [port, pin] = parseAvrPin(name);
    this.parts.ports.drive(port, pin, level === 'float' ? null : level === 'high');
  }
  pin(name: string): 'low' | 'high' {
    const [port, pin] = parseAvrPin(name);
    return this.parts.ports.level(port, pin) ? 'high' : 'low';
  }
  setWave(channel: number, wave: Wave): void {
    this.parts.waves.set(channel, wave);
  }
  wave(channel: number): Wave {
    return this.parts.waves.get(channel);
  }
  get usart1(): AvrUsart {
    return this.parts.usart1;
  }
  get ports(): AvrPorts {
    return this.parts.ports;
  }
  get watchdog(): AvrWatchdog {
    return this.parts.watchdog;
  }
  get adc(): AvrAdc {
    return this.parts.adc;
  }
  get timers(): Pick<AvrPeripherals, 'timer0' | 'timer1' | 'timer3' | 'timer4'> {
    return this.parts;
  }
  uart(n: number): AvrUsart {
    if (n !== 1) throw new RangeError(`there is no USART${n}`);
    return this.usart1;
  }
  /** SRAM as bytes of the linear memory; copy before keeping. */
  get sram(): Uint8Array {
    const { address, bytes } = this.table.ram;
    return this.cpu.data.subarray(address, address + bytes);
  }

  #coreSystem(): AvrSystem {
    return {
      io: this.io,
      spm: (z, word) => this.spm.spm(z, word),
      loadSpecial: (z) => this.spm.loadSpecial(z),
      sleep: () => this.sleep.enter(),
      watchdogReset: () => this.parts.watchdog.restart(),
      interruptTaken: (vector) => this.parts.interruptTaken(vector),
    };
  }
  #createSpm(): AvrSpm {
    return new AvrSpm(this.machine, {
      io: this.io,
      flash: this.flash,
      setLine: this.lines.set,
      halt: (on) => this.system.halt(HALT_FLASH, on),
      setSpecialReads: (on) => {
        this.cpu.specialProgramReads = on;
      },
      bootStart: () => this.bootStart * 2,
      signatureRow: this.table.signatureRow,
    });
  }
  #createEeprom(): AvrEeprom {
    return new AvrEeprom(this.machine, {
      io: this.io,
      flash: this.flash,
      timing: this.table.nvmTiming,
      setLine: this.lines.set,
      halt: (on) => this.system.halt(HALT_EEPROM, on),
      spmBusy: () => this.spm.busy,
      onWrite: () => this.spm.clearBuffer(),
    });
  }

  #vectors(names: readonly VectorName[]): number[] {
    return names.map((name) => this.table.vectors[name]);
  }
  #createSystem(): AvrSystemControl {
    return new AvrSystemControl(this.machine, this.io, {
      lines: this.lines,
      setVectorsInBootSection: (on) => {
        this.cpu.vectorBase = on ? this.bootStart : 0;
      },
      onPullUps: () => this.parts.ports.refresh(),
      onPowerReduction: () => this.parts.followPowerReduction(),
    });
  }
  #createParts(): AvrPeripherals {
    const { machine, clocks, io, lines, clocking, system, supply, table } = this;
    return new AvrPeripherals({
      ...{ machine, clocks, io, lines, clocking, system, supply, table },
      options: this.#options,
      watchdogAlwaysOn: (this.fuses.high & WDTON) === 0,
      watchdogReset: () => this.reset('watchdog'),
    });
  }
  #createSleep(): AvrSleep {
    const { table } = this;
    return new AvrSleep(this.machine, this.io, {
      lines: this.lines,
      clocking: this.clocking,
      system: this.system,
      data: this.cpu.data,
      wakeFromNoiseReduction: this.#vectors(table.wakeFromNoiseReduction),
      wakeFromDeep: this.#vectors(table.wakeFromDeep),
      onWake: () => this.energy.enter('active'),
      onEnter: (mode) => {
        this.energy.enter(POWER_STATE_OF[mode]);
        if (mode === 'idle' || mode === 'adc-noise-reduction') this.parts.adc.sleepEntered();
      },
    });
  }
  /** In reset, or without supply: the CPU stands, peripherals are as after a reset, nothing is due but the
   *  end of a flash operation and characters on the line. */
  #standStill(): void {
    this.#resetRegisters(null);
    this.parts.usart1.silence();
    this.machine.scheduler.cancel(this.#startSlot);
    this.system.halt(HALT_RESET, true);
  }
  /** The start-up time is over: the first instruction is next. */
  #start(): void {
    this.parts.watchdog.restart();
    this.system.halt(HALT_RESET, false);
  }

  /** @param cause null while the reset still lasts: MCUSR is set when it ends. */
  #resetRegisters(cause: AvrResetCause | null): void {
    this.io.reset((reg) => reg === SYS.MCUSR);
    this.lines.reset();
    this.clocking.reset();
    this.sleep.reset();
    if (cause !== null) this.system.reset(cause);
    this.parts.reset();
    this.spm.reset();
    this.eeprom.reset();
  }

  #followSupply(before: SupplyState, after: SupplyState): void {
    const neverStarted = this.#s[NEVER_STARTED] === 1;
    if (after === 'reset') {
      if (!neverStarted && before !== 'reset') this.#standStill();
    } else if (neverStarted) {
      this.flash.powerOn();
      this.reset('power-on');
    } else if (before === 'reset') this.reset('brown-out');
  }
  /** A part that is too fast for its supply may do anything: nothing is modelled, but it is said. */
  #checkOperatingRange(): void {
    if (!this.isPowered || this.supply.state === 'reset') return;
    const { millivolts } = this.supply;
    const hz = this.clocking.cpuHz;
    if (hz > avrMaxHz(millivolts)) {
      this.clocks.illegal('clkCPU', `${hz} Hz is too fast for ${millivolts} mV`);
    }
  }

  #fillWithGarbage(): void {
    const { seed } = this.#options;
    this.sram.set(garbageBytes(seed, this.table.ram.bytes));
    const random = garbageStream(~seed);
    for (let i = 0; i < REGISTERS; i++) this.cpu.data[i] = random();
  }
}
