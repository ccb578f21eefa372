/** What a node holds, and which item of its program lies where: an update starts from here, the next one too.
 *  As a file: one JSON document (.node.json); for a programmer: Intel HEX with the ifunction area in it.
 *  Leaves out: RAM but for the area, external flash. */

import { RigError } from '../../errors.ts';
import type { FirmwareImage } from '../../image/firmware-image.ts';
import { makeImage } from '../../image/segments.ts';
import { APP_START, AREA_BYTES, AREA_START } from './memory-map.ts';
import type { Item, Program } from './program.ts';

/** Items that run as an ifunction of CALL and RET. */
export interface CalledRun {
  readonly first: number;
  readonly last: number;
}

export interface NodeImage {
  /** From 0x4000. */
  readonly flash: Uint8Array;
  /** Bytes in use of the ifunction area. */
  readonly area: Uint8Array;
  readonly program: Program;
  /** Address of every item. */
  readonly places: readonly number[];
  /** Whether an item is a jump in its long form. */
  readonly isLong: readonly boolean[];
  readonly calledRuns: readonly CalledRun[];
}

/** A node into which a program was put whole, as linked. */
export const freshNode = (program: Program): NodeImage => ({
  flash: program.image,
  area: new Uint8Array(0),
  program,
  places: program.items.map(({ address }) => address),
  isLong: program.items.map(() => false),
  calledRuns: [],
});

/** Memory by address: flash FF where the image has nothing, the area behind its end too. */
export function memoryOf({ flash, area }: Pick<NodeImage, 'flash' | 'area'>): Uint8Array {
  const memory = new Uint8Array(0x1_0000).fill(0xff);
  memory.set(flash, APP_START);
  memory.set(area, AREA_START);
  return memory;
}

/** As a programmer or an emulator loads it. */
export function imageOfNode({ flash, area, program }: NodeImage): FirmwareImage {
  const file = program.file;
  const segments = [
    { what: 'the ifunction area', address: AREA_START, bytes: area },
    { what: 'the application', address: APP_START, bytes: flash },
  ];
  return makeImage(file, 'hex', { segments });
}

const FORMAT = 'flashrig node 1';

/** An item as the file has it: kind, address, bytes, name, jump, references, place, long. */
type Row = readonly [
  Item['kind'],
  number,
  string,
  string,
  number | null,
  readonly (readonly [number, number, number, boolean])[],
  number,
  boolean,
];

export function nodeToJson(node: NodeImage): string {
  const rows = node.program.items.map(
    (item, index): Row => [
      item.kind,
      item.address,
      hexOf(item.bytes),
      item.name,
      item.jump,
      item.references.map(({ at, target, offset, isRelative }) => [at, target, offset, isRelative]),
      node.places[index]!,
      node.isLong[index]!,
    ],
  );
  const head = {
    format: FORMAT,
    file: node.program.file,
    flash: hexOf(node.flash),
    area: hexOf(node.area),
    image: hexOf(node.program.image),
    calledRuns: node.calledRuns,
  };
  // One line an item, so that two nodes can be compared.
  const lines = rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
  return `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "items": [\n${lines}\n  ]\n}\n`;
}

interface NodeDocument {
  readonly format: string;
  readonly file: string;
  readonly flash: string;
  readonly area: string;
  readonly image: string;
  readonly calledRuns: readonly CalledRun[];
  readonly items: readonly Row[];
}

/** @param file name for errors. */
export function nodeFromJson(text: string, file: string): NodeImage {
  const saved = parse(text, file);
  const items = saved.items.map(
    ([kind, address, bytes, name, jump, references]): Item => ({
      kind,
      address,
      bytes: bytesOf(bytes),
      name,
      jump,
      references: references.map(([at, target, offset, isRelative]) => ({
        at,
        target,
        offset,
        isRelative,
      })),
    }),
  );
  return {
    flash: bytesOf(saved.flash),
    area: bytesOf(saved.area),
    program: { file: saved.file, items, image: bytesOf(saved.image) },
    places: saved.items.map((row) => row[6]),
    isLong: saved.items.map((row) => row[7]),
    calledRuns: saved.calledRuns,
  };
}

function parse(text: string, file: string): NodeDocument {
  let saved: Partial<NodeDocument>;
  try {
    saved = JSON.parse(text) as Partial<NodeDocument>;
  } catch (cause) {
    const facts = { file, what: 'the file', found: 'no JSON', expected: 'a JSON document' };
    throw new RigError('NODE_FILE', facts, cause);
  }
  const expect = (what: string, isRight: boolean, found: string, expected: string): void => {
    if (!isRight) throw new RigError('NODE_FILE', { file, what, found, expected });
  };
  expect('its format', saved.format === FORMAT, `${saved.format}`, FORMAT);
  const isHex = (part: unknown): boolean =>
    typeof part === 'string' && part.length % 2 === 0 && /^[0-9a-f]*$/.test(part);
  for (const part of ['flash', 'area', 'image'] as const) {
    expect(part, isHex(saved[part]), typeof saved[part], 'bytes in hexadecimal');
  }
  expect('items', Array.isArray(saved.items), typeof saved.items, 'a list');
  expect('calledRuns', Array.isArray(saved.calledRuns), typeof saved.calledRuns, 'a list');
  const whole = saved as NodeDocument;
  const used = whole.area.length / 2;
  expect('area', used <= AREA_BYTES, `${used} bytes`, `${AREA_BYTES} at most`);
  const bad = whole.items.findIndex((row) => !isRow(row, whole.items.length, isHex));
  expect(`item ${bad}`, bad < 0, 'damaged', 'an item of a program');
  return whole;
}

const isRow = (row: unknown, count: number, isHex: (part: unknown) => boolean): boolean => {
  if (!Array.isArray(row) || row.length !== 8) return false;
  const isIndex = (value: unknown): boolean =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) < count;
  return (
    ['instruction', 'data', 'fixed'].includes(row[0]) &&
    Number.isInteger(row[1]) &&
    isHex(row[2]) &&
    typeof row[3] === 'string' &&
    (row[4] === null || isIndex(row[4])) &&
    Array.isArray(row[5]) &&
    row[5].every((one: unknown) => Array.isArray(one) && one.length === 4 && isIndex(one[1])) &&
    Number.isInteger(row[6]) &&
    typeof row[7] === 'boolean'
  );
};

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
