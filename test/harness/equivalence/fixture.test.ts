/** Applications of the MSP430F1611 fixture, modified in situ by the planner's scripts, under a runtime that only
 *  starts them. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EquivalenceReport } from '../../../harness/equivalence/equivalence.ts';
import { proveEquivalence } from '../../../harness/equivalence/prove.ts';
import { writeHex } from '../../../harness/image/hex-write.ts';
import {
  freshNode,
  imageOfNode,
  type NodeImage,
  nodeToJson,
  planInSitu,
  readProgram,
} from '../../../harness/plan/easilir/index.ts';
import { FIXTURES_ROOT } from '../../../harness/scenarios.ts';
import { scratchDirectory } from '../../helpers/cli.ts';
import { bootHex } from '../../helpers/msp430-boot.ts';

const pathOf = (name: string): string =>
  join(FIXTURES_ROOT, 'msp430f1611', 'images', `${name}.elf`);
const program = (name: string) => readProgram(new Uint8Array(readFileSync(pathOf(name))), name);
const modifiedInto = (name: string): NodeImage =>
  planInSitu(freshNode(program('blink')), program(name)).node;

function prove(node: NodeImage, newName: string): Promise<EquivalenceReport> {
  const folder = scratchDirectory();
  const at = (name: string): string => join(folder, name);
  writeFileSync(at('modified.hex'), writeHex(imageOfNode(node)));
  writeFileSync(at('modified.node.json'), nodeToJson(node));
  writeFileSync(at('boot.hex'), bootHex());
  return proveEquivalence({
    board: 'ez240',
    modifiedPath: at('modified.hex'),
    newPath: pathOf(newName),
    bootPath: at('boot.hex'),
    symbolsPath: null,
    base: null,
    stimulus: 'random:5',
    seconds: 20,
    peer: null,
    totalOrder: false,
    latePercent: 10,
    seed: 1,
  });
}

test.each([
  ['blink-led-off', 2],
  ['blink-faster', 3],
  ['blink-if-else', 3],
  ['blink-pattern', 3],
])(
  'Blink modified in situ into %s: equal, though its runtime cleared the ifunctions',
  async (name, channels) => {
    const node = modifiedInto(name);
    const report = await prove(node, name);
    expect(report).toMatchObject({ verdict: 'equivalent', swaps: { count: 0 } });
    expect(report.channels).toHaveLength(channels);
    expect(report.modified.patchBytes).toBe(node.area.length);
    const area = report.cycles!.flows.find(({ what }) => what === 'into the ifunction area')!;
    expect(area.newCount).toBe(0);
    expect(area.modifiedCount > 0).toBe(node.area.length > 0);
  },
);
test('by function: pieces of one in flash and in RAM are one; what is left over are branches', async () => {
  const { cycles } = await prove(modifiedInto('blink-pattern'), 'blink-pattern');
  const rows = cycles!.functions.map(
    (row) => [row.what, row.modifiedCycles - row.newCycles] as const,
  );
  const extra = cycles!.modified - cycles!.fresh;
  expect(rows.reduce((sum, [, cycles]) => sum + cycles, 0)).toBe(extra);
  expect(extra).toBeGreaterThan(0);
  // A branch that no program wrote belongs to no function.
  const nobodys = ['ifunction area', '(no symbol)'];
  expect(rows.some(([what, cycles]) => nobodys.includes(what) && cycles > 0)).toBe(true);
  expect(rows.map(([what]) => what)).not.toContain('setLeds');
});

test('Blink as it was is none of them: the first difference is on an LED', async () => {
  const report = await prove(freshNode(program('blink')), 'blink-led-off');
  expect(report.verdict).toBe('different');
  expect(report.difference?.channel).toMatch(/^P5\.[456]$/);
});
test('one word of an ifunction wrong: found', async () => {
  const node = modifiedInto('blink-pattern');
  const area = node.area.slice();
  // No instruction: the first word of the function that controls the pattern.
  area.fill(0, 0, 2);
  const report = await prove({ ...node, area }, 'blink-pattern');
  expect(report.verdict).toBe('different');
  expect(report.notes.join()).toContain('One program met an undefined instruction');
});
