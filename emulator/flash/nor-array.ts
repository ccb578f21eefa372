/** A NOR flash array in time: erase and program operations with a middle, wear, and what a reader sees.
 *  Source: LPC2478 data sheet Rev 3, "Flash characteristics" (times, endurance); UM10139 "Flash memory".
 *  Leaves out: who may start an operation (lpc2000-iap.ts), supply currents, program disturb. */

import { type Bus, type BusDevice, SLOW } from '../machine/bus.ts';
import type { EventKind } from '../machine/events.ts';
import type { Machine } from '../machine/machine.ts';
import { PAGE_BYTES, PAGE_SHIFT, type Region } from '../machine/memory.ts';
import type { EventSlot } from '../machine/scheduler.ts';
import { LINE_BYTES, LINE_CORRECTED, LINE_GOOD, LINE_UNCORRECTABLE } from './ecc.ts';
import { type LineRange, LineWatch } from './line-watch.ts';
import { noiseAt, spread } from './noise.ts';
import { LINE_WEAK, NorCells, norBulkBytes, norStateBytes } from './nor-cells.ts';
import type { FlashSector, NorOperation, NorOptions } from './nor-options.ts';
import { type TornModel, tornModelsFor } from './torn.ts';

export * from './nor-options.ts';

/** Words of the control block. */
const KIND = 0;
const AT = 1;
const BYTES = 2;
const ROWS_DONE = 3;
const SINCE_POWER_ON = 4;
const TOTAL = 5;
const READS = 6;
const ROW_BYTES = 7;
const CONTROL_WORDS = 8;
const KIND_ERASE = 1;
const KIND_PROGRAM = 2;
/** Doubles of the time block. */
const START = 0;
const END = 1;

export const norMemory = (bytes: number, sectors: number, maxProgramBytes: number) => ({
  bulkBytes: norBulkBytes(bytes),
  stateBytes: norStateBytes(bytes) + 4 * (CONTROL_WORDS + sectors) + maxProgramBytes + 128,
});

export class NorArray {
  readonly options: NorOptions;
  readonly cells: NorCells;
  /** Serves reads, fetches and stores of pages that are not plain memory just now. */
  readonly device: BusDevice;
  /** Called before an operation has any effect. The bench may stop the machine in it. */
  onOperationBegin: ((operation: NorOperation) => void) | null = null;
  /** Called right after an operation's last effect. The bench may stop the machine in it. */
  onOperationEnd: ((operation: NorOperation) => void) | null = null;
  /** Controllers: called when an operation has ended, before anybody outside. One may begin the next. */
  readonly doneListeners: ((operation: NorOperation) => void)[] = [];
  /** May the page be read just now? Set by a controller whose sections are busy apart from each other;
   *  it calls `readabilityChanged` when its answer changes between operations. */
  isReadable: (page: number) => boolean = () => !this.busy;
  /** Called with bus addresses [first, last] whose entries in the read map may have changed. */
  onMapChanged: ((first: number, last: number) => void) | null = null;
  /** Lines somebody asks about; set it with `watchLines`. */
  readonly watch = new LineWatch();
  readonly #machine: Machine;
  readonly #control: Int32Array;
  readonly #time: Float64Array;
  readonly #erases: Int32Array;
  readonly #latch: Uint8Array;
  readonly #slot: EventSlot;
  readonly #sensed = new Uint8Array(LINE_BYTES);
  #bus: Bus | null = null;

  constructor(machine: Machine, options: NorOptions) {
    this.options = options;
    this.#machine = machine;
    const { memory, scheduler } = machine;
    const { name } = options;
    this.cells = new NorCells(memory, name, options.bytes, options.ecc);
    this.#control = memory.stateWords(`${name} control`, CONTROL_WORDS);
    this.#time = memory.stateDoubles(`${name} time`, 2);
    this.#erases = memory.stateWords(`${name} erase counts`, options.sectors.length);
    this.#latch = memory.stateU8(`${name} latch`, options.maxProgramBytes);
    this.#slot = scheduler.register(`${name} operation`, (at) => this.#step(at));
    this.cells.onLinesChanged = (first, last) => this.#remap(first, last);
    machine.afterRestore.push(() => this.#remapAll());
    this.device = {
      name,
      read: (address, size) => this.#read(address, size),
      fetch: (address, size) => this.#read(address, size),
      write: (address, size) => {
        this.#raise('read-only-write', address, `store of ${size} bytes into flash`);
      },
    };
  }

  /** Put the array on the bus: plain pages by the read map, the others through `device`. */
  attachTo(bus: Bus): void {
    this.#bus = bus;
    bus.attach(this.options.address, this.options.address + this.#busBytes - 1, this.device);
    this.#remapAll();
  }
  get #busBytes(): number {
    return this.options.busBytes ?? this.options.bytes;
  }
  readabilityChanged(): void {
    this.#remapAll();
  }

  /** What the read map should hold for the page of a bus address. */
  pageOffset(address: number): number {
    const page = (address - this.options.address) >>> PAGE_SHIFT;
    if (!this.isReadable(page) || !this.cells.pageIsPlain(page)) return SLOW;
    if (this.watch.overlaps(page * PAGE_BYTES, PAGE_BYTES)) return SLOW;
    return this.cells.dataOffset + page * PAGE_BYTES;
  }

  get busy(): boolean {
    return this.#control[KIND] !== 0;
  }
  get operation(): NorOperation | null {
    const kind = this.#control[KIND]!;
    if (kind === 0) return null;
    const at = this.#control[AT]!;
    const bytes = this.#control[BYTES]!;
    const rows = bytes / this.#control[ROW_BYTES]!;
    return {
      index: this.#control[TOTAL]! - 1,
      kind: kind === KIND_ERASE ? 'erase' : 'program',
      address: this.options.address + at,
      bytes,
      startTick: this.#time[START]!,
      endTick: this.#time[END]!,
      firstSector: this.sectorAt(this.options.address + at)?.index ?? -1,
      lastSector: this.sectorAt(this.options.address + at + bytes - 1)?.index ?? -1,
      rows,
    };
  }
  get operationsSincePowerOn(): number {
    return this.#control[SINCE_POWER_ON]!;
  }
  get operationsTotal(): number {
    return this.#control[TOTAL]!;
  }
  /** Reads so far that noise was drawn for; weak cells read by it. A bench that judges equal states once
   *  sets it at power-on to a value that follows from the state. */
  get readCount(): number {
    return this.#control[READS]!;
  }
  set readCount(count: number) {
    this.#control[READS] = count;
  }
  eraseCount(sector: number): number {
    return this.#erases[sector]!;
  }
  /** For a device that has already had a life. */
  setEraseCount(sector: number, erases: number): void {
    this.#erases[sector] = erases;
  }
  sectorAt(address: number): FlashSector | null {
    const at = address - this.options.address;
    return this.options.sectors.find((s) => at >= s.address && at < s.address + s.bytes) ?? null;
  }

  /** Erase consecutive sectors in one operation. */
  beginErase(firstSector: number, lastSector: number): void {
    const first = this.options.sectors[firstSector];
    const last = this.options.sectors[lastSector];
    if (!first || !last || lastSector < firstSector) {
      throw new RangeError(`no sectors ${firstSector} to ${lastSector}`);
    }
    const bytes = last.address + last.bytes - first.address;
    this.beginEraseOf(this.options.address + first.address, bytes);
  }

  /** Erase bytes at a bus address, for cells that are erased in less than a sector. */
  beginEraseOf(address: number, bytes: number, timeUs = this.options.timing.eraseTimeUs): void {
    this.#begin(KIND_ERASE, address - this.options.address, bytes, bytes, timeUs);
  }

  /** Program whole rows at a bus address; row after row, ascending.
   *  @param timeUs of one row. */
  beginProgram(
    address: number,
    bytes: Uint8Array,
    rowBytes = this.options.rowBytes,
    timeUs = this.options.timing.programTimeUs,
  ): void {
    const at = address - this.options.address;
    const rows = bytes.length / rowBytes;
    const tooLong = bytes.length > this.options.maxProgramBytes;
    if (!Number.isInteger(rows) || rows < 1 || tooLong || at % rowBytes) {
      throw new RangeError(`program of ${bytes.length} bytes at 0x${address.toString(16)}`);
    }
    this.#latch.set(bytes);
    this.#begin(KIND_PROGRAM, at, bytes.length, rowBytes, timeUs);
  }

  /** Supply is lost now. The operation in flight is torn by the model, or dropped without further
   *  effect when `torn` is null; rows finished before stay. */
  powerFail(torn: TornModel | null, seed: number): void {
    if (torn !== null) this.#tear(torn, seed);
    this.#drop();
  }
  powerOn(): void {
    this.#drop();
    this.#control[SINCE_POWER_ON] = 0;
  }
  /** A reset that leaves the supply up. */
  reset(): void {
    const { tornByReset, seed } = this.options;
    if (!this.busy || tornByReset === null) return;
    this.#tear(tornByReset, spread(seed ^ this.#control[TOTAL]!));
    this.#drop();
  }

  /** The lines that the operation in flight can change: whatever a cut leaves, it leaves there. */
  operationLines(): LineRange {
    const at = this.#control[AT]!;
    const bytes = this.#control[BYTES]!;
    if (this.#control[KIND] === KIND_ERASE)
      return [lineOf(at), lineOf(at + bytes + LINE_BYTES - 1)];
    const latch = this.#latch.subarray(0, bytes);
    const first = latch.findIndex((byte) => byte !== 0xff);
    const last = latch.findLastIndex((byte) => byte !== 0xff);
    return first < 0 ? [at, at] : [lineOf(at + first), lineOf(at + last) + LINE_BYTES];
  }
  /** Watch from here on what becomes of these lines; none ends the watch. */
  watchLines(ranges: readonly LineRange[]): void {
    this.watch.set(ranges);
    this.#remapAll();
  }

  /** Everything about the array that can matter to what runs on, but for these lines:
   *  cells, the operation in flight, and where the noise of weak cells stands if there are any. */
  futureKey(without: readonly LineRange[] = []): string {
    const { hash, oddLines } = this.cells.keyWithout(without);
    return `${hash} ${this.#operationKey()} ${oddLines === 0 ? '' : this.readCount}`;
  }
  #operationKey(): string {
    return this.busy ? this.#control.subarray(KIND, ROWS_DONE + 1).join() : '';
  }
  /** Memory that `futureKey` stands for. */
  ownsRegion(region: Region): boolean {
    return region.name.startsWith(`${this.options.name} `);
  }

  /** Factory programming: any bytes, right check bytes, strong cells, no time. */
  load(address: number, bytes: Uint8Array): void {
    this.cells.load(address - this.options.address, bytes);
  }
  /** What a reader gets, weak cells at their most likely value. No side effect, even when busy. */
  readView(address: number, length: number): Uint8Array {
    this.watch.noteRead(address - this.options.address, length);
    return this.cells.view(address - this.options.address, length);
  }
  weakBitsIn(address: number, length: number): number {
    return this.cells.weakBitsIn(address - this.options.address, length);
  }
  /** Make cells weak, as a fault: each 1 bit of `mask` marks a cell. */
  weaken(address: number, mask: Uint8Array): void {
    const at = address - this.options.address;
    const { weakData } = this.cells;
    for (let i = 0; i < mask.length; i++) weakData[at + i] = weakData[at + i]! | mask[i]!;
    this.cells.changed(at, mask.length);
  }
  /** Fast hash of everything the cells hold: equal text = equal cells. Wear and counters are not in it. */
  stateHash(): string {
    return this.cells.hash();
  }

  /** @param timeUs of one row, or of the whole erase. */
  #begin(kind: number, at: number, bytes: number, rowBytes: number, timeUs: number): void {
    if (this.busy) throw new Error(`${this.options.name}: an operation is already running`);
    const ticks = Math.max(1, Math.round((timeUs * this.#machine.rootHz) / 1e6));
    const now = this.#machine.now;
    this.#control[KIND] = kind;
    this.#control[AT] = at;
    this.#control[BYTES] = bytes;
    this.#control[ROW_BYTES] = rowBytes;
    this.#control[ROWS_DONE] = 0;
    this.#control[SINCE_POWER_ON]!++;
    this.#control[TOTAL]!++;
    this.#time[START] = now;
    this.#time[END] = now + (bytes / rowBytes) * ticks;
    this.#remapAll();
    this.onOperationBegin?.(this.operation!);
    this.#machine.scheduler.schedule(this.#slot, now + ticks);
  }
  get #rowTicks(): number {
    const rows = this.#control[BYTES]! / this.#control[ROW_BYTES]!;
    return (this.#time[END]! - this.#time[START]!) / rows;
  }

  /** The event slot: the end of an erase, or of one row. */
  #step(at: number): void {
    if (this.#control[KIND] === KIND_ERASE) {
      this.#countErase();
      this.cells.erase(this.#control[AT]!, this.#control[BYTES]!);
      this.watch.noteErased(this.#control[AT]!, this.#control[BYTES]!);
    } else {
      const row = this.#control[ROWS_DONE]!;
      this.#programRow(row);
      this.#control[ROWS_DONE] = row + 1;
      if ((row + 1) * this.#control[ROW_BYTES]! < this.#control[BYTES]!) {
        this.#machine.scheduler.schedule(this.#slot, at + this.#rowTicks);
        return;
      }
    }
    const operation = this.operation!;
    this.#drop();
    for (const listener of this.doneListeners) listener(operation);
    this.onOperationEnd?.(operation);
  }

  #programRow(row: number): void {
    const rowBytes = this.#control[ROW_BYTES]!;
    const at = this.#control[AT]! + row * rowBytes;
    if (!this.options.ecc) {
      this.cells.programBytes(at, this.#latch.subarray(row * rowBytes, (row + 1) * rowBytes));
      return;
    }
    const reprogrammed: number[] = [];
    for (let i = 0; i < rowBytes; i += LINE_BYTES) {
      if (this.cells.programLine(at + i, this.#latch, row * rowBytes + i))
        reprogrammed.push(at + i);
    }
    this.cells.changed(at, rowBytes);
    for (const line of reprogrammed) {
      const fits = (this.cells.lineState(line) & ~LINE_WEAK) === LINE_GOOD;
      this.#raise('flash-line-reprogrammed', line, `check byte ${fits ? 'fits' : 'is stale'}`);
    }
  }

  #countErase(): void {
    const { firstSector, lastSector } = this.operation!;
    for (let sector = firstSector; sector <= lastSector; sector++) {
      this.#erases[sector]!++;
      const { address, endurance = this.options.endurance } = this.options.sectors[sector]!;
      if (this.#erases[sector]! > endurance) {
        this.#raise('flash-worn', address, `erase ${this.#erases[sector]} of sector ${sector}`);
      }
    }
  }

  #tear(torn: TornModel, seed: number): void {
    const operation = this.operation;
    if (operation === null) return;
    if (!tornModelsFor(operation.kind).includes(torn)) {
      throw new RangeError(`torn model ${torn} says nothing about ${operation.kind}`);
    }
    const { now } = this.#machine;
    const at = this.#control[AT]!;
    if (operation.kind === 'erase') {
      const fraction = (now - operation.startTick) / (operation.endTick - operation.startTick);
      // Even an erase that did not finish has stressed the oxide.
      if (fraction > 0) this.#countErase();
      this.cells.tear(torn, fraction, seed, at, operation.bytes, null);
      return;
    }
    const rowBytes = this.#control[ROW_BYTES]!;
    const row = this.#control[ROWS_DONE]!;
    const fraction = (now - operation.startTick) / this.#rowTicks - row;
    const latch = this.#latch.slice(row * rowBytes, (row + 1) * rowBytes);
    this.cells.tear(torn, Math.min(1, fraction), seed, at + row * rowBytes, rowBytes, latch);
  }

  /** No operation any more. */
  #drop(): void {
    this.#machine.scheduler.cancel(this.#slot);
    if (!this.busy) return;
    this.#control.fill(0, KIND, ROWS_DONE + 1);
    this.#control[ROW_BYTES] = 0;
    this.#time.fill(0);
    this.#latch.fill(0);
    this.#remapAll();
  }

  #read(address: number, size: 1 | 2 | 4): number {
    const at = (address - this.options.address) & ~(size - 1);
    if (!this.isReadable(at >>> PAGE_SHIFT)) {
      this.#raise('flash-busy-access', at, `${size} bytes`);
      const garbage = noiseAt(this.options.seed, at, this.#control[READS]!++);
      return size === 4 ? garbage : garbage & ((1 << (8 * size)) - 1);
    }
    if (this.watch.noteRead(at, size)) this.#remapAll();
    const state = this.cells.lineState(at);
    if (state === LINE_GOOD) return bytesAt(this.cells.data, at, size);
    const count = (state & LINE_WEAK) === 0 ? 0 : this.#control[READS]!++;
    const verdict = this.cells.senseLine(at, this.options.seed, count, this.#sensed);
    const line = at - (at % LINE_BYTES);
    if ((state & LINE_WEAK) !== 0) this.#raise('flash-weak-read', line, 'weak bits in the line');
    if (verdict === LINE_CORRECTED) this.#raise('flash-corrected', line, 'one bit');
    if (verdict === LINE_UNCORRECTABLE) this.#raise('flash-uncorrectable', line, 'read as it is');
    return bytesAt(this.#sensed, at % LINE_BYTES, size);
  }

  #remapAll(): void {
    this.#remap(0, this.#busBytes / PAGE_BYTES - 1);
  }
  #remap(firstPage: number, lastPage: number): void {
    if (this.#bus === null) return;
    const { address } = this.options;
    const end = this.#busBytes / PAGE_BYTES;
    for (let page = firstPage; page <= lastPage && page < end; page++) {
      const at = address + page * PAGE_BYTES;
      this.#bus.readMap[at >>> PAGE_SHIFT] = this.pageOffset(at);
    }
    this.onMapChanged?.(
      address + firstPage * PAGE_BYTES,
      address + (lastPage + 1) * PAGE_BYTES - 1,
    );
  }

  #raise(kind: EventKind, at: number, detail: string): void {
    const { events, bus, now } = this.#machine;
    const where = `0x${(this.options.address + at).toString(16).padStart(8, '0')}`;
    events.raise({ kind, at: now, pc: bus.currentPc, where, detail });
  }
}

const lineOf = (at: number): number => at - (at % LINE_BYTES);

/** Little-endian, zero-extended (a word comes as a signed number). */
function bytesAt(bytes: Uint8Array, at: number, size: 1 | 2 | 4): number {
  if (size === 1) return bytes[at]!;
  const low = bytes[at]! | (bytes[at + 1]! << 8);
  return size === 2 ? low : low | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
