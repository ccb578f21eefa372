/** Which instructions of a program have run, function by function: equivalence is proven for these alone.
 *  Source: the cores' coverage maps; lengths of instructions from their tables. A function is taken apart from
 *  its first word on, so words of data in it count as instructions. On the ARM, four bytes count as one.
 *  Leaves out: paths; an instruction that ran once has run. */

import { hasSecondWord } from '../../emulator/cpu/avr/instruction-table.ts';
import { extensionWords } from '../../emulator/cpu/msp430/instruction-table.ts';
import type { ObservedBoard } from '../device/observed/index.ts';
import type { MachineName } from '../image/elf.ts';
import type { FirmwareImage } from '../image/firmware-image.ts';
import { rangeText } from '../image/segments.ts';

export interface AddressSpan {
  readonly first: number;
  readonly last: number;
}

export interface FunctionCoverage {
  readonly name: string;
  readonly address: number;
  readonly bytes: number;
  readonly instructions: number;
  readonly executed: number;
  /** What did not run, in runs of instructions. */
  readonly missed: readonly AddressSpan[];
}

export interface Coverage {
  /** False: there are no functions to go by, and each piece of the image is taken for one. */
  readonly hasSymbols: boolean;
  readonly instructions: number;
  readonly executed: number;
  readonly functions: readonly FunctionCoverage[];
}

const WORDS: Readonly<Record<MachineName, (opcode: number) => number>> = {
  msp430: (opcode) => 1 + extensionWords(opcode),
  avr: (opcode) => (hasSecondWord(opcode) ? 2 : 1),
  arm: () => 2,
};

export function coverageOf(
  image: FirmwareImage,
  board: ObservedBoard,
  machine: MachineName,
): Coverage {
  const named = functionsOf(image);
  const pieces =
    named.length > 0
      ? named
      : image.segments.map(({ address, bytes }) => ({
          name: rangeText(address, bytes.length),
          address,
          bytes: bytes.length,
        }));
  const functions = pieces.map((piece) => coverFunction(piece, board, WORDS[machine]));
  const sum = (count: (one: FunctionCoverage) => number): number =>
    functions.reduce((total, one) => total + count(one), 0);
  return {
    hasSymbols: named.length > 0,
    instructions: sum(({ instructions }) => instructions),
    executed: sum(({ executed }) => executed),
    functions,
  };
}

interface Piece {
  readonly name: string;
  readonly address: number;
  readonly bytes: number;
}

/** One for each address; others of the same place are names for it. */
function functionsOf({ segments, symbols }: FirmwareImage): Piece[] {
  const isInside = ({ address, bytes }: Piece): boolean =>
    segments.some(
      (one) => address >= one.address && address + bytes <= one.address + one.bytes.length,
    );
  return symbols.filter(
    (symbol, i) =>
      symbol.kind === 'function' &&
      symbol.bytes > 0 &&
      isInside(symbol) &&
      symbols.findIndex(
        (one) => one.kind === 'function' && one.bytes > 0 && one.address === symbol.address,
      ) === i,
  );
}

function coverFunction(
  { name, address, bytes }: Piece,
  board: ObservedBoard,
  wordsOf: (opcode: number) => number,
): FunctionCoverage {
  const missed: { first: number; last: number }[] = [];
  let instructions = 0;
  let executed = 0;
  let wasMissed = false;
  for (let at = address; at < address + bytes; ) {
    const length = 2 * wordsOf(board.wordAt(at));
    const last = Math.min(at + length, address + bytes) - 1;
    const ran = hasRun(board.coverage, at, last);
    instructions++;
    if (ran) executed++;
    else if (wasMissed) missed.at(-1)!.last = last;
    else missed.push({ first: at, last });
    wasMissed = !ran;
    at += length;
  }
  return { name, address, bytes, instructions, executed, missed };
}

function hasRun(coverage: Uint8Array, first: number, last: number): boolean {
  for (let at = first >>> 1; at <= last >>> 1; at++) if (coverage[at] === 1) return true;
  return false;
}
