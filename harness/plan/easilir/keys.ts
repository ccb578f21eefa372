/** What makes an item of one program equal to one of another, as numbers that can be compared.
 *  Same shape: an instruction of the same opcode, an object of the same length. Same whole: its plain words and
 *  what it refers to are the same too; a jump counts as the same wherever it goes.
 *  Leaves out: addresses. Code is named by its function, data by its content. */

import { fallsThrough, type Item, opcodeOf, type Program, type Reference } from './program.ts';

export interface Keys {
  readonly whole: Int32Array;
  readonly shape: Int32Array;
  readonly bytes: Int32Array;
  /** 1 where code runs into item i from the one in front; one longer than the others. */
  readonly flows: Uint8Array;
}

/** Numbers agree between all programs given. */
export function keysOf(...programs: readonly Program[]): Keys[] {
  const numbers = new Map<string, number>();
  const numberOf = (text: string): number => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, numbers.size);
    return numbers.size - 1;
  };
  return programs.map(({ items }) => ({
    whole: Int32Array.from(items, (item) => numberOf(wholeText(item, items))),
    shape: Int32Array.from(items, (item) => numberOf(shapeText(item))),
    bytes: Int32Array.from(items, ({ bytes }) => bytes.length),
    flows: Uint8Array.from([0, ...items.map((_, index) => (fallsThrough(items, index) ? 1 : 0))]),
  }));
}

const CONDITION = 0xfc00;

const shapeText = (item: Item): string => {
  if (item.kind === 'fixed') return `at ${item.address}`;
  if (item.kind === 'data') return `data ${item.bytes.length} ${item.address & 1}`;
  return `code ${item.jump === null ? opcodeOf(item) : opcodeOf(item) & CONDITION}`;
};

const wholeText = (item: Item, items: readonly Item[]): string => {
  if (item.kind === 'fixed' || item.jump !== null) return `whole ${shapeText(item)}`;
  const references = item.references.map((one) => referenceText(one, items)).join(' ');
  return `${item.kind} ${plainText(item)} ${item.address & 1} ${references}`;
};

/** Bytes with the words of references left out. */
function plainText({ bytes, references }: Item): string {
  if (references.length === 0) return Buffer.from(bytes).toString('latin1');
  const plain = Buffer.from(bytes);
  for (const { at } of references) plain.fill(0, at, at + 2);
  return plain.toString('latin1');
}

const referenceText = (
  { at, target, offset, isRelative }: Reference,
  items: readonly Item[],
): string => {
  const to = items[target]!;
  const name = to.kind === 'data' ? `${plainText(to)}+${offset}` : to.name;
  return `${at} ${isRelative} ${name}`;
};
