/** Wrong files for the Ez240, sent by a station that has the key and with a right check of the transport: the
 *  runtime refuses each, nothing of program flash is touched, and the old version runs on.
 *  Source: firmware-fixtures/msp430f1611/README.md ("Files", "Course of an update") and SAFETY.md.
 *  Leaves out: cuts (test/sweeps); external flash that loses what an accepted update has put there. */

import { describe, expect, test } from 'vitest';
import { NODE_FILE_KINDS } from '../../harness/plan/node-file.ts';
import { Prng } from '../../harness/prng.ts';
import { delugeFile } from '../helpers/ez240-files.ts';
import {
  BLINK,
  expectRefused,
  expectTaken,
  fileFor,
  IF_ELSE,
  type Rubbish,
  resealed,
  sensorNode,
  sent,
  stickExternalFlash,
} from '../helpers/sensor-rubbish.ts';

const TIMEOUT_MS = 300_000;
const ENVELOPE_BYTES = 18;
const AREA_BYTES = 3072;
const PAGE_BYTES = 256;
/** Bytes of external flash that have a weak cell. */
const WEAK_ONE_OF = 20;
/** Of the body's bits. */
const SAMPLE = 40;
const SEED = 0x5eed;
const word = (value: number): number[] => [value & 0xff, value >>> 8];
const RIGHT = IF_ELSE.file;

/** One node takes all the wrong files, one after the other, and in the end the right one. */
function expectAllRefused(files: readonly Rubbish[]): void {
  const node = sensorNode();
  for (const one of files) expectRefused(node, one);
  expectTaken(node, RIGHT, '1.03');
}

const flipped = (file: Uint8Array, bit: number): Uint8Array => {
  const damaged = file.slice();
  damaged[bit >> 3]! ^= 1 << (bit & 7);
  return damaged;
};

describe('Ez240, a file that is not what it was', { timeout: TIMEOUT_MS }, () => {
  test('truncated', () => {
    const lengths = Array.from({ length: RIGHT.length - 1 }, (_, i) => i + 1).filter(
      (length) => length % 6 === 1 || length === RIGHT.length - 1,
    );
    const whole = delugeFile(BLINK.image);
    expectAllRefused([
      ...lengths.map((length) => ({ what: `${length} bytes`, file: RIGHT.subarray(0, length) })),
      ...[128, 1280, whole.length - 1].map((length) => ({
        what: `${length} bytes of a whole image`,
        file: whole.subarray(0, length),
      })),
    ]);
  });

  test('any bit of the envelope', () => {
    const bits = Array.from({ length: 8 * ENVELOPE_BYTES }, (_, bit) => bit);
    expectAllRefused(
      bits.map((bit) => ({ what: `bit ${bit}`, file: resealed(flipped(RIGHT, bit)) })),
    );
  });

  test('bits of the body: under the old CRC, and under one that fits', () => {
    const prng = new Prng(SEED);
    const bits = Array.from(
      { length: SAMPLE },
      () => 8 * ENVELOPE_BYTES + prng.below(8 * (RIGHT.length - ENVELOPE_BYTES - 2)),
    );
    expectAllRefused(
      bits.flatMap((bit, i) => [
        ...(i % 8 === 0 ? [{ what: `bit ${bit}`, file: flipped(RIGHT, bit) }] : []),
        { what: `bit ${bit}, new CRC`, file: resealed(flipped(RIGHT, bit)) },
      ]),
    );
  });

  test('for another base, of a kind that there is not, too long, no file at all', () => {
    const other = sensorNode('blink-faster');
    expectRefused(other, { what: 'for blink', file: RIGHT }, '1.02');
    const kinds = [0, 2, 5, 0x83, 0xff].map((kind) => {
      const file = RIGHT.slice();
      file[1] = kind;
      return { what: `kind ${kind}`, file: resealed(file) };
    });
    const long = new Uint8Array(65_300);
    long.set(RIGHT);
    expectAllRefused([
      ...kinds,
      { what: 'more than the runtime stages', file: resealed(long) },
      { what: 'erased flash', file: new Uint8Array(700).fill(0xff) },
      { what: 'code', file: BLINK.image },
    ]);
  });
});

/** Commands that leave the image as it is, so that only what is added to them can be refused. */
const SAME = {
  inSitu: [0x01, ...word(0x4100), 2, ...BLINK.image.subarray(0x100, 0x102)],
  rebuild: [0x10, ...word(0x4000), 0x92, ...word(0x4000), ...word(BLINK.image.length)],
};

describe('Ez240, commands that lead out', { timeout: TIMEOUT_MS }, () => {
  const IN_SITU: Readonly<Record<string, readonly number[]>> = {
    'replaces below the program': [0x01, ...word(0x3ffe), 2, 0, 0],
    'replaces across its end': [0x01, ...word(0xcffe), 4, 0, 0, 0, 0],
    'replaces the runtime': [0x01, ...word(0xd000), 2, 0, 0],
    'replaces a vector': [0x01, ...word(0xfffe), 2, 0, 0],
    'replaces more than there is': [0x81, ...word(0xc000), ...word(0xffff), 0, 0],
    'deletes in the runtime': [0x02, ...word(0xd000), 4],
    'inserts into the runtime': [0x03, ...word(0xd000), 2, 0x03, 0x43],
    'branches from the runtime': [0x04, ...word(0xcffe), ...word(0x4100), 2, 0x03, 0x43],
    'moves into the runtime': [0x05, ...word(0xd000), ...word(0x4100), 2],
    'moves from registers': [0x05, ...word(0xc000), ...word(0x0100), 2],
    "moves from the runtime's RAM": [0x05, ...word(0xc000), ...word(0x24fe), 4],
    'moves from the runtime': [0x05, ...word(0xc000), ...word(0xcffe), 4],
    'goes back to a segment': [
      ...[0x01, ...word(0xc200), 1, 0xff],
      ...[0x01, ...word(0xc000), 1, 0xff],
      ...[0x01, ...word(0xc200), 1, 0xff],
    ],
    'is none': [0x07, ...word(0xc000), 1, 0xff],
    'ends within': [0x01, ...word(0xc000)],
  };
  const REBUILD: Readonly<Record<string, readonly number[]>> = {
    'fills upwards from below the program': [0x10, ...word(0x3ffe), 0x13, 2, 0, 0],
    'fills upwards over the end': [0x10, ...word(0xcffe), 0x13, 4, 0, 0, 0, 0],
    'fills upwards into the runtime': [0x10, ...word(0xfffe), 0x13, 2, 0, 0],
    'fills downwards over the start': [0x11, ...word(0x4002), 0x13, 4, 0, 0, 0, 0],
    'fills downwards from the runtime': [0x11, ...word(0xd002), 0x13, 2, 0, 0],
    'copies from RAM': [0x10, ...word(0xc000), 0x12, ...word(0x2500), 2],
    'copies from the runtime': [0x10, ...word(0xc000), 0x12, ...word(0xcffe), 4],
    'copies more than there is room': [0x10, ...word(0xc000), 0x92, ...word(0x4000), 0xff, 0xff],
    'has a map of 97 ranges': [0x15, 97, ...new Array(97 * 4).fill(0)],
    'has a map that ends within': [0x15, 3, ...word(0x4000), ...word(2), ...word(0x5000)],
    'puts right a word from RAM': [0x10, ...word(0xc000), 0x14, ...word(0x2500), 2, 1, 0],
    'puts right a word across the end': [0x10, ...word(0xc000), 0x14, ...word(0xcfff), 2, 1, 0],
    'puts right a word behind what is copied': [
      ...[0x10, ...word(0xc000), 0x14],
      ...[...word(0x4000), 4, 1, 2],
    ],
    'copies 255 words of two': [0x10, ...word(0xc000), 0x14, ...word(0x4000), 4, 1, 0xff],
    'puts right into the runtime': [0x10, ...word(0xd000), 0x14, ...word(0x4000), 2, 1, 0],
    'puts right downwards over the start': [0x11, ...word(0x4002), 0x14, ...word(0x4000), 4, 1, 1],
    'has fewer words than it says': [0x10, ...word(0xc000), 0x14, ...word(0x4000), 4, 9, 0],
    'does not say of which kind': [0x20, ...word(0xc000)],
  };

  test('in situ', () => {
    expectTaken(sensorNode(), fileFor(NODE_FILE_KINDS['in-situ'], SAME.inSitu), '1.00');
    expectAllRefused(
      Object.entries(IN_SITU).map(([what, commands]) => ({
        what,
        file: fileFor(NODE_FILE_KINDS['in-situ'], [...SAME.inSitu, ...commands]),
      })),
    );
  });

  test('rebuild', () => {
    expectTaken(sensorNode(), fileFor(NODE_FILE_KINDS.rebuild, SAME.rebuild), '1.00');
    const before = { what: 'copies before a group', commands: [0x12, ...word(0x4000), 2] };
    const files = Object.entries(REBUILD).map(([what, commands]) => ({
      what,
      file: fileFor(NODE_FILE_KINDS.rebuild, [...SAME.rebuild, ...commands]),
    }));
    expectAllRefused([
      ...files,
      { ...before, file: fileFor(NODE_FILE_KINDS.rebuild, [...before.commands, ...SAME.rebuild]) },
    ]);
  });
});

describe('Ez240, ifunction area', { timeout: TIMEOUT_MS }, () => {
  const full = new Uint8Array(AREA_BYTES).fill(0xff);
  const toTheEnd = [0x06, ...word(AREA_BYTES - 1), 1, 0xff];

  test('one byte more than there is: refused', () => {
    const larger = new Uint8Array(AREA_BYTES + 1).fill(0xff);
    const overTheEnd = [...SAME.inSitu, 0x06, ...word(AREA_BYTES), 1, 0xff];
    const commands = [...SAME.inSitu, 0x06, ...word(AREA_BYTES - 1), 2, 0xff, 0xff];
    expectAllRefused([
      { what: 'as it says', file: fileFor(NODE_FILE_KINDS['in-situ'], commands, { area: larger }) },
      {
        what: 'it says 3,072',
        file: fileFor(NODE_FILE_KINDS['in-situ'], commands, { area: full }),
      },
      { what: 'it says none', file: fileFor(NODE_FILE_KINDS['in-situ'], overTheEnd) },
      {
        what: 'from afar',
        file: fileFor(NODE_FILE_KINDS['in-situ'], [...SAME.inSitu, 6, 0xff, 0xff, 1, 0]),
      },
    ]);
  });

  test('full: a function more is refused, and the program runs on with what is there', () => {
    const node = sensorNode();
    const commands = [...SAME.inSitu, ...toTheEnd];
    expectTaken(node, fileFor(NODE_FILE_KINDS['in-situ'], commands, { area: full }), '1.00');
    const one = [...SAME.inSitu, 0x03, ...word(0xc000), 0];
    const branch = [...SAME.inSitu, 0x04, ...word(0xc000), ...word(0), 1, 0];
    for (const [i, more] of [one, branch].entries()) {
      const file = fileFor(NODE_FILE_KINDS['in-situ'], more, { before: full, area: full });
      expectRefused(node, { what: `function ${i}`, file });
    }
    const { chip } = node.board;
    chip.powerOff();
    node.pass(1e6);
    chip.powerOn();
    const none = fileFor(NODE_FILE_KINDS.rebuild, SAME.rebuild, { before: full });
    expectTaken(node, none, '1.00');
  });
});

describe('Ez240, external flash worn', { timeout: TIMEOUT_MS }, () => {
  const RING = { from: 512, to: 4096 };
  test.each([
    { what: 'all of it stays erased', from: 0, to: 4096, value: 0xff },
    { what: 'the ring stays programmed', ...RING, value: 0 },
    { what: 'the log stays programmed', from: 0, to: 512, value: 0 },
  ])('$what: refused as often as it comes', ({ what, from, to, value }) => {
    const node = sensorNode();
    stickExternalFlash(node, PAGE_BYTES * from, PAGE_BYTES * to, value);
    for (let i = 0; i < 2; i++) expectRefused(node, { what: `${what}, ${i}`, file: RIGHT });
  });

  test.each([0, 0xff])(
    'the first pages of the ring stay %i: refused until it has gone past them',
    (value) => {
      const node = sensorNode();
      stickExternalFlash(node, PAGE_BYTES * RING.from, PAGE_BYTES * (RING.from + 12), value);
      let refused = 0;
      while (refused < 20 && sent(node, RIGHT, '1.03').state === 'failed') refused++;
      expect(refused).toBeGreaterThan(2);
      expect(refused).toBeLessThan(20);
      expect(node.flash(0x4000, IF_ELSE.node.flash.length)).toEqual(IF_ELSE.node.flash);
    },
  );

  test('pages of the ring with weak cells: read back wrong, refused', () => {
    const node = sensorNode();
    const prng = new Prng(SEED);
    const { flash } = node.board.externalFlash;
    flash.doneListeners.push(({ kind, address, bytes }) => {
      if (kind !== 'erase' || address < PAGE_BYTES * RING.from) return;
      const mask = Uint8Array.from({ length: bytes }, () =>
        prng.below(WEAK_ONE_OF) === 0 ? 1 << prng.below(8) : 0,
      );
      flash.weaken(address, mask);
    });
    for (let i = 0; i < 2; i++) expectRefused(node, { what: `try ${i}`, file: RIGHT });
  });
});
