import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Dialect, dialects } from '../../../../harness/transport/dialects.ts';
import { decodeFrame, encodeFrame, type Frame } from '../../../../harness/transport/ft12/frame.ts';
import {
  encodeConfirmation,
  encodeRequest,
  parseMessage,
} from '../../../../harness/transport/power-load/messages.ts';
import { encodeUnitFrame } from '../../../../harness/transport/power-load/units.ts';
import { bytesOf, hexOf } from '../../../helpers/hex.ts';
import { ADDRESS, KEY } from '../../../helpers/upload.ts';

const gdw = dialects['376.1'];
const station = { dialect: gdw, address: ADDRESS, key: KEY };
/** The sheet's replies carry SEQ 61, 62: RSEQ of the request they answer. */
const numbers = { pseq: 1, fcb: 0 as const };

// Reference sheet, section 4: derived frames with their checksums recomputed, and recorded ones.
const DOWNLOAD =
  '68 BE 00 BE 00 68 4A 71 01 22 08 02 0F 71 00 00 01 00 01 00 00 03 00 00 00 00 00 08 00 DE AD BE EF 01 02 03 04 00*16 B7 16';
const REPLY_0 = '68 42 00 42 00 68 88 71 01 22 08 02 0F 61 00 00 01 00 00 00 00 00 97 16';
const REPLY_ERROR = '68 42 00 42 00 68 88 71 01 22 08 02 0F 62 00 00 01 00 FF FF FF FF 94 16';
const ALL_CONFIRM = '68 32 00 32 00 68 80 71 01 22 08 02 00 61 00 00 01 00 80 16';
const ALL_DENY = '68 32 00 32 00 68 80 71 01 22 08 02 00 61 00 00 02 00 81 16';
const LOGIN = '68 32 00 32 00 68 C9 71 01 22 08 00 02 78 00 00 01 00 E0 16';
const PER_UNIT = '68 4A 00 4A 00 68 00 04 44 61 06 00 00 6A 00 00 03 00 02 00 00 01 00 00 1F 16';
const CLASS1_TP = '68 4A 00 4A 00 68 4B 71 01 22 08 02 0C EB 01 01 01 03 0B 13 49 16 28 00 8B 16';

const frameOf = (hex: string, dialect: Dialect = gdw): Frame => {
  const decoded = decodeFrame(bytesOf(hex), dialect);
  if ('fault' in decoded) throw new Error(`${decoded.fault}: ${hex}`);
  return decoded.frame;
};

describe('376.1 frames of the reference sheet', () => {
  test('segment 0 of 3 with 8 data bytes encodes to the sheet, byte for byte', () => {
    const data = bytesOf('DE AD BE EF 01 02 03 04');
    const segment = { fileId: 1, attribute: 0, instruction: 0, total: 3, index: 0, data };
    const frame = encodeRequest({ ask: 'segment', segment }, numbers, station);
    expect(hexOf(frame)).toBe(hexOf(bytesOf(DOWNLOAD)));
  });

  test.each([
    ['reply 0', REPLY_0, { says: 'stored', index: 0 }],
    ['file error', REPLY_ERROR, { says: 'stored', index: 0xffffffff }],
    ['all confirmed', ALL_CONFIRM, { says: 'confirm' }],
    ['all denied', ALL_DENY, { says: 'deny' }],
    ['login', LOGIN, { says: 'login' }],
  ])('%s says what the sheet says', (_name, hex, message) => {
    expect(parseMessage(frameOf(hex), gdw)).toEqual(message);
  });

  test.each([DOWNLOAD, REPLY_0, REPLY_ERROR, ALL_CONFIRM, ALL_DENY, LOGIN, PER_UNIT, CLASS1_TP])(
    '%s decodes and encodes back to itself',
    (hex) => {
      expect(hexOf(encodeFrame(frameOf(hex), gdw))).toBe(hexOf(bytesOf(hex)));
    },
  );

  test('a recorded per-unit confirmation that encodes F3 as 03 names its units', () => {
    const up = { ...frameOf(PER_UNIT), control: 0x80 };
    expect(parseMessage(up, gdw)).toEqual({
      says: 'confirm-each',
      afn: 0x02,
      units: [{ id: bytesOf('00 00 01 00'), error: 0 }],
    });
  });

  test('a class 1 read with Tp encodes to the recorded frame, p1 F25', () => {
    const timeTag = bytesOf('0B 13 49 16 28 00');
    const unit = {
      control: 0x4b,
      address: ADDRESS,
      afn: 0x0c,
      seq: 0x6b,
      point: 1,
      fn: 25,
      timeTag,
    };
    expect(hexOf(encodeUnitFrame(unit, gdw))).toBe(hexOf(bytesOf(CLASS1_TP)));
  });

  test('the confirmation of a login keeps its A3 00 and its number', () => {
    const confirmation = encodeConfirmation(frameOf(LOGIN), gdw);
    // Worked out by hand: 00 + 71+01+22+08+00 + 00 + 68 + 00+00+01+00 = 105.
    expect(hexOf(confirmation)).toBe(
      hexOf(bytesOf('68 32 00 32 00 68 00 71 01 22 08 00 00 68 00 00 01 00 05 16')),
    );
  });
});

describe('frame checks', () => {
  const damaged = (change: (bytes: Uint8Array) => void) => {
    const bytes = bytesOf(REPLY_0);
    change(bytes);
    return decodeFrame(bytes, gdw);
  };
  test.each([
    ['first start', 0, 'start'],
    ['first L', 1, 'lengths-differ'],
    ['second L, high', 4, 'lengths-differ'],
    ['second start', 5, 'start'],
    ['control', 6, 'checksum'],
    ['last data byte', 21, 'checksum'],
    ['checksum', 22, 'checksum'],
    ['end', 23, 'end'],
  ])('a wrong %s byte is found', (_name, at, fault) => {
    expect(damaged((bytes) => (bytes[at]! ^= 0x10))).toEqual({ fault });
  });

  test('protocol id 1 is refused by 376.1 and 2 by 2004', () => {
    expect(damaged((bytes) => bytes.set([0x41, 0, 0x41, 0], 1))).toEqual({ fault: 'protocol-id' });
    expect(decodeFrame(bytesOf(REPLY_0), dialects['2004'])).toEqual({ fault: 'protocol-id' });
  });

  test('user data of 7 bytes is too short, of 8 is a frame', () => {
    const seven = bytesOf('68 1E 00 1E 00 68 88 71 01 22 08 02 0F 00 16');
    expect(decodeFrame(seven, gdw)).toEqual({ fault: 'too-short' });
    const eight = bytesOf('68 22 00 22 00 68 88 71 01 22 08 02 0F 61 96 16');
    expect(decodeFrame(eight, gdw)).toMatchObject({ frame: { afn: 0x0f, seq: 0x61 } });
  });

  test.each([...Array(24).keys()])('the first %i bytes of a frame are incomplete', (length) => {
    expect(decodeFrame(bytesOf(REPLY_0).subarray(0, length), gdw)).toEqual({ fault: 'incomplete' });
  });
});

describe('other dialects', () => {
  const segment = (dialect: Dialect) =>
    encodeRequest(
      {
        ask: 'segment',
        segment: {
          fileId: 1,
          attribute: 1,
          instruction: 0,
          total: 3,
          index: 2,
          data: bytesOf('AA BB'),
        },
      },
      numbers,
      { dialect, address: ADDRESS, key: KEY },
    );

  test('the paper sends the header of its Table 5: 7 bytes, or 9 with two-byte numbers', () => {
    const from = 18;
    expect(hexOf(segment(dialects.paper).slice(from, from + 9))).toBe('01 01 00 03 02 02 00 AA BB');
    expect(hexOf(segment(dialects['paper-wide']).slice(from, from + 11))).toBe(
      '01 01 00 03 00 02 00 02 00 AA BB',
    );
  });

  test('the paper sums from the first 68H when asked: 68 L L L L 68 more than the standard', () => {
    const standard = segment(dialects.paper);
    const whole = segment({ ...dialects.paper, checksumFrom: 'start' });
    const header = standard.subarray(0, 6).reduce((sum, byte) => sum + byte, 0);
    expect(whole.at(-2)).toBe((standard.at(-2)! + header) & 0xff);
    expect(whole.subarray(0, -2)).toEqual(standard.subarray(0, -2));
  });

  test('2004 has protocol id 1 and a password of 2 bytes: CRC-16 over C to DT2, key as polynomial', () => {
    const frame = segment(dialects['2004']);
    expect(frame[1]! & 3).toBe(1);
    expect(frame.length).toBe(8 + 8 + 4 + 7 + 2 + 2);
    // Computed apart, in Python, over 4A 71 01 22 08 02 0F 71 00 00 01 00 with polynomial 0100.
    expect(hexOf(frame.slice(-4, -2))).toBe('53 01');
  });
});

describe('any frame', () => {
  const byte = fc.integer({ min: 0, max: 255 });
  const frames = fc.record({
    control: byte,
    address: fc.record({
      region: fc.integer({ min: 0, max: 0xffff }),
      terminal: fc.integer({ min: 0, max: 0xffff }),
      a3: byte,
    }),
    afn: byte,
    seq: byte,
    data: fc.uint8Array({ maxLength: 400 }),
  });
  const anyDialect = fc.constantFrom(...Object.values(dialects), {
    ...dialects.paper,
    checksumFrom: 'start',
  } as const);

  test('decodes to what was encoded, in every dialect', () => {
    fc.assert(
      fc.property(frames, anyDialect, (frame, dialect) => {
        expect(decodeFrame(encodeFrame(frame, dialect), dialect)).toEqual({ frame });
      }),
      { seed: 1 },
    );
  });

  test('with one byte changed is no frame', () => {
    fc.assert(
      fc.property(
        frames,
        anyDialect,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (frame, dialect, at, flip) => {
          const bytes = encodeFrame(frame, dialect);
          bytes[at % bytes.length]! ^= flip;
          expect(decodeFrame(bytes, dialect)).toHaveProperty('fault');
        },
      ),
      { seed: 1 },
    );
  });
});
