/** A terminal in a few lines, to exercise stations: the terminal's side of decision 0001 and no firmware.
 *  Source: decision 0001. It keeps what a real one keeps through a power cut: segments, flags, program.
 *  Leaves out: flash, time inside an operation, metering. Verdicts on devices need the real fixture. */

import { crc32 } from '../../harness/crc32.ts';
import type { Dialect } from '../../harness/transport/dialects.ts';
import type { Address, Frame } from '../../harness/transport/ft12/frame.ts';
import { RepeatFilter, replySeq } from '../../harness/transport/ft12/link.ts';
import { FrameReceiver } from '../../harness/transport/ft12/receiver.ts';
import { sum16 } from '../../harness/transport/power-load/checks.ts';
import {
  decodeSegment,
  FILE_ERROR,
  type FileSegment,
  getLittle,
  putLittle,
} from '../../harness/transport/power-load/file.ts';
import { expectedResponse } from '../../harness/transport/power-load/messages.ts';
import { encodeUnitFrame, parseUnit, type Unit } from '../../harness/transport/power-load/units.ts';
import { xteaEncrypt } from '../../harness/transport/power-load/xtea.ts';

export interface TerminalOptions {
  readonly dialect: Dialect;
  readonly key: Uint8Array;
  readonly address: Address;
  /** Version at first; a program of which `versionOf` reads another one replaces it. */
  readonly version: string;
  readonly versionOf: (program: Uint8Array) => string;
  readonly checksCrc?: boolean;
  /** Time from power-on to the login. */
  readonly bootUs?: number;
  /** Time from the last byte of a request to the first of its reply. */
  readonly thinkUs?: number;
}

/** Bytes that the terminal sends, and when. */
export interface Sent {
  readonly atUs: number;
  readonly bytes: Uint8Array;
}

/** What a test makes of one request. */
export type Order = 'answer' | 'deny' | 'file-error' | 'cut-before' | 'cut-after';

const REPLY = 0x88;
const SPONTANEOUS = 0xc9;
/** A partial frame is given up after a quiet line. */
const GAP_US = 1_000_000;

export class ScriptedTerminal {
  readonly #options: TerminalOptions;
  readonly #receiver: FrameReceiver;
  readonly #filter = new RepeatFilter();
  #isOpen = false;
  #offUntilUs = 0;
  #lastByteUs = 0;
  // Kept through a power cut:
  version: string;
  program: Uint8Array | null = null;
  transfer: { total: number; stored: Map<number, Uint8Array> } | null = null;
  // What tests ask about:
  boots = 0;
  executed = 0;
  stores = 0;
  /** A mistake: files are taken without AFN 06. */
  acceptsAnyone = false;
  /** Called before a request is executed and after its reply is made; a test may cut the power there. */
  onRequest: ((unit: Unit, frame: Frame) => Order) | null = null;

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.#receiver = new FrameReceiver(options.dialect);
    this.version = options.version;
  }

  powerOn(nowUs: number): Sent[] {
    this.boots++;
    this.#isOpen = false;
    this.#filter.clear();
    this.#receiver.pending = new Uint8Array(0);
    this.#offUntilUs = nowUs + (this.#options.bootUs ?? 300_000);
    if (this.transfer !== null && this.#isComplete()) this.#install();
    const address = { ...this.#options.address, a3: 0 };
    const login = { control: SPONTANEOUS, address, afn: 0x02, seq: 0x70, fn: 1 };
    return [{ atUs: this.#offUntilUs, bytes: encodeUnitFrame(login, this.#options.dialect) }];
  }

  receive(bytes: Uint8Array, nowUs: number): Sent[] {
    if (nowUs < this.#offUntilUs) return [];
    const sent: Sent[] = [];
    const isAfterGap = nowUs - this.#lastByteUs > GAP_US;
    this.#lastByteUs = nowUs;
    const ruins = isAfterGap ? this.#receiver.idle() : [];
    for (const frame of [...ruins, ...this.#receiver.push(bytes)]) {
      sent.push(...this.#onFrame(frame, nowUs));
      if (nowUs < this.#offUntilUs) break;
    }
    return sent;
  }

  #onFrame(frame: Frame, nowUs: number): Sent[] {
    const { address, dialect } = this.#options;
    if ((frame.control & 0xc0) !== 0x40 || frame.address.terminal !== address.terminal) return [];
    const atUs = nowUs + (this.#options.thinkUs ?? 3_000);
    const stored = this.#filter.storedReply(frame);
    if (stored !== null) return [{ atUs, bytes: stored }];
    const unit = parseUnit(frame, dialect);
    if (unit === null) return [];
    const order = this.onRequest?.(unit, frame) ?? 'answer';
    if (order === 'cut-before') return this.powerOn(nowUs);
    this.executed++;
    const answer = this.#answer(order, frame.afn, unit);
    const reply = encodeUnitFrame(
      { control: REPLY, address: frame.address, seq: replySeq(frame.seq), ...answer },
      dialect,
    );
    this.#filter.executed(frame, reply);
    if (order === 'cut-after') return this.powerOn(nowUs);
    const sent = [{ atUs, bytes: reply }];
    if (this.#restarts) {
      this.#restarts = false;
      sent.push(...this.powerOn(atUs + 30_000));
    }
    return sent;
  }
  #restarts = false;

  #answer(order: Order, afn: number, unit: Unit): Answer {
    if (order === 'deny') return DENY;
    return order === 'file-error' ? stored(FILE_ERROR) : this.#execute(afn, unit);
  }

  #execute(afn: number, unit: Unit): Answer {
    switch (`${afn} F${unit.fn}`) {
      case '2 F1':
        return { afn: 0, fn: 1 };
      case '6 F2':
        return this.#authenticate(unit);
      case '9 F1':
        return { afn: 9, fn: 1, content: this.#versionBlock() };
      case '12 F14':
        return this.#missing();
      case '15 F1':
        return this.#file(unit);
      default:
        return DENY;
    }
  }

  #authenticate({ content, password }: Unit): Answer {
    const right = xteaEncrypt(this.#options.key, content);
    if (password === null || !right.every((byte, i) => byte === password[i])) return DENY;
    this.#isOpen = true;
    return { afn: 6, fn: 2, content: expectedResponse(this.#options.key, content) };
  }

  #versionBlock(): Uint8Array {
    const block = new Uint8Array(41).fill(0x20);
    block.set(
      [...this.version].map((char) => char.charCodeAt(0)),
      12,
    );
    return block;
  }

  #missing(): Answer {
    if (this.transfer === null) return DENY;
    const content = new Uint8Array(132);
    for (let i = 0; i < this.transfer.total; i++) {
      if (!this.transfer.stored.has(i)) content[4 + (i >>> 3)]! |= 1 << (i & 7);
    }
    return { afn: 12, fn: 14, content };
  }

  #file(unit: Unit): Answer {
    const { dialect } = this.#options;
    if (dialect.authentication === 'afn-06' && !this.#isOpen && !this.acceptsAnyone) return DENY;
    const segment = decodeSegment(unit.content, dialect);
    if (segment === null) return DENY;
    if (segment.fileId === 0) {
      this.transfer = null;
      return stored(0);
    }
    return stored(this.#store(segment) ? segment.index : FILE_ERROR);
  }

  #store({ total, index, data }: FileSegment): boolean {
    if (total === 0 || total > 1024 || index >= total) return false;
    this.transfer ??= { total, stored: new Map() };
    if (this.transfer.total !== total) return false;
    this.transfer.stored.set(index, data);
    this.stores++;
    if (!this.#isComplete()) return true;
    if (this.#isRight()) {
      this.#restarts = true;
      return true;
    }
    this.transfer = null;
    return false;
  }

  #isComplete(): boolean {
    return this.transfer !== null && this.transfer.stored.size === this.transfer.total;
  }

  #file16(): { file: Uint8Array; check: Uint8Array } {
    const { total, stored: segments } = this.transfer!;
    const all = Array.from({ length: total }, (_, i) => [...segments.get(i)!]).flat();
    const checkBytes = this.#options.dialect.fileCheck === 'sum16' ? 2 : 6;
    return {
      file: Uint8Array.from(all.slice(0, -checkBytes)),
      check: Uint8Array.from(all.slice(-checkBytes)),
    };
  }

  #isRight(): boolean {
    const { file, check } = this.#file16();
    if (getLittle(check, 0, 2) !== sum16(file)) return false;
    if (check.length === 2 || this.#options.checksCrc === false) return true;
    return getLittle(check, 2, 4) === crc32(file);
  }

  #install(): void {
    this.program = this.#file16().file;
    this.version = this.#options.versionOf(this.program);
    this.transfer = null;
  }
}

interface Answer {
  readonly afn: number;
  readonly fn: number;
  readonly content?: Uint8Array;
}
const DENY: Answer = { afn: 0, fn: 2 };

function stored(index: number): Answer {
  const content = new Uint8Array(4);
  putLittle(content, 0, index, 4);
  return { afn: 15, fn: 1, content };
}
