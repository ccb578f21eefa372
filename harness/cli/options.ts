/** Option texts into checked values; what is not understood is refused with what was expected.
 *  Source: the option list of `flashrig verify --help` and `emulate --help`.
 *  Leaves out: names and values inside `--line`, which harness/transport/lines judges. */

import { extname } from 'node:path';
import { Option } from 'commander';
import { RigError } from '../errors.ts';
import { type CutSweep, type EmulateRequest, ENGINES } from '../request.ts';
import { didYouMean } from '../suggest.ts';

const MAX_RANDOM_RUNS = 10_000_000;
const MAX_SEED = 0xffff_ffff;
const MAX_WORKERS = 256;
const MAX_PORT = 65_535;

const refuse = (option: string, value: string, expected: string): never => {
  const shown = value === '' ? '(empty)' : value;
  throw new RigError('OPTION_VALUE', { option, value: shown, expected });
};

/** Decimal or 0x…, nothing else: `Number` alone would take 1e3, blanks and the empty text. */
const wholeNumber = (text: string): number =>
  /^(\d{1,10}|0[xX][0-9a-fA-F]{1,8})$/.test(text) ? Number(text) : Number.NaN;

export function parseCuts(text: string): CutSweep {
  if (text === 'none' || text === 'linear' || text === 'depth2') return { kind: text };
  const runs = wholeNumber(/^random:(.*)$/.exec(text)?.[1] ?? '');
  if (runs >= 1 && runs <= MAX_RANDOM_RUNS) return { kind: 'random', runs };
  const expected = `none, linear, depth2 or random:N with N from 1 to ${MAX_RANDOM_RUNS}`;
  return refuse('--cuts', text, expected);
}

export function parseSeed(text: string): number {
  const seed = wholeNumber(text);
  if (seed >= 0 && seed <= MAX_SEED) return seed;
  return refuse('--seed', text, `a whole number from 0 to 0x${MAX_SEED.toString(16)}`);
}

const MAX_SECONDS = 100_000;
const LEAST_SECONDS = 0.001;

/** Virtual time. */
export function parseSeconds(text: string): number {
  const seconds = /^\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
  if (seconds >= LEAST_SECONDS && seconds <= MAX_SECONDS) return seconds;
  return refuse('--seconds', text, `a number from ${LEAST_SECONDS} to ${MAX_SECONDS}`);
}

const MAX_PERCENT = 10_000;

export const parsePercent =
  (option: string) =>
  (text: string): number => {
    const percent = wholeNumber(text);
    if (percent <= MAX_PERCENT) return percent;
    return refuse(option, text, `a whole number from 0 to ${MAX_PERCENT}`);
  };

const MAX_UPDATES = 1000;

export function parseUpdates(text: string): number {
  const updates = wholeNumber(text);
  if (updates >= 1 && updates <= MAX_UPDATES) return updates;
  return refuse('--updates-ahead', text, `a whole number from 1 to ${MAX_UPDATES}`);
}

export function parseAddress(text: string): number {
  const address = wholeNumber(text);
  if (address <= 0xffff_ffff) return address;
  return refuse('--base', text, 'an address from 0 to 0xffffffff');
}

export function parseWorkers(text: string): number {
  const workers = wholeNumber(text);
  if (workers >= 1 && workers <= MAX_WORKERS) return workers;
  return refuse('--workers', text, `a whole number from 1 to ${MAX_WORKERS}`);
}

/** Form only: `name=value` pairs, each name once. */
export function parseLineSpec(text: string): string {
  const names = text.split(',').map((pair) => /^([a-z][a-z-]*)=[^=\s]+$/.exec(pair)?.[1]);
  if (text === '' || (!names.includes(undefined) && new Set(names).size === names.length)) {
    return text;
  }
  return refuse('--line', text, 'pairs such as drop=0.05,damage=0.02, each name once');
}

/** An option that takes one name of a list: `--engine <name>`. */
export function choice(flags: string, what: string, names: readonly string[]): Option {
  const option = new Option(flags, `${what}: ${names.join(', ')}`);
  const long = flags.split(' ')[0]!;
  return option.argParser((text: string) => {
    if (names.includes(text)) return text;
    return refuse(long, text, `one of ${names.join(', ')}${didYouMean(text, names)}`);
  });
}

export const engineOption = (): Option =>
  choice('--engine <name>', 'what runs the instructions', ENGINES).default(ENGINES[0], ENGINES[0]);

export type SerialOption =
  | { readonly kind: 'pty' }
  | { readonly kind: 'tcp'; readonly port: number };

export function parseSerial(text: string): SerialOption {
  if (text === 'pty') return { kind: 'pty' };
  const port = wholeNumber(/^tcp:(.*)$/.exec(text)?.[1] ?? '');
  if (port >= 0 && port <= MAX_PORT) return { kind: 'tcp', port };
  return refuse(
    '--serial',
    text,
    `pty, or tcp:PORT with PORT from 0 (any free one) to ${MAX_PORT}`,
  );
}

const PARITIES = { N: 'none', E: 'even', O: 'odd' } as const;
const MAX_BAUD = 4_000_000;

/** `38400,8N1`: what a serial program's settings say. */
export function parsePeer(text: string): NonNullable<EmulateRequest['peer']> {
  const [rate = '', format = '', ...more] = text.split(',');
  const baud = wholeNumber(rate);
  const match = /^8([NEO])([12])$/i.exec(format);
  if (match !== null && more.length === 0 && baud >= 1 && baud <= MAX_BAUD) {
    const parity = PARITIES[match[1]!.toUpperCase() as keyof typeof PARITIES];
    return { baud, parity, stopBits: match[2] === '2' ? 2 : 1 };
  }
  const expected = `RATE,FORMAT such as 38400,8N1: 1 to ${MAX_BAUD}, then 8, N E or O, and 1 or 2`;
  return refuse('--peer', text, expected);
}

type Pins = EmulateRequest['pins'];

/** Adds one `P2.10=low` to those given before it. */
export function parsePin(text: string, before: Pins): Pins {
  const match = /^(P\d\.\d{1,2}|P[A-L][0-7])=(low|high)$/.exec(text);
  if (match === null)
    return refuse('--pin', text, 'PIN=low or =high, such as P2.10=low or PB4=low');
  const pin = match[1]!;
  if (before.some((earlier) => earlier.pin === pin)) {
    return refuse('--pin', text, `each pin once; ${pin} has a level already`);
  }
  return [...before, { pin, level: match[2] as 'low' | 'high' }];
}

/** How an image is written to a place: by the end of its name. */
export function outputFormat(path: string, command: string): 'hex' | 'bin' {
  const extension = extname(path).toLowerCase();
  if (extension === '.bin') return 'bin';
  if (['.hex', '.ihex', '.ihx'].includes(extension)) return 'hex';
  const problem = `cannot tell from "${path}" which format to write; end it in .hex or .bin`;
  throw new RigError('USAGE', { problem, command });
}
