import { describe, expect, test } from 'vitest';
import {
  advance,
  FUNCTION_DATA,
  FUNCTION_READ,
  freshNumbers,
  RepeatFilter,
  replySeq,
  requestControl,
  requestSeq,
} from '../../../../harness/transport/ft12/link.ts';

const frame = (seq: number, data: number[]) => ({
  control: 0x4a,
  address: { region: 0x0171, terminal: 0x0822, a3: 2 },
  afn: 0x0f,
  seq,
  data: Uint8Array.from(data),
});

describe('link numbers', () => {
  test('the first request is number 0 and the seventeenth again', () => {
    const numbers = freshNumbers();
    const seen = Array.from({ length: 17 }, () => {
      advance(numbers);
      return numbers.pseq;
    });
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0]);
  });

  test('C is 4A and 4B without a frame count bit; with it FCV is set and FCB toggles', () => {
    const numbers = freshNumbers();
    advance(numbers);
    expect(requestControl(FUNCTION_DATA, numbers, false)).toBe(0x4a);
    expect(requestControl(FUNCTION_READ, numbers, false)).toBe(0x4b);
    expect(requestControl(FUNCTION_DATA, numbers, true)).toBe(0x7a);
    advance(numbers);
    expect(requestControl(FUNCTION_DATA, numbers, true)).toBe(0x5a);
  });

  test('SEQ of a request is 7x, of its reply 6x with the same number', () => {
    expect(requestSeq(5)).toBe(0x75);
    expect(replySeq(0x75)).toBe(0x65);
  });
});

describe('repeat rule of a terminal', () => {
  const reply = Uint8Array.of(1);

  test('the last request again gets the stored reply; another number or other bytes do not', () => {
    const filter = new RepeatFilter();
    expect(filter.storedReply(frame(0x71, [1]))).toBeNull();
    filter.executed(frame(0x71, [1]), reply);
    expect(filter.storedReply(frame(0x71, [1]))).toBe(reply);
    expect(filter.storedReply(frame(0x72, [1]))).toBeNull();
    expect(filter.storedReply(frame(0x71, [2]))).toBeNull();
    expect(filter.storedReply(frame(0x71, [1, 1]))).toBeNull();
  });

  test('after a reset nothing is remembered', () => {
    const filter = new RepeatFilter();
    filter.executed(frame(0x71, [1]), reply);
    filter.clear();
    expect(filter.storedReply(frame(0x71, [1]))).toBeNull();
  });
});
