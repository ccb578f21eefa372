import { describe, expect, test } from 'vitest';
import { dialects } from '../../../../harness/transport/dialects.ts';
import { decodeFrame } from '../../../../harness/transport/ft12/frame.ts';
import { describeFrame } from '../../../../harness/transport/power-load/describe.ts';
import {
  encodeRequest,
  expectedResponse,
  isRefusal,
  parseMessage,
  type Request,
} from '../../../../harness/transport/power-load/messages.ts';
import { encodeUnitFrame } from '../../../../harness/transport/power-load/units.ts';
import { bytesOf, hexOf } from '../../../helpers/hex.ts';
import { ADDRESS, KEY } from '../../../helpers/upload.ts';

const gdw = dialects['376.1'];
const station = { dialect: gdw, address: ADDRESS, key: KEY };
const request = (what: Request, pseq = 5): string =>
  hexOf(encodeRequest(what, { pseq, fcb: 0 }, station));

const reply = (afn: number, fn: number, content: Uint8Array, point = 0): Uint8Array =>
  encodeUnitFrame({ control: 0x88, address: ADDRESS, afn, seq: 0x65, fn, content, point }, gdw);
const messageOf = (bytes: Uint8Array) => {
  const decoded = decodeFrame(bytes, gdw);
  if ('fault' in decoded) throw new Error(decoded.fault);
  return parseMessage(decoded.frame, gdw);
};
const text = (letters: string, width: number): number[] =>
  [...letters.padEnd(width, '\0')].map((letter) => letter.charCodeAt(0));

describe('requests of the station', () => {
  // The part between the second 68H and CS; worked out by hand from decision 0001.
  test.each([
    ['link-test', '4B 71 01 22 08 02 02 75 00 00 01 00'],
    ['version', '4B 71 01 22 08 02 09 75 00 00 01 00'],
    ['missing', '4B 71 01 22 08 02 0C 75 00 00 20 01'],
    ['clock', '4B 71 01 22 08 02 0C 75 00 00 02 00'],
    ['clear', `4A 71 01 22 08 02 0F 75 00 00 01 00 ${'00 '.repeat(27).trim()}`],
  ] as const)('%s', (ask, user) => {
    const frame = request({ ask }).split(' ');
    expect(frame.slice(6, -2).join(' ')).toBe(user);
  });

  test('readings of p1 are AFN 0C F25', () => {
    const frame = request({ ask: 'readings', point: 1 }).split(' ');
    expect(frame.slice(12, -2).join(' ')).toBe('0C 75 01 01 01 03');
  });

  test('AFN 06 F2 carries the challenge, its XTEA under the key, and eight zeros', () => {
    const challenge = bytesOf('41 42 43 44 45 46 47 48');
    const frame = request({ ask: 'authenticate', challenge }).split(' ');
    expect(frame.slice(12, 18).join(' ')).toBe('06 75 00 00 02 00');
    expect(frame.slice(18, 26).join(' ')).toBe('41 42 43 44 45 46 47 48');
    // Computed apart, in Python, with little-endian words.
    expect(frame.slice(26, 34).join(' ')).toBe(CIPHER);
    expect(frame.slice(34, 42).join(' ')).toBe('00 00 00 00 00 00 00 00');
    expect(frame).toHaveLength(44);
  });

  test('the answer to a challenge is the XTEA of its bytes reversed, and eight zeros', () => {
    const challenge = bytesOf('48 47 46 45 44 43 42 41');
    expect(hexOf(expectedResponse(KEY, challenge))).toBe(`${CIPHER} 00 00 00 00 00 00 00 00`);
  });
});

const CIPHER = 'CA E7 69 7E 00 6E E9 21';

describe('messages of the terminal', () => {
  test('a version block of 41 bytes has eight fields, dates as yymmdd', () => {
    const block = Uint8Array.from([
      ...text('FRIG', 4),
      ...text('T0001', 8),
      ...text('V2.0', 4),
      ...[0x15, 0x03, 0x21],
      ...text('3x220/380 V', 11),
      ...text('0001', 4),
      ...text('H1', 4),
      ...[0x01, 0x12, 0x20],
    ]);
    expect(messageOf(reply(9, 1, block))).toEqual({
      says: 'version',
      version: {
        vendor: 'FRIG',
        device: 'T0001',
        software: 'V2.0',
        softwareDate: '210315',
        capacity: '3x220/380 V',
        protocol: '0001',
        hardware: 'H1',
        hardwareDate: '201201',
      },
    });
    expect(messageOf(reply(9, 1, block.slice(1)))).toEqual({ says: 'other', afn: 9, fn: 1 });
  });

  test('a clock is six BCD bytes, the weekday in the top of the month', () => {
    const clock = bytesOf('59 30 23 31 F2 21');
    expect(messageOf(reply(12, 2, clock))).toEqual({
      says: 'clock',
      clock: { second: 59, minute: 30, hour: 23, day: 31, weekday: 7, month: 12, year: 21 },
    });
  });

  test('missing segments are a group number and 128 bytes', () => {
    const content = new Uint8Array(132);
    content.set([0, 0, 0, 0, 0x81]);
    const message = messageOf(reply(12, 14, content));
    expect(message).toMatchObject({ says: 'missing', group: 0 });
    expect(message).toHaveProperty('bitmap', content.slice(4));
    expect(messageOf(reply(12, 14, content.slice(1)))).toMatchObject({ says: 'other' });
  });

  test('readings keep their point and their bytes', () => {
    const data = bytesOf('01 02 03');
    expect(messageOf(reply(12, 25, data, 1))).toEqual({ says: 'readings', point: 1, data });
  });

  test('a per-unit confirmation refuses only with an error for the AFN that was asked', () => {
    const each = (afn: number, error: number) =>
      messageOf(reply(0, 3, Uint8Array.of(afn, 0, 0, 1, 0, error)))!;
    expect(isRefusal(each(15, 1), 15)).toBe(true);
    expect(isRefusal(each(15, 0), 15)).toBe(false);
    expect(isRefusal(each(6, 1), 15)).toBe(false);
  });

  test('a frame from a station says nothing to a station', () => {
    expect(messageOf(encodeRequest({ ask: 'version' }, { pseq: 0, fcb: 0 }, station))).toBeNull();
  });
});

describe('frames in words', () => {
  const segment = {
    fileId: 1,
    attribute: 1,
    instruction: 0,
    total: 5,
    index: 4,
    data: new Uint8Array(20),
  };
  const words = (what: Request, dialect = gdw) =>
    describeFrame(encodeRequest(what, { pseq: 5, fcb: 0 }, { ...station, dialect }));

  test.each(Object.values(dialects))(
    'a segment of dialect $name is known without being told',
    (dialect) => {
      expect(words({ ask: 'segment', segment }, dialect)).toBe('segment 4 of 5, 20 bytes, last #5');
    },
  );

  test.each([
    [{ ask: 'clear' }, 'clear file #5'],
    [{ ask: 'missing' }, 'missing segments? #5'],
    [{ ask: 'version' }, 'version? #5'],
    [{ ask: 'authenticate', challenge: new Uint8Array(8) }, 'authenticate #5'],
  ] as [Request, string][])('%j', (what, expected) => {
    expect(words(what)).toBe(expected);
  });

  test('replies, a login, and frames that are none', () => {
    expect(describeFrame(reply(15, 1, bytesOf('2A 00 00 00')))).toBe('stored 42 #5');
    expect(describeFrame(reply(15, 1, bytesOf('FF FF FF FF')))).toBe('file error #5');
    expect(describeFrame(reply(0, 2, new Uint8Array(0)))).toBe('deny #5');
    const login = bytesOf('68 32 00 32 00 68 C9 71 01 22 08 00 02 78 00 00 01 00 E0 16');
    expect(describeFrame(login)).toBe('login (unasked) #8');
    expect(describeFrame(login.slice(0, 15))).toBe('damaged, 15 bytes (cut short)');
    expect(describeFrame(login.with(10, 9))).toBe('damaged, 20 bytes (wrong CS)');
    expect(describeFrame(Uint8Array.of(1, 2))).toBe('damaged, 2 bytes (no start)');
    expect(describeFrame(new Uint8Array(0))).toBe('damaged, 0 bytes (cut short)');
  });
});
