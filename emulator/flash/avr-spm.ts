/** Self-programming of an ATmega: SPMCSR, the page buffer, the SPM instruction, and LPM of fuses and lock bits.
 *  Source: ATmega16U4/32U4 data sheet, "Boot Loader Support - Read-While-Write Self-Programming".
 *  Leaves out: what a falling supply without brown-out detector may execute. UNKNOWN: whether SPM itself
 *  spends cycles of the four-cycle window; its begin is taken. */

import type { Machine } from '../machine/machine.ts';
import { PAGE_SHIFT } from '../machine/memory.ts';
import { bit, bits, readOnly, register } from '../machine/registers.ts';
import type { EventSlot } from '../machine/scheduler.ts';
import type { IoSpace } from '../peripherals/avr/io-space.ts';
import { EEPROM_START, FLASH_PAGE_BYTES, FUSES_START, LOCK_BITS, NRWW_START } from './avr-nvm.ts';
import type { NorArray, NorOperation } from './nor-array.ts';

export const SPMCSR = register(
  'SPMCSR',
  { at: 0x57, width: 8 },
  { SPMIE: bit(7), RWWSB: readOnly(bit(6)), COMMAND: bits(5, 0) },
);
const SPMIE = 0x80;
const RWWSB = 0x40;
const COMMAND = 0x3f;
const SPMEN = 1;
/** The lower six bits as they are written: SIGRD, RWWSRE, BLBSET, PGWRT, PGERS, SPMEN. */
const LOAD_BUFFER = 0b000001;
const PAGE_ERASE = 0b000011;
const PAGE_WRITE = 0b000101;
const SET_LOCK_BITS = 0b001001;
const ENABLE_RWW = 0b010001;
const READ_SIGNATURE = 0b100001;
const COMMANDS: ReadonlySet<number> = new Set([
  LOAD_BUFFER,
  PAGE_ERASE,
  PAGE_WRITE,
  SET_LOCK_BITS,
  ENABLE_RWW,
  READ_SIGNATURE,
]);

/** SPM begins at most so long after the store to SPMCSR, LPM one cycle earlier but in its third cycle. */
const SPM_WINDOW_CYCLES = 4;
const LPM_WINDOW_CYCLES = 5;
export const SPM_READY_VECTOR = 37;
const WORDS = FLASH_PAGE_BYTES / 2;

/** What the controller needs of the chip around it. */
export interface AvrSpmOptions {
  readonly io: IoSpace;
  readonly flash: NorArray;
  readonly setLine: (vector: number, asserted: boolean) => void;
  /** Stop the CPU, clocks of the peripherals go on: the no-read-while-write section is being written. */
  readonly halt: (on: boolean) => void;
  /** The core asks `loadSpecial` for every LPM while this is on. */
  readonly setSpecialReads: (on: boolean) => void;
  /** First byte of the boot section, by BOOTSZ. */
  readonly bootStart: () => number;
  /** Bytes of the signature row that LPM reads, Z → byte. */
  readonly signatureRow: Readonly<Record<number, number>>;
}

/** Words of the state block. */
const ARMED = 0;
const RUNNING = 1;
const RWW_BLOCKED = 2;
const LOADED = 3;
const IN_NRWW = 5;

export class AvrSpm {
  readonly #machine: Machine;
  readonly #options: AvrSpmOptions;
  readonly #s: Int32Array;
  readonly #armedAt: Float64Array;
  readonly #buffer: Uint8Array;
  readonly #expiry: EventSlot;

  constructor(machine: Machine, options: AvrSpmOptions) {
    this.#machine = machine;
    this.#options = options;
    this.#s = machine.memory.stateWords('SPM', 6);
    this.#armedAt = machine.memory.stateDoubles('SPM armed at', 1);
    this.#buffer = machine.memory.stateU8('SPM buffer', FLASH_PAGE_BYTES).fill(0xff);
    this.#expiry = machine.scheduler.register('SPM window', () => this.#disarm());
    const { io, flash } = options;
    io.declare('SPM', [SPMCSR]);
    io.hook(SPMCSR, { write: (value, mask, previous) => this.#command(value, mask, previous) });
    const firstNrww = NRWW_START >>> PAGE_SHIFT;
    flash.isReadable = (page) =>
      page < firstNrww ? this.#s[RWW_BLOCKED] === 0 : this.#s[IN_NRWW] === 0;
    flash.doneListeners.push((operation) => this.#done(operation));
  }

  /** A page erase, page write or lock bit write is running. */
  get busy(): boolean {
    return this.#s[RUNNING] !== 0;
  }
  get lockBits(): number {
    return this.#options.flash.cells.data[FUSES_START + LOCK_BITS]!;
  }

  /** Reset with the supply up: a write in progress goes on to its end, the page buffer is lost. */
  reset(): void {
    this.#disarm();
    this.clearBuffer();
    const { io } = this.#options;
    io.set(SPMCSR, this.busy ? rwwsbIf(this.#s[RWW_BLOCKED]!) | this.#s[RUNNING]! : 0);
    if (!this.busy) this.#blockRww(false);
    this.#applyLockBits();
    this.#updateLine();
  }
  /** The supply is gone; the array has been told how its operation ends. */
  powerOff(): void {
    this.#s[RUNNING] = 0;
    this.#s[IN_NRWW] = 0;
    this.#options.halt(false);
    this.reset();
  }
  /** An EEPROM write loses what was loaded, and so does a reset. */
  clearBuffer(): void {
    this.#buffer.fill(0xff);
    this.#s.fill(0, LOADED, LOADED + 2);
  }

  /** The SPM instruction. @param z byte address of r31:r30; @param word r1:r0. */
  spm(z: number, word: number): void {
    const { bus } = this.#machine;
    if (bus.currentPc < this.#options.bootStart()) {
      this.#ignored('SPM outside the boot section does nothing');
      return;
    }
    const command = this.#s[ARMED]!;
    if (command === 0 || this.#cyclesSinceArmed() > SPM_WINDOW_CYCLES) {
      this.#ignored(
        this.busy
          ? 'SPM while an operation is running'
          : 'SPM without a command in SPMCSR in the last four cycles',
      );
      return;
    }
    this.#disarm();
    switch (command) {
      case LOAD_BUFFER:
        this.#load(z, word);
        break;
      case PAGE_ERASE:
      case PAGE_WRITE:
        this.#beginPage(command, (z >>> 7) & 0xff);
        break;
      case ENABLE_RWW:
        this.#blockRww(false);
        break;
      case SET_LOCK_BITS:
        this.#beginLockBits(word & 0xff);
        break;
      default:
        this.#ignored('SPM after SIGRD does nothing');
    }
    this.#updateLine();
  }

  /** LPM while `setSpecialReads` is on: fuse and lock bits, signature row, or flash that may be locked. */
  loadSpecial(z: number): number {
    const { flash, signatureRow } = this.#options;
    const command = this.#s[ARMED]!;
    const inWindow = this.#cyclesSinceArmed() <= LPM_WINDOW_CYCLES;
    if (inWindow && command === SET_LOCK_BITS) {
      this.#disarm();
      return flash.cells.data[FUSES_START + (z & 3)]!;
    }
    if (inWindow && command === READ_SIGNATURE) {
      this.#disarm();
      return signatureRow[z & 0x3f] ?? 0xff;
    }
    if (!this.#mayRead(z)) {
      this.#protected(z, 'LPM is not allowed by the boot lock bits');
      return 0xff;
    }
    return this.#machine.bus.read(z & 0x7fff, 1);
  }

  /** A store to SPMCSR. */
  #command(value: number, mask: number, previous: number): void {
    const { io, flash } = this.#options;
    if ((mask & COMMAND) === 0) {
      this.#updateLine();
      return;
    }
    const keep = (low: number) => io.set(SPMCSR, (io.value(SPMCSR) & ~COMMAND) | low);
    if (this.busy) {
      keep(previous & COMMAND);
      this.#updateLine();
      return;
    }
    this.#disarm();
    keep(0);
    this.#updateLine();
    const low = ((value & mask) | (previous & ~mask & ~SPMEN)) & COMMAND;
    if ((low & SPMEN) === 0) return;
    if (flash.busy) {
      this.#ignored('SPMEN cannot be set while the EEPROM is written');
      return;
    }
    if (!COMMANDS.has(low)) {
      this.#ignored(`SPMCSR command 0b${low.toString(2).padStart(6, '0')} has no effect`);
      return;
    }
    // Written while the buffer is loaded, it aborts the loading: the data are lost.
    if (low === ENABLE_RWW) this.clearBuffer();
    keep(low);
    this.#s[ARMED] = low;
    this.#armedAt[0] = this.#machine.now;
    const { scheduler } = this.#machine;
    scheduler.schedule(
      this.#expiry,
      scheduler.now + (LPM_WINDOW_CYCLES + 1) * scheduler.ticksPerCycle,
    );
    if (low === SET_LOCK_BITS || low === READ_SIGNATURE) this.#options.setSpecialReads(true);
    this.#updateLine();
  }

  #load(z: number, word: number): void {
    const index = (z >>> 1) & (WORDS - 1);
    const flags = LOADED + (index >>> 5);
    const flag = 1 << (index & 31);
    if ((this.#s[flags]! & flag) !== 0) {
      this.#ignored(`word ${index} of the page buffer is loaded already`);
      return;
    }
    this.#s[flags]! |= flag;
    this.#buffer[2 * index] = word & 0xff;
    this.#buffer[2 * index + 1] = word >>> 8;
  }

  #beginPage(command: number, page: number): void {
    const { flash, io, halt } = this.#options;
    const at = page * FLASH_PAGE_BYTES;
    if (!this.#mayWrite(at)) {
      this.#protected(at, 'SPM is not allowed by the boot lock bits');
      return;
    }
    this.#s[RUNNING] = command;
    const inRww = at < NRWW_START;
    this.#s[inRww ? RWW_BLOCKED : IN_NRWW] = 1;
    io.set(SPMCSR, (io.value(SPMCSR) & SPMIE) | rwwsbIf(this.#s[RWW_BLOCKED]!) | command);
    if (command === PAGE_ERASE) flash.beginErase(page, page);
    else {
      flash.beginProgram(at, this.#buffer);
      this.clearBuffer();
    }
    if (!inRww) halt(true);
  }

  /** Lock bits are only programmed, to 0; a chip erase brings them back. */
  #beginLockBits(r0: number): void {
    const { flash, io } = this.#options;
    this.#s[RUNNING] = SET_LOCK_BITS;
    io.set(SPMCSR, (io.value(SPMCSR) & ~COMMAND) | SET_LOCK_BITS);
    flash.beginProgram(FUSES_START + LOCK_BITS, Uint8Array.of(r0 | 0xc0), 1);
  }

  #done({ address }: NorOperation): void {
    const ownsIt = address < EEPROM_START || address === FUSES_START + LOCK_BITS;
    if (!ownsIt || !this.busy) return;
    const { io, flash, halt } = this.#options;
    this.#s[RUNNING] = 0;
    io.set(SPMCSR, io.value(SPMCSR) & ~COMMAND);
    if (this.#s[IN_NRWW] !== 0) {
      this.#s[IN_NRWW] = 0;
      flash.readabilityChanged();
      halt(false);
    }
    if (address >= EEPROM_START) this.#applyLockBits();
    this.#updateLine();
  }

  #blockRww(on: boolean): void {
    const { io, flash } = this.#options;
    this.#s[RWW_BLOCKED] = on ? 1 : 0;
    io.set(SPMCSR, (io.value(SPMCSR) & ~RWWSB) | (on ? RWWSB : 0));
    flash.readabilityChanged();
  }

  /** Lock bit 0 of each pair forbids SPM to write there when programmed. */
  #mayWrite(at: number): boolean {
    const inBoot = at >= this.#options.bootStart();
    return (this.lockBits & (inBoot ? 0x10 : 0x04)) !== 0;
  }
  /** The other one forbids LPM from the other section. */
  #mayRead(z: number): boolean {
    const bootStart = this.#options.bootStart();
    const fromBoot = this.#machine.bus.currentPc >= bootStart;
    const ofBoot = (z & 0x7fff) >= bootStart;
    if (fromBoot === ofBoot) return true;
    return (this.lockBits & (ofBoot ? 0x20 : 0x08)) !== 0;
  }
  get #readsAreLocked(): boolean {
    return (this.lockBits & 0x28) !== 0x28;
  }
  #applyLockBits(): void {
    this.#options.setSpecialReads(this.#readsAreLocked);
  }

  #disarm(): void {
    if (this.#s[ARMED] === 0) return;
    this.#s[ARMED] = 0;
    this.#machine.scheduler.cancel(this.#expiry);
    const { io } = this.#options;
    io.set(SPMCSR, io.value(SPMCSR) & ~COMMAND);
    this.#applyLockBits();
    this.#updateLine();
  }
  #cyclesSinceArmed(): number {
    const { scheduler } = this.#machine;
    return (scheduler.now - this.#armedAt[0]!) / scheduler.ticksPerCycle;
  }
  /** SPM_READY: as long as it is enabled and SPMEN is clear. */
  #updateLine(): void {
    const value = this.#options.io.value(SPMCSR);
    this.#options.setLine(SPM_READY_VECTOR, (value & SPMIE) !== 0 && (value & SPMEN) === 0);
  }

  #ignored(detail: string): void {
    this.#raise('spm-ignored', 'SPMCSR', detail);
  }
  #protected(at: number, detail: string): void {
    this.#raise('flash-protected', `0x${at.toString(16).padStart(4, '0')}`, detail);
  }
  #raise(kind: 'spm-ignored' | 'flash-protected', where: string, detail: string): void {
    const { bus, events, now } = this.#machine;
    events.raise({ kind, at: now, pc: bus.currentPc, where, detail });
  }
}

const rwwsbIf = (blocked: number): number => (blocked === 0 ? 0 : RWWSB);
