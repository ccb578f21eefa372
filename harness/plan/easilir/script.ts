/** Update files of the sensor node, in and out: envelope, in situ commands, groups of a rebuild.
 *  Source: firmware-fixtures/msp430f1611/README.md, "Files".
 *  Leaves out: deluge and r2 bodies, and what commands do (apply.ts). */

import { crc16 } from '../../crc16.ts';
import { RigError } from '../../errors.ts';
import { hex4, putWord, wordOf } from './memory-map.ts';

export const KINDS = { deluge: 1, r2: 2, insitu: 3, rebuild: 4 } as const;

export type Command =
  | { readonly kind: 'replace'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'delete'; readonly at: number; readonly length: number }
  | { readonly kind: 'call'; readonly at: number; readonly bytes: Uint8Array }
  /** @param back 0 = the bytes end by themselves. */
  | {
      readonly kind: 'branch';
      readonly at: number;
      readonly back: number;
      readonly bytes: Uint8Array;
    }
  | {
      readonly kind: 'move';
      readonly at: number;
      readonly from: number;
      readonly length: number;
    }
  | { readonly kind: 'area'; readonly offset: number; readonly bytes: Uint8Array };

export type Step =
  | { readonly kind: 'up'; readonly at: number }
  | { readonly kind: 'down'; readonly at: number }
  | { readonly kind: 'copy'; readonly from: number; readonly length: number }
  | { readonly kind: 'add'; readonly bytes: Uint8Array };

const CODES = { replace: 1, delete: 2, call: 3, branch: 4, move: 5, area: 6 } as const;
const STEP_CODES = { up: 0x10, down: 0x11, copy: 0x12, add: 0x13 } as const;
const LONG = 0x80;
const SHORT_MAX = 0xff;

/** What both sides must hold before and afterwards. */
export interface Envelope {
  readonly kind: number;
  readonly baseBytes: number;
  readonly baseCrc: number;
  readonly resultBytes: number;
  readonly resultCrc: number;
  readonly areaCrc: number;
  readonly resultAreaBytes: number;
  readonly resultAreaCrc: number;
}

export const ENVELOPE_BYTES = 18;
const FILE_CRC_BYTES = 2;
const MARK = 0x45;

export function encodeFile(envelope: Envelope, body: Uint8Array): Uint8Array {
  const file = new Uint8Array(ENVELOPE_BYTES + body.length + FILE_CRC_BYTES);
  file[0] = MARK;
  file[1] = envelope.kind;
  const fields = [
    envelope.baseBytes,
    envelope.baseCrc,
    envelope.resultBytes,
    envelope.resultCrc,
    envelope.areaCrc,
    envelope.resultAreaBytes,
    envelope.resultAreaCrc,
    body.length,
  ];
  for (const [index, field] of fields.entries()) putWord(file, 2 + 2 * index, field);
  file.set(body, ENVELOPE_BYTES);
  const end = file.length - FILE_CRC_BYTES;
  putWord(file, end, crc16(file.subarray(0, end)));
  return file;
}

/** @param file name for errors. */
export function decodeFile(
  bytes: Uint8Array,
  file: string,
): { readonly envelope: Envelope; readonly body: Uint8Array } {
  const end = bytes.length - FILE_CRC_BYTES;
  const wrong = (what: string, found: string | number, expected: string | number): never => {
    throw new RigError('EASILIR_SCRIPT', { file, what, found, expected });
  };
  if (end < ENVELOPE_BYTES) wrong('its length', bytes.length, `${ENVELOPE_BYTES + 2} at least`);
  if (bytes[0] !== MARK) wrong('its first byte', bytes[0]!, MARK);
  const computed = crc16(bytes.subarray(0, end));
  if (wordOf(bytes, end) !== computed)
    wrong('its CRC-16', hex4(wordOf(bytes, end)), hex4(computed));
  const field = (index: number): number => wordOf(bytes, 2 + 2 * index);
  const body = bytes.subarray(ENVELOPE_BYTES, end);
  if (field(7) !== body.length) wrong('the length of its body', body.length, field(7));
  return {
    envelope: {
      kind: bytes[1]!,
      baseBytes: field(0),
      baseCrc: field(1),
      resultBytes: field(2),
      resultCrc: field(3),
      areaCrc: field(4),
      resultAreaBytes: field(5),
      resultAreaCrc: field(6),
    },
    body,
  };
}

class Out {
  readonly #bytes: number[] = [];
  byte(value: number): void {
    this.#bytes.push(value & 0xff);
  }
  word(value: number): void {
    this.#bytes.push(value & 0xff, (value >>> 8) & 0xff);
  }
  raw(bytes: Uint8Array): void {
    for (const byte of bytes) this.#bytes.push(byte);
  }
  /** Command byte, addresses, length. */
  head(code: number, addresses: readonly number[], length: number): void {
    const isLong = length > SHORT_MAX;
    this.byte(isLong ? code | LONG : code);
    for (const address of addresses) this.word(address);
    if (isLong) this.word(length);
    else this.byte(length);
  }
  get bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

export function encodeCommands(commands: readonly Command[]): Uint8Array {
  const out = new Out();
  for (const command of commands) {
    const code = CODES[command.kind];
    if (command.kind === 'delete') out.head(code, [command.at], command.length);
    else if (command.kind === 'move') out.head(code, [command.at, command.from], command.length);
    else {
      const addresses =
        command.kind === 'area'
          ? [command.offset]
          : command.kind === 'branch'
            ? [command.at, command.back]
            : [command.at];
      out.head(code, addresses, command.bytes.length);
      out.raw(command.bytes);
    }
  }
  return out.bytes;
}

export function encodeSteps(steps: readonly Step[]): Uint8Array {
  const out = new Out();
  for (const step of steps) {
    if (step.kind === 'up' || step.kind === 'down') {
      out.byte(STEP_CODES[step.kind]);
      out.word(step.at);
    } else if (step.kind === 'copy') out.head(STEP_CODES.copy, [step.from], step.length);
    else {
      out.head(STEP_CODES.add, [], step.bytes.length);
      out.raw(step.bytes);
    }
  }
  return out.bytes;
}

class In {
  at = 0;
  readonly #body: Uint8Array;
  readonly #file: string;
  constructor(body: Uint8Array, file: string) {
    this.#body = body;
    this.#file = file;
  }
  get hasMore(): boolean {
    return this.at < this.#body.length;
  }
  take(count: number): Uint8Array {
    if (this.at + count > this.#body.length) {
      this.fail('its body', `${this.#body.length} bytes`, `${this.at + count} at least`);
    }
    this.at += count;
    return this.#body.subarray(this.at - count, this.at);
  }
  word(): number {
    return wordOf(this.take(2), 0);
  }
  length(code: number): number {
    return (code & LONG) !== 0 ? this.word() : this.take(1)[0]!;
  }
  fail(what: string, found: string, expected: string): never {
    throw new RigError('EASILIR_SCRIPT', { file: this.#file, what, found, expected });
  }
}

export function decodeCommands(body: Uint8Array, file: string): Command[] {
  const input = new In(body, file);
  const commands: Command[] = [];
  while (input.hasMore) commands.push(decodeCommand(input));
  return commands;
}

function decodeCommand(input: In): Command {
  const code = input.take(1)[0]!;
  const at = input.word();
  switch (code & ~LONG) {
    case CODES.replace:
      return { kind: 'replace', at, bytes: input.take(input.length(code)) };
    case CODES.delete:
      return { kind: 'delete', at, length: input.length(code) };
    case CODES.call:
      return { kind: 'call', at, bytes: input.take(input.length(code)) };
    case CODES.branch: {
      const back = input.word();
      return { kind: 'branch', at, back, bytes: input.take(input.length(code)) };
    }
    case CODES.move: {
      const from = input.word();
      return { kind: 'move', at, from, length: input.length(code) };
    }
    case CODES.area:
      return { kind: 'area', offset: at, bytes: input.take(input.length(code)) };
    default:
      return input.fail('a command', hex4(code), 'one from 0x01 to 0x06');
  }
}

export function decodeSteps(body: Uint8Array, file: string): Step[] {
  const input = new In(body, file);
  const steps: Step[] = [];
  while (input.hasMore) {
    const code = input.take(1)[0]!;
    switch (code & ~LONG) {
      case STEP_CODES.up:
        steps.push({ kind: 'up', at: input.word() });
        break;
      case STEP_CODES.down:
        steps.push({ kind: 'down', at: input.word() });
        break;
      case STEP_CODES.copy: {
        const from = input.word();
        steps.push({ kind: 'copy', from, length: input.length(code) });
        break;
      }
      case STEP_CODES.add:
        steps.push({ kind: 'add', bytes: input.take(input.length(code)) });
        break;
      default:
        input.fail('a step', hex4(code), 'one from 0x10 to 0x13');
    }
  }
  return steps;
}
