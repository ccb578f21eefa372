/** Bodies of EasiLIR's files, in and out: in situ commands, groups of a rebuild.
 *  Source: firmware-fixtures/msp430f1611/README.md, "Files".
 *  Leaves out: the envelope (plan/node-file.ts), and what commands do (apply.ts). */

import { RigError } from '../../errors.ts';
import type { MapRange } from './address-map.ts';
import { hex4, wordOf } from './memory-map.ts';

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
  | { readonly kind: 'add'; readonly bytes: Uint8Array }
  /** A copy in which words are translated by the map. @param skips even bytes that are copied before each such
   *  word, in the order of filling; what is left of the length is copied behind the last. */
  | {
      readonly kind: 'adjust';
      readonly from: number;
      readonly length: number;
      readonly skips: readonly number[];
    }
  /** Before the first group. */
  | { readonly kind: 'map'; readonly ranges: readonly MapRange[] };

const CODES = { replace: 1, delete: 2, call: 3, branch: 4, move: 5, area: 6 } as const;
const STEP_CODES = {
  up: 0x10,
  down: 0x11,
  copy: 0x12,
  add: 0x13,
  adjust: 0x14,
  map: 0x15,
} as const;
const LONG = 0x80;
const SHORT_MAX = 0xff;

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
    else if (step.kind === 'adjust') {
      out.head(STEP_CODES.adjust, [step.from], step.length);
      const skips = skipBytes(step.skips);
      out.byte(skips.length);
      out.raw(Uint8Array.from(skips));
    } else if (step.kind === 'map') {
      out.byte(STEP_CODES.map);
      out.byte(step.ranges.length);
      for (const { from, add } of step.ranges) {
        out.word(from);
        out.word(add);
      }
    } else {
      out.head(STEP_CODES.add, [], step.bytes.length);
      out.raw(step.bytes);
    }
  }
  return out.bytes;
}

/** One of words: so many are copied, then one is translated. FAR copies and translates none. */
const FAR = 0xff;
export const SKIPS_MAX = 255;
export const skipBytes = (skips: readonly number[]): number[] =>
  skips.flatMap((skip) => {
    const words = skip / 2;
    return [...new Array<number>(Math.floor(words / FAR)).fill(FAR), words % FAR];
  });

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
      case STEP_CODES.adjust:
        steps.push(decodeAdjust(input, code));
        break;
      case STEP_CODES.map: {
        const count = input.take(1)[0]!;
        const ranges = Array.from({ length: count }, () => ({
          from: input.word(),
          add: input.word(),
        }));
        steps.push({ kind: 'map', ranges });
        break;
      }
      case STEP_CODES.add:
        steps.push({ kind: 'add', bytes: input.take(input.length(code)) });
        break;
      default:
        input.fail('a step', hex4(code), 'one from 0x10 to 0x15');
    }
  }
  return steps;
}

function decodeAdjust(input: In, code: number): Step {
  const from = input.word();
  const length = input.length(code);
  const skips: number[] = [];
  let skip = 0;
  for (const words of input.take(input.take(1)[0]!)) {
    skip += 2 * words;
    if (words === FAR) continue;
    skips.push(skip);
    skip = 0;
  }
  const used = skips.reduce((sum, each) => sum + each + 2, 0);
  if (used > length) input.fail('the words of a copy', `${used} bytes`, `${length} at most`);
  return { kind: 'adjust', from, length, skips };
}
