/** The text of a stimulus: what each line means, and what is refused. */

import { describe, expect, test } from 'vitest';
import { observedBoards } from '../../../harness/device/observed/index.ts';
import { randomStimulus } from '../../../harness/equivalence/random-stimulus.ts';
import { parseStimulus } from '../../../harness/equivalence/stimulus.ts';

const { ez240 } = observedBoards;
const one = (line: string) => parseStimulus(line, 'a.txt', ez240)[0]!;
const bytes = (line: string) => {
  const { input } = one(line);
  return 'bytes' in input ? [...input.bytes] : null;
};

describe('stimulus, a line', () => {
  test.each([
    ['at 1.5s button press', { kind: 'at', us: 1.5e6 }, { kind: 'button', pressed: true }],
    ['at 250ms button release', { kind: 'at', us: 250e3 }, { kind: 'button', pressed: false }],
    ['at 7us adc 3 1.25V', { kind: 'at', us: 7 }, { kind: 'analog', channel: 3, volts: 1.25 }],
    ['at 0s temperature -12.5C', { kind: 'at', us: 0 }, { kind: 'temperature', celsius: -12.5 }],
    ['  at 1s   supply 2.6V  # low', { kind: 'at', us: 1e6 }, { kind: 'supply', millivolts: 2600 }],
    [
      'after 3 P5.4 button press',
      { kind: 'after', count: 3, channel: 'P5.4', delayUs: 0 },
      { kind: 'button', pressed: true },
    ],
    [
      'after 12 any +10ms supply 0V',
      { kind: 'after', count: 12, channel: 'any', delayUs: 10_000 },
      { kind: 'supply', millivolts: 0 },
    ],
  ])('%s', (line, when, input) => {
    expect(one(line)).toMatchObject({ when, input });
  });
  test.each([
    ['at 1s usart1 48 65 6C', [0x48, 0x65, 0x6c]],
    ['at 1s usart1 48656c', [0x48, 0x65, 0x6c]],
    ['at 1s usart1 "a  b # c" # comment', [...Buffer.from('a  b # c')]],
    ['at 1s usart1 "\\n\\r\\t\\0\\\\\\"\\x7f"', [10, 13, 9, 0, 0x5c, 0x22, 0x7f]],
    ['after 1 usart1 +1ms usart1 "x y"', [...Buffer.from('x y')]],
    ['at 1s usart1 "ü"', [0xc3, 0xbc]],
  ])('%s', (line, expected) => {
    expect(bytes(line)).toEqual(expected);
  });
  test('a frame gets its check sequence: CRC-16/KERMIT of "123456789" is 2189', () => {
    const { input } = one('at 1s radio 31 32 33 34 35 36 37 38 39');
    expect(input.kind === 'radio' && [...input.psdu.slice(-2)]).toEqual([0x89, 0x21]);
  });
  test('blank lines and comments are none', () => {
    expect(parseStimulus('\n# a\n \r\n  # b', 'a.txt', ez240)).toEqual([]);
  });

  test.each([
    ['now button press', 'begins with "now"'],
    ['at 5 button press', '"5" is no time'],
    ['at -5s button press', '"-5s" is no time'],
    ['at 1h button press', '"1h" is no time'],
    ['at 1s', 'no input ""'],
    ['at 1s uart7 01', 'no input "uart7"'],
    ['at 1s usart1', '0 bytes'],
    ['at 1s usart1 4', '"4"'],
    ['at 1s usart1 zz', '"zz"'],
    ['at 1s usart1 "open', 'without its closing quote'],
    ['at 1s usart1 "a" 41', 'without its closing quote'],
    ['at 1s usart1 "\\q"', '\\q'],
    [`at 1s usart1 ${'00'.repeat(257)}`, '257 bytes'],
    [`at 1s radio ${'00'.repeat(126)}`, '126 bytes'],
    ['at 1s button hold', 'cannot "hold"'],
    ['at 1s adc 8 1V', 'adc "8 1V"'],
    ['at 1s adc 0 5V', 'adc "0 5V"'],
    ['at 1s adc 0', 'adc "0"'],
    ['at 1s supply 12V', 'supply "12V"'],
    ['at 1s supply 1 3V', 'supply "1 3V"'],
    ['at 1s temperature 20', 'temperature "20"'],
    ['at 1s temperature 200C', 'temperature "200C"'],
    ['after 0 any button press', '"0" outputs'],
    ['after x any button press', '"x" outputs'],
    ['after 1 P9.9 button press', 'no channel "P9.9"'],
    ['after 1 any +1 button press', '"1" is no time'],
  ])('%s: refused, its line named', (line, problem) => {
    const parse = () => parseStimulus(`# first\n\n${line}`, 'a.txt', ez240);
    expect(parse).toThrow(`a.txt, line 3: `);
    expect(parse).toThrow(problem);
  });
  test('an input that the board does not have, refused with what it has', () => {
    const parse = () => parseStimulus('at 1s radio 01', 'a', observedBoards['atmega32u4-node']);
    expect(parse).toThrow('no input "radio". Expected one of protocol.');
  });
});

describe('random stimulus', () => {
  test.each(Object.entries(observedBoards))('%s: by its seed alone, and understood', (_, board) => {
    const text = randomStimulus(7, 20, board);
    expect(randomStimulus(7, 20, board)).toBe(text);
    expect(randomStimulus(8, 20, board)).not.toBe(text);
    const entries = parseStimulus(text, 'random', board);
    expect(new Set(entries.map(({ input }) => input.kind))).toEqual(new Set(board.inputs));
    expect(entries.length).toBeGreaterThan(50);
    for (const { when, input } of entries) {
      expect(when.kind === 'at' && when.us < 20e6).toBe(true);
      if (input.kind === 'supply') expect(input.millivolts).toBeGreaterThanOrEqual(2800);
    }
  });
});
