import { describe, expect, test } from 'vitest';
import { dialects } from '../../../../harness/transport/dialects.ts';
import { decodeFrame } from '../../../../harness/transport/ft12/frame.ts';
import {
  decodeFunctions,
  decodePoints,
  encodeFunction,
  encodePoint,
  encodeUnitFrame,
  parseUnit,
} from '../../../../harness/transport/power-load/units.ts';
import { ADDRESS } from '../../../helpers/upload.ts';

const gdw = dialects['376.1'];
const old = dialects['2004'];

describe('DA, measuring points', () => {
  // Reference sheet, section 2: p1 is 01 01 in both, p9 01 02 in both, p17 01 04 against 01 03.
  test.each([
    [0, [0, 0], [0, 0]],
    [1, [1, 1], [1, 1]],
    [8, [0x80, 1], [0x80, 1]],
    [9, [1, 2], [1, 2]],
    [16, [0x80, 2], [0x80, 2]],
    [17, [1, 4], [1, 3]],
    [64, [0x80, 0x80], [0x80, 8]],
  ])('p%i is %j in 2004 and %j in 376.1', (point, mask, binary) => {
    expect(encodePoint(point, old)).toEqual(mask);
    expect(encodePoint(point, gdw)).toEqual(binary);
  });

  test('all points of both rules decode to themselves; the next one does not exist', () => {
    for (const [dialect, last] of [
      [old, 64],
      [gdw, 2040],
    ] as const) {
      for (let point = 0; point <= last; point++) {
        expect(decodePoints(...encodePoint(point, dialect), dialect)).toEqual([point]);
      }
      expect(() => encodePoint(last + 1, dialect)).toThrow(`p${last + 1}`);
    }
  });

  test('two bits in both bytes are a cross product in 2004; FF 00 is all points in 376.1', () => {
    expect(decodePoints(0x03, 0x05, old)).toEqual([1, 2, 17, 18]);
    expect(decodePoints(0x03, 0x05, gdw)).toEqual([33, 34]);
    expect(decodePoints(0xff, 0x00, gdw)).toBe('all');
  });
});

describe('DT, functions', () => {
  test.each([
    [1, [1, 0]],
    [3, [4, 0]],
    [9, [1, 1]],
    [14, [0x20, 1]],
    [25, [1, 3]],
    [248, [0x80, 30]],
  ])('F%i is %j', (fn, bytes) => {
    expect(encodeFunction(fn)).toEqual(bytes);
    expect(decodeFunctions(bytes[0]!, bytes[1]!)).toEqual([fn]);
  });
  test.each([0, 249, 1.5])('F%d does not exist', (fn) => {
    expect(() => encodeFunction(fn)).toThrow('does not exist');
  });
});

describe('AUX', () => {
  const unitOf = (bytes: Uint8Array, dialect = gdw) => {
    const decoded = decodeFrame(bytes, dialect);
    return 'frame' in decoded ? parseUnit(decoded.frame, dialect) : null;
  };
  const content = Uint8Array.of(1, 2, 3);
  const timeTag = Uint8Array.of(11, 0x13, 0x49, 0x16, 0x28, 0);
  const password = Uint8Array.from({ length: 16 }, (_, i) => 0xa0 + i);
  const down = { control: 0x4a, address: ADDRESS, seq: 0x71, fn: 1, content };

  test('PW and Tp of a request are taken off, in this order', () => {
    const unit = unitOf(encodeUnitFrame({ ...down, afn: 0x0f, password, timeTag }, gdw));
    expect(unit).toMatchObject({ content, password, timeTag, eventCounters: null });
  });
  test('a request whose AFN has no password keeps all its content', () => {
    const unit = unitOf(encodeUnitFrame({ ...down, afn: 0x0c }, gdw));
    expect(unit).toMatchObject({ content, password: null, timeTag: null });
  });
  test('a reply has no password, and two event counters if ACD is set', () => {
    const reply = { ...down, control: 0x88, afn: 0x0f };
    expect(unitOf(encodeUnitFrame(reply, gdw))).toMatchObject({ content, password: null });
    const withCounters = { ...reply, control: 0xa8, content: Uint8Array.of(1, 2, 3, 7, 9) };
    expect(unitOf(encodeUnitFrame(withCounters, gdw))).toMatchObject({
      content,
      eventCounters: [7, 9],
    });
  });
  test('a frame too short for its AUX holds no unit', () => {
    const short = { control: 0x4a, address: ADDRESS, afn: 0x0f, seq: 0x71 };
    expect(parseUnit({ ...short, data: new Uint8Array(19) }, gdw)).toBeNull();
    expect(
      parseUnit({ ...short, data: Uint8Array.from([0, 0, 1, 0, ...password]) }, gdw),
    ).not.toBeNull();
  });
});
