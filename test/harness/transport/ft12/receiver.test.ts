import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dialects } from '../../../../harness/transport/dialects.ts';
import { encodeFrame, type Frame } from '../../../../harness/transport/ft12/frame.ts';
import { FrameReceiver } from '../../../../harness/transport/ft12/receiver.ts';
import { bytesOf } from '../../../helpers/hex.ts';

const gdw = dialects['376.1'];
const byte = fc.integer({ min: 0, max: 255 });
/** Data rich in 68H and 16H, so that false starts and false ends are common. */
const trickyByte = fc.oneof(byte, fc.constantFrom(0x68, 0x16, 0x32, 0x00));
const frame: fc.Arbitrary<Frame> = fc.record({
  control: byte,
  address: fc.record({
    region: fc.integer({ min: 0, max: 0xffff }),
    terminal: fc.integer({ min: 0, max: 0xffff }),
    a3: byte,
  }),
  afn: byte,
  seq: byte,
  data: fc.array(trickyByte, { maxLength: 300 }).map((bytes) => Uint8Array.from(bytes)),
});
const chunkSizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 50 });
const noise = fc.array(trickyByte, { maxLength: 40 });

const joined = (parts: readonly (Uint8Array | number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

/** Push in pieces of the given sizes, over and over; then let the line go quiet. */
function receive(bytes: Uint8Array, sizes: readonly number[]): Frame[] {
  const receiver = new FrameReceiver(gdw);
  const frames: Frame[] = [];
  for (let at = 0, piece = 0; at < bytes.length; piece++) {
    const size = sizes[piece % sizes.length]!;
    frames.push(...receiver.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return [...frames, ...receiver.idle()];
}

const LOGIN = bytesOf('68 32 00 32 00 68 C9 71 01 22 08 00 02 78 00 00 01 00 E0 16');

describe('FT1.2 receiver', () => {
  test('frames in pieces of any size or merged come out whole and in order', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 6 }), chunkSizes, (frames, sizes) => {
        const stream = joined(frames.map((one) => encodeFrame(one, gdw)));
        expect(receive(stream, sizes)).toEqual(frames);
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  test('pieces of a stream with noise between frames give the same frames as the whole stream', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(noise, frame), { maxLength: 5 }),
        chunkSizes,
        (items, sizes) => {
          const stream = joined(items.flatMap(([stray, one]) => [stray, encodeFrame(one, gdw)]));
          expect(receive(stream, sizes)).toEqual(receive(stream, [stream.length + 1]));
        },
      ),
      { seed: 3, numRuns: 300 },
    );
  });

  test('every frame behind noise is found, if no header 68 L L 68 begins in the noise', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(noise, frame), { maxLength: 5 }), (items) => {
        const parts = items.map(([stray, one]) => joined([stray, encodeFrame(one, gdw)]));
        fc.pre(!items.some(([stray], i) => hasHeader([...parts[i]!].slice(0, stray.length + 5))));
        expect(receive(joined(parts), [7])).toEqual(items.map(([, one]) => one));
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  test('a damaged frame is dropped and the frames around it are not', () => {
    fc.assert(
      fc.property(
        frame,
        frame,
        frame,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (a, b, c, at, flip) => {
          const bad = encodeFrame(b, gdw);
          bad[at % bad.length]! ^= flip;
          // A frame within the data of the damaged one would rightly be found; none is that small here.
          fc.pre(!hasHeader([...bad.subarray(1)]));
          const stream = joined([encodeFrame(a, gdw), bad, encodeFrame(c, gdw)]);
          expect(receive(stream, [11])).toEqual([a, c]);
        },
      ),
      { seed: 5, numRuns: 300 },
    );
  });

  test('a frame inside the data of a frame is data', () => {
    const outer: Frame = {
      control: 0x4a,
      address: { region: 0x0171, terminal: 0x0822, a3: 2 },
      afn: 0x0f,
      seq: 0x71,
      data: joined([[1, 2, 3], LOGIN, [4]]),
    };
    expect(receive(encodeFrame(outer, gdw), [1])).toEqual([outer]);
  });

  test('a false start with a true header swallows frames only until its L is over', () => {
    // The header announces 31 bytes in all: itself, the login (20) and 5 more.
    const falseStart = bytesOf('68 5E 00 5E 00 68');
    const receiver = new FrameReceiver(gdw);
    expect(receiver.push(joined([falseStart, LOGIN, [1, 2, 3, 4]]))).toEqual([]);
    expect(receiver.push(Uint8Array.of(5))).toHaveLength(1);
    expect(receiver.damagedFrames).toBe(1);
  });

  test('a quiet line gives up a partial frame and finds the frame that it hid', () => {
    const receiver = new FrameReceiver(gdw);
    expect(receiver.push(joined([bytesOf('68 FE 0F FE 0F 68'), LOGIN]))).toEqual([]);
    expect(receiver.idle()).toHaveLength(1);
    expect(receiver.pending).toHaveLength(0);
  });

  test('an L over the limit is refused at once, at the limit it is waited for', () => {
    const over = new FrameReceiver(gdw, 100);
    over.push(bytesOf('68 96 01 96 01'));
    expect(over.pending).toHaveLength(0);
    const at = new FrameReceiver(gdw, 100);
    at.push(bytesOf('68 92 01 92 01'));
    expect(at.pending).toHaveLength(5);
  });
});

/** 68 L L 68 somewhere: only then can other bytes pass for a frame. */
const hasHeader = (bytes: readonly number[]): boolean =>
  bytes.some(
    (value, i) => value === 0x68 && bytes[i + 5] === 0x68 && bytes[i + 1] === bytes[i + 3],
  );
