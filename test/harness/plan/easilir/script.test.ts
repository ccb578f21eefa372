import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { modify } from '../../../../harness/plan/easilir/apply.ts';
import { rebuild } from '../../../../harness/plan/easilir/apply-rebuild.ts';
import {
  type Command,
  decodeCommands,
  decodeSteps,
  encodeCommands,
  encodeSteps,
  type Step,
} from '../../../../harness/plan/easilir/script.ts';
import { readNodeFile, writeNodeFile } from '../../../../harness/plan/node-file.ts';

const word = fc.nat({ max: 0xffff });
const bytes = fc.uint8Array({ maxLength: 300 });
const commands = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom('replace', 'call'), at: word, bytes }),
    fc.record({ kind: fc.constant('delete'), at: word, length: word }),
    fc.record({ kind: fc.constant('branch'), at: word, back: word, bytes }),
    fc.record({ kind: fc.constant('move'), at: word, from: word, length: word }),
    fc.record({ kind: fc.constant('area'), offset: word, bytes }),
  ) as fc.Arbitrary<Command>,
);
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom('up', 'down'), at: word }),
    fc.record({ kind: fc.constant('copy'), from: word, length: word }),
    fc.record({ kind: fc.constant('add'), bytes }),
  ) as fc.Arbitrary<Step>,
);
const ENVELOPE = {
  kind: 3,
  baseBytes: 1,
  baseCrc: 2,
  resultBytes: 3,
  resultCrc: 4,
  areaCrc: 5,
  resultAreaBytes: 6,
  resultAreaCrc: 7,
};

describe('EasiLIR files', () => {
  test('commands and steps: what is encoded is decoded', () => {
    fc.assert(
      fc.property(commands, steps, (some, others) => {
        expect(decodeCommands(encodeCommands(some), 'x')).toEqual(some);
        expect(decodeSteps(encodeSteps(others), 'x')).toEqual(others);
      }),
    );
  });
  test('envelope: 18 bytes, then the body, then the CRC-16', () => {
    const file = writeNodeFile(ENVELOPE, Uint8Array.of(0xaa));
    expect(Buffer.from(file.subarray(0, 19)).toString('hex')).toBe(
      '4503010002000300040005000600070001' + '00aa',
    );
    expect(readNodeFile(file, 'x')).toEqual({ envelope: ENVELOPE, body: Uint8Array.of(0xaa) });
  });
  test('every byte of a file damaged: refused', () => {
    const file = writeNodeFile(ENVELOPE, Uint8Array.of(1, 2, 3));
    for (let at = 0; at < file.length; at++) {
      const damaged = file.slice();
      damaged[at]! ^= 0x10;
      expect(() => readNodeFile(damaged, 'x')).toThrow(/^x: /);
    }
  });
  test.each([
    ['070000', 'a command'],
    ['0140', 'its body'],
    ['01004005aabb', 'its body'],
  ])('body %s: refused', (hex, what) => {
    expect(() => decodeCommands(Uint8Array.from(Buffer.from(hex, 'hex')), 'x')).toThrow(what);
  });
});

describe('EasiLIR, what the node does', () => {
  const flash = Uint8Array.from({ length: 2048 }, (_, i) => (i >> 9) * 16 + (i & 15));
  const node = { flash, area: Uint8Array.of(1, 2) };
  const run = (...some: readonly Command[]) => modify(some, node, flash.length, 'x');

  test('MOVE across a segment: new bytes below the segment in work, old ones in it', () => {
    const after = run(
      { kind: 'replace', at: 0x4000, bytes: Uint8Array.of(0xe0, 0xe1) },
      { kind: 'move', at: 0x4010, from: 0x4000, length: 2 },
      { kind: 'move', at: 0x4200, from: 0x4000, length: 2 },
    ).flash;
    expect([...after.subarray(0x10, 0x12)]).toEqual([0, 1]);
    expect([...after.subarray(0x200, 0x202)]).toEqual([0xe0, 0xe1]);
  });
  test('DELETE: JMP up to 1,024 bytes, BR beyond', () => {
    const after = run(
      { kind: 'delete', at: 0x4000, length: 1024 },
      { kind: 'delete', at: 0x4100, length: 1026 },
    ).flash;
    expect([...after.subarray(0, 3)]).toEqual([0xff, 0x3d, 2]);
    expect([...after.subarray(0x100, 0x104)]).toEqual([0x30, 0x40, 0x02, 0x45]);
  });
  test('INSERT: to the end of the area, with RET or BR', () => {
    const code = Uint8Array.of(0x0a, 0x5a);
    const after = run(
      { kind: 'call', at: 0x4000, bytes: code },
      { kind: 'branch', at: 0x4100, back: 0x4104, bytes: code },
      { kind: 'branch', at: 0x4200, back: 0, bytes: code },
    );
    expect(Buffer.from(after.area).toString('hex')).toBe(
      '0102' + '0a5a3041' + '0a5a30400441' + '0a5a',
    );
    expect([...after.flash.subarray(0, 4)]).toEqual([0xb0, 0x12, 0x02, 0x19]);
    expect([...after.flash.subarray(0x100, 0x104)]).toEqual([0x30, 0x40, 0x06, 0x19]);
  });
  test('destinations that do not ascend, an area with a gap: refused', () => {
    const put = (at: number): Command => ({ kind: 'replace', at, bytes: Uint8Array.of(1, 2) });
    expect(() => run(put(0x4001), put(0x4002))).toThrow('a destination');
    expect(() => run({ kind: 'area', offset: 3, bytes: Uint8Array.of(1) })).toThrow('no gaps');
  });
  test('a segment in two groups: refused', () => {
    const add: Step = { kind: 'add', bytes: Uint8Array.of(1) };
    const groups: Step[] = [{ kind: 'up', at: 0x4000 }, add, { kind: 'down', at: 0x4010 }, add];
    expect(() => rebuild(groups, node, flash.length, 'x')).toThrow('each once');
  });
});
