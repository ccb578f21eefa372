/** One change at a time, in assembly, so that every command can be read. */

import { describe, expect, test } from 'vitest';
import {
  applyFile,
  checkImage,
  freshNode,
  type NodeImage,
  planInSitu,
} from '../../../../harness/plan/easilir/index.ts';
import { CRC_OFFSET, HEADER_ADDRESS } from '../../../../harness/plan/easilir/memory-map.ts';
import type { Program } from '../../../../harness/plan/easilir/program.ts';
import type { Command } from '../../../../harness/plan/easilir/script.ts';
import { buildProgram, canBuild } from '../../../helpers/msp430-build.ts';
import { portAccesses } from '../../../helpers/msp430-run.ts';

const body = (...lines: readonly string[]): Program =>
  buildProgram(`.data\n.short 7\n.text\n.global main\nmain:\n${lines.join('\n')}\n`, 'S');

/** @returns commands but for that of the header's CRC. */
function update(old: NodeImage, program: Program): { commands: Command[]; node: NodeImage } {
  const plan = planInSitu(old, program);
  const after = applyFile(plan.file, old, 'test');
  expect(after).toEqual({ flash: plan.node.flash, area: plan.node.area });
  expect(checkImage(program, after)).toMatchObject({ isEqual: true });
  expect(portAccesses(after, 60, 1)).toEqual(portAccesses(freshNode(program), 60, 1));
  const crc = HEADER_ADDRESS + CRC_OFFSET;
  const commands = plan.commands.filter((one) => one.kind === 'area' || (one.at & ~1) !== crc);
  return { commands, node: plan.node };
}

const between = (old: Program, program: Program): Command[] =>
  update(freshNode(old), program).commands;

const PORT = 'mov.b r10, &PORT1';
const WORK = ['inc r10', PORT, 'add #100, r10', 'xor #0x1234, r10', PORT];
const LOOP = 'br #main';
const BIG = Array.from({ length: 400 }, (_, i) => `xor #${1000 + i}, r10`);

describe.skipIf(!canBuild)('EasiLIR in situ, one change', () => {
  test('another constant: one REPLACE of one byte', () => {
    const commands = between(body(...WORK, LOOP), body(...WORK.with(2, 'add #101, r10'), LOOP));
    expect(commands).toEqual([
      { kind: 'replace', at: expect.any(Number), bytes: Uint8Array.of(101) },
    ]);
  });
  test('instructions that are gone: one DELETE', () => {
    const commands = between(body(...WORK, LOOP), body(...WORK.toSpliced(2, 2), LOOP));
    expect(commands).toEqual([{ kind: 'delete', at: expect.any(Number), length: 8 }]);
  });
  test('more than 1,024 bytes gone: DELETE by BR', () => {
    const commands = between(body(...WORK, ...BIG, LOOP), body(...WORK, LOOP));
    expect(commands.map(({ kind }) => kind)).toContain('delete');
    expect(commands.find(({ kind }) => kind === 'delete')).toMatchObject({ length: 1600 });
  });
  test('inserted code that may be called: CALL, its bytes and RET, the displaced item with it', () => {
    const more = WORK.toSpliced(3, 0, 'rla r10', 'add #3, r10', 'rra r10');
    const { commands, node } = update(freshNode(body(...WORK, LOOP)), body(...more, LOOP));
    expect(commands.map(({ kind }) => kind)).toEqual(['call']);
    // Three of 2, 4 and 2 bytes, a neighbour of 4, RET.
    expect(node.area).toHaveLength(14);
  });
  test('inserted code that uses the stack: BR there and back', () => {
    const more = WORK.toSpliced(3, 0, 'push r10', 'add #3, r10', 'pop r10');
    const { commands, node } = update(freshNode(body(...WORK, LOOP)), body(...more, LOOP));
    expect(commands.map(({ kind }) => kind)).toEqual(['branch']);
    expect(node.area).toHaveLength(2 + 4 + 2 + 4 + 4);
  });
  test('inserted after a call: the ifunction of the first update stays where it is in the second', () => {
    const once = WORK.toSpliced(3, 0, 'rla r10', 'add #3, r10', 'rra r10');
    const first = update(freshNode(body(...WORK, LOOP)), body(...once, LOOP));
    const second = update(first.node, body(...once.with(0, 'inc r11'), LOOP));
    expect(second.commands.map(({ kind }) => kind)).toEqual(['replace']);
    expect(second.node.area).toEqual(first.node.area);
    const back = update(second.node, body(...WORK.with(0, 'inc r11'), LOOP));
    expect(back.node.area.length).toBeLessThanOrEqual(first.node.area.length);
  });
  test.each(['jne', 'jeq', 'jnc', 'jc', 'jn', 'jge', 'jl'])(
    '%s over code that moves out of its reach: still there by other means',
    (jump) => {
      const [before, after] = [WORK, ['add #7, r10', ...WORK]];
      const old = body('tst r10', `${jump} far`, ...before, 'far:', ...WORK, LOOP);
      // Half of the code between goes into the area, the jump's target with it.
      const between = [...after, ...BIG.slice(0, 200), 'push r10', 'pop r10'];
      update(
        freshNode(old),
        body('tst r10', `${jump} far`, ...between, 'far:', 'nop', ...WORK, LOOP),
      );
    },
  );
  test('a jump into what was inserted: to the branch that leads there', () => {
    const old = body(...WORK, 'tst r10', 'jeq there', ...WORK, 'there:', ...WORK, LOOP);
    const inserted = ['there:', 'push r10', 'add #3, r10', 'pop r10'];
    const fresh = body(...WORK, 'tst r10', 'jeq there', ...WORK, ...inserted, ...WORK, LOOP);
    expect(between(old, fresh).map(({ kind }) => kind)).toContain('branch');
  });
  test('code that becomes what stands elsewhere: MOVE of what flash holds', () => {
    const other = Array.from({ length: 40 }, (_, i) => `xor #${5000 + 7 * i}, r10`);
    const gone = Array.from({ length: 40 }, (_, i) => `push #${3000 + 5 * i}`);
    const old = body(...WORK, ...other, PORT, 'br #on', ...gone, 'on:', LOOP);
    const commands = between(old, body(...WORK, ...other, PORT, 'br #on', ...other, 'on:', LOOP));
    expect(commands).toEqual([
      { kind: 'move', at: expect.any(Number), from: expect.any(Number), length: 160 },
    ]);
  });
  test('an ifunction area that is too small: says how many bytes it would need', () => {
    const old = freshNode(body(...WORK, LOOP));
    const huge = Array.from({ length: 900 }, (_, i) => `xor #${1000 + i}, r10`);
    expect(() => planInSitu(old, body(...WORK, ...huge, LOOP))).toThrow(/would need 36\d\d bytes/);
  });
});
