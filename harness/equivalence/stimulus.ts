/** What both programs are given: a text of one input a line, at a time or after an output.
 *  `at 1.5s usart1 "hello\n"`, `after 3 usart1 +10ms button press`; see STIMULUS_HELP for all.
 *  Leaves out: making one up (random-stimulus.ts); giving it (program-run.ts). */

import { frameCheck } from '../../emulator/parts/cc2420-registers.ts';
import type { Input, InputKind, ObservedKind } from '../device/observed/index.ts';
import { RigError } from '../errors.ts';

export type When =
  | { readonly kind: 'at'; readonly us: number }
  /** After the n-th output of a channel, or of all; n counts from 1. */
  | {
      readonly kind: 'after';
      readonly count: number;
      readonly channel: string;
      readonly delayUs: number;
    };

export interface StimulusEntry {
  readonly when: When;
  readonly input: Input;
  /** As written, for reports. */
  readonly text: string;
}

export const ANY_CHANNEL = 'any';

export const STIMULUS_HELP = `
A stimulus file has one input a line, the same for both programs:
  at 1.5s usart1 "hello\\n"              bytes in quotes or in hex: 68 65 6c 6c 6f
  at 2s button press                    or release
  at 3s adc 0 1.25V                     an analog pin, from then on
  at 3s temperature 31C                 of the chip
  at 3s supply 2.6V                     0V is a power cut
  at 4s radio 41 88 01 22 00 ff ff      a frame on the air; its check sequence is added
  after 3 usart1 +10ms button press     after the 3rd output there: for programs that drift apart
  after 5 any usart1 01                 after the 5th output of any channel
Times are in us, ms or s; # begins a comment.`;

const MAX_LINES = 100_000;
const MAX_SERIAL_BYTES = 256;
const MAX_COUNT = 1e9;
/** Of a frame without its check sequence. */
const MAX_FRAME_BYTES = 125;
const MAX_SUPPLY_VOLTS = 3.6;
const ADC_PINS = 8;
const CELSIUS = { least: -40, most: 85 };
const US: Readonly<Record<string, number>> = { us: 1, ms: 1e3, s: 1e6 };

/** @param name of the file, for errors. */
export function parseStimulus(text: string, name: string, board: ObservedKind): StimulusEntry[] {
  const lines = text.split(/\r?\n/);
  if (lines.length > MAX_LINES) {
    refuse(name, MAX_LINES + 1, 'one line too many', `at most ${MAX_LINES} lines`);
  }
  return lines.flatMap((line, index) => {
    const bare = withoutComment(line).trim();
    if (bare === '') return [];
    const problem = (what: string, expected: string): never =>
      refuse(name, index + 1, what, expected);
    return [parseLine(bare, board, problem)];
  });
}

type Problem = (what: string, expected: string) => never;

function refuse(file: string, line: number, problem: string, expected: string): never {
  throw new RigError('STIMULUS_LINE', { file, line, problem, expected });
}

/** A # in quotes is a character. */
const withoutComment = (line: string): string =>
  /^(?:[^"#]|"(?:[^"\\]|\\.)*"?)*/.exec(line)?.[0] ?? '';

function parseLine(line: string, board: ObservedKind, problem: Problem): StimulusEntry {
  const [head = '', ...words] = line.split(/\s+/);
  let used = 1;
  let when: When;
  if (head === 'at') when = { kind: 'at', us: timeOf(words[0] ?? '', problem) };
  else if (head === 'after') {
    const [count = '', channel = '', delay = ''] = words;
    const isDelayed = delay.startsWith('+');
    used = isDelayed ? 3 : 2;
    if (!/^\d+$/.test(count) || Number(count) < 1 || Number(count) > MAX_COUNT) {
      problem(`"${count}" outputs`, 'a whole number of at least 1');
    }
    if (channel !== ANY_CHANNEL && !board.isChannel(channel)) {
      problem(`no channel "${channel}"`, 'one of this board, such as usart1, radio, P5.4 or any');
    }
    const delayUs = isDelayed ? timeOf(delay.slice(1), problem) : 0;
    when = { kind: 'after', count: Number(count), channel, delayUs };
  } else return problem(`begins with "${head}"`, '"at TIME ..." or "after N CHANNEL ..."');
  const rest = words.slice(used);
  const what = rest[0] ?? '';
  // Blanks in quotes count.
  const at = line.search(new RegExp(`(?<=^(?:\\S+\\s+){${used + 1}})\\S`));
  const argument = at < 0 ? '' : line.slice(at).replace(/^\S+\s*/, '');
  return { when, input: parseInput(what, argument, board, problem), text: line };
}

function timeOf(text: string, problem: Problem): number {
  const match = /^(\d+(?:\.\d+)?)(us|ms|s)$/.exec(text);
  return match === null
    ? problem(`"${text}" is no time`, 'a number and us, ms or s, such as 250ms')
    : Number(match[1]) * US[match[2]!]!;
}

const KIND_OF: Readonly<Record<string, InputKind>> = {
  button: 'button',
  adc: 'analog',
  temperature: 'temperature',
  radio: 'radio',
  supply: 'supply',
};

function parseInput(what: string, argument: string, board: ObservedKind, problem: Problem): Input {
  const isPort = board.ports.includes(what);
  const kind = isPort ? 'serial' : KIND_OF[what];
  if (kind === undefined || !board.inputs.includes(kind)) {
    const known = Object.keys(KIND_OF).filter((name) => board.inputs.includes(KIND_OF[name]!));
    return problem(`no input "${what}"`, `one of ${[...board.ports, ...known].join(', ')}`);
  }
  if (kind === 'serial') {
    return { kind, port: what, bytes: bytesOf(argument, MAX_SERIAL_BYTES, problem) };
  }
  if (kind === 'radio') return { kind, psdu: frameOf(bytesOf(argument, MAX_FRAME_BYTES, problem)) };
  if (kind === 'button') {
    if (argument === 'press' || argument === 'release')
      return { kind, pressed: argument === 'press' };
    return problem(`the button cannot "${argument}"`, 'press or release');
  }
  return parseQuantity(kind, argument, problem);
}

function parseQuantity(
  kind: 'analog' | 'temperature' | 'supply',
  argument: string,
  problem: Problem,
): Input {
  if (kind === 'temperature') {
    const celsius = Number(/^(-?\d+(?:\.\d+)?)C$/.exec(argument)?.[1] ?? Number.NaN);
    if (celsius >= CELSIUS.least && celsius <= CELSIUS.most) return { kind, celsius };
    return problem(`temperature "${argument}"`, `${CELSIUS.least}C to ${CELSIUS.most}C`);
  }
  const match = /^(?:(\d)\s+)?(\d+(?:\.\d+)?)V$/.exec(argument);
  const volts = Number(match?.[2] ?? Number.NaN);
  const channel = Number(match?.[1] ?? Number.NaN);
  if (kind === 'supply') {
    if (match?.[1] === undefined && volts <= MAX_SUPPLY_VOLTS) {
      return { kind, millivolts: Math.round(volts * 1000) };
    }
    return problem(`supply "${argument}"`, `0V to ${MAX_SUPPLY_VOLTS}V`);
  }
  if (channel < ADC_PINS && volts <= MAX_SUPPLY_VOLTS) return { kind, channel, volts };
  return problem(`adc "${argument}"`, `a pin from 0 to ${ADC_PINS - 1} and its volts: adc 0 1.25V`);
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, '0': 0, '\\': 92, '"': 34 };

function bytesOf(text: string, most: number, problem: Problem): Uint8Array {
  const bytes = text.startsWith('"') ? quoted(text, problem) : hexadecimal(text, problem);
  if (bytes.length >= 1 && bytes.length <= most) return Uint8Array.from(bytes);
  return problem(`${bytes.length} bytes`, `1 to ${most} bytes`);
}
function hexadecimal(text: string, problem: Problem): number[] {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const bad = words.find((word) => !/^(?:[0-9a-fA-F]{2})+$/.test(word));
  if (bad !== undefined) problem(`"${bad}"`, 'bytes as two hexadecimal digits each, or in quotes');
  return words.flatMap((word) => [...Buffer.from(word, 'hex')]);
}
function quoted(text: string, problem: Problem): number[] {
  const inside = /^"((?:[^"\\]|\\.)*)"$/.exec(text)?.[1];
  if (inside === undefined) return problem('a text without its closing quote', '"..." and no more');
  return [...inside.matchAll(/\\x([0-9a-fA-F]{2})|\\(.)|([^\\])/gsu)].flatMap(
    ([, hex, escaped, plain]) => {
      if (hex !== undefined) return [Number.parseInt(hex, 16)];
      if (escaped === undefined) return [...Buffer.from(plain!, 'utf8')];
      return [ESCAPES[escaped] ?? problem(`\\${escaped}`, '\\n \\r \\t \\0 \\\\ \\" or \\x41')];
    },
  );
}

export function frameOf(body: Uint8Array): Uint8Array {
  const check = frameCheck(body);
  return Uint8Array.from([...body, check & 0xff, check >>> 8]);
}
