import { describe, expect, test } from 'vitest';
import { EXTERNAL_FLASH_START } from '../../../harness/device/boards/ez240.ts';
import type { UpdateRig } from '../../../harness/update-rig.ts';
import { ERASE, ez240Rig, PROGRAM, STOP } from '../../helpers/ez240-rig.ts';

/** 64 words from 0x4000, each its own address: two blocks. */
const TWO_BLOCKS = `
  ${ERASE}
  clr &0x4000
  ${PROGRAM}
  mov #0x4000, r5
next: mov r5, 0(r5)
  incd r5
  cmp #0x4080, r5
  jnz next
`;
/** About 5 ms at the clock of a reset. */
const PAUSE = 'mov #1300, r7\nwait: dec r7\n  jnz wait';

const operationsOf = (rig: UpdateRig): string[] => {
  while (rig.nextOperation() && rig.bench.operations < 20);
  return rig.bench.recorder.operations.map(
    ({ kind, address, bytes }) => `${kind} ${address.toString(16)} +${bytes}`,
  );
};
const blockAt = (rig: UpdateRig, address: number): number[] => {
  const bytes = rig.board.flash.readView(address, 64);
  return [...new Uint16Array(bytes.buffer, bytes.byteOffset, 32)];
};

describe('Ez240, words of a block', () => {
  test('written one after the other: one operation for each block', () => {
    const rig = ez240Rig(TWO_BLOCKS + STOP);
    expect(operationsOf(rig)).toEqual(['erase 4000 +512', 'program 4000 +64', 'program 4040 +64']);
    const [erase, first, second] = rig.bench.recorder.operations;
    expect(first!.startUs).toBeGreaterThanOrEqual(erase!.endUs);
    expect(second!.startUs).toBeGreaterThanOrEqual(first!.endUs);
    expect(first!.endUs - first!.startUs).toBeGreaterThan(32 * 80);
  });

  test('after a pause, or the same word again: another operation', () => {
    const rig = ez240Rig(`
      ${PROGRAM}
      mov #0x00ff, &0x4000
      mov #0x00ff, &0x4002
      ${PAUSE}
      mov #0x00ff, &0x4004
      mov #0x000f, &0x4004
      mov #0x000f, &0x4008
      ${STOP}`);
    expect(operationsOf(rig)).toEqual(['program 4000 +4', 'program 4004 +2', 'program 4004 +6']);
  });

  test('an operation of the other part between them: another operation', () => {
    const rig = ez240Rig(`${PROGRAM}\n mov #0, &0x4000\n mov #0, &0x4002\n${STOP}`);
    rig.nextOperation();
    rig.board.flash.arrays[1]!.beginErase(2, 2);
    expect(operationsOf(rig)).toEqual([
      'program 4000 +2',
      `erase ${(EXTERNAL_FLASH_START + 0x20000).toString(16)} +65536`,
      'program 4002 +2',
    ]);
  });

  test('looked ahead at: all words are known, and nothing has moved', () => {
    const rig = ez240Rig(TWO_BLOCKS + STOP);
    rig.nextOperation();
    rig.nextOperation();
    const before = [rig.bench.nowUs, rig.bench.futureKeys([[]], true)[0], rig.bench.operations];
    const words = rig.bench.lookAhead()!;
    expect(words.map(({ address }) => address)).toEqual(
      Array.from({ length: 32 }, (_, i) => 0x4000 + 2 * i),
    );
    expect([rig.bench.nowUs, rig.bench.futureKeys([[]], true)[0], rig.bench.operations]).toEqual(
      before,
    );
    expect(rig.board.flash.linesOf(words)).toEqual([[0, 64]]);
  });

  test.each([
    [0.1, 'random-bits', 3],
    [0.5, 'random-bits', 16],
    [0.9, 'weak-bits', 28],
  ] as const)(
    'cut at %d under %s: words before are done, word %i is torn, the rest erased',
    (at, torn, index) => {
      const rig = ez240Rig(TWO_BLOCKS + STOP);
      rig.nextOperation();
      rig.nextOperation();
      const words = rig.bench.lookAhead()!;
      expect(rig.cutHere({ operation: 1, at, torn }, 5, words)).toBe(true);
      const found = blockAt(rig, 0x4000);
      const addresses = words.map(({ address }) => address);
      expect(found.slice(0, index)).toEqual(addresses.slice(0, index));
      expect(found.slice(index + 1)).toEqual(addresses.slice(index + 1).map(() => 0xffff));
      expect(found[index]! & addresses[index]!).toBe(addresses[index]);
      expect(rig.bench.recorder.operations.at(-1)).toMatchObject({
        address: 0x4000,
        bytes: 2 * index + 2,
      });
    },
  );

  test('cut before it: nothing of the block; cut after it: all, and nothing of the next', () => {
    const blocks = (['before', 'after'] as const).map((at) => {
      const rig = ez240Rig(TWO_BLOCKS + STOP);
      rig.nextOperation();
      rig.nextOperation();
      rig.cutHere({ operation: 1, at, torn: null }, 5, rig.bench.lookAhead()!);
      return [...blockAt(rig, 0x4000), ...blockAt(rig, 0x4040)];
    });
    expect(blocks[0]).toEqual(Array(64).fill(0xffff));
    expect(blocks[1]!.slice(0, 32)).toEqual(Array.from({ length: 32 }, (_, i) => 0x4000 + 2 * i));
    expect(blocks[1]!.slice(32)).toEqual(Array(32).fill(0xffff));
  });
});

describe('Ez240, both parts busy', () => {
  const bothBusy = () => {
    const rig = ez240Rig(`${PROGRAM}\n mov #0, &0x4000\n${STOP}`);
    const external = rig.board.flash.arrays[1]!;
    external.load(0, new Uint8Array(0x10000));
    external.beginErase(0, 0);
    rig.nextOperation();
    return { rig, external, words: rig.bench.lookAhead()! };
  };
  const PART_LINES = 0xd000;

  test('the one that began last is the one that is cut; both may be torn', () => {
    const { rig, words } = bothBusy();
    expect(words).toMatchObject([{ kind: 'program', address: 0x4000 }]);
    expect(rig.board.flash.linesOf(words)).toEqual([
      [PART_LINES, PART_LINES + 0x10000],
      [0, 16],
    ]);
  });

  test('a cut before or after the one tears the other', () => {
    for (const at of ['before', 'after'] as const) {
      const { rig, external, words } = bothBusy();
      rig.bench.run(rig.bench.nowUs);
      rig.cutHere({ operation: 0, at, torn: null }, 5, words);
      expect(rig.board.flash.operation).toBe(null);
      expect(blockAt(rig, 0x4000)[0]).toBe(at === 'before' ? 0xffff : 0);
      expect(external.busy).toBe(false);
    }
  });

  test('a cut of the long erase tears it in its middle', () => {
    const rig = ez240Rig(STOP);
    const external = rig.board.flash.arrays[1]!;
    external.load(0, new Uint8Array(0x10000));
    external.beginErase(0, 0);
    const words = rig.bench.lookAhead()!;
    rig.cutHere({ operation: 0, at: 0.5, torn: 'random-bits' }, 5, words);
    const ones = external.readView(0, 0x10000).reduce((sum, byte) => sum + (byte & 1), 0);
    expect(ones).toBeGreaterThan(0x7000);
    expect(ones).toBeLessThan(0x9000);
  });
});

test('sectors of both parts: ascending, none over another, and erases are counted for each', () => {
  const rig = ez240Rig(`${ERASE}\n clr &0x1000\n${ERASE}\n clr &0x4200\n${STOP}`);
  const { sectors } = rig.board.flash;
  expect(sectors).toHaveLength(96 + 2 + 16);
  sectors.slice(1).forEach(({ address }, i) => {
    expect(address).toBeGreaterThanOrEqual(sectors[i]!.address + sectors[i]!.bytes);
  });
  rig.board.flash.arrays[1]!.beginErase(15, 15);
  operationsOf(rig);
  rig.bench.run(rig.bench.nowUs + 1e6);
  const erased = rig.board.flash.erasesBySector().flatMap((erases, i) => (erases > 0 ? [i] : []));
  expect(erased.map((i) => sectors[i]!.address)).toEqual([0x1000, 0x4200, 0x1f0000]);
});
