/** The non-volatile arrays of a board as one: what a bench asks about, tears and compares.
 *  Addresses and sectors are those of reports, which no two arrays share. Arrays may be busy at once: a loss of
 *  supply tears whatever is in flight. Leaves out: who may start an operation; that is each chip's controller. */

import { LINE_BYTES } from '../../emulator/flash/ecc.ts';
import type { LineFate, LineRange } from '../../emulator/flash/line-watch.ts';
import type { NorArray, NorOperation } from '../../emulator/flash/nor-array.ts';
import { type TornModel, tornModelsFor } from '../../emulator/flash/torn.ts';
import type { Region } from '../../emulator/machine/memory.ts';

/** What another operation in flight gets where the cut's own model says nothing about it. */
const COMMON_MODEL: TornModel = 'random-bits';

export interface FlashPart {
  readonly array: NorArray;
  /** For reports, where there is more than one. */
  readonly name?: string;
  /** Address in reports of a byte of the array, by the array's own address; absent = the same. */
  readonly reportAddress?: (address: number) => number;
  /** Words of a block that size, programmed one after the other, count as one operation (decision 0021);
   *  absent = each program counts. */
  readonly blockBytes?: number;
}

/** An operation with its address as reports have it. */
export interface PartOperation extends NorOperation {
  /** Which array it runs in, and where in it. */
  readonly part: number;
  readonly at: number;
}

/** An operation as a sweep counts it: one of the array, or the words of a block that follow each other. */
export type Words = readonly [PartOperation, ...PartOperation[]];

export interface ReportedSector {
  readonly index: number;
  /** What it belongs to, where the board has several memories. */
  readonly memory?: string;
  readonly address: number;
  readonly bytes: number;
}

interface PlacedPart {
  readonly array: NorArray;
  readonly memory: Pick<ReportedSector, 'memory'>;
  readonly reportAddress: (address: number) => number;
  readonly blockBytes: number | null;
  /** Where its lines begin among those of all parts. */
  readonly firstLine: number;
}

export class FlashSet {
  /** Called before an operation has any effect. The bench may stop the machine in it. */
  onOperationBegin: ((operation: PartOperation) => void) | null = null;
  /** Called right after an operation's last effect. The bench may stop the machine in it. */
  onOperationEnd: ((operation: PartOperation) => void) | null = null;
  /** In the order of their addresses. */
  readonly sectors: readonly ReportedSector[];
  readonly #parts: readonly PlacedPart[];
  readonly #sectorPlaces: readonly { readonly array: NorArray; readonly index: number }[];
  /** Array of each watched range, and the range's number among that array's. */
  #watched: readonly { readonly array: NorArray; readonly range: number }[] = [];

  constructor(parts: readonly FlashPart[]) {
    let firstLine = 0;
    this.#parts = parts.map(({ array, name, reportAddress = (at) => at, blockBytes = null }) => {
      const memory = name === undefined ? {} : { memory: name };
      const placed = { array, memory, reportAddress, blockBytes, firstLine };
      firstLine += array.options.bytes;
      return placed;
    });
    this.#parts.forEach(({ array }, part) => {
      array.onOperationBegin = (one) => this.onOperationBegin?.(this.#reported(one, part));
      array.onOperationEnd = (one) => this.onOperationEnd?.(this.#reported(one, part));
    });
    const sectors = this.#parts
      .flatMap(({ array, memory, reportAddress }) =>
        array.options.sectors.map(({ index, address, bytes }) => ({
          place: { array, index },
          sector: { ...memory, address: reportAddress(array.options.address + address), bytes },
        })),
      )
      .sort((a, b) => a.sector.address - b.sector.address);
    this.#sectorPlaces = sectors.map(({ place }) => place);
    this.sectors = sectors.map(({ sector }, index) => ({ index, ...sector }));
  }

  /** What concerns each array by itself: its file, its contents. */
  get arrays(): readonly NorArray[] {
    return this.#parts.map(({ array }) => array);
  }
  /** Of the operations in flight the one that began last. */
  get operation(): PartOperation | null {
    return this.#inFlight().at(-1) ?? null;
  }
  isInFlight({ part, index }: PartOperation): boolean {
    return this.#parts[part]!.array.operation?.index === index;
  }
  /** Does `next` go on with the block that `last` is a word of? Words ascend. */
  isNextWord(last: PartOperation, next: PartOperation): boolean {
    const { blockBytes } = this.#parts[next.part]!;
    if (blockBytes === null || last.part !== next.part) return false;
    const isProgram = last.kind === 'program' && next.kind === 'program';
    const isSameBlock = Math.floor(last.at / blockBytes) === Math.floor(next.at / blockBytes);
    return isProgram && isSameBlock && next.at >= last.at + last.bytes;
  }
  /** Could more words of its block follow this operation? */
  takesWords({ part, kind }: PartOperation): boolean {
    return kind === 'program' && this.#parts[part]!.blockBytes !== null;
  }

  /** Supply is lost now. @param torn what becomes of `target` if it is in flight; null = it never took effect.
   *  Any other operation in flight is torn in any case. */
  powerFail(torn: TornModel | null, seed: number, target: PartOperation | null): void {
    for (const operation of this.#inFlight()) {
      const { part, index, kind } = operation;
      const isTarget = part === target?.part && index === target.index;
      const says = torn !== null && tornModelsFor(kind).includes(torn);
      this.#parts[part]!.array.powerFail(isTarget || says ? torn : COMMON_MODEL, seed);
    }
  }
  /** See `NorArray.readCount`. */
  setReadCount(count: number): void {
    for (const { array } of this.#parts) array.readCount = count;
  }

  /** The lines that `words` can change, of which the first has just begun, and those of whatever else is in
   *  flight beside it. */
  linesOf(words: Words): LineRange[] {
    return this.#inFlight().map(({ part, index }) => {
      const { array, firstLine } = this.#parts[part]!;
      const isFirst = part === words[0].part && index === words[0].index;
      const lines: LineRange =
        isFirst && words.length > 1 ? linesBetween(words) : array.operationLines();
      return moved(lines, firstLine);
    });
  }
  /** Watch from here on what becomes of these lines; none ends the watch. */
  watchLines(ranges: readonly LineRange[]): void {
    const byPart = this.#split(ranges);
    this.#parts.forEach(({ array }, part) => {
      array.watchLines(byPart[part]!);
    });
    const seen = this.#parts.map(() => 0);
    this.#watched = ranges.map((range) => {
      const part = this.#partOf(range);
      return { array: this.#parts[part]!.array, range: seen[part]!++ };
    });
  }
  /** @param range its number in the last call of `watchLines`. */
  fateOf(range: number): LineFate {
    const watched = this.#watched[range]!;
    return watched.array.watch.fate(watched.range);
  }

  /** Everything about the arrays that can matter to what runs on, but for these lines. */
  futureKey(without: readonly LineRange[]): string {
    const byPart = this.#split(without);
    return this.#parts.map(({ array }, part) => array.futureKey(byPart[part]!)).join(' ');
  }
  /** Memory that `futureKey` stands for. */
  ownsRegion(region: Region): boolean {
    return this.#parts.some(({ array }) => array.ownsRegion(region));
  }
  /** Equal text = equal cells. */
  stateHash(): string {
    return this.#parts.map(({ array }) => array.stateHash()).join(' ');
  }

  /** What a reader gets at addresses of the bus, which are those of the first array. */
  readView(address: number, bytes: number): Uint8Array {
    return this.#parts[0]!.array.readView(address, bytes);
  }
  /** Erases count from here. */
  forgetErases(): void {
    for (const { array, index } of this.#sectorPlaces) array.setEraseCount(index, 0);
  }
  /** Since the arrays were made, in the order of `sectors`. */
  erasesBySector(): number[] {
    return this.#sectorPlaces.map(({ array, index }) => array.eraseCount(index));
  }

  #inFlight(): PartOperation[] {
    return this.#parts
      .flatMap(({ array }, part) => {
        const { operation } = array;
        return operation === null ? [] : [this.#reported(operation, part)];
      })
      .sort((a, b) => a.startTick - b.startTick);
  }
  #reported(operation: NorOperation, part: number): PartOperation {
    const { array, reportAddress } = this.#parts[part]!;
    const at = operation.address - array.options.address;
    return { ...operation, address: reportAddress(operation.address), part, at };
  }
  #partOf([first]: LineRange): number {
    return this.#parts.findLastIndex(({ firstLine }) => first >= firstLine);
  }
  /** Ranges of each part, in its own lines. */
  #split(ranges: readonly LineRange[]): LineRange[][] {
    return this.#parts.map(({ firstLine }, part) =>
      ranges.filter((range) => this.#partOf(range) === part).map((one) => moved(one, -firstLine)),
    );
  }
}

const moved = ([first, end]: LineRange, by: number): LineRange => [first + by, end + by];

function linesBetween(words: Words): LineRange {
  const last = words.at(-1)!;
  const first = words[0].at - (words[0].at % LINE_BYTES);
  return [first, Math.ceil((last.at + last.bytes) / LINE_BYTES) * LINE_BYTES];
}
