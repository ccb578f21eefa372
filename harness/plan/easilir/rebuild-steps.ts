/** Steps of a row of pieces: copies whose addresses the node puts right where that is shorter than to send them.
 *  Leaves out: which pieces (parse-stretch.ts). */

import type { Piece } from './parse-stretch.ts';
import type { Direction } from './rebuild-matches.ts';
import { SKIPS_MAX, type Step, skipBytes } from './script.ts';

export interface PieceSources {
  readonly image: Uint8Array;
  /** Address of the image's first byte. */
  readonly start: number;
  /** Address of a piece's source. */
  addressOf(source: number): number;
  /** By address: 1 at the first byte of a word that is to be translated. */
  readonly isAdjusted: Uint8Array;
}

/** In ascending order; bytes that are added, or copied with the words in it that are translated. */
type Part =
  | { readonly kind: 'add'; readonly from: number; readonly to: number }
  | {
      readonly kind: 'copy';
      readonly address: number;
      readonly length: number;
      readonly words: readonly number[];
    };

/** @returns steps in the order of filling. */
export function stepsOfPieces(
  pieces: readonly Piece[],
  direction: Direction,
  sources: PieceSources,
): Step[] {
  const parts = joinAdds(pieces.flatMap((piece) => partsOf(piece, sources)));
  if (direction === 'down') parts.reverse();
  return parts.map((part): Step => {
    if (part.kind === 'add') {
      return { kind: 'add', bytes: sources.image.slice(part.from, part.to) };
    }
    const { address: from, length, words } = part;
    if (words.length === 0) return { kind: 'copy', from, length };
    return { kind: 'adjust', from, length, skips: skipsOf(words, length, direction) };
  });
}

function partsOf({ start, end, source }: Piece, sources: PieceSources): Part[] {
  if (source === null) return [{ kind: 'add', from: start, to: end }];
  const { isAdjusted } = sources;
  const address = sources.addressOf(source);
  const hasWords = isAdjusted.subarray(address, address + end - start).includes(1);
  // Half a word cannot be translated, and such a copy has whole words.
  const isCut = isAdjusted[address - 1] === 1 || (hasWords && address % 2 !== 0);
  const first = isCut ? start + 1 : start;
  const isOdd = hasWords && (end - first) % 2 !== 0;
  const last = isAdjusted[address + end - start - 1] === 1 || isOdd ? end - 1 : end;
  const parts: Part[] = [];
  if (first > start) parts.push({ kind: 'add', from: start, to: first });
  if (last > first) parts.push(...copies(first, last, address + first - start, sources));
  if (last < end) parts.push({ kind: 'add', from: Math.max(last, first), to: end });
  return parts;
}

function copies(from: number, to: number, address: number, sources: PieceSources): Part[] {
  const length = to - from;
  const words: number[] = [];
  for (let at = 0; at + 1 < length; at++)
    if (sources.isAdjusted[address + at] === 1) words.push(at);
  // Words lie at even addresses, before and afterwards.
  const isEven = (address + sources.start + from) % 2 === 0;
  return isEven ? inRows(address, length, words) : aroundWords(from, address, length, words);
}

/** As many words in one copy as its list has room for. */
function inRows(address: number, length: number, words: readonly number[]): Part[] {
  const parts: Part[] = [];
  let begin = 0;
  let row: number[] = [];
  for (const word of words) {
    const longer = [...row, word - begin];
    if (skipBytes(skipsOf(longer, length - begin, 'up')).length <= SKIPS_MAX / 2) {
      row = longer;
      continue;
    }
    const behind = begin + row.at(-1)! + 2;
    parts.push({ kind: 'copy', address: address + begin, length: behind - begin, words: row });
    row = [word - behind];
    begin = behind;
  }
  parts.push({ kind: 'copy', address: address + begin, length: length - begin, words: row });
  return parts;
}

function aroundWords(
  from: number,
  address: number,
  length: number,
  words: readonly number[],
): Part[] {
  const parts: Part[] = [];
  let at = 0;
  const copy = (end: number): void => {
    if (end > at) parts.push({ kind: 'copy', address: address + at, length: end - at, words: [] });
  };
  for (const word of words) {
    copy(word);
    parts.push({ kind: 'add', from: from + word, to: from + word + 2 });
    at = word + 2;
  }
  copy(length);
  return parts;
}

/** Bytes before each word, counted from where filling begins. */
function skipsOf(words: readonly number[], length: number, direction: Direction): number[] {
  if (direction === 'up') return words.map((word, i) => word - (i === 0 ? 0 : words[i - 1]! + 2));
  const downwards = [...words].reverse();
  return downwards.map((word, i) => (i === 0 ? length : downwards[i - 1]!) - word - 2);
}

function joinAdds(parts: readonly Part[]): Part[] {
  const joined: Part[] = [];
  for (const part of parts) {
    const before = joined.at(-1);
    if (part.kind === 'add' && before?.kind === 'add') {
      joined[joined.length - 1] = { ...before, to: part.to };
    } else joined.push(part);
  }
  return joined;
}
