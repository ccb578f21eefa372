import { describe, expect, test } from 'vitest';
import { RigError } from '../../../harness/errors.ts';
import { parseHex } from '../../../harness/image/hex.ts';
import { writeHex } from '../../../harness/image/hex-write.ts';
import { wordAt } from '../../../harness/image/segments.ts';
import { checkVectors } from '../../../harness/image/vectors.ts';

/** The paper's example (section 3.1, below Table 1), as printed. */
const PAPER = [
  ':020000040000FA',
  ':1020000018F09FE518F09FE518F09FE510F09FE5A8',
  ':102010000CF09FE5846FA0B80CF09FE50CF09FE5F5',
  ':102020002C21000034200000382000009420000003',
  ':0CBF90000000000040000040EC1F00001A',
  ':00000001FF',
];
const END = ':00000001FF';

const bytesOf = (lines: readonly string[], eol = '\n') =>
  new TextEncoder().encode(lines.join(eol) + eol);
const parse = (...lines: string[]) => parseHex(bytesOf(lines), 'x.hex');

/** @returns code and message of the error that parsing raises. */
function errorOf(...lines: string[]): { code: string; message: string; exitCode: number } {
  try {
    parse(...lines);
  } catch (error) {
    if (error instanceof RigError) {
      return { code: error.code, message: error.message, exitCode: error.exitCode };
    }
    throw error;
  }
  throw new Error('no error was raised');
}

describe("the paper's six lines", () => {
  test('Intel HEX, the six lines of the paper, two segments with the gap between them', () => {
    const image = parse(...PAPER);
    expect(image.segments.map(({ address, bytes }) => [address, bytes.length])).toEqual([
      [0x2000, 48],
      [0xbf90, 12],
    ]);
    expect(wordAt(image, 0x2000)).toBe(0xe59ff018);
    expect(wordAt(image, 0xbf98)).toBe(0x00001fec);
    expect(image.entry).toBeNull();
  });

  test('Intel HEX, the six lines of the paper, the eight vectors sum to zero through 0x2014', () => {
    const check = checkVectors(parse(...PAPER), 0x2000);
    expect(check).toMatchObject({ found: 0xb8a06f84, valid: true });
    const sum = check!.words.reduce((total, word) => total + word, 0);
    expect(sum % 2 ** 32).toBe(0);
    expect(check!.targets.slice(0, 4)).toEqual([0x212c, 0x2034, 0x2038, 0x2034]);
  });

  test('Intel HEX, the six lines of the paper, written back they are the same six lines', () => {
    expect(writeHex(parse(...PAPER))).toBe(`${PAPER.join('\n')}\n`);
  });

  test.each([
    ['CR LF', '\r\n'],
    ['CR', '\r'],
    ['LF', '\n'],
    ['blank lines between', '\n\n  \r\n'],
  ])('Intel HEX, lines ended by %s, the same image', (_, eol) => {
    expect(parseHex(bytesOf(PAPER, eol), 'x').sha256).toBe(parse(...PAPER).sha256);
  });

  test('Intel HEX, lower-case digits and no ending on the last line, the same image', () => {
    const text = PAPER.join('\n').toLowerCase();
    const image = parseHex(new TextEncoder().encode(text), 'x');
    expect(image.sha256).toBe(parse(...PAPER).sha256);
  });
});

describe('addressing', () => {
  test('Intel HEX, record 04, upper half of the address', () => {
    const image = parse(':020000044000BA', ':0401000001020304F1', END);
    expect(image.segments[0]!.address).toBe(0x40000100);
  });

  test('Intel HEX, record 02, paragraph of 16 bytes is added', () => {
    // 1000H paragraphs = 10000H bytes
    const image = parse(':020000021000EC', ':0401000001020304F1', END);
    expect(image.segments[0]!.address).toBe(0x10100);
  });

  test('Intel HEX, a row over the end of a 64 KB segment, wraps to the start of that segment', () => {
    const image = parse(':020000021000EC', ':04FFFE0001020304F5', END);
    expect(image.segments.map((s) => [s.address, [...s.bytes]])).toEqual([
      [0x10000, [3, 4]],
      [0x1fffe, [1, 2]],
    ]);
  });

  test('Intel HEX, the same row under record 04, runs on into the next 64 KB', () => {
    const image = parse(':020000040001F9', ':04FFFE0001020304F5', END);
    expect(image.segments.map((s) => [s.address, [...s.bytes]])).toEqual([[0x1fffe, [1, 2, 3, 4]]]);
  });

  test('Intel HEX, a row over the end of 4 GB under record 04, wraps to address 0', () => {
    const image = parse(':02000004FFFFFC', ':04FFFE0001020304F5', END);
    expect(image.segments.map((s) => [s.address, [...s.bytes]])).toEqual([
      [0, [3, 4]],
      [0xfffffffe, [1, 2]],
    ]);
  });

  test('Intel HEX, rows out of order, segments sorted and adjacent ones joined', () => {
    const image = parse(':0100020003FA', ':0100000001FE', ':0100010002FC', END);
    expect(image.segments.map((s) => [s.address, [...s.bytes]])).toEqual([[0, [1, 2, 3]]]);
  });

  test('Intel HEX, record 05, the entry is its 32-bit address', () => {
    expect(parse(':04000005000020D106', ':0100000001FE', END).entry).toBe(0x20d1);
  });

  test('Intel HEX, record 03, the entry is 16 CS + IP', () => {
    expect(parse(':04000003123400565D', ':0100000001FE', END).entry).toBe(0x12340 + 0x56);
  });
});

describe('errors', () => {
  test.each([
    [
      'HEX_START',
      ['0100000001FE', END],
      'x.hex, line 1: starts with "0100000001FE", expected ":".',
    ],
    [
      'HEX_DIGIT',
      [':0100000001FE', ':01000000G1FE', END],
      'x.hex, line 2: "G" in column 10, expected a hexadecimal digit.',
    ],
    [
      'HEX_ODD',
      [':0100000001F', END],
      'x.hex, line 1: 11 digits after ":", expected an even number.',
    ],
    [
      'HEX_LENGTH',
      [':0200000001FE', END],
      'x.hex, line 1: length byte 0x02 calls for 7 bytes in the record, found 6.',
    ],
    ['HEX_LENGTH', [':'], 'line 1: length byte 0x00 calls for 5 bytes in the record, found 0.'],
    ['HEX_CHECKSUM', ['', ':0100000001FD', END], 'x.hex, line 2: checksum is 0xfd, computed 0xfe.'],
    ['HEX_TYPE', [':00000006FA', END], 'x.hex, line 1: record type 06, expected 00 to 05.'],
    [
      'HEX_TYPE_LENGTH',
      [':0100000400FB', END],
      'x.hex, line 1: record type 04 with 1 data bytes, expected 2.',
    ],
    [
      'HEX_TYPE_LENGTH',
      [':0100000100FE'],
      'x.hex, line 1: record type 01 with 1 data bytes, expected 0.',
    ],
    [
      'HEX_AFTER_END',
      [':0100000001FE', END, '', ':0100010001FD'],
      'x.hex, line 4: a record after the end record of line 2, expected nothing more.',
    ],
    [
      'HEX_TRUNCATED',
      [':0100000001FE', ''],
      'x.hex: ends after line 1 without an end record (:00000001FF): the file is cut off.',
    ],
    ['HEX_TRUNCATED', [''], 'x.hex: ends after line 0'],
    [
      'IMAGE_OVERLAP',
      [':020000000102FB', ':0100010009F5', END],
      'x.hex: line 2 overlaps line 1 at 0x00000001; each byte may be given once.',
    ],
    ['IMAGE_EMPTY', [END], 'x.hex: holds no data; expected at least one byte to load.'],
  ])('Intel HEX, %s, %j, says line, what was found and what was expected', (code, lines, text) => {
    const error = errorOf(...lines);
    expect(error.code).toBe(code);
    expect(error.message).toContain(text);
    expect(error.exitCode).toBe(2);
  });

  test('Intel HEX, a line of binary rubbish, shown escaped and cut short', () => {
    const message = errorOf('\u001b[31mred\u0000 and a long rest of the line', END).message;
    expect(message).toBe('x.hex, line 1: starts with "\\x1b[31mred\\x00 an...", expected ":".');
  });
});

describe('writing', () => {
  test('Intel HEX out, rows begin on 16-byte boundaries and record 04 stands where 64 KB end', () => {
    const image = parse(':020000040001F9', ':04FFFE0001020304F5', END);
    expect(writeHex(image).trim().split('\n')).toEqual([
      ':020000040001F9',
      ':02FFFE000102FE',
      ':020000040002F8',
      ':020000000304F7',
      END,
    ]);
  });

  test('Intel HEX out, a known entry, record 05 before the end', () => {
    const image = parse(':04000005000020D106', ':0100000001FE', END);
    expect(writeHex(image).trim().split('\n').slice(-2)).toEqual([':04000005000020D106', END]);
  });
});
