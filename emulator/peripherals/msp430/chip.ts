/** An MSP430 put together from its table: core, memories, peripherals, resets, low-power modes, supply.
 *  Source: MSP430x1xx family user's guide, "System Resets, Interrupts, and Operating Modes"; SLAS368, "Memory
 *  Organization". Everything that can change lives in the machine's linear memory.
 *  Leaves out: the delay of a power-on reset; a dip of the supply that RAM outlives: below the brown-out level
 *  everything is lost. */

import {
  FLASH_POWER_STATES,
  MSP430_POWER_STATES,
  type Msp430PowerState,
} from '../../energy/ez240-currents.ts';
import { EnergyMeter } from '../../energy/meter.ts';
import type { Msp430Bsl } from '../../flash/msp430-bsl.ts';
import { arrayAddressOf, busAddressOf } from '../../flash/msp430-nvm.ts';
import { NorArray, type NorOptions, norMemory } from '../../flash/nor-array.ts';
import { Machine } from '../../machine/machine.ts';
import { PAGE_BYTES, type Region } from '../../machine/memory.ts';
import type { EventSlot } from '../../machine/scheduler.ts';
import { installWaitingLoopSkip } from '../../machine/waiting-loop.ts';
import { Supply } from '../../power/supply.ts';
import { garbageBytes, garbageStream } from '../shared/garbage.ts';
import type { PinLevel } from '../shared/pin-level.ts';
import type { Wave } from '../shared/waveform.ts';
import { Msp430BootRom } from './boot-rom.ts';
import {
  HALT_CPUOFF,
  HALT_RESET,
  MSP430_PARTS_BULK_BYTES,
  MSP430_PARTS_STATE_BYTES,
  Msp430Parts,
} from './chip-parts.ts';
import type { Msp430Cpu, Msp430Options, Msp430Table } from './chip-table.ts';
import { CPUOFF, OSCOFF, SCG0, SCG1 } from './clocking.ts';
import { type Msp430Ports, parseMsp430Pin } from './ports.ts';
import type { Msp430Usart } from './usart.ts';

const KB = 1024;
/** Clock, events, core, supply and the chip's own words. */
const STATE_BYTES = 4 * KB;
const NOMINAL_MILLIVOLTS = 3000;
/** Registers that a reset leaves alone: R4 to R15, and the stack pointer. */
const GENERAL_REGISTERS = [1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/** power-on: the supply came. external: RST was low, a POR as well. power-up-clear: watchdog, or a register
 *  written without its key. */
export type Msp430ResetCause = 'power-on' | 'external' | 'power-up-clear';

/** Words of the chip's own state. */
const RESETS = 0;
const PIN_LOW = 1;

export class Msp430Chip {
  readonly table: Msp430Table;
  readonly machine: Machine;
  readonly cpu: Msp430Cpu;
  readonly flash: NorArray;
  readonly parts: Msp430Parts;
  readonly supply: Supply;
  readonly energy: EnergyMeter<Msp430PowerState>;
  /** What the flash takes beside the CPU. */
  readonly flashEnergy: EnergyMeter<(typeof FLASH_POWER_STATES)[number]>;
  /** The chip has been reset: memory and registers are as after it, no instruction has run. */
  onReset: ((cause: Msp430ResetCause) => void) | null = null;
  /** The board's other parts share the supply: called when it comes, before the reset, and when it is gone. */
  readonly onSupply: ((isPowered: boolean) => void)[] = [];
  readonly #options: Msp430Options;
  readonly #ram: Region;
  readonly #rom: Msp430BootRom;
  readonly #s: Int32Array;
  readonly #wakeSlot: EventSlot;

  constructor(table: Msp430Table, options: Msp430Options) {
    this.table = table;
    this.#options = options;
    const nor: NorOptions = { ...table.flash, seed: options.seed, ...options.flash };
    const cells = norMemory(nor.bytes, nor.sectors.length, nor.maxProgramBytes);
    const { stateBytes = 0, bulkBytes = 0 } = options.board ?? {};
    const machine = new Machine({
      rootHz: table.rootHz,
      stateBytes: cells.stateBytes + MSP430_PARTS_STATE_BYTES + STATE_BYTES + stateBytes,
      bulkBytes:
        cells.bulkBytes + MSP430_PARTS_BULK_BYTES + table.ram.bytes + PAGE_BYTES + bulkBytes,
    });
    this.machine = machine;
    machine.events.onEvent = options.onEvent ?? null;
    this.supply = new Supply(machine, { ...table.supply, ...options.supply });
    this.#s = machine.memory.stateWords('chip', 2);
    this.flash = new NorArray(machine, nor);
    this.energy = new EnergyMeter(machine, 'CPU power', MSP430_POWER_STATES);
    this.flashEnergy = new EnergyMeter(machine, 'flash power', FLASH_POWER_STATES);
    this.cpu = options.createCpu(machine);
    machine.attachCpu(this.cpu);
    this.cpu.countDataReads(nor.address);
    this.#ram = machine.memory.bulk('RAM', table.ram.bytes);
    this.cpu.mapPlain(table.ram.address, this.#ram.offset, table.ram.bytes, true);
    this.cpu.mapPlain(table.ramMirror.address, this.#ram.offset, table.ramMirror.bytes, true);
    this.parts = this.#createParts();
    this.parts.flash.onBusy = (kind) => this.flashEnergy.enter(kind ?? 'off');
    this.#rom = new Msp430BootRom(machine, this.cpu, table.bootRom, this.parts.ports);
    this.parts.interrupts.onAsserted = () => this.#wakeIfDue();
    this.#wakeSlot = machine.scheduler.register('wake-up', () => this.#wake());
    this.cpu.connect({
      lowPowerChanged: (sr) => this.#lowPowerChanged(sr),
      interruptTaken: (line) => this.parts.interrupts.taken(line),
    });
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
  /** Supply comes up at once, from nothing to 3 V. */
  powerOn(): void {
    if (this.isPowered) throw new Error(`${this.table.name} has its supply already`);
    this.setSupplyMillivolts(NOMINAL_MILLIVOLTS);
  }
  /** Supply is gone at once. A bench that tears a flash operation calls `flash.powerFail` before. */
  powerOff(): void {
    this.setSupplyMillivolts(0);
  }
  setSupplyMillivolts(millivolts: number): void {
    const wasPowered = this.isPowered;
    this.supply.set(millivolts);
    if (this.isPowered === wasPowered) return;
    if (wasPowered) {
      this.flash.powerFail(null, 0);
      this.parts.powerOff();
      this.energy.enter('off');
      this.#standStill();
      for (const listener of this.onSupply) listener(false);
      return;
    }
    this.flash.powerOn();
    this.#fillWithGarbage();
    this.#rom.forgetTck();
    for (const listener of this.onSupply) listener(true);
    this.#reset('power-on');
  }
  /** RST/NMI as a reset: while low the chip stands still; what flash did ends where it stands. */
  setResetPin(level: 'low' | 'high'): void {
    const low = level === 'low' ? 1 : 0;
    if (low === this.#s[PIN_LOW]) return;
    this.#s[PIN_LOW] = low;
    if (low === 1) this.#rom.forgetTck();
    if (!this.isPowered) return;
    if (low === 1) this.#standStill();
    else {
      this.#reset('external');
      this.#rom.resetEnded();
    }
  }
  /** TCK, which with RST starts the boot loader: two falls while RST is low, low when RST rises. */
  setTckPin(level: 'low' | 'high'): void {
    this.#rom.setTck(level === 'high', this.isPowered && this.#s[PIN_LOW] === 1);
  }
  /** What an adapter at RST and TCK does. */
  enterBsl(): void {
    this.setTckPin('high');
    this.setResetPin('low');
    for (const level of ['low', 'high', 'low'] as const) this.setTckPin(level);
    this.setResetPin('high');
    this.setTckPin('high');
  }
  get bsl(): Msp430Bsl {
    return this.#rom.bsl;
  }

  /** Factory programming at addresses of the bus, in main or information memory. */
  load(address: number, bytes: Uint8Array): void {
    const at = arrayAddressOf(address);
    if (at < 0 || arrayAddressOf(address + bytes.length - 1) !== at + bytes.length - 1) {
      throw new RangeError(`${bytes.length} bytes at ${address} are not all flash`);
    }
    this.flash.load(at, bytes);
    this.parts.flash.history.forget();
  }
  /** Flash as a reader of the bus gets it, without side effect. */
  readFlash(address: number, bytes: number): Uint8Array {
    return this.flash.readView(arrayAddressOf(address), bytes);
  }
  /** For reports: address on the bus of one in the array. */
  busAddressOf(address: number): number {
    return busAddressOf(address);
  }

  /** `P5.4`: what the board does to the pin. */
  setPin(name: string, level: PinLevel): void {
    const [port, pin] = parseMsp430Pin(name);
    this.parts.ports.drive(port, pin, level === 'float' ? null : level === 'high');
  }
  pin(name: string): 'low' | 'high' {
    const [port, pin] = parseMsp430Pin(name);
    return this.parts.ports.level(port, pin) ? 'high' : 'low';
  }
  setWave(channel: number, wave: Wave): void {
    this.parts.waves.set(channel, wave);
  }
  wave(channel: number): Wave {
    return this.parts.waves.get(channel);
  }
  uart(n: number): Msp430Usart {
    if (n !== 0 && n !== 1) throw new RangeError(`there is no USART${n}`);
    return n === 0 ? this.parts.usart0 : this.parts.usart1;
  }
  get ports(): Msp430Ports {
    return this.parts.ports;
  }
  /** RAM as bytes of the linear memory; copy before keeping. */
  get sram(): Uint8Array {
    return this.machine.memory.bytesOf(this.#ram);
  }

  #createParts(): Msp430Parts {
    const { clocking, flashLimits, rowAtRisk } = this.#options;
    return new Msp430Parts(this.machine, {
      flash: this.flash,
      toCpu: (vector, on) => this.cpu.setInterrupt(vector, on),
      puc: () => this.#reset('power-up-clear'),
      supplyMillivolts: () => this.supply.millivolts,
      ...(clocking === undefined ? {} : { clocking }),
      ...(flashLimits === undefined ? {} : { flashLimits }),
      ...(rowAtRisk === undefined ? {} : { rowAtRisk }),
    });
  }

  #reset(cause: Msp430ResetCause): void {
    this.#s[RESETS] = this.#s[RESETS]! + 1;
    this.machine.scheduler.cancel(this.#wakeSlot);
    this.#rom.stop();
    this.parts.reset(cause === 'power-up-clear' ? 'puc' : 'por');
    this.cpu.reset();
    this.energy.enter('active');
    this.parts.halt(HALT_RESET, false);
    this.onReset?.(cause);
    if (this.#s[PIN_LOW] === 1) this.#standStill();
  }
  /** In reset, or without supply: nothing is due but characters on the line. */
  #standStill(): void {
    this.#rom.stop();
    this.parts.reset('por');
    this.parts.watchdog.silence();
    this.parts.usart0.silence();
    this.parts.usart1.silence();
    this.machine.scheduler.cancel(this.#wakeSlot);
    this.parts.halt(HALT_RESET, true);
  }

  #lowPowerChanged(sr: number): void {
    this.parts.setStatus(sr);
    this.energy.enter(powerStateOf(sr));
    // What is pending already ends the mode at once.
    if ((sr & CPUOFF) !== 0) this.#wakeIfDue();
  }
  #wakeIfDue(): void {
    if ((this.parts.halts & HALT_CPUOFF) === 0 || !this.cpu.hasInterrupt) return;
    const { scheduler, now } = this.machine;
    if (scheduler.dueAt(this.#wakeSlot) !== Number.POSITIVE_INFINITY) return;
    scheduler.schedule(this.#wakeSlot, now + this.parts.clocking.wakeTicks);
  }
  /** A flag that has gone meanwhile leaves the chip asleep. */
  #wake(): void {
    if (this.cpu.hasInterrupt) this.parts.halt(HALT_CPUOFF, false);
  }

  #fillWithGarbage(): void {
    const { seed } = this.#options;
    this.sram.set(garbageBytes(seed, this.#ram.bytes));
    this.machine.memory.touch(this.#ram.offset, this.#ram.bytes);
    const random = garbageStream(~seed);
    for (const n of GENERAL_REGISTERS) this.cpu.setRegister(`r${n}`, random() & 0xffff);
  }
}

function powerStateOf(sr: number): Msp430PowerState {
  if ((sr & CPUOFF) === 0) return 'active';
  if ((sr & OSCOFF) !== 0) return 'LPM4';
  if ((sr & SCG1) !== 0) return (sr & SCG0) !== 0 ? 'LPM3' : 'LPM2';
  return (sr & SCG0) !== 0 ? 'LPM1' : 'LPM0';
}
