/** An LPC2000 microcontroller put together from its table: memory, clocks, peripherals, resets, supply.
 *  Source: UM10237, chapters "Memory addressing", "System control". Leaves out: what the table declares as
 *  gaps. Everything that can change lives in the machine's linear memory; fields here are fixed or derived. */

import { Lpc2000Boot } from '../../flash/lpc2000-boot.ts';
import { FlashCommands } from '../../flash/lpc2000-commands.ts';
import { Lpc2000Iap } from '../../flash/lpc2000-iap.ts';
import { Lpc2000Isp } from '../../flash/lpc2000-isp.ts';
import { NorArray, type NorOptions, norMemory } from '../../flash/nor-array.ts';
import { ClockTree } from '../../machine/clock-tree.ts';
import type { Cpu } from '../../machine/cpu.ts';
import { Machine } from '../../machine/machine.ts';
import { PAGE_BYTES, type Region } from '../../machine/memory.ts';
import type { RegisterBlock } from '../../machine/register-block.ts';
import { installWaitingLoopSkip } from '../../machine/waiting-loop.ts';
import { RESET_TABLE, type ResetCause } from '../../power/lpc2478-resets.ts';
import { Supply, type SupplyState } from '../../power/supply.ts';
import { garbageBytes, garbageStream } from '../shared/garbage.ts';
import type { PinLevel } from '../shared/pin-level.ts';
import { uartLineBulkBytes } from '../shared/uart-line.ts';
import { type Wave, Waveforms } from '../shared/waveform.ts';
import { ADC_CHANNELS, Adc } from './adc.ts';
import { attachPeripherals } from './chip-bus.ts';
import type { ChannelName, Lpc2000Options, Lpc2000Table, PeripheralName } from './chip-table.ts';
import { CLOCKING_DEFAULTS, type ClockingOptions } from './clocking.ts';
import { Gpio } from './gpio.ts';
import { VectorRemap } from './memory-map.ts';
import { PIN_FUNCTIONS, PinConnect, type PinFunction } from './pin-connect.ts';
import { Rtc } from './rtc.ts';
import { HALT_RESET, SystemControl } from './system-control.ts';
import type { PclkName } from './system-registers.ts';
import { Timer } from './timer.ts';
import { Uart } from './uart.ts';
import { Vic } from './vic.ts';
import { Watchdog } from './watchdog.ts';

const KB = 1024;
/** Peripheral registers and times, the ROM's services, the CPU. */
const STATE_BYTES = 16 * KB;
const NOMINAL_MILLIVOLTS = 3300;
const UARTS = [0, 1, 2, 3] as const;
/** MAM partly on: each taken branch waits; one instruction in five branches. */
const BRANCH_SHARE = 0.2;

export class Lpc2000Chip {
  readonly table: Lpc2000Table;
  readonly machine: Machine;
  readonly cpu: Cpu;
  readonly flash: NorArray;
  readonly boot: Lpc2000Boot;
  readonly clocks: ClockTree;
  readonly system: SystemControl;
  readonly vic: Vic;
  readonly pins: PinConnect;
  readonly gpio: Gpio;
  readonly adc: Adc;
  readonly rtc: Rtc;
  readonly watchdog: Watchdog;
  readonly timers: readonly Timer[];
  readonly uarts: readonly Uart[];
  readonly supply: Supply;
  /** The chip comes out of a reset: memory and registers are as after it, no instruction has run. */
  onReset: ((cause: ResetCause) => void) | null = null;
  readonly #options: Lpc2000Options;
  readonly #ram: readonly Region[];
  readonly #batteryRam: Region;
  readonly #waves: Waveforms;
  readonly #remap: VectorRemap;
  /** What stands in each RAM, and in the battery RAM, after a power-on; made once. */
  readonly #garbage: readonly Uint8Array[];
  /** [resets since the machine was made, supply came but no reset yet, EINT3 and GPIO requests] */
  readonly #s: Int32Array;
  readonly #lastSlot: number;

  constructor(table: Lpc2000Table, options: Lpc2000Options) {
    this.table = table;
    this.#options = options;
    const flash: NorOptions = { ...table.flash, seed: options.seed, ...options.flash };
    const cells = norMemory(flash.bytes, flash.sectors.length, flash.maxProgramBytes);
    const ramBytes = table.ram.reduce((sum, area) => sum + area.bytes, 0);
    const machine = new Machine({
      rootHz: table.rootHz,
      stateBytes: cells.stateBytes + STATE_BYTES,
      bulkBytes:
        cells.bulkBytes +
        ramBytes +
        2 * PAGE_BYTES +
        UARTS.length * (uartLineBulkBytes + 3 * PAGE_BYTES),
    });
    this.machine = machine;
    machine.events.onEvent = options.onEvent ?? null;
    this.clocks = new ClockTree(machine);
    this.supply = new Supply(machine, table.supply);
    this.#s = machine.memory.stateWords('chip', 3);

    this.flash = new NorArray(machine, flash);
    this.flash.attachTo(machine.bus);
    this.#ram = table.ram.map((area) => {
      const region = machine.memory.bulk(area.name, area.bytes);
      machine.bus.mapMemory(area.address, region.offset, area.bytes, true);
      return region;
    });
    this.#batteryRam = machine.memory.bulk('battery RAM', table.batteryRam.bytes);
    this.#garbage = [...this.#ram, this.#batteryRam].map((region, i) =>
      garbageBytes(options.seed + i, region.bytes),
    );

    this.vic = new Vic(machine, table.peripherals.VIC);
    this.vic.onOutput = (irq, fiq) => this.#interrupt(irq, fiq);
    this.system = this.#createSystem(options);
    this.#remap = new VectorRemap(machine, {
      flash: this.flash,
      ram: this.#ram[0]!,
      ramAddress: table.ram[0]!.address,
      bootBlock: table.bootBlock,
      mode: () => this.system.memoryMapMode,
    });
    this.pins = new PinConnect(machine, table.peripherals.PIN_CONNECT);
    this.pins.onChange = () => this.#pinsChanged();
    this.gpio = new Gpio(
      machine,
      { fast: table.fastGpio, legacy: table.peripherals.GPIO },
      this.pins,
      {
        isFast: () => this.system.fastGpio,
        setLine: (asserted) => this.#gpioInterrupt(asserted),
      },
    );
    this.gpio.onLevels = (port) => this.#levelsChanged(port);
    this.timers = [0, 1, 2, 3].map(
      (n) => new Timer(machine, this.clocks, this.#parts(`TIMER${n}`, n)),
    );
    this.uarts = UARTS.map((n) => new Uart(machine, this.clocks, this.#parts(`UART${n}`, n)));
    const { irc, pclk, rtc } = this.system.clocking;
    this.watchdog = new Watchdog(machine, this.clocks, {
      base: table.peripherals.WDT,
      sources: [irc, pclk.WDT, rtc],
      setLine: this.#line('WDT'),
      reset: () => this.reset('watchdog'),
    });
    this.#waves = new Waveforms(machine, ADC_CHANNELS);
    this.adc = new Adc(machine, this.clocks, {
      base: table.peripherals.ADC,
      clock: pclk.ADC,
      inputs: this.#waves,
      setLine: this.#line('ADC'),
      isSelected: (channel) => this.pins.gives(`AD0.${channel}` as PinFunction),
    });
    this.rtc = new Rtc(machine, this.clocks, {
      base: table.peripherals.RTC,
      clock: pclk.RTC,
      oscillator: rtc,
      setLine: (asserted) => {
        this.#line('RTC')(asserted);
        if (asserted) this.system.wake('RTC');
      },
    });
    const apb = attachPeripherals(this, this.#batteryRam);
    this.system.clocking.previousAccess = () => apb.previousAddress;
    this.cpu = options.createCpu(machine);
    machine.attachCpu(this.cpu);
    this.boot = this.#createRom();
    this.#lastSlot = machine.scheduler.register('end of the chip', () => {});
    installWaitingLoopSkip(machine);
    machine.afterRestore.push(() => this.#remap.apply());
    this.#halted(true);
  }

  /** Resets since the machine was made, power-on included. */
  get resets(): number {
    return this.#s[0]!;
  }
  get isPowered(): boolean {
    return this.supply.state !== 'off';
  }

  /** Supply comes up at once, from nothing to 3.3 V. */
  powerOn(): void {
    if (this.isPowered) throw new Error(`${this.table.name} has its supply already`);
    this.setSupplyMillivolts(NOMINAL_MILLIVOLTS);
  }
  /** Supply is gone at once. A bench that tears a flash operation calls `flash.powerFail` before. */
  powerOff(): void {
    this.setSupplyMillivolts(0);
  }

  /** Both stages of the brown-out detector and the power-on reset follow the voltage. */
  setSupplyMillivolts(millivolts: number): void {
    const before = this.supply.state;
    const after = this.supply.set(millivolts);
    if (after === 'off') {
      if (before === 'off') return;
      this.flash.powerFail(null, 0);
      this.#standStill();
      return;
    }
    if (before === 'off') this.#s[1] = 1;
    this.#followSupply(before, after);
  }

  /** The reset pin: while low the chip stands still. */
  setResetPin(level: 'low' | 'high'): void {
    if (!this.isPowered || this.supply.state === 'reset') return;
    if (level === 'high') {
      this.reset('external');
      return;
    }
    this.flash.reset();
    this.#standStill();
  }

  reset(cause: ResetCause): void {
    if (!this.isPowered) return;
    const row = RESET_TABLE[cause];
    this.#s[0] = this.#s[0]! + 1;
    this.#s[1] = 0;
    if (!row.keepsRam) this.#fillWithGarbage();
    if (cause !== 'power-on') this.flash.reset();
    this.#resetPeripherals(row.keepsTimeOutFlag);
    this.system.reset(cause);
    this.cpu.reset();
    this.boot.reset();
    this.#halted(false);
    this.#followBrownOut();
    this.onReset?.(cause);
  }

  /** `P2.10`: what the board does to the pin. */
  setPin(name: string, level: PinLevel): void {
    const [port, bit] = parsePin(name);
    this.gpio.drive(port, bit, level === 'float' ? null : level === 'high');
  }
  pin(name: string): 'low' | 'high' {
    const [port, bit] = parsePin(name);
    return this.gpio.level(port, bit) ? 'high' : 'low';
  }
  setWave(channel: number, wave: Wave): void {
    this.#waves.set(channel, wave);
  }
  wave(channel: number): Wave {
    return this.#waves.get(channel);
  }
  uart(n: number): Uart {
    const uart = this.uarts[n];
    if (uart === undefined) throw new RangeError(`there is no UART${n}`);
    return uart;
  }
  /** Battery RAM as bytes of the linear memory; copy before keeping. */
  get batteryRam(): Uint8Array {
    return this.machine.memory.bytesOf(this.#batteryRam);
  }

  #line(channel: ChannelName): (asserted: boolean) => void {
    const n = this.table.channels[channel];
    return (asserted) => this.vic.setLine(n, asserted);
  }
  #parts(name: string, n: number) {
    const known = name as PclkName;
    return {
      n,
      base: this.table.peripherals[known],
      clock: this.system.clocking.pclk[known],
      setLine: this.#line(known),
    };
  }

  #createSystem(options: Lpc2000Options): SystemControl {
    const clocking: ClockingOptions = {
      ...CLOCKING_DEFAULTS,
      ...options.clocking,
      ...(options.oscillatorHz === undefined ? {} : { oscillatorHz: options.oscillatorHz }),
    };
    return new SystemControl(this.machine, this.clocks, this.table.peripherals.SYSTEM, clocking, {
      onMemoryMap: () => this.#remap.changed(),
      onFlashTiming: (mode, cycles) => this.#flashTiming(mode, cycles),
      onPeripheralPower: (pconp) => this.#peripheralPower(pconp),
      onGpioMode: () => this.gpio.refresh(),
      setEintLine: (n, asserted) => {
        if (n === 3) this.#eint3(asserted);
        else this.vic.setLine(this.table.channels[`EINT${n as 0 | 1 | 2}`], asserted);
      },
      interruptPending: () => this.vic.irq || this.vic.fiq,
      onBrownOutSettings: () => this.#followBrownOut(),
    });
  }

  #createRom(): Lpc2000Boot {
    const { machine, table } = this;
    const commands = new FlashCommands(machine, {
      ...table.rom,
      flash: this.flash,
      cclkKhz: () => this.system.clocking.cclkHz / 1000,
    });
    const uart = this.uarts[0]!;
    const isp = new Lpc2000Isp(machine, commands, {
      takeReceiver: (handler) => uart.takeReceiver(handler),
      transmit: (character, baud) => uart.sentByRom(character, baud),
      senderBaud: () => uart.line.peer.baud,
    });
    return new Lpc2000Boot(machine, new Lpc2000Iap(machine, commands), isp, {
      setMemmap: (mode) => machine.bus.write(table.peripherals.SYSTEM + 0x40, 4, mode),
      ispPinLow: () => this.pin('P2.10') === 'low',
      watchdogFlag: () => this.watchdog.timedOut,
    });
  }

  #interrupt(irq: boolean, fiq: boolean): void {
    this.cpu.setInterrupt(0, irq);
    this.cpu.setInterrupt(1, fiq);
    if (irq || fiq) this.system.interrupt();
  }
  /** EINT3 and the GPIO interrupts share a channel. */
  #eint3(asserted: boolean): void {
    this.#s[2] = (this.#s[2]! & ~1) | (asserted ? 1 : 0);
    this.vic.setLine(this.table.channels.EINT3, this.#s[2] !== 0);
  }
  #gpioInterrupt(asserted: boolean): void {
    this.#s[2] = (this.#s[2]! & ~2) | (asserted ? 2 : 0);
    this.vic.setLine(this.table.channels.EINT3, this.#s[2] !== 0);
    if (asserted) this.system.wake('GPIO');
  }

  /** Flash waits as whole cycles of each instruction. UM10237, "MAM": off, every fetch takes MAMTIM cycles;
   *  full, the buffers hide nearly all; partly on, each taken branch waits. An approximation: the chip
   *  fetches 128 bits at a time, and its waits depend on where in the line a branch lands. */
  #flashTiming(mode: number, cycles: number): void {
    const fetch = Math.max(1, cycles) - 1;
    const wait = mode === 0 ? fetch : mode === 1 ? Math.round(fetch * BRANCH_SHARE) : 0;
    if (this.cpu.flashWaitCycles !== undefined) this.cpu.flashWaitCycles = wait;
  }

  #peripheralPower(pconp: number): void {
    const set = (name: PeripheralName, block: RegisterBlock): void => {
      const bit = this.table.powerBits[name];
      block.powered = bit === undefined || ((pconp >>> bit) & 1) === 1;
    };
    this.clocks.update(() => {
      this.timers.forEach((timer, n) => {
        set(`TIMER${n}` as PeripheralName, timer.block);
      });
      this.uarts.forEach((uart, n) => {
        set(`UART${n}` as PeripheralName, uart.block);
      });
      set('ADC', this.adc.block);
      set('RTC', this.rtc.block);
    });
  }

  #pinsChanged(): void {
    this.gpio.refresh();
    this.uarts.forEach((uart, n) => {
      uart.setPins(
        this.pins.gives(`RXD${n}` as PinFunction),
        this.pins.gives(`TXD${n}` as PinFunction),
      );
    });
    this.#levelsChanged(2);
  }
  #levelsChanged(port: number): void {
    if (port !== 2) return;
    for (let n = 0; n < 4; n++) {
      const name = `EINT${n}` as PinFunction;
      const [, bit] = PIN_FUNCTIONS[name][0]!;
      this.system.setEint(n, this.pins.gives(name) ? this.gpio.level(2, bit!) : undefined);
    }
  }

  #halted(on: boolean): void {
    this.system.halt(HALT_RESET, on);
  }

  /** Held in reset, or without supply: nothing runs, nothing is due; counters of the RTC go on. */
  #standStill(): void {
    this.boot.powerOff();
    this.system.clocking.setStopped(2);
    for (const uart of this.uarts) uart.silence();
    for (let slot = 0; slot < this.#lastSlot; slot++) this.machine.scheduler.cancel(slot);
    this.#halted(true);
  }

  #followSupply(before: SupplyState, after: SupplyState): void {
    const neverStarted = this.#s[1] === 1;
    if (after === 'reset') {
      if (neverStarted || !this.#brownOutResets()) return;
      this.flash.reset();
      this.#standStill();
      return;
    }
    if (neverStarted) {
      this.flash.powerOn();
      this.reset('power-on');
    } else if (before === 'reset' && (this.system.halts & HALT_RESET) !== 0) {
      this.reset('brown-out');
    }
    this.#followBrownOut();
  }
  #brownOutResets(): boolean {
    return !this.system.brownOutOff && !this.system.brownOutResetOff;
  }
  /** The first stage: an interrupt request while the supply is low. */
  #followBrownOut(): void {
    const low = this.supply.state === 'low' && !this.system.brownOutOff;
    this.#line('BOD')(low);
    if (low) this.system.wake('BOD');
  }

  #resetPeripherals(keepTimeOutFlag: boolean): void {
    this.vic.reset();
    this.pins.reset();
    this.gpio.reset();
    this.watchdog.reset(keepTimeOutFlag);
    this.adc.reset();
    this.rtc.reset();
    for (const timer of this.timers) timer.reset();
    for (const uart of this.uarts) uart.reset();
    this.#pinsChanged();
  }

  #fillWithGarbage(): void {
    const { memory } = this.machine;
    const fill = (region: Region, garbage: Uint8Array): void => {
      memory.u8.set(garbage, region.offset);
      memory.touch(region.offset, region.bytes);
    };
    this.#ram.forEach((region, i) => {
      fill(region, this.#garbage[i]!);
    });
    const random = garbageStream(~this.#options.seed);
    for (const name of this.cpu.registerNames) {
      if (/^r\d/.test(name)) this.cpu.setRegister(name, random());
    }
    if (this.#options.battery !== false && this.#s[0] !== 1) return;
    fill(this.#batteryRam, this.#garbage.at(-1)!);
    this.rtc.loseBattery(random);
  }
}

function parsePin(name: string): [port: number, bit: number] {
  const match = /^P([0-4])\.(\d{1,2})$/.exec(name);
  const bit = Number(match?.[2]);
  if (match === null || bit > 31) throw new RangeError(`no pin ${name}: expected P0.0 to P4.31`);
  return [Number(match[1]), bit];
}
