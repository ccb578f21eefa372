import { describe, expect, test } from 'vitest';
import { parseImage, writeHex } from '../../../../harness/image/index.ts';
import { dataPieces } from '../../../../harness/plan/easilir/data-pieces.ts';
import { emit } from '../../../../harness/plan/easilir/emit.ts';
import {
  freshNode,
  imageOfNode,
  nodeFromJson,
  nodeToJson,
  planEasilir,
  planRebuild,
  readProgram,
} from '../../../../harness/plan/easilir/index.ts';
import { layOut } from '../../../../harness/plan/easilir/layout.ts';
import { buildElf, buildProgram, canBuild } from '../../../helpers/msp430-build.ts';
import { firstVersion, nextVersion, sourceOf } from '../../../helpers/msp430-versions.ts';

const ranges = (...pairs: readonly [number, number][]) =>
  pairs.map(([start, end]) => ({ start, end }));

describe('EasiLIR, read-only data in pieces', () => {
  const section = { start: 100, end: 140 };
  test('objects, and what is pointed to between them', () => {
    const pointers = [
      { value: 124, use: 'start' },
      { value: 100, use: 'table' },
    ] as const;
    expect(dataPieces(section, ranges([110, 118]), pointers)).toEqual(
      ranges([100, 110], [110, 118], [118, 124], [124, 140]),
    );
  });
  test('an index that begins before its object: it and the one in front stay together', () => {
    const objects = ranges([100, 110], [110, 118], [118, 140]);
    expect(dataPieces(section, objects, [{ value: 108, use: 'near' }])).toEqual(
      ranges([100, 118], [118, 140]),
    );
  });
  test('a loop up to the end of an object: it and the one behind stay together', () => {
    const objects = ranges([100, 110], [110, 118], [118, 140]);
    expect(dataPieces(section, objects, [{ value: 118, use: 'near' }])).toEqual(
      ranges([100, 110], [110, 140]),
    );
  });
  test('a jump table in front of an object that is indexed: two pieces', () => {
    const pointers = [
      { value: 100, use: 'table' },
      { value: 120, use: 'near' },
    ] as const;
    expect(dataPieces(section, ranges([120, 140]), pointers)).toEqual(
      ranges([100, 120], [120, 140]),
    );
  });
});

describe.skipIf(!canBuild)('EasiLIR programs and nodes', () => {
  const first = firstVersion(11, 10);

  test('every item at its linked place: the linked image byte for byte', () => {
    const program = buildProgram(sourceOf(first));
    const node = freshNode(program);
    // Of another program there is nothing to keep but the places.
    const identity = Int32Array.from(program.items, (_, index) => index);
    const { memory } = emit(layOut(node, program, identity), node);
    const image = memory.slice(0x4000, 0x4000 + program.image.length);
    expect(image).toEqual(program.image);
    expect(program.items.filter(({ references }) => references.length > 0).length).toBeGreaterThan(
      40,
    );
  });
  test('an ELF file without relocations: says what is missing', () => {
    const elf = buildElf(sourceOf(first), 'c', false);
    expect(() => readProgram(elf, 'x.elf')).toThrow(/x\.elf: its relocation tables.*--emit-relocs/);
  });
  test('a header that does not fit its image: refused', () => {
    const elf = buildElf(sourceOf(first), 'c');
    const at = Buffer.from(elf).indexOf('EZ');
    elf[at + 14]! ^= 1;
    expect(() => readProgram(elf, 'x.elf')).toThrow(/the CRC-16 in its header/);
    elf[at + 2]! ^= 1;
    expect(() => readProgram(elf, 'x.elf')).toThrow(/the length in its header/);
  });
  test('a node as a file: the same again; as Intel HEX: area and application', () => {
    const old = freshNode(buildProgram(sourceOf(first)));
    const { node } = planEasilir({
      old,
      program: buildProgram(sourceOf(nextVersion(first, 111, 6))),
    });
    expect(node.area.length).toBeGreaterThan(0);
    expect(nodeFromJson(nodeToJson(node), 'x')).toEqual(node);
    const hex = parseImage(Buffer.from(writeHex(imageOfNode(node))), 'x.hex');
    expect(hex.segments.map(({ address }) => address)).toEqual([0x1900, 0x4000]);
    expect(hex.segments.map(({ bytes }) => bytes)).toEqual([node.area, node.flash]);
  });
  test.each([
    ['{', 'no JSON'],
    ['{"format":"flashrig node 2"}', 'its format is flashrig node 2'],
    ['{"format":"flashrig node 1","flash":"0g"}', 'flash is'],
    [
      '{"format":"flashrig node 1","flash":"","area":"","image":"","items":[[1]],"calledRuns":[]}',
      'item 0 is damaged',
    ],
  ])('node file %s: refused', (text, problem) => {
    expect(() => nodeFromJson(text, 'x.node.json')).toThrow(problem);
  });
});

describe.skipIf(!canBuild)('EasiLIR, in situ or rebuild', () => {
  const first = firstVersion(21, 10);
  const old = canBuild ? freshNode(buildProgram(sourceOf(first))) : null!;
  const small = (): ReturnType<typeof buildProgram> =>
    buildProgram(sourceOf(nextVersion(first, 211, 1)));

  test('a small change: in situ, and the rebuild that was not taken', () => {
    const plan = planEasilir({ old, program: small() });
    expect(plan).toMatchObject({ reason: 'in situ fits', other: { kind: 'rebuild' } });
    expect(plan.counts.fileBytes).toBe(plan.file.length);
  });
  test('asked for a rebuild: rebuild, and what in situ would have been', () => {
    const plan = planEasilir({ old, program: small(), mustRebuild: true });
    expect(plan).toMatchObject({ reason: 'asked', counts: { kind: 'rebuild' } });
    expect(plan.other).toMatchObject({ kind: 'in situ' });
    expect(plan.node.area).toHaveLength(0);
  });
  test('another program, beyond the ifunction area: rebuild', () => {
    const program = buildProgram(sourceOf(firstVersion(22, 45)));
    const plan = planEasilir({ old, program });
    expect(plan).toMatchObject({ reason: 'area', other: null });
    expect(plan.node.flash).toEqual(program.image);
    expect(planRebuild(old, program).file).toEqual(plan.file);
  });
});
