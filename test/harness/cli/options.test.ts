import { describe, expect, test } from 'vitest';
import {
  parseCuts,
  parseLineSpec,
  parsePeer,
  parsePin,
  parseSeed,
  parseSerial,
  parseWorkers,
} from '../../../harness/cli/options.ts';
import { formatCuts } from '../../../harness/request.ts';

describe('--cuts', () => {
  test.each(['none', 'linear', 'depth2', 'random:1', 'random:10000000'])(
    '%s, printed back as it was given',
    (text) => {
      expect(formatCuts(parseCuts(text))).toBe(text);
    },
  );
  test.each(['', 'all', 'random', 'random:', 'random:0', 'random:-1', 'random:1.5', 'random:1e3'])(
    '"%s", refused with what is expected',
    (text) => {
      expect(() => parseCuts(text)).toThrow(/^--cuts .*: not understood\. Give none, linear/);
    },
  );
  test('one run more than the limit, refused', () => {
    expect(() => parseCuts('random:10000001')).toThrow('--cuts random:10000001');
  });
});

describe('--seed', () => {
  test.each([
    ['0', 0],
    ['1', 1],
    ['0x5eed', 0x5eed],
    ['0XFFFFFFFF', 0xffff_ffff],
    ['4294967295', 0xffff_ffff],
  ])('%s is %d', (text, seed) => {
    expect(parseSeed(text)).toBe(seed);
  });
  test.each(['', ' 1', '-1', '1.5', '1e3', '0x', '0x100000000', '4294967296', 'five', '1_000'])(
    '"%s", refused',
    (text) => {
      expect(() => parseSeed(text)).toThrow(/^--seed .*: not understood/);
    },
  );
});

test.each(['0', '257', 'two', ''])('--workers "%s", refused', (text) => {
  expect(() => parseWorkers(text)).toThrow(/^--workers /);
});
test.each(['1', '2', '256'])('--workers %s, taken', (text) => {
  expect(parseWorkers(text)).toBe(Number(text));
});

test.each(['', 'drop=0.05', 'drop=0.05,damage=0.02'])('--line "%s", kept as it is', (text) => {
  expect(parseLineSpec(text)).toBe(text);
});
test.each(['drop', 'drop=', '=1', 'drop=1,', 'drop=1 damage=2', 'drop=1,drop=2', ','])(
  '--line "%s", refused',
  (text) => {
    expect(() => parseLineSpec(text)).toThrow(/^--line .*: not understood\. Give pairs/);
  },
);

test('--serial pty and tcp:PORT, taken; the edges of the port range too', () => {
  expect(parseSerial('pty')).toEqual({ kind: 'pty' });
  expect(parseSerial('tcp:0')).toEqual({ kind: 'tcp', port: 0 });
  expect(parseSerial('tcp:65535')).toEqual({ kind: 'tcp', port: 65_535 });
});
test.each(['tcp:65536', 'tcp:', 'tcp', 'com3', '', 'tcp:localhost:1'])(
  '--serial "%s", refused',
  (text) => {
    expect(() => parseSerial(text)).toThrow(/^--serial .*: not understood\. Give pty, or tcp:PORT/);
  },
);

test('--pin twice, both kept in order', () => {
  const pins = parsePin('P0.1=high', parsePin('P2.10=low', []));
  expect(pins).toEqual([
    { pin: 'P2.10', level: 'low' },
    { pin: 'P0.1', level: 'high' },
  ]);
  expect(parsePin('PB4=low', [])).toEqual([{ pin: 'PB4', level: 'low' }]);
});
test('--pin, the same pin twice, refused', () => {
  expect(() => parsePin('P2.10=high', parsePin('P2.10=low', []))).toThrow('P2.10 has a level');
});
test.each(['P2.10', 'P2.10=1', '2.10=low', 'P2=low', 'PB8=low', ''])(
  '--pin "%s", refused',
  (text) => {
    expect(() => parsePin(text, [])).toThrow(/^--pin .*: not understood/);
  },
);

test('--peer 38400,8N1 and the other formats, taken', () => {
  expect(parsePeer('38400,8N1')).toEqual({ baud: 38_400, parity: 'none', stopBits: 1 });
  expect(parsePeer('9600,8e2')).toEqual({ baud: 9600, parity: 'even', stopBits: 2 });
  expect(parsePeer('4000000,8O1')).toEqual({ baud: 4_000_000, parity: 'odd', stopBits: 1 });
});
test.each(['38400', '8N1', '0,8N1', '4000001,8N1', '9600,7E1', '9600,8N3', '9600,8N1,1', ''])(
  '--peer "%s", refused',
  (text) => {
    expect(() => parsePeer(text)).toThrow(/^--peer .*: not understood\. Give RATE,FORMAT such as/);
  },
);
