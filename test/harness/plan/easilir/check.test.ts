import { describe, expect, test } from 'vitest';
import { jumpWords, patternOf } from '../../../../emulator/cpu/msp430/instruction-table.ts';
import { modifyBytes } from '../../../../harness/plan/easilir/byte-level.ts';
import { emit } from '../../../../harness/plan/easilir/emit.ts';
import {
  checkImage,
  freshNode,
  type NodeBytes,
  planInSitu,
} from '../../../../harness/plan/easilir/index.ts';
import { keysOf } from '../../../../harness/plan/easilir/keys.ts';
import { layOut } from '../../../../harness/plan/easilir/layout.ts';
import { matchItems, UPDATE_COSTS } from '../../../../harness/plan/easilir/match.ts';
import {
  APP_START,
  AREA_START,
  CRC_OFFSET,
  HEADER_ADDRESS,
  headerCrcOf,
  putWord,
  VERSION_OFFSET,
  wordOf,
} from '../../../../harness/plan/easilir/memory-map.ts';
import { memoryOf } from '../../../../harness/plan/easilir/node-image.ts';
import { buildProgram, canBuild } from '../../../helpers/msp430-build.ts';
import { firstVersion, nextVersion, sourceOf } from '../../../helpers/msp430-versions.ts';

/** With the CRC put right, so that it is not what gives a mutation away. */
function withBit({ flash, area }: NodeBytes, address: number, bit: number): NodeBytes {
  const node = { flash: flash.slice(), area: area.slice() };
  if (address >= APP_START) node.flash[address - APP_START]! ^= 1 << bit;
  else node.area[address - AREA_START]! ^= 1 << bit;
  putWord(node.flash, HEADER_ADDRESS - APP_START + CRC_OFFSET, headerCrcOf(node.flash));
  return node;
}

/** Where a row of JMPs ends. */
function endOfJumps(node: NodeBytes, from: number): number {
  const memory = memoryOf(node);
  let at = from;
  for (let steps = 0; steps < 10; steps++) {
    const opcode = wordOf(memory, at);
    if (patternOf(opcode)?.name !== 'jmp') break;
    at += 2 + 2 * jumpWords(opcode);
  }
  return at;
}

describe.skipIf(!canBuild)('EasiLIR, check of a modified image', () => {
  const first = firstVersion(7, 4);
  const second = nextVersion(first, 70, 3);

  test('every bit of what is used, flipped: refused, but for a jump to a jump to the same place', () => {
    const old = freshNode(buildProgram(sourceOf(first)));
    const program = buildProgram(sourceOf(second));
    const [a, b] = keysOf(old.program, program);
    const layout = layOut(old, program, matchItems(a!, b!, UPDATE_COSTS).oldOf);
    const { live } = emit(layout, old);
    const { node } = planInSitu(old, program);
    expect(node.area.length).toBeGreaterThan(0);
    expect(checkImage(program, node)).toMatchObject({ isEqual: true });
    const crc = HEADER_ADDRESS + CRC_OFFSET;
    const wrong: string[] = [];
    let flipped = 0;
    for (let address = AREA_START; address < APP_START + node.flash.length; address++) {
      if (live[address] === 0 || address === crc || address === crc + 1) continue;
      for (let bit = 0; bit < 8; bit++) {
        flipped++;
        const mutated = withBit(node, address, bit);
        if (!checkImage(program, mutated).isEqual) continue;
        const place = address & ~1;
        const leadsThere = endOfJumps(mutated, place) === endOfJumps(node, place);
        if (!leadsThere || endOfJumps(node, place) === place) {
          wrong.push(`${address.toString(16)}.${bit}`);
        }
      }
    }
    expect(flipped).toBeGreaterThan(3000);
    expect(wrong).toEqual([]);
  });

  test('LCS by bytes, as the paper can be read: refused, and the refusal says where', () => {
    const old = buildProgram(sourceOf(first));
    const program = buildProgram(sourceOf(second));
    const modified = modifyBytes(old.image, program.image);
    expect(checkImage(program, modified)).toMatchObject({
      isEqual: false,
      problem: expect.any(String),
      newAddress: expect.any(Number),
      address: expect.any(Number),
    });
  });
  test('LCS by bytes where only a constant changes: right by chance', () => {
    const source = (value: number): string =>
      `extern volatile unsigned char PORT1; int main(void) { for (;;) PORT1 = ${value}; }`;
    const old = buildProgram(source(0x55));
    const program = buildProgram(source(0x77));
    expect(checkImage(program, modifyBytes(old.image, program.image)).isEqual).toBe(true);
  });
  test('an image as linked: equal to itself; with another version, not', () => {
    const program = buildProgram(sourceOf(first));
    expect(checkImage(program, freshNode(program))).toMatchObject({ isEqual: true });
    const version = withBit(freshNode(program), HEADER_ADDRESS + VERSION_OFFSET, 0);
    expect(checkImage(program, version)).toMatchObject({ problem: 'another byte of data' });
  });
});
