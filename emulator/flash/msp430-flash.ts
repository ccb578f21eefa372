/** Flash controller of the MSP430F1611: program and erase by dummy write, with their keys, clock and violations.
 *  Source: MSP430x4xx user's guide, "Flash Memory Controller" (same module: access while BUSY, block write);
 *  SLAS648E (35/30/21/6, 4819 and 5297 cycles). UNKNOWN: ACCVIFG after a read or fetch while what code in RAM has
 *  begun runs (the guide's text sets it, its table does not; the text is taken); ERASE with WRT set (taken as an
 *  erase); a word beyond the block (taken as a violation). Leaves out: a clock or
 *  supply that changes inside an operation. */

import type { BusDevice } from '../machine/bus.ts';
import type { EventKind } from '../machine/events.ts';
import type { Machine } from '../machine/machine.ts';
import type { EventSlot } from '../machine/scheduler.ts';
import { generatorTicks } from './msp430-flash-generator.ts';
import { FlashHistory, MSP430F1611_FLASH_LIMITS } from './msp430-flash-limits.ts';
import type { Msp430FlashOptions } from './msp430-flash-options.ts';
import { FCTL1, FCTL2, FCTL3, FLASH_REGISTERS, WRITE_KEY } from './msp430-flash-registers.ts';
import { weakenRow } from './msp430-flash-row.ts';
import {
  arrayAddressOf,
  BLOCK_BYTES,
  INFO_BYTES,
  INFO_START,
  isFlash,
  MAIN_START,
  massEraseBytes,
} from './msp430-nvm.ts';

const { BLKWRT, WRT, MERAS, ERASE } = FCTL1.mask;
const { EMEX, LOCK, WAIT, ACCVIFG, KEYV, BUSY } = FCTL3.mask;

/** Cycles of the timing generator. */
const WORD_CYCLES = 35;
const BLOCK_FIRST_CYCLES = 30;
const BLOCK_NEXT_CYCLES = 21;
const BLOCK_END_CYCLES = 6;
const SEGMENT_ERASE_CYCLES = 4819;
const MASS_ERASE_CYCLES = 5297;
/** From memory: the CPU itself runs down to 1.8 V. */
const MIN_MILLIVOLTS = 2700;
/** JMP $: what the CPU gets from flash that is busy. */
const BUSY_WORD = 0x3fff;

/** Phases. */
const IDLE = 0;
const SINGLE = 1;
const BLOCK_WORD = 2;
const BLOCK_WAIT = 3;
const BLOCK_END = 4;
/** Words of the state block. */
const PHASE = 0;
const HELD = 1;
/** Array address of the block that is being written. */
const BLOCK = 2;

export class Msp430Flash {
  /** What it does to the cells from now on; null = nothing. */
  onBusy: ((kind: 'program' | 'erase' | null) => void) | null = null;
  readonly history: FlashHistory;
  readonly #machine: Machine;
  readonly #options: Msp430FlashOptions;
  readonly #s: Int32Array;
  /** Ends what the array has no part in: the end of a block write, and operations without effect. */
  readonly #endSlot: EventSlot;

  constructor(machine: Machine, options: Msp430FlashOptions) {
    this.#machine = machine;
    this.#options = options;
    const { registers, flash } = options;
    this.#s = machine.memory.stateWords('FCTL', 3);
    this.#endSlot = machine.scheduler.register('FCTL end', () => this.#phaseDone());
    this.history = new FlashHistory(machine, flash, options.limits ?? MSP430F1611_FLASH_LIMITS);
    registers.declare(FLASH_REGISTERS);
    registers.hook(FCTL1, { write: (value, previous) => this.#writeFctl1(value, previous) });
    registers.hook(FCTL2, { write: (value, previous) => this.#writeFctl2(value, previous) });
    registers.hook(FCTL3, { write: (value, previous) => this.#writeFctl3(value, previous) });
    flash.isReadable = () => this.#s[PHASE] === IDLE && !flash.busy;
    flash.doneListeners.push(() => this.#phaseDone());
    flash.attachTo(machine.bus);
    const device = this.#device();
    machine.bus.attach(MAIN_START, 0xffff, device);
    machine.bus.attach(INFO_START, INFO_START + INFO_BYTES - 1, device);
  }

  get busy(): boolean {
    return this.#s[PHASE] !== IDLE;
  }
  /** A PUC keeps KEYV, so that firmware can tell why it starts. What runs ends at an undefined point. */
  reset(cause: 'por' | 'puc'): void {
    const { registers, flash } = this.#options;
    const keyv = cause === 'por' ? 0 : registers.value(FCTL3) & KEYV;
    flash.reset();
    this.#stop();
    registers.reset(FLASH_REGISTERS);
    registers.setBits(FCTL3, keyv, true);
    this.#options.setViolation(false);
  }
  /** The supply is gone; the array has been told how its operation ends. */
  powerOff(): void {
    const inBlock = this.#s[PHASE]! >= BLOCK_WORD;
    const { flash, rowAtRisk } = this.#options;
    if (inBlock && rowAtRisk === true) weakenRow(flash, this.#s[BLOCK]!);
    this.reset('por');
  }

  #device(): BusDevice {
    const { flash } = this.#options;
    const read = (address: number, size: 1 | 2 | 4, isFetch: boolean): number => {
      if (this.#s[PHASE] !== IDLE) {
        this.#touched(isFetch);
        return size === 1 ? (BUSY_WORD >>> ((address & 1) << 3)) & 0xff : BUSY_WORD;
      }
      return flash.device.read(arrayAddressOf(address), size);
    };
    return {
      name: 'flash',
      read: (address, size) => read(address, size, false),
      fetch: (address, size) => read(address, size, true),
      write: (address, size, value) => this.#store(address, size === 1 ? 1 : 2, value),
    };
  }

  #writeFctl1(value: number, previous: number): void {
    const { registers } = this.#options;
    if (!this.#hasKey(FCTL1, value, previous)) return;
    const phase = this.#s[PHASE];
    if (phase === IDLE) return;
    registers.set(FCTL1, previous);
    if (phase !== BLOCK_WAIT) this.#violate('FCTL1 written while BUSY');
    else if ((value & BLKWRT) === 0) this.#endBlock();
  }
  #writeFctl2(value: number, previous: number): void {
    if (!this.#hasKey(FCTL2, value, previous) || !this.busy) return;
    this.#options.registers.set(FCTL2, previous);
    this.#violate('FCTL2 written while BUSY');
  }
  #writeFctl3(value: number, previous: number): void {
    const { registers, setViolation } = this.#options;
    if (!this.#hasKey(FCTL3, value, previous)) return;
    registers.setBits(FCTL3, EMEX, false);
    if ((value & EMEX) !== 0) this.#emergencyExit();
    if ((value & LOCK) !== 0 && this.#s[PHASE] === BLOCK_WAIT) this.#endBlock();
    setViolation((registers.value(FCTL3) & ACCVIFG) !== 0);
  }
  #hasKey(reg: typeof FCTL1 | typeof FCTL2 | typeof FCTL3, value: number, previous: number) {
    if (value >>> 8 === WRITE_KEY) return true;
    const { registers, puc } = this.#options;
    registers.set(reg, previous);
    registers.setBits(FCTL3, KEYV, true);
    this.#raise('flash-key-violation', reg.name, `0x${value.toString(16)} written`);
    puc();
    return false;
  }
  /** Nobody knows what the cells hold after it, as after a reset. */
  #emergencyExit(): void {
    const { registers, flash } = this.#options;
    if (!this.busy) return;
    flash.reset();
    // An array that resets do not tear stops where it stands.
    if (flash.busy) flash.powerFail(null, 0);
    registers.set(FCTL1, FCTL1.reset);
    this.#stop();
  }

  /** A store to a flash address: data to program, or the dummy write that selects what to erase. */
  #store(address: number, size: 1 | 2, value: number): void {
    const at = arrayAddressOf(size === 2 ? address & ~1 : address);
    const bytes = size === 2 ? Uint8Array.of(value, value >>> 8) : Uint8Array.of(value);
    const mode = this.#options.registers.value(FCTL1);
    const phase = this.#s[PHASE]!;
    if (phase === BLOCK_WAIT && at - (at % BLOCK_BYTES) === this.#s[BLOCK]) {
      this.#program(at, bytes, BLOCK_WORD, BLOCK_NEXT_CYCLES);
    } else if (phase !== IDLE) {
      this.#violate(phase === SINGLE ? 'store while BUSY' : 'store out of turn in a block write');
      if (phase !== SINGLE) this.#lock();
    } else if ((mode & (WRT | ERASE | MERAS)) === 0) this.#violate('store without WRT or ERASE');
    else if ((this.#options.registers.value(FCTL3) & LOCK) !== 0) {
      this.#raise('flash-protected', hex(address), 'LOCK is set');
    } else if ((mode & (ERASE | MERAS)) !== 0) this.#erase(at, mode);
    else if ((mode & BLKWRT) === 0) this.#program(at, bytes, SINGLE, WORD_CYCLES);
    else {
      this.#s[BLOCK] = at - (at % BLOCK_BYTES);
      this.#program(at, bytes, BLOCK_WORD, BLOCK_FIRST_CYCLES);
    }
  }

  #erase(at: number, mode: number): void {
    const { flash } = this.#options;
    const isMass = (mode & MERAS) !== 0;
    const ticks = generatorTicks(
      this.#machine,
      this.#options,
      isMass ? MASS_ERASE_CYCLES : SEGMENT_ERASE_CYCLES,
    );
    if (!this.#begin(SINGLE, ticks)) return;
    const segment = flash.sectorAt(at)!;
    const from = isMass ? MAIN_START : MAIN_START + segment.address;
    const length = isMass ? massEraseBytes((mode & ERASE) !== 0) : segment.bytes;
    const timeUs = this.#usOf(ticks);
    this.history.noteErase(from, length, timeUs, isMass);
    this.onBusy?.('erase');
    flash.beginEraseOf(from, length, timeUs);
  }
  #program(at: number, bytes: Uint8Array, phase: number, cycles: number): void {
    const ticks = generatorTicks(this.#machine, this.#options, cycles);
    if (!this.#begin(phase, ticks)) return;
    const timeUs = this.#usOf(ticks);
    this.history.noteProgram(at, timeUs);
    this.onBusy?.('program');
    this.#options.flash.beginProgram(at, bytes, bytes.length, timeUs);
  }

  /** @returns whether the cells take part; without the voltage for it, only BUSY goes on and off. */
  #begin(phase: number, ticks: number): boolean {
    const { registers, supplyMillivolts, hold, flash } = this.#options;
    const { bus, scheduler, now } = this.#machine;
    if (ticks === Number.POSITIVE_INFINITY) return false;
    this.#s[PHASE] = phase;
    registers.setBits(FCTL3, BUSY, true);
    registers.setBits(FCTL3, WAIT, false);
    // A block write never stops the CPU: code in flash that begins one meets its own violation.
    if (phase === SINGLE && isFlash(bus.currentPc)) {
      this.#s[HELD] = 1;
      hold(true);
    }
    const millivolts = supplyMillivolts();
    if (millivolts >= MIN_MILLIVOLTS) return true;
    this.#raise('flash-undervoltage', 'FCTL', `${millivolts} mV, nothing changes`);
    scheduler.schedule(this.#endSlot, now + ticks);
    flash.readabilityChanged();
    return false;
  }

  /** The array, or the slot that stands in for it, is through with what it did. */
  #phaseDone(): void {
    const { registers, flash } = this.#options;
    const phase = this.#s[PHASE];
    if (phase === BLOCK_WORD) {
      this.#s[PHASE] = BLOCK_WAIT;
      registers.setBits(FCTL3, WAIT, true);
      if ((registers.value(FCTL3) & LOCK) !== 0) this.#endBlock();
      return;
    }
    if (phase === IDLE) flash.readabilityChanged();
    else this.#stop();
  }
  #endBlock(): void {
    const { registers } = this.#options;
    const { scheduler, now } = this.#machine;
    this.#s[PHASE] = BLOCK_END;
    registers.setBits(FCTL1, BLKWRT, false);
    registers.setBits(FCTL3, WAIT, false);
    scheduler.schedule(
      this.#endSlot,
      now + generatorTicks(this.#machine, this.#options, BLOCK_END_CYCLES),
    );
  }
  /** No operation any more. */
  #stop(): void {
    const { registers, flash, hold } = this.#options;
    const wasHeld = this.#s[HELD] === 1;
    if (this.#s[PHASE] !== IDLE) this.onBusy?.(null);
    this.#s.fill(0);
    this.#machine.scheduler.cancel(this.#endSlot);
    registers.setBits(FCTL1, ERASE | MERAS, false);
    registers.setBits(FCTL3, BUSY, false);
    registers.setBits(FCTL3, WAIT, true);
    flash.readabilityChanged();
    if (wasHeld) hold(false);
  }

  /** Flash was read or executed while BUSY. Code in flash that waits for its own operation may fetch. */
  #touched(isFetch: boolean): void {
    const phase = this.#s[PHASE]!;
    if (phase === SINGLE) {
      if (this.#s[HELD] === 0) this.#violate(`${isFetch ? 'fetch' : 'read'} while BUSY`);
    } else if (isFetch || phase !== BLOCK_WAIT) {
      this.#violate(`${isFetch ? 'fetch' : 'read'} in a block write`);
      this.#lock();
    }
  }
  #lock(): void {
    this.#options.registers.setBits(FCTL3, LOCK, true);
    if (this.#s[PHASE] === BLOCK_WAIT) this.#endBlock();
  }
  #violate(detail: string): void {
    const { registers, setViolation } = this.#options;
    registers.setBits(FCTL3, ACCVIFG, true);
    this.#raise('flash-access-violation', 'FCTL3', detail);
    setViolation(true);
  }

  #usOf(ticks: number): number {
    return (ticks * 1e6) / this.#machine.rootHz;
  }

  #raise(kind: EventKind, where: string, detail: string): void {
    const { bus, events, now } = this.#machine;
    events.raise({ kind, at: now, pc: bus.currentPc, where, detail });
  }
}

const hex = (address: number): string => `0x${address.toString(16).padStart(4, '0')}`;
