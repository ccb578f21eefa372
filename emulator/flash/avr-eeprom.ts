/** EEPROM of an ATmega: EECR, EEDR, EEAR, and its three programming modes.
 *  Source: ATmega16U4/32U4 data sheet, "EEPROM Data Memory"; times from memory (avr-nvm.ts).
 *  Leaves out: access by the programmer. UNKNOWN: where erase-and-write passes from one to the other. */

import type { Machine } from '../machine/machine.ts';
import { bit, bits, byteRegister, register, reserved } from '../machine/registers.ts';
import type { EventSlot } from '../machine/scheduler.ts';
import type { IoSpace } from '../peripherals/avr/io-space.ts';
import { type AvrNvmTiming, EEPROM_START, FUSES_START } from './avr-nvm.ts';
import type { NorArray, NorOperation } from './nor-array.ts';

const EECR = register(
  'EECR',
  { at: 0x3f, width: 8 },
  {
    RESERVED: reserved(bits(7, 6)),
    EEPM: bits(5, 4),
    EERIE: bit(3),
    EEMPE: bit(2),
    EEPE: bit(1),
    EERE: bit(0),
  },
);
const EEDR = byteRegister('EEDR', 0x40);
const EEARL = byteRegister('EEARL', 0x41);
const EEARH = register(
  'EEARH',
  { at: 0x42, width: 8 },
  { RESERVED: reserved(bits(7, 2)), EEAR: bits(1, 0) },
);
const EEPM = 0x30;
const EERIE = 0x08;
const EEMPE = 0x04;
const EEPE = 0x02;
const EERE = 0x01;
const WRITE_ONLY = 0x20;
const RESERVED_MODE = 0x30;

const WINDOW_CYCLES = 4;
const READ_STALL_CYCLES = 4;
const WRITE_STALL_CYCLES = 2;
export const EE_READY_VECTOR = 30;

export interface AvrEepromOptions {
  readonly io: IoSpace;
  readonly flash: NorArray;
  readonly timing: AvrNvmTiming;
  readonly setLine: (vector: number, asserted: boolean) => void;
  /** The CPU stands still while this is on. */
  readonly halt: (on: boolean) => void;
  readonly spmBusy: () => boolean;
  /** A write begins: what was loaded into the page buffer of the flash is lost. */
  readonly onWrite: () => void;
}

/** Words of the state block. */
const RUNNING = 0;
/** Byte that is programmed after its erase, or -1. */
const THEN = 1;

export class AvrEeprom {
  readonly #machine: Machine;
  readonly #options: AvrEepromOptions;
  readonly #s: Int32Array;
  readonly #expiry: EventSlot;
  readonly #stallEnd: EventSlot;

  constructor(machine: Machine, options: AvrEepromOptions) {
    this.#machine = machine;
    this.#options = options;
    this.#s = machine.memory.stateWords('EEPROM', 2);
    this.#expiry = machine.scheduler.register('EEPROM window', () => this.#clear(EEMPE));
    this.#stallEnd = machine.scheduler.register('EEPROM stall', () => options.halt(false));
    const { io, flash } = options;
    io.declare('EEPROM', [EECR, EEDR, EEARL, EEARH]);
    io.hook(EECR, { write: (value, mask, previous) => this.#control(value & mask, previous) });
    for (const reg of [EEDR, EEARL, EEARH]) {
      // Neither address nor data can be changed while a byte is written.
      io.hook(reg, {
        write: (_value, _mask, previous) => {
          if (this.busy) io.set(reg, previous);
        },
      });
    }
    flash.doneListeners.push((operation) => this.#done(operation));
  }

  get busy(): boolean {
    return this.#s[RUNNING] !== 0;
  }
  /** Reset with the supply up: a byte in the works is finished. */
  reset(): void {
    this.#machine.scheduler.cancel(this.#expiry);
    this.#machine.scheduler.cancel(this.#stallEnd);
    this.#options.halt(false);
    if (this.busy) this.#options.io.set(EECR, EEPE);
    this.#updateLine();
  }
  powerOff(): void {
    this.#s.fill(0);
    this.#options.io.set(EECR, 0);
    this.reset();
  }

  #control(written: number, previous: number): void {
    const { io } = this.#options;
    if (this.busy) {
      // EEPM and EEPE stay as they are until the byte is written.
      const kept = EEPM | EEPE;
      io.set(EECR, (io.value(EECR) & ~(kept | EERE)) | (previous & kept));
      if ((written & EERE) !== 0) this.#ignored('read while a byte is written');
      this.#updateLine();
      return;
    }
    const armed = (previous & EEMPE) !== 0;
    this.#clear(EEPE | EERE);
    if ((written & EEPE) !== 0) {
      this.#clear(EEMPE);
      this.#machine.scheduler.cancel(this.#expiry);
      if (armed) this.#write(io.value(EECR) & EEPM);
      else this.#ignored('EEPE without EEMPE in the last four cycles');
    } else if ((written & EEMPE) !== 0) {
      const { scheduler } = this.#machine;
      const ticks = (WINDOW_CYCLES + 1) * scheduler.ticksPerCycle;
      scheduler.schedule(this.#expiry, scheduler.now + ticks);
    }
    if ((written & EERE) !== 0) this.#read();
    this.#updateLine();
  }

  get #address(): number {
    const { io } = this.#options;
    return EEPROM_START + ((io.value(EEARH) & 3) << 8) + io.value(EEARL);
  }

  #read(): void {
    const { io, flash, spmBusy } = this.#options;
    if (this.busy || spmBusy()) {
      this.#ignored('read while the memory is written');
      return;
    }
    io.set(EEDR, flash.device.read(this.#address, 1));
    this.#stall(READ_STALL_CYCLES);
  }

  #write(mode: number): void {
    const { io, flash, timing, spmBusy, onWrite } = this.#options;
    if (spmBusy() || mode === RESERVED_MODE) {
      this.#ignored(spmBusy() ? 'write while the flash is written' : 'EEPM 11 is reserved');
      return;
    }
    onWrite();
    const address = this.#address;
    const data = io.value(EEDR);
    this.#s[RUNNING] = 1;
    io.set(EECR, io.value(EECR) | EEPE);
    this.#s[THEN] = mode === 0 ? data : -1;
    if (mode === WRITE_ONLY) {
      flash.beginProgram(address, Uint8Array.of(data), 1, timing.eepromProgramTimeUs);
    } else flash.beginEraseOf(address, 1, timing.eepromEraseTimeUs);
    this.#stall(WRITE_STALL_CYCLES);
  }

  #done({ address }: NorOperation): void {
    if (address < EEPROM_START || address >= FUSES_START || !this.busy) return;
    const then = this.#s[THEN]!;
    if (then >= 0) {
      const { flash, timing } = this.#options;
      this.#s[THEN] = -1;
      flash.beginProgram(address, Uint8Array.of(then), 1, timing.eepromRewriteTimeUs);
      return;
    }
    this.#s[RUNNING] = 0;
    this.#clear(EEPE);
    this.#updateLine();
  }

  /** From the end of the store that is in its last cycle now. */
  #stall(cycles: number): void {
    const { scheduler } = this.#machine;
    this.#options.halt(true);
    scheduler.schedule(this.#stallEnd, scheduler.now + (cycles + 1) * scheduler.ticksPerCycle);
  }
  #clear(mask: number): void {
    const { io } = this.#options;
    io.set(EECR, io.value(EECR) & ~mask);
  }
  /** EE_READY: as long as it is enabled and no byte is written. */
  #updateLine(): void {
    const value = this.#options.io.value(EECR);
    this.#options.setLine(EE_READY_VECTOR, (value & EERIE) !== 0 && (value & EEPE) === 0);
  }
  #ignored(detail: string): void {
    const { bus, events, now } = this.#machine;
    events.raise({ kind: 'eeprom-ignored', at: now, pc: bus.currentPc, where: 'EECR', detail });
  }
}
