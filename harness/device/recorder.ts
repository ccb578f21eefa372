/** What a bench writes down about a run. Recording is off in a sweep's forks (only counts are kept). */

import type { EmulatedBoard } from './boards/board.ts';
import type { PartOperation } from './flash-set.ts';
import type { FlashOperation, TimelineEntry } from './observation.ts';
import { usOf } from './virtual-time.ts';

const MAX_TIMELINE = 20_000;
const MAX_CONSOLE_LINES = 2_000;
const MAX_CONSOLE_TAIL = 256;
/** Of a call chain: enough to come out of the flash routines, few enough to read. */
const MAX_NAMES = 6;

/** Names an address; null where no symbol covers it. */
export type NameOf = (address: number) => string | null;

export class Recorder {
  timeline: TimelineEntry[] = [];
  operations: FlashOperation[] = [];
  consoleLines: string[] = [];
  /** Off: nothing but console lines is kept. */
  enabled: boolean;
  readonly #nameOf: NameOf;
  readonly #describeFrame: (frame: Uint8Array) => string;
  /** The last characters of the console port, complete lines or not. */
  consoleText = '';
  #line = '';
  /** Where the last operation stands in the timeline. */
  #lastFlash = 0;

  constructor(enabled: boolean, nameOf: NameOf, describeFrame: (frame: Uint8Array) => string) {
    this.enabled = enabled;
    this.#nameOf = nameOf;
    this.#describeFrame = describeFrame;
  }

  clear(): void {
    this.timeline = [];
    this.operations = [];
    this.consoleLines = [];
    this.#line = '';
  }

  add(atUs: number, kind: TimelineEntry['kind'], text: string): void {
    if (this.enabled && this.timeline.length < MAX_TIMELINE)
      this.timeline.push({ atUs, kind, text });
  }

  frame(atUs: number, kind: 'frame-down' | 'frame-up', frame: Uint8Array): void {
    if (this.enabled) this.add(atUs, kind, this.#describeFrame(frame));
  }

  consoleByte(byte: number, atUs: number): void {
    this.consoleText = (this.consoleText + String.fromCharCode(byte)).slice(-MAX_CONSOLE_TAIL);
    if (byte !== 0x0a) {
      if (byte >= 0x20 && byte < 0x7f) this.#line += String.fromCharCode(byte);
      return;
    }
    if (this.#line === '') return;
    if (this.consoleLines.length < MAX_CONSOLE_LINES) this.consoleLines.push(this.#line);
    this.add(atUs, 'console', this.#line);
    this.#line = '';
  }

  operation(operation: PartOperation, index: number, board: EmulatedBoard): void {
    if (!this.enabled) return;
    const { rootHz } = board.machine;
    const chain = board.callChain();
    const caller = this.#nameChain(chain);
    const record: FlashOperation = {
      index,
      kind: operation.kind,
      address: operation.address,
      bytes: operation.bytes,
      startUs: usOf(operation.startTick, rootHz),
      endUs: usOf(operation.endTick, rootHz),
      pc: chain[0] ?? 0,
      caller,
    };
    this.operations.push(record);
    this.#lastFlash = this.timeline.length;
    this.add(record.startUs, 'flash', textOf(record));
  }
  /** One more word of the last operation. */
  nextWord({ address, bytes }: PartOperation, endUs: number): void {
    const begun = this.enabled ? this.operations.pop() : undefined;
    if (begun === undefined) return;
    const record = { ...begun, bytes: address + bytes - begun.address, endUs };
    this.operations.push(record);
    const entry = this.timeline[this.#lastFlash];
    if (entry !== undefined) this.timeline[this.#lastFlash] = { ...entry, text: textOf(record) };
  }

  /** Innermost named function first, without repeats. */
  #nameChain(chain: readonly number[]): string | null {
    const names: string[] = [];
    for (const address of chain) {
      const name = this.#nameOf(address);
      if (name !== null && !names.includes(name)) names.push(name);
    }
    return names.length === 0 ? null : names.slice(0, MAX_NAMES).join(' < ');
  }
}

function textOf({ index, kind, address, bytes, caller }: FlashOperation): string {
  const text = `op ${index}: ${kind} 0x${address.toString(16).padStart(5, '0')} +${bytes}`;
  return caller === null ? text : `${text} in ${caller}`;
}
